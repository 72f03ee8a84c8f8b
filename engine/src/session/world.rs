//! The world as the picture needs it: things from the snapshot, calls with their verdicts from the network.

use super::ends::VISITOR;
use super::files::Files;
use super::view::{
    CallView, ContainerView, NamespaceView, NodeView, PodPhase, PodView, PortView, ServiceView, Verdict,
    WorkloadView, WorldView,
};
use crate::analysis::{Outcomes, outcomes};
use crate::api::{Kind, ObjectRef, Phase, PortRef, ServiceType};
use crate::cluster::{PodState, ServiceState, Snapshot, is_system_namespace};
use crate::connect::{self, Connection, Source};
use crate::explain;
use crate::network::{At, Network};
use crate::simulation::{Plan, StreamKey};
use crate::text::FieldPath;
use std::collections::{BTreeMap, BTreeSet};

/// At most this many pods speak for a workload when its calls are judged.
const SPEAKERS: usize = 8;

/// Builds the view of a world. `plan` says who calls of their own accord.
pub(super) fn world(network: &Network, plan: &Plan, files: &Files, preview: bool, time: u64) -> WorldView {
    let snapshot = &*network.snapshot;
    let mut by_workload: BTreeMap<&ObjectRef, Vec<(usize, &PodState)>> = BTreeMap::new();
    for (i, pod) in snapshot.pods.iter().enumerate() {
        by_workload.entry(&pod.workload).or_default().push((i, pod));
    }
    let mut workloads: Vec<(u32, WorkloadView)> = Vec::with_capacity(snapshot.workloads.len());
    for state in &snapshot.workloads {
        let mut pods: Vec<PodView> = by_workload
            .get(&state.object)
            .into_iter()
            .flatten()
            .map(|(i, pod)| pod_view(network, *i, pod))
            .collect();
        pods.sort_by_key(|pod| pod.slot);
        let ready = pods.iter().filter(|pod| pod.phase == PodPhase::Ready).count();
        workloads.push((
            state.order,
            WorkloadView {
                id: state.object.to_string(),
                kind: state.object.kind.name().to_owned(),
                namespace: state.object.namespace.to_string(),
                name: state.object.name.to_string(),
                wanted: state.wanted,
                ready: u32::try_from(ready).unwrap_or(u32::MAX),
                pods,
                at: at(files, &state.object),
            },
        ));
    }
    workloads.sort_by_key(|(order, _)| *order);
    // The API server's own Service is there and answers; the picture shows it only where a manifest states it.
    let own = |it: &ServiceState| {
        let api_server = &*it.object.name == "kubernetes" && &*it.object.namespace == "default";
        !api_server || files.object(&it.object).is_some()
    };
    let shown = snapshot.services.iter().filter(|it| own(it));
    let mut services: Vec<(u32, ServiceView)> =
        shown.map(|it| (it.order, service_view(snapshot, it, files))).collect();
    services.sort_by_key(|(order, _)| *order);
    WorldView {
        version: snapshot.version,
        time,
        preview,
        profile: snapshot.config.profile.name.to_owned(),
        namespaces: namespaces(snapshot, files),
        nodes: snapshot
            .nodes
            .iter()
            .map(|node| NodeView {
                name: node.name.to_string(),
                zone: node.zone.as_deref().map(ToOwned::to_owned),
                address: node.addresses.first().map(ToString::to_string).unwrap_or_default(),
                ready: node.ready,
            })
            .collect(),
        workloads: workloads.into_iter().map(|(_, view)| view).collect(),
        services: services.into_iter().map(|(_, view)| view).collect(),
        calls: calls(network, plan, files, &by_workload),
        others: snapshot.others.iter().map(ToString::to_string).collect(),
    }
}

/// Where an object's name stands.
pub(super) fn at(files: &Files, object: &ObjectRef) -> Option<super::view::Link> {
    files.locate(&At { object: object.clone(), path: FieldPath::parse("metadata.name") })
}

fn namespaces(snapshot: &Snapshot, files: &Files) -> Vec<NamespaceView> {
    let used: BTreeSet<&str> = files.objects().map(|it| &*it.meta.namespace).collect();
    let mut views: Vec<(u32, NamespaceView)> = snapshot
        .namespaces
        .iter()
        .filter(|(name, state)| &***name != "default" || state.declared || used.contains("default"))
        .map(|(name, state)| {
            let whole = snapshot
                .policies
                .iter()
                .filter(|(object, policy)| object.namespace == *name && policy.pod_selector.is_empty());
            let view = NamespaceView {
                name: name.to_string(),
                declared: state.declared,
                system: is_system_namespace(name),
                policies: whole.map(|(object, _)| object.to_string()).collect(),
            };
            (state.order, view)
        })
        .collect();
    views.sort_by_key(|(order, _)| *order);
    views.into_iter().map(|(_, view)| view).collect()
}

/// What a pod is doing, as one word of the picture.
pub(super) fn phase(pod: &PodState) -> PodPhase {
    match pod.phase {
        _ if pod.terminating => PodPhase::Terminating,
        Phase::Succeeded => PodPhase::Succeeded,
        Phase::Failed => PodPhase::Failed,
        _ if pod.waiting == Some("CrashLoopBackOff") => PodPhase::CrashLoop,
        Phase::Pending => PodPhase::Pending,
        Phase::Running if pod.ready => PodPhase::Ready,
        Phase::Running => PodPhase::NotReady,
    }
}

/// The part of a pod's name that tells it from its siblings; a stateful or bare pod's whole name.
pub(super) fn short_name(pod: &PodState) -> String {
    let name: &str = &pod.object.name;
    let whole =
        matches!(pod.workload.kind, Kind::StatefulSet | Kind::Pod) || !name.starts_with(&*pod.workload.name);
    match name.rsplit_once('-') {
        Some((_, last)) if !whole => last.to_owned(),
        _ => name.to_owned(),
    }
}

fn pod_view(network: &Network, index: usize, pod: &PodState) -> PodView {
    let (ingress, egress) = network.policy.selecting(u32::try_from(index).unwrap_or(u32::MAX));
    let sidecars = pod.spec.init_containers.iter().filter(|it| it.sidecar);
    let ports = |container: &str| {
        pod.listeners.iter().filter(|it| &*it.container == container).map(|it| it.port).collect()
    };
    PodView {
        id: pod.object.to_string(),
        name: pod.object.name.to_string(),
        short: short_name(pod),
        node: pod.node.as_deref().map(ToOwned::to_owned),
        ips: pod.ips.iter().map(ToString::to_string).collect(),
        phase: phase(pod),
        reason: pod.waiting.map(ToOwned::to_owned),
        slot: pod.slot,
        containers: sidecars
            .chain(&pod.spec.containers)
            .map(|container| ContainerView {
                name: container.name.to_string(),
                image: container.image.to_string(),
                ports: ports(&container.name),
                sidecar: container.sidecar,
            })
            .collect(),
        isolated_ingress: ingress.iter().map(ToString::to_string).collect(),
        isolated_egress: egress.iter().map(ToString::to_string).collect(),
    }
}

/// `type` as manifests write it.
pub(super) fn service_type(kind: ServiceType) -> &'static str {
    match kind {
        ServiceType::ClusterIp => "ClusterIP",
        ServiceType::NodePort => "NodePort",
        ServiceType::LoadBalancer => "LoadBalancer",
        ServiceType::ExternalName => "ExternalName",
    }
}

fn service_view(snapshot: &Snapshot, service: &ServiceState, files: &Files) -> ServiceView {
    let mut selects: Vec<String> = Vec::new();
    let (mut endpoints, mut ready) = (0u32, 0u32);
    for pod in snapshot.pods_of(&service.object.namespace) {
        let selected = service.spec.selector.as_ref().is_some_and(|it| it.subset_of(&pod.labels));
        if selected && !matches!(pod.phase, Phase::Succeeded | Phase::Failed) {
            let id = pod.workload.to_string();
            if !selects.contains(&id) {
                selects.push(id);
            }
        }
    }
    for endpoint in distinct_endpoints(service).values() {
        endpoints += 1;
        ready += u32::from(*endpoint);
    }
    ServiceView {
        id: service.object.to_string(),
        namespace: service.object.namespace.to_string(),
        name: service.object.name.to_string(),
        kind: service_type(service.spec.kind).to_owned(),
        headless: service.spec.headless,
        cluster_ip: service.cluster_ips.first().map(ToString::to_string),
        external: service
            .load_balancer_ips
            .iter()
            .chain(&service.spec.external_ips)
            .map(ToString::to_string)
            .collect(),
        ports: service
            .ports
            .iter()
            .map(|(port, node_port)| PortView {
                name: port.name.to_string(),
                port: port.port,
                target: match &port.target {
                    PortRef::Number(number) => number.to_string(),
                    PortRef::Name(name) => name.to_string(),
                },
                node_port: *node_port,
                protocol: port.protocol.name().to_owned(),
            })
            .collect(),
        selects,
        endpoints,
        ready,
        at: at(files, &service.object),
    }
}

/// Each endpoint address once, with whether it is ready in any slice.
pub(super) fn distinct_endpoints(service: &ServiceState) -> BTreeMap<std::net::IpAddr, bool> {
    let mut found = BTreeMap::new();
    for endpoint in service.slices.iter().flat_map(|slice| &slice.endpoints) {
        *found.entry(endpoint.address).or_insert(false) |= endpoint.ready;
    }
    found
}

fn calls(
    network: &Network,
    plan: &Plan,
    files: &Files,
    by_workload: &BTreeMap<&ObjectRef, Vec<(usize, &PodState)>>,
) -> Vec<CallView> {
    let snapshot = &network.snapshot;
    let mut views = Vec::new();
    for stream in plan.visitors() {
        let connection = stream.from_outside(VISITOR, snapshot);
        let outcomes = outcomes(network, connection.as_slice());
        let at = stream.service.as_ref().and_then(|service| {
            files.locate(&At { object: service.clone(), path: FieldPath::parse("spec.type") })
        });
        views.push(call_view(stream, outcomes, at, network, files));
    }
    let mut workloads: Vec<_> = snapshot.workloads.iter().collect();
    workloads.sort_by_key(|it| it.order);
    for workload in workloads {
        let pods = by_workload.get(&workload.object).map_or(&[][..], Vec::as_slice);
        let speakers: Vec<&ObjectRef> = pods
            .iter()
            .filter(|(_, pod)| pod.phase == Phase::Running && !pod.terminating && !pod.ips.is_empty())
            .take(SPEAKERS)
            .map(|(_, pod)| &pod.object)
            .collect();
        for call in workload.calls.iter() {
            let stream = StreamKey::of_call(&workload.object, call);
            let connections: Vec<Connection> = speakers
                .iter()
                .map(|pod| Connection {
                    source: Source::Pod((*pod).clone()),
                    target: stream.target(),
                    port: call.port,
                    protocol: call.protocol,
                    enter: None,
                })
                .collect();
            let at = files.locate(&At { object: call.object.clone(), path: call.path.clone() });
            views.push(call_view(&stream, outcomes(network, &connections), at, network, files));
        }
    }
    views
}

fn call_view(
    stream: &StreamKey,
    outcomes: Outcomes,
    inferred: Option<super::view::Link>,
    network: &Network,
    files: &Files,
) -> CallView {
    let snapshot = &network.snapshot;
    let namespace = stream.from.as_ref().map_or("default", |it| &*it.namespace);
    let named = || snapshot.service_named(&stream.host, namespace).map(|it| it.object.to_string());
    let addressed = || {
        let address = stream.host.parse().ok()?;
        let service = snapshot.services.iter().find(|it| it.cluster_ips.contains(&address))?;
        Some(service.object.to_string())
    };
    let to = stream.service.as_ref().map(ToString::to_string).or_else(named).or_else(addressed);
    let worst = outcomes.worst.as_ref();
    CallView {
        id: stream.id(),
        from: stream.from.as_ref().map_or_else(|| "outside".to_owned(), ToString::to_string),
        to: to.unwrap_or_else(|| format!("host:{}", stream.host)),
        host: stream.host.to_string(),
        port: stream.port,
        protocol: stream.protocol.name().to_owned(),
        verdicts: outcomes.verdicts.iter().map(|(it, count)| (verdict(*it), *count)).collect(),
        plugin: outcomes.plugin,
        inferred,
        decided: worst.and_then(explain::deciding).and_then(|at| files.locate(&at)),
        reason: worst.map(explain::short_reason).unwrap_or_default(),
    }
}

/// The façade's verdict for the engine's.
pub(super) fn verdict(verdict: connect::Verdict) -> Verdict {
    match verdict {
        connect::Verdict::Forwarded => Verdict::Forwarded,
        connect::Verdict::Dropped => Verdict::Dropped,
        connect::Verdict::Rejected => Verdict::Rejected,
        connect::Verdict::Refused => Verdict::Refused,
        connect::Verdict::Unresolved => Verdict::Unresolved,
        connect::Verdict::Unroutable => Verdict::Unroutable,
        connect::Verdict::Ambiguous => Verdict::Ambiguous,
    }
}
