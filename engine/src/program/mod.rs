//! What containers do: which one listens where, and which calls are inferred from env, args and ConfigMaps.
//!
//! **Listening.** Declared container ports listen. A container that declares none listens where a probe asks it, where an
//! argument (`--port=8080`) or a variable (`PORT`) says so, or else where its well-known image does. The second
//! container of a pod on one port fails (service-semantics 124): it opens none of its sockets ([`Conflict`]).
//!
//! **Calling.** A call is inferred only from text that names its target, and points at that text:
//! 1. A URL (`redis://cache`, `jdbc:mysql://db/shop`) always counts; without a port it is the scheme's.
//! 2. `host:port` counts when the host is an address, a Service, a full name (`db.shop.svc`, `example.com`), or a near miss of a
//!    Service's name (so that a typo shows). Any other single word is an option nobody switched on: Online Boutique names
//!    `shoppingassistantservice:80` and never dials it.
//! 3. A bare name counts only when it is a Service and the variable says that it is an address (`REDIS_HOST: redis`, `DB: db`); its
//!    port stands in the variable beside it (`REDIS_PORT`), or else is the Service's first.
//! 4. Files that a container mounts from a ConfigMap: URLs and `host:port` count when the host is a Service.
//! 5. Programs whose hosts stand in their code, not in their manifests, are in the table of [`image`]; a row counts when the Service exists.
//!
//! What a container says about its own address (`0.0.0.0:80`, names with `LISTEN`, `BIND` or `ADVERTISED`) is no call.
//! Containers that end before the pod runs (ordinary init containers) neither listen nor call.

mod address;
mod call;
mod image;
mod listen;

pub use call::calls;
pub use listen::{Conflict, conflicts, listeners};

use crate::Str;
use crate::api::{ConfigMap, Container, ObjectRef, PodSpec, Protocol};
use crate::text::FieldPath;

/// A listening socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The container's name.
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
    /// An environment variable such as `PORT`, or an argument such as `--port=8080`; the path inside the pod spec.
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
    /// The names of a namespace's Services, in order.
    fn services(&self, namespace: &str) -> Vec<Str>;
    /// A ConfigMap.
    fn config_map(&self, namespace: &str, name: &str) -> Option<&ConfigMap>;
}

/// The containers that run as long as the pod does, each with its path inside the pod spec: sidecars, then containers.
fn running(spec: &PodSpec) -> impl Iterator<Item = (FieldPath, &Container)> {
    let at = |list: &str, index| FieldPath::root().field(list).index(index);
    let sidecars = spec.init_containers.iter().enumerate().filter(|(_, it)| it.sidecar);
    let sidecars = sidecars.map(move |(i, it)| (at("initContainers", i), it));
    sidecars.chain(spec.containers.iter().enumerate().map(move |(i, it)| (at("containers", i), it)))
}

#[cfg(test)]
mod tests;
