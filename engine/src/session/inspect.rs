//! What an object is and why it is so, for the inspector.

use super::files::Files;
use super::view::{InspectView, Piece, PodPhase, Words};
use super::world::{at, distinct_endpoints, phase, service_type};
use crate::api::{Kind, ObjectRef, Phase, PortRef};
use crate::cluster::{PodState, ServiceState, Snapshot};
use crate::explain;
use crate::network::Network;

/// The view of an object; `None` when the world does not have it.
pub(super) fn inspect(object: &ObjectRef, network: &Network, files: &Files) -> Option<InspectView> {
    let snapshot = &*network.snapshot;
    let mut view = InspectView {
        id: object.to_string(),
        kind: object.kind.name().to_owned(),
        name: object.name.to_string(),
        namespace: object.namespace.to_string(),
        at: at(files, object),
        ..InspectView::default()
    };
    match &object.kind {
        Kind::Pod if snapshot.pod(object).is_some() => {
            let index = snapshot.pods.iter().position(|pod| pod.object == *object)?;
            let pod = snapshot.pods.get(index)?;
            view.at = view.at.or_else(|| at(files, &pod.origin.object));
            pod_facts(&mut view, pod, index, network);
        }
        Kind::Service => service_facts(&mut view, snapshot.service(object)?, snapshot),
        Kind::Node => node_facts(&mut view, object, snapshot)?,
        Kind::NetworkPolicy => policy_facts(&mut view, object, network)?,
        Kind::Namespace => namespace_facts(&mut view, object, snapshot)?,
        _ if snapshot.workload(object).is_some() => workload_facts(&mut view, object, snapshot)?,
        _ => {
            files.object(object)?;
            view.state = Words(vec![Piece::Text(explain::kept(object))]);
        }
    }
    Some(view)
}

fn text(value: impl ToString) -> Words {
    Words(vec![Piece::Text(value.to_string())])
}

fn code(value: impl ToString) -> Words {
    Words(vec![Piece::Code(value.to_string())])
}

fn list<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|it| it.to_string()).collect::<Vec<_>>().join(", ")
}

fn labels(labels: &crate::api::Labels) -> Words {
    code(list(labels.iter().map(|(key, value)| format!("{key}={value}"))))
}

impl InspectView {
    fn fact(&mut self, name: &str, value: Words) {
        if !value.plain().is_empty() {
            self.facts.push((name.to_owned(), value));
        }
    }
    fn relate(&mut self, role: &str, object: &ObjectRef) {
        self.related.push((role.to_owned(), object.to_string(), object.name.to_string()));
    }
}

fn pod_facts(view: &mut InspectView, pod: &PodState, index: usize, network: &Network) {
    let snapshot = &*network.snapshot;
    view.state = text(explain::pod_state(pod));
    view.fact("address", code(list(&pod.ips)));
    view.fact("node", text(pod.node.as_deref().unwrap_or_default()));
    view.fact("labels", labels(&pod.labels));
    for container in &pod.spec.containers {
        let ports = pod.listeners.iter().filter(|it| it.container == container.name);
        let ports = list(ports.map(|it| format!("{}/{}", it.port, it.protocol.name())));
        let listens = if ports.is_empty() { String::new() } else { format!(", listens on {ports}") };
        view.fact(&format!("container {}", container.name), text(format!("{}{listens}", container.image)));
    }
    for call in pod.calls.iter() {
        view.fact("calls", code(format!("{}:{}", call.host, call.port)));
    }
    if pod.workload != pod.object {
        view.relate("runs for", &pod.workload);
    }
    for service in &snapshot.services {
        if service.object.namespace == pod.object.namespace
            && service.spec.selector.as_ref().is_some_and(|it| it.subset_of(&pod.labels))
        {
            view.relate("stands behind", &service.object);
        }
    }
    let (ingress, egress) = network.policy.selecting(u32::try_from(index).unwrap_or(u32::MAX));
    ingress.iter().for_each(|it| view.relate("isolated for ingress by", it));
    egress.iter().for_each(|it| view.relate("isolated for egress by", it));
}

fn service_facts(view: &mut InspectView, service: &ServiceState, snapshot: &Snapshot) {
    let endpoints = distinct_endpoints(service);
    let ready = endpoints.values().filter(|ready| **ready).count();
    view.state = text(explain::service_state(service, ready, endpoints.len()));
    view.fact("type", text(service_type(service.spec.kind)));
    view.fact("address", code(list(&service.cluster_ips)));
    view.fact(
        "outside address",
        code(list(service.load_balancer_ips.iter().chain(&service.spec.external_ips))),
    );
    for (port, node_port) in &service.ports {
        let target = match &port.target {
            PortRef::Number(number) => number.to_string(),
            PortRef::Name(name) => name.to_string(),
        };
        let node = node_port.map(|it| format!(", node port {it}")).unwrap_or_default();
        view.fact("port", code(format!("{}/{} → {target}{node}", port.port, port.protocol.name())));
    }
    if let Some(selector) = &service.spec.selector {
        view.fact("selector", labels(selector));
    }
    for endpoint in service.slices.iter().flat_map(|slice| &slice.endpoints) {
        match &endpoint.target {
            Some(pod) => {
                view.relate(if endpoint.ready { "ready endpoint" } else { "endpoint, not ready" }, pod)
            }
            None => view.fact("endpoint", code(endpoint.address)),
        }
    }
    let owners: std::collections::BTreeSet<&ObjectRef> = snapshot
        .pods_of(&service.object.namespace)
        .iter()
        .filter(|pod| service.spec.selector.as_ref().is_some_and(|it| it.subset_of(&pod.labels)))
        .map(|pod| &pod.workload)
        .collect();
    owners.into_iter().for_each(|it| view.relate("selects", it));
}

fn node_facts(view: &mut InspectView, object: &ObjectRef, snapshot: &Snapshot) -> Option<()> {
    let node = snapshot.nodes.iter().find(|it| it.name == object.name)?;
    let pods: Vec<_> = snapshot.pods.iter().filter(|pod| pod.node.as_ref() == Some(&node.name)).collect();
    view.state = text(explain::node_state(node, pods.len()));
    view.fact("address", code(list(&node.addresses)));
    view.fact("zone", text(node.zone.as_deref().unwrap_or_default()));
    view.fact(
        "pod addresses",
        code(list(node.pod_cidrs.iter().map(|it| format!("{}/{}", it.network, it.prefix)))),
    );
    pods.into_iter().for_each(|pod| view.relate("runs", &pod.object));
    Some(())
}

fn policy_facts(view: &mut InspectView, object: &ObjectRef, network: &Network) -> Option<()> {
    let snapshot = &*network.snapshot;
    let (_, policy) = snapshot.policies.iter().find(|(it, _)| it == object)?;
    let selected: Vec<&PodState> = snapshot
        .pods_of(&object.namespace)
        .iter()
        .filter(|pod| {
            policy.pod_selector.matches(&pod.labels) && !matches!(pod.phase, Phase::Succeeded | Phase::Failed)
        })
        .map(|pod| &**pod)
        .collect();
    view.state = text(explain::policy_state(policy, selected.len()));
    view.fact(
        "ingress rules",
        text(if policy.isolates_ingress { policy.ingress.len().to_string() } else { String::new() }),
    );
    view.fact(
        "egress rules",
        text(if policy.isolates_egress { policy.egress.len().to_string() } else { String::new() }),
    );
    selected.into_iter().for_each(|pod| view.relate("selects", &pod.object));
    Some(())
}

fn namespace_facts(view: &mut InspectView, object: &ObjectRef, snapshot: &Snapshot) -> Option<()> {
    let namespace = snapshot.namespaces.get(&object.name)?;
    let pods = snapshot.pods_of(&object.name).len();
    view.state = text(explain::namespace_state(namespace, pods));
    view.fact("labels", labels(&namespace.labels));
    snapshot
        .policies
        .iter()
        .filter(|(it, _)| it.namespace == object.name)
        .for_each(|(it, _)| view.relate("policy", it));
    Some(())
}

fn workload_facts(view: &mut InspectView, object: &ObjectRef, snapshot: &Snapshot) -> Option<()> {
    let workload = snapshot.workload(object)?;
    let pods: Vec<&PodState> = snapshot
        .pods_of(&object.namespace)
        .iter()
        .filter(|pod| pod.workload == *object)
        .map(|pod| &**pod)
        .collect();
    let ready = pods.iter().filter(|pod| phase(pod) == PodPhase::Ready).count();
    view.state = text(explain::workload_state(workload, ready, pods.len()));
    for call in workload.calls.iter() {
        view.fact("calls", code(format!("{}:{}", call.host, call.port)));
    }
    pods.into_iter().for_each(|pod| view.relate("pod", &pod.object));
    Some(())
}
