//! Services on the way (service-semantics 44–65).

use super::*;
use crate::api::{Cidr, Container, ContainerPort, PortRef};
use crate::cluster::{ServiceState, Time};

/// A Service with node port 30080 and load balancer 192.168.9.9, its pods on node-2 only.
fn exposed(change: impl FnOnce(&mut ServiceState)) -> Arc<Network> {
    let world = World::new()
        .pod("shop/front-0", "node-1", "10.244.1.2")
        .pod("shop/web-0", "node-2", "10.244.2.2")
        .pod("shop/web-1", "node-2", "10.244.2.3");
    let world = world.service_with("shop/web", "10.96.0.9", |it| {
        it.ports[0].1 = Some(30_080);
        it.load_balancer_ips = vec![ip("192.168.9.9")];
        Arc::make_mut(&mut it.spec).external_ips = vec![ip("192.168.9.10")];
        change(it);
    });
    world.network()
}

fn spec(change: impl FnOnce(&mut crate::api::Service)) -> impl FnOnce(&mut ServiceState) {
    |it| change(Arc::make_mut(&mut it.spec))
}

/// 58: nobody at all is refused by the node, at once.
#[test]
fn no_endpoints_are_rejected() {
    let network = World::new()
        .pod("shop/front-0", "node-1", "10.244.1.2")
        .pod_with("shop/web-0", "node-2", "10.244.2.2", |pod| pod.ready = false)
        .service("shop/web", "10.96.0.9")
        .service("shop/typo", "10.96.0.8")
        .network();
    for (target, count) in [("web", 1), ("typo", 0)] {
        let trace = walk(&network, &tcp(pod("shop/front-0"), target, 80));
        assert_eq!(
            (trace.verdict, trace.hops.last().unwrap().station),
            (Verdict::Rejected, Station::Service)
        );
        let Reason::Service(service::Reason::NoEndpoints { selected, at, .. }) = last(&trace) else {
            panic!()
        };
        assert_eq!((*selected, at.path.to_string().as_str()), (count, "spec.selector"));
    }
}

/// 33: pods are ready, but none has the port's name.
#[test]
fn a_target_port_nobody_has_is_named() {
    let network = exposed(|it| it.slices[0].ports.clear());
    let trace = walk(&network, &tcp(pod("shop/front-0"), "web", 80));
    let Reason::Service(service::Reason::NoEndpoints { selected: 2, at, .. }) = last(&trace) else {
        panic!()
    };
    assert_eq!(at.path.to_string(), "spec.ports[0].targetPort");
}

/// 44, 47: ready before serving-and-terminating; others never.
#[test]
fn terminating_endpoints_serve_when_nobody_else_does() {
    let set = |conditions: [(bool, bool, bool); 2]| {
        let network = exposed(|it| {
            for (endpoint, (ready, serving, terminating)) in it.slices[0].endpoints.iter_mut().zip(conditions)
            {
                (endpoint.ready, endpoint.serving, endpoint.terminating) = (ready, serving, terminating);
            }
        });
        connect_every(&network, &tcp(pod("shop/front-0"), "web", 80)).len()
    };
    assert_eq!(set([(true, true, false), (false, true, true)]), 1);
    assert_eq!(set([(false, true, true), (false, true, true)]), 2);
    assert_eq!(set([(false, true, true), (false, false, false)]), 1);
}

/// 61, 62: undeclared port and ping: silence.
#[test]
fn a_cluster_ip_knows_only_its_ports() {
    let network = exposed(|_| ());
    let mut connection = tcp(pod("shop/front-0"), "web", 81);
    let trace = walk(&network, &connection);
    assert_eq!(trace.verdict, Verdict::Dropped);
    let Reason::Service(service::Reason::NoSuchPort { ports, .. }) = last(&trace) else { panic!() };
    assert_eq!(*ports, [(80, Protocol::Tcp)]);
    connection.protocol = Protocol::Icmp;
    assert_eq!(walk(&network, &connection).verdict, Verdict::Dropped);
}

/// 52, 59: internalTrafficPolicy Local binds the ClusterIP only.
#[test]
fn internal_local_drops_without_a_local_endpoint() {
    let network = exposed(spec(|it| it.internal_local = true));
    let trace = walk(&network, &tcp(pod("shop/front-0"), "10.96.0.9", 80));
    assert_eq!(trace.verdict, Verdict::Dropped);
    let Reason::Service(service::Reason::NoLocalEndpoints { at }) = last(&trace) else { panic!() };
    assert_eq!(at.path.to_string(), "spec.internalTrafficPolicy");
    let near = walk(&network, &tcp(pod("shop/web-0"), "10.96.0.9", 80));
    assert_eq!(near.verdict, Verdict::Forwarded);
    assert_eq!(walk(&network, &tcp(pod("shop/front-0"), "192.168.9.9", 80)).verdict, Verdict::Forwarded);
}

/// 50, 52, 60: who is admitted where, and what source the server sees.
#[test]
fn external_doors_follow_the_table() {
    let cluster = exposed(|_| ());
    let local = exposed(spec(|it| it.external_local = true));
    let node = || Source::Node("node-1".into());
    let front = || pod("shop/front-0");
    let far = "172.18.0.2";
    let near = "172.18.0.3";
    // (network, source, target, port) → the source the server sees; none: silence.
    let table = [
        (&cluster, visitor(), far, 30_080, Some(far)),
        (&cluster, visitor(), near, 30_080, Some(near)),
        (&local, visitor(), far, 30_080, None),
        (&local, visitor(), near, 30_080, Some("203.0.113.9")),
        (&cluster, front(), "192.168.9.9", 80, Some(far)),
        (&local, front(), "192.168.9.9", 80, Some("10.244.1.2")),
        (&local, front(), "192.168.9.10", 80, Some("10.244.1.2")),
        (&cluster, front(), far, 30_080, Some(far)),
        (&local, front(), far, 30_080, Some("10.244.1.2")),
        (&local, node(), "192.168.9.9", 80, Some(far)),
        (&cluster, node(), "10.96.0.9", 80, Some(far)),
        (&cluster, node(), "127.0.0.1", 30_080, Some(far)),
        // Another node's port: the plugin rewrites the pod's source, then the other node sees an outsider.
        (&cluster, front(), near, 30_080, Some(near)),
        (&local, front(), near, 30_080, Some(far)),
    ];
    for (network, source, target, port, seen) in table {
        let trace = walk(network, &tcp(source.clone(), target, port));
        match seen {
            Some(seen) => {
                assert_eq!(trace.verdict, Verdict::Forwarded, "{source:?} {target} {trace:?}");
                assert_eq!(arrived(&trace).0, seen, "{source:?} {target}");
            }
            None => {
                assert_eq!(trace.verdict, Verdict::Dropped, "{source:?} {target}");
                let Reason::Service(service::Reason::NoLocalEndpoints { at }) = last(&trace) else {
                    panic!()
                };
                assert_eq!(at.path.to_string(), "spec.externalTrafficPolicy");
            }
        }
    }
}

/// A load balancer's address may enter at any ready node, or at the one asked for.
#[test]
fn visitors_enter_at_every_ready_node() {
    let network = exposed(spec(|it| it.external_local = true));
    let ways = connect_every(&network, &tcp(visitor(), "192.168.9.9", 80));
    let verdicts: Vec<_> = ways.iter().map(|(weight, trace)| (*weight, trace.verdict)).collect();
    assert_eq!(verdicts, [(0.5, Verdict::Dropped), (0.25, Verdict::Forwarded), (0.25, Verdict::Forwarded)]);
    let connection = Connection { enter: Some("node-2".into()), ..tcp(visitor(), "192.168.9.9", 80) };
    let trace = walk(&network, &connection);
    assert_eq!(trace.verdict, Verdict::Forwarded);
    assert_eq!(trace.hops[1].reason, Reason::Route(route::Reason::FromOutside { node: "node-2".into() }));
}

/// 57: source ranges bind load balancers' addresses, pods included.
#[test]
fn source_ranges_admit_some() {
    let ranges = |text: &str, prefix| {
        let range = Cidr::new(ip(text), prefix).unwrap();
        exposed(spec(move |it| it.source_ranges = vec![range]))
    };
    let network = ranges("203.0.113.0", 24);
    assert_eq!(walk(&network, &tcp(visitor(), "192.168.9.9", 80)).verdict, Verdict::Forwarded);
    let trace = walk(&network, &tcp(pod("shop/front-0"), "192.168.9.9", 80));
    assert_eq!(trace.verdict, Verdict::Dropped);
    let Reason::Service(service::Reason::SourceRange { at }) = last(&trace) else { panic!() };
    assert_eq!(at.path.to_string(), "spec.loadBalancerSourceRanges");
    for open in ["10.96.0.9", "192.168.9.10"] {
        assert_eq!(walk(&network, &tcp(pod("shop/front-0"), open, 80)).verdict, Verdict::Forwarded, "{open}");
    }
    let all = ranges("0.0.0.0", 0);
    assert_eq!(walk(&all, &tcp(pod("shop/front-0"), "192.168.9.9", 80)).verdict, Verdict::Forwarded);
}

/// 65: the same client, the same endpoint, until the timeout; per node.
#[test]
fn affinity_keeps_a_client_on_its_endpoint() {
    let network = exposed(spec(|it| it.client_ip_affinity = Some(10)));
    let connection = tcp(pod("shop/front-0"), "web", 80);
    let mut state = State::default();
    let go = |state: &mut State, index| {
        let trace = connect(&network, &connection, state, &mut Fixed(index));
        let Reason::Service(service::Reason::Chosen { sticky, index, .. }) = &trace.hops[1].reason else {
            panic!()
        };
        (*sticky, *index)
    };
    assert_eq!(go(&mut state, 1), (false, 1));
    state.now = Time(8_000_000);
    assert_eq!(go(&mut state, 0), (true, 1));
    state.now = Time(16_000_000);
    assert_eq!(go(&mut state, 0), (true, 1), "each new connection counts anew");
    state.now = Time(27_000_000);
    assert_eq!(go(&mut state, 0), (false, 0));
}

/// 34, 145: endpoints exist, but the number is wrong.
#[test]
fn a_wrong_target_port_is_refused_and_pointed_at() {
    let network = exposed(|it| {
        it.slices[0].ports[0].port = 8081;
        Arc::make_mut(&mut it.spec).ports[0].target = PortRef::Number(8081);
    });
    let trace = walk(&network, &tcp(pod("shop/front-0"), "web", 80));
    assert_eq!((trace.verdict, trace.hops.last().unwrap().station), (Verdict::Refused, Station::Socket));
    let Reason::Socket(SocketReason::Closed { open, at: Some(at) }) = last(&trace) else { panic!() };
    assert_eq!((open.len(), open[0].0), (1, 8080));
    assert_eq!(at.path.to_string(), "spec.ports[0].targetPort");
}

/// 43, 63: sorted as text; the same address twice counts once, the one not terminating wins.
#[test]
fn endpoints_are_sorted_and_single() {
    let network = exposed(|it| {
        let slice = it.slices[0].clone();
        it.slices.push(slice);
        it.slices[0].endpoints[0].terminating = true;
        it.slices[0].endpoints[0].ready = false;
        it.slices[1].endpoints.reverse();
        it.slices[1].endpoints[0].address = ip("10.244.2.10");
    });
    let ways = connect_every(&network, &tcp(pod("shop/front-0"), "10.96.0.9", 80));
    let order: Vec<_> =
        ways.iter().map(|(_, it)| it.hops[1].after.destination.unwrap().to_string()).collect();
    assert_eq!(order, ["10.244.2.10:8080", "10.244.2.2:8080", "10.244.2.3:8080"]);
}

/// 76: headless Services translate nothing; the pod's own port counts (6).
#[test]
fn headless_services_make_no_rules() {
    let network = World::new()
        .pod("shop/front-0", "node-1", "10.244.1.2")
        .pod("shop/db-0", "node-2", "10.244.2.2")
        .service("shop/db", "")
        .network();
    assert_eq!(walk(&network, &tcp(pod("shop/front-0"), "db", 80)).verdict, Verdict::Refused);
    let trace = walk(&network, &tcp(pod("shop/front-0"), "db", 8080));
    assert_eq!((trace.verdict, trace.service), (Verdict::Forwarded, None));
}

/// 126: a host port leads into its pod, whichever Service has the number; on other nodes nothing answers.
#[test]
fn host_ports_lead_to_their_container() {
    let world = World::new().pod("shop/front-0", "node-1", "10.244.1.2").pod_with(
        "shop/edge-0",
        "node-2",
        "10.244.2.2",
        |it| {
            let port = ContainerPort { port: 8080, host_port: Some(443), ..ContainerPort::default() };
            let container = Container { ports: vec![ContainerPort::default(), port], ..Container::default() };
            Arc::make_mut(&mut it.spec).containers = vec![container];
        },
    );
    let network = world.network();
    for (source, seen) in [(visitor(), "203.0.113.9"), (pod("shop/front-0"), "172.18.0.2")] {
        let trace = walk(&network, &tcp(source, "172.18.0.3", 443));
        assert_eq!(trace.verdict, Verdict::Forwarded);
        assert_eq!(arrived(&trace), (seen.into(), "10.244.2.2:8080".into()));
        let reason = trace.hops.iter().find_map(|hop| match &hop.reason {
            Reason::Service(service::Reason::HostPort { at, .. }) => Some(at.path.to_string()),
            _ => None,
        });
        assert_eq!(reason.as_deref(), Some("spec.containers[0].ports[1].hostPort"));
    }
    assert_eq!(walk(&network, &tcp(visitor(), "172.18.0.2", 443)).verdict, Verdict::Refused);
}
