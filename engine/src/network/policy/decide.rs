//! The decision: who is exempt, who is isolated, whether a rule admits; and whether the plugin could say otherwise.

use super::compile::{Class, Policy, Rule};
use super::{Decision, Direction, End, PluginDependence, Policies, Reason};
use crate::api::Protocol;
use crate::cluster::Config;
use crate::profile::HostNetworkPods;
use std::net::IpAddr;

/// What a plugin does where Kubernetes leaves it open.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Assumptions {
    /// Policies have an effect at all.
    pub(super) enforced: bool,
    /// Blocks match addresses of pods and nodes (semantics 25).
    pub(super) blocks_match_pods: bool,
    /// A pod always reaches its own node (semantics 35).
    pub(super) egress_to_own_node: bool,
    /// How host-network pods are seen (semantics 36).
    pub(super) host_network: HostNetworkPods,
}

impl Assumptions {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            enforced: config.profile.enforces_policy,
            blocks_match_pods: config.profile.blocks_match_pods,
            egress_to_own_node: config.profile.egress_to_own_node,
            host_network: config.host_network,
        }
    }
}

/// A connection as policies judge it. The source port is never looked at (semantics 23).
#[derive(Clone, Copy)]
pub(super) struct Flow {
    pub(super) source: End,
    pub(super) destination: End,
    pub(super) protocol: Protocol,
    pub(super) port: u16,
}

/// An end under given assumptions.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    /// The pod, when policies see one here.
    pub(super) pod: Option<u32>,
    /// Its class.
    pub(super) class: Option<(u32, &'a Class)>,
    /// The node it is, or is on.
    pub(super) node: Option<u32>,
    /// A host-network pod seen as its node.
    pub(super) host_network: bool,
    /// A pod or node of the cluster.
    pub(super) inside: bool,
    /// `None` for a pod that has no address yet (semantics 38).
    pub(super) address: Option<IpAddr>,
}

impl Policies {
    /// Egress of `source` towards `destination`, with reasons.
    pub fn egress(&self, source: End, destination: End, protocol: Protocol, port: u16) -> Decision {
        self.decide(Direction::Egress, Flow { source, destination, protocol, port })
    }
    /// Ingress of `destination` from `source`, with reasons.
    pub fn ingress(&self, source: End, destination: End, protocol: Protocol, port: u16) -> Decision {
        self.decide(Direction::Ingress, Flow { source, destination, protocol, port })
    }
    /// Whether one direction passes: the same answer without its reason, fast.
    pub fn admits(
        &self,
        direction: Direction,
        source: End,
        destination: End,
        protocol: Protocol,
        port: u16,
    ) -> bool {
        self.passes(direction, Flow { source, destination, protocol, port }, self.assumptions)
    }
    /// Whether both ends' policies let a connection pass (semantics 11): the same answers without reasons, fast.
    pub fn allows(&self, source: End, destination: End, protocol: Protocol, port: u16) -> bool {
        let flow = Flow { source, destination, protocol, port };
        self.passes(Direction::Egress, flow, self.assumptions)
            && self.passes(Direction::Ingress, flow, self.assumptions)
    }

    fn decide(&self, direction: Direction, flow: Flow) -> Decision {
        let reason = self.reason(direction, flow, self.assumptions);
        let allowed = !matches!(reason, Reason::Isolated { .. });
        let judged = matches!(reason, Reason::Isolated { .. } | Reason::Admitted { .. });
        let depends_on_plugin = if judged && flow.protocol == Protocol::Icmp {
            Some(PluginDependence::Icmp)
        } else {
            self.dependence(direction, flow, allowed)
        };
        Decision { allowed, reason, depends_on_plugin }
    }

    /// An answer depends on the plugin when another assumption gives another answer.
    fn dependence(&self, direction: Direction, flow: Flow, allowed: bool) -> Option<PluginDependence> {
        let now = self.assumptions;
        let differs = |assumptions| self.passes(direction, flow, assumptions) != allowed;
        if !now.enforced {
            let enforced = Assumptions { enforced: true, ..now };
            return differs(enforced).then_some(PluginDependence::NotEnforced);
        }
        let host_network = match now.host_network {
            HostNetworkPods::AsNode => HostNetworkPods::AsPods,
            HostNetworkPods::AsPods => HostNetworkPods::AsNode,
        };
        let others = [
            (PluginDependence::HostNetwork, Assumptions { host_network, ..now }),
            (PluginDependence::OwnNode, Assumptions { egress_to_own_node: !now.egress_to_own_node, ..now }),
            (PluginDependence::BlockAndPod, Assumptions { blocks_match_pods: !now.blocks_match_pods, ..now }),
        ];
        others.into_iter().find(|(_, other)| differs(*other)).map(|(dependence, _)| dependence)
    }

    /// The quick answer.
    fn passes(&self, direction: Direction, flow: Flow, assumptions: Assumptions) -> bool {
        let (subject, peer) = self.ends(direction, flow, assumptions);
        let policies = match self.judged(direction, &subject, &peer, assumptions) {
            Ok(policies) => policies,
            Err(_) => return true,
        };
        let destination = match direction {
            Direction::Ingress => &subject,
            Direction::Egress => &peer,
        };
        let destination = destination.class.map(|(_, class)| class);
        policies.iter().filter_map(|&policy| self.tables.policy(policy)).any(|policy: &Policy| {
            policy.rules(direction).iter().any(|rule| {
                rule.ports.contain(flow.protocol, flow.port, destination) && admits(rule, &peer, assumptions)
            })
        }) || reaches_own_node(direction, &subject, &peer, assumptions)
    }

    /// Subject and peer of a direction.
    pub(super) fn ends(
        &self,
        direction: Direction,
        flow: Flow,
        assumptions: Assumptions,
    ) -> (Seen<'_>, Seen<'_>) {
        let source = self.see(flow.source, assumptions);
        let destination = self.see(flow.destination, assumptions);
        match direction {
            Direction::Ingress => (destination, source),
            Direction::Egress => (source, destination),
        }
    }

    /// The policies that judge this direction, or why none does.
    pub(super) fn judged(
        &self,
        direction: Direction,
        subject: &Seen<'_>,
        peer: &Seen<'_>,
        assumptions: Assumptions,
    ) -> Result<&[u32], Exempt> {
        let Some((class, _)) = subject.class else {
            return Err(if subject.host_network { Exempt::HostNetwork } else { Exempt::NotAPod });
        };
        if subject.pod == peer.pod {
            return Err(Exempt::OwnAddress);
        }
        let policies = self.tables.class(class).map(|class| class.isolating(direction)).unwrap_or_default();
        if policies.is_empty() {
            return Err(Exempt::NotIsolated);
        }
        if !assumptions.enforced {
            return Err(Exempt::NotEnforced);
        }
        if direction == Direction::Ingress
            && peer.pod.is_none()
            && peer.node.is_some()
            && peer.node == subject.node
        {
            return Err(Exempt::OwnNode);
        }
        Ok(policies)
    }

    /// The class of a pod that policies may select.
    pub(super) fn subject(&self, pod: u32) -> Option<&Class> {
        let pod = self.tables.pod(pod)?;
        if pod.host_network && self.assumptions.host_network == HostNetworkPods::AsNode {
            return None;
        }
        self.tables.class(pod.class?)
    }

    fn see(&self, end: End, assumptions: Assumptions) -> Seen<'_> {
        let nobody = Seen {
            pod: None,
            class: None,
            node: end.node,
            host_network: false,
            inside: end.node.is_some(),
            address: Some(end.address),
        };
        let Some((index, pod, class)) = end.pod.and_then(|index| {
            let pod = self.tables.pod(index)?;
            let class = pod.class?;
            Some((index, pod, (class, self.tables.class(class)?)))
        }) else {
            return nobody;
        };
        if pod.host_network && assumptions.host_network == HostNetworkPods::AsNode {
            return Seen { node: pod.node.or(end.node), host_network: true, inside: true, ..nobody };
        }
        Seen {
            pod: Some(index),
            class: Some(class),
            node: pod.node,
            host_network: false,
            inside: true,
            address: pod.addressed.then_some(end.address),
        }
    }
}

/// Why no policy judges a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exempt {
    NotAPod,
    HostNetwork,
    OwnAddress,
    NotIsolated,
    NotEnforced,
    OwnNode,
}

impl From<Exempt> for Reason {
    fn from(exempt: Exempt) -> Self {
        match exempt {
            Exempt::NotAPod => Reason::NotAPod,
            Exempt::HostNetwork => Reason::HostNetwork,
            Exempt::OwnAddress => Reason::OwnAddress,
            Exempt::NotIsolated => Reason::NotIsolated,
            Exempt::NotEnforced => Reason::NotEnforced,
            Exempt::OwnNode => Reason::OwnNode,
        }
    }
}

/// Whether one of a rule's peers is this one.
fn admits(rule: &Rule, peer: &Seen<'_>, assumptions: Assumptions) -> bool {
    if rule.anyone {
        return true;
    }
    if let Some((class, _)) = peer.class
        && usize::try_from(class).is_ok_and(|class| rule.classes.contains(class))
    {
        return true;
    }
    let Some(address) = peer.address else { return false };
    (assumptions.blocks_match_pods || !peer.inside)
        && rule.blocks.iter().any(|(cidr, except)| {
            cidr.contains(address) && !except.iter().any(|except| except.contains(address))
        })
}

/// Egress to the own node passes whatever the rules say, where the plugin has that exemption (semantics 35).
pub(super) fn reaches_own_node(
    direction: Direction,
    subject: &Seen<'_>,
    peer: &Seen<'_>,
    assumptions: Assumptions,
) -> bool {
    assumptions.egress_to_own_node
        && direction == Direction::Egress
        && peer.pod.is_none()
        && peer.node.is_some()
        && peer.node == subject.node
}
