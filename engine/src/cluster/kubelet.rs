//! Pods: how they come up, get ready, fail and go.
//!
//! Pending → ContainerCreating (about a second) → Running → Ready after the probe's initial delay. A container on a port another of
//! its pod has exits with EADDRINUSE and stays in CrashLoopBackOff (service-semantics 124). A probe fails when no container of the
//! pod listens where it asks; what listens does not change while a pod runs, so it is asked once.

use super::random::Stream;
use super::{Cluster, Origin, PodKey, PodState, Span, Time};
use crate::Str;
use crate::api::{Container, Kind, Labels, ObjectRef, Phase, Pod, PodSpec, PortRef, ProbeHandler};
use crate::program::{self, Listener};
use std::net::IpAddr;
use std::sync::Arc;

/// A pod and what only the control plane knows of it.
#[derive(Clone, Debug)]
pub(super) struct PodRecord {
    pub(super) state: Arc<PodState>,
    /// Grows with every pod; tells a pod from its namesake before it.
    pub(super) uid: u64,
    /// Stated by a real cluster with phase or address: it stays as it is.
    pub(super) held: bool,
    /// The hash of the template it was made from; empty for bare pods.
    pub(super) hash: Str,
    /// Why the scheduler last refused it.
    pub(super) refusal: Option<Str>,
}

/// Something that falls due for a pod.
#[derive(Clone, Debug)]
pub(super) struct Due {
    key: PodKey,
    uid: u64,
    step: Step,
}

/// What falls due.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Its containers start.
    Start,
    /// Its readiness probes are asked.
    Probe,
    /// It is gone.
    Gone,
}

/// A pod to be made.
pub(super) struct NewPod {
    pub(super) key: PodKey,
    pub(super) labels: Arc<Labels>,
    pub(super) spec: Arc<PodSpec>,
    pub(super) owner: Option<ObjectRef>,
    pub(super) workload: ObjectRef,
    pub(super) origin: Origin,
    pub(super) slot: u32,
    pub(super) hash: Str,
}

/// The reference of a pod.
pub(super) fn pod_ref(key: &PodKey) -> ObjectRef {
    ObjectRef { kind: Kind::Pod, namespace: key.0.clone(), name: key.1.clone() }
}

impl Cluster {
    /// Makes a pod; it waits for the scheduler.
    pub(super) fn create_pod(&mut self, new: NewPod) {
        let uid = self.next_sequence();
        let state = PodState {
            object: pod_ref(&new.key),
            labels: new.labels,
            spec: new.spec,
            owner: new.owner,
            workload: new.workload,
            origin: new.origin,
            node: None,
            ips: Vec::new(),
            phase: Phase::Pending,
            ready: false,
            waiting: None,
            terminating: false,
            created: self.now,
            slot: new.slot,
            listeners: Arc::default(),
            calls: Arc::default(),
            observed: false,
        };
        let state = Arc::new(state);
        let record = PodRecord { state, uid, held: false, hash: new.hash, refusal: None };
        self.work.unscheduled.insert(new.key.clone());
        self.work.room = true;
        self.work.calls = true;
        self.pods.insert(new.key, record);
        self.touch();
    }

    /// Takes over the state a real cluster stated. An address without conditions counts as ready.
    pub(super) fn hold_pod(&mut self, key: &PodKey, pod: &Pod, deleting: bool) {
        let running = matches!(pod.status.phase, None | Some(Phase::Running)) && !pod.status.ips.is_empty();
        let phase = pod.status.phase.unwrap_or(if running { Phase::Running } else { Phase::Pending });
        // An address without a node is a pod somebody wrote by hand: it runs, and is given a node.
        if pod.spec.node_name.is_some() || !running {
            self.work.unscheduled.remove(key);
        }
        self.work.nodes = true;
        if !pod.spec.host_network && !matches!(phase, Phase::Succeeded | Phase::Failed) {
            for ip in &pod.status.ips {
                self.claim(*ip, key);
            }
        }
        let node = pod.spec.node_name.clone();
        self.count_on_node(node.as_ref(), 1);
        self.change_pod(key, |state| {
            state.node = node;
            state.ips = pod.status.ips.clone();
            state.phase = phase;
            state.ready = pod.status.ready.unwrap_or(running);
            state.terminating = deleting;
            state.observed = true;
            if phase == Phase::Running {
                state.listeners = program::listeners(&pod.spec).into();
            }
        });
        if let Some(record) = self.pods.get_mut(key) {
            record.held = true;
        }
    }

    /// Gives an address to an observed pod; a simulated pod that has it gets another.
    fn claim(&mut self, ip: IpAddr, key: &PodKey) {
        let Some(holder) = self.addresses.pods.get(&ip).cloned() else {
            self.addresses.pods.insert(ip, key.clone());
            return;
        };
        if self.pods.get(&holder).is_none_or(|it| it.held) {
            return;
        }
        self.addresses.pods.insert(ip, key.clone());
        let old = self.pods.get(&holder).map(|it| it.state.ips.clone()).unwrap_or_default();
        self.addresses.pods.retain(|_, it| *it != holder);
        let ips = self.addresses_for(&holder);
        if ips != old {
            self.change_pod(&holder, |state| state.ips = ips);
        }
    }

    /// Puts a pod on a node; its containers start a little later.
    pub(super) fn bind(&mut self, key: &PodKey, node: Str) {
        self.count_on_node(Some(&node), 1);
        if self.pods.get(key).is_some_and(|it| it.held) {
            self.change_pod(key, |state| state.node = Some(node));
            return;
        }
        self.change_pod(key, |state| {
            state.node = Some(node);
            state.waiting = Some("ContainerCreating");
        });
        let delay = Span::millis(800 + u64::from(self.jitter("start", key, 400)));
        self.later(key, delay, Step::Start);
    }

    /// The scheduler found no node.
    pub(super) fn unschedulable(&mut self, key: &PodKey, message: Str) {
        if let Some(record) = self.pods.get_mut(key) {
            record.refusal = Some(message);
        }
        self.change_pod(key, |state| state.waiting = Some("Unschedulable"));
    }

    /// Milliseconds of jitter below `bound`, the pod's own.
    fn jitter(&self, purpose: &str, key: &PodKey, bound: u32) -> u32 {
        Stream::new(self.config.seed, purpose, &format!("{}/{}", key.0, key.1), 0).below(bound)
    }

    fn later(&mut self, key: &PodKey, delay: Span, step: Step) {
        let Some(uid) = self.pods.get(key).map(|it| it.uid) else { return };
        let at: Time = self.now + delay;
        let sequence = self.next_sequence();
        self.queue.insert((at, sequence), Due { key: key.clone(), uid, step });
    }

    /// Does what fell due, unless the pod is not the one any more.
    pub(super) fn fall_due(&mut self, due: Due) {
        let Some(record) = self.pods.get(&due.key).filter(|it| it.uid == due.uid) else { return };
        match due.step {
            Step::Gone => self.remove_pod(&due.key),
            _ if record.state.terminating => {}
            Step::Start => self.start(&due.key),
            Step::Probe => self.probe(&due.key),
        }
    }

    fn start(&mut self, key: &PodKey) {
        let Some((state, uid)) = self.pods.get(key).map(|it| (it.state.clone(), it.uid)) else { return };
        let ips = self.addresses_for(key);
        if ips.is_empty() {
            let message = "Failed to create pod sandbox: no IP addresses available in range set";
            self.record(&state.object, true, "FailedCreatePodSandBox", message.into());
            return;
        }
        for container in containers(&state.spec) {
            let image = &container.image;
            let pulled = format!(
                "Container image \"{image}\" already present on machine and can be accessed by the pod"
            );
            self.record(&state.object, false, "Pulled", pulled);
            self.record(&state.object, false, "Created", "Container created".into());
            self.record(&state.object, false, "Started", "Container started".into());
        }
        let conflicts = program::conflicts(&state.spec);
        for it in &conflicts {
            let message = format!(
                "Back-off restarting failed container {} in pod {}_{}(00000000-0000-4000-8000-{uid:012x})",
                it.container, key.1, key.0
            );
            self.record(&state.object, true, "BackOff", message);
        }
        let delay = (containers(&state.spec).filter_map(|it| it.readiness_probe.as_ref()))
            .map(|it| it.initial_delay)
            .max();
        let ready = conflicts.is_empty() && delay.is_none();
        let listeners: Arc<[Listener]> = program::listeners(&state.spec).into();
        self.change_pod(key, |state| {
            state.ips = ips;
            state.phase = Phase::Running;
            state.listeners = listeners;
            state.ready = ready;
            state.waiting = match (conflicts.is_empty(), delay) {
                (false, _) => Some("CrashLoopBackOff"),
                (true, Some(_)) => Some("ContainersNotReady"),
                (true, None) => None,
            };
        });
        if let (true, Some(delay)) = (conflicts.is_empty(), delay) {
            self.later(key, Span::seconds(delay.into()), Step::Probe);
        }
    }

    fn probe(&mut self, key: &PodKey) {
        let Some(state) = self.pods.get(key).map(|it| it.state.clone()) else { return };
        let failed = containers(&state.spec).find_map(|it| failure(&state, it));
        if let Some(message) = failed {
            self.record(&state.object, true, "Unhealthy", message);
            self.change_pod(key, |state| state.waiting = Some("ReadinessProbeFailed"));
        } else {
            self.change_pod(key, |state| {
                state.ready = true;
                state.waiting = None;
            });
        }
    }

    /// Ends a pod: its endpoints stop at once, it goes after a short grace. One that never ran, or that a real cluster
    /// stated, goes at once.
    pub(super) fn terminate(&mut self, key: &PodKey) {
        let Some(record) = self.pods.get(key) else { return };
        if record.held || record.state.ips.is_empty() {
            return self.remove_pod(key);
        }
        if record.state.terminating {
            return;
        }
        let (object, spec) = (record.state.object.clone(), record.state.spec.clone());
        for container in containers(&spec) {
            let message = format!("Stopping container {}", container.name);
            self.record(&object, false, "Killing", message);
        }
        self.change_pod(key, |state| state.terminating = true);
        let grace = Span::millis(1_000 + u64::from(self.jitter("stop", key, 500)));
        self.later(key, grace, Step::Gone);
    }

    /// Takes a pod out at once, with its addresses.
    pub(super) fn remove_pod(&mut self, key: &PodKey) {
        let Some(record) = self.pods.remove(key) else { return };
        self.work.unscheduled.remove(key);
        self.count_on_node(record.state.node.as_ref(), -1);
        for ip in &record.state.ips {
            if self.addresses.pods.get(ip) == Some(key) {
                self.addresses.pods.remove(ip);
                // Two observed pods may state one address.
                let other = self.pods.iter().find(|(_, it)| it.held && it.state.ips.contains(ip));
                if let Some(other) = other.filter(|_| record.held).map(|it| it.0.clone()) {
                    self.addresses.pods.insert(*ip, other);
                }
            }
        }
        self.work.room = true;
        self.work.endpoints = true;
        self.work.nodes |= record.held;
        self.left(key, &record.state);
        self.touch();
    }

    /// Its node is gone: a pod with an owner is replaced, a bare one starts anew elsewhere.
    pub(super) fn lose_node(&mut self, key: &PodKey) {
        let Some(state) = self.pods.get(key).map(|it| it.state.clone()) else { return };
        self.remove_pod(key);
        if state.owner.is_none() && !state.terminating {
            self.create_pod(NewPod {
                key: key.clone(),
                labels: state.labels.clone(),
                spec: state.spec.clone(),
                owner: None,
                workload: state.workload.clone(),
                origin: state.origin.clone(),
                slot: state.slot,
                hash: "".into(),
            });
        }
    }

    /// The node's addresses for host-network pods, else free ones of the node's blocks, which are taken.
    fn addresses_for(&mut self, key: &PodKey) -> Vec<IpAddr> {
        let Some(state) = self.pods.get(key).map(|it| it.state.clone()) else { return Vec::new() };
        let Some(node) = state.node.as_ref().and_then(|it| self.nodes.get_mut(it)) else { return Vec::new() };
        if state.spec.host_network {
            return node.state.addresses.clone();
        }
        let mut found: Vec<IpAddr> = Vec::new();
        for block in &node.state.pod_cidrs {
            if found.iter().any(|it| it.is_ipv4() == block.network.is_ipv4()) {
                continue;
            }
            if let Some(ip) = self.addresses.pod(*block, &mut node.last) {
                self.addresses.pods.insert(ip, key.clone());
                found.push(ip);
            }
        }
        found
    }

    fn count_on_node(&mut self, node: Option<&Str>, by: i32) {
        if let Some(record) = node.and_then(|it| self.nodes.get_mut(it)) {
            record.pods = record.pods.saturating_add_signed(by);
        }
    }

    /// Changes what a snapshot shows of a pod; its owners and its Services look again.
    pub(super) fn change_pod(&mut self, key: &PodKey, change: impl FnOnce(&mut PodState)) {
        let Some(record) = self.pods.get_mut(key) else { return };
        let ready = record.state.ready;
        let state = Arc::make_mut(&mut record.state);
        change(state);
        // A ReplicaSet only counts its pods; the others wait for one to get ready.
        let counts = state.owner.as_ref().is_some_and(|it| it.kind == Kind::ReplicaSet) && !state.terminating;
        if state.ready != ready || state.terminating {
            self.work.controllers.extend(state.owner.clone().filter(|_| !counts));
            self.work.controllers.insert(state.workload.clone());
        }
        self.work.endpoints = true;
        self.touch();
    }
}

/// The containers that run as long as the pod does.
fn containers(spec: &PodSpec) -> impl Iterator<Item = &Container> {
    spec.init_containers.iter().filter(|it| it.sidecar).chain(&spec.containers)
}

/// Why a container's readiness probe fails, in the kubelet's words.
fn failure(pod: &PodState, container: &Container) -> Option<String> {
    let probe = container.readiness_probe.as_ref()?;
    let (port, http) = match &probe.handler {
        ProbeHandler::HttpGet(port) => (port.clone(), true),
        ProbeHandler::TcpSocket(port) => (port.clone(), false),
        ProbeHandler::Grpc(port) => (PortRef::Number(*port), false),
        ProbeHandler::Exec => return None,
    };
    let port = match port {
        PortRef::Number(port) => port,
        PortRef::Name(name) => {
            let named = container.ports.iter().find(|it| it.name.as_ref() == Some(&name));
            let Some(port) = named else {
                return Some(format!("Readiness probe errored: couldn't find named port {name}"));
            };
            port.port
        }
    };
    if pod.listeners.iter().any(|it| it.port == port && !it.loopback) {
        return None;
    }
    let ip = pod.ips.first().map(IpAddr::to_string).unwrap_or_default();
    let refused = format!("dial tcp {ip}:{port}: connect: connection refused");
    Some(match (&probe.handler, http) {
        (ProbeHandler::Grpc(_), _) => {
            format!(
                "Readiness probe failed: timeout: failed to connect service \"{ip}:{port}\" within 1s: context deadline exceeded"
            )
        }
        (_, true) => format!("Readiness probe failed: Get \"http://{ip}:{port}/\": {refused}"),
        _ => format!("Readiness probe failed: {refused}"),
    })
}
