//! What the client sees: curl 8.14's lines (service-semantics 130), who answered, and after how long.

use super::names;
use crate::api::Protocol;
use crate::connect::{Hop, Place, Reason, Trace, Verdict};
use crate::network::{dns, route};

/// A dragged connection gives up after this long: `curl --connect-timeout 5`, in milliseconds.
const CONNECT_TIMEOUT: u64 = 5_000;

/// What the client sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The last line.
    pub line: String,
    /// The line of `curl -v` that tells it apart; may be empty.
    pub verbose: String,
    /// `answered by node-1 (ICMP)`, `nobody answered`.
    pub answered: String,
    /// `after 3 ms`.
    pub after: String,
}

/// What the client sees.
pub fn client(trace: &Trace) -> Client {
    let silent = trace.verdict == Verdict::Dropped || asks_dns_in_vain(trace);
    let millis = if silent { CONNECT_TIMEOUT.saturating_add(1) } else { spent(trace) };
    let after = match silent {
        true => format!("after {}.{:03} s", millis / 1_000, millis % 1_000),
        false => format!("after {millis} ms"),
    };
    let (line, verbose) = match trace.connection.protocol {
        Protocol::Tcp => curl(trace, millis),
        Protocol::Icmp => (ping(trace).to_owned(), String::new()),
        Protocol::Udp | Protocol::Sctp => (datagram(trace).to_owned(), String::new()),
    };
    Client { line, verbose, answered: answered(trace), after }
}

/// curl's last line, and the line of `-v` that says why.
fn curl(trace: &Trace, millis: u64) -> (String, String) {
    let (host, port) = (names::host(trace), trace.connection.port);
    let failed = |code: u8, why: &str| {
        format!("curl: ({code}) Failed to connect to {host} port {port} after {millis} ms: {why}")
    };
    let refused = failed(7, "Couldn't connect to server");
    match trace.verdict {
        _ if asks_dns_in_vain(trace) => {
            (format!("curl: (28) Resolving timed out after {millis} milliseconds"), String::new())
        }
        Verdict::Forwarded => {
            let peer = trace.hops.iter().find_map(|hop| hop.before.destination);
            let peer = peer.map(|address| format!(" ({})", address.ip())).unwrap_or_default();
            let connected = format!("Connected to {host}{peer} port {port}");
            let line = if speaks_http(port) { "HTTP/1.1 200 OK".to_owned() } else { connected.clone() };
            (line, connected)
        }
        Verdict::Dropped => (failed(28, "Timeout was reached"), String::new()),
        Verdict::Rejected | Verdict::Refused => (refused, "Connection refused".to_owned()),
        Verdict::Unresolved => (format!("curl: (6) Could not resolve host: {host}"), String::new()),
        Verdict::Unroutable => (refused, unreachable(trace).to_owned()),
        Verdict::Ambiguous => ("200 OK or a timeout".to_owned(), String::new()),
    }
}

/// Whether `curl` would get an HTTP answer there: every port but the well-known ones of databases, queues and the like.
fn speaks_http(port: u16) -> bool {
    !matches!(port, 22 | 25 | 53 | 1433 | 3306 | 4222 | 5432 | 5672 | 6379 | 9042 | 9092 | 11211 | 27017)
}

/// `No route to host` where the last hop says so, else the sender's own kernel (service-semantics 128, 134).
fn unreachable(trace: &Trace) -> &'static str {
    match trace.hops.last().map(|hop| &hop.reason) {
        Some(Reason::Route(route::Reason::Vanished { .. })) => "No route to host",
        _ => "Network is unreachable",
    }
}

fn ping(trace: &Trace) -> &'static str {
    match trace.verdict {
        Verdict::Forwarded => "1 packets transmitted, 1 received, 0% packet loss",
        Verdict::Unresolved => "ping: Name or service not known",
        Verdict::Unroutable => "ping: connect: Network is unreachable",
        Verdict::Rejected | Verdict::Refused => "Destination Port Unreachable",
        Verdict::Dropped | Verdict::Ambiguous => "1 packets transmitted, 0 received, 100% packet loss",
    }
}

fn datagram(trace: &Trace) -> &'static str {
    match trace.verdict {
        Verdict::Forwarded => "The message arrives",
        Verdict::Rejected | Verdict::Refused => "Connection refused",
        Verdict::Unresolved => "Name or service not known",
        Verdict::Unroutable => "Network is unreachable",
        Verdict::Dropped | Verdict::Ambiguous => "Nothing comes back",
    }
}

fn answered(trace: &Trace) -> String {
    let destination = || names::destination(trace).to_string().replace('`', "");
    let place = || trace.hops.last().map(place_name).unwrap_or_default();
    match trace.verdict {
        _ if asks_dns_in_vain(trace) => "nobody answered".to_owned(),
        Verdict::Forwarded => format!("from {}", destination()),
        Verdict::Dropped => "nobody answered".to_owned(),
        Verdict::Rejected => format!("answered by {} (ICMP)", place()),
        Verdict::Refused if trace.connection.protocol == Protocol::Tcp => {
            format!("answered by {} (TCP reset)", destination())
        }
        Verdict::Refused => format!("answered by {} (ICMP)", destination()),
        Verdict::Unresolved => "answered by DNS".to_owned(),
        Verdict::Unroutable => format!("answered by {}", place()),
        Verdict::Ambiguous => "left open".to_owned(),
    }
}

fn place_name(hop: &Hop) -> String {
    match &hop.place {
        Place::Pod(pod) => pod.name.to_string(),
        Place::Node(name) => name.to_string(),
        Place::Outside => "the outside".to_owned(),
    }
}

/// The name's own query was dropped.
fn asks_dns_in_vain(trace: &Trace) -> bool {
    trace.verdict != Verdict::Forwarded
        && trace.hops.iter().any(|hop| {
            matches!(&hop.reason, Reason::Dns(dns::Reason::NoAnswer { .. } | dns::Reason::NoServer { .. }))
        })
}

/// Milliseconds, rounded up.
fn spent(trace: &Trace) -> u64 {
    trace.hops.iter().fold(0u64, |sum, hop| sum.saturating_add(hop.took.0)).div_ceil(1_000)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use crate::api::Kind;
    use crate::connect::{SocketReason, Station};
    use crate::network::service;

    fn lines(trace: &Trace) -> [String; 4] {
        let Client { line, verbose, answered, after } = client(trace);
        [line, verbose, answered, after]
    }

    #[test]
    fn silence() {
        let trace = trace(Verdict::Dropped, vec![open(Station::Egress), blocked(Station::Ingress)]);
        assert_eq!(
            lines(&trace),
            [
                "curl: (28) Failed to connect to db port 5432 after 5001 ms: Timeout was reached",
                "",
                "nobody answered",
                "after 5.001 s"
            ]
        );
    }

    #[test]
    fn refused_by_the_node_and_by_the_pod() {
        let none = service::Reason::NoEndpoints {
            port: service_field("port"),
            selected: 0,
            at: service_field("selector"),
        };
        let line = "curl: (7) Failed to connect to db port 5432 after 1 ms: Couldn't connect to server";
        let rejected = trace(Verdict::Rejected, vec![hop(Station::Service, Reason::Service(none))]);
        let by_node = [line, "Connection refused", "answered by node-2 (ICMP)", "after 1 ms"];
        assert_eq!(lines(&rejected), by_node);
        let closed = Reason::Socket(SocketReason::Closed { open: vec![], at: None });
        let refused = trace(Verdict::Refused, vec![hop(Station::Socket, closed)]);
        assert_eq!(
            lines(&refused),
            [line, "Connection refused", "answered by db-0 (TCP reset)", "after 1 ms"]
        );
    }

    #[test]
    fn answers() {
        let mut walk = trace(Verdict::Forwarded, vec![open(Station::Egress), admitted(), listening()]);
        let connected = "Connected to db (10.244.1.4) port 5432";
        assert_eq!(lines(&walk), [connected, connected, "from db-0", "after 3 ms"]);
        walk.connection.port = 80;
        assert_eq!(client(&walk).line, "HTTP/1.1 200 OK");
        walk.connection.protocol = Protocol::Icmp;
        assert_eq!(client(&walk).line, "1 packets transmitted, 1 received, 0% packet loss");
    }

    #[test]
    fn names_and_routes() {
        let not_found = dns::Reason::NotFound { tried: vec![], nearest: None, empty: None };
        let unresolved = trace(Verdict::Unresolved, vec![hop(Station::Name, Reason::Dns(not_found))]);
        assert_eq!(
            lines(&unresolved),
            ["curl: (6) Could not resolve host: db", "", "answered by DNS", "after 1 ms"]
        );
        let no_server = dns::Reason::NoServer { service: object(Kind::Service, "kube-dns") };
        let cut = trace(Verdict::Unresolved, vec![hop(Station::Name, Reason::Dns(no_server))]);
        assert_eq!(
            lines(&cut),
            [
                "curl: (28) Resolving timed out after 5001 milliseconds",
                "",
                "nobody answered",
                "after 5.001 s"
            ]
        );
        let address = "10.9.0.4".parse().unwrap();
        let none = Reason::Route(route::Reason::NoRoute { address });
        let unroutable = trace(Verdict::Unroutable, vec![hop(Station::Route, none)]);
        assert_eq!(client(&unroutable).verbose, "Network is unreachable");
        assert_eq!(client(&unroutable).answered, "answered by node-1");
    }
}
