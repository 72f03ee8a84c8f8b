//! Deployments: a ReplicaSet per template, replaced step by step (control-plane-semantics 87, 93, 94).

use super::random::template_hash;
use super::workloads::{Controller, Runs, alive};
use super::{Cluster, Origin};
use crate::Str;
use crate::api::{Deployment, Kind, Labels, ObjectRef, PodTemplate, Resource, Selector};
use crate::text::FieldPath;
use std::sync::Arc;

/// ReplicaSets without pods that a Deployment keeps.
const HISTORY: usize = 10;
/// The label that tells a Deployment's ReplicaSets apart.
const HASH: &str = "pod-template-hash";

impl Cluster {
    /// One Deployment: its newest ReplicaSet up by at most 25 % more, the old ones down as new pods get ready.
    pub(super) fn sync_deployment(&mut self, of: &ObjectRef) {
        let Some(stored) = self.store.get(of) else { return };
        let object = stored.object.clone();
        let Resource::Deployment(deployment) = &object.resource else { return };
        self.adopt_sets(of, deployment);
        let new = self.newest_set(of, deployment);
        let old = self.sets(of, Some(&new));
        let replicas = deployment.replicas;
        if old.iter().all(|it| self.wanted(it) == 0) {
            self.scale(of, &new, replicas);
        } else {
            // Each round changes something or ends; what changes only moves towards the goal.
            for _ in 0..=old.len().saturating_add(1) {
                if !self.scale_up(of, &new, &old, replicas) && !self.scale_down(of, &new, &old, replicas) {
                    break;
                }
            }
        }
        self.forget_sets(&old);
    }

    fn scale_up(&mut self, of: &ObjectRef, new: &ObjectRef, old: &[ObjectRef], replicas: u32) -> bool {
        let (surge, _) = steps(replicas);
        let have = self.wanted(new);
        let total = old.iter().map(|it| self.wanted(it)).fold(have, u32::saturating_add);
        let room = replicas.saturating_add(surge).saturating_sub(total);
        self.scale(of, new, replicas.min(have.saturating_add(room)))
    }

    fn scale_down(&mut self, of: &ObjectRef, new: &ObjectRef, old: &[ObjectRef], replicas: u32) -> bool {
        let (_, unavailable) = steps(replicas);
        let least = replicas.saturating_sub(unavailable);
        let total = old.iter().map(|it| self.wanted(it)).fold(self.wanted(new), u32::saturating_add);
        let coming = self.wanted(new).saturating_sub(self.available(new));
        let mut allowed = total.saturating_sub(least).saturating_sub(coming);
        let mut changed = false;
        // Those that do not serve go first.
        for set in old {
            let broken = self.wanted(set).saturating_sub(self.available(set)).min(allowed);
            allowed -= broken;
            changed |= self.scale(of, set, self.wanted(set) - broken);
        }
        let serving = old.iter().map(|it| self.available(it)).fold(self.available(new), u32::saturating_add);
        let mut spare = serving.saturating_sub(least).min(allowed);
        for set in old {
            let less = self.wanted(set).min(spare);
            spare -= less;
            changed |= self.scale(of, set, self.wanted(set) - less);
        }
        changed
    }

    fn wanted(&self, set: &ObjectRef) -> u32 {
        self.controllers.get(set).map_or(0, |it| it.wanted)
    }

    fn available(&self, set: &ObjectRef) -> u32 {
        let count = self.members(set, |it| alive(it) && it.ready).len();
        u32::try_from(count).unwrap_or(u32::MAX).min(self.wanted(set))
    }

    fn scale(&mut self, of: &ObjectRef, set: &ObjectRef, wanted: u32) -> bool {
        let Some(controller) = self.controllers.get_mut(set).filter(|it| it.wanted != wanted) else {
            return false;
        };
        let before = std::mem::replace(&mut controller.wanted, wanted);
        let direction = if wanted > before { "up" } else { "down" };
        let message = format!("Scaled {direction} replica set {} from {before} to {wanted}", set.name);
        self.record(of, false, "ScalingReplicaSet", message);
        self.work.controllers.insert(set.clone());
        true
    }

    /// A Deployment's ReplicaSets but one, oldest first.
    pub(super) fn sets(&self, of: &ObjectRef, but: Option<&ObjectRef>) -> Vec<ObjectRef> {
        let mut found: Vec<&Controller> = self
            .controllers
            .values()
            .filter(|it| it.owner.as_ref() == Some(of) && Some(&it.object) != but)
            .collect();
        found.sort_by_key(|it| it.revision);
        found.into_iter().map(|it| it.object.clone()).collect()
    }

    /// Takes in stated ReplicaSets without an owner whose pods the Deployment selects.
    fn adopt_sets(&mut self, of: &ObjectRef, deployment: &Deployment) {
        for controller in self.controllers.values_mut() {
            let free = controller.owner.is_none()
                && controller.object.kind == Kind::ReplicaSet
                && controller.object.namespace == of.namespace;
            if free && deployment.selector.matches(&controller.template.labels) {
                controller.owner = Some(of.clone());
                controller.workload = of.clone();
                self.work.controllers.insert(controller.object.clone());
            }
        }
    }

    /// The ReplicaSet of the Deployment's template; made when there is none.
    fn newest_set(&mut self, of: &ObjectRef, deployment: &Deployment) -> ObjectRef {
        let same = |it: &&Controller| {
            it.owner.as_ref() == Some(of)
                && (*it.template == deployment.template
                    || it.template.labels.get(HASH).is_some()
                        && without_hash(&it.template) == deployment.template)
        };
        if let Some(set) = self.controllers.values().find(same).map(|it| it.object.clone()) {
            let newest = self.sets(of, None).last() == Some(&set);
            let revision = if newest { None } else { Some(self.next_sequence()) };
            if let (Some(controller), Some(revision)) = (self.controllers.get_mut(&set), revision) {
                controller.revision = revision;
            }
            return set;
        }
        let reference =
            |name: Str| ObjectRef { kind: Kind::ReplicaSet, namespace: of.namespace.clone(), name };
        let own = (0..1_000).map(|collisions| template_hash(&deployment.template, collisions));
        let stated = self.stated_hash(of, deployment);
        let hash = stated
            .into_iter()
            .chain(own)
            .find(|hash| !self.controllers.contains_key(&reference(format!("{}-{hash}", of.name).into())));
        let hash = hash.unwrap_or_else(|| "".into());
        let set = reference(format!("{}-{hash}", of.name).into());
        let mut labels = deployment.template.labels.clone();
        labels.set(HASH.into(), hash.clone());
        let mut selector: Selector = deployment.selector.clone();
        selector.match_labels.set(HASH.into(), hash.clone());
        let controller = Controller {
            object: set.clone(),
            owner: Some(of.clone()),
            workload: of.clone(),
            origin: Origin {
                object: of.clone(),
                template: FieldPath::root().field("spec").field("template"),
            },
            runs: Runs::Set,
            selector,
            template: Arc::new(deployment.template.clone()),
            labels: Arc::new(labels),
            spec: Arc::new(deployment.template.spec.clone()),
            hash,
            wanted: 0,
            members: Vec::new(),
            made: 0,
            revision: self.next_sequence(),
            calls: Arc::default(),
        };
        self.controllers.insert(set.clone(), controller);
        self.work.calls = true;
        set
    }

    /// The hash in observed pods whose ReplicaSet was not pasted with them.
    fn stated_hash(&self, of: &ObjectRef, deployment: &Deployment) -> Option<Str> {
        let (key, hash) = self.orphans.iter().find_map(|key| {
            let record = self.pods.get(key).filter(|it| it.held && key.0 == of.namespace)?;
            let hash = record.state.labels.get(HASH)?;
            deployment.selector.matches(&record.state.labels).then(|| (key, hash.clone()))
        })?;
        key.1.strip_prefix(&*of.name)?.strip_prefix('-')?.starts_with(&*hash).then_some(hash)
    }

    /// Old ReplicaSets without pods, beyond the history.
    fn forget_sets(&mut self, old: &[ObjectRef]) {
        let empty: Vec<&ObjectRef> = (old.iter())
            .filter(|it| self.controllers.get(it).is_some_and(|it| it.wanted == 0 && it.members.is_empty()))
            .collect();
        for set in empty.iter().take(empty.len().saturating_sub(HISTORY)) {
            self.controllers.remove(*set);
            self.store.take(set);
        }
    }
}

/// maxSurge and maxUnavailable of 25 %: the first rounds up, the second down.
fn steps(replicas: u32) -> (u32, u32) {
    (replicas.div_ceil(4).max(1), replicas / 4)
}

fn without_hash(template: &PodTemplate) -> PodTemplate {
    let labels: Labels = Labels::new(
        template.labels.iter().filter(|it| **it.0 != *HASH).map(|(key, value)| (key.clone(), value.clone())),
    );
    PodTemplate { labels, ..template.clone() }
}
