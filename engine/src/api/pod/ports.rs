//! Container ports: one by one, and over all containers of a pod (service-semantics 124–126, control-plane-semantics 38).

use super::ContainerPort;
use crate::Str;
use crate::api::read::{FromNode, PORT_RANGE, Path, Reader, reads};
use crate::api::{PortRef, Protocol, names};
use crate::manifest::{Node, Value};
use crate::text::FieldPath;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;

#[derive(Default)]
struct RawPort {
    name: Option<Str>,
    port: i64,
    protocol: Protocol,
    host_port: i64,
    host_ip: Option<IpAddr>,
}

reads!(RawPort {
    name: "name", port: "containerPort", protocol: "protocol", host_port: "hostPort", host_ip: "hostIP",
} also []);

impl FromNode for ContainerPort {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawPort::from_node(node, path, reader)?;
        let here = |name: &str| path.owned().field(name);
        let span = |name: &str| node.get(name).map_or(node.span, |entry| entry.value.span);
        let name = raw.name.filter(|it| !it.is_empty());
        if let Some(text) = &name {
            reader.wrong(span("name"), &here("name"), text, names::port_name(text));
        }
        // 0 is as absent.
        let number = |number: i64| u16::try_from(number).ok();
        let readable = node
            .get("containerPort")
            .is_none_or(|it| matches!(it.value.value, Value::Null | Value::Integer(_) | Value::Float(_)));
        match number(raw.port) {
            Some(0) if readable => reader.required(span("containerPort"), here("containerPort"), ""),
            None => {
                let written = raw.port.to_string();
                reader.invalid_bare(span("containerPort"), here("containerPort"), &written, PORT_RANGE);
            }
            Some(_) => {}
        }
        if number(raw.host_port).is_none() {
            let written = raw.host_port.to_string();
            reader.invalid_bare(span("hostPort"), here("hostPort"), &written, PORT_RANGE);
        }
        Some(Self {
            name,
            port: number(raw.port).filter(|it| *it > 0)?,
            protocol: raw.protocol,
            host_port: number(raw.host_port).filter(|it| *it > 0),
        })
    }
}

impl FromNode for PortRef {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        match &node.value {
            Value::Integer(_) => u16::from_node(node, path, reader).map(PortRef::Number),
            Value::String(name) => {
                reader.wrong(node.span, &path.owned(), name, names::port_name(name));
                Some(PortRef::Name(name.clone()))
            }
            _ => {
                reader.wrong_type(node, path, "integer or string");
                None
            }
        }
    }
}

/// A port as its manifest declares it.
#[derive(Clone, Copy)]
struct Declared<'a> {
    name: &'a str,
    port: i64,
    protocol: &'a str,
    host_port: i64,
    host_ip: &'a str,
}

impl<'a> Declared<'a> {
    fn of(node: &'a Node, host_network: bool) -> Self {
        let text = |name: &str| node.get(name).and_then(|it| it.value.as_str()).map_or("", |it| it);
        let number = |name: &str| match node.get(name).map(|it| &it.value.value) {
            Some(Value::Integer(number)) => *number,
            _ => 0,
        };
        let port = number("containerPort");
        let host_port = match number("hostPort") {
            // The default on the host's network (service-semantics 125).
            0 if host_network => port,
            given => given,
        };
        let protocol = Some(text("protocol")).filter(|it| !it.is_empty()).unwrap_or("TCP");
        Self { name: text("name"), port, protocol, host_port, host_ip: text("hostIP") }
    }
}

/// Where a port stands: the list of containers, the container, the port. A path only when something is to be said.
#[derive(Clone, Copy)]
struct Place<'a> {
    spec: &'a FieldPath,
    list: &'static str,
    container: usize,
    port: usize,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path().fmt(f)
    }
}

impl Place<'_> {
    fn path(&self) -> FieldPath {
        self.spec.field(self.list).index(self.container).field("ports").index(self.port)
    }
}

/// What has been declared so far in a pod.
#[derive(Default)]
struct Seen<'a> {
    /// Protocol, address and number on the node.
    hosts: BTreeSet<(&'a str, &'a str, i64)>,
    /// By number and protocol, with its place.
    ports: BTreeMap<(i64, &'a str), (Place<'a>, Declared<'a>)>,
    /// By name, with its place.
    names: BTreeMap<&'a str, Place<'a>>,
}

/// Checks the ports of all containers together.
pub(super) fn check(spec: &Node, host_network: bool, path: &FieldPath, reader: &mut Reader) {
    let mut seen = Seen::default();
    for list in ["initContainers", "containers"] {
        let containers = spec.get(list).map_or(&[][..], |entry| entry.value.items());
        for (c, container) in containers.iter().enumerate() {
            let ports = container.get("ports").map_or(&[][..], |entry| entry.value.items());
            let mut own = BTreeSet::new();
            for (p, node) in ports.iter().enumerate() {
                let here = Place { spec: path, list, container: c, port: p };
                let port = Declared::of(node, host_network);
                let named_twice = !port.name.is_empty() && !own.insert(port.name);
                if named_twice {
                    let span = node.get("name").map_or(node.span, |it| it.value.span);
                    reader.duplicate(span, here.path().field("name"), &format!("{:?}", port.name));
                }
                let taken = seen.on_host(&port, node, here, host_network, reader);
                // An error needs no warning, and what runs already none either.
                if !named_twice && !taken && !reader.observed {
                    seen.warn(&port, node, here, reader);
                }
                if list == "containers" && !port.name.is_empty() {
                    seen.names.entry(port.name).or_insert(here);
                }
                seen.ports.entry((port.port, port.protocol)).or_insert((here, port));
            }
        }
    }
}

impl<'a> Seen<'a> {
    /// Checks the port on the node; whether another of this pod has it.
    fn on_host(
        &mut self,
        port: &Declared<'a>,
        node: &Node,
        here: Place<'_>,
        host_network: bool,
        reader: &mut Reader,
    ) -> bool {
        let span = node.get("hostPort").map_or(node.span, |it| it.value.span);
        if host_network && port.host_port != port.port && port.port > 0 {
            let detail = "must match `containerPort` when `hostNetwork` is true";
            reader.invalid_bare(span, here.path().field("hostPort"), &port.host_port.to_string(), detail);
        }
        let taken = port.host_port > 0 && !self.hosts.insert((port.protocol, port.host_ip, port.host_port));
        if taken {
            let value = format!("\"{}/{}/{}\"", port.protocol, port.host_ip, port.host_port);
            reader.duplicate(span, here.path().field("hostPort"), &value);
        }
        taken
    }

    /// Warns of a number or a name that an earlier port has.
    fn warn(&self, port: &Declared<'_>, node: &Node, here: Place<'_>, reader: &mut Reader) {
        if let Some(first) = self.names.get(port.name).filter(|it| it.container != here.container) {
            let span = node.get("name").map_or(node.span, |it| it.value.span);
            let words = format!(
                "{here}: duplicate port name {:?} with {first}, services and probes that select ports by name will use {first}",
                port.name
            );
            reader.warn(span, &words);
        }
        let earlier = self.ports.get(&(port.port, port.protocol));
        if let Some((first, how)) = earlier.and_then(|(first, it)| Some((first, overlap(port, it)?))) {
            reader.warn(node.span, &format!("{here}: {how} port definition with {first}"));
        }
    }
}

/// How two declarations of one port and protocol get in each other's way (core `GetWarningsForPod`).
fn overlap(port: &Declared<'_>, other: &Declared<'_>) -> Option<&'static str> {
    if port.host_ip == other.host_ip && port.host_port == other.host_port {
        Some("duplicate")
    } else if port.host_port == 0 || other.host_port == 0 {
        Some("overlapping")
    } else if port.host_port == other.host_port && port.host_ip.is_empty() != other.host_ip.is_empty() {
        Some("dangerously ambiguous")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::api::fixture::{errors, read};
    use crate::diagnostic::Kind;

    fn pod(spec: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {spec}\n")
    }

    fn two(first: &str, second: &str) -> String {
        pod(&format!(
            "{{containers: [{{name: a, image: i, ports: [{first}]}}, {{name: b, image: i, ports: [{second}]}}]}}"
        ))
    }

    fn warnings(text: &str) -> Vec<String> {
        let said = |kind: Kind| match kind {
            Kind::Warned { message } => Some(message.to_string()),
            _ => None,
        };
        read(text).1.into_iter().filter_map(|it| said(it.kind)).collect()
    }

    #[test]
    fn one_port_in_two_containers_is_a_warning() {
        // service-semantics 124
        assert_eq!(
            warnings(&two("{containerPort: 80}", "{containerPort: 80}")),
            ["spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]"]
        );
        assert!(warnings(&two("{containerPort: 80}", "{containerPort: 80, protocol: UDP}")).is_empty());
        assert_eq!(
            warnings(&two("{name: web, containerPort: 80}", "{name: web, containerPort: 81}")),
            [
                "spec.containers[1].ports[0]: duplicate port name \"web\" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]"
            ]
        );
    }

    #[test]
    fn names_are_unique_in_a_container_and_numbers_sound() {
        assert_eq!(
            errors(&two(
                "{name: web, containerPort: 80}, {name: web, containerPort: 81}",
                "{containerPort: 1}"
            )),
            ["spec.containers[0].ports[1].name"]
        );
        for bad in ["{containerPort: 0}", "{containerPort: 65536}", "{}", "{containerPort: '80'}"] {
            assert_eq!(errors(&two(bad, "")), ["spec.containers[0].ports[0].containerPort"], "{bad}");
        }
        assert_eq!(errors(&two("{containerPort: 80, name: '80'}", "")), ["spec.containers[0].ports[0].name"]);
    }

    #[test]
    fn ports_of_the_node_are_unique_and_its_own_on_its_network() {
        // service-semantics 125, 126
        let same = two("{containerPort: 80, hostPort: 8080}", "{containerPort: 81, hostPort: 8080}");
        assert_eq!(errors(&same), ["spec.containers[1].ports[0].hostPort"]);
        let text = pod(
            "{hostNetwork: true, containers: [{name: a, image: i, ports: [{containerPort: 80, hostPort: 81}]}]}",
        );
        let (_, found) = read(&text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].span.start as usize..found[0].span.end as usize], "81");
    }
}
