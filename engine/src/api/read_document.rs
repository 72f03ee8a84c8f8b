//! A document → its objects: which kind it is, old API versions, lists, historical requests.

use super::meta::{self, RawMeta};
use super::read::{self, FromNode, Path, Reader};
use super::{
    ConfigMap, Deployment, Job, Kind, Meta, Namespace, NetworkPolicy, Object, Pod, ReplicaSet,
    ReplicationController, Resource, Service, StatefulSet, endpoint_slice, named_labels, network_policy,
    node,
};
use crate::Str;
use crate::diagnostic::{Diagnostic, Kind as Problem, Severity};
use crate::manifest::{Document, Node as Tree, Value};
use crate::text::{FieldPath, Span};

/// Reads a document: the objects it holds (a List holds several) and every finding.
///
/// An object with an error-level finding is left out; the others of the same document stay.
pub fn read(document: &Document) -> (Vec<Object>, Vec<Diagnostic>) {
    let mut objects = Vec::new();
    let mut found = Vec::new();
    if let Some(root) = &document.root {
        let request = document.request.as_ref().and_then(|request| OldRequest::of(&request.path));
        whole(root, request.as_ref(), &mut objects, &mut found);
    }
    (objects, found)
}

/// What the path of a historical request says: API version and namespace.
struct OldRequest {
    api_version: Str,
    namespace: Str,
}

impl OldRequest {
    /// `/apis/GROUP/VERSION/namespaces/NS/…`.
    fn of(path: &str) -> Option<Self> {
        let mut parts = path.trim_start_matches('/').split('/');
        let (_, group, version) = (parts.next().filter(|it| *it == "apis")?, parts.next()?, parts.next()?);
        let namespace = parts.next().filter(|it| *it == "namespaces").and_then(|_| parts.next())?;
        Some(Self { api_version: format!("{group}/{version}").into(), namespace: namespace.into() })
    }
}

/// A document's tree: one object, or a list of them.
fn whole(root: &Tree, request: Option<&OldRequest>, objects: &mut Vec<Object>, found: &mut Vec<Diagnostic>) {
    let text = |name: &str| root.get(name).and_then(|entry| entry.value.as_str());
    let items = text("kind").filter(|kind| kind.ends_with("List")).and_then(|_| root.get("items"));
    match items {
        Some(items) => items.value.items().iter().for_each(|item| single(item, None, objects, found)),
        None => single(root, request, objects, found),
    }
}

/// One object.
fn single(tree: &Tree, request: Option<&OldRequest>, objects: &mut Vec<Object>, found: &mut Vec<Diagnostic>) {
    let mut reader = Reader { observed: is_observed(tree), ..Reader::default() };
    let object = object(tree, request, &mut reader);
    let sound = !reader.found.iter().any(|it| it.severity == Severity::Error);
    found.append(&mut reader.found);
    objects.extend(object.filter(|_| sound));
}

/// A real cluster stated it: `status` with content, `resourceVersion` or `uid`.
fn is_observed(tree: &Tree) -> bool {
    let metadata = tree.get("metadata");
    let has = |name: &str| metadata.is_some_and(|it| it.value.get(name).is_some());
    let status = tree.get("status").is_some_and(|it| {
        // `kubectl create --dry-run` leaves `status: {}` or `loadBalancer: {}` behind.
        it.value
            .entries()
            .iter()
            .any(|entry| !entry.value.entries().is_empty() || !matches!(entry.value.value, Value::Mapping(_)))
    });
    status || has("resourceVersion") || has("uid")
}

fn object(tree: &Tree, request: Option<&OldRequest>, reader: &mut Reader) -> Option<Object> {
    if !matches!(tree.value, Value::Mapping(_)) {
        reader.error(tree.span, Problem::NotAnObject);
        return None;
    }
    let text = |name: &str| tree.get(name).and_then(|entry| entry.value.as_str()).cloned();
    let given = request.map(|it| it.api_version.clone());
    for (name, missing) in
        [("apiVersion", text("apiVersion").is_none() && given.is_none()), ("kind", text("kind").is_none())]
    {
        if missing {
            let span =
                tree.get(name).map_or(Span { end: tree.span.start, ..tree.span }, |entry| entry.value.span);
            reader.error(span, Problem::MissingType { field: name });
        }
    }
    let (api_version, written) = (text("apiVersion").or(given)?, text("kind")?);
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let kind = known(group, &written);
    let mut raw = RawMeta::default();
    if let Some(entry) = tree.get("metadata") {
        read::field(&mut raw, entry, &Path::ROOT.field(&entry.key), reader);
    }
    if let Some(request) = request {
        raw.namespace.get_or_insert_with(|| request.namespace.clone());
    }
    let scoped = !is_cluster_wide(&written);
    let mut meta = meta::meta(raw, kind.clone(), api_version.clone(), scoped, tree, reader);
    let resource = resource(&kind, &meta, tree, reader)?;
    match &resource {
        Resource::Namespace(_) => meta.labels = named_labels(meta.labels, &meta.name),
        Resource::Other => {
            let span = tree.get("kind").map_or(tree.span, |entry| entry.value.span);
            let nearest = nearest_kind(group, &written);
            let problem = Problem::NotSimulated { api_version, kind: written, nearest };
            reader.report(Severity::Information, span, problem);
            return Some(Object { meta, resource, tree: tree.clone(), observed: reader.observed });
        }
        _ => {}
    }
    if let Some(to) = modern(&kind).filter(|to| *to != &*api_version) {
        let span = tree.get("apiVersion").map_or(tree.span, |entry| entry.value.span);
        let span = if tree.get("apiVersion").is_some() {
            span
        } else {
            tree.locate(&FieldPath::root().field("kind"))
        };
        reader.report(Severity::Information, span, Problem::Converted { from: api_version, to: to.into() });
    }
    Some(Object { meta, resource, tree: tree.clone(), observed: reader.observed })
}

/// The kind, when Podyard simulates it in this API group.
fn known(group: &str, kind: &str) -> Kind {
    let found = Kind::named(kind);
    let fits = match &found {
        Kind::Namespace
        | Kind::Node
        | Kind::Pod
        | Kind::ReplicationController
        | Kind::Service
        | Kind::ConfigMap => group.is_empty(),
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet => matches!(group, "apps" | "extensions"),
        Kind::Job => group == "batch",
        Kind::EndpointSlice => group == "discovery.k8s.io",
        Kind::NetworkPolicy => matches!(group, "networking.k8s.io" | "extensions" | HISTORICAL),
        Kind::Other(_) => true,
    };
    if fits { found } else { Kind::Other(kind.into()) }
}

/// The group of 2016.
const HISTORICAL: &str = "net.alpha.kubernetes.io";

/// Today's `apiVersion` of a simulated kind.
fn modern(kind: &Kind) -> Option<&'static str> {
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

/// A simulated kind with nearly this name, in groups of Kubernetes' own.
fn nearest_kind(group: &str, kind: &str) -> Option<Str> {
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
    let own =
        group.is_empty() || group.ends_with("k8s.io") || matches!(group, "apps" | "batch" | "extensions");
    if !own || REAL.contains(&kind) {
        return None;
    }
    read::nearest(kind, SIMULATED.into_iter()).map(Into::into)
}

/// Kinds that live in no namespace.
fn is_cluster_wide(kind: &str) -> bool {
    const KINDS: [&str; 27] = [
        "APIService",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "Cluster",
        "ClusterIssuer",
        "ClusterNetworkPolicy",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "FlowSchema",
        "GatewayClass",
        "GlobalNetworkPolicy",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "RuntimeClass",
        "ServiceCIDR",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingWebhookConfiguration",
    ];
    KINDS.contains(&kind)
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
            if tree.get("spec").is_none() {
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
        Kind::NetworkPolicy if meta.api_version.starts_with(HISTORICAL) => {
            Resource::NetworkPolicy(network_policy::historical(tree, path, reader)?)
        }
        Kind::NetworkPolicy => Resource::NetworkPolicy(NetworkPolicy::from_node(tree, path, reader)?),
        Kind::Other(_) => Resource::Other,
    })
}
