//! Probes.

use super::{Probe, ProbeHandler};
use crate::Str;
use crate::api::PortRef;
use crate::api::read::{FromNode, Kept, PORT_RANGE, Path, Reader, reads};
use crate::manifest::{Node, Value};

#[derive(Default)]
pub(in crate::api) struct RawProbe {
    exec: Option<Kept<Exec>>,
    http: Option<Kept<HttpGet>>,
    tcp: Option<Kept<TcpSocket>>,
    grpc: Option<Kept<Grpc>>,
    initial_delay: u32,
    period: Option<u32>,
    timeout: u32,
    successes: u32,
    failure_threshold: Option<u32>,
}

#[derive(Default)]
pub(in crate::api) struct Exec {
    command: Vec<Str>,
}

#[derive(Default)]
pub(in crate::api) struct HttpGet {
    port: Option<PortRef>,
    scheme: Str,
}

#[derive(Default)]
pub(in crate::api) struct TcpSocket {
    port: Option<PortRef>,
}

#[derive(Default)]
pub(in crate::api) struct Grpc {
    port: Option<u16>,
}

reads!(RawProbe {
    exec: "exec",
    http: "httpGet",
    tcp: "tcpSocket",
    grpc: "grpc",
    initial_delay: "initialDelaySeconds",
    period: "periodSeconds",
    timeout: "timeoutSeconds",
    successes: "successThreshold",
    failure_threshold: "failureThreshold",
} also ["terminationGracePeriodSeconds"]);
reads!(Exec { command: "command" } also []);
reads!(HttpGet { port: "port", scheme: "scheme" } also ["path", "host", "httpHeaders", "protocol"]);
reads!(TcpSocket { port: "port" } also ["host"]);
reads!(Grpc { port: "port" } also ["mode", "service"]);

impl FromNode for Probe {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawProbe::from_node(node, path, reader)?;
        let here = path.owned();
        let given: Vec<_> = ["exec", "httpGet", "tcpSocket", "grpc"]
            .into_iter()
            .filter_map(|name| node.get(name))
            .filter(|it| !matches!(it.value.value, Value::Null))
            .collect();
        for entry in given.iter().skip(1) {
            let detail = "may not specify more than 1 handler type";
            reader.forbidden(entry.key_span, here.field(&entry.key), detail);
        }
        let Some(first) = given.first() else {
            reader.required(node.span, here, "must specify a handler type");
            return None;
        };
        let handler = here.field(&first.key);
        if let Some(Kept(Some(exec))) = &raw.exec
            && exec.command.is_empty()
        {
            reader.required(first.value.span, here.field("exec").field("command"), "");
        }
        if let Some(Kept(Some(http))) = &raw.http
            && !matches!(&*http.scheme, "" | "HTTP" | "HTTPS")
        {
            let span = first.value.get("scheme").map_or(first.value.span, |it| it.value.span);
            reader.unsupported(span, handler.field("scheme"), &http.scheme, &["HTTP", "HTTPS"]);
        }
        let port = first.value.get("port").filter(|it| !matches!(it.value.value, Value::Null));
        if &*first.key != "exec" && port.is_none() {
            reader.invalid_bare(first.value.span, handler.field("port"), "0", PORT_RANGE);
        }
        let handler = match &*first.key {
            "exec" => Some(ProbeHandler::Exec),
            "httpGet" => raw.http.and_then(|it| it.0).and_then(|it| it.port).map(ProbeHandler::HttpGet),
            "tcpSocket" => raw.tcp.and_then(|it| it.0).and_then(|it| it.port).map(ProbeHandler::TcpSocket),
            _ => raw.grpc.and_then(|it| it.0).and_then(|it| it.port).map(ProbeHandler::Grpc),
        };
        Some(Self {
            handler: handler?,
            initial_delay: raw.initial_delay,
            period: raw.period.filter(|it| *it > 0).unwrap_or(10),
            failure_threshold: raw.failure_threshold.filter(|it| *it > 0).unwrap_or(3),
        })
    }
}

/// A liveness or startup probe succeeds at once.
pub(super) fn succeeds_once(container: &Node, name: &str, path: &Path<'_>, reader: &mut Reader) {
    let times = container.get(name).and_then(|it| it.value.get("successThreshold"));
    if let Some(entry) = times
        && let Value::Integer(number) = entry.value.value
        && number > 1
    {
        let at = path.owned().field(name).field("successThreshold");
        reader.invalid_bare(entry.value.span, at, &number.to_string(), "must be 1");
    }
}
