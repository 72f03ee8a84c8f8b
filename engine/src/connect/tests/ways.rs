//! Addresses, ways and sockets (service-semantics 124–136).

use super::*;
use crate::api::Phase;
use crate::profile::{BetweenNodes, Profile};

/// 132: the way between nodes is the profile's.
#[test]
fn tunnels_belong_to_the_profile() {
    let to = |profile, target| {
        let network = shop().profile(profile).network();
        let trace = walk(&network, &tcp(pod("shop/front-0"), target, 8080));
        let ways = trace.hops.iter().find_map(|hop| match &hop.reason {
            Reason::Route(route::Reason::BetweenNodes { way, .. }) => Some(*way),
            _ => None,
        });
        ways.unwrap()
    };
    let way = |profile| to(profile, "10.244.2.2");
    assert_eq!(to(Profile::FLANNEL, "172.18.0.3"), BetweenNodes::Route, "to a node itself");
    assert_eq!(way(Profile::REFERENCE), BetweenNodes::Route);
    assert_eq!(way(Profile::FLANNEL), BetweenNodes::Vxlan { port: 8472 });
    assert_eq!(way(Profile::CALICO), BetweenNodes::IpIp);
}

/// 136: the outside sees the node.
#[test]
fn leaving_the_cluster_takes_the_nodes_address() {
    let trace = walk(&shop().network(), &tcp(pod("shop/front-0"), "example.com", 443));
    assert_eq!(trace.verdict, Verdict::Forwarded);
    assert_eq!(arrived(&trace).0, "172.18.0.2");
    assert_eq!(last(&trace), &Reason::Socket(SocketReason::Outside));
    assert!(!stations(&trace).contains(&Station::Ingress));
}

/// Neither pods nor ClusterIPs can be reached from outside.
#[test]
fn the_inside_is_not_routed_from_outside() {
    let network = shop().network();
    for target in ["10.244.1.2", "10.96.0.20", "10.244.77.1", "10.97.0.1"] {
        let trace = walk(&network, &tcp(visitor(), target, 80));
        let reason = route::Reason::NotRoutedFromOutside { address: ip(target) };
        assert_eq!((trace.verdict, last(&trace)), (Verdict::Unroutable, &Reason::Route(reason)));
    }
    assert_eq!(walk(&network, &tcp(visitor(), "192.0.2.1", 80)).verdict, Verdict::Forwarded);
}

/// 134; semantics 38: a finished pod's address is nobody's.
#[test]
fn packets_to_nobody_vanish() {
    let world = shop().pod_with("shop/done-0", "node-2", "10.244.2.9", |pod| pod.phase = Phase::Succeeded);
    let network = world.network();
    for target in ["10.244.2.9", "10.244.2.200", "10.96.9.9"] {
        let trace = walk(&network, &tcp(pod("shop/front-0"), target, 80));
        let reason = route::Reason::Vanished { address: ip(target) };
        assert_eq!((trace.verdict, last(&trace)), (Verdict::Dropped, &Reason::Route(reason)));
    }
    let done = Place::Pod(reference(Kind::Pod, "shop/done-0"));
    for (source, place) in [("shop/done-0", done), ("shop/never-0", Place::Outside)] {
        let trace = walk(&network, &tcp(pod(source), "back", 80));
        assert_eq!(trace.hops[0].place, place);
        assert_eq!(
            (trace.verdict, last(&trace)),
            (Verdict::Unroutable, &Reason::Route(route::Reason::NoAddress))
        );
    }
}

/// 125: host-network pods answer on their node's address.
#[test]
fn nodes_answer_for_host_network_pods() {
    let world = shop().pod_with("shop/host-0", "node-2", "172.18.0.3", |it| {
        Arc::make_mut(&mut it.spec).host_network = true;
    });
    let network = world.service("shop/host", "10.96.0.30").network();
    let direct = walk(&network, &tcp(pod("shop/front-0"), "172.18.0.3", 8080));
    assert_eq!(
        (direct.verdict, direct.destination.as_ref().map(|it| &*it.name)),
        (Verdict::Forwarded, Some("host-0"))
    );
    assert_eq!(arrived(&direct).0, "172.18.0.2", "the plugin rewrites towards other nodes");
    let through = walk(&network, &tcp(pod("shop/front-0"), "host", 80));
    assert_eq!(through.verdict, Verdict::Forwarded);
    let closed = walk(&network, &tcp(pod("shop/front-0"), "172.18.0.3", 81));
    assert!(matches!(last(&closed), Reason::Socket(SocketReason::Closed { open, .. }) if open.len() == 1));
    let kubelet = walk(&network, &tcp(pod("shop/front-0"), "172.18.0.2", 10_250));
    assert_eq!(last(&kubelet), &Reason::Socket(SocketReason::Node));
}

/// 128: the pod itself answers where nothing runs.
#[test]
fn containers_that_do_not_run_refuse() {
    let world = shop().pod_with("shop/slow-0", "node-2", "10.244.2.7", |it| {
        (it.phase, it.ready, it.listeners) = (Phase::Pending, false, Arc::new([]));
        it.waiting = Some("ContainerCreating");
    });
    let network = world.network();
    let trace = walk(&network, &tcp(pod("shop/front-0"), "10.244.2.7", 8080));
    assert_eq!((trace.verdict, last(&trace)), (Verdict::Refused, &Reason::Socket(SocketReason::NotRunning)));
    let ping = Connection { protocol: Protocol::Icmp, ..tcp(pod("shop/front-0"), "10.244.2.7", 0) };
    assert_eq!(walk(&network, &ping).verdict, Verdict::Forwarded);
}

/// IPv4 where both ends have it, else IPv6; no common family: no route.
#[test]
fn families_meet_or_do_not() {
    let world = World::new()
        .pod("shop/both-0", "node-1", "10.244.1.2,fd00::2")
        .pod("shop/six-0", "node-2", "fd00::3")
        .pod("shop/four-0", "node-2", "10.244.2.2");
    let network = world.service("shop/six", "").service("shop/both", "").network();
    let seen = |from, to| arrived(&walk(&network, &tcp(pod(from), to, 8080)));
    assert_eq!(seen("shop/both-0", "six").0, "fd00::2");
    assert_eq!(seen("shop/four-0", "both").0, "10.244.2.2");
    let trace = walk(&network, &tcp(pod("shop/four-0"), "six", 8080));
    assert_eq!(trace.verdict, Verdict::Unroutable);
    assert!(matches!(last(&trace), Reason::Route(route::Reason::NoRoute { .. })));
}
