//! The snapshot: the cluster's state put together for the data plane.

use super::endpoints::slices;
use super::{Cluster, NamespaceState, NodeState, PodState, ServiceState, Snapshot, WorkloadState};
use crate::Str;
use crate::api::{self, Kind, ObjectRef, Protocol, Resource};
use crate::program::{self, Call, Names};
use crate::text::FieldPath;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Cluster {
    /// What every workload's containers call, from its text and the Services and ConfigMaps there are.
    pub(super) fn infer_calls(&mut self) {
        let known = Known(self);
        let mut calls: BTreeMap<ObjectRef, Arc<[Call]>> = BTreeMap::new();
        for (reference, it) in &self.objects {
            let (spec, prefix) = match &it.object.resource {
                Resource::Pod(pod) => (&pod.spec, FieldPath::parse("spec")),
                other => match api::template(other) {
                    Some(template) => (&template.spec, FieldPath::parse("spec.template.spec")),
                    None => continue,
                },
            };
            calls.insert(reference.clone(), program::calls(reference, &prefix, spec, &known).into());
        }
        for pod in self.pods.values_mut() {
            let inferred = calls.get(&pod.state.workload).cloned().unwrap_or_else(|| Arc::from([]));
            if pod.state.calls != inferred {
                Arc::make_mut(&mut pod.state).calls = inferred;
            }
        }
        self.calls = calls;
    }

    pub(super) fn build(&self) -> Snapshot {
        let nodes: BTreeMap<Str, Arc<NodeState>> =
            self.nodes.iter().map(|(name, it)| (name.clone(), it.state.clone())).collect();
        let pods: Vec<Arc<PodState>> = self.pods.values().map(|pod| self.with_calls(&pod.state)).collect();
        let mut services = Vec::new();
        let mut config_maps = BTreeMap::new();
        let mut policies = Vec::new();
        let mut others = Vec::new();
        let mut workloads: Vec<Arc<WorkloadState>> = Vec::new();
        for (reference, it) in &self.objects {
            let wanted = match &it.object.resource {
                Resource::Service(service) => {
                    services.push(self.service(
                        reference,
                        it.order,
                        service,
                        &it.object.meta.labels,
                        &pods,
                        &nodes,
                    ));
                    continue;
                }
                Resource::ConfigMap(map) => {
                    let key = (reference.namespace.clone(), reference.name.clone());
                    config_maps.insert(key, Arc::new(map.clone()));
                    continue;
                }
                Resource::NetworkPolicy(policy) => {
                    policies.push((reference.clone(), Arc::new(policy.clone())));
                    continue;
                }
                Resource::Other => {
                    others.push(reference.clone());
                    continue;
                }
                Resource::Deployment(it) => it.replicas,
                Resource::ReplicaSet(it) => it.replicas,
                Resource::ReplicationController(it) => it.replicas,
                Resource::StatefulSet(it) => it.replicas,
                Resource::Job(it) => it.parallelism.min(it.completions),
                Resource::Pod(_)
                    if self.pods.get(reference).is_some_and(|pod| pod.state.workload == *reference) =>
                {
                    1
                }
                _ => continue,
            };
            workloads.push(Arc::new(WorkloadState {
                object: reference.clone(),
                wanted,
                order: it.order,
                calls: self.calls.get(reference).cloned().unwrap_or_else(|| Arc::from([])),
            }));
        }
        workloads.extend(self.orphans(&workloads));
        workloads.sort_by_key(|it| it.order);
        Snapshot {
            version: self.version,
            time: self.now,
            config: self.config.clone(),
            namespaces: self.namespace_states(),
            nodes: nodes.into_values().collect(),
            pods,
            workloads,
            services,
            policies,
            config_maps,
            others,
        }
    }

    /// Pods whose owner no manifest states: the owner is a workload all the same.
    fn orphans(&self, known: &[Arc<WorkloadState>]) -> Vec<Arc<WorkloadState>> {
        let mut found: BTreeMap<&ObjectRef, u32> = BTreeMap::new();
        for pod in self.pods.values().filter(|pod| !self.objects.contains_key(&pod.state.workload)) {
            *found.entry(&pod.state.workload).or_default() += 1;
        }
        let order = known.iter().map(|it| it.order).max().unwrap_or(0);
        let state = |(object, wanted): (&ObjectRef, u32)| {
            Arc::new(WorkloadState { object: object.clone(), wanted, order: order + 1, calls: Arc::from([]) })
        };
        found.into_iter().map(state).collect()
    }

    fn with_calls(&self, pod: &Arc<PodState>) -> Arc<PodState> {
        match self.calls.get(&pod.workload) {
            Some(calls) if !Arc::ptr_eq(calls, &pod.calls) => {
                let mut state = (**pod).clone();
                state.calls = calls.clone();
                Arc::new(state)
            }
            _ => pod.clone(),
        }
    }

    fn namespace_states(&self) -> BTreeMap<Str, NamespaceState> {
        let state = |(name, order): (&Str, &u32)| {
            let reference = ObjectRef { kind: Kind::Namespace, namespace: "".into(), name: name.clone() };
            let object = self.objects.get(&reference).map(|it| &it.object);
            let labels = object.map(|it| it.meta.labels.clone()).unwrap_or_default();
            let state = NamespaceState {
                labels: api::named_labels(labels, name),
                declared: object.is_some(),
                order: *order,
            };
            (name.clone(), state)
        };
        self.namespaces.iter().map(state).collect()
    }

    fn service(
        &self,
        reference: &ObjectRef,
        order: u32,
        service: &api::Service,
        labels: &api::Labels,
        pods: &[Arc<PodState>],
        nodes: &BTreeMap<Str, Arc<NodeState>>,
    ) -> Arc<ServiceState> {
        let given = self.services.get(reference).cloned().unwrap_or_default();
        let start = pods.partition_point(|pod| pod.object.namespace < reference.namespace);
        let end = pods.partition_point(|pod| pod.object.namespace <= reference.namespace);
        let own = pods.get(start..end).unwrap_or_default();
        let mut found = slices(&reference.name, service, own, nodes);
        if service.selector.is_none() {
            found.extend(self.stated_slices(reference));
        }
        if service.selector.is_none()
            && &*reference.name == "kubernetes"
            && &*reference.namespace == "default"
            && found.is_empty()
        {
            found.extend(api_server(service, nodes));
        }
        let node_ports = given.node_ports.iter().copied().chain(std::iter::repeat(None));
        Arc::new(ServiceState {
            object: reference.clone(),
            spec: Arc::new(service.clone()),
            labels: labels.clone(),
            cluster_ips: given.cluster_ips,
            ports: service.ports.iter().cloned().zip(node_ports).collect(),
            load_balancer_ips: given.balancers,
            slices: found,
            order,
        })
    }

    /// The user's own slices of a Service without selector (service-semantics 41).
    fn stated_slices(&self, service: &ObjectRef) -> Vec<api::EndpointSlice> {
        let of = |(reference, it): (&ObjectRef, &super::Stored)| match &it.object.resource {
            Resource::EndpointSlice(slice)
                if reference.namespace == service.namespace && slice.service == service.name =>
            {
                Some(slice.clone())
            }
            _ => None,
        };
        self.objects.iter().filter_map(of).collect()
    }
}

/// The API server answers on the first node (service-semantics 13).
fn api_server(service: &api::Service, nodes: &BTreeMap<Str, Arc<NodeState>>) -> Option<api::EndpointSlice> {
    let node = nodes.values().next()?;
    let ports = service.ports.iter().map(|it| api::EndpointPort {
        name: it.name.clone(),
        protocol: it.protocol,
        port: match it.target {
            api::PortRef::Number(number) => number,
            api::PortRef::Name(_) => it.port,
        },
    });
    Some(api::EndpointSlice {
        service: "kubernetes".into(),
        ports: ports.collect(),
        endpoints: vec![api::Endpoint {
            address: *node.addresses.first()?,
            ready: true,
            serving: true,
            terminating: false,
            node: Some(node.name.clone()),
            zone: node.zone.clone(),
            hostname: None,
            target: None,
        }],
    })
}

/// Names as programs are read with.
struct Known<'a>(&'a Cluster);

impl Known<'_> {
    fn service(&self, namespace: &str, name: &str) -> Option<&api::Service> {
        let reference = ObjectRef { kind: Kind::Service, namespace: namespace.into(), name: name.into() };
        match &self.0.objects.get(&reference)?.object.resource {
            Resource::Service(service) => Some(service),
            _ => None,
        }
    }
}

impl Names for Known<'_> {
    fn service_ports(&self, host: &str, namespace: &str) -> Option<Vec<(u16, Protocol)>> {
        let host = host.strip_suffix('.').unwrap_or(host);
        let host = host.strip_suffix(".cluster.local").unwrap_or(host);
        let host = host.strip_suffix(".svc").unwrap_or(host);
        let (name, namespace) = host.split_once('.').unwrap_or((host, namespace));
        let service = self.service(namespace, name)?;
        Some(service.ports.iter().map(|it| (it.port, it.protocol)).collect())
    }

    fn services(&self, namespace: &str) -> Vec<Str> {
        let own = self.0.objects.keys().filter(|it| it.kind == Kind::Service && &*it.namespace == namespace);
        own.map(|it| it.name.clone()).collect()
    }

    fn config_map(&self, namespace: &str, name: &str) -> Option<&api::ConfigMap> {
        let reference = ObjectRef { kind: Kind::ConfigMap, namespace: namespace.into(), name: name.into() };
        match &self.0.objects.get(&reference)?.object.resource {
            Resource::ConfigMap(map) => Some(map),
            _ => None,
        }
    }
}
