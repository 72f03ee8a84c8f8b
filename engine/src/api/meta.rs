//! `metadata`: reading and checking what all kinds share.

use super::read::{Reader, reads};
use super::{Kind, Labels, Meta, Owner, names};
use crate::Str;
use crate::diagnostic;
use crate::manifest::Node;
use crate::text::FieldPath;

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
    "selfLink", "generation", "creationTimestamp", "deletionGracePeriodSeconds", "finalizers", "managedFields", "clusterName",
]);

reads!(RawOwner { kind: "kind", name: "name", controller: "controller" } also ["apiVersion", "uid", "blockOwnerDeletion"]);

/// Whether names of this kind are DNS labels rather than subdomains.
fn has_label_name(kind: &Kind) -> bool {
    matches!(kind, Kind::Namespace | Kind::Service)
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
    let at = |path: &FieldPath| tree.locate(path);
    match (&raw.name, &raw.generate_name) {
        (None, None) => {
            let path = root.field("name");
            reader.required(tree.locate_key(&root), path, "name or generateName is required");
        }
        (Some(name), _) => {
            let wrong =
                if has_label_name(&kind) { names::dns_label(name) } else { names::dns_subdomain(name) };
            let path = root.field("name");
            // Kinds Podyard does not simulate have rules of their own.
            if let Some(detail) = wrong.filter(|_| !matches!(kind, Kind::Other(_))) {
                let invalid = diagnostic::Kind::Invalid {
                    path: path.clone(),
                    value: name.clone(),
                    detail: detail.into(),
                };
                reader.error(at(&path), invalid);
            }
        }
        _ => {}
    }
    if let Some(namespace) = raw.namespace.as_ref().filter(|it| !it.is_empty()) {
        let path = root.field("namespace");
        if let Some(detail) = names::dns_label(namespace) {
            let invalid = diagnostic::Kind::Invalid {
                path: path.clone(),
                value: namespace.clone(),
                detail: detail.into(),
            };
            reader.error(at(&path), invalid);
        }
    }
    check_labels(&raw.labels, &root.field("labels"), tree, reader);
    let namespace = match scoped {
        true => raw.namespace.filter(|it| !it.is_empty()).unwrap_or_else(|| "default".into()),
        false => "".into(),
    };
    let owners = raw.owners.into_iter();
    Meta {
        api_version,
        kind,
        namespace,
        name: raw.name.or_else(|| raw.generate_name.clone()).unwrap_or_else(|| "".into()),
        generate_name: raw.generate_name,
        labels: raw.labels,
        annotations: raw.annotations,
        owners: owners
            .map(|it| Owner { kind: Kind::named(&it.kind), name: it.name, controller: it.controller })
            .collect(),
        deleting: raw.deletion.is_some(),
    }
}

/// Checks keys and values of labels, or of a plain-map selector.
pub(super) fn check_labels(labels: &Labels, path: &FieldPath, tree: &Node, reader: &mut Reader) {
    for (key, value) in labels.iter() {
        let here = path.field(key);
        if let Some(detail) = names::label_key(key) {
            let invalid =
                diagnostic::Kind::Invalid { path: path.clone(), value: key.clone(), detail: detail.into() };
            reader.error(tree.locate_key(&here), invalid);
        }
        if let Some(detail) = names::label_value(value) {
            let invalid =
                diagnostic::Kind::Invalid { path: path.clone(), value: value.clone(), detail: detail.into() };
            reader.error(tree.locate(&here), invalid);
        }
    }
}

/// Checks labels that stand at `node`, whose path is `path`.
pub(super) fn check_labels_at(labels: &Labels, path: &FieldPath, node: &Node, reader: &mut Reader) {
    let before = reader.found.len();
    check_labels(labels, &FieldPath::root(), node, reader);
    for found in reader.found.iter_mut().skip(before) {
        if let diagnostic::Kind::Invalid { path: at, .. } = &mut found.kind {
            *at = path.join(at);
        }
    }
}
