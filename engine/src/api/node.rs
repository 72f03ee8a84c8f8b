//! v1 Node.

use super::read::{FromNode, Path, Reader, reads};
use super::{Cidr, Labels};
use crate::Str;
use crate::manifest::{Node as Tree, Value};
use std::net::IpAddr;

/// A node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// `status.addresses` of type InternalIP, then ExternalIP.
    pub addresses: Vec<IpAddr>,
    /// `spec.podCIDR(s)`.
    pub pod_cidrs: Vec<Cidr>,
    /// `spec.unschedulable`.
    pub unschedulable: bool,
    /// `status.allocatable.pods`; 110 when absent.
    pub max_pods: Option<u32>,
    /// The Ready condition, when stated.
    pub ready: Option<bool>,
    /// Label `topology.kubernetes.io/zone`.
    pub zone: Option<Str>,
    /// `spec.taints` with effect NoSchedule or NoExecute, as `key`.
    pub taints: Vec<Str>,
}

#[derive(Default)]
pub(super) struct RawNode {
    spec: Spec,
    status: Status,
}

#[derive(Default)]
struct Spec {
    pod_cidr: Option<Cidr>,
    pod_cidrs: Vec<Cidr>,
    unschedulable: bool,
    taints: Vec<Taint>,
}

#[derive(Default)]
struct Taint {
    key: Str,
    effect: Str,
}

#[derive(Default)]
struct Status {
    addresses: Vec<Address>,
    allocatable: Quantities,
    conditions: Vec<Condition>,
}

#[derive(Default)]
struct Address {
    kind: Str,
    address: Str,
}

/// One of `status.conditions`, of nodes and pods.
#[derive(Default)]
pub(super) struct Condition {
    pub(super) kind: Str,
    pub(super) status: Str,
}

#[derive(Default)]
struct Quantities {
    pods: Option<u32>,
}

reads!(RawNode { spec: "spec", status: "status" } also ["apiVersion", "kind", "metadata"]);
reads!(Spec { pod_cidr: "podCIDR", pod_cidrs: "podCIDRs", unschedulable: "unschedulable", taints: "taints" }
    also ["providerID", "configSource", "externalID"]);
reads!(Taint { key: "key", effect: "effect" } also ["value", "timeAdded"]);
reads!(Status { addresses: "addresses", allocatable: "allocatable", conditions: "conditions" } also [
    "capacity", "phase", "daemonEndpoints", "nodeInfo", "images", "volumesInUse", "volumesAttached", "config",
    "runtimeHandlers", "features", "declaredFeatures",
]);
reads!(Address { kind: "type", address: "address" } also []);
reads!(Condition { kind: "type", status: "status" } also [
    "reason", "message", "lastTransitionTime", "lastHeartbeatTime", "lastProbeTime", "observedGeneration",
]);

/// Quantities are numbers or texts; only whole numbers of pods matter here.
impl FromNode for Quantities {
    fn from_node(node: &Tree, _: &Path<'_>, _: &mut Reader) -> Option<Self> {
        let pods = node.get("pods").and_then(|entry| match &entry.value.value {
            Value::Integer(number) => u32::try_from(*number).ok(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        });
        Some(Self { pods })
    }
}

impl RawNode {
    /// The node, with what its labels say.
    pub(super) fn finish(self, labels: &Labels) -> Node {
        let of = |kind: &str| {
            let found = self.status.addresses.iter().filter(|it| &*it.kind == kind);
            found.filter_map(|it| it.address.parse().ok()).collect::<Vec<IpAddr>>()
        };
        let mut addresses = of("InternalIP");
        addresses.extend(of("ExternalIP"));
        let mut pod_cidrs = self.spec.pod_cidrs;
        if let Some(first) = self.spec.pod_cidr.filter(|it| !pod_cidrs.contains(it)) {
            pod_cidrs.insert(0, first);
        }
        let taints = self.spec.taints.into_iter().filter(|it| &*it.effect != "PreferNoSchedule");
        Node {
            addresses,
            pod_cidrs,
            unschedulable: self.spec.unschedulable,
            max_pods: self.status.allocatable.pods,
            ready: self
                .status
                .conditions
                .iter()
                .find(|it| &*it.kind == "Ready")
                .map(|it| &*it.status == "True"),
            zone: labels.get("topology.kubernetes.io/zone").cloned(),
            taints: taints.map(|it| it.key).collect(),
        }
    }
}
