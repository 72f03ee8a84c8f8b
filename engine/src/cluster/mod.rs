//! The control plane: the store, IP allocation, scheduler, controllers, kubelet, events.
//!
//! The only place where objects change. Nothing here routes packets; time comes in as an argument.
//!
//! [`Cluster::apply`] and [`Cluster::delete`] write to the store; labels, policies and namespaces count at once. What follows
//! from them (pods, endpoints, inferred calls) follows in [`Cluster::advance`], even when that advances to the same time.

mod allocate;
mod apply;
mod build;
mod endpoints;
mod event;
mod infer;
mod kubelet;
mod nodes;
mod random;
mod rollout;
mod scheduler;
mod service;
mod snapshot;
mod store;
mod system;
mod time;
mod workloads;

pub use allocate::API_SERVER;
pub use snapshot::*;
pub use time::*;

use crate::Str;
use crate::api::ObjectRef;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

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
    /// With kube-system's DNS and the `kubernetes` Service. Worlds that state everything themselves leave them out.
    pub system: bool,
}

impl Default for Config {
    fn default() -> Self {
        let profile = crate::profile::Profile::REFERENCE;
        Self { nodes: 3, profile, host_network: Default::default(), seed: 1, system: true }
    }
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

/// A pod or Service by namespace and name.
type PodKey = (Str, Str);

/// A cluster. Cloning is cheap enough for a preview of an edit: objects, pods and events are shared.
#[derive(Clone, Debug)]
pub struct Cluster {
    config: Config,
    now: Time,
    version: u64,
    /// Numbers queue entries and pods.
    sequence: u64,
    store: store::Store,
    addresses: allocate::Addresses,
    nodes: BTreeMap<Str, nodes::NodeRecord>,
    pods: BTreeMap<PodKey, kubelet::PodRecord>,
    controllers: BTreeMap<ObjectRef, workloads::Controller>,
    services: BTreeMap<PodKey, Arc<ServiceState>>,
    queue: BTreeMap<(Time, u64), kubelet::Due>,
    /// Pods without an owner.
    orphans: BTreeSet<PodKey>,
    work: Work,
    events: event::Log,
    snapshot: OnceLock<Arc<Snapshot>>,
}

/// What has to be looked at before the cluster rests.
#[derive(Clone, Debug, Default)]
struct Work {
    /// Deployments and controllers to bring in line.
    controllers: BTreeSet<ObjectRef>,
    /// Pods without a node.
    unscheduled: BTreeSet<PodKey>,
    /// Something changed for the scheduler since it last looked.
    room: bool,
    /// Nodes may come or go.
    nodes: bool,
    /// Endpoints are to be derived again.
    endpoints: bool,
    /// Calls are to be inferred again.
    calls: bool,
}

impl Work {
    fn pending(&self) -> bool {
        let schedule = self.room && !self.unscheduled.is_empty();
        self.nodes || self.endpoints || self.calls || schedule || !self.controllers.is_empty()
    }
}

impl Cluster {
    /// An empty cluster with its nodes, kube-system with DNS, and the `kubernetes` Service; they come up as time goes on.
    pub fn new(config: Config) -> Self {
        let system = config.system;
        let mut cluster = Self {
            config,
            now: Time::default(),
            version: 0,
            sequence: 0,
            store: store::Store::default(),
            addresses: allocate::Addresses::default(),
            nodes: BTreeMap::new(),
            pods: BTreeMap::new(),
            controllers: BTreeMap::new(),
            services: BTreeMap::new(),
            queue: BTreeMap::new(),
            orphans: BTreeSet::new(),
            work: Work { nodes: true, ..Work::default() },
            events: event::Log::default(),
            snapshot: OnceLock::new(),
        };
        cluster.refresh_nodes();
        if system {
            cluster.install_system();
        }
        cluster
    }

    /// How it is built.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Lets controllers, scheduler and kubelets work up to `until`.
    pub fn advance(&mut self, until: Time) {
        self.work_through(until);
        self.now = self.now.max(until);
        self.infer_calls();
        self.derive_endpoints();
    }

    /// Advances until the cluster rests (nothing starts, stops or waits for its first probe), or `limit`; returns the time then.
    pub fn settle(&mut self, limit: Time) -> Time {
        self.work_through(limit);
        self.advance(self.now);
        self.now
    }

    fn work_through(&mut self, until: Time) {
        self.reconcile();
        while let Some((&(time, sequence), _)) = self.queue.first_key_value() {
            if time > until {
                break;
            }
            self.now = self.now.max(time);
            if let Some(due) = self.queue.remove(&(time, sequence)) {
                self.fall_due(due);
            }
            self.reconcile();
        }
    }

    /// When something falls due next; `None` when the cluster rests.
    pub fn next_event(&self) -> Option<Time> {
        if self.work.pending() {
            return Some(self.now);
        }
        self.queue.first_key_value().map(|(key, _)| key.0)
    }

    /// The state now; the same `Arc` until something changes.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.get_or_init(|| Arc::new(self.build())).clone()
    }

    /// Events from `index` on, in order.
    pub fn events_since(&self, index: usize) -> &[Event] {
        self.events.since(index)
    }

    /// Namespaces no manifest declares, each with the first object that needed it, in order of appearance.
    pub fn implied_namespaces(&self) -> Vec<(Str, ObjectRef)> {
        self.store.implied()
    }

    /// Nodes, controllers and scheduler, until none has anything to do at this time.
    fn reconcile(&mut self) {
        if std::mem::take(&mut self.work.nodes) {
            self.refresh_nodes();
        }
        // Every round makes or ends pods, both bounded; the bound only guards against a mistake of ours.
        for _ in 0..100_000 {
            let Some(next) = self.work.controllers.pop_first() else { break };
            self.sync(&next);
        }
        self.schedule_all();
    }

    /// Something a snapshot shows has changed.
    fn touch(&mut self) {
        self.version += 1;
        self.snapshot = OnceLock::new();
    }

    fn record(&mut self, object: &ObjectRef, warning: bool, reason: &'static str, message: String) {
        self.events.push(Event { time: self.now, object: object.clone(), warning, reason, message });
    }

    fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }
}

#[cfg(test)]
mod tests;
