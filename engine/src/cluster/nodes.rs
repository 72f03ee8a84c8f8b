//! Which nodes there are: those manifests state, those pods name, or the cluster's own.

use super::{Config, NodeState};
use crate::Str;
use crate::api::{Cidr, Labels, Object, Resource};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// Pods a node takes when it does not say (service-semantics 131).
const MAX_PODS: u32 = 110;

/// A node with what only the scheduler asks.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) state: Arc<NodeState>,
    pub(super) max_pods: u32,
    pub(super) schedulable: bool,
    pub(super) taints: Vec<Str>,
}

/// The nodes for these objects and the node names that pods state.
pub(super) fn nodes<'a>(
    config: &Config,
    objects: impl Iterator<Item = &'a Arc<Object>>,
    named: &BTreeSet<Str>,
) -> BTreeMap<Str, Node> {
    let mut found: BTreeMap<Str, Node> = BTreeMap::new();
    for object in objects {
        if let Resource::Node(node) = &object.resource {
            let state = NodeState {
                name: object.meta.name.clone(),
                labels: with_hostname(object.meta.labels.clone(), &object.meta.name),
                addresses: node.addresses.clone(),
                pod_cidrs: node.pod_cidrs.clone(),
                zone: node.zone.clone(),
                ready: node.ready.unwrap_or(true),
                declared: true,
            };
            let node = Node {
                state: Arc::new(state),
                max_pods: node.max_pods.unwrap_or(MAX_PODS),
                schedulable: !node.unschedulable,
                taints: node.taints.clone(),
            };
            found.insert(object.meta.name.clone(), node);
        }
    }
    let own = found.is_empty() && named.is_empty();
    let names = (1..=config.nodes).filter(|_| own).map(|i| Str::from(format!("node-{i}")));
    for name in names.chain(named.iter().cloned()) {
        found.entry(name.clone()).or_insert_with(|| Node {
            state: Arc::new(NodeState {
                labels: with_hostname(Labels::default(), &name),
                name,
                addresses: Vec::new(),
                pod_cidrs: Vec::new(),
                zone: None,
                ready: true,
                declared: false,
            }),
            max_pods: MAX_PODS,
            schedulable: true,
            taints: Vec::new(),
        });
    }
    complete(&mut found);
    found
}

/// Gives addresses and pod ranges to nodes that state none: 192.168.0.11, …, and a /24 each of 10.244.0.0/16, then of 10.245.0.0/16 on.
fn complete(nodes: &mut BTreeMap<Str, Node>) {
    let addresses: BTreeSet<IpAddr> = nodes.values().flat_map(|it| it.state.addresses.clone()).collect();
    let ranges: BTreeSet<Cidr> = nodes.values().flat_map(|it| it.state.pod_cidrs.clone()).collect();
    let mut free_addresses = (11u32..65_000)
        .map(|i| IpAddr::V4(Ipv4Addr::from(u32::from(Ipv4Addr::new(192, 168, 0, 0)) + i)))
        .filter(|it| !addresses.contains(it));
    let mut free_ranges = (1u32..65_000)
        .filter_map(|i| {
            Cidr::new(IpAddr::V4(Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 244, 0, 0)) + (i << 8))), 24)
        })
        .filter(|it| !ranges.contains(it));
    for node in nodes.values_mut() {
        let state = Arc::make_mut(&mut node.state);
        if state.addresses.is_empty() {
            state.addresses.extend(free_addresses.next());
        }
        if state.pod_cidrs.is_empty() {
            state.pod_cidrs.extend(free_ranges.next());
        }
    }
}

fn with_hostname(mut labels: Labels, name: &Str) -> Labels {
    let key = "kubernetes.io/hostname";
    if labels.get(key).is_none() {
        labels.set(key.into(), name.clone());
    }
    labels
}

/// What the scheduler asks of a node for one pod.
pub(super) struct Fit<'a> {
    pub(super) spec: &'a crate::api::PodSpec,
    /// Pods per node now.
    pub(super) counts: &'a BTreeMap<Str, u32>,
    /// Host ports in use: (node, port, protocol).
    pub(super) host_ports: &'a BTreeSet<(Str, u16, crate::api::Protocol)>,
}

impl Fit<'_> {
    /// The node with the fewest pods that takes it, or Kubernetes' words why none does.
    pub(super) fn choose(&self, nodes: &BTreeMap<Str, Node>) -> Result<Str, String> {
        let mut reasons: BTreeMap<&'static str, u32> = BTreeMap::new();
        let mut best: Option<(u32, &Str)> = None;
        for (name, node) in nodes {
            match self.refuses(name, node) {
                Some(reason) => *reasons.entry(reason).or_default() += 1,
                None => {
                    let count = self.counts.get(name).copied().unwrap_or(0);
                    if best.is_none_or(|(least, _)| count < least) {
                        best = Some((count, name));
                    }
                }
            }
        }
        best.map(|(_, name)| name.clone()).ok_or_else(|| {
            let told: Vec<String> =
                reasons.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
            format!("0/{} nodes are available: {}.", nodes.len(), told.join(", "))
        })
    }

    fn refuses(&self, name: &Str, node: &Node) -> Option<&'static str> {
        let tolerated = |key: &Str| self.spec.tolerations.iter().any(|it| it.is_empty() || it == key);
        if !node.state.ready {
            return Some("node(s) had untolerated taint(s)");
        }
        if !node.schedulable {
            return Some("node(s) were unschedulable");
        }
        if !node.taints.iter().all(tolerated) {
            return Some("node(s) had untolerated taint(s)");
        }
        if !self.spec.node_selector.subset_of(&node.state.labels) {
            return Some("node(s) didn't match Pod's node affinity/selector");
        }
        if host_ports(self.spec)
            .any(|(port, protocol)| self.host_ports.contains(&(name.clone(), port, protocol)))
        {
            return Some("node(s) didn't have free ports for the requested pod ports");
        }
        (self.counts.get(name).copied().unwrap_or(0) >= node.max_pods).then_some("Too many pods")
    }
}

/// The node's ports a pod wants: hostPorts, and all container ports of a host-network pod (service-semantics 125).
pub(super) fn host_ports(spec: &crate::api::PodSpec) -> impl Iterator<Item = (u16, crate::api::Protocol)> {
    let containers = spec.containers.iter().chain(spec.init_containers.iter().filter(|it| it.sidecar));
    containers.flat_map(|it| &it.ports).filter_map(|port| {
        let host = if spec.host_network { Some(port.port) } else { port.host_port };
        Some((host?, port.protocol))
    })
}
