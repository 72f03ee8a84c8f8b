//! v1 Node.

use super::read::{FromNode, Path, Reader, reads};
use super::{Cidr, Labels, names};
use crate::Str;
use crate::manifest::{Node as Tree, Value};
use crate::text::FieldPath;
use std::collections::BTreeSet;
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
    value: Str,
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
    also ["providerID", "podPreemptionPolicy", "configSource", "externalID"]);
reads!(Taint { key: "key", value: "value", effect: "effect" } also ["timeAdded"]);
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
    pub(super) fn finish(self, labels: &Labels, tree: &Tree, reader: &mut Reader) -> Node {
        self.check(tree, reader);
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

    /// Taints: a sound key, a known effect, each pair once. The server says `metadata.taints`.
    fn check(&self, tree: &Tree, reader: &mut Reader) {
        let taints = tree.get("spec").and_then(|spec| spec.value.get("taints"));
        let items = taints.map_or(&[][..], |entry| entry.value.items());
        let mut seen = BTreeSet::new();
        for (i, (taint, item)) in self.spec.taints.iter().zip(items).enumerate() {
            let here = FieldPath::root().field("metadata").field("taints").index(i);
            let span = |name: &str| item.get(name).map_or(item.span, |entry| entry.value.span);
            reader.wrong(span("key"), &here.field("key"), &taint.key, names::label_key(&taint.key));
            match &*taint.effect {
                "" => reader.required(item.span, here.field("effect"), ""),
                "NoSchedule" | "PreferNoSchedule" | "NoExecute" => {}
                other => {
                    let supported = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
                    reader.unsupported(span("effect"), here.field("effect"), other, &supported);
                }
            }
            if !seen.insert((&taint.key, &taint.effect)) {
                let value = format!(
                    "{{\"Key\":{:?},\"Value\":{:?},\"Effect\":{:?},\"TimeAdded\":null}}: taints must be unique by key and effect pair",
                    taint.key, taint.value, taint.effect
                );
                reader.duplicate(item.span, here, &value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::api::Resource;
    use crate::api::fixture::{errors, read};

    #[test]
    fn observed_nodes_keep_addresses_ranges_and_readiness() {
        let text = "apiVersion: v1\nkind: Node\nmetadata: {name: n1, labels: {topology.kubernetes.io/zone: z}}\nspec:\n  podCIDR: 10.244.1.0/24\n  podCIDRs: [10.244.1.0/24]\n  taints: [{key: a, effect: NoSchedule}, {key: b, effect: PreferNoSchedule}]\nstatus:\n  addresses: [{type: ExternalIP, address: 203.0.113.1}, {type: InternalIP, address: 10.0.0.1}, {type: Hostname, address: n1}]\n  allocatable: {pods: '20', cpu: 500m}\n  conditions: [{type: Ready, status: 'False'}]\n";
        let (objects, found) = read(text);
        assert!(found.is_empty() && objects[0].observed, "{found:?}");
        assert_eq!(objects[0].reference().to_string(), "Node/n1");
        let Resource::Node(node) = &objects[0].resource else { panic!() };
        let addresses: Vec<String> = node.addresses.iter().map(ToString::to_string).collect();
        assert_eq!(addresses, ["10.0.0.1", "203.0.113.1"]);
        assert_eq!((node.pod_cidrs.len(), node.max_pods, node.ready), (1, Some(20), Some(false)));
        assert_eq!((node.zone.as_deref(), node.taints.len()), (Some("z"), 1));
    }

    #[test]
    fn taints_are_checked() {
        let text = "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nspec:\n  taints: [{key: a, effect: NoSchedule}, {key: a, value: x, effect: NoSchedule}, {key: b, effect: Nope}, {key: '-'}]\n";
        let expected = [
            "metadata.taints[1]",
            "metadata.taints[2].effect",
            "metadata.taints[3].key",
            "metadata.taints[3].effect",
        ];
        assert_eq!(errors(text), expected);
    }
}
