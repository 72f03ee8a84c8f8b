//! Words for what policies decide.

use super::sentence::{counted, listed};
use super::{Sentence, names, peer};
use crate::api::Protocol;
use crate::connect::{Hop, Station, Trace};
use crate::network::At;
use crate::network::policy::{Decision, Direction, FailedTest, Isolation, Reason, RuleMismatch};
use crate::text::Step;
use std::net::IpAddr;

/// A rule let it pass.
pub(super) fn is_admitted(decision: &Decision) -> bool {
    matches!(decision.reason, Reason::Admitted { .. })
}

/// The field that decided: the peer, the rule, or what makes the first policy select the pod.
pub(super) fn at(decision: &Decision) -> Option<At> {
    match &decision.reason {
        Reason::Admitted { rule, peer, port, .. } => {
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

/// One direction's question, as words need it.
pub(super) struct Question {
    /// On the way out of the subject.
    pub(super) out: bool,
    /// The end that is judged.
    pub(super) subject: Sentence,
    /// The other end.
    pub(super) peer: Sentence,
    /// The other end's address as judged, if it says more than its name.
    pub(super) address: Option<IpAddr>,
    /// The protocol.
    pub(super) protocol: Protocol,
    /// The port as judged: after DNAT.
    pub(super) port: u16,
}

impl Question {
    /// The question of a hop.
    pub(super) fn of(trace: &Trace, hop: &Hop) -> Self {
        let out = hop.station == Station::Egress;
        let (source, destination) = (names::source(trace), names::destination(trace));
        let (subject, peer) = if out { (source, destination) } else { (destination, source) };
        let judged = if out { hop.before.destination } else { hop.before.source };
        Self {
            out,
            subject,
            peer,
            address: judged.map(|address| address.ip()),
            protocol: trace.connection.protocol,
            port: hop.before.destination.map_or(trace.connection.port, |address| address.port()),
        }
    }
    /// The question of a client's query to the cluster's DNS.
    pub(super) fn of_dns(trace: &Trace, direction: Direction) -> Self {
        let out = direction == Direction::Egress;
        let (source, dns) = (names::source(trace), Sentence::of("the DNS pod"));
        let (subject, peer) = if out { (source, dns) } else { (dns, source) };
        Self { out, subject, peer, address: None, protocol: Protocol::Udp, port: 53 }
    }
    /// The direction's word in the API.
    fn word(&self) -> &'static str {
        if self.out { "egress" } else { "ingress" }
    }
    /// `TCP port 80`, `ICMP`.
    pub(super) fn port_words(&self) -> String {
        match self.protocol {
            Protocol::Icmp => "ICMP".to_owned(),
            protocol => format!("{} port {}", protocol.name(), self.port),
        }
    }
}

/// What policies say of a hop, and why.
pub(super) fn why(question: &Question, decision: &Decision) -> Sentence {
    let (out, word, subject) = (question.out, question.word(), question.subject.clone());
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
        Reason::Admitted { rule, matched, port, .. } => {
            Sentence::of(if out { "Let out by " } else { "Let in by " })
                .code(&rule.object.name)
                .text(format!(", {word} rule {}: ", number(rule)))
                .then(match (matched, port) {
                    (Some(matched), _) => peer::matches(matched),
                    (None, Some(_)) => Sentence::of("it admits everyone on this port."),
                    (None, None) => Sentence::of("it admits everyone."),
                })
        }
        Reason::Isolated { policies } => {
            let names = listed(policies, "and", |sentence, it| sentence.code(&it.policy.object.name));
            let verbs = if policies.len() == 1 { ("selects", "isolates") } else { ("select", "isolate") };
            names
                .text(format!(" {} ", verbs.0))
                .then(subject)
                .text(format!(" and {} it for {word}. ", verbs.1))
                .then(no_rule(policies, question))
        }
    }
}

/// Why none of the policies' rules admits it.
fn no_rule(policies: &[Isolation], question: &Question) -> Sentence {
    let word = question.word();
    let rules: Vec<&RuleMismatch> = policies.iter().flat_map(|policy| &policy.rules).collect();
    let many = policies.len() > 1;
    match rules.as_slice() {
        [] => {
            let has = if many { "They have" } else { "It has" };
            let nothing = if question.out { "nothing leaves" } else { "nothing comes in" };
            Sentence::of(format!("{has} no {word} rules, so {nothing}."))
        }
        [only] => {
            let its = if many { "Their one rule " } else { "Its one rule " };
            Sentence::of(its).then(peer::test(&only.test, question)).text(".")
        }
        rules => {
            let its = if many { "their" } else { "its" };
            Sentence::of(format!("None of {its} {} admits ", counted(rules.len(), "rule")))
                .then(question.peer.clone())
                .text(format!(" on {}.", question.port_words()))
        }
    }
}

/// The first failed test of every rule, and the policies without rules.
pub(super) fn others(question: &Question, decision: &Decision) -> Vec<Sentence> {
    let Reason::Isolated { policies } = &decision.reason else { return Vec::new() };
    let mut lines = Vec::new();
    for policy in policies {
        let name = &policy.policy.object.name;
        if policy.rules.is_empty() {
            let word = question.word();
            lines.push(Sentence::default().code(name).text(format!(" has no {word} rules.")));
        }
        for rule in &policy.rules {
            let line = Sentence::of(format!("Rule {} of ", number(&rule.rule))).code(name).text(" (");
            let line = line.field(&rule.rule).text(") ").then(peer::test(&rule.test, question));
            lines.push(line.text("."));
        }
    }
    lines
}

/// A few words for tables.
pub(super) fn short(question: &Question, decision: &Decision) -> Sentence {
    let out = question.out;
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
            Sentence::of(format!("Isolated for {} by ", question.word())).then(by).text(format!(": {why}"))
        }
        Reason::NotIsolated => Sentence::of(if out { "No egress policy." } else { "No ingress policy." }),
        Reason::NotAPod => Sentence::of("Not a pod: no policy."),
        Reason::HostNetwork => Sentence::of("On the host network: no policy."),
        Reason::OwnAddress => Sentence::of("A pod always reaches itself."),
        Reason::OwnNode => Sentence::of("The own node is always let through."),
        Reason::NotEnforced => Sentence::of("The plugin does not enforce policies."),
    }
}

/// From 1, as people count: the last index of a path.
fn number(at: &At) -> u32 {
    let index = at.path.0.iter().rev().find_map(|step| match step {
        Step::Index(index) => Some(*index),
        Step::Field(_) => None,
    });
    index.unwrap_or(0).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::super::{Piece, because, deciding, hop as hop_words, short_reason};
    use super::*;
    use crate::connect::Verdict;
    use crate::network::policy::{PeerMismatch, PortMismatch, Reason};

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
        assert_eq!(short_reason(&trace), "Isolated for ingress by db-only-api: no rule matches.");
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
            "`a` and `b` select db-0 and isolate it for ingress. None of their 2 rules admits reports on TCP port 5432."
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
        let everyone = Reason::Admitted { rule: rule("p", 2), peer: None, matched: None, port: None };
        assert_eq!(words(into, everyone), "Let in by `p`, ingress rule 3: it admits everyone.");
        let port =
            Reason::Admitted { rule: rule("p", 0), peer: None, matched: None, port: Some(rule("p", 0)) };
        assert_eq!(words(out, port), "Let out by `p`, egress rule 1: it admits everyone on this port.");
    }
}
