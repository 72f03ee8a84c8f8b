//! A cluster's state at one instant, immutable and shared: what the data plane is compiled from.

use super::{Config, Time};
use crate::Str;
use crate::api::{
    Cidr, ConfigMap, EndpointSlice, Labels, NetworkPolicy, ObjectRef, Phase, PodSpec, Service, ServicePort,
};
use crate::program::{Call, Listener};
use crate::text::FieldPath;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// The state of a cluster.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Grows with every change.
    pub version: u64,
    /// When it was taken.
    pub time: Time,
    /// How the cluster is built.
    pub config: Config,
    /// Name → labels (with `kubernetes.io/metadata.name`), in order of name; those no manifest declares as well.
    pub namespaces: BTreeMap<Str, NamespaceState>,
    /// In order of name.
    pub nodes: Vec<Arc<NodeState>>,
    /// In order of namespace and name. Finished pods stay (semantics 38).
    pub pods: Vec<Arc<PodState>>,
    /// Everything that runs pods, and bare pods; in order of first appearance.
    pub workloads: Vec<Arc<WorkloadState>>,
    /// In order of namespace and name.
    pub services: Vec<Arc<ServiceState>>,
    /// Policies in force, in order of namespace and name.
    pub policies: Vec<(ObjectRef, Arc<NetworkPolicy>)>,
    /// ConfigMaps, by namespace and name.
    pub config_maps: BTreeMap<(Str, Str), Arc<ConfigMap>>,
    /// Objects kept and not simulated.
    pub others: Vec<ObjectRef>,
}

/// A namespace.
#[derive(Clone, Debug, PartialEq)]
pub struct NamespaceState {
    /// Its labels.
    pub labels: Labels,
    /// A manifest declares it.
    pub declared: bool,
    /// Order of first appearance.
    pub order: u32,
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeState {
    /// Its name.
    pub name: Str,
    /// Its labels.
    pub labels: Labels,
    /// Its own addresses.
    pub addresses: Vec<IpAddr>,
    /// Where its pods' addresses come from.
    pub pod_cidrs: Vec<Cidr>,
    /// Its zone.
    pub zone: Option<Str>,
    /// The Ready condition.
    pub ready: bool,
    /// A manifest states it.
    pub declared: bool,
}

/// Where a pod's spec stands in the manifests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The object the user wrote: a Deployment, or the Pod itself.
    pub object: ObjectRef,
    /// The path to the pod template (`spec.template`), empty for a bare pod: labels stand at `metadata.labels` below it.
    pub template: FieldPath,
}

/// A pod.
#[derive(Clone, Debug, PartialEq)]
pub struct PodState {
    /// `Pod/namespace/name`.
    pub object: ObjectRef,
    /// Its labels.
    pub labels: Arc<Labels>,
    /// Its spec.
    pub spec: Arc<PodSpec>,
    /// Its direct controller (a ReplicaSet, …).
    pub owner: Option<ObjectRef>,
    /// The topmost owner, or the pod itself: an index into [`Snapshot::workloads`] by reference.
    pub workload: ObjectRef,
    /// Where its spec stands.
    pub origin: Origin,
    /// Its node, once scheduled.
    pub node: Option<Str>,
    /// Its addresses; the node's for host-network pods; empty until it has some.
    pub ips: Vec<IpAddr>,
    /// Its phase.
    pub phase: Phase,
    /// The Ready condition.
    pub ready: bool,
    /// Why it is not ready or not running: `ContainerCreating`, `Unschedulable`, `ReadinessProbeFailed`, …; Kubernetes' reason words.
    pub waiting: Option<&'static str>,
    /// Being deleted.
    pub terminating: bool,
    /// When it was created.
    pub created: Time,
    /// Its slot in its workload: ordinal, or the lowest free number at creation.
    pub slot: u32,
    /// The sockets its containers opened; empty while they do not run.
    pub listeners: Arc<[Listener]>,
    /// The calls its containers make.
    pub calls: Arc<[Call]>,
    /// Stated by a real cluster.
    pub observed: bool,
}

/// Something that runs pods.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkloadState {
    /// `Deployment/shop/web`, or `Pod/shop/lonely`.
    pub object: ObjectRef,
    /// How many pods are wanted.
    pub wanted: u32,
    /// Order of first appearance among the user's objects.
    pub order: u32,
    /// The calls its pods make, from its template: known before any pod runs.
    pub calls: Arc<[Call]>,
}

/// A Service with what the cluster gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceState {
    /// `Service/namespace/name`.
    pub object: ObjectRef,
    /// As stated, defaulted.
    pub spec: Arc<Service>,
    /// Labels of the Service.
    pub labels: Labels,
    /// Its ClusterIPs; empty when headless or ExternalName.
    pub cluster_ips: Vec<IpAddr>,
    /// Its ports, each with its node port where it has one.
    pub ports: Vec<(ServicePort, Option<u16>)>,
    /// Addresses its load balancer has; empty while pending.
    pub load_balancer_ips: Vec<IpAddr>,
    /// Its slices: the controller's, or the user's own.
    pub slices: Vec<EndpointSlice>,
    /// Order of first appearance.
    pub order: u32,
}

impl Snapshot {
    /// The pod of this reference.
    pub fn pod(&self, object: &ObjectRef) -> Option<&Arc<PodState>> {
        let key = (&object.namespace, &object.name);
        let at =
            self.pods.binary_search_by(|pod| (&pod.object.namespace, &pod.object.name).cmp(&key)).ok()?;
        self.pods.get(at)
    }

    /// The pods of a namespace.
    pub fn pods_of(&self, namespace: &str) -> &[Arc<PodState>] {
        let start = self.pods.partition_point(|pod| &*pod.object.namespace < namespace);
        let end = self.pods.partition_point(|pod| &*pod.object.namespace <= namespace);
        self.pods.get(start..end).unwrap_or_default()
    }

    /// The Service of this reference.
    pub fn service(&self, object: &ObjectRef) -> Option<&Arc<ServiceState>> {
        let key = (&object.namespace, &object.name);
        let at =
            self.services.binary_search_by(|it| (&it.object.namespace, &it.object.name).cmp(&key)).ok()?;
        self.services.get(at)
    }

    /// The workload of this reference.
    pub fn workload(&self, object: &ObjectRef) -> Option<&Arc<WorkloadState>> {
        self.workloads.iter().find(|it| it.object == *object)
    }

    /// The Service a name means as seen from a namespace: `db`, `db.shop`, `db.shop.svc`, `db.shop.svc.cluster.local`.
    pub fn service_named(&self, host: &str, namespace: &str) -> Option<&Arc<ServiceState>> {
        let host = host.strip_suffix('.').unwrap_or(host);
        let host = host.strip_suffix(".cluster.local").unwrap_or(host);
        let host = host.strip_suffix(".svc").unwrap_or(host);
        let (name, namespace) = host.split_once('.').unwrap_or((host, namespace));
        let key = (namespace, name);
        let at =
            self.services.binary_search_by(|it| (&*it.object.namespace, &*it.object.name).cmp(&key)).ok()?;
        self.services.get(at)
    }
}

/// Namespaces the cluster itself lives in.
pub fn is_system_namespace(name: &str) -> bool {
    matches!(name, "kube-system" | "kube-public" | "kube-node-lease")
}
