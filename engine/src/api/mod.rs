//! Typed Kubernetes objects: one file per kind with its struct, reading, defaulting, validation and tests.
//!
//! An object alone; nothing here knows the cluster. Old API versions are converted while they are read.

mod cidr;
mod common;
mod config_map;
mod endpoint_slice;
#[cfg(test)]
mod fixture;
mod meta;
mod names;
mod namespace;
mod network_policy;
mod node;
mod pod;
mod quantity;
mod read;
mod read_document;
mod restore;
mod selector;
mod service;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod upstream;
mod workload;

pub use cidr::*;
pub use common::*;
pub use config_map::*;
pub use endpoint_slice::*;
pub use namespace::*;
pub use network_policy::*;
pub use node::*;
pub use pod::*;
pub use read_document::read;
pub use restore::restore;
pub use selector::*;
pub use service::*;
pub use workload::*;

use crate::manifest::Node as Tree;

/// One object as its manifest states it, defaulted.
#[derive(Clone, Debug)]
pub struct Object {
    /// What all objects have.
    pub meta: Meta,
    /// What this one is.
    pub resource: Resource,
    /// The tree it was read from; spans of its field paths are looked up here.
    pub tree: Tree,
    /// Stated by a real cluster (`status`, `resourceVersion` or `uid` present): taken as it is, never assigned anew.
    pub observed: bool,
}

/// The kinds Podyard simulates, and all others.
#[derive(Clone, Debug, PartialEq)]
pub enum Resource {
    /// v1 Namespace.
    Namespace(Namespace),
    /// v1 Node.
    Node(Node),
    /// v1 Pod.
    Pod(Pod),
    /// apps/v1 Deployment.
    Deployment(Deployment),
    /// apps/v1 ReplicaSet.
    ReplicaSet(ReplicaSet),
    /// v1 ReplicationController.
    ReplicationController(ReplicationController),
    /// apps/v1 StatefulSet.
    StatefulSet(StatefulSet),
    /// batch/v1 Job.
    Job(Job),
    /// v1 Service.
    Service(Service),
    /// v1 ConfigMap.
    ConfigMap(ConfigMap),
    /// discovery.k8s.io/v1 EndpointSlice.
    EndpointSlice(EndpointSlice),
    /// networking.k8s.io/v1 NetworkPolicy, and its historical forms converted.
    NetworkPolicy(NetworkPolicy),
    /// Kept, listed, not simulated.
    Other,
}

impl Object {
    /// Kind, namespace and name.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef {
            kind: self.meta.kind.clone(),
            namespace: self.meta.namespace.clone(),
            name: self.meta.name.clone(),
        }
    }
}
