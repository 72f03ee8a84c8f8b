//! EndpointSlices: from a Service's selector and the pods of its namespace (service-semantics 28–35, 41).

use crate::Str;
use crate::api::{
    Container, Endpoint, EndpointPort, EndpointSlice, Phase, PortRef, Service, ServicePort, ServiceType,
};
use crate::cluster::{NodeState, PodState};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The slices of a Service with a selector: pods with the same resolved ports share one.
pub(super) fn slices(
    name: &Str,
    service: &Service,
    pods: &[Arc<PodState>],
    nodes: &BTreeMap<Str, Arc<NodeState>>,
) -> Vec<EndpointSlice> {
    let Some(selector) = service.selector.as_ref().filter(|_| service.kind != ServiceType::ExternalName)
    else {
        return Vec::new();
    };
    let mut grouped: Vec<EndpointSlice> = Vec::new();
    for pod in pods {
        if !selector.subset_of(&pod.labels) || matches!(pod.phase, Phase::Succeeded | Phase::Failed) {
            continue;
        }
        let Some(address) = pod.ips.first() else { continue };
        let node = pod.node.as_ref().and_then(|it| nodes.get(it));
        let hostname = pod.spec.hostname.clone().filter(|_| pod.spec.subdomain.as_ref() == Some(name));
        let serving = pod.ready || (pod.terminating && pod.phase == Phase::Running);
        let endpoint = Endpoint {
            address: *address,
            ready: service.publish_not_ready || (pod.ready && !pod.terminating),
            serving,
            terminating: pod.terminating,
            node: pod.node.clone(),
            zone: node.and_then(|it| it.zone.clone()),
            hostname,
            target: Some(pod.object.clone()),
        };
        let ports = ports(&service.ports, pod);
        match grouped.iter_mut().find(|slice| slice.ports == ports) {
            Some(slice) => slice.endpoints.push(endpoint),
            None => grouped.push(EndpointSlice { service: name.clone(), ports, endpoints: vec![endpoint] }),
        }
    }
    grouped
}

/// A Service's ports as this pod has them; a name it does not have is left out (service-semantics 33).
fn ports(ports: &[ServicePort], pod: &PodState) -> Vec<EndpointPort> {
    let number = |port: &ServicePort| match &port.target {
        PortRef::Number(number) => Some(*number),
        PortRef::Name(name) => {
            let sidecars = pod.spec.init_containers.iter().filter(|it| it.sidecar);
            let all = pod.spec.containers.iter().chain(sidecars).flat_map(|it: &Container| &it.ports);
            all.into_iter()
                .find(|it| it.name.as_ref() == Some(name) && it.protocol == port.protocol)
                .map(|it| it.port)
        }
    };
    ports
        .iter()
        .filter_map(|port| {
            Some(EndpointPort { name: port.name.clone(), protocol: port.protocol, port: number(port)? })
        })
        .collect()
}
