//! A walk from reports to Service db and db-0, for the tests of this folder.

use crate::Str;
use crate::api::{Kind, Labels, Mismatch, ObjectRef, Operator, Peer, Protocol, Selector};
use crate::cluster::Span;
use crate::connect::{
    Addresses, Connection, Hop, Place, Reason, SocketReason, Source, Station, Target, Trace, Verdict,
};
use crate::network::At;
use crate::network::policy::{
    Decision, FailedTest, Isolation, PeerMismatch, Reason as PolicyReason, RuleMismatch,
};
use crate::text::FieldPath;

pub(super) fn object(kind: Kind, name: &str) -> ObjectRef {
    ObjectRef { kind, namespace: "shop".into(), name: name.into() }
}

/// A field of a policy: a rule, a peer of it.
pub(super) fn rule(policy: &str, rule: usize) -> At {
    let path = FieldPath::root().field("spec").field("ingress").index(rule);
    At { object: object(Kind::NetworkPolicy, policy), path }
}

pub(super) fn peer(policy: &str, index: usize, peer: usize) -> At {
    let At { object, path } = rule(policy, index);
    At { object, path: path.field("from").index(peer) }
}

/// A field of Service db's first port.
pub(super) fn service_field(name: &str) -> At {
    let path = FieldPath::root().field("spec").field("ports").index(0).field(name);
    At { object: object(Kind::Service, "db"), path }
}

pub(super) fn trace(verdict: Verdict, hops: Vec<Hop>) -> Trace {
    Trace {
        connection: Connection {
            source: Source::Pod(object(Kind::Pod, "reports")),
            target: Target::Name("db".into()),
            port: 5432,
            protocol: Protocol::Tcp,
            enter: None,
        },
        hops,
        verdict,
        depends_on_plugin: None,
        service: Some(object(Kind::Service, "db")),
        destination: Some(object(Kind::Pod, "db-0")),
        choices: Default::default(),
    }
}

pub(super) fn hop(station: Station, reason: Reason) -> Hop {
    let place = match station {
        Station::Name | Station::Service | Station::Egress => Place::Node("node-2".into()),
        Station::Route | Station::Ingress => Place::Node("node-1".into()),
        Station::Socket => Place::Pod(object(Kind::Pod, "db-0")),
    };
    let addresses =
        Addresses { source: "10.244.2.9:40112".parse().ok(), destination: "10.244.1.4:5432".parse().ok() };
    Hop { station, place, before: addresses, after: addresses, reason, took: Span::millis(1) }
}

fn policy_hop(station: Station, allowed: bool, reason: PolicyReason) -> Hop {
    let decision = Decision { allowed, reason, depends_on_plugin: None };
    let reason =
        if station == Station::Egress { Reason::Egress(decision) } else { Reason::Ingress(decision) };
    hop(station, reason)
}

pub(super) fn open(station: Station) -> Hop {
    policy_hop(station, true, PolicyReason::NotIsolated)
}

pub(super) fn judged(station: Station, reason: PolicyReason) -> Hop {
    policy_hop(station, !matches!(reason, PolicyReason::Isolated { .. }), reason)
}

/// By the second peer of allow-web's first rule.
pub(super) fn admitted() -> Hop {
    let web = Selector { match_labels: Labels::new([("app".into(), "web".into())]), ..Selector::default() };
    let reason = PolicyReason::Admitted {
        rule: rule("allow-web", 0),
        peer: Some(peer("allow-web", 0, 1)),
        matched: Some(Peer::Pods { pods: Some(web), namespaces: None }),
        port: None,
    };
    policy_hop(Station::Ingress, true, reason)
}

pub(super) fn label_mismatch(wanted: &str, has: Option<&str>) -> PeerMismatch {
    PeerMismatch::Pod(Mismatch {
        key: "app".into(),
        operator: Operator::In,
        wanted: vec![wanted.into()],
        has: has.map(Str::from),
    })
}

pub(super) fn isolation(policy: &str, tests: Vec<FailedTest>) -> Isolation {
    let path = FieldPath::root().field("spec").field("podSelector");
    let rules =
        tests.into_iter().enumerate().map(|(i, test)| RuleMismatch { rule: rule(policy, i), test }).collect();
    Isolation { policy: At { object: object(Kind::NetworkPolicy, policy), path }, rules }
}

/// By db-only-api, which wants `app: api`.
pub(super) fn blocked(station: Station) -> Hop {
    let test = FailedTest::Peers(vec![(peer("db-only-api", 0, 0), label_mismatch("api", Some("reports")))]);
    policy_hop(
        station,
        false,
        PolicyReason::Isolated { policies: vec![isolation("db-only-api", vec![test])] },
    )
}

pub(super) fn listening() -> Hop {
    hop(Station::Socket, Reason::Socket(SocketReason::Listening { container: "db".into(), at: None }))
}
