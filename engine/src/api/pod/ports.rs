//! Container ports: one by one, and over all containers of a pod (service-semantics 124–126, control-plane-semantics 38).

use super::ContainerPort;
use crate::Str;
use crate::api::read::{FromNode, PORT_RANGE, Path, Reader, reads};
use crate::api::{PortRef, Protocol, names};
use crate::manifest::{Node, Value};
use crate::text::FieldPath;
use std::collections::BTreeMap;
use std::net::IpAddr;

#[derive(Default)]
pub(in crate::api) struct RawPort {
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
        let here = path.owned();
        let span = |name: &str| node.get(name).map_or(node.span, |entry| entry.value.span);
        let name = raw.name.filter(|it| !it.is_empty());
        if let Some(text) = &name {
            reader.wrong(span("name"), &here.field("name"), text, names::port_name(text));
        }
        // 0 is as absent.
        let number = |number: i64| u16::try_from(number).ok();
        let readable = node
            .get("containerPort")
            .is_none_or(|it| matches!(it.value.value, Value::Null | Value::Integer(_) | Value::Float(_)));
        match number(raw.port) {
            Some(0) if readable => reader.required(span("containerPort"), here.field("containerPort"), ""),
            None => {
                let written = raw.port.to_string();
                reader.invalid_bare(span("containerPort"), here.field("containerPort"), &written, PORT_RANGE);
            }
            Some(_) => {}
        }
        if number(raw.host_port).is_none() {
            let written = raw.host_port.to_string();
            reader.invalid_bare(span("hostPort"), here.field("hostPort"), &written, PORT_RANGE);
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

/// Checks the ports of all containers together.
pub(super) fn check(spec: &Node, host_network: bool, path: &FieldPath, reader: &mut Reader) {
    let mut hosts = BTreeMap::new();
    let mut declared: BTreeMap<_, (FieldPath, Declared<'_>)> = BTreeMap::new();
    let mut named: BTreeMap<&str, (FieldPath, usize)> = BTreeMap::new();
    // What is an error needs no warning.
    let calm = !reader.observed;
    for list in ["initContainers", "containers"] {
        let containers = spec.get(list).map_or(&[][..], |entry| entry.value.items());
        for (c, container) in containers.iter().enumerate() {
            let ports = container.get("ports").map_or(&[][..], |entry| entry.value.items());
            let mut own = BTreeMap::new();
            for (p, node) in ports.iter().enumerate() {
                let here = path.field(list).index(c).field("ports").index(p);
                let port = Declared::of(node, host_network);
                if host_network && port.host_port != port.port && port.port > 0 {
                    let span = node.get("hostPort").map_or(node.span, |it| it.value.span);
                    let detail = "must match `containerPort` when `hostNetwork` is true";
                    reader.invalid_bare(span, here.field("hostPort"), &port.host_port.to_string(), detail);
                }
                let twice = port.host_port > 0
                    && list == "containers"
                    && hosts.insert((port.protocol, port.host_ip, port.host_port), ()).is_some();
                if twice {
                    let span = node.get("hostPort").map_or(node.span, |it| it.value.span);
                    let value = format!("\"{}/{}/{}\"", port.protocol, port.host_ip, port.host_port);
                    reader.duplicate(span, here.field("hostPort"), &value);
                }
                if !port.name.is_empty() {
                    let span = node.get("name").map_or(node.span, |it| it.value.span);
                    if own.insert(port.name, ()).is_some() {
                        reader.duplicate(span, here.field("name"), &format!("{:?}", port.name));
                    } else if let Some((first, _)) = named.get(port.name).filter(|it| it.1 != c && calm) {
                        let name = port.name;
                        let words = format!(
                            "{here}: duplicate port name {name:?} with {first}, services and probes that select ports by name will use {first}"
                        );
                        reader.warn(span, &words);
                    }
                    if list == "containers" {
                        named.entry(port.name).or_insert((here.clone(), c));
                    }
                }
                if let Some((first, other)) =
                    declared.get(&(port.port, port.protocol)).filter(|_| calm && !twice)
                {
                    if let Some(how) = overlap(&port, other) {
                        reader.warn(node.span, &format!("{here}: {how} port definition with {first}"));
                    }
                }
                declared.entry((port.port, port.protocol)).or_insert((here, port));
            }
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
