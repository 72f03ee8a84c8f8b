//! What containers do: which one listens where, and which calls are inferred from env, args and ConfigMaps.

use crate::Str;
use crate::api::{ConfigMap, ObjectRef, PodSpec, Protocol};
use crate::text::FieldPath;

/// A listening socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The container, by its index among init containers that are sidecars, then containers.
    pub container: Str,
    /// The port.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
    /// Bound to 127.0.0.1 only (service-semantics 127).
    pub loopback: bool,
    /// How Podyard knows.
    pub origin: ListenerOrigin,
}

/// How Podyard knows that a container listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenerOrigin {
    /// A declared container port; the path inside the pod spec.
    Declared(FieldPath),
    /// A probe asks there; the path inside the pod spec.
    Probe(FieldPath),
    /// A well-known image; the name it is known by.
    Image(&'static str),
    /// An environment variable such as `PORT`; the path inside the pod spec.
    Env(FieldPath),
    /// A Service targets this port of a pod that declares no port at all.
    Target,
}

/// A call a container makes, as inferred.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The container that calls.
    pub container: Str,
    /// Host name or address as written: `db`, `api.shop`, `10.0.0.7`.
    pub host: Str,
    /// The port.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
    /// The object whose text names the target: the workload, or a ConfigMap.
    pub object: ObjectRef,
    /// Where in that object: `spec.template.spec.containers[0].env[2].value`.
    pub path: FieldPath,
}

/// What a host:port candidate is checked against: the Services there are.
pub trait Names {
    /// Resolves `host` as seen from `namespace` to a Service's ports by (port, protocol); `None` when no Service has that name.
    fn service_ports(&self, host: &str, namespace: &str) -> Option<Vec<(u16, Protocol)>>;
    /// A ConfigMap.
    fn config_map(&self, namespace: &str, name: &str) -> Option<&ConfigMap>;
}

/// The sockets a pod's containers open, in order of container and port; no port twice.
pub fn listeners(_spec: &PodSpec) -> Vec<Listener> {
    todo!()
}

/// The calls a pod's containers make.
///
/// `object` and `prefix` say where the spec stands (`spec.template.spec` of a Deployment).
pub fn calls(_object: &ObjectRef, _prefix: &FieldPath, _spec: &PodSpec, _names: &dyn Names) -> Vec<Call> {
    todo!()
}
