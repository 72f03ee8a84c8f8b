//! `metadata`: reading and checking what all kinds share.

use super::read::{Reader, reads};
use super::{Kind, Labels, Meta, Owner, names};
use crate::Str;
use crate::diagnostic;
use crate::manifest::Node;
use crate::text::{FieldPath, Span};

/// `metadata` as written.
#[derive(Clone, Debug, Default)]
pub(super) struct RawMeta {
    pub(super) name: Option<Str>,
    pub(super) generate_name: Option<Str>,
    pub(super) namespace: Option<Str>,
    pub(super) labels: Labels,
    pub(super) annotations: Labels,
    pub(super) owners: Vec<RawOwner>,
    pub(super) uid: Option<Str>,
    pub(super) resource_version: Option<Str>,
    pub(super) deletion: Option<Str>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct RawOwner {
    kind: Str,
    name: Str,
    uid: Str,
    controller: bool,
}

reads!(RawMeta {
    name: "name",
    generate_name: "generateName",
    namespace: "namespace",
    labels: "labels",
    annotations: "annotations",
    owners: "ownerReferences",
    uid: "uid",
    resource_version: "resourceVersion",
    deletion: "deletionTimestamp",
} also [
    "selfLink", "generation", "creationTimestamp", "deletionGracePeriodSeconds", "finalizers", "managedFields",
]);

reads!(RawOwner { kind: "kind", name: "name", uid: "uid", controller: "controller" } also ["apiVersion", "blockOwnerDeletion"]);

/// What is wrong with the name of an object of this kind; kinds Podyard does not simulate have rules of their own.
fn wrong_name(kind: &Kind, name: &str) -> Vec<String> {
    match kind {
        Kind::Other(_) => Vec::new(),
        Kind::Namespace | Kind::Service | Kind::StatefulSet => names::dns_label(name),
        _ => names::dns_subdomain(name),
    }
}

/// What pods make of their name, or of their owner's.
fn name_use(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Pod => Some("the Pod's hostname"),
        Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::Job => {
            Some("Pod names and hostnames")
        }
        _ => None,
    }
}

/// Checks metadata and makes it the object's; `scoped` kinds live in a namespace.
pub(super) fn meta(
    raw: RawMeta,
    kind: Kind,
    api_version: Str,
    scoped: bool,
    tree: &Node,
    reader: &mut Reader,
) -> Meta {
    let root = FieldPath::root().field("metadata");
    let mut refuse = |field: &str, value: &Str, details: Vec<String>| {
        let path = root.field(field);
        let span = tree.locate(&path);
        for detail in details {
            let (path, value, detail) = (path.clone(), value.clone(), detail.into());
            reader.error(span, diagnostic::Kind::Invalid { path, value, detail });
        }
    };
    let name = raw.name.filter(|it| !it.is_empty());
    let prefix = raw.generate_name.filter(|it| !it.is_empty());
    if let Some(name) = &name {
        refuse("name", name, wrong_name(&kind, name));
    }
    if let Some(prefix) = &prefix {
        // What the server appends mends a hyphen at the end.
        refuse("generateName", prefix, wrong_name(&kind, prefix.strip_suffix('-').unwrap_or(prefix)));
    }
    if let Some(namespace) = raw.namespace.as_ref().filter(|it| !it.is_empty()) {
        refuse("namespace", namespace, names::dns_label(namespace));
    }
    match &name {
        None if prefix.is_none() => {
            let detail = "name or generateName is required";
            reader.required(missing(tree), root.field("name"), detail);
        }
        Some(name) => {
            let surprising = names::dns_label(name);
            if let Some(used) = name_use(&kind).filter(|_| !surprising.is_empty() && !reader.observed) {
                let words = format!(
                    "metadata.name: this is used in {used}, which can result in surprising behavior; a DNS label is recommended: [{}]",
                    surprising.join(" ")
                );
                reader.warn(tree.locate(&root.field("name")), &words);
            }
        }
        None => {}
    }
    let of = |field: &str| tree.get("metadata").and_then(|it| it.value.get(field)).map(|it| &it.value);
    if let Some(labels) = of("labels") {
        check_labels(labels, &root.field("labels"), reader);
    }
    if let Some(annotations) = of("annotations") {
        for entry in annotations.entries() {
            let wrong = names::label_key(&entry.key.to_ascii_lowercase());
            reader.wrong(entry.key_span, &root.field("annotations"), &entry.key, wrong);
        }
    }
    let owners = of("ownerReferences").map_or(&[][..], Node::items);
    for (i, (owner, item)) in raw.owners.iter().zip(owners).enumerate() {
        if owner.uid.is_empty() && !reader.observed {
            let path = root.field("ownerReferences").index(i).field("uid");
            reader.required(item.span, path, "must not be empty");
        }
    }
    let namespace = match scoped {
        true => raw.namespace.filter(|it| !it.is_empty()).unwrap_or_else(|| "default".into()),
        false => "".into(),
    };
    let owners = raw.owners.into_iter();
    Meta {
        api_version,
        kind,
        namespace,
        name: name.or_else(|| prefix.clone()).unwrap_or_else(|| "".into()),
        generate_name: prefix,
        labels: raw.labels,
        annotations: raw.annotations,
        owners: owners
            .map(|it| Owner { kind: Kind::named(&it.kind), name: it.name, controller: it.controller })
            .collect(),
        deleting: raw.deletion.is_some(),
    }
}

/// Where a missing name is told: at `metadata`, else at `kind`.
fn missing(tree: &Node) -> Span {
    let place = tree.get("metadata").or_else(|| tree.get("kind"));
    place.map_or(tree.span, |entry| entry.key_span)
}

/// Checks keys and values of labels, or of a plain-map selector, that stand at `node`.
pub(super) fn check_labels(node: &Node, path: &FieldPath, reader: &mut Reader) {
    for entry in node.entries() {
        reader.wrong(entry.key_span, path, &entry.key, names::label_key(&entry.key));
        if let Some(value) = entry.value.as_str() {
            reader.wrong(entry.value.span, path, value, names::label_value(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::fixture;

    #[test]
    fn names_are_labels_or_subdomains_by_kind() {
        let named = |kind: &str, name: &str| {
            format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\ndata: {{}}\n")
        };
        assert!(fixture::errors(&named("ConfigMap", "a.b")).is_empty());
        assert_eq!(fixture::errors(&named("ConfigMap", "A")), ["metadata.name"]);
        assert_eq!(fixture::errors(&named("ConfigMap", "''")), ["metadata.name"]);
        // service-semantics 7: a digit may come first.
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec: {clusterIP: None}\n";
        assert!(fixture::errors(&service.replace("NAME", "1st")).is_empty());
        assert_eq!(fixture::errors(&service.replace("NAME", "a.b")), ["metadata.name"]);
    }

    #[test]
    fn labels_annotations_and_prefixes_are_checked_at_their_key_or_value() {
        let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  generateName: web-\n  labels: {-a: x, b: y z}\n  annotations: {a/b/c: any thing}\n";
        let (objects, found) = fixture::read(text);
        assert!(objects.is_empty());
        let spans: Vec<&str> =
            found.iter().map(|it| &text[it.span.start as usize..it.span.end as usize]).collect();
        assert_eq!(spans, ["-a", "y z", "a/b/c"]);
    }

    #[test]
    fn a_name_with_dots_is_a_surprising_hostname() {
        let text =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a.b}\nspec: {containers: [{name: c, image: i}]}\n";
        let (objects, found) = fixture::read(text);
        assert_eq!(objects.len(), 1);
        assert!(
            matches!(&found[0].kind, diagnostic::Kind::Warned { message } if message.ends_with("[must not contain dots]"))
        );
    }
}
