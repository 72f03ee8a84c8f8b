//! discovery.k8s.io/v1 EndpointSlice: the user's own (for Services without selector) and the cluster's.

use super::{ObjectRef, Protocol};
use crate::Str;
use std::net::IpAddr;

/// A slice of a Service's endpoints: all share one list of ports (service-semantics 35).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointSlice {
    /// Label `kubernetes.io/service-name`.
    pub service: Str,
    /// The ports, resolved to numbers.
    pub ports: Vec<EndpointPort>,
    /// The endpoints.
    pub endpoints: Vec<Endpoint>,
}

/// A port of a slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointPort {
    /// The Service port's name, empty when unnamed.
    pub name: Str,
    /// The protocol.
    pub protocol: Protocol,
    /// The number on the endpoint.
    pub port: u16,
}

/// One endpoint (service-semantics 28–32).
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// `addresses[0]`, the one kube-proxy uses (service-semantics 43).
    pub address: IpAddr,
    /// Takes new connections.
    pub ready: bool,
    /// Would answer, readiness aside from termination.
    pub serving: bool,
    /// Being deleted.
    pub terminating: bool,
    /// `nodeName`.
    pub node: Option<Str>,
    /// `zone`.
    pub zone: Option<Str>,
    /// `hostname`.
    pub hostname: Option<Str>,
    /// `targetRef`, when a pod.
    pub target: Option<ObjectRef>,
}
