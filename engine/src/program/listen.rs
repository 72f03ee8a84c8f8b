//! Which sockets a pod's containers open.

use super::{Listener, ListenerOrigin, address, image, running};
use crate::Str;
use crate::api::{Container, PodSpec, PortRef, ProbeHandler, Protocol};
use crate::text::FieldPath;

/// A container that cannot open its socket because another of its pod has the port (service-semantics 124).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The container whose process exits with EADDRINUSE.
    pub container: Str,
    /// The port.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
    /// The container that has it.
    pub holder: Str,
}

/// The sockets a pod's containers open, in order of container and port; no port twice.
pub fn listeners(spec: &PodSpec) -> Vec<Listener> {
    open(spec).0
}

/// The containers that fail because their port is taken, in order.
pub fn conflicts(spec: &PodSpec) -> Vec<Conflict> {
    open(spec).1
}

fn open(spec: &PodSpec) -> (Vec<Listener>, Vec<Conflict>) {
    let mut listeners: Vec<Listener> = Vec::new();
    let mut conflicts = Vec::new();
    for (path, container) in running(spec) {
        let mut wanted = wanted(&path, container);
        wanted.sort_by_key(|it| (it.port, it.protocol));
        wanted.dedup_by_key(|it| (it.port, it.protocol));
        let holder = |it: &Listener| {
            listeners.iter().find(|other| other.port == it.port && other.protocol == it.protocol)
        };
        // Only what is known counts as a collision; what is merely supposed gives way.
        let clash = wanted.iter().filter(|it| known(&it.origin)).find_map(|it| Some((it, holder(it)?)));
        if let Some((it, holder)) = clash {
            let (container, holder) = (it.container.clone(), holder.container.clone());
            conflicts.push(Conflict { container, port: it.port, protocol: it.protocol, holder });
            continue;
        }
        wanted.retain(|it| holder(it).is_none() && (known(&it.origin) || !declared(spec, it.port)));
        listeners.append(&mut wanted);
    }
    (listeners, conflicts)
}

fn known(origin: &ListenerOrigin) -> bool {
    matches!(origin, ListenerOrigin::Declared(_) | ListenerOrigin::Image(_))
}

/// Some container of the pod declares the port.
fn declared(spec: &PodSpec, port: u16) -> bool {
    running(spec).any(|(_, it)| it.ports.iter().any(|it| it.port == port))
}

/// The sockets one container wants: declared, else by probe, argument or variable, else by image.
fn wanted(path: &FieldPath, container: &Container) -> Vec<Listener> {
    let loopback = loopback(container);
    let listener = |port, protocol, origin| Listener {
        container: container.name.clone(),
        port,
        protocol,
        loopback: loopback.contains(&port) || loopback.contains(&0),
        origin,
    };
    let declared: Vec<Listener> = (container.ports.iter().enumerate())
        .map(|(i, it)| listener(it.port, it.protocol, ListenerOrigin::Declared(path.field("ports").index(i))))
        .collect();
    if !declared.is_empty() {
        return declared;
    }
    let mut supposed = Vec::new();
    if let Some(probe) = &container.readiness_probe {
        let path = path.field("readinessProbe");
        let found = match &probe.handler {
            ProbeHandler::HttpGet(PortRef::Number(port)) => Some((*port, path.field("httpGet"))),
            ProbeHandler::TcpSocket(PortRef::Number(port)) => Some((*port, path.field("tcpSocket"))),
            ProbeHandler::Grpc(port) => Some((*port, path.field("grpc"))),
            _ => None,
        };
        supposed
            .extend(found.map(|(port, path)| {
                listener(port, Protocol::Tcp, ListenerOrigin::Probe(path.field("port")))
            }));
    }
    for (list, words) in [("command", &container.command), ("args", &container.args)] {
        for (i, word) in words.iter().enumerate() {
            if let Some(port) = port_flag(word, words.get(i + 1)) {
                let origin = ListenerOrigin::Env(path.field(list).index(i));
                supposed.push(listener(port, Protocol::Tcp, origin));
            }
        }
    }
    for (i, variable) in container.env.iter().enumerate() {
        if own_port(&variable.name)
            && let Some(port) = variable.value.as_deref().and_then(trailing_port)
        {
            let origin = ListenerOrigin::Env(path.field("env").index(i).field("value"));
            supposed.push(listener(port, Protocol::Tcp, origin));
        }
    }
    if supposed.is_empty()
        && let Some(image) = image::known(&container.image)
    {
        let of =
            |&(port, protocol): &(u16, Protocol)| listener(port, protocol, ListenerOrigin::Image(image.name));
        supposed.extend(image.ports.iter().map(of));
    }
    supposed
}

/// A variable that says where its own program listens: not the port of somebody else (`DB_PORT`).
fn own_port(name: &str) -> bool {
    const OWN: &[&str] = &[
        "PORT",
        "HTTP_PORT",
        "SERVER_PORT",
        "LISTEN_PORT",
        "APP_PORT",
        "GRPC_PORT",
        "CONTAINER_PORT",
        "LISTEN_ADDR",
        "LISTEN_ADDRESS",
        "BIND_ADDR",
        "ASPNETCORE_HTTP_PORTS",
    ];
    OWN.contains(&name)
}

/// `--port=8080`, `--listen=:8080`, `-p 8080`.
fn port_flag(word: &str, next: Option<&Str>) -> Option<u16> {
    const FLAGS: &[&str] =
        &["port", "http-port", "listen", "listen-address", "web.listen-address", "bind", "p"];
    let flag = word.strip_prefix('-')?.trim_start_matches('-');
    match flag.split_once('=') {
        Some((flag, value)) => FLAGS.contains(&flag).then(|| trailing_port(value))?,
        None => FLAGS.contains(&flag).then(|| trailing_port(next?))?,
    }
}

/// The port of `8080`, `:8080` or `0.0.0.0:8080`.
fn trailing_port(value: &str) -> Option<u16> {
    address::number(value.rsplit(':').next()?)
}

/// Ports bound to 127.0.0.1 only; 0 stands for all.
fn loopback(container: &Container) -> Vec<u16> {
    let names_own = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.contains("listen") || name.contains("bind")
    };
    let local = |value: &str| {
        let (host, port) = value.split_once(':').unwrap_or((value, "0"));
        matches!(host, "127.0.0.1" | "localhost").then(|| port.parse().unwrap_or(0))
    };
    let words: Vec<&Str> = container.command.iter().chain(&container.args).collect();
    let flags = words.iter().enumerate().filter_map(|(i, word)| match word.split_once('=') {
        Some((flag, value)) => flag.starts_with('-').then_some((flag, value)),
        None if word.starts_with('-') => Some((&***word, &***words.get(i + 1)?)),
        None => None,
    });
    let variables = container.env.iter().filter_map(|it| Some((&*it.name, it.value.as_deref()?)));
    flags.chain(variables).filter(|it| names_own(it.0)).filter_map(|it| local(it.1)).collect()
}
