//! Words for what policies decide.

use super::sentence::{counted, listed};
use super::{Sentence, names};
use crate::api::{Mismatch, Operator};
use crate::connect::{Hop, Station, Trace};
use crate::network::At;
use crate::network::policy::{
    Decision, FailedTest, Isolation, PeerMismatch, PortMismatch, Reason, RuleMismatch,
};
use crate::text::Step;

/// A rule let it pass.
pub(super) fn is_admitted(decision: &Decision) -> bool {
    matches!(decision.reason, Reason::Admitted { .. })
}

/// The field that decided: the peer, the rule, or what makes the first policy select the pod.
pub(super) fn at(decision: &Decision) -> Option<At> {
    match &decision.reason {
        Reason::Admitted { rule, peer, port } => {
            Some(peer.as_ref().or(port.as_ref()).unwrap_or(rule).clone())
        }
        Reason::Isolated { policies } => {
            let first = policies.first()?;
            let rule = match (policies.as_slice(), first.rules.as_slice()) {
                ([_], [only]) => Some(match &only.test {
                    FailedTest::Peers(peers) => peers.first().map_or(&only.rule, |it| &it.0),
                    FailedTest::Ports(ports) => ports.first().map_or(&only.rule, |it| &it.0),
                }),
                _ => None,
            };
            Some(rule.unwrap_or(&first.policy).clone())
        }
        _ => None,
    }
}

/// Which way, in the words of the API.
fn direction(station: Station) -> &'static str {
    if station == Station::Egress { "egress" } else { "ingress" }
}

/// What policies say of a hop, and why.
pub(super) fn why(trace: &Trace, hop: &Hop, decision: &Decision) -> Sentence {
    let out = hop.station == Station::Egress;
    let (subject, peer) = ends(trace, hop);
    let word = direction(hop.station);
    match &decision.reason {
        Reason::NotAPod => Sentence::of("Policies judge pods only: ").then(subject).text(" is none."),
        Reason::HostNetwork => subject.text(" is on its node's network, so policies do not select it."),
        Reason::NotIsolated if out => {
            Sentence::of("No policy isolates ").then(subject).text(" for egress, so everything may leave.")
        }
        Reason::NotIsolated => {
            Sentence::of("No policy isolates ").then(subject).text(" for ingress, so everyone may come in.")
        }
        Reason::OwnAddress => Sentence::of("A pod always reaches itself."),
        Reason::OwnNode if out => {
            Sentence::of("No rule admits it, but a pod always reaches its own node under this plugin.")
        }
        Reason::OwnNode => {
            Sentence::of("It comes from the node ").then(subject).text(" runs on, which is always let in.")
        }
        Reason::NotEnforced => Sentence::of("Policies isolate ")
            .then(subject)
            .text(format!(" for {word}, but this network plugin does not enforce policies.")),
        Reason::Admitted { rule, peer, port } => {
            let sentence = Sentence::of(if out { "Let out by " } else { "Let in by " })
                .code(&rule.object.name)
                .text(format!(", {word} rule {}", number(rule)));
            sentence.text(match (peer, port) {
                (Some(peer), _) => format!(": its peer {} matches.", number(peer)),
                (None, Some(_)) => ": it admits everyone on this port.".to_owned(),
                (None, None) => ": it admits everyone.".to_owned(),
            })
        }
        Reason::Isolated { policies } => {
            let names = listed(policies, "and", |sentence, it| sentence.code(&it.policy.object.name));
            let verbs = if policies.len() == 1 { ("selects", "isolates") } else { ("select", "isolate") };
            names
                .text(format!(" {} ", verbs.0))
                .then(subject)
                .text(format!(" and {} it for {word}. ", verbs.1))
                .then(no_rule(policies, word, &peer, trace, hop))
        }
    }
}

/// Why none of the policies' rules admits it.
fn no_rule(policies: &[Isolation], word: &str, peer: &Sentence, trace: &Trace, hop: &Hop) -> Sentence {
    let rules: Vec<&RuleMismatch> = policies.iter().flat_map(|policy| &policy.rules).collect();
    let many = policies.len() > 1;
    match rules.as_slice() {
        [] => {
            let has = if many { "They have" } else { "It has" };
            let nothing = if word == "egress" { "nothing leaves" } else { "nothing comes in" };
            Sentence::of(format!("{has} no {word} rules, so {nothing}."))
        }
        [only] => {
            let its = if many { "Their one rule " } else { "Its one rule " };
            Sentence::of(its).then(test(&only.test, peer, trace, hop)).text(".")
        }
        rules => {
            let its = if many { "their" } else { "its" };
            Sentence::of(format!("None of {its} {} admits ", counted(rules.len(), "rule")))
                .then(peer.clone())
                .text(format!(" on {} {}.", trace.connection.protocol.name(), port(trace, hop)))
        }
    }
}

/// The first failed test of every rule, and the policies without rules.
pub(super) fn others(trace: &Trace, hop: &Hop, decision: &Decision) -> Vec<Sentence> {
    let Reason::Isolated { policies } = &decision.reason else { return Vec::new() };
    let peer = ends(trace, hop).1;
    let mut lines = Vec::new();
    for policy in policies {
        let name = &policy.policy.object.name;
        if policy.rules.is_empty() {
            let word = direction(hop.station);
            lines.push(Sentence::default().code(name).text(format!(" has no {word} rules.")));
        }
        for rule in &policy.rules {
            let line = Sentence::of(format!("Rule {} of ", number(&rule.rule))).code(name).text(" (");
            let line = line.field(&rule.rule).text(") ").then(test(&rule.test, &peer, trace, hop));
            lines.push(line.text("."));
        }
    }
    lines
}

/// A few words for tables.
pub(super) fn short(decision: &Decision, station: Station) -> Sentence {
    let out = station == Station::Egress;
    match &decision.reason {
        Reason::Admitted { rule, .. } => Sentence::of(if out { "Let out by " } else { "Let in by " })
            .code(&rule.object.name)
            .text(format!(", rule {}.", number(rule))),
        Reason::Isolated { policies } => {
            let by = listed(policies, "and", |sentence, it| sentence.code(&it.policy.object.name));
            let has_rules = policies.iter().any(|policy| !policy.rules.is_empty());
            let why = match (has_rules, out) {
                (true, _) => "no rule matches.",
                (false, true) => "nothing may leave.",
                (false, false) => "nothing may come in.",
            };
            Sentence::of(format!("Isolated for {} by ", direction(station))).then(by).text(format!(": {why}"))
        }
        Reason::NotIsolated => Sentence::of(if out { "No egress policy." } else { "No ingress policy." }),
        Reason::NotAPod => Sentence::of("Not a pod: no policy."),
        Reason::HostNetwork => Sentence::of("On the host network: no policy."),
        Reason::OwnAddress => Sentence::of("A pod always reaches itself."),
        Reason::OwnNode => Sentence::of("The own node is always let through."),
        Reason::NotEnforced => Sentence::of("The plugin does not enforce policies."),
    }
}

/// The end that is judged, and the other one.
fn ends(trace: &Trace, hop: &Hop) -> (Sentence, Sentence) {
    let destination = names::destination(trace);
    if hop.station == Station::Egress {
        (names::source(trace), destination)
    } else {
        (destination, names::source(trace))
    }
}

/// The port as judged: after DNAT.
fn port(trace: &Trace, hop: &Hop) -> u16 {
    hop.before.destination.map_or(trace.connection.port, |address| address.port())
}

/// From 1, as people count: the last index of a path.
fn number(at: &At) -> u32 {
    let index = at.path.0.iter().rev().find_map(|step| match step {
        Step::Index(index) => Some(*index),
        Step::Field(_) => None,
    });
    index.unwrap_or(0).saturating_add(1)
}

/// `admits app: api; reports has app: reports`: continues "Its one rule".
fn test(test: &FailedTest, peer: &Sentence, trace: &Trace, hop: &Hop) -> Sentence {
    match test {
        FailedTest::Peers(peers) => match peers.as_slice() {
            [(_, only)] => peer_clause(only, peer, hop),
            _ => {
                let first =
                    peers.first().map(|(_, mismatch)| peer_clause(mismatch, peer, hop)).unwrap_or_default();
                Sentence::of(format!(
                    "names {}, none of them matches; the first ",
                    counted(peers.len(), "peer")
                ))
                .then(first)
            }
        },
        FailedTest::Ports(ports) => {
            let mismatches: Vec<&PortMismatch> = ports.iter().map(|(_, mismatch)| mismatch).collect();
            let protocol = trace.connection.protocol.name();
            let admitted = listed(&mismatches, "or", |sentence, it| port_words(sentence, it, protocol));
            let this = match trace.connection.protocol {
                crate::api::Protocol::Icmp => "ICMP".to_owned(),
                _ => format!("{protocol} port {}", port(trace, hop)),
            };
            Sentence::of("admits ").then(admitted).text(format!("; this is {this}"))
        }
    }
}

fn peer_clause(mismatch: &PeerMismatch, peer: &Sentence, hop: &Hop) -> Sentence {
    let peer = peer.clone();
    let judged = if hop.station == Station::Egress { hop.before.destination } else { hop.before.source };
    let address = match judged {
        Some(address) => Sentence::default().code(address.ip()),
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

/// What a selector wants, in the notation of `kubectl -l`; a single value as manifests write it.
fn wanted(mismatch: &Mismatch) -> String {
    let key = &mismatch.key;
    let values = mismatch.wanted.join(", ");
    match (mismatch.operator, mismatch.wanted.as_slice()) {
        (Operator::In, [_]) => format!("{key}: {values}"),
        (Operator::In, _) => format!("{key} in ({values})"),
        (Operator::NotIn, _) => format!("{key} notin ({values})"),
        (Operator::Exists, _) => key.to_string(),
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
    use super::super::fixture::*;
    use super::super::{Piece, because, deciding, hop as hop_words, short_reason};
    use super::*;
    use crate::api::Protocol;
    use crate::connect::Verdict;
    use crate::network::policy::Reason;

    fn ingress(policies: Vec<Isolation>) -> Trace {
        trace(Verdict::Dropped, vec![judged(Station::Ingress, Reason::Isolated { policies })])
    }

    fn peers(mismatches: Vec<PeerMismatch>) -> FailedTest {
        let peers = mismatches.into_iter().enumerate();
        FailedTest::Peers(peers.map(|(i, it)| (peer("p", 0, i), it)).collect())
    }

    #[test]
    fn the_one_rule_that_wants_another_label() {
        let trace = trace(Verdict::Dropped, vec![blocked(Station::Ingress)]);
        assert_eq!(
            because(&trace).to_string(),
            "`db-only-api` selects db-0 and isolates it for ingress. Its one rule admits `app: api`; reports has `app: reports`."
        );
        assert_eq!(short_reason(&trace), "Isolated for ingress by `db-only-api`: no rule matches.");
        assert_eq!(deciding(&trace).map(|at| at.path.to_string()), Some("spec.ingress[0].from[0]".into()));
        let others = hop_words(&trace, 0).others;
        assert_eq!(
            others.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["Rule 1 of `db-only-api` (spec.ingress[0]) admits `app: api`; reports has `app: reports`."]
        );
        assert!(others[0].0.contains(&Piece::Field(rule("db-only-api", 0))));
    }

    #[test]
    fn a_policy_without_rules() {
        let trace = ingress(vec![isolation("deny-all", vec![])]);
        assert_eq!(
            because(&trace).to_string(),
            "`deny-all` selects db-0 and isolates it for ingress. It has no ingress rules, so nothing comes in."
        );
        assert_eq!(hop_words(&trace, 0).others[0].to_string(), "`deny-all` has no ingress rules.");
    }

    #[test]
    fn several_policies_and_rules() {
        let port = FailedTest::Ports(vec![
            (rule("p", 0), PortMismatch::Number { from: 80, to: 80 }),
            (rule("p", 0), PortMismatch::Number { from: 8000, to: 8010 }),
            (rule("p", 0), PortMismatch::Named { name: "web".into(), numbers: vec![8080] }),
        ]);
        let trace = ingress(vec![
            isolation("a", vec![port, peers(vec![label_mismatch("api", None), PeerMismatch::NotAPod])]),
            isolation("b", vec![]),
        ]);
        assert_eq!(
            because(&trace).to_string(),
            "`a` and `b` select db-0 and isolate it for ingress. None of their 2 rules admits reports on TCP 5432."
        );
        let others: Vec<_> = hop_words(&trace, 0).others.iter().map(ToString::to_string).collect();
        assert_eq!(
            others,
            [
                "Rule 1 of `a` (spec.ingress[0]) admits TCP port 80, TCP ports 8000 to 8010 or port `web`, there 8080; this is TCP port 5432.",
                "Rule 2 of `a` (spec.ingress[1]) names 2 peers, none of them matches; the first admits `app: api`; reports has no label `app`.",
                "`b` has no ingress rules.",
            ]
        );
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

    #[test]
    fn directions_that_pass() {
        let words =
            |station, reason| because(&trace(Verdict::Dropped, vec![judged(station, reason)])).to_string();
        let out = Station::Egress;
        let into = Station::Ingress;
        assert_eq!(
            words(into, Reason::NotIsolated),
            "No policy isolates db-0 for ingress, so everyone may come in."
        );
        assert_eq!(
            words(out, Reason::NotIsolated),
            "No policy isolates reports for egress, so everything may leave."
        );
        assert_eq!(
            words(into, Reason::OwnNode),
            "It comes from the node db-0 runs on, which is always let in."
        );
        assert_eq!(
            words(out, Reason::OwnNode),
            "No rule admits it, but a pod always reaches its own node under this plugin."
        );
        assert_eq!(words(out, Reason::OwnAddress), "A pod always reaches itself.");
        assert_eq!(words(out, Reason::NotAPod), "Policies judge pods only: reports is none.");
        assert_eq!(
            words(into, Reason::HostNetwork),
            "db-0 is on its node's network, so policies do not select it."
        );
        assert_eq!(
            words(into, Reason::NotEnforced),
            "Policies isolate db-0 for ingress, but this network plugin does not enforce policies."
        );
        let everyone = Reason::Admitted { rule: rule("p", 2), peer: None, port: None };
        assert_eq!(words(into, everyone), "Let in by `p`, ingress rule 3: it admits everyone.");
        let port = Reason::Admitted { rule: rule("p", 0), peer: None, port: Some(rule("p", 0)) };
        assert_eq!(words(out, port), "Let out by `p`, egress rule 1: it admits everyone on this port.");
    }
}
