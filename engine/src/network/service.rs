//! Services as kube-proxy makes them: virtual addresses, endpoints, NAT (service-semantics 44–76).

use super::At;
use crate::api::{ObjectRef, Protocol};
use std::net::{IpAddr, SocketAddr};

/// Compiled Services.
#[derive(Debug, Default)]
pub struct Services {}

/// By which of its addresses a Service was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// Its ClusterIP.
    ClusterIp,
    /// A node's address and its node port.
    NodePort,
    /// Its load balancer's address.
    LoadBalancer,
    /// One of its externalIPs.
    ExternalIp,
}

/// What kube-proxy does with a packet.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// No Service has this address and port: the packet goes on as it is.
    NotAService,
    /// An endpoint was chosen (service-semantics 63).
    Chosen {
        /// The Service port: `spec.ports[0]`.
        port: At,
        /// By which door.
        door: Door,
        /// The endpoint.
        endpoint: SocketAddr,
        /// The pod behind it.
        target: Option<ObjectRef>,
        /// Its place among those that could be chosen, from 0.
        index: usize,
        /// How many could be chosen.
        of: usize,
        /// The source is rewritten to a node's address.
        masquerade: bool,
        /// The client has been sent there before (session affinity).
        sticky: bool,
    },
    /// No endpoint at all: the node refuses (service-semantics 58).
    NoEndpoints {
        /// The Service port.
        port: At,
        /// Pods the selector matches; none of them is ready.
        selected: usize,
        /// The field to look at: the selector, or the port.
        at: At,
    },
    /// Endpoints, but none on this node, and the policy is Local: silence (service-semantics 59, 60).
    NoLocalEndpoints {
        /// `spec.internalTrafficPolicy` or `spec.externalTrafficPolicy`.
        at: At,
    },
    /// A Service has this address, but not this port (service-semantics 61).
    NoSuchPort {
        /// The Service.
        service: ObjectRef,
        /// The ports it has.
        ports: Vec<(u16, Protocol)>,
    },
    /// The client is outside `loadBalancerSourceRanges` (service-semantics 57).
    SourceRange {
        /// The field.
        at: At,
    },
}

/// The place of an address in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The address.
    pub address: IpAddr,
    /// The protocol.
    pub protocol: Protocol,
    /// The port.
    pub port: u16,
}
