//! The control plane: the store, IP allocation, scheduler, controllers, kubelet, events.
//!
//! The only place where objects change. Nothing here routes packets; time comes in as an argument.

mod snapshot;
mod time;

pub use snapshot::*;
pub use time::*;

use crate::api::{Object, ObjectRef};
use crate::diagnostic::Diagnostic;
use std::sync::Arc;

/// How the cluster is built where no object says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Nodes when no Node object exists: `node-1` … `node-N`.
    pub nodes: u32,
    /// The network plugin.
    pub profile: crate::profile::Profile,
    /// How policies see host-network pods.
    pub host_network: crate::profile::HostNetworkPods,
    /// Every random choice derives from it.
    pub seed: u64,
}

/// What an apply did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// A new object.
    Created,
    /// An object that differs now.
    Configured,
    /// Nothing.
    Unchanged,
}

/// An event as `kubectl get events` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When.
    pub time: Time,
    /// About what.
    pub object: ObjectRef,
    /// `Warning` rather than `Normal`.
    pub warning: bool,
    /// `Scheduled`, `Started`, `Unhealthy`, ….
    pub reason: &'static str,
    /// Kubernetes' own words.
    pub message: String,
}

/// A cluster. Cloning is cheap enough for a preview of an edit.
#[derive(Clone, Debug)]
pub struct Cluster {}

impl Cluster {
    /// An empty cluster with its nodes, kube-system with DNS, and the `kubernetes` Service.
    pub fn new(_config: Config) -> Self {
        todo!()
    }
    /// Creates or replaces an object. Refusals (an address taken, an immutable field) are diagnostics.
    pub fn apply(&mut self, _object: Arc<Object>, _now: Time) -> Result<Changed, Vec<Diagnostic>> {
        todo!()
    }
    /// Deletes an object and what it owns; a namespace with all that is in it.
    pub fn delete(&mut self, _object: &ObjectRef, _now: Time) -> bool {
        todo!()
    }
    /// Lets controllers, scheduler and kubelets work up to `until`.
    pub fn advance(&mut self, _until: Time) {
        todo!()
    }
    /// When something falls due next; `None` when the cluster rests.
    pub fn next_event(&self) -> Option<Time> {
        todo!()
    }
    /// The state now; the same `Arc` until something changes.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        todo!()
    }
    /// Events from `index` on, in order.
    pub fn events_since(&self, _index: usize) -> &[Event] {
        todo!()
    }
}
