//! Why a direction passes or blocks: facts with the object and the field that decided.

use crate::Str;
pub use crate::api::Direction;
use crate::api::{Mismatch, Peer, Protocol};
use crate::network::At;

/// What one direction says of a connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Whether it passes.
    pub allowed: bool,
    /// Why.
    pub reason: Reason,
    /// The answer is left to the network plugin; the chosen profile's stands in `allowed`.
    pub depends_on_plugin: Option<PluginDependence>,
}

/// Why an answer depends on the network plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PluginDependence {
    /// ICMP (semantics 24).
    Icmp,
    /// An ipBlock and an address of a pod or node (semantics 25).
    BlockAndPod,
    /// The source address may be rewritten on the way in (semantics 29).
    SourceRewritten,
    /// A pod reaching itself through a Service (semantics 33).
    Hairpin,
    /// Egress to the own node (semantics 35).
    OwnNode,
    /// A host-network pod (semantics 36).
    HostNetwork,
    /// The plugin does not enforce policies at all.
    NotEnforced,
}

/// Why a direction passes or blocks.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one per hop that someone asks about; the large one is the common one"
)]
pub enum Reason {
    /// The end is not a pod: policies do not judge it (semantics 40).
    NotAPod,
    /// A host-network pod is not subject (semantics 36).
    HostNetwork,
    /// No policy selects the pod for this direction: everything passes (semantics 11).
    NotIsolated,
    /// To its own address (semantics 33).
    OwnAddress,
    /// From the pod's own node (semantics 34).
    OwnNode,
    /// The plugin enforces nothing.
    NotEnforced,
    /// This rule admits it.
    Admitted {
        /// The rule, e.g. `spec.ingress[0]`.
        rule: At,
        /// The peer that matched, e.g. `spec.ingress[0].from[1]`; `None` when the rule names no peers.
        peer: Option<At>,
        /// The same peer as written.
        matched: Option<Peer>,
        /// The port entry that matched; `None` when the rule names no ports.
        port: Option<At>,
    },
    /// Policies isolate the pod, and none of their rules admits it. One entry per policy that selects it.
    Isolated {
        /// The policies, in order of name.
        policies: Vec<Isolation>,
    },
}

/// A policy that isolates a pod, and why each of its rules does not match.
#[derive(Clone, Debug, PartialEq)]
pub struct Isolation {
    /// The policy and the field that makes it select the pod: `spec.podSelector`.
    pub policy: At,
    /// Per rule, the first test that failed. Empty: the policy has no rules for this direction.
    pub rules: Vec<RuleMismatch>,
}

/// Why a rule does not match.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleMismatch {
    /// The rule.
    pub rule: At,
    /// The first test that failed.
    pub test: FailedTest,
}

/// The first test of a rule that failed.
#[derive(Clone, Debug, PartialEq)]
pub enum FailedTest {
    /// No peer matched; each with its reason, in order.
    Peers(Vec<(At, PeerMismatch)>),
    /// A peer matched, no port did.
    Ports(Vec<(At, PortMismatch)>),
}

/// Why a peer does not match.
#[derive(Clone, Debug, PartialEq)]
pub enum PeerMismatch {
    /// Selectors never match what is not a pod (semantics 8).
    NotAPod,
    /// A host-network pod counts as its node (semantics 36).
    HostNetwork,
    /// The peer lives in another namespace and the rule names none (semantics 7).
    OtherNamespace {
        /// The policy's namespace.
        wanted: Str,
        /// The peer's.
        has: Str,
    },
    /// `namespaceSelector` fails.
    Namespace {
        /// The peer's namespace.
        namespace: Str,
        /// The test.
        mismatch: Mismatch,
    },
    /// `podSelector` fails.
    Pod(Mismatch),
    /// The address lies outside the block.
    OutsideBlock,
    /// The address lies in an `except`.
    Excepted(At),
    /// A block never matches the other family (semantics 27).
    OtherFamily,
    /// The profile's blocks do not match pods (semantics 25).
    BlocksDoNotMatchPods,
    /// A pod without an address cannot lie in a block (semantics 38).
    NoAddress,
}

/// Why a port entry does not match.
#[derive(Clone, Debug, PartialEq)]
pub enum PortMismatch {
    /// Another protocol.
    Protocol {
        /// The rule's.
        wanted: Protocol,
    },
    /// Another number.
    Number {
        /// First port.
        from: u16,
        /// Last port.
        to: u16,
    },
    /// The name stands for other numbers on the destination.
    Named {
        /// The name.
        name: Str,
        /// The numbers it has there.
        numbers: Vec<u16>,
    },
    /// The destination has no port of this name and protocol (semantics 19).
    NameUnknown {
        /// The name.
        name: Str,
    },
}
