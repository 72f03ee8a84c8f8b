//! Pods from creation to their end: scheduled, started, probed, terminated. As simply as the network needs it.

use super::naming::hash;
use super::nodes::{Fit, host_ports};
use super::{Cluster, Origin, PodState, Span};
use crate::Str;
use crate::api::{self, Labels, Object, ObjectRef, Phase, PodSpec, PortRef, ProbeHandler, Protocol};
use crate::program::{self, Listener};
use crate::text::FieldPath;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How long a deleted pod goes on before it is gone.
const GRACE: Span = Span::seconds(2);

/// A pod with what only the cluster asks.
#[derive(Clone, Debug)]
pub(super) struct Pod {
    pub(super) state: Arc<PodState>,
    /// Tells a pod from an earlier one of its name.
    pub(super) uid: u64,
    /// The template it was made from: `pod-template-hash` or the controller's revision.
    pub(super) revision: Str,
}

/// What falls due for a pod; the number is its uid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Work {
    /// Its containers have been created: they start.
    Start(u64),
    /// Its readiness is looked at.
    Probe(u64),
    /// Its grace period is over.
    Remove(u64),
}

/// What a new pod is made from.
pub(super) struct Blueprint<'a> {
    pub(super) object: ObjectRef,
    pub(super) labels: Labels,
    pub(super) spec: Arc<PodSpec>,
    pub(super) owner: Option<ObjectRef>,
    pub(super) workload: ObjectRef,
    pub(super) origin: Origin,
    pub(super) slot: u32,
    pub(super) revision: &'a Str,
}

impl Cluster {
    /// A new pod: pending, without a node.
    pub(super) fn create_pod(&mut self, blueprint: Blueprint<'_>) {
        let state = PodState {
            object: blueprint.object.clone(),
            labels: Arc::new(blueprint.labels),
            spec: blueprint.spec,
            owner: blueprint.owner,
            workload: blueprint.workload,
            origin: blueprint.origin,
            node: None,
            ips: Vec::new(),
            phase: Phase::Pending,
            ready: false,
            waiting: None,
            terminating: false,
            created: self.now,
            slot: blueprint.slot,
            listeners: Arc::from([]),
            calls: Arc::from([]),
            observed: false,
        };
        self.next_uid += 1;
        let pod = Pod { state: Arc::new(state), uid: self.next_uid, revision: blueprint.revision.clone() };
        self.pods.insert(blueprint.object, pod);
        self.touch();
    }

    /// A Pod object of the user's: a new one, or a change to one that runs.
    pub(super) fn put_pod(&mut self, object: &Object, pod: &api::Pod) {
        let reference = object.reference();
        let origin = Origin { object: reference.clone(), template: FieldPath::root() };
        if let Some(old) =
            self.pods.get_mut(&reference).filter(|it| !object.observed && !it.state.terminating)
        {
            if *old.state.spec == pod.spec {
                let state = Arc::make_mut(&mut old.state);
                state.labels = Arc::new(object.meta.labels.clone());
                return;
            }
            self.forget_pod(&reference);
        }
        if !object.observed {
            self.create_pod(Blueprint {
                object: reference.clone(),
                labels: object.meta.labels.clone(),
                spec: Arc::new(pod.spec.clone()),
                owner: None,
                workload: reference,
                origin,
                slot: 0,
                revision: &"".into(),
            });
            return;
        }
        self.forget_pod(&reference);
        let phase = pod.status.phase.unwrap_or(if pod.status.ips.is_empty() {
            Phase::Pending
        } else {
            Phase::Running
        });
        let runs = phase == Phase::Running;
        let conflict = program::conflicts(&pod.spec);
        let listeners = if runs { program::listeners(&pod.spec) } else { Vec::new() };
        let finished = matches!(phase, Phase::Succeeded | Phase::Failed);
        for address in pod.status.ips.iter().filter(|_| !finished && !pod.spec.host_network) {
            self.allocations.take_pod(*address, &reference);
        }
        let owner = object.meta.owners.iter().find(|it| it.controller);
        let owner = owner.map(|it| ObjectRef {
            kind: it.kind.clone(),
            namespace: reference.namespace.clone(),
            name: it.name.clone(),
        });
        let state = PodState {
            object: reference.clone(),
            labels: Arc::new(object.meta.labels.clone()),
            spec: Arc::new(pod.spec.clone()),
            workload: owner.clone().unwrap_or_else(|| reference.clone()),
            owner,
            origin,
            node: pod.spec.node_name.clone(),
            ips: pod.status.ips.clone(),
            phase,
            ready: pod.status.ready.unwrap_or(runs && conflict.is_empty()) && runs,
            waiting: None,
            terminating: object.meta.deleting,
            created: self.now,
            slot: slot_of(&reference.name),
            listeners: listeners.into(),
            calls: Arc::from([]),
            observed: true,
        };
        self.next_uid += 1;
        self.pods.insert(reference, Pod { state: Arc::new(state), uid: self.next_uid, revision: "".into() });
    }

    /// Gives pending pods a node; those without one are tried again at every change.
    pub(super) fn schedule(&mut self) {
        let mut counts: BTreeMap<Str, u32> = BTreeMap::new();
        let mut taken: BTreeSet<(Str, u16, Protocol)> = BTreeSet::new();
        let mut pending: Vec<ObjectRef> = Vec::new();
        for (reference, pod) in &self.pods {
            let state = &pod.state;
            match &state.node {
                Some(node) if !matches!(state.phase, Phase::Succeeded | Phase::Failed) => {
                    *counts.entry(node.clone()).or_default() += 1;
                    taken.extend(
                        host_ports(&state.spec).map(|(port, protocol)| (node.clone(), port, protocol)),
                    );
                }
                None if !state.observed && !state.terminating => pending.push(reference.clone()),
                _ => {}
            }
        }
        pending.sort_by_key(|it| self.pods.get(it).map_or(0, |pod| pod.uid));
        for reference in pending {
            let Some(pod) = self.pods.get(&reference) else { continue };
            let (spec, uid) = (pod.state.spec.clone(), pod.uid);
            let stated = spec.node_name.clone().filter(|it| self.nodes.contains_key(it)).map(Ok);
            let fit = Fit { spec: &spec, counts: &counts, host_ports: &taken };
            let chosen = stated.unwrap_or_else(|| fit.choose(&self.nodes));
            match chosen {
                Ok(node) => {
                    *counts.entry(node.clone()).or_default() += 1;
                    taken.extend(host_ports(&spec).map(|(port, protocol)| (node.clone(), port, protocol)));
                    let words =
                        format!("Successfully assigned {}/{} to {node}", reference.namespace, reference.name);
                    self.event(reference.clone(), false, "Scheduled", words);
                    self.change_pod(&reference, |state| {
                        state.node = Some(node);
                        state.waiting = Some("ContainerCreating");
                    });
                    let start = self.now + self.jitter(&reference, "start", 800, 400);
                    self.due.insert((start, uid, reference, Work::Start(uid)));
                }
                Err(words) if pod.state.waiting != Some("Unschedulable") => {
                    self.event(reference.clone(), true, "FailedScheduling", words);
                    self.change_pod(&reference, |state| state.waiting = Some("Unschedulable"));
                }
                Err(_) => {}
            }
        }
    }

    /// Does what fell due, unless the pod is another one by now.
    pub(super) fn work(&mut self, reference: &ObjectRef, work: Work) {
        let Some(pod) = self.pods.get(reference) else { return };
        match work {
            Work::Start(uid) if uid == pod.uid && !pod.state.terminating => self.start(reference, uid),
            Work::Probe(uid) if uid == pod.uid && !pod.state.terminating => self.probe(reference, uid),
            Work::Remove(uid) if uid == pod.uid => self.forget_pod(reference),
            _ => {}
        }
    }

    fn start(&mut self, reference: &ObjectRef, uid: u64) {
        let Some(pod) = self.pods.get(reference).map(|it| it.state.clone()) else { return };
        let Some(node) = pod.node.as_ref().and_then(|it| self.nodes.get(it)).map(|it| it.state.clone())
        else {
            return;
        };
        let ips = match pod.spec.host_network {
            true => node.addresses.clone(),
            false => self.allocations.free_pod(&node.pod_cidrs, reference).into_iter().collect(),
        };
        if ips.is_empty() {
            let words = "failed to set up sandbox: no IP addresses available in range set".to_owned();
            self.event(reference.clone(), true, "FailedCreatePodSandBox", words);
            return;
        }
        for container in &pod.spec.containers {
            self.event(reference.clone(), false, "Started", format!("Started container {}", container.name));
        }
        let listeners: Arc<[Listener]> = program::listeners(&pod.spec).into();
        let delay = pod
            .spec
            .containers
            .iter()
            .filter_map(|it| it.readiness_probe.as_ref())
            .map(|it| it.initial_delay)
            .max();
        self.change_pod(reference, |state| {
            state.phase = Phase::Running;
            state.ips = ips;
            state.listeners = listeners;
            state.waiting = Some("ContainersNotReady");
        });
        let first = Span::seconds(u64::from(delay.unwrap_or(0)));
        let jitter = if delay.is_some() { self.jitter(reference, "probe", 100, 900) } else { Span(0) };
        let when = self.now + first + jitter;
        self.due.insert((when, uid, reference.clone(), Work::Probe(uid)));
    }

    /// Readiness: every container runs, and every probe finds its port open.
    fn probe(&mut self, reference: &ObjectRef, _uid: u64) {
        let Some(pod) = self.pods.get(reference).map(|it| it.state.clone()) else { return };
        if let Some(conflict) = program::conflicts(&pod.spec).first() {
            let words = format!(
                "Back-off restarting failed container {} in pod {}",
                conflict.container, reference.name
            );
            self.event(reference.clone(), true, "BackOff", words);
            self.change_pod(reference, |state| state.waiting = Some("CrashLoopBackOff"));
            return;
        }
        for container in &pod.spec.containers {
            let Some(port) =
                container.readiness_probe.as_ref().and_then(|it| probed_port(&it.handler, container))
            else {
                continue;
            };
            let open = pod
                .listeners
                .iter()
                .any(|it| it.port == port && it.protocol == Protocol::Tcp && !it.loopback);
            if !open {
                let address = pod.ips.first().map(ToString::to_string).unwrap_or_default();
                let words =
                    format!("Readiness probe failed: dial tcp {address}:{port}: connect: connection refused");
                self.event(reference.clone(), true, "Unhealthy", words);
                self.change_pod(reference, |state| state.waiting = Some("ReadinessProbeFailed"));
                return;
            }
        }
        self.change_pod(reference, |state| {
            state.ready = true;
            state.waiting = None;
        });
    }

    /// Begins a pod's end: no new connections through Services; gone after its grace period.
    pub(super) fn terminate(&mut self, reference: &ObjectRef) {
        let Some(pod) = self.pods.get(reference).filter(|it| !it.state.terminating) else { return };
        let (uid, runs) = (pod.uid, pod.state.phase == Phase::Running);
        if !runs {
            self.forget_pod(reference);
            return;
        }
        let names: Vec<Str> = pod.state.spec.containers.iter().map(|it| it.name.clone()).collect();
        for name in names {
            self.event(reference.clone(), false, "Killing", format!("Stopping container {name}"));
        }
        self.change_pod(reference, |state| {
            state.terminating = true;
            state.ready = false;
        });
        self.due.insert((self.now + GRACE, uid, reference.clone(), Work::Remove(uid)));
    }

    /// The pod is gone; what it had is free.
    pub(super) fn forget_pod(&mut self, reference: &ObjectRef) {
        if let Some(pod) = self.pods.remove(reference) {
            self.allocations.release_pod(&pod.state.ips, reference);
            self.touch();
        }
    }

    /// Changes a pod's state.
    pub(super) fn change_pod(&mut self, reference: &ObjectRef, change: impl FnOnce(&mut PodState)) {
        if let Some(pod) = self.pods.get_mut(reference) {
            change(Arc::make_mut(&mut pod.state));
            self.touch();
        }
    }

    /// `least` milliseconds and up to `width` more, in steps of 20 so that pods of one moment are looked at together.
    fn jitter(&self, reference: &ObjectRef, purpose: &str, least: u64, width: u64) -> Span {
        let chance = hash(&[&self.config.seed.to_string(), purpose, &reference.to_string()]);
        Span::millis(least + (chance % (width / 20 + 1)) * 20)
    }

    /// Nodes as the objects and pods state them; pods of nodes that are gone go with them.
    pub(super) fn look_at_nodes(&mut self) {
        let named: BTreeSet<Str> = self
            .objects
            .values()
            .filter_map(|it| match &it.object.resource {
                api::Resource::Pod(pod) => pod.spec.node_name.clone(),
                _ => None,
            })
            .collect();
        self.nodes = super::nodes::nodes(&self.config, self.objects.values().map(|it| &it.object), &named);
        let lost: Vec<ObjectRef> = self
            .pods
            .iter()
            .filter(|(_, pod)| pod.state.node.as_ref().is_some_and(|it| !self.nodes.contains_key(it)))
            .map(|(reference, _)| reference.clone())
            .collect();
        for reference in lost {
            self.forget_pod(&reference);
        }
        let bare: Vec<Arc<Object>> = self
            .objects
            .iter()
            .filter(|(reference, _)| reference.kind == api::Kind::Pod && !self.pods.contains_key(*reference))
            .map(|(_, it)| it.object.clone())
            .collect();
        for object in bare {
            if let api::Resource::Pod(pod) = &object.resource {
                self.put_pod(&object, pod);
            }
        }
    }
}

/// The port a probe asks, by number; `None` for probes that ask no port.
fn probed_port(handler: &ProbeHandler, container: &api::Container) -> Option<u16> {
    match handler {
        ProbeHandler::HttpGet(port) | ProbeHandler::TcpSocket(port) => match port {
            PortRef::Number(number) => Some(*number),
            PortRef::Name(name) => {
                container.ports.iter().find(|it| it.name.as_ref() == Some(name)).map(|it| it.port)
            }
        },
        ProbeHandler::Grpc(port) => Some(*port),
        ProbeHandler::Exec => None,
    }
}

/// The ordinal at the end of a name, else 0.
fn slot_of(name: &str) -> u32 {
    name.rsplit_once('-').and_then(|(_, last)| last.parse().ok()).unwrap_or(0)
}
