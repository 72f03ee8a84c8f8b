//! Snapshots: what the cluster is, as the data plane and the page see it. Everything that did not change is shared with the last one.

use super::{Cluster, NamespaceState, Snapshot, WorkloadState};
use crate::api::{Kind, ObjectRef, Resource};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Cluster {
    /// The state now.
    pub(super) fn build(&self) -> Snapshot {
        let namespaces = self.store.namespaces().iter().map(|(name, it)| {
            let state = NamespaceState { labels: it.labels.clone(), declared: it.declared, order: it.order };
            (name.clone(), state)
        });
        let policies =
            self.store.of_kind(Kind::NetworkPolicy).filter_map(|(reference, stored)| {
                match &stored.object.resource {
                    Resource::NetworkPolicy(policy) => Some((reference.clone(), Arc::new(policy.clone()))),
                    _ => None,
                }
            });
        let config_maps = self.store.of_kind(Kind::ConfigMap).filter_map(|(reference, stored)| {
            let key = (reference.namespace.clone(), reference.name.clone());
            match &stored.object.resource {
                Resource::ConfigMap(map) => Some((key, Arc::new(map.clone()))),
                _ => None,
            }
        });
        let others = self.store.iter().filter(|(_, it)| matches!(it.object.resource, Resource::Other));
        Snapshot {
            version: self.version,
            time: self.now,
            config: self.config.clone(),
            namespaces: namespaces.collect(),
            nodes: self.nodes.values().map(|it| it.state.clone()).collect(),
            pods: self.pods.values().map(|it| it.state.clone()).collect(),
            workloads: self.workloads(),
            services: self.services.values().cloned().collect(),
            policies: policies.collect(),
            config_maps: config_maps.collect(),
            others: others.map(|it| it.0.clone()).collect(),
        }
    }

    /// Everything that runs pods and is not owned itself, in order of first appearance.
    fn workloads(&self) -> Vec<Arc<WorkloadState>> {
        let order = |of: &ObjectRef| self.store.get(of).map_or(u32::MAX, |it| it.order);
        let mut found: BTreeMap<(u32, ObjectRef), WorkloadState> = BTreeMap::new();
        let mut newest: BTreeMap<&ObjectRef, u64> = BTreeMap::new();
        for controller in self.controllers.values() {
            let object = &controller.workload;
            let wanted = match self.store.get(object).map(|it| &it.object.resource) {
                Some(Resource::Deployment(it)) => it.replicas,
                Some(Resource::Job(it)) => it.parallelism.min(it.completions),
                _ => controller.wanted,
            };
            let latest = newest.entry(object).or_default();
            if controller.revision >= *latest {
                *latest = controller.revision;
                let calls = controller.calls.clone();
                let state = WorkloadState { object: object.clone(), wanted, order: order(object), calls };
                found.insert((state.order, object.clone()), state);
            }
        }
        for record in self.pods.values() {
            let pod = &record.state;
            if pod.owner.is_none() {
                let (object, order) = (pod.object.clone(), order(&pod.object));
                let state = WorkloadState { object, wanted: 1, order, calls: pod.calls.clone() };
                found.insert((order, pod.object.clone()), state);
            }
        }
        found.into_values().map(Arc::new).collect()
    }
}
