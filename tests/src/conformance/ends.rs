//! The ends of statements: `ns/pod`, `ns/name[Kind]`, `node:NAME`, `service:ns/name`, `host:NAME@ADDRESS`, addresses.

use podyard_engine::api::{Kind, ObjectRef, Peer, Protocol};
use podyard_engine::cluster::{ServiceState, Snapshot};
use podyard_engine::connect::{Source, Target};
use podyard_engine::network::Network;
use podyard_engine::network::policy::End as Judged;
use podyard_engine::network::route::Owner;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// One end, found in the world.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// By index.
    Pod(u32),
    /// By index.
    Node(u32),
    Outside(IpAddr),
    /// By index.
    Service(usize),
}

/// Every end that a statement's text stands for.
pub(super) fn find(network: &Network, text: &str) -> Result<Vec<End>, String> {
    let snapshot = &network.snapshot;
    let missing = || format!("{text} is not there");
    if let Some(name) = text.strip_prefix("node:") {
        return Ok(vec![End::Node(network.find_node(name).ok_or_else(missing)?)]);
    }
    if let Some(name) = text.strip_prefix("service:") {
        let service = snapshot.services.iter().position(|it| is(&it.object, name));
        return Ok(vec![End::Service(service.ok_or_else(missing)?)]);
    }
    if let Some((_, address)) = text.strip_prefix("host:").and_then(|it| it.split_once('@')) {
        return Ok(vec![End::Outside(address.parse().map_err(|_| missing())?)]);
    }
    if let Ok(address) = text.parse() {
        return Ok(vec![by_address(network, address)]);
    }
    if let Some((first, last)) = text.split_once('-').filter(|_| !text.contains('/')) {
        return range(network, first.parse().map_err(|_| missing())?, last.parse().map_err(|_| missing())?);
    }
    let (name, kind) = match text.split_once('[') {
        Some((name, kind)) => (name, Some(kind.trim_end_matches(']'))),
        None => (text, None),
    };
    let ours = snapshot.pods.iter().zip(0u32..).filter(|(pod, _)| match kind {
        None => is(&pod.object, name),
        Some(kind) => is(&pod.workload, name) && pod.workload.kind.name() == kind,
    });
    let ends: Vec<End> = ours.map(|(_, index)| End::Pod(index)).collect();
    if ends.is_empty() { Err(missing()) } else { Ok(ends) }
}

fn is(object: &ObjectRef, name: &str) -> bool {
    name.split_once('/')
        .is_some_and(|(namespace, name)| *object.namespace == *namespace && *object.name == *name)
}

/// Whoever has an address, else the outside.
fn by_address(network: &Network, address: IpAddr) -> End {
    match network.routes.owner(address) {
        Owner::Pod(pod) => End::Pod(pod),
        Owner::Node(node) => End::Node(node),
        Owner::Nobody | Owner::Outside => End::Outside(address),
    }
}

/// Addresses of a range that stand for all of it: one between any two edges of the policies' blocks, where no pod and no
/// node has it.
fn range(network: &Network, first: IpAddr, last: IpAddr) -> Result<Vec<End>, String> {
    let (IpAddr::V4(first), IpAddr::V4(last)) = (first, last) else {
        return Err("ranges are of IPv4".to_owned());
    };
    let (first, last) = (u32::from(first), u32::from(last));
    let mut edges: BTreeSet<u32> = edges(network).filter(|edge| (first..=last).contains(edge)).collect();
    edges.insert(first);
    let ends = edges.iter().filter_map(|&edge| {
        let next = edges.range(edge.checked_add(1)?..).next().copied().unwrap_or(last);
        let free =
            |address: &u32| matches!(by_address(network, IpAddr::V4((*address).into())), End::Outside(_));
        (edge..=next).find(free).map(|address| End::Outside(IpAddr::V4(address.into())))
    });
    Ok(ends.collect())
}

/// Where blocks of policies begin, and where they have just ended.
fn edges(network: &Network) -> impl Iterator<Item = u32> {
    let rules =
        network.snapshot.policies.iter().flat_map(|(_, policy)| policy.ingress.iter().chain(&policy.egress));
    let blocks = rules.flat_map(|rule| &rule.peers).flat_map(|peer| match peer {
        Peer::IpBlock { cidr, except } => except.iter().chain([cidr]).copied().collect(),
        Peer::Pods { .. } => Vec::new(),
    });
    blocks.flat_map(|block| {
        let IpAddr::V4(network) = block.network else { return Vec::new() };
        let begin = u32::from(network);
        let size = 1u64 << (32 - u32::from(block.prefix));
        let end = u32::try_from(u64::from(begin) + size);
        [Some(begin), end.ok()].into_iter().flatten().collect()
    })
}

impl End {
    /// As policies see it; `None` for a Service, and for a pod without an address of the family.
    pub(super) fn judged(&self, snapshot: &Snapshot, ipv6: bool) -> Option<Judged> {
        let nobody = |address| Judged { pod: None, node: None, address };
        match self {
            End::Pod(index) => {
                let pod = snapshot.pods.get(*index as usize)?;
                let address = pod.ips.iter().find(|ip| ip.is_ipv6() == ipv6)?;
                Some(Judged { pod: Some(*index), ..nobody(*address) })
            }
            End::Node(index) => {
                let node = snapshot.nodes.get(*index as usize)?;
                let address = node.addresses.iter().find(|ip| ip.is_ipv6() == ipv6)?;
                Some(Judged { node: Some(*index), ..nobody(*address) })
            }
            End::Outside(address) => Some(nobody(*address)),
            End::Service(_) => None,
        }
    }

    /// As a walk starts from it.
    pub(super) fn source(&self, snapshot: &Snapshot) -> Option<Source> {
        Some(match self {
            End::Pod(index) => Source::Pod(snapshot.pods.get(*index as usize)?.object.clone()),
            End::Node(index) => Source::Node(snapshot.nodes.get(*index as usize)?.name.clone()),
            End::Outside(address) => Source::Outside(*address),
            End::Service(_) => return None,
        })
    }

    /// As a walk goes to it, with the port to ask for; from outside, a Service is entered at a node's port.
    pub(super) fn target(
        &self,
        snapshot: &Snapshot,
        ipv6: bool,
        (protocol, port): (Protocol, u16),
        enter: Option<IpAddr>,
    ) -> Option<(Target, u16)> {
        let End::Service(index) = self else {
            return Some((Target::Address(self.judged(snapshot, ipv6)?.address), port));
        };
        let service = snapshot.services.get(*index)?;
        if let Some(node) = enter {
            if let Some(address) = service.load_balancer_ips.first() {
                return Some((Target::Address(*address), port));
            }
            return Some((Target::Address(node), node_port(service, protocol, port)?));
        }
        let own = service.cluster_ips.iter().find(|ip| ip.is_ipv6() == ipv6);
        Some(match own {
            Some(address) => (Target::Address(*address), port),
            None => (Target::Name(full_name(&service.object)), port),
        })
    }
}

fn node_port(service: &ServiceState, protocol: Protocol, port: u16) -> Option<u16> {
    service.ports.iter().find(|(it, _)| it.protocol == protocol && it.port == port)?.1
}

fn full_name(service: &ObjectRef) -> podyard_engine::Str {
    format!("{}.{}.svc.cluster.local", service.name, service.namespace).into()
}

/// The Service that stands for a pod alone in upstream's tests: `service:x/s-x-a` for `x/a`.
pub(super) fn service_of(network: &Network, pod: &str) -> Option<End> {
    let (namespace, name) = pod.split_once('/')?;
    let wanted = ObjectRef {
        kind: Kind::Service,
        namespace: namespace.into(),
        name: format!("s-{namespace}-{name}").into(),
    };
    network.snapshot.services.iter().position(|it| it.object == wanted).map(End::Service)
}
