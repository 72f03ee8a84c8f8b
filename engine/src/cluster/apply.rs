//! Objects in and out: what a client may do, and what follows at once.

use super::kubelet::{NewPod, pod_ref};
use super::random::Stream;
use super::store::{MAX_OBJECTS, MAX_PODS};
use super::{Changed, Cluster, Origin, PodKey, Time};
use crate::api::{Kind, Object, ObjectRef, Pod, Resource};
use crate::diagnostic::{self, Diagnostic, Limit, Severity};
use crate::text::FieldPath;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Cluster {
    /// Creates or replaces an object. Refusals (an address taken, an immutable field) are diagnostics.
    ///
    /// A `generateName` gets its five characters from the prefix alone, so that the same text keeps its name.
    pub fn apply(&mut self, object: Arc<Object>, now: Time) -> Result<Changed, Vec<Diagnostic>> {
        self.now = self.now.max(now);
        let object = self.named(object);
        let reference = object.reference();
        let before = self.store.get(&reference).map(|it| it.object.clone());
        if let Some(before) = &before
            && before.meta == object.meta
            && before.resource == object.resource
            && before.observed == object.observed
        {
            self.store.put(object);
            return Ok(Changed::Unchanged);
        }
        let full = before.is_none() && self.store.len() >= MAX_OBJECTS;
        if full {
            return Err(vec![limit(&object, Limit::Objects, MAX_OBJECTS)]);
        }
        if self.store.wanted_with(&object) > MAX_PODS as u64 {
            return Err(vec![limit(&object, Limit::Pods, MAX_PODS)]);
        }
        if let Resource::Service(service) = &object.resource {
            self.set_service(&object, service)?;
        }
        self.store.put(object.clone());
        self.touch();
        match &object.resource {
            Resource::Pod(pod) => self.set_pod(&object, pod),
            Resource::Node(_) => self.work.nodes = true,
            Resource::Deployment(_) => {
                self.work.controllers.insert(reference.clone());
            }
            Resource::ReplicaSet(_)
            | Resource::ReplicationController(_)
            | Resource::StatefulSet(_)
            | Resource::Job(_) => self.set_controller(&object),
            Resource::EndpointSlice(_) => self.work.endpoints = true,
            Resource::ConfigMap(_) => self.work.calls = true,
            Resource::Service(_) | Resource::Namespace(_) | Resource::NetworkPolicy(_) | Resource::Other => {}
        }
        Ok(if before.is_some() { Changed::Configured } else { Changed::Created })
    }

    /// Makes the user's objects exactly these: what is not among them goes, what differs changes. One answer per object, in order.
    ///
    /// Unlike [`Cluster::delete`], taking a Namespace's manifest away leaves what is still stated in it.
    pub fn apply_all(&mut self, objects: &[Arc<Object>], now: Time) -> Vec<Result<Changed, Vec<Diagnostic>>> {
        self.now = self.now.max(now);
        let stated: BTreeSet<ObjectRef> =
            objects.iter().map(|it| self.named(it.clone()).reference()).collect();
        let gone: Vec<ObjectRef> = (self.store.iter())
            .filter(|(it, stored)| !stored.system() && !stated.contains(it))
            .map(|(it, _)| it.clone())
            .collect();
        for reference in &gone {
            if reference.kind == Kind::Namespace {
                self.store.take(reference);
                self.touch();
            } else {
                self.delete(reference, now);
            }
        }
        self.restore_system(&gone);
        objects.iter().map(|it| self.apply(it.clone(), now)).collect()
    }

    /// Deletes an object and what it owns; a namespace with all that is in it. Pods may be the cluster's own.
    pub fn delete(&mut self, reference: &ObjectRef, now: Time) -> bool {
        self.now = self.now.max(now);
        let stored = self.store.take(reference);
        let key: PodKey = (reference.namespace.clone(), reference.name.clone());
        let found = stored.is_some() || reference.kind == Kind::Pod && self.pods.contains_key(&key);
        if !found {
            return false;
        }
        self.touch();
        match reference.kind {
            Kind::Pod => self.terminate(&key),
            Kind::Node => self.work.nodes = true,
            Kind::Deployment => {
                for set in self.sets(reference, None) {
                    self.store.take(&set);
                    self.drop_controller(&set);
                }
            }
            Kind::ReplicaSet | Kind::ReplicationController | Kind::StatefulSet | Kind::Job => {
                let owner = self.controllers.get(reference).and_then(|it| it.owner.clone());
                self.drop_controller(reference);
                self.work.controllers.extend(owner);
            }
            Kind::Service => {
                self.services.remove(&key);
                self.addresses.release_service(&key);
                self.work.calls = true;
                self.work.endpoints = true;
            }
            Kind::EndpointSlice => self.work.endpoints = true,
            Kind::ConfigMap => self.work.calls = true,
            Kind::Namespace => {
                let inside: Vec<ObjectRef> = (self.store.iter())
                    .map(|(it, _)| it)
                    .filter(|it| it.namespace == reference.name)
                    .cloned()
                    .collect();
                for object in inside {
                    self.delete(&object, now);
                }
            }
            Kind::NetworkPolicy | Kind::Other(_) => {}
        }
        true
    }

    /// The object with a name where it only has a prefix.
    fn named(&self, object: Arc<Object>) -> Arc<Object> {
        let Some(prefix) = &object.meta.generate_name else { return object };
        if object.meta.name != *prefix && !object.meta.name.is_empty() {
            return object;
        }
        let key = format!("{}/{}/{prefix}", object.meta.kind.name(), object.meta.namespace);
        let suffix = Stream::new(self.config.seed, "generate-name", &key, 0).suffix();
        let stem: String = prefix.chars().take(58).collect();
        let mut object = (*object).clone();
        object.meta.name = format!("{stem}{suffix}").into();
        Arc::new(object)
    }

    /// A pod of the user's: labels change in place; another spec makes another pod of the same name.
    fn set_pod(&mut self, object: &Object, pod: &Pod) {
        let key: PodKey = (object.meta.namespace.clone(), object.meta.name.clone());
        let held = object.observed && (pod.status.phase.is_some() || !pod.status.ips.is_empty());
        let labels = Arc::new(object.meta.labels.clone());
        self.work.nodes |= pod.spec.node_name.is_some();
        self.work.calls = true;
        if let Some(record) = self.pods.get(&key) {
            let same = !held && !record.held && !record.state.terminating;
            if same && runs_on(&record.state.spec, pod) {
                let spec = Arc::new(pod.spec.clone());
                let owner = record.state.owner.clone();
                self.change_pod(&key, |state| {
                    state.labels = labels;
                    state.spec = spec;
                });
                self.work.controllers.extend(owner);
                self.look_for_owners(&key);
                return;
            }
            self.remove_pod(&key);
        }
        self.create_pod(NewPod {
            labels,
            spec: Arc::new(pod.spec.clone()),
            owner: None,
            workload: pod_ref(&key),
            origin: Origin { object: pod_ref(&key), template: FieldPath::root() },
            slot: 0,
            hash: "".into(),
            key: key.clone(),
        });
        if held {
            self.hold_pod(&key, pod, object.meta.deleting);
        }
        self.orphans.insert(key.clone());
        self.look_for_owners(&key);
    }

    /// Controllers of the pod's namespace look whether it is theirs.
    fn look_for_owners(&mut self, key: &PodKey) {
        let here = self.controllers.keys().filter(|it| it.namespace == key.0).cloned();
        self.work.controllers.extend(here);
    }
}

/// What runs is what the manifest wants, images aside: those are replaced in place.
fn runs_on(spec: &crate::api::PodSpec, pod: &Pod) -> bool {
    let mut other = pod.spec.clone();
    let lists =
        [(&spec.init_containers, &mut other.init_containers), (&spec.containers, &mut other.containers)];
    for (old, new) in lists {
        for (old, new) in old.iter().zip(new) {
            new.image = old.image.clone();
        }
    }
    *spec == other
}

fn limit(object: &Object, limit: Limit, value: usize) -> Diagnostic {
    Diagnostic {
        kind: diagnostic::Kind::Limit { limit, value: value as u64 },
        severity: Severity::Error,
        span: object.tree.span,
        notes: Vec::new(),
        fix: None,
    }
}
