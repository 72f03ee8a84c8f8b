//! v1 Node.

use super::Cidr;
use crate::Str;
use std::net::IpAddr;

/// A node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// `status.addresses` of type InternalIP, then ExternalIP.
    pub addresses: Vec<IpAddr>,
    /// `spec.podCIDR(s)`.
    pub pod_cidrs: Vec<Cidr>,
    /// `spec.unschedulable`.
    pub unschedulable: bool,
    /// `status.allocatable.pods`; 110 when absent.
    pub max_pods: Option<u32>,
    /// The Ready condition, when stated.
    pub ready: Option<bool>,
    /// Label `topology.kubernetes.io/zone`.
    pub zone: Option<Str>,
    /// `spec.taints` with effect NoSchedule or NoExecute, as `key`.
    pub taints: Vec<Str>,
}
