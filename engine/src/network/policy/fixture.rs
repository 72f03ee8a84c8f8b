//! Small worlds built by hand, for the tests of this folder.

use super::End;
use crate::Str;
use crate::api::{
    Cidr, Container, ContainerPort, Kind, Labels, NetworkPolicy, ObjectRef, Peer, Phase, PodSpec, PolicyPort,
    PolicyRule, PortRef, Protocol, Selector,
};
use crate::cluster::{Config, NamespaceState, NodeState, Origin, PodState, Snapshot, Time};
use crate::profile::{HostNetworkPods, Profile};
use crate::text::FieldPath;
use std::net::IpAddr;
use std::sync::Arc;

pub(super) fn labels(pairs: &[(&str, &str)]) -> Labels {
    Labels::new(pairs.iter().map(|(key, value)| (Str::from(*key), Str::from(*value))))
}

pub(super) fn selector(pairs: &[(&str, &str)]) -> Selector {
    Selector { match_labels: labels(pairs), match_expressions: Vec::new() }
}

pub(super) fn reference(kind: Kind, namespace: &str, name: &str) -> ObjectRef {
    ObjectRef { kind, namespace: namespace.into(), name: name.into() }
}

pub(super) fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(super) fn block(text: &str) -> Cidr {
    let (network, prefix) = text.split_once('/').unwrap();
    Cidr::new(address(network), prefix.parse().unwrap()).unwrap()
}

/// `namespaceSelector` and `podSelector` of a peer.
pub(super) fn pods(namespaces: Option<Selector>, pods: Option<Selector>) -> Peer {
    Peer::Pods { pods, namespaces }
}

pub(super) fn tcp(port: u16) -> PolicyPort {
    PolicyPort { protocol: Protocol::Tcp, port: Some(PortRef::Number(port)), end_port: None }
}

pub(super) fn rule(peers: Vec<Peer>, ports: Vec<PolicyPort>) -> PolicyRule {
    PolicyRule { peers, ports }
}

pub(super) fn ingress(pod_selector: Selector, ingress: Vec<PolicyRule>) -> NetworkPolicy {
    NetworkPolicy { pod_selector, isolates_ingress: true, ingress, ..NetworkPolicy::default() }
}

pub(super) fn egress(pod_selector: Selector, egress: Vec<PolicyRule>) -> NetworkPolicy {
    NetworkPolicy { pod_selector, isolates_egress: true, egress, ..NetworkPolicy::default() }
}

/// A world under the reference profile.
pub(super) fn world() -> Snapshot {
    Snapshot {
        version: 1,
        time: Time(0),
        config: config(),
        namespaces: Default::default(),
        nodes: Vec::new(),
        pods: Vec::new(),
        workloads: Vec::new(),
        services: Vec::new(),
        policies: Vec::new(),
        config_maps: Default::default(),
        others: Vec::new(),
    }
}

fn config() -> Config {
    Config {
        nodes: 0,
        profile: Profile::REFERENCE,
        host_network: HostNetworkPods::AsNode,
        seed: 1,
        system: false,
    }
}

impl Snapshot {
    pub(super) fn namespace(mut self, name: &str, pairs: &[(&str, &str)]) -> Self {
        let order = u32::try_from(self.namespaces.len()).unwrap();
        self.namespaces.insert(name.into(), NamespaceState { labels: labels(pairs), declared: true, order });
        self
    }
    pub(super) fn node(mut self, name: &str, ip: &str) -> Self {
        self.nodes.push(Arc::new(NodeState {
            name: name.into(),
            labels: Labels::default(),
            addresses: vec![address(ip)],
            pod_cidrs: Vec::new(),
            zone: None,
            ready: true,
            declared: true,
        }));
        self
    }
    pub(super) fn with_pod(self, name: &str, node: &str, ip: &str, pairs: &[(&str, &str)]) -> Self {
        self.pod_with(name, node, ip, pairs, |_| ())
    }
    /// `name` is `namespace/name`; `ip` may be empty or several, separated by commas.
    pub(super) fn pod_with(
        mut self,
        name: &str,
        node: &str,
        ip: &str,
        pairs: &[(&str, &str)],
        change: impl FnOnce(&mut PodState),
    ) -> Self {
        let (namespace, name) = name.split_once('/').unwrap();
        let object = reference(Kind::Pod, namespace, name);
        let mut pod = PodState {
            object: object.clone(),
            labels: Arc::new(labels(pairs)),
            spec: Arc::new(PodSpec::default()),
            owner: None,
            workload: object.clone(),
            origin: Origin { object, template: FieldPath::root() },
            node: Some(node.into()),
            ips: ip.split(',').filter(|it| !it.is_empty()).map(address).collect(),
            phase: Phase::Running,
            ready: true,
            waiting: None,
            terminating: false,
            created: Time(0),
            slot: 0,
            listeners: Arc::new([]),
            calls: Arc::new([]),
            observed: true,
        };
        change(&mut pod);
        self.pods.push(Arc::new(pod));
        self
    }
    /// `name` is `namespace/name`.
    pub(super) fn policy(mut self, name: &str, policy: NetworkPolicy) -> Self {
        let (namespace, name) = name.split_once('/').unwrap();
        self.policies.push((reference(Kind::NetworkPolicy, namespace, name), Arc::new(policy)));
        self
    }
    /// The pod of this `namespace/name` with its first address.
    pub(super) fn end(&self, name: &str) -> End {
        let (namespace, name) = name.split_once('/').unwrap();
        let fits = |pod: &Arc<PodState>| &*pod.object.namespace == namespace && &*pod.object.name == name;
        let index = self.pods.iter().position(fits).unwrap();
        let address = self.pods[index].ips.first().copied().unwrap_or(address("0.0.0.0"));
        End { pod: Some(u32::try_from(index).unwrap()), node: None, address }
    }
    /// A process on this node.
    pub(super) fn node_end(&self, name: &str) -> End {
        let index = self.nodes.iter().position(|node| &*node.name == name).unwrap();
        End { pod: None, node: Some(u32::try_from(index).unwrap()), address: self.nodes[index].addresses[0] }
    }
}

/// Somebody outside.
pub(super) fn outside(ip: &str) -> End {
    End { pod: None, node: None, address: address(ip) }
}

/// A container that declares ports by name.
pub(super) fn container(ports: &[(&str, u16)]) -> Container {
    let port =
        |&(name, port): &(&str, u16)| ContainerPort { name: Some(name.into()), port, ..Default::default() };
    Container { name: "main".into(), ports: ports.iter().map(port).collect(), ..Container::default() }
}
