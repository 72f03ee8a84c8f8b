//! Controllers: from what is wanted to pods, looked at again after every change until nothing is left to do.

use super::kubelet::Blueprint;
use super::naming::{suffix, template_hash};
use super::{Cluster, Origin};
use crate::Str;
use crate::api::{Kind, Labels, Object, ObjectRef, Phase, PodSpec, PodTemplate, Resource, StatefulSet};
use crate::text::FieldPath;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A pod as its controller counts it.
struct Child {
    object: ObjectRef,
    slot: u32,
    ready: bool,
    /// Made from the template as it is now; observed pods count as current.
    current: bool,
    created: super::Time,
}

/// What a controller makes pods from.
struct Recipe<'a> {
    /// The object the user wrote.
    workload: ObjectRef,
    template: &'a PodTemplate,
    /// Goes before the random part of names.
    prefix: String,
    /// The direct controller.
    owner: ObjectRef,
    revision: Str,
    labels: Vec<(Str, Str)>,
}

impl Cluster {
    /// Lets every controller look once, then the scheduler.
    pub(super) fn reconcile(&mut self) {
        let children = self.children_by_workload();
        let objects: Vec<(ObjectRef, Arc<Object>)> =
            self.objects.iter().map(|(reference, it)| (reference.clone(), it.object.clone())).collect();
        for (reference, object) in &objects {
            // A ReplicaSet of a Deployment that is here works for it.
            if self.owning_deployment(object).is_some() {
                continue;
            }
            let own = children.get(reference).map_or(&[][..], Vec::as_slice);
            self.control(reference, object, own);
        }
        let gone: Vec<ObjectRef> = children
            .iter()
            .filter(|(workload, _)| !self.objects.contains_key(*workload))
            .flat_map(|(_, pods)| pods.iter().map(|it| it.object.clone()))
            .filter(|pod| !self.objects.contains_key(pod))
            .collect();
        gone.iter().for_each(|it| self.terminate(it));
        self.schedule();
    }

    fn control(&mut self, reference: &ObjectRef, object: &Object, own: &[Child]) {
        let recipe = |template, prefix: String, owner, revision, labels| Recipe {
            workload: reference.clone(),
            template,
            prefix,
            owner,
            revision,
            labels,
        };
        let name = &reference.name;
        match &object.resource {
            Resource::Deployment(it) => {
                let hash = template_hash(&it.template);
                let set: Str = format!("{name}-{hash}").into();
                let owner = ObjectRef { kind: Kind::ReplicaSet, name: set.clone(), ..reference.clone() };
                let labels = vec![("pod-template-hash".into(), hash.clone())];
                let recipe = recipe(&it.template, format!("{set}-"), owner, hash, labels);
                self.roll(&recipe, it.replicas, own);
            }
            Resource::ReplicaSet(it) => {
                let recipe =
                    recipe(&it.template, format!("{name}-"), reference.clone(), "".into(), Vec::new());
                self.keep(&recipe, it.replicas, own);
            }
            Resource::ReplicationController(it) => {
                let recipe =
                    recipe(&it.template, format!("{name}-"), reference.clone(), "".into(), Vec::new());
                self.keep(&recipe, it.replicas, own);
            }
            // A Job's program keeps calling in the playground: its pods run until someone ends them.
            Resource::Job(it) => {
                let labels = vec![
                    ("batch.kubernetes.io/job-name".into(), name.clone()),
                    ("job-name".into(), name.clone()),
                ];
                let recipe = recipe(&it.template, format!("{name}-"), reference.clone(), "".into(), labels);
                self.keep(&recipe, it.parallelism.min(it.completions), own);
            }
            Resource::StatefulSet(it) => self.ordinals(reference, it, own),
            _ => {}
        }
    }

    /// As many pods as wanted: new ones in the lowest free slots, too many go from the highest.
    fn keep(&mut self, recipe: &Recipe<'_>, wanted: u32, own: &[Child]) {
        let have = own.len() as u32;
        self.make(recipe, wanted.saturating_sub(have), own);
        let mut extra: Vec<&Child> = own.iter().collect();
        // Those not ready go first, then the highest slots.
        extra.sort_by_key(|it| (it.ready, std::cmp::Reverse(it.slot)));
        for child in extra.into_iter().take(have.saturating_sub(wanted) as usize) {
            self.terminate(&child.object);
        }
    }

    /// A rolling update: 25 % more at most, rounded up; 25 % fewer at most, rounded down.
    fn roll(&mut self, recipe: &Recipe<'_>, wanted: u32, own: &[Child]) {
        let old: Vec<&Child> = own.iter().filter(|it| !it.current).collect();
        if old.is_empty() {
            return self.keep(recipe, wanted, own);
        }
        let (surge, unavailable) = (wanted.div_ceil(4), wanted / 4);
        let total = own.len() as u32;
        let new = total - old.len() as u32;
        let room = wanted.saturating_add(surge).saturating_sub(total);
        self.make(recipe, room.min(wanted.saturating_sub(new)), own);
        let ready = own.iter().filter(|it| it.ready).count() as u32;
        let mut spare = ready.saturating_sub(wanted.saturating_sub(unavailable));
        let mut in_order = old;
        in_order.sort_by_key(|it| (it.ready, std::cmp::Reverse(it.slot)));
        for child in in_order {
            match child.ready {
                false => self.terminate(&child.object),
                true if spare > 0 => {
                    spare -= 1;
                    self.terminate(&child.object);
                }
                true => {}
            }
        }
    }

    /// Makes pods in the lowest free slots.
    fn make(&mut self, recipe: &Recipe<'_>, count: u32, own: &[Child]) {
        let mut taken: BTreeSet<u32> = own.iter().map(|it| it.slot).collect();
        for _ in 0..count {
            let slot = (0..).find(|slot| !taken.contains(slot)).unwrap_or(0);
            taken.insert(slot);
            let number = self.children.entry(recipe.owner.clone()).or_default();
            *number += 1;
            let name =
                format!("{}{}", recipe.prefix, suffix(self.config.seed, &recipe.owner.to_string(), *number));
            let spec = Arc::new(recipe.template.spec.clone());
            self.from_template(recipe, name.into(), slot, spec, &[]);
        }
    }

    fn from_template(
        &mut self,
        recipe: &Recipe<'_>,
        name: Str,
        slot: u32,
        spec: Arc<PodSpec>,
        more: &[(Str, Str)],
    ) {
        let mut labels: Labels = recipe.template.labels.clone();
        for (key, value) in recipe.labels.iter().chain(more) {
            labels.set(key.clone(), value.clone());
        }
        let object = ObjectRef { kind: Kind::Pod, namespace: recipe.workload.namespace.clone(), name };
        if self.pods.contains_key(&object) {
            return;
        }
        self.event(recipe.owner.clone(), false, "SuccessfulCreate", format!("Created pod: {}", object.name));
        self.create_pod(Blueprint {
            object,
            labels,
            spec,
            owner: Some(recipe.owner.clone()),
            workload: recipe.workload.clone(),
            origin: Origin { object: recipe.workload.clone(), template: FieldPath::parse("spec.template") },
            slot,
            revision: &recipe.revision,
        });
    }

    /// Numbered pods: each waits for the one before it unless they are managed in parallel.
    fn ordinals(&mut self, reference: &ObjectRef, set: &StatefulSet, own: &[Child]) {
        let hash = template_hash(&set.template);
        let recipe = Recipe {
            workload: reference.clone(),
            template: &set.template,
            prefix: String::new(),
            owner: reference.clone(),
            revision: hash.clone(),
            labels: vec![("controller-revision-hash".into(), format!("{}-{hash}", reference.name).into())],
        };
        let by_slot: BTreeMap<u32, &Child> = own.iter().map(|it| (it.slot, it)).collect();
        for ordinal in 0..set.replicas {
            match by_slot.get(&ordinal) {
                Some(child) if child.ready || set.parallel => {}
                Some(_) => break,
                None => {
                    let name: Str = format!("{}-{ordinal}", reference.name).into();
                    let mut spec = set.template.spec.clone();
                    spec.hostname = Some(name.clone());
                    spec.subdomain = set.service_name.clone();
                    let more = [
                        ("statefulset.kubernetes.io/pod-name".into(), name.clone()),
                        ("apps.kubernetes.io/pod-index".into(), ordinal.to_string().into()),
                    ];
                    self.from_template(&recipe, name, ordinal, Arc::new(spec), &more);
                    if !set.parallel {
                        break;
                    }
                }
            }
        }
        // Too many go from the highest; a new template replaces from the highest, one at a time.
        let too_many = by_slot.range(set.replicas..).next_back().map(|(_, it)| *it);
        let all_ready = by_slot.len() as u32 == set.replicas && own.iter().all(|it| it.ready);
        let outdated =
            own.iter().filter(|it| !it.current && (all_ready || !it.ready)).max_by_key(|it| it.slot);
        if let Some(child) = too_many.or(outdated) {
            let object = child.object.clone();
            self.terminate(&object);
        }
    }

    /// Pods that count, by the object that is to look after them: not finished, not ending.
    fn children_by_workload(&mut self) -> BTreeMap<ObjectRef, Vec<Child>> {
        self.adopt();
        let mut revisions: BTreeMap<&ObjectRef, Str> = BTreeMap::new();
        for (reference, it) in &self.objects {
            match &it.object.resource {
                Resource::Deployment(it) => {
                    revisions.insert(reference, template_hash(&it.template));
                }
                Resource::StatefulSet(it) => {
                    revisions.insert(reference, template_hash(&it.template));
                }
                _ => {}
            }
        }
        let mut found: BTreeMap<ObjectRef, Vec<Child>> = BTreeMap::new();
        for pod in self.pods.values() {
            let state = &pod.state;
            if state.terminating
                || matches!(state.phase, Phase::Succeeded | Phase::Failed)
                || state.workload == state.object
            {
                continue;
            }
            let current =
                state.observed || revisions.get(&state.workload).is_none_or(|it| *it == pod.revision);
            found.entry(state.workload.clone()).or_default().push(Child {
                object: state.object.clone(),
                slot: state.slot,
                ready: state.ready,
                current,
                created: state.created,
            });
        }
        found.values_mut().for_each(|children| children.sort_by_key(|it| (it.slot, it.created)));
        found
    }

    /// Observed pods go to the workload whose ReplicaSet, name or selector they have.
    fn adopt(&mut self) {
        let waiting: Vec<ObjectRef> = self
            .pods
            .iter()
            .filter(|(_, pod)| pod.state.observed && !self.objects.contains_key(&pod.state.workload))
            .map(|(reference, _)| reference.clone())
            .collect();
        for reference in waiting {
            let Some(pod) = self.pods.get(&reference).map(|it| it.state.clone()) else { continue };
            let Some(owner) = &pod.owner else { continue };
            // `web-7c9f8d6b5` belongs to Deployment `web`.
            let deployment = owner.name.rsplit_once('-').map(|(name, _)| ObjectRef {
                kind: Kind::Deployment,
                namespace: owner.namespace.clone(),
                name: name.into(),
            });
            let stands = |it: &ObjectRef| self.objects.contains_key(it);
            let found = deployment.filter(|_| owner.kind == Kind::ReplicaSet).filter(stands);
            if let Some(workload) = found {
                self.change_pod(&reference, |state| state.workload = workload);
            }
        }
    }

    /// The Deployment a ReplicaSet works for, when it is here.
    fn owning_deployment(&self, object: &Object) -> Option<ObjectRef> {
        let owner = object.meta.owners.iter().find(|it| it.controller && it.kind == Kind::Deployment)?;
        let deployment = ObjectRef {
            kind: Kind::Deployment,
            namespace: object.meta.namespace.clone(),
            name: owner.name.clone(),
        };
        (object.meta.kind == Kind::ReplicaSet && self.objects.contains_key(&deployment)).then_some(deployment)
    }
}
