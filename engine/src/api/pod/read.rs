//! Reading pods: `spec` and `status`.

use super::{DnsPolicy, Phase, Pod, PodSpec, PodStatus, RestartPolicy, ports, volumes};
use crate::Str;
use crate::api::meta::check_labels;
use crate::api::node::Condition;
use crate::api::read::{FromNode, Path, Reader, reads};
use crate::api::{Container, Labels, names};
use crate::manifest::{Node, Value};
use crate::text::FieldPath;
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
    dns_config: Option<DnsConfig>,
    host_aliases: Vec<HostAlias>,
    restart_policy: RestartPolicy,
    service_links: Option<bool>,
    tolerations: Vec<Toleration>,
    pull_secrets: Vec<Named>,
    gates: Vec<Gate>,
    init_containers: Vec<Container>,
    containers: Vec<Container>,
}

#[derive(Default)]
struct Toleration {
    key: Str,
}

#[derive(Default)]
struct DnsConfig {
    nameservers: Vec<Str>,
    searches: Vec<Str>,
}

#[derive(Default)]
struct HostAlias {
    ip: Option<IpAddr>,
    hostnames: Vec<Str>,
}

#[derive(Default)]
struct Named {
    name: Str,
}

#[derive(Default)]
struct Gate {
    kind: Str,
}

reads!(Toleration { key: "key" } also ["operator", "value", "effect", "tolerationSeconds"]);
reads!(DnsConfig { nameservers: "nameservers", searches: "searches" } also ["options"]);
reads!(HostAlias { ip: "ip", hostnames: "hostnames" } also []);
reads!(Named { name: "name" } also []);
reads!(Gate { kind: "conditionType" } also []);

reads!(RawSpec {
    node_name: "nodeName",
    node_selector: "nodeSelector",
    host_network: "hostNetwork",
    hostname: "hostname",
    subdomain: "subdomain",
    dns_policy: "dnsPolicy",
    dns_config: "dnsConfig",
    host_aliases: "hostAliases",
    restart_policy: "restartPolicy",
    service_links: "enableServiceLinks",
    tolerations: "tolerations",
    pull_secrets: "imagePullSecrets",
    gates: "readinessGates",
    init_containers: "initContainers",
    containers: "containers",
} also [
    "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "ephemeralContainers", "evictionResponders", "hostIPC",
    "hostPID", "hostUsers", "hostnameOverride", "os", "overhead", "preemptionPolicy", "priority", "priorityClassName",
    "resourceClaims", "resources", "runtimeClassName", "schedulerName", "schedulingGates", "schedulingGroup",
    "securityContext", "serviceAccount", "serviceAccountName", "setHostnameAsFQDN", "shareProcessNamespace",
    "terminationGracePeriodSeconds", "topologySpreadConstraints", "volumes",
]);

impl FromNode for PodSpec {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let mut raw = RawSpec::from_node(node, path, reader)?;
        volumes::mount(node, "initContainers", &mut raw.init_containers);
        volumes::mount(node, "containers", &mut raw.containers);
        check(&raw, node, path, reader);
        Some(Self {
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
        })
    }
}

/// What the server refuses or warns of, seen over the whole pod.
fn check(raw: &RawSpec, node: &Node, path: &Path<'_>, reader: &mut Reader) {
    let here = path.owned();
    let value = |name: &str| node.get(name).map_or(node, |entry| &entry.value);
    if value("containers").items().is_empty() && raw.containers.is_empty() {
        let wrong = node
            .get("containers")
            .is_some_and(|it| !matches!(it.value.value, Value::Sequence(_) | Value::Null));
        if !wrong {
            let span = node.get("containers").map_or(node.span, |entry| entry.key_span);
            reader.required(span, here.field("containers"), "");
        }
    }
    let mut seen = BTreeSet::new();
    for list in ["initContainers", "containers"] {
        let items = node.get(list).map_or(&[][..], |entry| entry.value.items());
        for (i, item) in items.iter().enumerate() {
            let Some(name) = item.get("name").filter(|it| it.value.as_str().is_some_and(|it| !it.is_empty()))
            else {
                continue;
            };
            let text = name.value.as_str().cloned().unwrap_or_default();
            if !seen.insert(text.clone()) {
                let at = here.field(list).index(i).field("name");
                reader.duplicate(name.value.span, at, &format!("{text:?}"));
            }
        }
    }
    ports::check(node, raw.host_network, &here, reader);
    if let Some(entry) = node.get("nodeSelector") {
        check_labels(&entry.value, &here.field("nodeSelector"), reader);
    }
    for (field, name) in [("hostname", &raw.hostname), ("subdomain", &raw.subdomain)] {
        if let Some(name) = name.as_ref().filter(|it| !it.is_empty()) {
            reader.wrong(value(field).span, &here.field(field), name, names::dns_label(name));
        }
    }
    if let Some(entry) =
        node.get("ephemeralContainers").filter(|it| !it.value.items().is_empty() && !reader.observed)
    {
        reader.forbidden(entry.key_span, here.field("ephemeralContainers"), "cannot be set on create");
    }
    for (i, (gate, item)) in raw.gates.iter().zip(value("readinessGates").items()).enumerate() {
        let at = here.field("readinessGates").index(i).field("conditionType");
        reader.wrong(item.span, &at, &gate.kind, names::label_key(&gate.kind));
    }
    for (i, (alias, item)) in raw.host_aliases.iter().zip(value("hostAliases").items()).enumerate() {
        for (n, name) in alias.hostnames.iter().enumerate() {
            let at = here.field("hostAliases").index(i).field("hostnames").index(n);
            let span = item.locate(&FieldPath::root().field("hostnames").index(n));
            reader.wrong(span, &at, name, names::dns_subdomain(name));
        }
    }
    dns(raw, node, path, reader);
}

/// Name servers (service-semantics 95, 96).
fn dns(raw: &RawSpec, node: &Node, path: &Path<'_>, reader: &mut Reader) {
    let place = node.get("dnsConfig").or_else(|| node.get("dnsPolicy")).map_or(node.span, |it| it.value.span);
    let here = path.owned().field("dnsConfig");
    let servers = here.field("nameservers");
    let Some(config) = &raw.dns_config else {
        if raw.dns_policy == DnsPolicy::None {
            reader.required(place, here, "must provide `dnsConfig` when `dnsPolicy` is None");
        }
        return;
    };
    if raw.dns_policy == DnsPolicy::None && config.nameservers.is_empty() {
        let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
        reader.required(place, servers.clone(), detail);
    }
    let limits = [
        (&config.nameservers, 3, "nameservers", "must not have more than 3 nameservers"),
        (&config.searches, 32, "searches", "must not have more than 32 search paths"),
    ];
    for (list, most, field, detail) in limits {
        if list.len() > most {
            let quoted: Vec<String> = list.iter().map(|it| format!("{it:?}")).collect();
            reader.invalid_bare(place, here.field(field), &format!("[{}]", quoted.join(",")), detail);
        }
    }
    let items = node.get("dnsConfig").and_then(|it| it.value.get("nameservers"));
    for (i, item) in items.map_or(&[][..], |it| it.value.items()).iter().enumerate() {
        if let Some(text) = item.as_str().filter(|it| it.parse::<IpAddr>().is_err()) {
            let detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
            reader.invalid(item, servers.index(i), text, detail);
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
                        reader.unsupported(node.span, path.owned(), &text, &[$($word),*]);
                        None
                    }
                }
            }
        }
    };
}

words!(DnsPolicy {
    "ClusterFirstWithHostNet" => DnsPolicy::ClusterFirstWithHostNet,
    "ClusterFirst" => DnsPolicy::ClusterFirst,
    "Default" => DnsPolicy::Default,
    "None" => DnsPolicy::None,
});
words!(RestartPolicy {
    "Always" => RestartPolicy::Always,
    "OnFailure" => RestartPolicy::OnFailure,
    "Never" => RestartPolicy::Never,
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
    "allocatedResources", "resources", "extendedResourceClaimStatus", "nodeAllocatableResourceClaimStatuses", "volumeHealth",
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
