//! Words for what kube-proxy does.

use super::sentence::{counted, listed};
use super::{Sentence, names};
use crate::connect::{Hop, Trace};
use crate::network::At;
use crate::network::service::{Door, Reason};
use crate::text::Step;

/// The field to look at.
pub(super) fn at(reason: &Reason) -> Option<At> {
    match reason {
        Reason::NotAService => None,
        Reason::Chosen { port, .. } => Some(port.clone()),
        Reason::HostPort { at, .. } => Some(at.clone()),
        Reason::NoEndpoints { at, .. } | Reason::NoLocalEndpoints { at } | Reason::SourceRange { at } => {
            Some(at.clone())
        }
        Reason::NoSuchPort { service, .. } => {
            let path = crate::text::FieldPath::root().field("spec").field("ports");
            Some(At { object: service.clone(), path })
        }
    }
}

/// What kube-proxy does with the packet, and why.
pub(super) fn why(trace: &Trace, hop: &Hop, reason: &Reason) -> Sentence {
    let node = names::actor(&hop.place);
    match reason {
        Reason::NotAService => Sentence::of("No Service has this address: the packet goes on as it is."),
        Reason::Chosen { port, door, endpoint, target, index, of, masquerade, sticky } => {
            let sentence =
                Sentence::of("Reached by ").text(door_words(*door)).text(", Service ").object(&port.object);
            let sentence = match (of, sticky) {
                (1, _) => sentence.text(" sends it to its one endpoint, "),
                (_, true) => sentence.text(" sends this client where it was before: to "),
                (of, false) => {
                    sentence.text(format!(" picks endpoint {} of {of}: ", index.saturating_add(1)))
                }
            };
            let sentence = match target {
                Some(pod) => sentence.object(pod).text(" (").code(endpoint).text(")"),
                None => sentence.code(endpoint),
            };
            // The rewriting itself happens when the packet leaves the node, after egress policy: the next Route hop has it.
            let hidden = match masquerade {
                true => Sentence::of(
                    ". On leaving, the source becomes the node's address, so replies come back this way",
                ),
                false => Sentence::default(),
            };
            sentence.then(hidden).text(".")
        }
        Reason::HostPort { at, endpoint, target } => Sentence::of("Port ")
            .code(trace.connection.port)
            .text(" of this node is a ")
            .code("hostPort")
            .text(" (")
            .field(at)
            .text("): it leads to ")
            .object(target)
            .text(" (")
            .code(endpoint)
            .text(")."),
        Reason::NoEndpoints { selected: 0, at, .. } if last_field(at) == "ports" => {
            Sentence::of("It has no selector, and no EndpointSlice gives it an endpoint for this port, so ")
                .then(node)
                .text(" refuses in its name.")
        }
        Reason::NoEndpoints { selected: 1.., at, .. } if last_field(at) == "targetPort" => {
            Sentence::of("No ready pod of its selector has a port of the name its ")
                .code("targetPort")
                .text(" (")
                .field(at)
                .text(") gives, so ")
                .then(node)
                .text(" refuses in its name.")
        }
        Reason::NoEndpoints { selected: 0, at, .. } => Sentence::of("No pod matches its ")
            .code(last_field(at))
            .text(" (")
            .field(at)
            .text("), so ")
            .then(node)
            .text(" refuses in its name."),
        Reason::NoEndpoints { selected, .. } => {
            Sentence::of(format!("It has 0 ready endpoints of {selected}, so "))
                .then(node)
                .text(" refuses in its name.")
        }
        Reason::NoLocalEndpoints { at } => Sentence::of("It has endpoints, but none on ")
            .then(node)
            .text(", and ")
            .code(last_field(at))
            .text(" (")
            .field(at)
            .text(") is Local: the packet is dropped."),
        Reason::NoSuchPort { service, ports } => {
            let has = listed(ports, "and", |sentence, (port, protocol)| {
                sentence.text(format!("{} {port}", protocol.name()))
            });
            let noun = if ports.len() == 1 { "port" } else { "ports" };
            let asked = format!("{} {}", trace.connection.protocol.name(), trace.connection.port);
            let sentence = Sentence::of("Service ").object(service);
            if ports.is_empty() {
                return sentence.text(format!(" has no ports; nothing takes {asked}."));
            }
            sentence.text(format!(" has {noun} ")).then(has).text(format!("; nothing takes {asked}."))
        }
        Reason::SourceRange { at } => Sentence::of("The client is outside ")
            .code(last_field(at))
            .text(" (")
            .field(at)
            .text("): the packet is dropped."),
    }
}

/// A hop's title.
pub(super) fn title(trace: &Trace, reason: &Reason) -> String {
    match (reason, &trace.service) {
        (Reason::NotAService, _) | (_, None) => "No Service".to_owned(),
        (Reason::Chosen { of, .. }, Some(service)) => {
            format!("Service {}, {}", service.name, counted(*of, "endpoint"))
        }
        (_, Some(service)) => format!("Service {}", service.name),
    }
}

fn door_words(door: Door) -> &'static str {
    match door {
        Door::ClusterIp => "its ClusterIP",
        Door::NodePort => "its node port",
        Door::LoadBalancer => "its load balancer's address",
        Door::ExternalIp => "an external IP",
    }
}

/// The last key of a path: `targetPort`.
pub(super) fn last_field(at: &At) -> String {
    let key = at.path.0.iter().rev().find_map(|step| match step {
        Step::Field(name) => Some(name.to_string()),
        Step::Index(_) => None,
    });
    key.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::super::{because, deciding, headline};
    use super::*;
    use crate::api::{Kind, Protocol};
    use crate::connect::{Reason as Any, Station, Verdict};
    use crate::text::FieldPath;

    fn walk(verdict: Verdict, reason: Reason) -> Trace {
        trace(verdict, vec![hop(Station::Service, Any::Service(reason))])
    }

    fn chosen(of: usize, masquerade: bool, sticky: bool) -> Reason {
        Reason::Chosen {
            port: service_field("port"),
            door: Door::ClusterIp,
            endpoint: "10.244.1.4:5432".parse().unwrap(),
            target: Some(object(Kind::Pod, "db-0")),
            index: 1,
            of,
            masquerade,
            sticky,
        }
    }

    #[test]
    fn nobody_behind_a_service() {
        let trace = walk(
            Verdict::Rejected,
            Reason::NoEndpoints { port: service_field("port"), selected: 3, at: service_field("selector") },
        );
        assert_eq!(headline(&trace).to_string(), "Nobody stands behind Service db.");
        assert_eq!(
            because(&trace).to_string(),
            "It has 0 ready endpoints of 3, so node-2 refuses in its name."
        );
        let trace = walk(
            Verdict::Rejected,
            Reason::NoEndpoints { port: service_field("port"), selected: 0, at: service_field("selector") },
        );
        assert_eq!(
            because(&trace).to_string(),
            "No pod matches its `selector` (spec.ports[0].selector), so node-2 refuses in its name."
        );
        assert_eq!(deciding(&trace), Some(service_field("selector")));
        let because = |selected, path: FieldPath| {
            let at = At { path, ..service_field("port") };
            let reason = Reason::NoEndpoints { port: service_field("port"), selected, at };
            because(&walk(Verdict::Rejected, reason)).to_string()
        };
        assert_eq!(
            because(0, FieldPath::parse("spec.ports[0]")),
            "It has no selector, and no EndpointSlice gives it an endpoint for this port, so node-2 refuses in its name."
        );
        assert_eq!(
            because(1, FieldPath::parse("spec.ports[0].targetPort")),
            "No ready pod of its selector has a port of the name its `targetPort` (spec.ports[0].targetPort) gives, so node-2 refuses in its name."
        );
    }

    #[test]
    fn the_choice_of_an_endpoint() {
        let words = |reason| because(&walk(Verdict::Dropped, reason)).to_string();
        assert_eq!(
            words(chosen(3, false, false)),
            "Reached by its ClusterIP, Service db picks endpoint 2 of 3: db-0 (`10.244.1.4:5432`)."
        );
        assert_eq!(
            words(chosen(3, false, true)),
            "Reached by its ClusterIP, Service db sends this client where it was before: to db-0 (`10.244.1.4:5432`)."
        );
        assert_eq!(
            words(chosen(1, true, false)),
            "Reached by its ClusterIP, Service db sends it to its one endpoint, db-0 (`10.244.1.4:5432`). On leaving, the source becomes the node's address, so replies come back this way."
        );
        assert_eq!(words(Reason::NotAService), "No Service has this address: the packet goes on as it is.");
    }

    #[test]
    fn ports_and_policies_of_a_service() {
        let words = |reason| because(&walk(Verdict::Dropped, reason)).to_string();
        let ports = |ports| Reason::NoSuchPort { service: object(Kind::Service, "db"), ports };
        assert_eq!(
            words(ports(vec![(80, Protocol::Tcp), (53, Protocol::Udp)])),
            "Service db has ports TCP 80 and UDP 53; nothing takes TCP 5432."
        );
        assert_eq!(
            words(ports(vec![(80, Protocol::Tcp)])),
            "Service db has port TCP 80; nothing takes TCP 5432."
        );
        assert_eq!(words(ports(vec![])), "Service db has no ports; nothing takes TCP 5432.");
        assert_eq!(
            words(Reason::NoLocalEndpoints { at: service_field("internalTrafficPolicy") }),
            "It has endpoints, but none on node-2, and `internalTrafficPolicy` (spec.ports[0].internalTrafficPolicy) is Local: the packet is dropped."
        );
        assert_eq!(
            words(Reason::SourceRange { at: service_field("loadBalancerSourceRanges") }),
            "The client is outside `loadBalancerSourceRanges` (spec.ports[0].loadBalancerSourceRanges): the packet is dropped."
        );
        let rejected = walk(Verdict::Rejected, ports(vec![(80, Protocol::Tcp)]));
        assert_eq!(headline(&rejected).to_string(), "Service db has no port 5432.");
    }
}
