//! The world as the picture needs it.

use super::{Link, Verdict};
use serde::{Deserialize, Serialize};

/// The world as the picture needs it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorldView {
    /// Grows with every change.
    pub version: u64,
    /// Virtual time, microseconds.
    pub time: u64,
    /// This is what the text would give; the cluster has not taken it yet.
    pub preview: bool,
    /// The network plugin's profile.
    pub profile: String,
    /// In order of first appearance.
    pub namespaces: Vec<NamespaceView>,
    /// In order of name.
    pub nodes: Vec<NodeView>,
    /// In order of first appearance.
    pub workloads: Vec<WorkloadView>,
    /// In order of first appearance.
    pub services: Vec<ServiceView>,
    /// Traffic: who calls whom, with verdicts; in order of source and text.
    pub calls: Vec<CallView>,
    /// Kept, not simulated: `Kind/namespace/name`.
    pub others: Vec<String>,
}

/// A namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NamespaceView {
    /// Its name.
    pub name: String,
    /// A manifest declares it.
    pub declared: bool,
    /// The system's own (kube-system): folded in the picture.
    pub system: bool,
    /// Policies that select all its pods: `NetworkPolicy/ns/name`.
    pub policies: Vec<String>,
}

/// A node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeView {
    /// Its name.
    pub name: String,
    /// Its zone.
    pub zone: Option<String>,
    /// Its first address.
    pub address: String,
    /// Ready.
    pub ready: bool,
}

/// What runs pods.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkloadView {
    /// `Deployment/shop/web`.
    pub id: String,
    /// `Deployment`.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How many pods it wants.
    pub wanted: u32,
    /// How many are ready.
    pub ready: u32,
    /// Its pods, by slot.
    pub pods: Vec<PodView>,
    /// Where it stands in the text.
    pub at: Option<Link>,
}

/// What a pod is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PodPhase {
    /// Not scheduled, or its containers are being created.
    #[default]
    Pending,
    /// Runs, not ready.
    NotReady,
    /// Runs and is ready.
    Ready,
    /// Keeps failing.
    CrashLoop,
    /// Being deleted.
    Terminating,
    /// Ended well.
    Succeeded,
    /// Ended badly.
    Failed,
}

/// A pod.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PodView {
    /// `Pod/shop/web-7c9f8d6b5-x2k9f`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The part that tells it from its siblings: `x2k9f`, `db-0`; the whole name of a bare pod.
    pub short: String,
    /// Its node.
    pub node: Option<String>,
    /// Its addresses.
    pub ips: Vec<String>,
    /// What it is doing.
    pub phase: PodPhase,
    /// Kubernetes' reason word, when not ready.
    pub reason: Option<String>,
    /// Its slot.
    pub slot: u32,
    /// Its containers.
    pub containers: Vec<ContainerView>,
    /// Isolated for ingress, by these policies.
    pub isolated_ingress: Vec<String>,
    /// Isolated for egress, by these policies.
    pub isolated_egress: Vec<String>,
}

/// A container.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ContainerView {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// The ports it listens on.
    pub ports: Vec<u16>,
    /// Keeps running beside the others though an init container.
    pub sidecar: bool,
}

/// A Service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceView {
    /// `Service/shop/db`.
    pub id: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`.
    pub kind: String,
    /// `clusterIP: None`.
    pub headless: bool,
    /// Its ClusterIP.
    pub cluster_ip: Option<String>,
    /// Addresses outside clients use (load balancer, externalIPs).
    pub external: Vec<String>,
    /// Its ports.
    pub ports: Vec<PortView>,
    /// The workloads whose pods its selector matches.
    pub selects: Vec<String>,
    /// Pods it selects.
    pub endpoints: u32,
    /// Of those, ready.
    pub ready: u32,
    /// Where it stands in the text.
    pub at: Option<Link>,
}

/// A Service port.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PortView {
    /// Its name.
    pub name: String,
    /// Its number.
    pub port: u16,
    /// `targetPort` as written.
    pub target: String,
    /// The node port.
    pub node_port: Option<u16>,
    /// `TCP`, `UDP`, `SCTP`.
    pub protocol: String,
}

/// Who calls whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallView {
    /// Stable while its ends, host and port are the same.
    pub id: String,
    /// A workload's id, or `outside`.
    pub from: String,
    /// A Service's or workload's id, or `host:NAME` for something outside or unknown.
    pub to: String,
    /// The host as written.
    pub host: String,
    /// The port.
    pub port: u16,
    /// `TCP`, `UDP`, `SCTP`.
    pub protocol: String,
    /// How its connections end: over every source pod and endpoint, worst first.
    pub verdicts: Vec<(Verdict, u32)>,
    /// The answer depends on the network plugin.
    pub plugin: bool,
    /// Where it was inferred from.
    pub inferred: Option<Link>,
    /// What decided when it is not forwarded.
    pub decided: Option<Link>,
    /// One short sentence on the worst verdict.
    pub reason: String,
}
