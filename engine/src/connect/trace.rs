//! What a walk gives: hops, reasons, a verdict.

use crate::Str;
use crate::api::{ObjectRef, Protocol};
use crate::cluster::Span;
use crate::network::policy::PluginDependence;
use crate::network::{At, dns, policy, route, service};
use std::net::{IpAddr, SocketAddr};

/// Where a connection starts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A pod, by reference.
    Pod(ObjectRef),
    /// A process on a node, by the node's name.
    Node(Str),
    /// Somewhere outside the cluster.
    Outside(IpAddr),
}

/// Where it wants to go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A name, as the client writes it.
    Name(Str),
    /// An address.
    Address(IpAddr),
}

/// A connection to be tried.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Connection {
    /// From.
    pub source: Source,
    /// To.
    pub target: Target,
    /// Destination port; 0 for ICMP.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
    /// The node where traffic from outside enters; the walk chooses one when `None`.
    pub enter: Option<Str>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It reached a listening socket.
    Forwarded,
    /// Silence: the client times out.
    Dropped,
    /// The node answers: refused.
    Rejected,
    /// The pod answers: nothing listens.
    Refused,
    /// The name does not resolve.
    Unresolved,
    /// No route.
    Unroutable,
    /// Kubernetes leaves the winner open.
    Ambiguous,
}

/// The addresses a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Source, once known.
    pub source: Option<SocketAddr>,
    /// Destination, once known.
    pub destination: Option<SocketAddr>,
}

/// A station of the walk, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Station {
    /// The name is looked up.
    Name,
    /// A Service's address is found and an endpoint chosen.
    Service,
    /// Egress policy of the source pod.
    Egress,
    /// Node to node, into or out of the cluster.
    Route,
    /// Ingress policy of the destination pod.
    Ingress,
    /// The socket.
    Socket,
}

/// Where a hop happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a pod.
    Pod(ObjectRef),
    /// On a node, in its kernel.
    Node(Str),
    /// Outside.
    Outside,
}

/// What happened at the socket.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketReason {
    /// A container listens.
    Listening {
        /// The container.
        container: Str,
        /// Where Podyard knows it from.
        at: Option<At>,
    },
    /// Nothing listens on this port (the pod answers with a reset).
    Closed {
        /// The ports that are open, with their containers.
        open: Vec<(u16, Str)>,
        /// The field that named the port: a Service's `targetPort`, if any.
        at: Option<At>,
    },
    /// A container listens on 127.0.0.1 only (service-semantics 127).
    LoopbackOnly {
        /// The container.
        container: Str,
    },
    /// The pod's containers do not run.
    NotRunning,
    /// Outside the cluster something answers.
    Outside,
    /// A process on the node answers (the kubelet, the API server).
    Node,
    /// ICMP has no port: the network stack answers, whatever the containers do.
    Echo,
}

/// Why a hop went as it did: the sum of the parts' reasons.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Names.
    Dns(dns::Reason),
    /// Services.
    Service(service::Reason),
    /// Egress policy.
    Egress(policy::Decision),
    /// The way.
    Route(route::Reason),
    /// Ingress policy.
    Ingress(policy::Decision),
    /// The socket.
    Socket(SocketReason),
}

/// One step of the walk.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// Which station.
    pub station: Station,
    /// Where.
    pub place: Place,
    /// Before.
    pub before: Addresses,
    /// After; equal to `before` when nothing was rewritten.
    pub after: Addresses,
    /// Why.
    pub reason: Reason,
    /// Time spent here.
    pub took: Span,
}

/// A walked connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// What was asked.
    pub connection: Connection,
    /// The hops walked; the last one decided.
    pub hops: Vec<Hop>,
    /// How it ended.
    pub verdict: Verdict,
    /// The answer is left to the network plugin: why, and the verdicts of profiles that differ.
    pub depends_on_plugin: Option<(PluginDependence, Vec<(&'static str, Verdict)>)>,
    /// The Service it went through, if any.
    pub service: Option<ObjectRef>,
    /// The pod it reached, or would have reached.
    pub destination: Option<ObjectRef>,
    /// The choices made on the way: with [`super::Replay`] the same connection is walked again.
    pub choices: Choices,
}

/// The end of a walk, without its hops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub verdict: Verdict,
    /// The Service it went through: an index into `Snapshot::services`.
    pub service: Option<u32>,
    /// The pod it reached, or would have reached: an index into `Snapshot::pods`.
    pub pod: Option<u32>,
    /// Time spent on the way there, all hops together.
    pub took: Span,
    /// The choices made on the way: replayed, they give the trace with all its reasons.
    pub choices: Choices,
}

/// The choices of one walk, in order: an address of a name, the node where it enters, the endpoint. Never more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    made: [usize; 3],
    count: usize,
}

impl Choices {
    /// In order.
    pub fn as_slice(&self) -> &[usize] {
        self.made.get(..self.count).unwrap_or(&self.made)
    }
    pub(super) fn push(&mut self, choice: usize) {
        if let Some(place) = self.made.get_mut(self.count) {
            *place = choice;
            self.count += 1;
        }
    }
}
