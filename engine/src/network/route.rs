//! Who has which address, and the way packets take between nodes.

use super::node_index;
use crate::Str;
use crate::api::{Cidr, Phase};
use crate::cluster::Snapshot;
use crate::profile::BetweenNodes;
use rustc_hash::FxHashMap;
use std::net::{IpAddr, Ipv4Addr};

/// Compiled routes.
#[derive(Debug, Default)]
pub struct Routes {
    owners: FxHashMap<IpAddr, Owner>,
    /// Where pods and Services get their addresses: nobody outside has one of these.
    inside: Vec<Cidr>,
    /// Per pod: its node.
    pod_nodes: Vec<Option<u32>>,
    /// Per node: its host-network pods.
    host_pods: Vec<Vec<u32>>,
    /// Ready nodes: where traffic from outside may enter.
    entries: Vec<u32>,
    way: Option<BetweenNodes>,
}

/// Who has an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A pod, by index into `Snapshot::pods`.
    Pod(u32),
    /// A node, by index into `Snapshot::nodes` (host-network pods included).
    Node(u32),
    /// Inside the pods' ranges, but nobody has it.
    Nobody,
    /// Outside the cluster.
    Outside,
}

/// How a packet travels, or why it does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Inside one pod.
    Loopback,
    /// Inside one node.
    SameNode {
        /// The node.
        node: Str,
    },
    /// From node to node.
    BetweenNodes {
        /// From.
        from: Str,
        /// To.
        to: Str,
        /// How.
        way: BetweenNodes,
    },
    /// Out of the cluster; the source becomes the node's address (service-semantics 136).
    ToOutside {
        /// The node it leaves from.
        node: Str,
        /// The address it leaves with.
        source: IpAddr,
    },
    /// Into the cluster at this node.
    FromOutside {
        /// The node.
        node: Str,
    },
    /// The source has no address yet.
    NoAddress,
    /// Nobody has the address, or it is not routed from there.
    NoRoute {
        /// The address.
        address: IpAddr,
    },
    /// Nobody has the address; packets to it vanish (service-semantics 134).
    Vanished {
        /// The address.
        address: IpAddr,
    },
    /// Pod addresses and ClusterIPs are not routed from outside.
    NotRoutedFromOutside {
        /// The address.
        address: IpAddr,
    },
}

impl Routes {
    /// Compiles the owners of addresses. Finished pods own none: theirs may be used again (semantics 38).
    pub fn compile(snapshot: &Snapshot) -> Self {
        let mut routes = Routes {
            inside: [(10, 96, 12), (10, 244, 16)]
                .into_iter()
                .filter_map(|(a, b, prefix)| Cidr::new(Ipv4Addr::new(a, b, 0, 0).into(), prefix))
                .collect(),
            host_pods: vec![Vec::new(); snapshot.nodes.len()],
            way: Some(snapshot.config.profile.between_nodes),
            ..Routes::default()
        };
        for (pod, index) in snapshot.pods.iter().zip(0u32..) {
            let node = pod.node.as_deref().and_then(|name| node_index(snapshot, name));
            routes.pod_nodes.push(node);
            if matches!(pod.phase, Phase::Succeeded | Phase::Failed) {
                continue;
            }
            if pod.spec.host_network {
                if let Some(pods) = node.and_then(|node| routes.host_pods.get_mut(node as usize)) {
                    pods.push(index);
                }
                continue;
            }
            for address in &pod.ips {
                if !(pod.terminating && routes.owners.contains_key(address)) {
                    routes.owners.insert(*address, Owner::Pod(index));
                }
            }
        }
        for (node, index) in snapshot.nodes.iter().zip(0u32..) {
            routes.inside.extend(&node.pod_cidrs);
            routes.owners.extend(node.addresses.iter().map(|address| (*address, Owner::Node(index))));
            if node.ready {
                routes.entries.push(index);
            }
        }
        routes
    }

    /// Who has the address.
    ///
    /// The usual ranges of Services (10.96.0.0/12, service-semantics 10) and pods (10.244.0.0/16, service-semantics 131)
    /// belong to the cluster even where no node states them.
    pub fn owner(&self, address: IpAddr) -> Owner {
        match self.owners.get(&address) {
            Some(owner) => *owner,
            None if self.inside.iter().any(|range| range.contains(address)) => Owner::Nobody,
            None => Owner::Outside,
        }
    }

    /// The node a pod runs on.
    pub fn node_of(&self, pod: u32) -> Option<u32> {
        self.pod_nodes.get(pod as usize).copied().flatten()
    }

    /// The host-network pods of a node that are not finished, in the snapshot's order.
    pub fn host_pods(&self, node: u32) -> &[u32] {
        self.host_pods.get(node as usize).map_or(&[], Vec::as_slice)
    }

    /// The nodes where traffic from outside may enter.
    pub fn entries(&self) -> &[u32] {
        &self.entries
    }

    /// How packets go from node to node.
    pub fn way(&self) -> BetweenNodes {
        self.way.unwrap_or(BetweenNodes::Route)
    }
}
