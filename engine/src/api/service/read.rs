//! Reading and defaulting Services (service-semantics 1–3); what is refused stands in `check`.

use super::check::Check;
use super::{Service, ServicePort, ServiceType};
use crate::Str;
use crate::api::read::{FromNode, Path, Reader, reads};
use crate::api::{Cidr, Labels, PortRef, Protocol};
use crate::diagnostic::{Kind, Note, NoteKind};
use crate::manifest::{Node, Value};
use std::net::IpAddr;

#[derive(Default)]
struct RawService {
    spec: RawSpec,
    status: Status,
}

#[derive(Default)]
pub(super) struct RawSpec {
    pub(super) kind: Option<Str>,
    pub(super) selector: Labels,
    pub(super) ports: Vec<RawPort>,
    pub(super) cluster_ip: Option<Str>,
    pub(super) cluster_ips: Vec<Str>,
    pub(super) families: Vec<Str>,
    pub(super) family_policy: Option<Str>,
    pub(super) external_ips: Vec<IpAddr>,
    pub(super) external_name: Option<Str>,
    pub(super) external_policy: Option<Str>,
    pub(super) internal_policy: Option<Str>,
    pub(super) load_balancer_ip: Option<Str>,
    pub(super) load_balancer_class: Option<Str>,
    pub(super) source_ranges: Vec<SourceRange>,
    pub(super) node_ports: Option<bool>,
    pub(super) health_port: Option<i64>,
    pub(super) affinity: Option<Str>,
    pub(super) affinity_config: AffinityConfig,
    pub(super) distribution: Option<Str>,
    publish_not_ready: bool,
}

#[derive(Default)]
pub(super) struct AffinityConfig {
    client_ip: ClientIp,
}

#[derive(Default)]
struct ClientIp {
    timeout: Option<i64>,
}

impl AffinityConfig {
    /// Seconds; three hours when absent (service-semantics 1).
    pub(super) fn timeout(&self) -> i64 {
        self.client_ip.timeout.unwrap_or(10_800)
    }
}

#[derive(Default)]
pub(super) struct RawPort {
    pub(super) name: Str,
    pub(super) protocol: Protocol,
    pub(super) port: Option<u16>,
    target: Option<Target>,
    pub(super) node_port: i64,
    pub(super) app: Str,
}

#[derive(Default)]
struct Status {
    load_balancer: LoadBalancer,
}

#[derive(Default)]
struct LoadBalancer {
    ingress: Vec<Ingress>,
}

#[derive(Default)]
struct Ingress {
    ip: Option<IpAddr>,
}

reads!(RawService { spec: "spec", status: "status" } also ["apiVersion", "kind", "metadata"]);
reads!(RawSpec {
    kind: "type",
    selector: "selector",
    ports: "ports",
    cluster_ip: "clusterIP",
    cluster_ips: "clusterIPs",
    families: "ipFamilies",
    family_policy: "ipFamilyPolicy",
    external_ips: "externalIPs",
    external_name: "externalName",
    external_policy: "externalTrafficPolicy",
    internal_policy: "internalTrafficPolicy",
    load_balancer_ip: "loadBalancerIP",
    load_balancer_class: "loadBalancerClass",
    source_ranges: "loadBalancerSourceRanges",
    node_ports: "allocateLoadBalancerNodePorts",
    health_port: "healthCheckNodePort",
    affinity: "sessionAffinity",
    affinity_config: "sessionAffinityConfig",
    distribution: "trafficDistribution",
    publish_not_ready: "publishNotReadyAddresses",
} also []);
reads!(AffinityConfig { client_ip: "clientIP" } also []);
reads!(ClientIp { timeout: "timeoutSeconds" } also []);
reads!(RawPort {
    name: "name", protocol: "protocol", port: "port", target: "targetPort", node_port: "nodePort", app: "appProtocol",
} also []);
reads!(Status { load_balancer: "loadBalancer" } also ["conditions"]);
reads!(LoadBalancer { ingress: "ingress" } also []);
reads!(Ingress { ip: "ip" } also ["hostname", "ipMode", "ports"]);

/// `targetPort`: 0 and "" are as absent (service-semantics 1).
struct Target(Option<PortRef>);

impl FromNode for Target {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let absent =
            matches!(&node.value, Value::Integer(0)) || node.as_str().is_some_and(|it| it.is_empty());
        match absent {
            true => Some(Self(None)),
            false => PortRef::from_node(node, path, reader).map(|it| Self(Some(it))),
        }
    }
}

/// One of `loadBalancerSourceRanges`, whose messages begin with a capital (service-semantics 8).
pub(super) struct SourceRange(Cidr);

impl FromNode for SourceRange {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let before = reader.found.len();
        let cidr = Cidr::from_node(node, path, reader);
        for found in reader.found.iter_mut().skip(before) {
            if let Kind::Invalid { path, value, detail } = &found.kind {
                let at = path.to_string().replace("loadBalancerSourceRanges", "LoadBalancerSourceRanges");
                let words = format!("{at}: Invalid value: {value:?}: {detail}");
                found.notes.push(Note { kind: NoteKind::Server(words.into()), span: None });
            }
        }
        cidr.map(Self)
    }
}

impl FromNode for Service {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let RawService { spec, status } = RawService::from_node(node, path, reader)?;
        let kind = match spec.kind.as_deref() {
            Some("NodePort") => ServiceType::NodePort,
            Some("LoadBalancer") => ServiceType::LoadBalancer,
            Some("ExternalName") => ServiceType::ExternalName,
            _ => ServiceType::ClusterIp,
        };
        let headless =
            [&spec.cluster_ip].into_iter().flatten().chain(&spec.cluster_ips).any(|it| &**it == "None");
        let place = node.get("spec").map_or(node, |entry| &entry.value);
        let cluster_ips = Check::new(place, path, reader, kind, headless).all(&spec);
        let affinity = (spec.affinity.as_deref() == Some("ClientIP") && !headless)
            .then(|| u32::try_from(spec.affinity_config.timeout()).unwrap_or(10_800));
        let mut load_balancer_ips: Vec<IpAddr> =
            status.load_balancer.ingress.into_iter().filter_map(|it| it.ip).collect();
        if load_balancer_ips.is_empty() {
            load_balancer_ips.extend(spec.load_balancer_ip.and_then(|it| it.parse::<IpAddr>().ok()));
        }
        Some(Self {
            kind,
            selector: (!spec.selector.is_empty()).then_some(spec.selector),
            ports: spec.ports.into_iter().filter_map(port).collect(),
            headless,
            cluster_ips,
            external_ips: spec.external_ips,
            external_name: spec
                .external_name
                .filter(|it| !it.is_empty() && kind == ServiceType::ExternalName),
            load_balancer_ips,
            source_ranges: spec.source_ranges.into_iter().map(|it| it.0).collect(),
            client_ip_affinity: affinity,
            external_local: spec.external_policy.as_deref() == Some("Local"),
            internal_local: spec.internal_policy.as_deref() == Some("Local"),
            publish_not_ready: spec.publish_not_ready,
        })
    }
}

fn port(raw: RawPort) -> Option<ServicePort> {
    let number = raw.port?;
    Some(ServicePort {
        name: raw.name,
        protocol: raw.protocol,
        port: number,
        target: raw.target.and_then(|it| it.0).unwrap_or(PortRef::Number(number)),
        node_port: u16::try_from(raw.node_port).ok().filter(|it| *it > 0),
    })
}
