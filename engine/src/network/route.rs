//! Who has which address, and the way packets take between nodes.

use crate::Str;
use std::net::IpAddr;

/// Compiled routes.
#[derive(Debug, Default)]
pub struct Routes {}

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
        way: crate::profile::BetweenNodes,
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
