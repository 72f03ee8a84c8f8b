//! What keeps pods running: ReplicaSets, ReplicationControllers, StatefulSets and Jobs. Deployments keep ReplicaSets ([`super::rollout`]).
//!
//! A Job's pods run its calls and stay: in a playground a connection one wants to ask about must not vanish after a second. Only pods
//! a real cluster states as finished count as completions.

use super::kubelet::{NewPod, pod_ref};
use super::random::{Stream, template_hash};
use super::store::MAX_PODS;
use super::{Cluster, Origin, PodKey, PodState};
use crate::Str;
use crate::api::{
    Kind, Labels, Object, ObjectRef, Phase, PodSpec, PodTemplate, Resource, Selector, controlled_by,
};
use crate::program::Call;
use crate::text::FieldPath;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How a controller runs its pods.
#[derive(Clone, Debug)]
pub(super) enum Runs {
    /// Interchangeable pods.
    Set,
    /// Pods with ordinals, one after the other unless `parallel`.
    Ordinals { parallel: bool, service: Option<Str> },
    /// Interchangeable pods until so many are done.
    Job { completions: u32 },
}

/// Something that makes pods itself.
#[derive(Clone, Debug)]
pub(super) struct Controller {
    pub(super) object: ObjectRef,
    /// The Deployment, for its ReplicaSets.
    pub(super) owner: Option<ObjectRef>,
    pub(super) workload: ObjectRef,
    pub(super) origin: Origin,
    pub(super) runs: Runs,
    pub(super) selector: Selector,
    /// As stated, without what the control plane adds.
    pub(super) template: Arc<PodTemplate>,
    pub(super) labels: Arc<Labels>,
    pub(super) spec: Arc<PodSpec>,
    pub(super) hash: Str,
    pub(super) wanted: u32,
    pub(super) members: Vec<PodKey>,
    /// Names given so far.
    pub(super) made: u64,
    /// Grows with every new ReplicaSet of a Deployment.
    pub(super) revision: u64,
    pub(super) calls: Arc<[Call]>,
}

impl Controller {
    /// A controller as its object states it; `None` for kinds that make no pods themselves.
    fn of(object: &Object) -> Option<Self> {
        let plain = |labels: &Labels| Selector { match_labels: labels.clone(), ..Selector::default() };
        let (runs, selector, template, wanted) = match &object.resource {
            Resource::ReplicaSet(it) => (Runs::Set, it.selector.clone(), &it.template, it.replicas),
            Resource::ReplicationController(it) => {
                (Runs::Set, plain(&it.selector), &it.template, it.replicas)
            }
            Resource::StatefulSet(it) => {
                let runs = Runs::Ordinals { parallel: it.parallel, service: it.service_name.clone() };
                (runs, it.selector.clone(), &it.template, it.replicas)
            }
            Resource::Job(it) => {
                // A Job's own label, so that it never adopts what it did not make.
                let own = Labels::new([("batch.kubernetes.io/job-name".into(), object.meta.name.clone())]);
                (Runs::Job { completions: it.completions }, plain(&own), &it.template, it.parallelism)
            }
            _ => return None,
        };
        let reference = object.reference();
        let owner = object.meta.owners.iter().find(|it| it.controller && it.kind == Kind::Deployment);
        let owner = owner.map(|it| ObjectRef {
            kind: Kind::Deployment,
            namespace: reference.namespace.clone(),
            name: it.name.clone(),
        });
        let mut labels = template.labels.clone();
        if let Runs::Job { .. } = runs {
            labels.set("batch.kubernetes.io/job-name".into(), object.meta.name.clone());
            labels.set("job-name".into(), object.meta.name.clone());
        }
        Some(Self {
            workload: reference.clone(),
            origin: Origin {
                object: reference.clone(),
                template: FieldPath::root().field("spec").field("template"),
            },
            object: reference,
            owner,
            runs,
            selector,
            labels: Arc::new(labels),
            spec: Arc::new(template.spec.clone()),
            hash: template_hash(template, 0),
            template: Arc::new(template.clone()),
            wanted,
            members: Vec::new(),
            made: 0,
            revision: 0,
            calls: Arc::default(),
        })
    }
}

impl Cluster {
    /// Takes a controller's object in: new, or changed.
    pub(super) fn set_controller(&mut self, object: &Object) {
        let Some(mut new) = Controller::of(object) else { return };
        if let Some(old) = self.controllers.remove(&new.object) {
            (new.members, new.made, new.revision) = (old.members, old.made, old.revision);
            new.owner = new.owner.or(old.owner);
        }
        if let Some(owner) = &new.owner {
            new.workload = owner.clone();
            self.work.controllers.insert(owner.clone());
        }
        self.work.controllers.insert(new.object.clone());
        self.work.calls = true;
        self.controllers.insert(new.object.clone(), new);
    }

    /// Takes a controller out, with its pods.
    pub(super) fn drop_controller(&mut self, of: &ObjectRef) {
        let Some(controller) = self.controllers.remove(of) else { return };
        for key in controller.members {
            self.discard(&key);
        }
        self.work.calls = true;
        self.touch();
    }

    /// Brings a Deployment or a controller in line with what it wants.
    pub(super) fn sync(&mut self, of: &ObjectRef) {
        if of.kind == Kind::Deployment {
            return self.sync_deployment(of);
        }
        let Some(runs) = self.controllers.get(of).map(|it| it.runs.clone()) else { return };
        self.release(of);
        self.adopt(of);
        match runs {
            Runs::Set => self.sync_set(of, 0),
            Runs::Job { completions } => {
                let done = self.members(of, |it| it.phase == Phase::Succeeded).len();
                self.sync_set(of, completions.saturating_sub(u32::try_from(done).unwrap_or(u32::MAX)));
            }
            Runs::Ordinals { parallel, service } => self.sync_ordinals(of, parallel, service.as_ref()),
        }
    }

    /// The controller's pods that pass a test, in the order in which they came.
    pub(super) fn members(&self, of: &ObjectRef, test: impl Fn(&PodState) -> bool) -> Vec<PodKey> {
        let Some(controller) = self.controllers.get(of) else { return Vec::new() };
        let passes = |key: &&PodKey| self.pods.get(key).is_some_and(|it| test(&it.state));
        controller.members.iter().filter(passes).cloned().collect()
    }

    /// Lets go of pods whose labels do not match any more (control-plane-semantics 42).
    fn release(&mut self, of: &ObjectRef) {
        let Some(selector) = self.controllers.get(of).map(|it| it.selector.clone()) else { return };
        for key in self.members(of, |it| !it.terminating && !selector.matches(&it.labels)) {
            if self.pods.get(&key).is_some_and(|it| it.held && self.states_owner(&key, of)) {
                continue;
            }
            if let Some(controller) = self.controllers.get_mut(of) {
                controller.members.retain(|it| *it != key);
            }
            self.orphans.insert(key.clone());
            self.change_pod(&key, |state| {
                state.owner = None;
                state.workload = state.object.clone();
            });
        }
    }

    /// Takes in pods without an owner that match, and those that name this owner.
    fn adopt(&mut self, of: &ObjectRef) {
        let Some(controller) = self.controllers.get(of) else { return };
        let (selector, workload) = (controller.selector.clone(), controller.workload.clone());
        let fits = |key: &&PodKey| {
            let Some(record) = self.pods.get(key) else { return false };
            let named = self.states_owner(key, of);
            let free = !self.states_any_owner(key) && !selector.is_empty();
            key.0 == of.namespace
                && !record.state.terminating
                && (named || free && selector.matches(&record.state.labels))
        };
        let found: Vec<PodKey> = self.orphans.iter().filter(fits).cloned().collect();
        for key in found {
            self.orphans.remove(&key);
            let ordinal = ordinal(of, &key.1);
            let slot = ordinal.or_else(|| self.free_slots(&workload).next()).unwrap_or(0);
            if let Some(controller) = self.controllers.get_mut(of) {
                controller.members.push(key.clone());
            }
            let (owner, workload) = (of.clone(), workload.clone());
            self.change_pod(&key, |state| {
                state.owner = Some(owner);
                state.workload = workload;
                state.slot = slot;
            });
        }
    }

    /// The pod's own manifest names this controller.
    fn states_owner(&self, key: &PodKey, of: &ObjectRef) -> bool {
        self.store.get(&pod_ref(key)).is_some_and(|it| controlled_by(&it.object.meta, of))
    }

    fn states_any_owner(&self, key: &PodKey) -> bool {
        let stored = self.store.get(&pod_ref(key));
        stored.is_some_and(|it| it.object.meta.owners.iter().any(|it| it.controller))
    }

    /// Makes or ends interchangeable pods; `most` bounds a Job's, 0 bounds nothing else.
    fn sync_set(&mut self, of: &ObjectRef, most: u32) {
        let Some(controller) = self.controllers.get(of) else { return };
        let job = matches!(controller.runs, Runs::Job { .. });
        let wanted = if job { controller.wanted.min(most) } else { controller.wanted } as usize;
        let workload = controller.workload.clone();
        let live = self.members(of, alive);
        if live.len() < wanted {
            let slots: Vec<u32> = self.free_slots(&workload).take(wanted - live.len()).collect();
            for slot in slots {
                if self.pods.len() >= MAX_PODS {
                    break;
                }
                let Some(name) = self.fresh_name(of) else { break };
                self.record(of, false, "SuccessfulCreate", format!("Created pod: {name}"));
                self.create_member(of, name, slot, None);
            }
        } else if live.len() > wanted {
            let mut order: Vec<_> = (live.into_iter())
                .filter_map(|key| {
                    let it = self.pods.get(&key)?;
                    let rank = (it.state.node.is_some(), it.state.ready, it.held);
                    Some((rank, std::cmp::Reverse(it.state.slot), key))
                })
                .collect();
            order.sort();
            let extra = order.len() - wanted;
            for (_, _, key) in order.into_iter().take(extra) {
                self.record(of, false, "SuccessfulDelete", format!("Deleted pod: {}", key.1));
                self.discard(&key);
            }
        }
    }

    /// A StatefulSet: lowest ordinal first, each after the one before is ready; the highest go first.
    fn sync_ordinals(&mut self, of: &ObjectRef, parallel: bool, service: Option<&Str>) {
        let Some(controller) = self.controllers.get(of) else { return };
        let (wanted, hash) = (controller.wanted, controller.hash.clone());
        let mut outdated = None;
        for ordinal in 0..wanted {
            let name: Str = format!("{}-{ordinal}", of.name).into();
            let key = (of.namespace.clone(), name.clone());
            let ready = match self.pods.get(&key) {
                None if self.pods.len() >= MAX_PODS => return,
                None => {
                    let message = format!("Create Pod {name} in StatefulSet {} successful", of.name);
                    self.record(of, false, "SuccessfulCreate", message);
                    self.create_member(of, name, ordinal, service);
                    false
                }
                Some(it) => {
                    if !it.held && !it.state.terminating && it.hash != hash {
                        outdated = Some((key, it.state.ready));
                    }
                    it.state.ready && !it.state.terminating
                }
            };
            if !ready && !parallel {
                // One that waits for its own replacement must not block it.
                if let Some((key, false)) = outdated {
                    self.discard(&key);
                }
                return;
            }
        }
        let beyond = self.members(of, |it| it.slot >= wanted);
        let highest =
            beyond.iter().filter_map(|key| Some((self.pods.get(key)?.state.slot, key.clone()))).max();
        if let Some((_, key)) = highest {
            let leaving = |key: &PodKey| self.pods.get(key).is_none_or(|it| it.state.terminating);
            if parallel {
                beyond.iter().for_each(|key| self.discard(key));
            } else if !beyond.iter().any(leaving) {
                let message = format!("Delete Pod {} in StatefulSet {} successful", key.1, of.name);
                self.record(of, false, "SuccessfulDelete", message);
                self.discard(&key);
            }
            return;
        }
        let settled = self.members(of, |it| it.terminating || !it.ready).is_empty();
        if let Some((key, ready)) = outdated
            && (settled || !ready)
        {
            self.discard(&key);
        }
    }

    fn create_member(&mut self, of: &ObjectRef, name: Str, slot: u32, service: Option<&Str>) {
        let Some(controller) = self.controllers.get_mut(of) else { return };
        let key: PodKey = (of.namespace.clone(), name.clone());
        controller.members.push(key.clone());
        let (mut labels, mut spec) = (controller.labels.clone(), controller.spec.clone());
        if matches!(controller.runs, Runs::Ordinals { .. }) {
            let own = Arc::make_mut(&mut labels);
            own.set("statefulset.kubernetes.io/pod-name".into(), name.clone());
            own.set("apps.kubernetes.io/pod-index".into(), slot.to_string().into());
            let own = Arc::make_mut(&mut spec);
            own.hostname = Some(name);
            own.subdomain = service.cloned();
        }
        let new = NewPod {
            key,
            labels,
            spec,
            owner: Some(of.clone()),
            workload: controller.workload.clone(),
            origin: controller.origin.clone(),
            slot,
            hash: controller.hash.clone(),
        };
        self.create_pod(new);
    }

    /// A name no pod has: the controller's, and five characters of its own stream.
    fn fresh_name(&mut self, of: &ObjectRef) -> Option<Str> {
        let controller = self.controllers.get_mut(of)?;
        let stem: String = of.name.chars().take(57).collect();
        for _ in 0..1_000 {
            let stream = &mut Stream::new(self.config.seed, "pod-name", &of.to_string(), controller.made);
            controller.made += 1;
            let name: Str = format!("{stem}-{}", stream.suffix()).into();
            if !self.pods.contains_key(&(of.namespace.clone(), name.clone())) {
                return Some(name);
            }
        }
        None
    }

    /// The slots no pod of a workload has, from the lowest.
    fn free_slots(&self, workload: &ObjectRef) -> impl Iterator<Item = u32> + use<> {
        let members = self.controllers.values().filter(|it| it.workload == *workload);
        let used: BTreeSet<u32> = (members.flat_map(|it| &it.members))
            .filter_map(|key| Some(self.pods.get(key)?.state.slot))
            .collect();
        (0..u32::MAX).filter(move |slot| !used.contains(slot))
    }

    /// Ends a pod for good: its manifest, if it has one, goes too.
    pub(super) fn discard(&mut self, key: &PodKey) {
        self.store.take(&pod_ref(key));
        self.terminate(key);
    }

    /// A pod is gone: its owner looks again.
    pub(super) fn left(&mut self, key: &PodKey, state: &PodState) {
        self.orphans.remove(key);
        if let Some(owner) = &state.owner {
            if let Some(controller) = self.controllers.get_mut(owner) {
                controller.members.retain(|it| it != key);
            }
            self.work.controllers.insert(owner.clone());
            self.work.controllers.insert(state.workload.clone());
        }
    }
}

/// Neither going nor finished.
pub(super) fn alive(pod: &PodState) -> bool {
    !pod.terminating && !matches!(pod.phase, Phase::Succeeded | Phase::Failed)
}

/// The ordinal in the name of a StatefulSet's pod.
fn ordinal(of: &ObjectRef, pod: &str) -> Option<u32> {
    if of.kind != Kind::StatefulSet {
        return None;
    }
    pod.strip_prefix(&*of.name)?.strip_prefix('-')?.parse().ok()
}
