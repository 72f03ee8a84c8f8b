//! Words for the first test of a rule that failed.

use super::Sentence;
use super::policy::Question;
use super::sentence::{counted, listed};
use crate::Str;
use crate::api::{Mismatch, Operator, Peer, Selector};
use crate::network::policy::{FailedTest, PeerMismatch, PortMismatch};

/// Why a peer matches: `app: web` matches.
pub(super) fn matches(peer: &Peer) -> Sentence {
    let (pods, namespaces) = match peer {
        Peer::IpBlock { cidr, .. } => {
            return Sentence::default()
                .code(format_args!("{}/{}", cidr.network, cidr.prefix))
                .text(" covers it.");
        }
        Peer::Pods { pods, namespaces } => (pods.as_ref().map(tests), namespaces.as_ref().map(tests)),
    };
    let (pods, everywhere) = (pods.unwrap_or_default(), namespaces.as_ref().is_some_and(Vec::is_empty));
    let namespaces = namespaces.unwrap_or_default();
    let code = |sentence: Sentence, it: &String| sentence.code(it);
    match (pods.is_empty(), namespaces.is_empty()) {
        (false, true) => {
            listed(&pods, "and", code).text(if pods.len() == 1 { " matches." } else { " match." })
        }
        (true, false) => Sentence::of("its namespace has ").then(listed(&namespaces, "and", code)).text("."),
        (false, false) => listed(&pods, "and", code)
            .text(" in a namespace with ")
            .then(listed(&namespaces, "and", code))
            .text(if pods.len() == 1 { " matches." } else { " match." }),
        (true, true) if everywhere => Sentence::of("it admits every pod of every namespace."),
        (true, true) => Sentence::of("it admits every pod of its namespace."),
    }
}

/// The tests of a selector, each as manifests or `kubectl -l` write it.
fn tests(selector: &Selector) -> Vec<String> {
    let labels = selector.match_labels.iter().map(|(key, value)| format!("{key}: {value}"));
    let requirements = selector.match_expressions.iter();
    labels.chain(requirements.map(|it| requirement(&it.key, it.operator, &it.values))).collect()
}

/// `admits app: api; reports has app: reports`: continues "Its one rule".
pub(super) fn test(test: &FailedTest, question: &Question) -> Sentence {
    match test {
        FailedTest::Peers(peers) => match peers.as_slice() {
            [(_, only)] => peer_clause(only, question),
            _ => {
                let first =
                    peers.first().map(|(_, mismatch)| peer_clause(mismatch, question)).unwrap_or_default();
                Sentence::of(format!(
                    "names {}, none of them matches; the first ",
                    counted(peers.len(), "peer")
                ))
                .then(first)
            }
        },
        FailedTest::Ports(ports) => {
            let mismatches: Vec<&PortMismatch> = ports.iter().map(|(_, mismatch)| mismatch).collect();
            let protocol = question.protocol.name();
            let admitted = listed(&mismatches, "or", |sentence, it| port_words(sentence, it, protocol));
            Sentence::of("admits ").then(admitted).text(format!("; this is {}", question.port_words()))
        }
    }
}

fn peer_clause(mismatch: &PeerMismatch, question: &Question) -> Sentence {
    let peer = question.peer.clone();
    let address = match question.address {
        Some(address) => Sentence::default().code(address),
        None => peer.clone(),
    };
    match mismatch {
        PeerMismatch::NotAPod => Sentence::of("admits pods by label; ").then(address).text(" is not a pod's"),
        PeerMismatch::HostNetwork => Sentence::of("admits pods by label; ")
            .then(peer)
            .text(" is on the host network and counts as its node"),
        PeerMismatch::OtherNamespace { wanted, has } => Sentence::of("admits pods of namespace ")
            .code(wanted)
            .text(" only; ")
            .then(peer)
            .text(" is in ")
            .code(has),
        PeerMismatch::Namespace { namespace, mismatch } => Sentence::of("admits namespaces with ")
            .code(wanted(mismatch))
            .text("; namespace ")
            .code(namespace)
            .then(has(mismatch)),
        PeerMismatch::Pod(mismatch) => {
            Sentence::of("admits ").code(wanted(mismatch)).text("; ").then(peer).then(has(mismatch))
        }
        PeerMismatch::OutsideBlock => {
            Sentence::of("admits an address block; ").then(address).text(" lies outside it")
        }
        PeerMismatch::Excepted(at) => {
            Sentence::of("excepts ").then(address).text(" from its address block (").field(at).text(")")
        }
        PeerMismatch::OtherFamily => {
            Sentence::of("admits addresses of the other IP family; this is ").then(address)
        }
        PeerMismatch::BlocksDoNotMatchPods => {
            Sentence::of("admits an address block; under this plugin blocks do not match pods and nodes")
        }
        PeerMismatch::NoAddress => {
            Sentence::of("admits an address block; ").then(peer).text(" has no address yet")
        }
    }
}

/// What a selector wants.
fn wanted(mismatch: &Mismatch) -> String {
    requirement(&mismatch.key, mismatch.operator, &mismatch.wanted)
}

/// One test, in the notation of `kubectl -l`; a single value as manifests write it.
fn requirement(key: &str, operator: Operator, values: &[Str]) -> String {
    let list = values.join(", ");
    match (operator, values) {
        (Operator::In, [_]) => format!("{key}: {list}"),
        (Operator::In, _) => format!("{key} in ({list})"),
        (Operator::NotIn, _) => format!("{key} notin ({list})"),
        (Operator::Exists, _) => key.to_owned(),
        (Operator::DoesNotExist, _) => format!("!{key}"),
    }
}

fn has(mismatch: &Mismatch) -> Sentence {
    match &mismatch.has {
        Some(value) => Sentence::of(" has ").code(format_args!("{}: {value}", mismatch.key)),
        None => Sentence::of(" has no label ").code(&mismatch.key),
    }
}

fn port_words(sentence: Sentence, mismatch: &PortMismatch, protocol: &str) -> Sentence {
    match mismatch {
        PortMismatch::Protocol { wanted } => sentence.text(format!("{} only", wanted.name())),
        PortMismatch::Number { from, to } if from == to => sentence.text(format!("{protocol} port {from}")),
        PortMismatch::Number { from, to } => sentence.text(format!("{protocol} ports {from} to {to}")),
        PortMismatch::Named { name, numbers } => sentence
            .text("port ")
            .code(name)
            .text(", there ")
            .then(listed(numbers, "and", |sentence, number| sentence.text(number.to_string()))),
        PortMismatch::NameUnknown { name } => {
            sentence.text("port ").code(name).text(", which the destination does not have")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::because;
    use super::super::fixture::*;
    use super::*;
    use crate::api::{Cidr, Labels, Protocol};
    use crate::connect::{Station, Trace, Verdict};
    use crate::network::policy::{Isolation, Reason};

    fn ingress(policies: Vec<Isolation>) -> Trace {
        trace(Verdict::Dropped, vec![judged(Station::Ingress, Reason::Isolated { policies })])
    }

    fn peers(mismatches: Vec<PeerMismatch>) -> FailedTest {
        let peers = mismatches.into_iter().enumerate();
        FailedTest::Peers(peers.map(|(i, it)| (peer("p", 0, i), it)).collect())
    }

    #[test]
    fn every_mismatch_of_a_peer_has_words() {
        let mismatch = Mismatch {
            key: "team".into(),
            operator: Operator::NotIn,
            wanted: vec!["a".into(), "b".into()],
            has: Some("a".into()),
        };
        let words = [
            (PeerMismatch::NotAPod, "admits pods by label; `10.244.2.9` is not a pod's"),
            (
                PeerMismatch::HostNetwork,
                "admits pods by label; reports is on the host network and counts as its node",
            ),
            (
                PeerMismatch::OtherNamespace { wanted: "shop".into(), has: "pay".into() },
                "admits pods of namespace `shop` only; reports is in `pay`",
            ),
            (
                PeerMismatch::Namespace { namespace: "pay".into(), mismatch },
                "admits namespaces with `team notin (a, b)`; namespace `pay` has `team: a`",
            ),
            (PeerMismatch::OutsideBlock, "admits an address block; `10.244.2.9` lies outside it"),
            (
                PeerMismatch::Excepted(peer("p", 0, 0)),
                "excepts `10.244.2.9` from its address block (spec.ingress[0].from[0])",
            ),
            (PeerMismatch::OtherFamily, "admits addresses of the other IP family; this is `10.244.2.9`"),
            (
                PeerMismatch::BlocksDoNotMatchPods,
                "admits an address block; under this plugin blocks do not match pods and nodes",
            ),
            (PeerMismatch::NoAddress, "admits an address block; reports has no address yet"),
        ];
        for (mismatch, expected) in words {
            let trace = ingress(vec![isolation("p", vec![peers(vec![mismatch])])]);
            let because = because(&trace).to_string();
            assert_eq!(because.split_once("Its one rule ").unwrap().1, format!("{expected}."));
        }
    }

    #[test]
    fn peers_that_match() {
        let selector = |pairs: &[(&str, &str)]| Selector {
            match_labels: Labels::new(pairs.iter().map(|(key, value)| (Str::from(*key), Str::from(*value)))),
            ..Selector::default()
        };
        let words = |namespaces: Option<&[(&str, &str)]>, pods: Option<&[(&str, &str)]>| {
            matches(&Peer::Pods { pods: pods.map(selector), namespaces: namespaces.map(selector) })
                .to_string()
        };
        let (app, team) = ([("app", "web"), ("tier", "front")], [("team", "a")]);
        assert_eq!(words(None, Some(&app[..1])), "`app: web` matches.");
        assert_eq!(words(Some(&[]), Some(&app)), "`app: web` and `tier: front` match.");
        assert_eq!(words(Some(&team), None), "its namespace has `team: a`.");
        assert_eq!(words(Some(&team), Some(&app[..1])), "`app: web` in a namespace with `team: a` matches.");
        assert_eq!(words(None, Some(&[])), "it admits every pod of its namespace.");
        assert_eq!(words(Some(&[]), None), "it admits every pod of every namespace.");
        let cidr = Cidr::new("10.244.0.0".parse().unwrap(), 16).unwrap();
        assert_eq!(
            matches(&Peer::IpBlock { cidr, except: vec![] }).to_string(),
            "`10.244.0.0/16` covers it."
        );
    }

    #[test]
    fn protocols_and_names_of_ports() {
        let words = |mismatch, protocol| {
            let test = FailedTest::Ports(vec![(rule("p", 0), mismatch)]);
            let mut trace = ingress(vec![isolation("p", vec![test])]);
            trace.connection.protocol = protocol;
            because(&trace).to_string().split_once("Its one rule ").unwrap().1.to_owned()
        };
        let udp = PortMismatch::Protocol { wanted: Protocol::Udp };
        assert_eq!(words(udp.clone(), Protocol::Tcp), "admits UDP only; this is TCP port 5432.");
        assert_eq!(words(udp, Protocol::Icmp), "admits UDP only; this is ICMP.");
        let unknown = PortMismatch::NameUnknown { name: "sql".into() };
        assert_eq!(
            words(unknown, Protocol::Tcp),
            "admits port `sql`, which the destination does not have; this is TCP port 5432."
        );
    }
}
