//! networking.k8s.io/v1 NetworkPolicy, and the historical forms read as it.

use super::{Cidr, PortRef, Protocol, Selector};

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
    /// Read from the net.alpha form: field paths of reasons are translated with [`NetworkPolicy::path`] of the owner.
    pub historical: bool,
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
