//! discovery.k8s.io/v1 EndpointSlice: the user's own (for Services without selector) and the cluster's.

use super::read::{Reader, address, reads};
use super::{Kind, Labels, ObjectRef, Protocol, names};
use crate::Str;
use crate::manifest::Node;
use crate::text::FieldPath;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// A slice of a Service's endpoints: all share one list of ports (service-semantics 35).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointSlice {
    /// Label `kubernetes.io/service-name`.
    pub service: Str,
    /// The ports, resolved to numbers.
    pub ports: Vec<EndpointPort>,
    /// The endpoints.
    pub endpoints: Vec<Endpoint>,
}

/// A port of a slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointPort {
    /// The Service port's name, empty when unnamed.
    pub name: Str,
    /// The protocol.
    pub protocol: Protocol,
    /// The number on the endpoint.
    pub port: u16,
}

/// One endpoint (service-semantics 28–32).
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// `addresses[0]`, the one kube-proxy uses (service-semantics 43).
    pub address: IpAddr,
    /// Takes new connections.
    pub ready: bool,
    /// Would answer, readiness aside from termination.
    pub serving: bool,
    /// Being deleted.
    pub terminating: bool,
    /// `nodeName`.
    pub node: Option<Str>,
    /// `zone`.
    pub zone: Option<Str>,
    /// `hostname`.
    pub hostname: Option<Str>,
    /// `targetRef`, when a pod.
    pub target: Option<ObjectRef>,
}

#[derive(Default)]
pub(super) struct RawSlice {
    ports: Vec<RawPort>,
    endpoints: Vec<RawEndpoint>,
    family: Option<Str>,
}

#[derive(Default)]
struct RawPort {
    name: Str,
    protocol: Protocol,
    port: Option<i64>,
}

#[derive(Default)]
struct RawEndpoint {
    addresses: Vec<Str>,
    conditions: Conditions,
    node: Option<Str>,
    zone: Option<Str>,
    hostname: Option<Str>,
    target: Option<Target>,
}

#[derive(Default)]
struct Conditions {
    ready: Option<bool>,
    serving: Option<bool>,
    terminating: Option<bool>,
}

#[derive(Default)]
struct Target {
    kind: Str,
    namespace: Str,
    name: Str,
}

reads!(RawSlice { ports: "ports", endpoints: "endpoints", family: "addressType" } also ["apiVersion", "kind", "metadata"]);
reads!(RawPort { name: "name", protocol: "protocol", port: "port" } also ["appProtocol"]);
reads!(RawEndpoint {
    addresses: "addresses",
    conditions: "conditions",
    node: "nodeName",
    zone: "zone",
    hostname: "hostname",
    target: "targetRef",
} also ["hints", "deprecatedTopology"]);
reads!(Conditions { ready: "ready", serving: "serving", terminating: "terminating" } also []);
reads!(Target { kind: "kind", namespace: "namespace", name: "name" } also ["apiVersion", "uid", "resourceVersion", "fieldPath"]);

impl RawSlice {
    /// Nil conditions mean ready, serving, not terminating (service-semantics 41); ports without a number are ignored (43).
    pub(super) fn finish(self, labels: &Labels, tree: &Node, reader: &mut Reader) -> EndpointSlice {
        self.check(tree, reader);
        let endpoint = |raw: RawEndpoint| {
            let ready = raw.conditions.ready.unwrap_or(true);
            Some(Endpoint {
                address: raw.addresses.first()?.parse().ok()?,
                ready,
                serving: raw.conditions.serving.unwrap_or(ready),
                terminating: raw.conditions.terminating.unwrap_or(false),
                node: raw.node,
                zone: raw.zone,
                hostname: raw.hostname,
                target: raw.target.filter(|it| &*it.kind == "Pod").map(|it| ObjectRef {
                    kind: Kind::Pod,
                    namespace: it.namespace,
                    name: it.name,
                }),
            })
        };
        let port = |raw: RawPort| {
            let port = u16::try_from(raw.port?).ok().filter(|it| *it > 0)?;
            Some(EndpointPort { name: raw.name, protocol: raw.protocol, port })
        };
        EndpointSlice {
            service: labels.get("kubernetes.io/service-name").cloned().unwrap_or_default(),
            ports: self.ports.into_iter().filter_map(port).collect(),
            endpoints: self.endpoints.into_iter().filter_map(endpoint).collect(),
        }
    }

    /// What the server refuses: addresses of another family or of special use, port names used twice.
    fn check(&self, tree: &Node, reader: &mut Reader) {
        let root = FieldPath::root();
        let place =
            |name: &str| tree.get(name).or_else(|| tree.get("kind")).map_or(tree.span, |it| it.value.span);
        match self.family.as_deref() {
            None | Some("") => reader.required(place("addressType"), root.field("addressType"), ""),
            Some("IPv4" | "IPv6" | "FQDN") => {}
            Some(other) => {
                let supported = ["FQDN", "IPv4", "IPv6"];
                reader.unsupported(place("addressType"), root.field("addressType"), other, &supported);
            }
        }
        let items = tree.get("endpoints").map_or(&[][..], |entry| entry.value.items());
        for (i, (endpoint, item)) in self.endpoints.iter().zip(items).enumerate() {
            let here = root.field("endpoints").index(i);
            let addresses = item.get("addresses").map_or(&[][..], |entry| entry.value.items());
            if addresses.is_empty() {
                reader.required(item.span, here.field("addresses"), "");
            }
            for (a, node) in addresses.iter().enumerate() {
                self.check_address(node, here.field("addresses"), a, reader);
            }
            if let (Some(name), Some(entry)) = (&endpoint.hostname, item.get("hostname")) {
                reader.wrong(entry.value.span, &here.field("hostname"), name, names::dns_label(name));
            }
        }
        let mut seen = BTreeSet::new();
        let items = tree.get("ports").map_or(&[][..], |entry| entry.value.items());
        for (i, (port, item)) in self.ports.iter().zip(items).enumerate() {
            let here = root.field("ports").index(i).field("name");
            let span = item.get("name").map_or(item.span, |entry| entry.value.span);
            if !port.name.is_empty() {
                reader.wrong(span, &here, &port.name, names::dns_label(&port.name));
            }
            if !seen.insert(&port.name) {
                reader.duplicate(span, here, &format!("{:?}", port.name));
            }
        }
    }

    /// One of `addresses`, by the slice's family.
    fn check_address(&self, node: &Node, list: FieldPath, index: usize, reader: &mut Reader) {
        let (Some(text), Some(family)) = (node.as_str(), self.family.as_deref()) else { return };
        if !matches!(family, "IPv4" | "IPv6") {
            return;
        }
        let Some(address) = address(text, node, list.index(index), reader) else { return };
        if address.is_ipv4() != (family == "IPv4") {
            return reader.invalid(node, list, text, &format!("must be an {family} address"));
        }
        if let Some(detail) = special(address) {
            reader.invalid(node, list.index(index), text, detail);
        }
    }
}

/// Why an endpoint or external address of special use is refused (core validation, ValidateNonSpecialIP).
pub(super) fn special(address: IpAddr) -> Option<&'static str> {
    let (local, group) = match address {
        IpAddr::V4(it) => (it.is_link_local(), it.octets().starts_with(&[224, 0, 0])),
        IpAddr::V6(it) => {
            (it.is_unicast_link_local(), it.segments().first().is_some_and(|it| it & 0xff0f == 0xff02))
        }
    };
    if address.is_unspecified() {
        return Some(if address.is_ipv4() {
            "may not be unspecified (0.0.0.0)"
        } else {
            "may not be unspecified (::)"
        });
    }
    if address.is_loopback() {
        return Some("may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    if local {
        return Some("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    group.then_some("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
}

#[cfg(test)]
mod tests {
    use crate::api::Resource;
    use crate::api::fixture::{errors, read};

    fn slice(rest: &str) -> String {
        format!(
            "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: a-1, labels: {{kubernetes.io/service-name: a}}}}\naddressType: IPv4\n{rest}\n"
        )
    }

    #[test]
    fn absent_conditions_mean_ready_and_serving() {
        // service-semantics 41, 43
        let text = slice(
            "ports: [{name: http, port: 80}, {name: odd}]\nendpoints:\n- {addresses: [10.0.0.1, 10.0.0.2]}\n- {addresses: [10.0.0.3], conditions: {ready: false, serving: true, terminating: true}, targetRef: {kind: Pod, name: p, namespace: ns}}",
        );
        let (objects, found) = read(&text);
        assert!(found.is_empty(), "{found:?}");
        let Resource::EndpointSlice(slice) = &objects[0].resource else { panic!() };
        assert_eq!((&*slice.service, slice.ports.len()), ("a", 1));
        let state: Vec<_> = slice.endpoints.iter().map(|it| (it.ready, it.serving, it.terminating)).collect();
        assert_eq!(state, [(true, true, false), (false, true, true)]);
        assert_eq!(slice.endpoints[1].target.as_ref().map(ToString::to_string).as_deref(), Some("Pod/ns/p"));
    }

    #[test]
    fn addresses_fit_the_family_and_are_no_special_ones() {
        assert_eq!(errors(&slice("endpoints: [{addresses: []}]")), ["endpoints[0].addresses"]);
        assert_eq!(errors(&slice("endpoints: [{addresses: ['fd00::1']}]")), ["endpoints[0].addresses"]);
        for bad in ["127.0.0.1", "169.254.0.1", "224.0.0.1", "0.0.0.0", "x"] {
            let found = errors(&slice(&format!("endpoints: [{{addresses: ['{bad}']}}]")));
            assert_eq!(found, ["endpoints[0].addresses[0]"], "{bad}");
        }
        assert_eq!(errors(&slice("").replace("addressType: IPv4\n", "")), ["addressType"]);
        assert_eq!(errors(&slice("ports: [{name: a, port: 1}, {name: a, port: 2}]")), ["ports[1].name"]);
    }
}
