//! Probes.

use super::{Probe, ProbeHandler};
use crate::Str;
use crate::api::PortRef;
use crate::api::read::{FromNode, Kept, PORT_RANGE, Path, Reader, reads};
use crate::manifest::{Node, Value};

#[derive(Default)]
struct RawProbe {
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
struct Exec {
    command: Vec<Str>,
}

#[derive(Default)]
struct HttpGet {
    port: Option<PortRef>,
    scheme: Str,
}

#[derive(Default)]
struct TcpSocket {
    port: Option<PortRef>,
}

#[derive(Default)]
struct Grpc {
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

#[cfg(test)]
mod tests {
    use crate::api::fixture::{errors, read};
    use crate::api::{PortRef, ProbeHandler, Resource};

    fn pod(container: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: c, image: i, {container}}}]}}\n"
        )
    }

    #[test]
    fn absent_numbers_take_their_defaults() {
        // service-semantics 30
        let (objects, _) = read(&pod("readinessProbe: {httpGet: {port: web}}"));
        let Resource::Pod(found) = &objects[0].resource else { panic!() };
        let probe = found.spec.containers[0].readiness_probe.as_ref().unwrap();
        assert_eq!(probe.handler, ProbeHandler::HttpGet(PortRef::Name("web".into())));
        assert_eq!((probe.initial_delay, probe.period, probe.failure_threshold), (0, 10, 3));
    }

    #[test]
    fn there_is_one_handler() {
        let at = "spec.containers[0].livenessProbe";
        let cases = [
            ("{}", vec![at.to_owned()]),
            ("{httpGet: {port: 80}, tcpSocket: {port: 80}}", vec![format!("{at}.tcpSocket")]),
            ("{exec: {}}", vec![format!("{at}.exec.command")]),
            ("{tcpSocket: {}}", vec![format!("{at}.tcpSocket.port")]),
            ("{grpc: {port: 80}, successThreshold: 2}", vec![format!("{at}.successThreshold")]),
        ];
        for (probe, expected) in cases {
            assert_eq!(errors(&pod(&format!("livenessProbe: {probe}"))), expected, "{probe}");
        }
    }
}
