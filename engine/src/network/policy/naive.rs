//! A second evaluator, written straight from the semantics page and sharing no code with the first.

use super::{Direction, End};
use crate::api::{
    Labels, NetworkPolicy, Operator, Peer, Phase, PolicyPort, PolicyRule, PortRef, Protocol, Selector,
};
use crate::cluster::{PodState, Snapshot};
use crate::profile::HostNetworkPods;
use std::net::IpAddr;

/// Both directions (semantics 11).
pub(super) fn allows(world: &Snapshot, from: End, to: End, protocol: Protocol, port: u16) -> bool {
    direction(world, Direction::Egress, from, to, protocol, port)
        && direction(world, Direction::Ingress, from, to, protocol, port)
}

pub(super) fn direction(
    world: &Snapshot,
    direction: Direction,
    from: End,
    to: End,
    protocol: Protocol,
    port: u16,
) -> bool {
    let (subject, peer) = if direction == Direction::Ingress { (to, from) } else { (from, to) };
    let Some(pod) = pod(world, subject) else { return true }; // 36, 40
    if subject.pod == peer.pod {
        return true; // 33
    }
    let peer_pod = self::pod(world, peer);
    let peer_node = node_of(world, peer);
    let own_node = peer_pod.is_none() && peer_node.is_some() && peer_node == node_of(world, subject);
    if own_node && (direction == Direction::Ingress || world.config.profile.egress_to_own_node) {
        return true; // 34, 35
    }
    let mut isolated = false;
    for (name, policy) in &world.policies {
        if name.namespace != pod.object.namespace || !selects(&policy.pod_selector, &pod.labels) {
            continue;
        }
        let (in_effect, rules) = if direction == Direction::Ingress {
            (policy.isolates_ingress, &policy.ingress)
        } else {
            (policy.isolates_egress, &policy.egress)
        };
        if !in_effect {
            continue; // 2
        }
        isolated = true;
        let destination = self::pod(world, to);
        let admitted = |rule: &PolicyRule| {
            let peer_fits = rule.peers.is_empty()
                || rule
                    .peers
                    .iter()
                    .any(|it| peer_matches(world, policy, &name.namespace, it, peer, peer_pod));
            let port_fits = rule.ports.is_empty()
                || rule.ports.iter().any(|it| port_matches(it, destination, protocol, port));
            peer_fits && port_fits
        };
        if rules.iter().any(admitted) {
            return true; // 11
        }
    }
    !isolated || !world.config.profile.enforces_policy
}

/// The pod policies see: not a finished one (38), not a host-network one seen as its node (36).
fn pod(world: &Snapshot, end: End) -> Option<&PodState> {
    let pod = living(world, end)?;
    let as_node = pod.spec.host_network && world.config.host_network == HostNetworkPods::AsNode;
    (!as_node).then_some(pod)
}

/// A finished pod has no address and no node any more.
fn living(world: &Snapshot, end: End) -> Option<&PodState> {
    let pod = &**world.pods.get(end.pod? as usize)?;
    (pod.phase == Phase::Running || pod.phase == Phase::Pending).then_some(pod)
}

fn node_of(world: &Snapshot, end: End) -> Option<usize> {
    let by_pod = living(world, end)
        .and_then(|pod| world.nodes.iter().position(|node| Some(&node.name) == pod.node.as_ref()));
    by_pod.or(end.node.map(|node| node as usize))
}

fn peer_matches(
    world: &Snapshot,
    _policy: &NetworkPolicy,
    own_namespace: &str,
    peer: &Peer,
    end: End,
    pod: Option<&PodState>,
) -> bool {
    match peer {
        Peer::Pods { pods, namespaces } => {
            let Some(pod) = pod else { return false };
            let here = match namespaces {
                None => *pod.object.namespace == *own_namespace,
                Some(selector) => {
                    let mut labels = world.namespaces[&pod.object.namespace].labels.clone();
                    labels.set("kubernetes.io/metadata.name".into(), pod.object.namespace.clone());
                    selects(selector, &labels)
                }
            };
            here && pods.as_ref().is_none_or(|selector| selects(selector, &pod.labels))
        }
        Peer::IpBlock { cidr, except } => {
            let inside = living(world, end).is_some() || end.node.is_some();
            let addressed = pod.is_none_or(|pod| !pod.ips.is_empty());
            let lies_in = |block: &crate::api::Cidr| match (block.network, end.address) {
                (IpAddr::V4(net), IpAddr::V4(ip)) => {
                    (0..block.prefix).all(|bit| u32::from(net) << bit >> 31 == u32::from(ip) << bit >> 31)
                }
                (IpAddr::V6(net), IpAddr::V6(ip)) => {
                    (0..block.prefix).all(|bit| u128::from(net) << bit >> 127 == u128::from(ip) << bit >> 127)
                }
                _ => false,
            };
            addressed
                && (world.config.profile.blocks_match_pods || !inside)
                && lies_in(cidr)
                && !except.iter().any(lies_in)
        }
    }
}

fn port_matches(written: &PolicyPort, destination: Option<&PodState>, protocol: Protocol, port: u16) -> bool {
    if written.protocol != protocol {
        return false;
    }
    match &written.port {
        None => true,
        Some(PortRef::Number(first)) => *first <= port && port <= written.end_port.unwrap_or(*first),
        Some(PortRef::Name(name)) => destination.is_some_and(|pod| {
            let sidecars = pod.spec.init_containers.iter().filter(|it| it.sidecar);
            sidecars
                .chain(&pod.spec.containers)
                .flat_map(|it| &it.ports)
                .any(|it| it.name.as_ref() == Some(name) && it.protocol == protocol && it.port == port)
        }),
    }
}

/// Semantics 13, 14.
fn selects(selector: &Selector, labels: &Labels) -> bool {
    let has = |key: &str| labels.iter().find(|(name, _)| &***name == key).map(|(_, value)| value.clone());
    selector.match_labels.iter().all(|(key, value)| has(key).as_ref() == Some(value))
        && selector.match_expressions.iter().all(|it| match it.operator {
            Operator::In => has(&it.key).is_some_and(|value| it.values.contains(&value)),
            Operator::NotIn => !has(&it.key).is_some_and(|value| it.values.contains(&value)),
            Operator::Exists => has(&it.key).is_some(),
            Operator::DoesNotExist => has(&it.key).is_none(),
        })
}
