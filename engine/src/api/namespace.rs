//! v1 Namespace.

use super::Labels;
use super::node::Condition;
use super::read::{FromNode, Path, Reader, reads};
use crate::Str;
use crate::manifest::Node;

/// A namespace; its name and labels stand in the metadata. `kubernetes.io/metadata.name` is added when read (semantics 10).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Namespace {}

/// The label every namespace carries.
pub const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// A namespace's labels with its name among them.
pub fn named_labels(mut labels: Labels, name: &Str) -> Labels {
    labels.set(NAME_LABEL.into(), name.clone());
    labels
}

#[derive(Default)]
struct RawNamespace {
    spec: Spec,
    status: Status,
}

#[derive(Default)]
struct Spec {
    finalizers: Vec<Str>,
}

#[derive(Default)]
struct Status {
    conditions: Vec<Condition>,
}

reads!(RawNamespace { spec: "spec", status: "status" } also ["apiVersion", "kind", "metadata"]);
reads!(Spec { finalizers: "finalizers" } also []);
reads!(Status { conditions: "conditions" } also ["phase"]);

impl FromNode for Namespace {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        RawNamespace::from_node(node, path, reader).map(|_| Self {})
    }
}

#[cfg(test)]
mod tests {
    use super::NAME_LABEL;
    use crate::api::fixture::{errors, read};

    #[test]
    fn its_name_is_a_label_whatever_the_manifest_says() {
        // semantics 10, control-plane-semantics 7
        let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {kubernetes.io/metadata.name: b}}\n";
        let (objects, found) = read(text);
        assert!(found.is_empty());
        assert_eq!(objects[0].meta.labels.get(NAME_LABEL).map(|it| &**it), Some("a"));
        assert_eq!(objects[0].reference().to_string(), "Namespace/a");
    }

    #[test]
    fn its_fields_are_known() {
        let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\nspec: {finalizers: [kubernetes], phase: x}\nstatus: {phase: Active}\nspecc: 1\n";
        assert_eq!(errors(text), ["spec.phase", "specc"]);
    }
}
