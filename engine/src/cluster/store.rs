//! What users applied, and the namespaces that follow from it.

use crate::Str;
use crate::api::{Kind, Labels, Object, ObjectRef, Resource};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Objects a cluster takes.
pub(super) const MAX_OBJECTS: usize = 20_000;
/// Pods a cluster runs.
pub(super) const MAX_PODS: usize = 10_000;
/// System objects count from here, so that they stand after all of the user's.
const SYSTEM_ORDER: u32 = 1 << 30;

/// An applied object.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// The object.
    pub(super) object: Arc<Object>,
    /// Order of first appearance.
    pub(super) order: u32,
}

impl Stored {
    /// The cluster's own.
    pub(super) fn system(&self) -> bool {
        self.order >= SYSTEM_ORDER
    }
}

/// A namespace, declared or implied.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NamespaceRecord {
    pub(super) labels: Labels,
    pub(super) declared: bool,
    /// The cluster's own: exists without any object.
    pub(super) built_in: bool,
    pub(super) order: u32,
    /// Objects in it.
    members: u32,
    /// The first object that needed it.
    first: Option<ObjectRef>,
}

/// The objects of a cluster.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    objects: BTreeMap<ObjectRef, Stored>,
    namespaces: BTreeMap<Str, NamespaceRecord>,
    next: u32,
    /// System objects are being stored.
    pub(super) system: bool,
    next_system: u32,
    /// Pods wanted by all objects together.
    wanted: u64,
}

impl Store {
    /// Stores an object; its order stays when it replaces another.
    pub(super) fn put(&mut self, object: Arc<Object>) {
        let reference = object.reference();
        self.wanted += wanted_by(&object.resource);
        match self.objects.get_mut(&reference) {
            Some(stored) => {
                self.wanted = self.wanted.saturating_sub(wanted_by(&stored.object.resource));
                stored.object = object.clone();
                if stored.system() && !self.system {
                    stored.order = self.next;
                    self.next = self.next.saturating_add(1);
                }
            }
            None => {
                let order = self.order();
                self.objects.insert(reference.clone(), Stored { object: object.clone(), order });
                if reference.kind != Kind::Namespace && !reference.namespace.is_empty() {
                    let record = self.namespace(&reference.namespace, order);
                    record.members += 1;
                    record.first.get_or_insert(reference.clone());
                }
            }
        }
        if reference.kind == Kind::Namespace {
            let order = self.objects.get(&reference).map_or(0, |it| it.order);
            let record = self.namespace(&reference.name, order);
            record.declared = true;
            record.labels = labelled(&reference.name, object.meta.labels.clone());
        }
    }

    /// Takes an object out. A namespace goes with its last object, unless it is declared.
    pub(super) fn take(&mut self, reference: &ObjectRef) -> Option<Stored> {
        let stored = self.objects.remove(reference)?;
        self.wanted = self.wanted.saturating_sub(wanted_by(&stored.object.resource));
        let name = match reference.kind {
            Kind::Namespace => &reference.name,
            _ => &reference.namespace,
        };
        if let Some(record) = self.namespaces.get_mut(name) {
            if reference.kind == Kind::Namespace {
                record.declared = false;
                record.labels = labelled(name, Labels::default());
            } else {
                record.members = record.members.saturating_sub(1);
                if record.first.as_ref() == Some(reference) {
                    let of = |it: &&ObjectRef| it.namespace == *name;
                    record.first = self.objects.keys().find(of).cloned();
                }
            }
            if !record.declared && !record.built_in && record.members == 0 {
                self.namespaces.remove(name);
            }
        }
        Some(stored)
    }

    /// Makes a namespace exist without any object.
    pub(super) fn build_in(&mut self, name: &str) {
        let order = self.order();
        self.namespace(&name.into(), order).built_in = true;
    }

    fn order(&mut self) -> u32 {
        let (next, start) =
            if self.system { (&mut self.next_system, SYSTEM_ORDER) } else { (&mut self.next, 0) };
        *next = next.saturating_add(1);
        start.saturating_add(*next - 1)
    }

    fn namespace(&mut self, name: &Str, order: u32) -> &mut NamespaceRecord {
        let record = self.namespaces.entry(name.clone()).or_insert_with(|| NamespaceRecord {
            labels: labelled(name, Labels::default()),
            declared: false,
            built_in: false,
            order,
            members: 0,
            first: None,
        });
        record.order = record.order.min(order);
        record
    }

    /// An object.
    pub(super) fn get(&self, reference: &ObjectRef) -> Option<&Stored> {
        self.objects.get(reference)
    }
    /// All objects, by kind, namespace and name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&ObjectRef, &Stored)> {
        self.objects.iter()
    }
    /// The objects of a kind.
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectRef, &Stored)> {
        let empty: Str = "".into();
        let start = ObjectRef { kind: kind.clone(), namespace: empty.clone(), name: empty };
        self.objects.range(start..).take_while(move |(it, _)| it.kind == kind)
    }
    /// The namespaces.
    pub(super) fn namespaces(&self) -> &BTreeMap<Str, NamespaceRecord> {
        &self.namespaces
    }
    /// How many objects there are.
    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }
    /// How many pods would be wanted with `object` in place.
    pub(super) fn wanted_with(&self, object: &Object) -> u64 {
        let before = self.get(&object.reference()).map_or(0, |it| wanted_by(&it.object.resource));
        (self.wanted + wanted_by(&object.resource)).saturating_sub(before)
    }
    /// Namespaces no manifest declares, each with the first object that needed it, in order of appearance.
    pub(super) fn implied(&self) -> Vec<(Str, ObjectRef)> {
        let implied = |it: &&NamespaceRecord| !it.declared && !it.built_in;
        let mut found: Vec<_> = self.namespaces.iter().filter(|it| implied(&it.1)).collect();
        found.sort_by_key(|it| it.1.order);
        found.into_iter().filter_map(|(name, it)| Some((name.clone(), it.first.clone()?))).collect()
    }
}

/// Labels with the one every namespace carries (semantics 10).
fn labelled(name: &Str, mut labels: Labels) -> Labels {
    labels.set("kubernetes.io/metadata.name".into(), name.clone());
    labels
}

/// The pods an object asks for by itself.
fn wanted_by(resource: &Resource) -> u64 {
    match resource {
        Resource::Pod(_) => 1,
        Resource::Deployment(it) => it.replicas.into(),
        Resource::ReplicaSet(it) => it.replicas.into(),
        Resource::ReplicationController(it) => it.replicas.into(),
        Resource::StatefulSet(it) => it.replicas.into(),
        Resource::Job(it) => it.parallelism.min(it.completions).into(),
        _ => 0,
    }
}
