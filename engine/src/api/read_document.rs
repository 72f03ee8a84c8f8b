//! A document → its objects: which kind it is, old API versions, lists, historical requests.

use super::meta::{self, RawMeta};
use super::read::{self, FromNode, Path, Reader};
use super::{
    ConfigMap, Deployment, Job, Kind, Meta, Namespace, NetworkPolicy, Object, Pod, ReplicaSet,
    ReplicationController, Resource, Service, StatefulSet, endpoint_slice, named_labels, network_policy,
    node,
};
use crate::Str;
use crate::diagnostic::{Applicability, Diagnostic, FixKind, Kind as Problem, Severity};
use crate::manifest::{Document, Entry, Node as Tree, Value};
use crate::text::{FieldPath, Span};

/// Reads a document: the objects it holds (a List holds several) and every finding.
///
/// An object with an error-level finding is left out; the others of the same document stay.
pub fn read(document: &Document) -> (Vec<Object>, Vec<Diagnostic>) {
    let mut objects = Vec::new();
    let mut found = Vec::new();
    if let Some(root) = &document.root {
        let frame = document.request.as_ref().map(|request| Frame::of(&request.path)).unwrap_or_default();
        whole(root, &frame, &mut objects, &mut found);
    }
    (objects, found)
}

/// What stands around an object and says what it does not say itself: a request's path, or the list it is in.
#[derive(Clone, Default)]
struct Frame {
    api_version: Option<Str>,
    kind: Option<Str>,
    namespace: Option<Str>,
}

impl Frame {
    /// `/apis/GROUP/VERSION/namespaces/NS/…`, or `/api/VERSION/namespaces/NS/…` for the core.
    fn of(path: &str) -> Self {
        let mut parts = path.trim_start_matches('/').split('/');
        let api_version = match (parts.next(), parts.next()) {
            (Some("api"), Some(version)) => Some(version.into()),
            (Some("apis"), Some(group)) => parts.next().map(|version| format!("{group}/{version}").into()),
            _ => None,
        };
        let namespace = parts.next().filter(|it| *it == "namespaces").and_then(|_| parts.next());
        Self { api_version, kind: None, namespace: namespace.filter(|it| !it.is_empty()).map(Into::into) }
    }
}

/// A document's tree: one object, or a list of them; lists may hold lists (control-plane-semantics 10).
fn whole(root: &Tree, frame: &Frame, objects: &mut Vec<Object>, found: &mut Vec<Diagnostic>) {
    let mut open = vec![(root, frame.clone())];
    while let Some((tree, frame)) = open.pop() {
        let text = |name: &str| tree.get(name).and_then(|entry| entry.value.as_str());
        let of = text("kind").and_then(|kind| kind.strip_suffix("List"));
        match (of, tree.get("items").map(|entry| &entry.value)) {
            (Some(of), Some(items)) if matches!(items.value, Value::Sequence(_) | Value::Null) => {
                // A server's `PodList` leaves kind and version of its items out.
                let inner = match of {
                    "" => frame,
                    _ => Frame { api_version: text("apiVersion").cloned(), kind: Some(of.into()), ..frame },
                };
                open.extend(items.items().iter().rev().map(|item| (item, inner.clone())));
            }
            (Some(_), Some(items)) => {
                let mut reader = Reader::default();
                reader.wrong_type(items, &Path::ROOT.field(&"items".into()), "list");
                found.append(&mut reader.found);
            }
            (Some(""), None) => {}
            _ => single(tree, &frame, objects, found),
        }
    }
}

/// One object.
fn single(tree: &Tree, frame: &Frame, objects: &mut Vec<Object>, found: &mut Vec<Diagnostic>) {
    let mut reader = Reader { observed: is_observed(tree), ..Reader::default() };
    let object = object(tree, frame, &mut reader);
    let sound = !reader.found.iter().any(|it| it.severity == Severity::Error);
    found.append(&mut reader.found);
    objects.extend(object.filter(|_| sound));
}

/// A real cluster stated it: `status` with content, `resourceVersion` or `uid`.
fn is_observed(tree: &Tree) -> bool {
    let metadata = tree.get("metadata");
    let given = |it: &Entry| {
        it.value.as_str().is_none_or(|it| !it.is_empty()) && !matches!(it.value.value, Value::Null)
    };
    let has = |name: &str| metadata.is_some_and(|it| it.value.get(name).is_some_and(given));
    let status = tree.get("status").is_some_and(|it| {
        // `kubectl create --dry-run` leaves `status: {}` or `loadBalancer: {}` behind.
        it.value.entries().iter().any(|entry| {
            !entry.value.entries().is_empty() || !matches!(entry.value.value, Value::Mapping(_) | Value::Null)
        })
    });
    status || has("resourceVersion") || has("uid")
}

fn object(tree: &Tree, frame: &Frame, reader: &mut Reader) -> Option<Object> {
    if !matches!(tree.value, Value::Mapping(_)) {
        reader.error(tree.span, Problem::NotAnObject);
        return None;
    }
    let text = |name: &str| {
        tree.get(name).and_then(|entry| entry.value.as_str()).filter(|it| !it.is_empty()).cloned()
    };
    let (version, kind) = (
        text("apiVersion").or_else(|| frame.api_version.clone()),
        text("kind").or_else(|| frame.kind.clone()),
    );
    for (name, missing) in [("apiVersion", version.is_none()), ("kind", kind.is_none())] {
        if missing {
            let start = Span { end: tree.span.start, ..tree.span };
            let span = tree.get(name).map_or(start, |entry| entry.value.span);
            reader.error(span, Problem::MissingType { field: name });
        }
    }
    let (api_version, written) = (version?, kind?);
    let kind = known(&api_version, &written);
    let mut raw = RawMeta::default();
    if let Some(entry) = tree.get("metadata") {
        read::field(&mut raw, entry, &Path::ROOT.field(&entry.key), reader);
    }
    raw.namespace = raw.namespace.or_else(|| frame.namespace.clone());
    let scoped = !is_cluster_wide(&written);
    let mut meta = meta::meta(raw, kind.clone(), api_version.clone(), scoped, tree, reader);
    let resource = resource(&kind, &meta, tree, reader)?;
    match &resource {
        Resource::Namespace(_) => meta.labels = named_labels(meta.labels, &meta.name),
        Resource::Other => not_simulated(tree, api_version, written, reader),
        _ => converted(tree, &kind, api_version, reader),
    }
    Some(Object { meta, resource, tree: tree.clone(), observed: reader.observed })
}

/// Tells that a kind is kept only, and which one may have been meant.
fn not_simulated(tree: &Tree, api_version: Str, kind: Str, reader: &mut Reader) {
    let at = |name: &str| tree.get(name).map_or(tree.span, |entry| entry.value.span);
    let own = is_own_group(&api_version);
    let meant = today(&Kind::named(&kind)).filter(|_| own);
    let nearest = match meant {
        Some(_) => Some(kind.clone()),
        None => own.then(|| nearest_kind(&kind)).flatten(),
    };
    let words = format!("no matches for kind {kind:?} in version {api_version:?}");
    let place = if meant.is_some() { "apiVersion" } else { "kind" };
    let fix = meant.map(Str::from).or_else(|| nearest.clone());
    reader.report(Severity::Information, at(place), Problem::NotSimulated { api_version, kind, nearest });
    if let Some(to) = fix {
        reader.server(&words);
        reader.fix(FixKind::Rename { to: to.clone() }, at(place), to.to_string(), Applicability::CheckFirst);
    }
}

/// Tells that an old form was read as today's.
fn converted(tree: &Tree, kind: &Kind, from: Str, reader: &mut Reader) {
    if let Some(to) = today(kind).filter(|to| *to != &*from) {
        let place = tree.get("apiVersion").or_else(|| tree.get("kind"));
        let span = place.map_or(tree.span, |entry| entry.value.span);
        reader.report(Severity::Information, span, Problem::Converted { from, to: to.into() });
    }
}

/// The kind, when Podyard simulates it in this API version or can convert from it.
fn known(api_version: &str, kind: &str) -> Kind {
    let found = Kind::named(kind);
    let old: &[&str] = match &found {
        Kind::Deployment => &["extensions/v1beta1", "apps/v1beta1", "apps/v1beta2"],
        Kind::ReplicaSet => &["extensions/v1beta1", "apps/v1beta2"],
        Kind::StatefulSet => &["apps/v1beta1", "apps/v1beta2"],
        Kind::Job => &["extensions/v1beta1"],
        Kind::EndpointSlice => &["discovery.k8s.io/v1beta1"],
        Kind::NetworkPolicy => &["extensions/v1beta1", HISTORICAL],
        _ => &[],
    };
    if today(&found) == Some(api_version) || old.contains(&api_version) {
        found
    } else {
        Kind::Other(kind.into())
    }
}

/// The policies of 2016.
const HISTORICAL: &str = "net.alpha.kubernetes.io/v1alpha1";

/// Today's `apiVersion` of a simulated kind.
fn today(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Namespace
        | Kind::Node
        | Kind::Pod
        | Kind::ReplicationController
        | Kind::Service
        | Kind::ConfigMap => "v1",
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet => "apps/v1",
        Kind::Job => "batch/v1",
        Kind::EndpointSlice => "discovery.k8s.io/v1",
        Kind::NetworkPolicy => "networking.k8s.io/v1",
        Kind::Other(_) => return None,
    })
}

/// A group of Kubernetes' own, where an unknown kind or version is rather a slip than somebody's extension.
fn is_own_group(api_version: &str) -> bool {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let own =
        ["", "apps", "batch", "extensions", "autoscaling", "policy", "discovery.k8s.io", "networking.k8s.io"];
    own.contains(&group) || !group.contains('.')
}

/// A simulated kind with nearly this name.
fn nearest_kind(kind: &str) -> Option<Str> {
    const SIMULATED: [&str; 12] = [
        "Namespace",
        "Node",
        "Pod",
        "Deployment",
        "ReplicaSet",
        "ReplicationController",
        "StatefulSet",
        "Job",
        "Service",
        "ConfigMap",
        "EndpointSlice",
        "NetworkPolicy",
    ];
    // Kinds that exist and only look alike are no slips.
    const REAL: [&str; 4] = ["CronJob", "DaemonSet", "PodTemplate", "Secret"];
    if REAL.contains(&kind) {
        return None;
    }
    read::nearest(kind, SIMULATED.into_iter()).map(Into::into)
}

/// Kinds that live in no namespace.
fn is_cluster_wide(kind: &str) -> bool {
    // Kubernetes 1.37's own, by its API's description.
    const KUBERNETES: &[&str] = &[
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterTrustBundle",
        "ComponentStatus",
        "CustomResourceDefinition",
        "DeviceClass",
        "DeviceTaintRule",
        "FlowSchema",
        "IPAddress",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "ResourcePoolStatusRequest",
        "ResourceSlice",
        "RuntimeClass",
        "SelfSubjectAccessReview",
        "SelfSubjectReview",
        "SelfSubjectRulesReview",
        "ServiceCIDR",
        "StorageClass",
        "StorageVersion",
        "StorageVersionMigration",
        "SubjectAccessReview",
        "TokenReview",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
    ];
    // Well-known extensions, Podyard's own, and what has been removed.
    const OTHERS: &[&str] = &[
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "ClusterNetworkPolicy",
        "GatewayClass",
        "Cluster",
        "PodSecurityPolicy",
        "GlobalNetworkPolicy",
        "GlobalNetworkSet",
        "CiliumClusterwideNetworkPolicy",
        "ClusterIssuer",
    ];
    KUBERNETES.contains(&kind) || OTHERS.contains(&kind)
}

/// Reads what the object is; adding a kind is one line here and one file.
fn resource(kind: &Kind, meta: &Meta, tree: &Tree, reader: &mut Reader) -> Option<Resource> {
    let path = &Path::ROOT;
    Some(match kind {
        Kind::Namespace => Resource::Namespace(Namespace::from_node(tree, path, reader)?),
        Kind::Node => {
            Resource::Node(node::RawNode::from_node(tree, path, reader)?.finish(&meta.labels, tree, reader))
        }
        Kind::Pod => {
            if tree.get("spec").is_none_or(|it| matches!(it.value.value, Value::Null)) {
                let span = tree.locate_key(&FieldPath::root().field("kind"));
                reader.required(span, FieldPath::parse("spec.containers"), "");
            }
            Resource::Pod(Pod::from_node(tree, path, reader)?)
        }
        Kind::Deployment => Resource::Deployment(Deployment::from_node(tree, path, reader)?),
        Kind::ReplicaSet => Resource::ReplicaSet(ReplicaSet::from_node(tree, path, reader)?),
        Kind::ReplicationController => {
            Resource::ReplicationController(ReplicationController::from_node(tree, path, reader)?)
        }
        Kind::StatefulSet => Resource::StatefulSet(StatefulSet::from_node(tree, path, reader)?),
        Kind::Job => Resource::Job(Job::from_node(tree, path, reader)?),
        Kind::Service => Resource::Service(Service::from_node(tree, path, reader)?),
        Kind::ConfigMap => Resource::ConfigMap(ConfigMap::from_node(tree, path, reader)?),
        Kind::EndpointSlice => Resource::EndpointSlice(
            endpoint_slice::RawSlice::from_node(tree, path, reader)?.finish(&meta.labels, tree, reader),
        ),
        Kind::NetworkPolicy if &*meta.api_version == HISTORICAL => {
            Resource::NetworkPolicy(network_policy::historical(tree, path, reader)?)
        }
        Kind::NetworkPolicy => Resource::NetworkPolicy(NetworkPolicy::from_node(tree, path, reader)?),
        Kind::Other(_) => Resource::Other,
    })
}
