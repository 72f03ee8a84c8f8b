//! Reasons on small worlds, marks, and the same decision three ways over random worlds.

use super::fixture::{
    address, block, container, egress, ingress, outside, pods, reference, rule, selector, tcp, world,
};
use super::*;
use crate::api::{Kind, Mismatch, Operator, Peer, Phase, PolicyPort, PortRef, Protocol, Selector};
use crate::cluster::Snapshot;
use crate::profile::{HostNetworkPods, Profile};
use std::sync::Arc;

fn compile(world: &Snapshot) -> Policies {
    Policies::compile(&Arc::new(world.clone()))
}

/// Two nodes; api and reports want db, which admits only `app: api`.
fn shop() -> Snapshot {
    let admitted = pods(None, Some(selector(&[("app", "api")])));
    world()
        .namespace("shop", &[("team", "store")])
        .namespace("pay", &[])
        .node("n1", "192.168.0.1")
        .node("n2", "192.168.0.2")
        .with_pod("pay/ledger", "n2", "10.0.2.9", &[("app", "api")])
        .with_pod("shop/api", "n1", "10.0.1.1", &[("app", "api")])
        .pod_with("shop/db-0", "n1", "10.0.1.2", &[("app", "db")], |pod| {
            Arc::make_mut(&mut pod.spec).containers = vec![container(&[("sql", 5432)])];
        })
        .with_pod("shop/reports", "n2", "10.0.2.1", &[("app", "reports")])
        .policy(
            "shop/db-only-api",
            ingress(selector(&[("app", "db")]), vec![rule(vec![admitted], vec![tcp(5432)])]),
        )
}

fn text(at: &crate::network::At) -> String {
    format!("{} {}", at.object.name, at.path)
}

#[test]
fn the_rule_that_admits_is_named_with_peer_and_port() {
    let world = shop();
    let decision =
        compile(&world).ingress(world.end("shop/api"), world.end("shop/db-0"), Protocol::Tcp, 5432);
    let Reason::Admitted { rule, peer, matched, port } = decision.reason else { panic!("{decision:?}") };
    assert_eq!(text(&rule), "db-only-api spec.ingress[0]");
    assert_eq!(text(&peer.unwrap()), "db-only-api spec.ingress[0].from[0]");
    assert_eq!(matched, Some(pods(None, Some(selector(&[("app", "api")])))));
    assert_eq!(text(&port.unwrap()), "db-only-api spec.ingress[0].ports[0]");
    assert_eq!(decision.depends_on_plugin, None);
}

/// The one mismatch of the one rule of the one policy.
fn only_test(decision: Decision) -> FailedTest {
    let Reason::Isolated { mut policies } = decision.reason else { panic!("{decision:?}") };
    assert_eq!((policies.len(), policies[0].rules.len()), (1, 1));
    assert!(!decision.allowed);
    policies.remove(0).rules.remove(0).test
}

fn peer_mismatch(decision: Decision) -> PeerMismatch {
    let FailedTest::Peers(mut peers) = only_test(decision) else { panic!("a port failed") };
    peers.remove(0).1
}

#[test]
fn a_label_that_differs_is_the_first_failed_test() {
    let world = shop();
    let decision =
        compile(&world).ingress(world.end("shop/reports"), world.end("shop/db-0"), Protocol::Tcp, 5432);
    assert_eq!(
        peer_mismatch(decision),
        PeerMismatch::Pod(Mismatch {
            key: "app".into(),
            operator: Operator::In,
            wanted: vec!["api".into()],
            has: Some("reports".into())
        })
    );
}

/// Semantics 7, 8, 11.
#[test]
fn other_namespaces_nodes_and_the_outside_are_told_apart() {
    let world = shop();
    let policies = compile(&world);
    let from = |end| policies.ingress(end, world.end("shop/db-0"), Protocol::Tcp, 5432);
    let other = PeerMismatch::OtherNamespace { wanted: "shop".into(), has: "pay".into() };
    assert_eq!(peer_mismatch(from(world.end("pay/ledger"))), other);
    assert_eq!(peer_mismatch(from(world.node_end("n2"))), PeerMismatch::NotAPod);
    assert_eq!(peer_mismatch(from(outside("203.0.113.9"))), PeerMismatch::NotAPod);
    assert_eq!(from(world.node_end("n1")).reason, Reason::OwnNode);
    let open = policies.ingress(outside("203.0.113.9"), world.end("shop/api"), Protocol::Tcp, 1);
    assert_eq!(open.reason, Reason::NotIsolated);
    let out = policies.egress(outside("203.0.113.9"), world.end("shop/db-0"), Protocol::Tcp, 1);
    assert_eq!(out.reason, Reason::NotAPod);
}

#[test]
fn a_port_is_tested_after_the_peers() {
    let world = shop();
    let decision = compile(&world).ingress(world.end("shop/api"), world.end("shop/db-0"), Protocol::Tcp, 80);
    let FailedTest::Ports(ports) = only_test(decision) else { panic!("a peer failed") };
    assert_eq!(text(&ports[0].0), "db-only-api spec.ingress[0].ports[0]");
    assert_eq!(ports[0].1, PortMismatch::Number { from: 5432, to: 5432 });
}

/// Semantics 19, 20: the destination's names count, also on the way out.
#[test]
fn names_of_ports_are_the_destinations() {
    let named = |name: &str| {
        let port =
            PolicyPort { protocol: Protocol::Tcp, port: Some(PortRef::Name(name.into())), end_port: None };
        egress(selector(&[("app", "reports")]), vec![rule(vec![], vec![port])])
    };
    let world = shop().policy("shop/sql", named("sql"));
    let policies = compile(&world);
    let to = |end, port| policies.egress(world.end("shop/reports"), end, Protocol::Tcp, port);
    assert!(to(world.end("shop/db-0"), 5432).allowed);
    let FailedTest::Ports(ports) = only_test(to(world.end("shop/db-0"), 80)) else { panic!() };
    assert_eq!(ports[0].1, PortMismatch::Named { name: "sql".into(), numbers: vec![5432] });
    let FailedTest::Ports(ports) = only_test(to(outside("203.0.113.9"), 5432)) else { panic!() };
    assert_eq!(ports[0].1, PortMismatch::NameUnknown { name: "sql".into() });
}

fn from_block(cidr: &str, except: &[&str]) -> NetworkPolicyOf {
    let peer = Peer::IpBlock { cidr: block(cidr), except: except.iter().map(|it| block(it)).collect() };
    ingress(Selector::default(), vec![rule(vec![peer], vec![])])
}
type NetworkPolicyOf = crate::api::NetworkPolicy;

/// Semantics 25–27.
#[test]
fn blocks_match_pods_with_a_mark_and_exceptions_are_named() {
    let world = shop().policy("pay/nets", from_block("10.0.0.0/16", &["10.0.2.0/24"]));
    let policies = compile(&world);
    let from = |end| policies.ingress(end, world.end("pay/ledger"), Protocol::Tcp, 1);
    let api = from(world.end("shop/api"));
    assert!(api.allowed);
    assert_eq!(api.depends_on_plugin, Some(PluginDependence::BlockAndPod));
    let PeerMismatch::Excepted(at) = peer_mismatch(from(world.end("shop/reports"))) else { panic!() };
    assert_eq!(text(&at), "nets spec.ingress[0].from[0].ipBlock.except[0]");
    assert_eq!(from(world.end("shop/reports")).depends_on_plugin, None);
    assert_eq!(peer_mismatch(from(outside("203.0.113.9"))), PeerMismatch::OutsideBlock);
    assert_eq!(peer_mismatch(from(outside("fd00::1"))), PeerMismatch::OtherFamily);

    let mut cilium = world.clone();
    cilium.config.profile = Profile::CILIUM;
    let decision = compile(&cilium).ingress(world.end("shop/api"), world.end("pay/ledger"), Protocol::Tcp, 1);
    assert_eq!(decision.depends_on_plugin, Some(PluginDependence::BlockAndPod));
    assert_eq!(peer_mismatch(decision), PeerMismatch::BlocksDoNotMatchPods);
}

/// Semantics 33–35.
#[test]
fn the_own_address_and_the_own_node() {
    let world = shop().policy("shop/shut", egress(Selector::default(), vec![]));
    let policies = compile(&world);
    let api = world.end("shop/api");
    assert_eq!(policies.egress(api, api, Protocol::Tcp, 80).reason, Reason::OwnAddress);
    let own = policies.egress(api, world.node_end("n1"), Protocol::Tcp, 10250);
    assert_eq!((own.allowed, own.depends_on_plugin), (true, Some(PluginDependence::OwnNode)));
    let other = policies.egress(api, world.node_end("n2"), Protocol::Tcp, 10250);
    assert_eq!((other.allowed, other.depends_on_plugin), (false, None));
    let Reason::Isolated { policies } = other.reason else { panic!() };
    assert!(policies[0].rules.is_empty());
    assert_eq!(text(&policies[0].policy), "shut spec.podSelector");
}

/// Semantics 36.
#[test]
fn host_network_pods_are_their_node_or_pods() {
    let everyone =
        ingress(Selector::default(), vec![rule(vec![pods(Some(Selector::default()), None)], vec![])]);
    let mut world = shop()
        .pod_with("pay/agent", "n1", "192.168.0.1", &[], |pod| {
            Arc::make_mut(&mut pod.spec).host_network = true
        })
        .policy("pay/pods", everyone);
    let (agent, ledger) = (world.end("pay/agent"), world.end("pay/ledger"));
    let decision = compile(&world).ingress(agent, ledger, Protocol::Tcp, 1);
    assert_eq!(decision.depends_on_plugin, Some(PluginDependence::HostNetwork));
    assert_eq!(peer_mismatch(decision), PeerMismatch::HostNetwork);
    let subject = compile(&world).ingress(outside("203.0.113.9"), agent, Protocol::Tcp, 1);
    assert_eq!(subject.reason, Reason::HostNetwork);
    assert_eq!(subject.depends_on_plugin, Some(PluginDependence::HostNetwork));

    world.config.host_network = HostNetworkPods::AsPods;
    assert!(compile(&world).ingress(agent, ledger, Protocol::Tcp, 1).allowed);
    assert!(!compile(&world).ingress(outside("203.0.113.9"), agent, Protocol::Tcp, 1).allowed);
}

/// Semantics 24.
#[test]
fn icmp_depends_on_the_plugin_where_a_pod_is_isolated() {
    let world = shop();
    let policies = compile(&world);
    let (api, db) = (world.end("shop/api"), world.end("shop/db-0"));
    assert_eq!(policies.ingress(api, db, Protocol::Icmp, 0).depends_on_plugin, Some(PluginDependence::Icmp));
    assert_eq!(policies.ingress(db, api, Protocol::Icmp, 0).depends_on_plugin, None);
}

/// Semantics 38.
#[test]
fn finished_pods_and_pods_without_address() {
    let world = shop()
        .pod_with("shop/done", "n1", "10.0.1.7", &[("app", "api")], |pod| pod.phase = Phase::Succeeded)
        .pod_with("shop/new", "n1", "", &[("app", "new")], |pod| pod.phase = Phase::Pending)
        .policy("pay/nets", from_block("0.0.0.0/0", &[]));
    let policies = compile(&world);
    let done = policies.ingress(world.end("shop/done"), world.end("shop/db-0"), Protocol::Tcp, 5432);
    assert_eq!(peer_mismatch(done), PeerMismatch::NotAPod);
    let new = policies.ingress(world.end("shop/new"), world.end("pay/ledger"), Protocol::Tcp, 1);
    assert_eq!(peer_mismatch(new), PeerMismatch::NoAddress);
}

#[test]
fn a_plugin_that_enforces_nothing_lets_pass_and_says_so() {
    let mut world = shop();
    world.config.profile = Profile::FLANNEL;
    let policies = compile(&world);
    let blocked = policies.ingress(world.end("shop/reports"), world.end("shop/db-0"), Protocol::Tcp, 5432);
    assert_eq!((blocked.allowed, blocked.reason), (true, Reason::NotEnforced));
    assert_eq!(blocked.depends_on_plugin, Some(PluginDependence::NotEnforced));
    let open = policies.ingress(world.end("shop/api"), world.end("shop/db-0"), Protocol::Tcp, 5432);
    assert_eq!(open.depends_on_plugin, None);
}

#[test]
fn the_policies_that_select_a_pod_are_listed_per_direction() {
    let world = shop().policy("shop/shut", egress(Selector::default(), vec![]));
    let db = world.end("shop/db-0").pod.unwrap();
    let named = |name| vec![reference(Kind::NetworkPolicy, "shop", name)];
    assert_eq!(compile(&world).selecting(db), (named("db-only-api"), named("shut")));
    assert_eq!(compile(&world).selecting(999), (vec![], vec![]));
    assert_eq!(address("10.0.1.2"), world.end("shop/db-0").address);
}
