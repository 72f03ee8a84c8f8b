//! discovery.k8s.io/v1 EndpointSlice: the user's own (for Services without selector) and the cluster's.

use super::read::reads;
use super::{Kind, Labels, ObjectRef, Protocol};
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

#[derive(Default)]
pub(super) struct RawSlice {
    ports: Vec<RawPort>,
    endpoints: Vec<RawEndpoint>,
}

#[derive(Default)]
struct RawPort {
    name: Str,
    protocol: Protocol,
    port: Option<u16>,
}

#[derive(Default)]
struct RawEndpoint {
    addresses: Vec<Str>,
    conditions: Conditions,
    node: Option<Str>,
    zone: Option<Str>,
    hostname: Option<Str>,
    target: Option<Target>,
}

#[derive(Default)]
struct Conditions {
    ready: Option<bool>,
    serving: Option<bool>,
    terminating: Option<bool>,
}

#[derive(Default)]
struct Target {
    kind: Str,
    namespace: Str,
    name: Str,
}

reads!(RawSlice { ports: "ports", endpoints: "endpoints" } also ["apiVersion", "kind", "metadata", "addressType"]);
reads!(RawPort { name: "name", protocol: "protocol", port: "port" } also ["appProtocol"]);
reads!(RawEndpoint {
    addresses: "addresses", conditions: "conditions", node: "nodeName", zone: "zone", hostname: "hostname", target: "targetRef",
} also ["hints", "deprecatedTopology"]);
reads!(Conditions { ready: "ready", serving: "serving", terminating: "terminating" } also []);
reads!(Target { kind: "kind", namespace: "namespace", name: "name" } also ["apiVersion", "uid", "resourceVersion", "fieldPath"]);

impl RawSlice {
    /// Nil conditions mean ready, serving, not terminating (service-semantics 41); ports without a number are ignored (43).
    pub(super) fn finish(self, labels: &Labels) -> EndpointSlice {
        let endpoint = |raw: RawEndpoint| {
            let ready = raw.conditions.ready.unwrap_or(true);
            Some(Endpoint {
                address: raw.addresses.first()?.parse().ok()?,
                ready,
                serving: raw.conditions.serving.unwrap_or(ready),
                terminating: raw.conditions.terminating.unwrap_or(false),
                node: raw.node,
                zone: raw.zone,
                hostname: raw.hostname,
                target: raw.target.filter(|it| &*it.kind == "Pod").map(|it| ObjectRef {
                    kind: Kind::Pod,
                    namespace: it.namespace,
                    name: it.name,
                }),
            })
        };
        let port =
            |raw: RawPort| Some(EndpointPort { name: raw.name, protocol: raw.protocol, port: raw.port? });
        EndpointSlice {
            service: labels.get("kubernetes.io/service-name").cloned().unwrap_or_default(),
            ports: self.ports.into_iter().filter_map(port).collect(),
            endpoints: self.endpoints.into_iter().filter_map(endpoint).collect(),
        }
    }
}
