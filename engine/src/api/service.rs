//! v1 Service.

use super::read::{FromNode, Path, Reader, reads};
use super::{Cidr, Labels, PortRef, Protocol, names};
use crate::Str;
use crate::diagnostic::Kind;
use crate::manifest::{Node, Value};
use crate::text::FieldPath;
use std::net::IpAddr;

/// A Service, defaulted (service-semantics 1–3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// `type`.
    pub kind: ServiceType,
    /// `selector`; `None` when absent or empty (service-semantics 27).
    pub selector: Option<Labels>,
    /// `ports`.
    pub ports: Vec<ServicePort>,
    /// `clusterIP: None` (service-semantics 18).
    pub headless: bool,
    /// `clusterIPs` as written; empty when the cluster is to choose.
    pub cluster_ips: Vec<IpAddr>,
    /// `externalIPs`.
    pub external_ips: Vec<IpAddr>,
    /// `externalName`.
    pub external_name: Option<Str>,
    /// `loadBalancerIP`, or the addresses of `status.loadBalancer.ingress`.
    pub load_balancer_ips: Vec<IpAddr>,
    /// `loadBalancerSourceRanges`.
    pub source_ranges: Vec<Cidr>,
    /// `sessionAffinity: ClientIP` with its timeout in seconds.
    pub client_ip_affinity: Option<u32>,
    /// `externalTrafficPolicy: Local`.
    pub external_local: bool,
    /// `internalTrafficPolicy: Local`.
    pub internal_local: bool,
    /// `publishNotReadyAddresses`.
    pub publish_not_ready: bool,
}

/// `spec.type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceType {
    /// The default.
    #[default]
    ClusterIp,
    /// A port on every node.
    NodePort,
    /// An outside address.
    LoadBalancer,
    /// A CNAME.
    ExternalName,
}

/// `spec.ports[]`, defaulted.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePort {
    /// `name`; empty when the only port is unnamed.
    pub name: Str,
    /// `protocol`.
    pub protocol: Protocol,
    /// `port`.
    pub port: u16,
    /// `targetPort`; the port itself when absent, 0 or "".
    pub target: PortRef,
    /// `nodePort` as written.
    pub node_port: Option<u16>,
}

#[derive(Default)]
pub(super) struct RawService {
    spec: RawSpec,
    status: Status,
}

#[derive(Default)]
struct RawSpec {
    kind: Option<Str>,
    selector: Labels,
    ports: Vec<RawPort>,
    cluster_ip: Option<Str>,
    cluster_ips: Vec<Str>,
    external_ips: Vec<IpAddr>,
    external_name: Option<Str>,
    load_balancer_ip: Option<Str>,
    source_ranges: Vec<Cidr>,
    affinity: Option<Str>,
    affinity_config: AffinityConfig,
    external_policy: Option<Str>,
    internal_policy: Option<Str>,
    publish_not_ready: bool,
}

#[derive(Default)]
struct AffinityConfig {
    client_ip: ClientIp,
}

#[derive(Default)]
struct ClientIp {
    timeout: Option<u32>,
}

#[derive(Default)]
struct RawPort {
    name: Str,
    protocol: Protocol,
    port: Option<u16>,
    target: Option<Target>,
    node_port: Option<u32>,
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
    external_ips: "externalIPs",
    external_name: "externalName",
    load_balancer_ip: "loadBalancerIP",
    source_ranges: "loadBalancerSourceRanges",
    affinity: "sessionAffinity",
    affinity_config: "sessionAffinityConfig",
    external_policy: "externalTrafficPolicy",
    internal_policy: "internalTrafficPolicy",
    publish_not_ready: "publishNotReadyAddresses",
} also [
    "allocateLoadBalancerNodePorts", "healthCheckNodePort", "ipFamilies", "ipFamilyPolicy", "loadBalancerClass",
    "trafficDistribution",
]);
reads!(AffinityConfig { client_ip: "clientIP" } also []);
reads!(ClientIp { timeout: "timeoutSeconds" } also []);
reads!(RawPort { name: "name", protocol: "protocol", port: "port", target: "targetPort", node_port: "nodePort" }
    also ["appProtocol"]);
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

impl FromNode for Service {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawService::from_node(node, path, reader)?;
        let spec = node.get("spec").map_or(node, |entry| &entry.value);
        let mut check = Check { spec, path: path.owned().field("spec"), reader };
        Some(check.service(raw))
    }
}

/// Defaults and checks of one Service, in the API server's words (service-semantics 1–9).
struct Check<'a> {
    spec: &'a Node,
    path: FieldPath,
    reader: &'a mut Reader,
}

impl Check<'_> {
    fn service(&mut self, raw: RawService) -> Service {
        let (spec, status) = (raw.spec, raw.status);
        let kind = self.kind(spec.kind.as_deref());
        let headless =
            spec.cluster_ip.as_deref() == Some("None") || spec.cluster_ips.iter().any(|it| &**it == "None");
        if headless && matches!(kind, ServiceType::NodePort | ServiceType::LoadBalancer) {
            let detail = match kind {
                ServiceType::NodePort => "may not be set to 'None' for NodePort services",
                _ => "may not be set to 'None' for LoadBalancer services",
            };
            self.invalid("clusterIP", "clusterIPs[0]", "None", detail);
        }
        let external_name = spec.external_name.filter(|it| !it.is_empty());
        if kind == ServiceType::ExternalName && external_name.is_none() {
            self.required("externalName");
        }
        let ports = self.ports(spec.ports, kind, headless);
        let external = matches!(kind, ServiceType::NodePort | ServiceType::LoadBalancer)
            || !spec.external_ips.is_empty();
        let external_local = spec.external_policy.as_deref() == Some("Local");
        if spec.external_policy.is_some() && !external {
            let detail = "may only be set for externally-accessible services";
            self.invalid(
                "externalTrafficPolicy",
                "externalTrafficPolicy",
                spec.external_policy.as_deref().unwrap_or_default(),
                detail,
            );
        }
        if !spec.source_ranges.is_empty() && kind != ServiceType::LoadBalancer {
            let detail = "may only be used when `type` is 'LoadBalancer'";
            self.forbidden("loadBalancerSourceRanges", "LoadBalancerSourceRanges", detail);
        }
        let mut cluster_ips: Vec<IpAddr> = spec.cluster_ips.iter().filter_map(|it| it.parse().ok()).collect();
        if let Some(first) = spec.cluster_ip.as_deref().filter(|it| !it.is_empty() && *it != "None") {
            match first.parse() {
                Ok(address) if !cluster_ips.contains(&address) => cluster_ips.insert(0, address),
                Ok(_) => {}
                Err(_) => {
                    let detail = "must be empty, 'None', or a valid IP address";
                    self.invalid("clusterIP", "clusterIPs[0]", first, detail);
                }
            }
        }
        let mut load_balancer_ips: Vec<IpAddr> =
            status.load_balancer.ingress.into_iter().filter_map(|it| it.ip).collect();
        if load_balancer_ips.is_empty() {
            load_balancer_ips.extend(spec.load_balancer_ip.and_then(|it| it.parse::<IpAddr>().ok()));
        }
        let affinity = (spec.affinity.as_deref() == Some("ClientIP") && !headless)
            .then(|| spec.affinity_config.client_ip.timeout.unwrap_or(10_800));
        Service {
            kind,
            selector: (!spec.selector.is_empty()).then_some(spec.selector),
            ports,
            headless,
            cluster_ips,
            external_ips: spec.external_ips,
            external_name: external_name.filter(|_| kind == ServiceType::ExternalName),
            load_balancer_ips,
            source_ranges: spec.source_ranges,
            client_ip_affinity: affinity,
            external_local,
            internal_local: spec.internal_policy.as_deref() == Some("Local"),
            publish_not_ready: spec.publish_not_ready,
        }
    }

    fn kind(&mut self, written: Option<&str>) -> ServiceType {
        match written {
            None | Some("" | "ClusterIP") => ServiceType::ClusterIp,
            Some("NodePort") => ServiceType::NodePort,
            Some("LoadBalancer") => ServiceType::LoadBalancer,
            Some("ExternalName") => ServiceType::ExternalName,
            Some(other) => {
                let supported =
                    ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"].map(Into::into).to_vec();
                let kind =
                    Kind::Unsupported { path: self.path.field("type"), value: other.into(), supported };
                let span = self.value("type").span;
                self.reader.error(span, kind);
                ServiceType::ClusterIp
            }
        }
    }

    /// Several ports are named, names and (port, protocol) are unique (service-semantics 4, 5).
    fn ports(&mut self, raw: Vec<RawPort>, kind: ServiceType, headless: bool) -> Vec<ServicePort> {
        if raw.is_empty()
            && !headless
            && kind != ServiceType::ExternalName
            && self.value("ports").items().is_empty()
        {
            self.required("ports");
        }
        let several = raw.len() > 1;
        let mut ports: Vec<ServicePort> = Vec::new();
        for (i, port) in raw.into_iter().enumerate() {
            let here = self.path.field("ports").index(i);
            let item = self.value("ports").items().get(i).cloned().unwrap_or_else(|| self.spec.clone());
            let of = |name: &str| item.get(name).map_or(&item, |entry| &entry.value);
            if several && port.name.is_empty() {
                self.reader.required(item.span, here.field("name"), "");
            } else if let Some(detail) = names::dns_label(&port.name).filter(|_| !port.name.is_empty()) {
                self.reader.invalid(of("name"), here.field("name"), &port.name, &detail);
            }
            if ports.iter().any(|it| !it.name.is_empty() && it.name == port.name) {
                self.reader.invalid(of("name"), here.field("name"), &port.name, "Duplicate value");
            }
            let Some(number) = port.port else {
                if item.get("port").is_none() {
                    self.reader.required(item.span, here.field("port"), "");
                }
                continue;
            };
            if ports.iter().any(|it| it.port == number && it.protocol == port.protocol) {
                let value = format!(
                    "{{\"Name\":\"\",\"Protocol\":\"{}\",\"AppProtocol\":null,\"Port\":{number},\"TargetPort\":0,\"NodePort\":0}}",
                    port.protocol.name()
                );
                self.reader.invalid(of("port"), here.clone(), &value, "Duplicate value");
            }
            let node_port = port.node_port.filter(|it| *it > 0);
            if node_port.is_some() && matches!(kind, ServiceType::ClusterIp | ServiceType::ExternalName) {
                let detail = "may not be used when `type` is 'ClusterIP'";
                let kind = Kind::Forbidden { path: here.field("nodePort"), detail: detail.into() };
                self.reader.error(of("nodePort").span, kind);
            }
            ports.push(ServicePort {
                name: port.name,
                protocol: port.protocol,
                port: number,
                target: port.target.and_then(|it| it.0).unwrap_or(PortRef::Number(number)),
                node_port: node_port.and_then(|it| u16::try_from(it).ok()),
            });
        }
        ports
    }

    fn value(&self, name: &str) -> &Node {
        self.spec.get(name).map_or(self.spec, |entry| &entry.value)
    }

    fn invalid(&mut self, field: &str, said: &str, value: &str, detail: &str) {
        let span = self.value(field).span;
        let path = self.path.join(&FieldPath::parse(said));
        self.reader.error(span, Kind::Invalid { path, value: value.into(), detail: detail.into() });
    }

    fn forbidden(&mut self, field: &str, said: &str, detail: &str) {
        let span = self.value(field).span;
        self.reader.error(span, Kind::Forbidden { path: self.path.field(said), detail: detail.into() });
    }

    fn required(&mut self, field: &str) {
        let span = self.value(field).span;
        let path = self.path.field(field);
        self.reader.required(span, path, "");
    }
}
