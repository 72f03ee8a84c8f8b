//! The data plane compiled from a snapshot, immutable: names, Services, policy, routes.
//!
//! Each part owns its reason enum: facts as data, with the object and the field path that decided.

pub mod dns;
pub mod policy;
pub mod route;
pub mod service;

#[cfg(test)]
pub(crate) mod fixture;

use crate::api::{Kind, ObjectRef};
use crate::cluster::{NodeState, PodState, ServiceState, Snapshot};
use crate::text::FieldPath;
use std::sync::Arc;

/// A field of an object: what a reason points at. Its span is looked up when shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The object.
    pub object: ObjectRef,
    /// The field.
    pub path: FieldPath,
}

/// The compiled data plane.
#[derive(Debug)]
pub struct Network {
    /// What it was compiled from.
    pub snapshot: Arc<Snapshot>,
    /// Names.
    pub dns: dns::Dns,
    /// Service addresses and their endpoints.
    pub services: service::Services,
    /// Policies.
    pub policy: policy::Policies,
    /// Who has which address; nodes and the ways between them.
    pub routes: route::Routes,
}

impl Network {
    /// Compiles a snapshot.
    pub fn compile(snapshot: &Arc<Snapshot>) -> Arc<Network> {
        Arc::new(Network {
            snapshot: Arc::clone(snapshot),
            dns: dns::Dns::compile(snapshot),
            services: service::Services::compile(snapshot),
            policy: policy::Policies::compile(snapshot),
            routes: route::Routes::compile(snapshot),
        })
    }

    /// The index of a pod in the snapshot.
    pub fn find_pod(&self, pod: &ObjectRef) -> Option<u32> {
        pod_index(&self.snapshot, pod)
    }

    /// The index of a node in the snapshot.
    pub fn find_node(&self, name: &str) -> Option<u32> {
        node_index(&self.snapshot, name)
    }

    /// A pod by its index.
    pub fn pod(&self, index: u32) -> Option<&PodState> {
        self.snapshot.pods.get(index as usize).map(Arc::as_ref)
    }

    /// A node by its index.
    pub fn node(&self, index: u32) -> Option<&NodeState> {
        self.snapshot.nodes.get(index as usize).map(Arc::as_ref)
    }

    /// A Service by its index.
    pub fn service(&self, index: u32) -> Option<&ServiceState> {
        self.snapshot.services.get(index as usize).map(Arc::as_ref)
    }
}

/// Pods stand in order of namespace and name.
fn pod_index(snapshot: &Snapshot, pod: &ObjectRef) -> Option<u32> {
    if pod.kind != Kind::Pod {
        return None;
    }
    let found = snapshot
        .pods
        .binary_search_by(|it| (&*it.object.namespace, &*it.object.name).cmp(&(&*pod.namespace, &*pod.name)));
    u32::try_from(found.ok()?).ok()
}

/// Nodes stand in order of name.
fn node_index(snapshot: &Snapshot, name: &str) -> Option<u32> {
    u32::try_from(snapshot.nodes.binary_search_by(|it| (*it.name).cmp(name)).ok()?).ok()
}
