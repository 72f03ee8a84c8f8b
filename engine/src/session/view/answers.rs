//! Flows, walks and the other answers.

use super::{Link, Verdict, Words};
use serde::{Deserialize, Serialize};

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
