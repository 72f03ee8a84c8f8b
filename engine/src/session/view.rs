//! What the page and the command line show: plain data, positions in UTF-16 and line:column.

use serde::{Deserialize, Serialize};

/// A place in the user's text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The file.
    pub file: String,
    /// Line from 1.
    pub line: u32,
    /// Column from 1.
    pub column: u32,
    /// UTF-16 offset of the first character.
    pub from: u32,
    /// UTF-16 offset past the last.
    pub to: u32,
    /// The field path: `spec.ingress[0].from[1]`.
    pub path: String,
    /// The object: `NetworkPolicy/shop/db-only-api`.
    pub object: String,
}

/// Words with links.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Words(pub Vec<Piece>);

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Piece {
    /// Plain words.
    Text(String),
    /// A literal.
    Code(String),
    /// An object.
    Object {
        /// `Kind/namespace/name`.
        id: String,
        /// How it is called here.
        label: String,
    },
    /// A place in the text, shown as `file:line`.
    Link(Link),
}

impl Words {
    /// Without links: `file:line` and names stay.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) | Piece::Code(text) => out.push_str(text),
                Piece::Object { label, .. } => out.push_str(label),
                Piece::Link(link) => {
                    out.push_str(&link.file);
                    out.push(':');
                    out.push_str(&link.line.to_string());
                }
            }
        }
        out
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// The object does not take part.
    Error,
    /// Look.
    Warning,
    /// Worth knowing.
    Information,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagnosticView {
    /// How much it matters.
    pub severity: Severity,
    /// A short stable name of the kind: `unknown-field`.
    pub code: String,
    /// Where.
    pub at: Link,
    /// One sentence.
    pub headline: String,
    /// Kubernetes' own words, if any.
    pub detail: Option<String>,
    /// A way out.
    pub fix: Option<FixView>,
}

/// A fix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FixView {
    /// A verb: `Rename to replicas`.
    pub label: String,
    /// Safe to apply without looking.
    pub safe: bool,
    /// (from, to, insert) in UTF-16 offsets of the diagnostic's file.
    pub edits: Vec<(u32, u32, String)>,
}

/// A document of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentView {
    /// The file.
    pub file: String,
    /// Where it stands.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// Line from 1.
    pub line: u32,
    /// The objects it holds: `Kind/namespace/name`.
    pub objects: Vec<String>,
    /// It does not parse or has errors: its objects are those of the last good text, if there was one.
    pub stale: bool,
}

/// How a connection ends; the engine's verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It reached a listening socket.
    Forwarded,
    /// Silence.
    Dropped,
    /// The node answers.
    Rejected,
    /// The pod answers.
    Refused,
    /// No such name.
    Unresolved,
    /// No route.
    Unroutable,
    /// Kubernetes leaves it open.
    Ambiguous,
}

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

/// New flows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FlowsView {
    /// Virtual time now, microseconds.
    pub time: u64,
    /// Flows that started since the last update, in order.
    pub flows: Vec<FlowView>,
    /// Flows so far, by verdict.
    pub totals: Vec<(Verdict, u64)>,
}

/// A flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlowView {
    /// Its id.
    pub id: u64,
    /// Start, microseconds of virtual time.
    pub start: u64,
    /// When the client knew, microseconds.
    pub end: u64,
    /// The call it belongs to: [`CallView::id`].
    pub call: String,
    /// The source pod's id, or `outside`.
    pub from: String,
    /// The Service's id, if one was used.
    pub service: Option<String>,
    /// The destination pod's id, where one was chosen.
    pub to: Option<String>,
    /// Host and port as the client wrote them.
    pub target: String,
    /// How it ended.
    pub verdict: Verdict,
    /// The answer depends on the network plugin.
    pub plugin: bool,
    /// A short reason.
    pub reason: String,
    /// What decided.
    pub at: Option<Link>,
}

/// What became of a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HopState {
    /// The packet went on.
    Passed,
    /// The connection ended here (for good or ill).
    Decided,
    /// The walk did not come here.
    NotReached,
}

/// A hop of a walk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HopView {
    /// `Name`, `Service`, `Egress`, `Route`, `Ingress`, `Socket`.
    pub station: String,
    /// A short title: `Service db`.
    pub title: String,
    /// Where: `node-2, in its kernel`.
    pub place: String,
    /// The pod, Service or node to show in the picture.
    pub object: Option<String>,
    /// What became of it.
    pub state: HopState,
    /// What happened, in one sentence, and why.
    pub why: Words,
    /// Why the others did not match, one line each.
    pub others: Vec<Words>,
    /// `10.244.1.7:40112 → 10.96.0.20:5432`.
    pub before: String,
    /// After; empty when nothing is sent.
    pub after: String,
    /// Which rewrite happened: `DNAT`, `SNAT`, or empty.
    pub rewrite: String,
    /// The line that decided or acted.
    pub at: Option<Link>,
    /// Time spent, microseconds.
    pub took: u64,
}

/// What the client sees.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClientView {
    /// curl's last line.
    pub line: String,
    /// The line of `curl -v` that tells it apart, if any.
    pub verbose: String,
    /// Who answered: `nobody answered`, `answered by node-1 (ICMP)`.
    pub answered: String,
    /// After how long: `after 5.001 s`.
    pub after: String,
}

/// A walked and explained connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WalkView {
    /// The source's id and label.
    pub from: (String, String),
    /// The target's id (if it is an object) and label.
    pub to: (String, String),
    /// The port.
    pub port: u16,
    /// The protocol.
    pub protocol: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict in Podyard's word: `Dropped`, `Name not found`.
    pub word: String,
    /// `db-0 never hears from reports.`
    pub headline: Words,
    /// The deciding sentence.
    pub because: Words,
    /// The hops, those not reached included.
    pub hops: Vec<HopView>,
    /// Index of the deciding hop.
    pub decided: usize,
    /// What the client sees.
    pub client: ClientView,
    /// The answer depends on the network plugin: why, and what others would do.
    pub plugin: Option<Words>,
    /// The Service it went through.
    pub service: Option<String>,
    /// The pod it reached or would have reached.
    pub destination: Option<String>,
}

/// What can be reached from somewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetsView {
    /// From where.
    pub from: String,
    /// (object id, label, port, protocol, verdict).
    pub targets: Vec<TargetView>,
}

/// A target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetView {
    /// The object's id, or `outside`.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The port asked.
    pub port: u16,
    /// The protocol.
    pub protocol: String,
    /// What would happen.
    pub verdict: Verdict,
    /// Depends on the plugin.
    pub plugin: bool,
}

/// An inspected object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InspectView {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// One sentence on its state.
    pub state: Words,
    /// Facts: name and value.
    pub facts: Vec<(String, Words)>,
    /// Related objects: role (`selects`, `owned by`, `selected by`, `isolated by`) and id with label.
    pub related: Vec<(String, String, String)>,
    /// Where it stands in the text.
    pub at: Option<Link>,
}

/// All pairs of classes of pods (same labels, same answers), or pods.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MatrixView {
    /// The port asked, or `None` for the destinations' own ports.
    pub port: Option<u16>,
    /// The protocol.
    pub protocol: String,
    /// Row and column headings: workload ids, `outside` first.
    pub ends: Vec<String>,
    /// Row by row: per destination the connections that reach it, of how many, and the worst verdict.
    pub cells: Vec<Vec<MatrixCell>>,
}

/// A cell of the matrix.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MatrixCell {
    /// Connections tried; 0 when there is nothing to try.
    pub of: u32,
    /// Of those, let through by policy and routes.
    pub allowed: u32,
    /// The worst verdict.
    pub verdict: Option<Verdict>,
}
