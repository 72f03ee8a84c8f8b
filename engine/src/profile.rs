//! Network plugins' observable behaviour as one table of data.

/// What can be seen of a network plugin from outside. One value per plugin, in [`Profile::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// `reference`, `kindnet`, `flannel`, `calico`, `cilium`.
    pub name: &'static str,
    /// Whether NetworkPolicies have any effect.
    pub enforces_policy: bool,
    /// Whether an ipBlock matches addresses of pods (semantics 25).
    pub blocks_match_pods: bool,
    /// Whether a pod may always reach its own node (semantics 35).
    pub egress_to_own_node: bool,
    /// How packets go between nodes.
    pub between_nodes: BetweenNodes,
    /// The MTU inside pods, bytes.
    pub mtu: u16,
}

/// The way between two nodes (service-semantics 132).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BetweenNodes {
    /// Plain routes by node addresses.
    Route,
    /// VXLAN over UDP with this port.
    Vxlan {
        /// UDP port.
        port: u16,
    },
    /// IP in IP.
    IpIp,
}

/// How policies see host-network pods (semantics 36).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HostNetworkPods {
    /// As their node: never subject, matched by ipBlock only. The default.
    #[default]
    AsNode,
    /// As pods.
    AsPods,
}

impl Profile {
    /// What Kubernetes' own texts and end-to-end tests say, with the documented default where they leave it open:
    /// ipBlocks match pods (semantics 25), the own node is reachable (semantics 35).
    pub const REFERENCE: Profile = Profile {
        name: "reference",
        enforces_policy: true,
        blocks_match_pods: true,
        egress_to_own_node: true,
        between_nodes: BetweenNodes::Route,
        mtu: 1500,
    };
    /// kind's default. Routes by node address, the node's own MTU (service-semantics 132); policies by
    /// kube-network-policies, which judges addresses (semantics 25) and does not see packets for the node itself.
    pub const KINDNET: Profile = Profile { name: "kindnet", ..Profile::REFERENCE };
    /// flannel with its default back end: VXLAN on 8472, MTU 1450 (service-semantics 132). It enforces no policy.
    pub const FLANNEL: Profile = Profile {
        name: "flannel",
        enforces_policy: false,
        between_nodes: BetweenNodes::Vxlan { port: 8472 },
        mtu: 1450,
        ..Profile::REFERENCE
    };
    /// Calico as its manifest installs it: IP in IP always, MTU 1480 (service-semantics 132). A pod's egress policy
    /// also judges what it sends to its own node (semantics 35: the sources disagree).
    pub const CALICO: Profile = Profile {
        name: "calico",
        egress_to_own_node: false,
        between_nodes: BetweenNodes::IpIp,
        mtu: 1480,
        ..Profile::REFERENCE
    };
    /// Cilium in tunnel mode: VXLAN on 8472, MTU 1450 (service-semantics 132). Blocks match neither pods nor nodes
    /// (semantics 25), and the own node is an identity like any other (semantics 35).
    pub const CILIUM: Profile = Profile {
        name: "cilium",
        blocks_match_pods: false,
        egress_to_own_node: false,
        between_nodes: BetweenNodes::Vxlan { port: 8472 },
        mtu: 1450,
        ..Profile::REFERENCE
    };
    /// Every profile; `reference` first.
    pub const ALL: [Profile; 5] =
        [Profile::REFERENCE, Profile::KINDNET, Profile::FLANNEL, Profile::CALICO, Profile::CILIUM];

    /// The profile of this name.
    pub fn by_name(name: &str) -> Option<Profile> {
        Profile::ALL.into_iter().find(|profile| profile.name == name)
    }
}

impl Default for Profile {
    fn default() -> Self {
        Profile::REFERENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_found_by_its_own_name_only() {
        for profile in Profile::ALL {
            assert_eq!(Profile::by_name(profile.name), Some(profile));
        }
        assert_eq!(Profile::by_name("weave"), None);
    }

    /// service-semantics 132, semantics 25.
    #[test]
    fn profiles_differ_where_plugins_do() {
        assert_eq!(Profile::CALICO.mtu, 1480);
        assert_eq!(Profile::FLANNEL.between_nodes, BetweenNodes::Vxlan { port: 8472 });
        let without_blocks: Vec<_> =
            Profile::ALL.iter().filter(|it| !it.blocks_match_pods).map(|it| it.name).collect();
        assert_eq!(without_blocks, ["cilium"]);
        let silent: Vec<_> = Profile::ALL.iter().filter(|it| !it.enforces_policy).map(|it| it.name).collect();
        assert_eq!(silent, ["flannel"]);
    }
}
