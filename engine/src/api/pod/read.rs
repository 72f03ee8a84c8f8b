//! Reading and checking pods.

use super::{
    Container, ContainerPort, DnsPolicy, EnvVar, Phase, Pod, PodSpec, PodStatus, Probe, ProbeHandler,
    RestartPolicy,
};
use crate::Str;
use crate::api::node::Condition;
use crate::api::read::{FromNode, Path, Reader, reads};
use crate::api::{Labels, PortRef, names};
use crate::diagnostic::Kind;
use crate::manifest::{Node, Value};
use std::collections::BTreeSet;
use std::net::IpAddr;

reads!(Pod { spec: "spec", status: "status" } also ["apiVersion", "kind", "metadata"]);

#[derive(Default)]
struct RawSpec {
    node_name: Option<Str>,
    node_selector: Labels,
    host_network: bool,
    hostname: Option<Str>,
    subdomain: Option<Str>,
    dns_policy: DnsPolicy,
    restart_policy: RestartPolicy,
    service_links: Option<bool>,
    tolerations: Vec<Toleration>,
    init_containers: Vec<Container>,
    containers: Vec<Container>,
}

#[derive(Default)]
struct Toleration {
    key: Str,
}

reads!(Toleration { key: "key" } also ["operator", "value", "effect", "tolerationSeconds"]);

reads!(RawSpec {
    node_name: "nodeName",
    node_selector: "nodeSelector",
    host_network: "hostNetwork",
    hostname: "hostname",
    subdomain: "subdomain",
    dns_policy: "dnsPolicy",
    restart_policy: "restartPolicy",
    service_links: "enableServiceLinks",
    tolerations: "tolerations",
    init_containers: "initContainers",
    containers: "containers",
} also [
    "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "dnsConfig", "ephemeralContainers", "hostAliases",
    "hostIPC", "hostPID", "hostUsers", "hostnameOverride", "imagePullSecrets", "os", "overhead", "preemptionPolicy", "priority",
    "priorityClassName", "readinessGates", "resourceClaims", "resources", "runtimeClassName", "schedulerName",
    "schedulingGates", "schedulingGroup", "securityContext", "serviceAccount", "serviceAccountName", "setHostnameAsFQDN",
    "shareProcessNamespace", "terminationGracePeriodSeconds", "topologySpreadConstraints", "volumes", "workloadRef",
]);

impl FromNode for PodSpec {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawSpec::from_node(node, path, reader)?;
        let here = path.owned();
        if raw.containers.is_empty() && node.get("containers").is_none_or(|it| it.value.items().is_empty()) {
            let span = node.get("containers").map_or(node.span, |entry| entry.key_span);
            reader.required(span, here.field("containers"), "");
        }
        let spec = Self {
            node_name: raw.node_name.filter(|it| !it.is_empty()),
            node_selector: raw.node_selector,
            host_network: raw.host_network,
            hostname: raw.hostname.filter(|it| !it.is_empty()),
            subdomain: raw.subdomain.filter(|it| !it.is_empty()),
            dns_policy: raw.dns_policy,
            restart_policy: raw.restart_policy,
            enable_service_links: raw.service_links.unwrap_or(true),
            tolerations: raw.tolerations.into_iter().map(|it| it.key).collect(),
            init_containers: raw.init_containers,
            containers: raw.containers,
        };
        check(&spec, node, path, reader);
        Some(spec)
    }
}

/// Names are unique over all containers; host ports of host-network pods are their container ports (service-semantics 125).
fn check(spec: &PodSpec, node: &Node, path: &Path<'_>, reader: &mut Reader) {
    let mut seen = BTreeSet::new();
    for list in ["initContainers", "containers"] {
        let items = node.get(list).map_or(&[][..], |entry| entry.value.items());
        for (i, item) in items.iter().enumerate() {
            let Some(name) = item.get("name") else { continue };
            let Some(text) = name.value.as_str() else { continue };
            if !seen.insert(text.clone()) {
                let at = path.owned().field(list).index(i).field("name");
                let detail = "Duplicate value";
                reader.invalid(&name.value, at, text, detail);
            }
        }
    }
    if !spec.host_network {
        return;
    }
    for (i, container) in spec.containers.iter().enumerate() {
        for (p, port) in container.ports.iter().enumerate() {
            if port.host_port.is_some_and(|host| host != port.port) {
                let at = path.owned().field("containers").index(i).field("ports").index(p).field("hostPort");
                let value = port.host_port.map(|it| it.to_string()).unwrap_or_default();
                let detail = "must match `containerPort` when `hostNetwork` is true";
                reader.invalid(node, at, &value, detail);
            }
        }
    }
}

#[derive(Default)]
struct RawContainer {
    name: Str,
    image: Str,
    command: Vec<Str>,
    args: Vec<Str>,
    env: Vec<EnvVar>,
    env_from: Vec<EnvFrom>,
    ports: Vec<ContainerPort>,
    readiness_probe: Option<Probe>,
    liveness_probe: Option<Probe>,
    startup_probe: Option<Probe>,
    restart_policy: Option<Str>,
}

reads!(RawContainer {
    name: "name",
    image: "image",
    command: "command",
    args: "args",
    env: "env",
    env_from: "envFrom",
    ports: "ports",
    readiness_probe: "readinessProbe",
    liveness_probe: "livenessProbe",
    startup_probe: "startupProbe",
    restart_policy: "restartPolicy",
} also [
    "imagePullPolicy", "lifecycle", "resizePolicy", "resources", "restartPolicyRules", "securityContext", "stdin", "stdinOnce",
    "terminationMessagePath", "terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir",
]);

impl FromNode for Container {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawContainer::from_node(node, path, reader)?;
        let here = path.owned();
        match node.get("name").map(|entry| &entry.value) {
            Some(name) if !raw.name.is_empty() => {
                if let Some(detail) = names::dns_label(&raw.name) {
                    reader.invalid(name, here.field("name"), &raw.name, &detail);
                }
            }
            Some(name) if name.as_str().is_some() => reader.required(name.span, here.field("name"), ""),
            Some(_) => {}
            None => reader.required(node.span, here.field("name"), ""),
        }
        for (i, port) in raw.ports.iter().enumerate() {
            let twice = raw.ports.iter().take(i).any(|it| it.name.is_some() && it.name == port.name);
            let place = node
                .get("ports")
                .and_then(|entry| entry.value.items().get(i))
                .and_then(|item| item.get("name"));
            if let (true, Some(name), Some(place)) = (twice, &port.name, place) {
                reader.invalid(
                    &place.value,
                    here.field("ports").index(i).field("name"),
                    name,
                    "Duplicate value",
                );
            }
        }
        Some(Self {
            name: raw.name,
            image: raw.image,
            command: raw.command,
            args: raw.args,
            env: raw.env,
            env_from_config_maps: raw.env_from.into_iter().filter_map(|it| it.config_map.name).collect(),
            ports: raw.ports,
            readiness_probe: raw.readiness_probe,
            sidecar: raw.restart_policy.as_deref() == Some("Always"),
        })
    }
}

#[derive(Default)]
struct EnvFrom {
    config_map: NameRef,
}

#[derive(Default)]
struct NameRef {
    name: Option<Str>,
    key: Option<Str>,
}

#[derive(Default)]
struct RawEnv {
    name: Str,
    value: Option<Str>,
    from: ValueFrom,
}

#[derive(Default)]
struct ValueFrom {
    config_map: Option<NameRef>,
}

reads!(EnvFrom { config_map: "configMapRef" } also ["prefix", "secretRef"]);
reads!(NameRef { name: "name", key: "key" } also ["optional"]);
reads!(RawEnv { name: "name", value: "value", from: "valueFrom" } also []);
reads!(ValueFrom { config_map: "configMapKeyRef" } also ["fieldRef", "resourceFieldRef", "secretKeyRef", "fileKeyRef"]);

impl FromNode for EnvVar {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawEnv::from_node(node, path, reader)?;
        if raw.name.is_empty() {
            reader.required(node.span, path.owned().field("name"), "");
        }
        let config_map_key = raw.from.config_map.and_then(|it| Some((it.name?, it.key?)));
        Some(Self { name: raw.name, value: raw.value, config_map_key })
    }
}

#[derive(Default)]
struct RawPort {
    name: Option<Str>,
    port: Option<u16>,
    protocol: crate::api::Protocol,
    host_port: u32,
}

reads!(RawPort { name: "name", port: "containerPort", protocol: "protocol", host_port: "hostPort" } also ["hostIP"]);

impl FromNode for ContainerPort {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawPort::from_node(node, path, reader)?;
        let here = path.owned();
        if node.get("containerPort").is_none() {
            reader.required(node.span, here.field("containerPort"), "");
        }
        let name = raw.name.filter(|it| !it.is_empty());
        if let (Some(text), Some(entry)) = (&name, node.get("name"))
            && let Some(detail) = names::port_name(text)
        {
            reader.invalid(&entry.value, here.field("name"), text, detail);
        }
        // 0 is as absent.
        let host_port = u16::try_from(raw.host_port).ok();
        if let (None, Some(entry)) = (host_port, node.get("hostPort")) {
            let detail = "must be between 1 and 65535, inclusive";
            reader.invalid(&entry.value, here.field("hostPort"), &raw.host_port.to_string(), detail);
        }
        Some(Self {
            name,
            port: raw.port?,
            protocol: raw.protocol,
            host_port: host_port.filter(|it| *it > 0),
        })
    }
}

#[derive(Default)]
struct RawProbe {
    http: Option<PortHolder>,
    tcp: Option<PortHolder>,
    grpc: Option<PortHolder>,
    exec: Option<Exec>,
    initial_delay: u32,
    period: Option<u32>,
    failure_threshold: Option<u32>,
}

#[derive(Default)]
struct PortHolder {
    port: Option<PortRef>,
}

#[derive(Default)]
struct Exec {
    command: Vec<Str>,
}

reads!(RawProbe {
    http: "httpGet",
    tcp: "tcpSocket",
    grpc: "grpc",
    exec: "exec",
    initial_delay: "initialDelaySeconds",
    period: "periodSeconds",
    failure_threshold: "failureThreshold",
} also ["timeoutSeconds", "successThreshold", "terminationGracePeriodSeconds"]);
reads!(PortHolder { port: "port" } also ["path", "host", "scheme", "httpHeaders", "service"]);
reads!(Exec { command: "command" } also []);

impl FromNode for Probe {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawProbe::from_node(node, path, reader)?;
        let port = |holder: Option<PortHolder>| holder.and_then(|it| it.port);
        let handler = match (port(raw.http), port(raw.tcp), port(raw.grpc), &raw.exec) {
            (Some(port), ..) => ProbeHandler::HttpGet(port),
            (_, Some(port), ..) => ProbeHandler::TcpSocket(port),
            (_, _, Some(PortRef::Number(port)), _) => ProbeHandler::Grpc(port),
            (.., Some(Exec { .. })) => ProbeHandler::Exec,
            _ => {
                reader.required(node.span, path.owned(), "must specify a handler type");
                return None;
            }
        };
        Some(Self {
            handler,
            initial_delay: raw.initial_delay,
            period: raw.period.filter(|it| *it > 0).unwrap_or(10),
            failure_threshold: raw.failure_threshold.filter(|it| *it > 0).unwrap_or(3),
        })
    }
}

impl FromNode for PortRef {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        match &node.value {
            Value::Integer(_) => u16::from_node(node, path, reader).map(PortRef::Number),
            Value::String(name) => {
                if let Some(detail) = names::port_name(name) {
                    reader.invalid(node, path.owned(), name, detail);
                }
                Some(PortRef::Name(name.clone()))
            }
            _ => {
                reader.wrong_type(node, path, "integer or string");
                None
            }
        }
    }
}

/// A word among a fixed few.
macro_rules! words {
    ($name:ident { $($word:literal => $value:expr),* $(,)? }) => {
        impl FromNode for $name {
            fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
                let text = Str::from_node(node, path, reader)?;
                match &*text {
                    $($word => Some($value),)*
                    _ => {
                        let supported = vec![$($word.into()),*];
                        reader.error(node.span, Kind::Unsupported { path: path.owned(), value: text, supported });
                        None
                    }
                }
            }
        }
    };
}

words!(DnsPolicy {
    "ClusterFirst" => DnsPolicy::ClusterFirst,
    "ClusterFirstWithHostNet" => DnsPolicy::ClusterFirstWithHostNet,
    "Default" => DnsPolicy::Default,
    "None" => DnsPolicy::None,
});
words!(RestartPolicy {
    "Always" => RestartPolicy::Always,
    "Never" => RestartPolicy::Never,
    "OnFailure" => RestartPolicy::OnFailure,
});

#[derive(Default)]
struct RawStatus {
    phase: Option<Str>,
    ip: Option<IpAddr>,
    ips: Vec<PodIp>,
    conditions: Vec<Condition>,
}

#[derive(Default)]
struct PodIp {
    ip: Option<IpAddr>,
}

reads!(RawStatus { phase: "phase", ip: "podIP", ips: "podIPs", conditions: "conditions" } also [
    "containerStatuses", "ephemeralContainerStatuses", "hostIP", "hostIPs", "initContainerStatuses", "message",
    "nominatedNodeName", "observedGeneration", "qosClass", "reason", "resize", "resourceClaimStatuses", "startTime",
    "allocatedResources", "resources", "extendedResourceClaimStatus",
]);
reads!(PodIp { ip: "ip" } also []);

impl FromNode for PodStatus {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawStatus::from_node(node, path, reader)?;
        let mut ips: Vec<IpAddr> = raw.ips.into_iter().filter_map(|it| it.ip).collect();
        if ips.is_empty() {
            ips.extend(raw.ip);
        }
        let phase = raw.phase.as_deref().and_then(|phase| match phase {
            "Pending" => Some(Phase::Pending),
            "Running" => Some(Phase::Running),
            "Succeeded" => Some(Phase::Succeeded),
            "Failed" => Some(Phase::Failed),
            _ => None,
        });
        let ready = raw.conditions.iter().find(|it| &*it.kind == "Ready").map(|it| &*it.status == "True");
        Some(Self { phase, ips, ready })
    }
}
