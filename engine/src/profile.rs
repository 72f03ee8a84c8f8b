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
