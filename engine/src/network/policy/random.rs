//! Over random worlds: the quick answer, the answer with reasons and the naive evaluator are one decision.

use super::fixture::{block, container, labels, outside, pods, world};
use super::{Direction, End, Policies, Reason, naive};
use crate::api::{
    NetworkPolicy, Operator, Peer, Phase, PolicyPort, PolicyRule, PortRef, Protocol, Requirement, Selector,
};
use crate::cluster::Snapshot;
use crate::profile::{HostNetworkPods, Profile};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::sync::Arc;

const NAMESPACES: [&str; 3] = ["x", "y", "z"];
const KEYS: [&str; 2] = ["app", "tier"];
const VALUES: [&str; 3] = ["a", "b", ""];
const NODES: [(&str, &str); 2] = [("n1", "192.168.0.1"), ("n2", "192.168.0.2")];
const BLOCKS: [&str; 7] = [
    "0.0.0.0/0",
    "10.0.0.0/16",
    "10.0.0.0/29",
    "10.0.0.4/30",
    "192.168.0.0/24",
    "192.168.0.2/32",
    "fd00::/64",
];
const PORTS: [u16; 4] = [80, 81, 82, 8080];
const NAMES: [&str; 2] = ["web", "admin"];
const OUTSIDE: [&str; 2] = ["203.0.113.9", "fd00::9"];

#[derive(Clone, Debug)]
struct PodShape {
    namespace: usize,
    labels: Vec<(&'static str, &'static str)>,
    node: usize,
    ports: Vec<(&'static str, u16)>,
    sidecar: Option<u16>,
    /// 0: on the host network, 1: finished, 2: without address, more: ordinary.
    kind: u8,
}

fn label_pairs() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    vec((proptest::sample::select(&KEYS[..]), proptest::sample::select(&VALUES[..])), 0..3)
}

fn pod_shape() -> impl Strategy<Value = PodShape> {
    let port = (proptest::sample::select(&NAMES[..]), proptest::sample::select(&PORTS[..]));
    let sidecar = option::weighted(0.2, proptest::sample::select(&PORTS[..]));
    (0..3usize, label_pairs(), 0..2usize, vec(port, 0..3), sidecar, 0..12u8).prop_map(
        |(namespace, labels, node, ports, sidecar, kind)| PodShape {
            namespace,
            labels,
            node,
            ports,
            sidecar,
            kind,
        },
    )
}

fn any_selector() -> impl Strategy<Value = Selector> {
    let operator = proptest::sample::select(vec![
        Operator::In,
        Operator::NotIn,
        Operator::Exists,
        Operator::DoesNotExist,
    ]);
    let values = vec(proptest::sample::select(&VALUES[..]), 1..3);
    let keys =
        prop_oneof![3 => proptest::sample::select(&KEYS[..]), 1 => Just("kubernetes.io/metadata.name")];
    let requirement = (keys, operator, values).prop_map(|(key, operator, values)| {
        let mut values: Vec<_> = values.into_iter().map(Into::into).collect();
        values.push("x".into());
        if matches!(operator, Operator::Exists | Operator::DoesNotExist) {
            values.clear();
        }
        Requirement { key: key.into(), operator, values }
    });
    let pair = (proptest::sample::select(&KEYS[..]), proptest::sample::select(&VALUES[..]));
    (vec(pair, 0..2), option::weighted(0.3, requirement)).prop_map(|(pairs, requirement)| Selector {
        match_labels: labels(&pairs),
        match_expressions: requirement.into_iter().collect(),
    })
}

fn any_peer() -> impl Strategy<Value = Peer> {
    let selectors = (option::of(any_selector()), option::of(any_selector()))
        .prop_filter("a peer names something", |(a, b)| a.is_some() || b.is_some())
        .prop_map(|(namespaces, selected)| pods(namespaces, selected));
    let blocks = (proptest::sample::select(&BLOCKS[..]), vec(proptest::sample::select(&BLOCKS[..]), 0..2))
        .prop_map(|(cidr, except)| Peer::IpBlock {
            cidr: block(cidr),
            except: except.into_iter().filter(|it| *it != "0.0.0.0/0").map(block).collect(),
        });
    prop_oneof![2 => selectors, 1 => blocks]
}

fn any_protocol() -> impl Strategy<Value = Protocol> {
    prop_oneof![4 => Just(Protocol::Tcp), 1 => Just(Protocol::Udp), 1 => Just(Protocol::Sctp)]
}

fn any_port() -> impl Strategy<Value = PolicyPort> {
    let number = (proptest::sample::select(&PORTS[..]), option::weighted(0.3, 0..9000u16))
        .prop_map(|(port, over)| (Some(PortRef::Number(port)), over.map(|over| port.saturating_add(over))));
    let name = proptest::sample::select(&NAMES[..]).prop_map(|name| (Some(PortRef::Name(name.into())), None));
    let port = prop_oneof![4 => number, 2 => name, 1 => Just((None, None))];
    (any_protocol(), port).prop_map(|(protocol, (port, end_port))| PolicyPort { protocol, port, end_port })
}

fn any_rule() -> impl Strategy<Value = PolicyRule> {
    (vec(any_peer(), 0..3), vec(any_port(), 0..3)).prop_map(|(peers, ports)| PolicyRule { peers, ports })
}

fn any_policy() -> impl Strategy<Value = (usize, NetworkPolicy)> {
    (0..3usize, any_selector(), 0..3u8, vec(any_rule(), 0..3), vec(any_rule(), 0..3)).prop_map(
        |(namespace, pod_selector, types, ingress, egress)| {
            let (isolates_ingress, isolates_egress) = (types != 1, types != 0);
            let policy = NetworkPolicy {
                pod_selector,
                isolates_ingress,
                isolates_egress,
                ingress,
                egress,
                ..NetworkPolicy::default()
            };
            (namespace, policy)
        },
    )
}

fn any_world() -> impl Strategy<Value = Snapshot> {
    let namespaces = vec(label_pairs(), 3);
    let modes = (proptest::sample::select(&Profile::ALL[..]), any::<bool>());
    (namespaces, vec(pod_shape(), 2..8), vec(any_policy(), 0..6), modes).prop_map(
        |(namespaces, shapes, policies, (profile, as_pods))| {
            let mut world = world();
            world.config.profile = profile;
            world.config.host_network =
                if as_pods { HostNetworkPods::AsPods } else { HostNetworkPods::AsNode };
            for (name, labels) in NAMESPACES.iter().zip(&namespaces) {
                world = world.namespace(name, labels);
            }
            for (name, ip) in NODES {
                world = world.node(name, ip);
            }
            for (i, shape) in shapes.into_iter().enumerate() {
                let (node, node_ip) = NODES[shape.node];
                let ip = match shape.kind {
                    0 => node_ip.to_owned(),
                    2 => String::new(),
                    _ => format!("10.0.0.{i}"),
                };
                let name = format!("{}/p{i}", NAMESPACES[shape.namespace]);
                world = world.pod_with(&name, node, &ip, &shape.labels, |pod| {
                    let spec = Arc::make_mut(&mut pod.spec);
                    spec.host_network = shape.kind == 0;
                    spec.containers = vec![container(&shape.ports)];
                    if let Some(port) = shape.sidecar {
                        let mut side = container(&[("web", port)]);
                        side.sidecar = port != 82;
                        spec.init_containers = vec![side];
                    }
                    if shape.kind == 1 {
                        pod.phase = Phase::Failed;
                    }
                });
            }
            for (i, (namespace, policy)) in policies.into_iter().enumerate() {
                world = world.policy(&format!("{}/p{i}", NAMESPACES[namespace]), policy);
            }
            world
        },
    )
}

fn ends(world: &Snapshot) -> Vec<End> {
    let pods =
        world.pods.iter().map(|pod| world.end(&format!("{}/{}", pod.object.namespace, pod.object.name)));
    let nodes = NODES.iter().map(|(name, _)| world.node_end(name));
    pods.chain(nodes).chain(OUTSIDE.iter().map(|ip| outside(ip))).collect()
}

#[test]
fn three_evaluators_agree() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let (mut allowed, mut denied) = (0u32, 0u32);
    let counts = std::cell::RefCell::new((&mut allowed, &mut denied));
    let outcome = TestRunner::new_with_rng(config, rng).run(&any_world(), |world| {
        let policies = Policies::compile(&Arc::new(world.clone()));
        for from in ends(&world) {
            for to in ends(&world) {
                for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Sctp, Protocol::Icmp] {
                    for port in if protocol == Protocol::Icmp { &[0][..] } else { &PORTS[..] } {
                        let quick = policies.allows(from, to, protocol, *port);
                        let egress = policies.egress(from, to, protocol, *port);
                        let ingress = policies.ingress(from, to, protocol, *port);
                        prop_assert_eq!(quick, egress.allowed && ingress.allowed);
                        for (direction, decision) in
                            [(Direction::Egress, &egress), (Direction::Ingress, &ingress)]
                        {
                            let naive = naive::direction(&world, direction, from, to, protocol, *port);
                            prop_assert_eq!(decision.allowed, naive, "{:?} {:?}", direction, decision.reason);
                            prop_assert_eq!(
                                decision.allowed,
                                !matches!(decision.reason, Reason::Isolated { .. })
                            );
                        }
                        prop_assert_eq!(quick, naive::allows(&world, from, to, protocol, *port));
                        let mut counts = counts.borrow_mut();
                        if quick { *counts.0 += 1 } else { *counts.1 += 1 }
                    }
                }
            }
        }
        Ok(())
    });
    outcome.unwrap();
    assert!(allowed > 1000 && denied > 1000, "the worlds say too little: {allowed} allowed, {denied} denied");
}
