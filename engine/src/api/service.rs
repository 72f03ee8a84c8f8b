//! v1 Service.

use super::{Cidr, Labels, PortRef, Protocol};
use crate::Str;
use std::net::IpAddr;

/// A Service, defaulted (service-semantics 1–3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// `type`.
    pub kind: ServiceType,
    /// `selector`; `None` when absent or empty (service-semantics 27).
    pub selector: Option<Labels>,
    /// `ports`.
    pub ports: Vec<ServicePort>,
    /// `clusterIP: None` (service-semantics 18).
    pub headless: bool,
    /// `clusterIPs` as written; empty when the cluster is to choose.
    pub cluster_ips: Vec<IpAddr>,
    /// `externalIPs`.
    pub external_ips: Vec<IpAddr>,
    /// `externalName`.
    pub external_name: Option<Str>,
    /// `loadBalancerIP`, or the addresses of `status.loadBalancer.ingress`.
    pub load_balancer_ips: Vec<IpAddr>,
    /// `loadBalancerSourceRanges`.
    pub source_ranges: Vec<Cidr>,
    /// `sessionAffinity: ClientIP` with its timeout in seconds.
    pub client_ip_affinity: Option<u32>,
    /// `externalTrafficPolicy: Local`.
    pub external_local: bool,
    /// `internalTrafficPolicy: Local`.
    pub internal_local: bool,
    /// `publishNotReadyAddresses`.
    pub publish_not_ready: bool,
}

/// `spec.type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceType {
    /// The default.
    #[default]
    ClusterIp,
    /// A port on every node.
    NodePort,
    /// An outside address.
    LoadBalancer,
    /// A CNAME.
    ExternalName,
}

/// `spec.ports[]`, defaulted.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePort {
    /// `name`; empty when the only port is unnamed.
    pub name: Str,
    /// `protocol`.
    pub protocol: Protocol,
    /// `port`.
    pub port: u16,
    /// `targetPort`; the port itself when absent, 0 or "".
    pub target: PortRef,
    /// `nodePort` as written.
    pub node_port: Option<u16>,
}
