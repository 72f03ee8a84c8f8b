//! EndpointSlices from selectors, and the user's own where there is none (service-semantics 27–37, 41).

use super::kubelet::PodRecord;
use super::{Cluster, PodKey, PodState, ServiceState};
use crate::Str;
use crate::api::{
    Endpoint, EndpointPort, EndpointSlice, Kind, Phase, PodSpec, PortRef, Protocol, Resource, ServicePort,
    ServiceType,
};
use crate::program::{Listener, ListenerOrigin};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A Service's ports as a pod resolves them: name, protocol, number.
type Ports = Vec<(Str, Protocol, u16)>;

/// Endpoints of one slice.
const PER_SLICE: usize = 100;

impl Cluster {
    /// Derives every Service's slices again, if something changed for them.
    pub(super) fn derive_endpoints(&mut self) {
        if !std::mem::take(&mut self.work.endpoints) {
            return;
        }
        self.open_targets();
        let mut stated: BTreeMap<PodKey, Vec<EndpointSlice>> = BTreeMap::new();
        for (reference, stored) in self.store.of_kind(Kind::EndpointSlice) {
            if let Resource::EndpointSlice(slice) = &stored.object.resource {
                let key = (reference.namespace.clone(), slice.service.clone());
                stated.entry(key).or_default().push(slice.clone());
            }
        }
        let mut changed = Vec::new();
        for (key, service) in &self.services {
            let order = self.store.get(&service.object).map_or(0, |it| it.order);
            let slices = match (&service.spec.kind, &service.spec.selector) {
                (ServiceType::ExternalName, _) => Vec::new(),
                (_, None) if self.serves_api(key) => vec![super::system::api_slice()],
                (_, None) => stated.remove(key).unwrap_or_default(),
                (_, Some(_)) => self.slices(service),
            };
            if slices != service.slices || order != service.order {
                changed.push((key.clone(), slices, order));
            }
        }
        for (key, slices, order) in changed {
            if let Some(service) = self.services.get_mut(&key) {
                let service = Arc::make_mut(service);
                (service.slices, service.order) = (slices, order);
            }
            self.touch();
        }
    }

    /// The pods of a namespace.
    pub(super) fn pods_in(&self, namespace: &Str) -> impl Iterator<Item = &PodRecord> {
        let start: PodKey = (namespace.clone(), "".into());
        let namespace = namespace.clone();
        self.pods.range(start..).take_while(move |it| it.0.0 == namespace).map(|it| it.1)
    }

    /// The slices of a Service with a selector: pods with the same resolved ports stand together.
    fn slices(&self, service: &ServiceState) -> Vec<EndpointSlice> {
        let Some(selector) = &service.spec.selector else { return Vec::new() };
        let mut groups: BTreeMap<(bool, Ports), Vec<Endpoint>> = BTreeMap::new();
        for record in self.pods_in(&service.object.namespace) {
            let pod = &record.state;
            if matches!(pod.phase, Phase::Succeeded | Phase::Failed) || !selector.subset_of(&pod.labels) {
                continue;
            }
            let ports = resolved(service, &pod.spec);
            for ip in &pod.ips {
                let families = &service.cluster_ips;
                let wanted = match families.is_empty() {
                    true => pod.ips.first() == Some(ip),
                    false => families.iter().any(|it| it.is_ipv4() == ip.is_ipv4()),
                };
                if wanted {
                    let endpoint = self.endpoint(service, pod, *ip);
                    groups.entry((ip.is_ipv6(), ports.clone())).or_default().push(endpoint);
                }
            }
        }
        let slice = |ports: &Ports, endpoints: &[Endpoint]| EndpointSlice {
            service: service.object.name.clone(),
            ports: (ports.iter())
                .map(|(name, protocol, port)| EndpointPort {
                    name: name.clone(),
                    protocol: *protocol,
                    port: *port,
                })
                .collect(),
            endpoints: endpoints.to_vec(),
        };
        if groups.is_empty() {
            return vec![slice(&Ports::new(), &[])];
        }
        groups
            .iter()
            .flat_map(|((_, ports), endpoints)| endpoints.chunks(PER_SLICE).map(move |it| slice(ports, it)))
            .collect()
    }

    fn endpoint(&self, service: &ServiceState, pod: &PodState, address: std::net::IpAddr) -> Endpoint {
        let subdomain = pod.spec.subdomain.as_ref() == Some(&service.object.name);
        Endpoint {
            address,
            ready: service.spec.publish_not_ready || pod.ready && !pod.terminating,
            serving: pod.ready,
            terminating: pod.terminating,
            node: pod.node.clone(),
            zone: pod.node.as_ref().and_then(|it| self.nodes.get(it)).and_then(|it| it.state.zone.clone()),
            hostname: pod.spec.hostname.clone().filter(|_| subdomain),
            target: Some(pod.object.clone()),
        }
    }

    /// Pods that declare nothing, and of which nothing is known, listen where Services send their traffic.
    fn open_targets(&mut self) {
        let mut targets: BTreeMap<PodKey, Vec<Listener>> = BTreeMap::new();
        for service in self.services.values() {
            let Some(selector) = &service.spec.selector else { continue };
            for record in self.pods_in(&service.object.namespace) {
                let pod = &record.state;
                let silent = pod.listeners.iter().all(|it| it.origin == ListenerOrigin::Target);
                let declares = pod.spec.containers.iter().any(|it| !it.ports.is_empty());
                if pod.phase != Phase::Running || !silent || declares || !selector.subset_of(&pod.labels) {
                    continue;
                }
                let Some(container) = pod.spec.containers.first() else { continue };
                let key = (pod.object.namespace.clone(), pod.object.name.clone());
                let own = targets.entry(key).or_default();
                for port in &service.spec.ports {
                    if let PortRef::Number(number) = port.target
                        && !own.iter().any(|it| it.port == number && it.protocol == port.protocol)
                    {
                        own.push(Listener {
                            container: container.name.clone(),
                            port: number,
                            protocol: port.protocol,
                            loopback: false,
                            origin: ListenerOrigin::Target,
                        });
                    }
                }
            }
        }
        for (key, listeners) in targets {
            if self.pods.get(&key).is_some_and(|it| *it.state.listeners != *listeners) {
                self.change_pod(&key, |state| state.listeners = listeners.into());
            }
        }
        self.work.endpoints = false;
    }
}

/// A Service's ports as one pod resolves them: a name it does not have leaves the port out.
fn resolved(service: &ServiceState, pod: &PodSpec) -> Ports {
    let number = |port: &ServicePort| match &port.target {
        PortRef::Number(number) => Some(*number),
        PortRef::Name(name) => {
            let sidecars = pod.init_containers.iter().filter(|it| it.sidecar);
            let all = pod.containers.iter().chain(sidecars).flat_map(|it| &it.ports);
            let mut named = all.filter(|it| it.name.as_ref() == Some(name) && it.protocol == port.protocol);
            named.next().map(|it| it.port)
        }
    };
    service.spec.ports.iter().filter_map(|it| Some((it.name.clone(), it.protocol, number(it)?))).collect()
}
