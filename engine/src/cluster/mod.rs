//! The control plane: the store, IP allocation, scheduler, controllers, kubelet, events.
//!
//! The only place where objects change. Nothing here routes packets; time comes in as an argument.

mod allocate;
mod build;
mod endpoints;
mod kubelet;
mod naming;
mod nodes;
mod services;
mod snapshot;
#[cfg(test)]
mod tests;
mod time;
mod workloads;

pub use snapshot::*;
pub use time::*;

use crate::Str;
use crate::api::{self, Kind, Object, ObjectRef, Resource};
use crate::diagnostic::{self, Diagnostic, Limit, Severity};
use crate::manifest;
use crate::program::Call;
use crate::text::{FieldPath, FileId};
use allocate::Allocations;
use kubelet::{Pod, Work};
use nodes::Node;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Objects a cluster takes.
pub const MOST_OBJECTS: usize = 20_000;
/// Pods a cluster runs.
pub const MOST_PODS: u64 = 10_000;
/// Events kept.
const KEPT_EVENTS: usize = 10_000;

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
    /// Whether kube-system with DNS and the `kubernetes` Service come with the cluster.
    pub system: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            nodes: 3,
            profile: crate::profile::Profile::REFERENCE,
            host_network: crate::profile::HostNetworkPods::default(),
            seed: 1,
            system: true,
        }
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

/// An object of the store.
#[derive(Clone, Debug)]
struct Stored {
    object: Arc<Object>,
    /// Order of first appearance.
    order: u32,
}

/// A cluster. Cloning is cheap enough for a preview of an edit.
#[derive(Clone, Debug)]
pub struct Cluster {
    config: Config,
    now: Time,
    objects: BTreeMap<ObjectRef, Stored>,
    next_order: u32,
    /// Namespaces in order of first appearance; they stay known when they empty.
    namespaces: BTreeMap<Str, u32>,
    nodes: BTreeMap<Str, Node>,
    allocations: Allocations,
    services: BTreeMap<ObjectRef, services::Given>,
    pods: BTreeMap<ObjectRef, Pod>,
    /// Children each owner has had, for names.
    children: BTreeMap<ObjectRef, u32>,
    /// What each workload's containers call.
    calls: BTreeMap<ObjectRef, Arc<[Call]>>,
    due: BTreeSet<(Time, u64, ObjectRef, Work)>,
    next_uid: u64,
    events: Vec<Event>,
    dropped_events: usize,
    version: u64,
    snapshot: OnceCell<Arc<Snapshot>>,
}

impl Cluster {
    /// A cluster with its nodes, kube-system with DNS, and the `kubernetes` Service.
    pub fn new(config: Config) -> Self {
        let mut cluster = Self {
            now: Time(0),
            objects: BTreeMap::new(),
            next_order: 0,
            namespaces: BTreeMap::from([("default".into(), 0)]),
            nodes: BTreeMap::new(),
            allocations: Allocations::default(),
            services: BTreeMap::new(),
            pods: BTreeMap::new(),
            children: BTreeMap::new(),
            calls: BTreeMap::new(),
            due: BTreeSet::new(),
            next_uid: 0,
            events: Vec::new(),
            dropped_events: 0,
            version: 0,
            snapshot: OnceCell::new(),
            config,
        };
        if cluster.config.system {
            let parsed = manifest::parse(FileId(u32::MAX), include_str!("system.yaml"));
            let objects = parsed.documents.iter().flat_map(|document| api::read(document).0);
            for object in objects {
                cluster.store(Arc::new(object));
            }
        }
        cluster.changed_objects();
        cluster
    }

    /// How the cluster is built.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Creates or replaces an object. Refusals (an address taken, an immutable field) are diagnostics.
    pub fn apply(&mut self, object: Arc<Object>, now: Time) -> Result<Changed, Vec<Diagnostic>> {
        let changed = self.put(object, now)?;
        if changed != Changed::Unchanged {
            self.changed_objects();
        }
        Ok(changed)
    }

    /// Applies several objects; controllers look once, at the end. Refusals by object.
    pub fn apply_all(
        &mut self,
        objects: impl IntoIterator<Item = Arc<Object>>,
        now: Time,
    ) -> BTreeMap<ObjectRef, Vec<Diagnostic>> {
        let mut refusals = BTreeMap::new();
        for object in objects {
            let reference = object.reference();
            if let Err(diagnostics) = self.put(object, now) {
                refusals.insert(reference, diagnostics);
            }
        }
        self.changed_objects();
        refusals
    }

    fn put(&mut self, object: Arc<Object>, now: Time) -> Result<Changed, Vec<Diagnostic>> {
        self.now = self.now.max(now);
        let reference = object.reference();
        let old = self.objects.get(&reference).map(|it| it.object.clone());
        if old.as_ref().is_some_and(|old| old.meta == object.meta && old.resource == object.resource) {
            return Ok(Changed::Unchanged);
        }
        self.within_limits(&object)?;
        if matches!(object.resource, Resource::Service(_)) {
            self.give_to_service(&object, old.as_deref())?;
        }
        if let Resource::Pod(pod) = &object.resource {
            self.put_pod(&object, pod);
        }
        self.store(object);
        Ok(if old.is_some() { Changed::Configured } else { Changed::Created })
    }

    fn store(&mut self, object: Arc<Object>) {
        let reference = object.reference();
        if matches!(object.resource, Resource::Service(_)) && !self.services.contains_key(&reference) {
            // The system's own Services are known to be fine.
            let _ = self.give_to_service(&object, None);
        }
        self.see_namespace(&object.meta.namespace);
        if object.meta.kind == Kind::Namespace {
            self.see_namespace(&object.meta.name);
        }
        let order = self.objects.get(&reference).map_or(self.next_order, |it| it.order);
        self.next_order += 1;
        self.objects.insert(reference, Stored { object, order });
    }

    fn see_namespace(&mut self, name: &Str) {
        if !name.is_empty() && !self.namespaces.contains_key(name) {
            self.namespaces.insert(name.clone(), self.next_order);
        }
    }

    /// Deletes an object and what it owns; a namespace with all that is in it.
    pub fn delete(&mut self, object: &ObjectRef, now: Time) -> bool {
        self.now = self.now.max(now);
        let mut gone = vec![object.clone()];
        if object.kind == Kind::Namespace {
            gone.extend(self.objects.keys().filter(|it| it.namespace == object.name).cloned());
            self.namespaces.remove(&object.name);
        }
        let mut any = false;
        for object in gone {
            any |= self.objects.remove(&object).is_some();
            if object.kind == Kind::Service {
                self.allocations.release_service(&object);
                self.services.remove(&object);
            }
            if object.kind == Kind::Pod {
                self.terminate(&object);
            }
        }
        let used: BTreeSet<Str> = self.objects.keys().map(|it| it.namespace.clone()).collect();
        let declared: BTreeSet<Str> =
            self.objects.keys().filter(|it| it.kind == Kind::Namespace).map(|it| it.name.clone()).collect();
        self.namespaces
            .retain(|name, _| &**name == "default" || used.contains(name) || declared.contains(name));
        if any {
            self.changed_objects();
        }
        any
    }

    /// Lets controllers, scheduler and kubelets work up to `until`.
    pub fn advance(&mut self, until: Time) {
        while let Some(due) = self.next_event().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            while let Some((time, _, object, work)) =
                self.due.first().cloned().filter(|(time, ..)| *time <= due)
            {
                let first = self.due.pop_first();
                debug_assert!(first.is_some_and(|it| it.0 == time));
                self.work(&object, work);
            }
            self.reconcile();
        }
        self.now = self.now.max(until);
    }

    /// Advances until all that starts by itself has started, at most to `limit`; gives the time reached.
    pub fn settle(&mut self, limit: Time) -> Time {
        while let Some(due) = self.next_event().filter(|due| *due <= limit) {
            self.advance(due);
        }
        self.now
    }

    /// When something falls due next; `None` when the cluster rests.
    pub fn next_event(&self) -> Option<Time> {
        self.due.first().map(|(time, ..)| *time)
    }

    /// The state now; the same `Arc` until something changes.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.get_or_init(|| Arc::new(self.build())).clone()
    }

    /// Events from `index` on, in order; the oldest are dropped beyond a bound.
    pub fn events_since(&self, index: usize) -> &[Event] {
        self.events.get(index.saturating_sub(self.dropped_events)..).unwrap_or_default()
    }

    fn event(&mut self, object: ObjectRef, warning: bool, reason: &'static str, message: String) {
        if self.events.len() >= KEPT_EVENTS {
            self.events.drain(..KEPT_EVENTS / 2);
            self.dropped_events += KEPT_EVENTS / 2;
        }
        self.events.push(Event { time: self.now, object, warning, reason, message });
    }

    /// Something changed: the next snapshot is a new one.
    fn touch(&mut self) {
        self.version += 1;
        self.snapshot = OnceCell::new();
    }

    /// The set of objects changed: nodes, calls and workloads follow.
    fn changed_objects(&mut self) {
        self.look_at_nodes();
        self.infer_calls();
        self.touch();
        self.reconcile();
    }

    /// Objects and pods are bounded; what would go over is refused.
    fn within_limits(&self, object: &Object) -> Result<(), Vec<Diagnostic>> {
        let wanted = |it: &Resource| match it {
            Resource::Deployment(it) => u64::from(it.replicas),
            Resource::ReplicaSet(it) => u64::from(it.replicas),
            Resource::ReplicationController(it) => u64::from(it.replicas),
            Resource::StatefulSet(it) => u64::from(it.replicas),
            Resource::Job(it) => u64::from(it.parallelism.min(it.completions)),
            Resource::Pod(_) => 1,
            _ => 0,
        };
        let reference = object.reference();
        let others = self.objects.iter().filter(|(it, _)| **it != reference);
        let pods: u64 = wanted(&object.resource);
        let pods = match pods {
            0 => 0,
            own => others.map(|(_, it)| wanted(&it.object.resource)).sum::<u64>().saturating_add(own),
        };
        let new = !self.objects.contains_key(&reference);
        let over = if pods > MOST_PODS {
            Some((Limit::Pods, MOST_PODS))
        } else if new && self.objects.len() >= MOST_OBJECTS {
            Some((Limit::Objects, MOST_OBJECTS as u64))
        } else {
            None
        };
        match over {
            None => Ok(()),
            Some((limit, value)) => {
                let kind = diagnostic::Kind::Limit { limit, value };
                Err(vec![refusal(object, kind, "kind")])
            }
        }
    }
}

/// A refusal that points at a field of the object.
fn refusal(object: &Object, kind: diagnostic::Kind, path: &str) -> Diagnostic {
    let span = object.tree.locate(&FieldPath::parse(path));
    Diagnostic { kind, severity: Severity::Error, span, notes: Vec::new(), fix: None }
}
