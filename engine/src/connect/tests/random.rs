//! Many connections of every sort: both recorders agree, traces are well formed, nothing panics.

use super::*;
use crate::api::PortRef;
use crate::network::fixture::isolate;
use std::net::SocketAddr;

fn rich() -> Arc<Network> {
    let world = shop()
        .pod_with("shop/host-0", "node-2", "172.18.0.3", |it| Arc::make_mut(&mut it.spec).host_network = true)
        .pod_with("shop/lost-0", "node-9", "10.244.1.77", |_| ())
        .pod_with("shop/new-0", "node-1", "", |it| it.node = None)
        .pod("shop/both-0", "node-1", "10.244.1.30,fd00::30");
    let exposed = |local: bool, address: &'static str, number| {
        move |it: &mut crate::cluster::ServiceState| {
            it.ports[0].1 = Some(number);
            it.load_balancer_ips = vec![ip(address)];
            let spec = Arc::make_mut(&mut it.spec);
            (spec.external_local, spec.client_ip_affinity) = (local, local.then_some(10));
        }
    };
    world
        .service_with("shop/front", "10.96.0.40", exposed(false, "192.168.9.1", 30_001))
        .service_with("shop/host", "10.96.0.41", exposed(true, "172.18.0.2", 30_002))
        .service_with("shop/both", "10.96.0.42,fd01::42", exposed(true, "192.168.9.3", 30_003))
        .service_with("shop/out", "10.96.0.43", |it| {
            it.slices[0].endpoints.clear();
            let mut endpoint = crate::network::fixture::endpoint(&world_pod());
            (endpoint.address, endpoint.node, endpoint.target) = (ip("198.51.100.7"), None, None);
            it.slices[0].endpoints.push(endpoint);
            Arc::make_mut(&mut it.spec).ports[0].target = PortRef::Name("web".into());
        })
        .policy("shop/a", isolate("both", false, true))
        .policy("shop/b", policies::admit("back", "front", 8080))
        .network()
}

fn world_pod() -> crate::cluster::PodState {
    (*World::new().pod("shop/x-0", "node-1", "10.244.1.200").0.pods[0]).clone()
}

#[test]
fn every_walk_ends_well_formed() {
    let network = rich();
    let mut sources: Vec<Source> =
        network.snapshot.pods.iter().map(|it| Source::Pod(it.object.clone())).collect();
    sources.extend(["node-1", "node-2", "node-3"].map(|it| Source::Node(it.into())));
    sources.extend([visitor(), Source::Outside(ip("2001:db8::1")), pod("shop/never-0")]);
    let targets = [
        "back",
        "front",
        "host.shop",
        "both",
        "out",
        "nobody",
        "example.com",
        "localhost",
        "127.0.0.1",
        "::1",
        "10.244.1.2",
        "10.244.1.77",
        "10.244.1.30",
        "fd00::30",
        "fd01::42",
        "10.96.0.41",
        "10.96.0.99",
        "172.18.0.2",
        "172.18.0.3",
        "192.168.9.1",
        "192.168.9.3",
        "192.0.2.1",
        "0.0.0.0",
        "255.255.255.255",
        "",
    ];
    let mut ends = std::collections::BTreeSet::new();
    for source in &sources {
        for target in targets {
            for port in [0, 53, 80, 8080, 10_250, 30_001, 30_002, 65_535] {
                for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Icmp] {
                    let connection = Connection { protocol, ..tcp(source.clone(), target, port) };
                    let trace = walk(&network, &connection);
                    ends.insert((trace.verdict, trace.hops.last().unwrap().station));
                    check(&trace);
                    let ways = connect_every(&network, &connection);
                    for (_, way) in &ways {
                        let mut replay = Replay::new(way.choices.as_slice());
                        let again = connect(&network, &connection, &mut State::default(), &mut replay);
                        assert_eq!(*way, again);
                    }
                    let sum: f64 = ways.iter().map(|(weight, _)| weight).sum();
                    assert!((sum - 1.0).abs() < 1e-9, "{connection:?}");
                }
            }
        }
    }
    assert_eq!(ends.len(), 9, "{ends:?}");
}

/// Each hop starts with the addresses the one before left; both ports are ICMP's 0 or neither.
fn check(trace: &Trace) {
    for pair in trace.hops.windows(2) {
        assert_eq!(pair[0].after, pair[1].before, "{trace:#?}");
    }
    let decided = |hop: &Hop| match &hop.reason {
        Reason::Egress(decision) | Reason::Ingress(decision) => !decision.allowed,
        _ => false,
    };
    let (last, before) = trace.hops.split_last().unwrap();
    assert!(!before.iter().any(decided), "{trace:#?}");
    assert_eq!(
        decided(last),
        trace.verdict == Verdict::Dropped && matches!(last.station, Station::Egress | Station::Ingress)
    );
    let port = |it: Option<SocketAddr>| it.map(|it| it.port() == 0);
    if trace.connection.protocol == Protocol::Icmp {
        assert!(port(last.after.source) != Some(false) && port(last.after.destination) != Some(false));
    }
}
