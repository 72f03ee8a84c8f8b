//! networking.k8s.io/v1 NetworkPolicy, and the historical forms read as it.

mod historical;
mod read;

pub(super) use historical::historical;

use super::{Cidr, PortRef, Protocol, Selector};
use crate::text::FieldPath;

/// A policy, defaulted: `types` are the ones in effect (semantics 1, 2).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkPolicy {
    /// Which pods of its namespace (semantics 3).
    pub pod_selector: Selector,
    /// Isolates for ingress.
    pub isolates_ingress: bool,
    /// Isolates for egress.
    pub isolates_egress: bool,
    /// `ingress`, in order; not in effect unless `isolates_ingress`.
    pub ingress: Vec<PolicyRule>,
    /// `egress`, in order; not in effect unless `isolates_egress`.
    pub egress: Vec<PolicyRule>,
    /// Read from the net.alpha form, whose fields have other names: [`NetworkPolicy::rule_path`] and its like know them.
    pub historical: bool,
}

/// Which way a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Into the selected pods.
    Ingress,
    /// Out of the selected pods.
    Egress,
}

/// Where a policy's parts stand in its manifest.
impl NetworkPolicy {
    /// `spec.podSelector`.
    pub fn subject_path(&self) -> FieldPath {
        FieldPath::root().field("spec").field("podSelector")
    }

    /// `spec.ingress[0]`.
    pub fn rule_path(&self, direction: Direction, rule: usize) -> FieldPath {
        let spec = FieldPath::root().field("spec");
        match direction {
            _ if self.historical => spec.field("allowIncoming"),
            Direction::Ingress => spec.field("ingress").index(rule),
            Direction::Egress => spec.field("egress").index(rule),
        }
    }

    /// `spec.ingress[0].from[1]`.
    pub fn peer_path(&self, direction: Direction, rule: usize, peer: usize) -> FieldPath {
        let peers = if direction == Direction::Egress { "to" } else { "from" };
        self.rule_path(direction, rule).field(peers).index(peer)
    }

    /// `spec.ingress[0].ports[1]`.
    pub fn port_path(&self, direction: Direction, rule: usize, port: usize) -> FieldPath {
        let ports = if self.historical { "toPorts" } else { "ports" };
        self.rule_path(direction, rule).field(ports).index(port)
    }
}

/// One of `ingress` or `egress`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyRule {
    /// `from` or `to`; empty means anyone (semantics 5).
    pub peers: Vec<Peer>,
    /// `ports`; empty means every port and protocol.
    pub ports: Vec<PolicyPort>,
}

/// One of `from` or `to` (semantics 6–8).
#[derive(Clone, Debug, PartialEq)]
pub enum Peer {
    /// Pods by label, in namespaces by label.
    Pods {
        /// `podSelector`.
        pods: Option<Selector>,
        /// `namespaceSelector`; `None` means the policy's own namespace.
        namespaces: Option<Selector>,
    },
    /// An address block (semantics 25–28).
    IpBlock {
        /// `cidr`.
        cidr: Cidr,
        /// `except`.
        except: Vec<Cidr>,
    },
}

/// One of `ports` (semantics 18–22).
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyPort {
    /// TCP when absent.
    pub protocol: Protocol,
    /// Every port when absent.
    pub port: Option<PortRef>,
    /// Last port of a range, inclusive.
    pub end_port: Option<u16>,
}
