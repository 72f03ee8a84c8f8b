//! Which nodes there are: those manifests state, those pods of a real cluster name, or else the default ones.

use super::allocate::{node_address, pod_block};
use super::{Cluster, NodeState};
use crate::Str;
use crate::api::{Kind, Labels, Node, Object, Resource};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// Default nodes at most.
const MAX_DEFAULT: u32 = 1_000;
/// Pods of a node that states no other number.
const MAX_PODS: u32 = 110;

/// A node, and what the scheduler asks of it.
#[derive(Clone, Debug)]
pub(super) struct NodeRecord {
    pub(super) state: Arc<NodeState>,
    /// Its block and address derive from it.
    number: u32,
    pub(super) unschedulable: bool,
    pub(super) taints: Vec<Str>,
    pub(super) max_pods: u32,
    /// Pods on it.
    pub(super) pods: u32,
    /// Where the search for a free pod address goes on.
    pub(super) last: u32,
}

impl Cluster {
    /// Brings the nodes in line with the objects; pods of nodes that are gone go with them.
    pub(super) fn refresh_nodes(&mut self) {
        let mut named: BTreeMap<Str, Option<IpAddr>> = BTreeMap::new();
        let mut observed = false;
        for (_, stored) in self.store.of_kind(Kind::Pod) {
            let Resource::Pod(pod) = &stored.object.resource else { continue };
            let Some(node) = &pod.spec.node_name else { continue };
            observed |= stored.object.observed;
            let own = pod.status.ips.first().filter(|_| pod.spec.host_network).copied();
            let entry = named.entry(node.clone()).or_default();
            *entry = entry.or(own);
        }
        let stated: BTreeMap<Str, Arc<Object>> = (self.store.of_kind(Kind::Node))
            .map(|(reference, stored)| (reference.name.clone(), stored.object.clone()))
            .collect();
        let mut wanted: Vec<Str> = Vec::new();
        if stated.is_empty() && !observed {
            let count = self.config.nodes.min(MAX_DEFAULT);
            wanted.extend((1..=count).map(|n| Str::from(format!("node-{n}"))));
        }
        wanted.extend(stated.keys().cloned());
        wanted.extend(named.keys().cloned());

        let mut before = std::mem::take(&mut self.nodes);
        let mut numbers: BTreeSet<u32> =
            wanted.iter().filter_map(|it| Some(before.get(it)?.number)).collect();
        for name in wanted {
            if self.nodes.contains_key(&name) {
                continue;
            }
            let old = before.remove(&name);
            let number = old
                .as_ref()
                .map(|it| it.number)
                .unwrap_or_else(|| (1..).find(|it| !numbers.contains(it)).unwrap_or(u32::MAX));
            numbers.insert(number);
            let address = named.get(&name).copied().flatten();
            let object = stated.get(&name).map(|it| &**it);
            let mut record = node(name.clone(), object, number, address);
            if let Some(old) = old {
                (record.pods, record.last) = (old.pods, old.last);
                if record.state == old.state {
                    record.state = old.state;
                }
            }
            self.nodes.insert(name, record);
        }
        if !before.is_empty() {
            let lost: Vec<_> = (self.pods.iter())
                .filter(|(_, it)| it.state.node.as_ref().is_some_and(|node| before.contains_key(node)))
                .map(|(key, _)| key.clone())
                .collect();
            for key in lost {
                self.lose_node(&key);
            }
        }
        self.work.room = true;
        self.work.endpoints = true;
        self.touch();
    }
}

/// A node as its object states it, and what the cluster adds.
fn node(name: Str, object: Option<&Object>, number: u32, address: Option<IpAddr>) -> NodeRecord {
    let stated = match object.map(|it| &it.resource) {
        Some(Resource::Node(node)) => node.clone(),
        _ => Node::default(),
    };
    let mut labels = object.map_or_else(Labels::default, |it| it.meta.labels.clone());
    let hostname = "kubernetes.io/hostname";
    if labels.get(hostname).is_none() {
        labels.set(hostname.into(), name.clone());
    }
    let own = || vec![address.unwrap_or_else(|| node_address(number))];
    NodeRecord {
        state: Arc::new(NodeState {
            labels,
            addresses: if stated.addresses.is_empty() { own() } else { stated.addresses },
            pod_cidrs: if stated.pod_cidrs.is_empty() { vec![pod_block(number)] } else { stated.pod_cidrs },
            zone: stated.zone,
            ready: stated.ready.unwrap_or(true),
            declared: object.is_some(),
            name,
        }),
        number,
        unschedulable: stated.unschedulable,
        taints: stated.taints,
        max_pods: stated.max_pods.unwrap_or(MAX_PODS),
        pods: 0,
        last: 0,
    }
}
