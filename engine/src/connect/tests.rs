//! The whole walk over clusters built by hand.

mod policies;
mod random;
mod services;
mod ways;

use super::*;
use crate::api::{Kind, Protocol};
use crate::network::fixture::{World, ip, reference};
use crate::network::{dns, route, service};
use std::sync::Arc;

fn tcp(source: Source, target: &str, port: u16) -> Connection {
    let target = target.parse().map_or_else(|_| Target::Name(target.into()), Target::Address);
    Connection { source, target, port, protocol: Protocol::Tcp, enter: None }
}

fn pod(name: &str) -> Source {
    Source::Pod(reference(Kind::Pod, name))
}

fn visitor() -> Source {
    Source::Outside(ip("203.0.113.9"))
}

/// Walks once, with the first of every choice, and holds the quick walk against the full one.
fn walk(network: &Network, connection: &Connection) -> Trace {
    let trace = connect(network, connection, &mut State::default(), &mut First);
    let attempt = Attempt::new(network, connection);
    let quick = verdict(network, &attempt, &mut State::default(), &mut First);
    assert_eq!((quick.verdict, quick.choices), (trace.verdict, trace.choices));
    assert_eq!(quick.took.0, trace.hops.iter().map(|hop| hop.took.0).sum::<u64>());
    assert_eq!(quick.pod, trace.destination.as_ref().and_then(|it| network.find_pod(it)));
    assert!(!trace.hops.is_empty());
    trace
}

fn stations(trace: &Trace) -> Vec<Station> {
    trace.hops.iter().map(|hop| hop.station).collect()
}

fn last(trace: &Trace) -> &Reason {
    &trace.hops.last().unwrap().reason
}

/// The source and destination a packet arrives with.
fn arrived(trace: &Trace) -> (String, String) {
    let after = trace.hops.last().unwrap().after;
    (after.source.unwrap().ip().to_string(), after.destination.unwrap().to_string())
}

/// front → back across nodes, with DNS.
fn shop() -> World {
    World::new()
        .with_dns()
        .pod("shop/front-0", "node-1", "10.244.1.2")
        .pod("shop/back-0", "node-2", "10.244.2.2")
        .pod("shop/back-1", "node-1", "10.244.1.3")
        .service("shop/back", "10.96.0.20")
}

#[test]
fn a_name_leads_through_its_service_to_a_socket() {
    let network = shop().network();
    let trace = walk(&network, &tcp(pod("shop/front-0"), "back", 80));
    assert_eq!(trace.verdict, Verdict::Forwarded);
    use Station::{Egress, Ingress, Name, Route, Service, Socket};
    assert_eq!(stations(&trace), [Name, Service, Egress, Route, Ingress, Socket]);
    // Endpoints stand in order of their text: 10.244.1.3 first.
    assert_eq!(arrived(&trace), ("10.244.1.2".into(), "10.244.1.3:8080".into()));
    assert_eq!(trace.service, Some(reference(Kind::Service, "shop/back")));
    assert_eq!(trace.destination, Some(reference(Kind::Pod, "shop/back-1")));
    let service = &trace.hops[1];
    assert_eq!(service.before.destination, Some("10.96.0.20:80".parse().unwrap()));
    assert_eq!(service.after.destination, Some("10.244.1.3:8080".parse().unwrap()));
    assert_eq!(service.place, Place::Node("node-1".into()));
    let Reason::Service(service::Reason::Chosen { port, index: 0, of: 2, masquerade: false, .. }) =
        &service.reason
    else {
        panic!("{service:?}")
    };
    assert_eq!(port.path.to_string(), "spec.ports[0]");
    let Reason::Socket(SocketReason::Listening { container, at: Some(at) }) = last(&trace) else { panic!() };
    assert_eq!(&**container, "main");
    assert_eq!(at.path.to_string(), "spec.containers[0].ports[0].containerPort");
}

#[test]
fn every_way_is_walked_with_its_weight() {
    let network = shop().network();
    let ways = connect_every(&network, &tcp(pod("shop/front-0"), "back", 80));
    let reached: Vec<_> =
        ways.iter().map(|(weight, it)| (*weight, &*it.destination.as_ref().unwrap().name)).collect();
    assert_eq!(reached, [(0.5, "back-1"), (0.5, "back-0")]);
    let between = &ways[1].1.hops[3].reason;
    let Reason::Route(route::Reason::BetweenNodes { from, to, .. }) = between else { panic!("{between:?}") };
    assert_eq!((&**from, &**to), ("node-1", "node-2"));
}

#[test]
fn no_more_ways_are_walked_than_the_bound() {
    let mut world = World::new().pod("shop/front-0", "node-1", "10.244.1.2");
    for i in 0..300u32 {
        world = world.pod(
            &format!("shop/many-{i}"),
            "node-2",
            &format!("10.244.{}.{}", 3 + i / 200, 1 + i % 200),
        );
    }
    let network = world.service("shop/many", "10.96.0.21").network();
    let ways = connect_every(&network, &tcp(pod("shop/front-0"), "many", 80));
    assert_eq!(ways.len(), MAX_WAYS);
}

/// A trace's choices walk it again.
#[test]
fn a_trace_can_be_replayed() {
    let network = shop().network();
    let connection = tcp(pod("shop/front-0"), "back", 80);
    let trace = connect(&network, &connection, &mut State::default(), &mut Fixed(1));
    assert_eq!(trace.choices.as_slice(), [1]);
    let again =
        connect(&network, &connection, &mut State::default(), &mut Replay::new(trace.choices.as_slice()));
    assert_eq!(trace, again);
}

/// service-semantics 63: about half of the connections each.
#[test]
fn seeded_choices_spread_over_the_endpoints() {
    let network = shop().network();
    let attempt = Attempt::new(&network, &tcp(pod("shop/front-0"), "back", 80));
    let (mut state, mut choose, mut first) = (State::default(), Seeded::new(3), 0);
    for _ in 0..2_000 {
        let outcome = verdict(&network, &attempt, &mut state, &mut choose);
        first += u32::from(outcome.pod == network.find_pod(&reference(Kind::Pod, "shop/back-0")));
    }
    assert!((900..1_100).contains(&first), "{first}");
}

/// service-semantics 100: no cluster name resolves outside, and one query per name tried.
#[test]
fn names_that_do_not_resolve_end_the_walk() {
    let network = shop().network();
    let trace = walk(&network, &tcp(pod("shop/front-0"), "bakc", 80));
    assert_eq!((trace.verdict, stations(&trace)), (Verdict::Unresolved, vec![Station::Name]));
    let Reason::Dns(dns::Reason::NotFound { nearest, tried, .. }) = last(&trace) else { panic!() };
    assert_eq!((nearest.as_deref(), tried.len()), (Some("back"), 4));
    for source in [visitor(), Source::Node("node-1".into())] {
        let trace = walk(&network, &tcp(source, "back.shop.svc.cluster.local", 80));
        assert_eq!(trace.verdict, Verdict::Unresolved);
    }
}

/// service-semantics 94.
#[test]
fn host_network_pods_see_no_cluster_names_by_default() {
    let host = |policy| {
        let world = shop().pod_with("shop/host-0", "node-1", "172.18.0.2", move |it| {
            let spec = Arc::make_mut(&mut it.spec);
            (spec.host_network, spec.dns_policy) = (true, policy);
        });
        walk(&world.network(), &tcp(pod("shop/host-0"), "back", 80)).verdict
    };
    assert_eq!(host(crate::api::DnsPolicy::ClusterFirst), Verdict::Unresolved);
    assert_eq!(host(crate::api::DnsPolicy::ClusterFirstWithHostNet), Verdict::Forwarded);
}
