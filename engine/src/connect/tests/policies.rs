//! Policy on the way (semantics 25–36).

use super::*;
use crate::api::{NetworkPolicy, Peer, PolicyPort, PolicyRule, PortRef, Selector};
use crate::network::fixture::{isolate, labels};
use crate::network::policy::{self, Direction, PluginDependence};
use crate::profile::Profile;

/// `app: to` admits `app: from` on a TCP port.
pub(super) fn admit(to: &str, from: &str, port: u16) -> NetworkPolicy {
    let peers = vec![Peer::Pods {
        pods: Some(Selector { match_labels: labels(&[("app", from)]), match_expressions: Vec::new() }),
        namespaces: None,
    }];
    let ports =
        vec![PolicyPort { protocol: Protocol::Tcp, port: Some(PortRef::Number(port)), end_port: None }];
    NetworkPolicy { ingress: vec![PolicyRule { peers, ports }], ..isolate(to, true, false) }
}

/// semantics 30: the port after DNAT counts, not the Service's.
#[test]
fn policy_is_judged_after_dnat() {
    for (port, expected) in [(8080, Verdict::Forwarded), (80, Verdict::Dropped)] {
        let network = shop().policy("shop/p", admit("back", "front", port)).network();
        let trace = walk(&network, &tcp(pod("shop/front-0"), "back", 80));
        assert_eq!(trace.verdict, expected);
        let ingress = trace.hops.iter().find(|hop| hop.station == Station::Ingress).unwrap();
        let Reason::Ingress(decision) = &ingress.reason else { panic!() };
        assert_eq!(decision.allowed, expected == Verdict::Forwarded);
        if expected == Verdict::Dropped {
            assert_eq!(trace.hops.last(), Some(ingress), "the last hop decided");
        }
    }
}

/// semantics 31: without DNS egress no name resolves; an address still fails at its own egress.
#[test]
fn a_name_needs_egress_to_dns() {
    let network = shop().policy("shop/p", isolate("front", false, true)).network();
    let trace = walk(&network, &tcp(pod("shop/front-0"), "back", 80));
    assert_eq!((trace.verdict, stations(&trace)), (Verdict::Unresolved, vec![Station::Name]));
    let Reason::Dns(dns::Reason::NoAnswer { direction: Direction::Egress, decision }) = last(&trace) else {
        panic!("{trace:?}")
    };
    assert!(matches!(&decision.reason, policy::Reason::Isolated { policies } if policies.len() == 1));
    let trace = walk(&network, &tcp(pod("shop/front-0"), "10.244.2.2", 8080));
    assert_eq!((trace.verdict, trace.hops.last().unwrap().station), (Verdict::Dropped, Station::Egress));
}

#[test]
fn the_dns_pods_own_policy_counts_too() {
    let network = shop().policy("kube-system/p", isolate("dns", true, false)).network();
    let trace = walk(&network, &tcp(pod("shop/front-0"), "back", 80));
    assert!(matches!(last(&trace), Reason::Dns(dns::Reason::NoAnswer { direction: Direction::Ingress, .. })));
    let mut world = shop();
    let dns = world.0.services.iter_mut().find(|it| &*it.object.name == "kube-dns").unwrap();
    Arc::make_mut(dns).slices.clear();
    let trace = walk(&world.network(), &tcp(pod("shop/front-0"), "back", 80));
    assert!(matches!(last(&trace), Reason::Dns(dns::Reason::NoServer { .. })));
}

/// semantics 33: own address always; through a Service marked, since the source becomes the node's.
#[test]
fn a_pod_reaches_itself() {
    let world = || {
        let world =
            World::new().pod("shop/back-0", "node-1", "10.244.1.2").service("shop/back", "10.96.0.20");
        world.policy("shop/p", isolate("back", true, true))
    };
    let network = world().network();
    let own = walk(&network, &tcp(pod("shop/back-0"), "10.244.1.2", 8080));
    assert_eq!((own.verdict, &own.depends_on_plugin), (Verdict::Forwarded, &None));
    assert!(own.hops.iter().any(|hop| hop.reason == Reason::Route(route::Reason::Loopback)));
    let through = walk(&network, &tcp(pod("shop/back-0"), "10.96.0.20", 80));
    assert_eq!(through.verdict, Verdict::Forwarded);
    assert_eq!(through.depends_on_plugin, Some((PluginDependence::Hairpin, vec![])));
    // service-semantics 52: the server sees the node.
    assert_eq!(arrived(&through).0, "172.18.0.2");
}

/// semantics 29, 34: rewritten to the entry node's address, the visitor counts as the pod's own node, or as another.
#[test]
fn masqueraded_visitors_are_judged_as_nodes() {
    let network = |local: bool| {
        let world = World::new().pod("shop/web-0", "node-2", "10.244.2.2").service_with(
            "shop/web",
            "10.96.0.9",
            |it| {
                it.ports[0].1 = Some(30_080);
                Arc::make_mut(&mut it.spec).external_local = local;
            },
        );
        world.policy("shop/p", isolate("web", true, false)).network()
    };
    let far = walk(&network(false), &tcp(visitor(), "172.18.0.2", 30_080));
    assert_eq!((far.verdict, &far.depends_on_plugin), (Verdict::Dropped, &None));
    let near = walk(&network(false), &tcp(visitor(), "172.18.0.3", 30_080));
    assert_eq!(near.verdict, Verdict::Forwarded);
    assert_eq!(near.depends_on_plugin.map(|it| it.0), Some(PluginDependence::SourceRewritten));
    let kept = walk(&network(true), &tcp(visitor(), "172.18.0.3", 30_080));
    assert_eq!((kept.verdict, arrived(&kept).0.as_str()), (Verdict::Dropped, "203.0.113.9"));
}

/// semantics 25, 35: other profiles' verdicts where they differ.
#[test]
fn other_profiles_may_judge_otherwise() {
    let block = crate::api::Cidr::new(ip("10.244.0.0"), 16).unwrap();
    let rule = PolicyRule { peers: vec![Peer::IpBlock { cidr: block, except: vec![] }], ports: vec![] };
    let policy = NetworkPolicy { ingress: vec![rule], ..isolate("back", true, false) };
    let network = shop().policy("shop/p", policy).network();
    let trace = walk(&network, &tcp(pod("shop/front-0"), "back", 80));
    assert_eq!(trace.verdict, Verdict::Forwarded);
    assert_eq!(trace.depends_on_plugin.as_ref().map(|it| it.0), Some(PluginDependence::BlockAndPod));
    assert_eq!(other_profiles(&network, &trace), [("cilium", Verdict::Dropped)]);

    let flannel = shop().policy("shop/p", isolate("back", true, false)).profile(Profile::FLANNEL).network();
    let trace = walk(&flannel, &tcp(pod("shop/front-0"), "back", 80));
    assert_eq!(trace.verdict, Verdict::Forwarded);
    assert_eq!(other_profiles(&flannel, &trace).len(), 4);
}

/// service-semantics 124, 127: inside a pod neither policy nor Services are asked.
#[test]
fn loopback_stays_inside_the_pod() {
    let world = shop().pod_with("shop/lo-0", "node-1", "10.244.1.9", |it| {
        let mut listener = crate::network::fixture::listener(9000);
        listener.loopback = true;
        it.listeners = Arc::new([listener]);
    });
    let network = world.policy("shop/p", isolate("lo", true, true)).network();
    let inside = walk(&network, &tcp(pod("shop/lo-0"), "localhost", 9000));
    assert_eq!(inside.verdict, Verdict::Forwarded);
    assert_eq!(stations(&inside), [Station::Name, Station::Route, Station::Socket]);
    let own = walk(&network, &tcp(pod("shop/lo-0"), "10.244.1.9", 9000));
    assert_eq!(own.verdict, Verdict::Refused);
    assert!(matches!(last(&own), Reason::Socket(SocketReason::LoopbackOnly { .. })));
}
