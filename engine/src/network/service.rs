//! Services as kube-proxy makes them: virtual addresses, endpoints, NAT (service-semantics 44–76).
//!
//! kube-proxy's iptables mode. Headless and ExternalName Services make no rules (service-semantics 76).

mod compile;
#[cfg(test)]
mod recorded;

use super::At;
use crate::api::{Cidr, ObjectRef, Phase, Protocol};
use crate::cluster::Snapshot;
use crate::text::FieldPath;
use rustc_hash::FxHashMap;
use std::net::{IpAddr, SocketAddr};

/// Compiled Services.
#[derive(Debug, Default)]
pub struct Services {
    /// ClusterIPs, load balancers' addresses and externalIPs.
    table: FxHashMap<Key, Hit>,
    /// Node ports, the same on every address of every node (service-semantics 55): protocol, number, whether IPv4.
    node_ports: FxHashMap<(Protocol, u16, bool), u32>,
    /// Whose virtual address it is, for ports it does not have.
    virtuals: FxHashMap<IpAddr, (u32, Door)>,
    ports: Vec<Port>,
    /// By node, protocol, number and whether IPv4.
    host_ports: FxHashMap<(u32, Protocol, u16, bool), HostPort>,
    /// The cluster's DNS: its Service and the port that answers UDP 53.
    dns: Option<(ObjectRef, Hit)>,
}

/// One port of one Service.
#[derive(Debug)]
pub struct Port {
    /// Index into `Snapshot::services`.
    pub service: u32,
    /// Index into `spec.ports`.
    pub index: u32,
    /// `sessionAffinity: ClientIP`: seconds.
    pub affinity: Option<u32>,
    /// The endpoints that may be chosen, in kube-proxy's order: "IP:port" as text (service-semantics 63).
    endpoints: Vec<Endpoint>,
    /// Indices of the Cluster set (service-semantics 44).
    cluster: Vec<u32>,
    /// Per node the Local set (service-semantics 45); empty when no policy is Local.
    local: Vec<Vec<u32>>,
    internal_local: bool,
    external_local: bool,
    /// Empty: everyone may come.
    source_ranges: Vec<Cidr>,
}

/// One endpoint of a Service port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where packets are sent.
    pub address: SocketAddr,
    /// The pod behind it, by index into `Snapshot::pods`.
    pub pod: Option<u32>,
    node: Option<u32>,
    ready: bool,
    /// Serving and terminating.
    leaving: bool,
}

/// A node's port that leads to a container (service-semantics 126): no Service, but translated the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostPort {
    /// The pod, by index into `Snapshot::pods`.
    pub pod: u32,
    /// Its address and the container's port.
    pub address: SocketAddr,
    /// The container's place in the spec: whether among `initContainers`, and which.
    container: (bool, u32),
    /// The place among its `ports`.
    port: u32,
}

/// By which of its addresses a Service was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// Its ClusterIP.
    ClusterIp,
    /// A node's address and its node port.
    NodePort,
    /// Its load balancer's address.
    LoadBalancer,
    /// One of its externalIPs.
    ExternalIp,
}

/// What kube-proxy does with a packet.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// No Service has this address and port: the packet goes on as it is.
    NotAService,
    /// An endpoint was chosen (service-semantics 63).
    Chosen {
        /// The Service port: `spec.ports[0]`.
        port: At,
        /// By which door.
        door: Door,
        /// The endpoint.
        endpoint: SocketAddr,
        /// The pod behind it.
        target: Option<ObjectRef>,
        /// Its place among those that could be chosen, from 0.
        index: usize,
        /// How many could be chosen.
        of: usize,
        /// The source is rewritten to a node's address.
        masquerade: bool,
        /// The client has been sent there before (session affinity).
        sticky: bool,
    },
    /// The node's port is a container's hostPort (service-semantics 126).
    HostPort {
        /// The field: `spec.containers[0].ports[0].hostPort`, below the pod template where there is one.
        at: At,
        /// Where the packet goes.
        endpoint: SocketAddr,
        /// The pod.
        target: ObjectRef,
    },
    /// No endpoint at all: the node refuses (service-semantics 58).
    NoEndpoints {
        /// The Service port.
        port: At,
        /// Pods the selector matches; none of them is ready.
        selected: usize,
        /// The field to look at: the selector, or the port.
        at: At,
    },
    /// Endpoints, but none on this node, and the policy is Local: silence (service-semantics 59, 60).
    NoLocalEndpoints {
        /// `spec.internalTrafficPolicy` or `spec.externalTrafficPolicy`.
        at: At,
    },
    /// A Service has this address, but not this port (service-semantics 61).
    NoSuchPort {
        /// The Service.
        service: ObjectRef,
        /// The ports it has.
        ports: Vec<(u16, Protocol)>,
    },
    /// The client is outside `loadBalancerSourceRanges` (service-semantics 57).
    SourceRange {
        /// The field.
        at: At,
    },
}

/// The place of an address in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The address.
    pub address: IpAddr,
    /// The protocol.
    pub protocol: Protocol,
    /// The port.
    pub port: u16,
}

/// A Service port, and the door it was reached by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Index of the port, for [`Services::port`].
    pub port: u32,
    /// The door.
    pub door: Door,
}

/// What an address and port stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A Service port.
    Port(Hit),
    /// The virtual address of this Service, but none of its ports.
    NoSuchPort {
        /// Index into `Snapshot::services`.
        service: u32,
        /// Whose address it is.
        door: Door,
    },
    /// No Service's.
    Nothing,
}

/// Who sends a packet, as kube-proxy on a node tells them apart (service-semantics 50).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// A source in the pods' range.
    Pod,
    /// The node itself, or a host-network pod on it.
    Node,
    /// Anyone else: from outside, or another node.
    Outside,
}

/// The endpoints a packet may be sent to; never empty.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'a> {
    port: &'a Port,
    indices: &'a [u32],
    masquerade: bool,
}

/// Why a Service port takes no packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No endpoint anywhere (service-semantics 58).
    NoEndpoints,
    /// None on this node (service-semantics 59, 60).
    NoLocalEndpoints,
    /// The client's address is not admitted (service-semantics 57).
    SourceRange,
}

impl Choices<'_> {
    /// How many there are; at least 1.
    pub fn count(&self) -> usize {
        self.indices.len()
    }
    /// One of them.
    pub fn get(&self, index: usize) -> Option<&Endpoint> {
        self.port.endpoints.get(*self.indices.get(index)? as usize)
    }
    /// Whether a source on its way to this endpoint is rewritten to the node's address: where the door asks for it, and
    /// where the endpoint reaches itself (service-semantics 52). What the node keeps for itself never leaves it, so that is
    /// not rewritten; packets made on the node are.
    pub fn masquerades(&self, endpoint: &Endpoint, client: Client, source: IpAddr, is_own: bool) -> bool {
        let kept = is_own && client != Client::Node;
        (self.masquerade || endpoint.address.ip() == source) && !kept
    }
    /// The place of the one with this address.
    pub fn position(&self, address: SocketAddr) -> Option<usize> {
        (0..self.count()).find(|index| self.get(*index).is_some_and(|it| it.address == address))
    }
}

impl Services {
    /// A Service port by its index.
    pub fn port(&self, index: u32) -> Option<&Port> {
        self.ports.get(index as usize)
    }

    /// The cluster's DNS, `kube-system/kube-dns`, and its port for UDP 53, if it has them.
    pub fn dns(&self) -> Option<&(ObjectRef, Hit)> {
        self.dns.as_ref()
    }

    /// What a node's own port leads to. It comes before node ports and processes on the node (service-semantics 126).
    pub fn host_port(&self, node: u32, key: Key) -> Option<HostPort> {
        self.host_ports.get(&(node, key.protocol, key.port, key.address.is_ipv4())).copied()
    }

    /// What an address and port stand for; `on_node` when the address is one of the node's own that judges.
    pub fn find(&self, key: Key, on_node: bool) -> Found {
        if let Some(hit) = self.table.get(&key) {
            return Found::Port(*hit);
        }
        let node_port = (key.protocol, key.port, key.address.is_ipv4());
        if on_node && let Some(port) = self.node_ports.get(&node_port) {
            return Found::Port(Hit { port: *port, door: Door::NodePort });
        }
        match self.virtuals.get(&key.address) {
            Some((service, door)) if !on_node => Found::NoSuchPort { service: *service, door: *door },
            _ => Found::Nothing,
        }
    }

    /// The endpoints a packet may be sent to from `node` (service-semantics 44, 45, 50, 52).
    pub fn choices(
        &self,
        hit: Hit,
        client: Client,
        source: IpAddr,
        node: Option<u32>,
    ) -> Result<Choices<'_>, Refusal> {
        let port = self.port(hit.port).ok_or(Refusal::NoEndpoints)?;
        if port.cluster.is_empty() {
            return Err(Refusal::NoEndpoints);
        }
        let ranges = &port.source_ranges;
        if hit.door == Door::LoadBalancer
            && !ranges.is_empty()
            && !ranges.iter().any(|it| it.contains(source))
        {
            return Err(Refusal::SourceRange);
        }
        let (local, masquerade) = match (hit.door, client) {
            (Door::ClusterIp, client) => (port.internal_local, client != Client::Pod),
            _ if !port.external_local => (false, true),
            (_, Client::Pod) => (false, false),
            (_, Client::Node) => (false, true),
            (_, Client::Outside) => (true, false),
        };
        let here = || node.and_then(|node| port.local.get(node as usize)).map_or(&[][..], Vec::as_slice);
        let indices = if local { here() } else { port.cluster.as_slice() };
        if indices.is_empty() {
            return Err(Refusal::NoLocalEndpoints);
        }
        Ok(Choices { port, indices, masquerade })
    }

    /// Every endpoint that takes new connections from anywhere in the cluster, of one port.
    pub fn endpoints(&self, hit: Hit) -> impl Iterator<Item = &Endpoint> {
        let port = self.port(hit.port);
        port.into_iter()
            .flat_map(|port| port.cluster.iter().filter_map(|index| port.endpoints.get(*index as usize)))
    }

    /// `spec.ports[i]` of a Service port.
    pub fn at(&self, snapshot: &Snapshot, port: u32) -> Option<At> {
        let port = self.port(port)?;
        let path = FieldPath::root().field("spec").field("ports").index(port.index as usize);
        field(snapshot, port.service, path)
    }

    /// A refusal as a reason.
    pub fn refused(&self, snapshot: &Snapshot, hit: Hit, refusal: Refusal) -> Reason {
        let spec = |name: &str| FieldPath::root().field("spec").field(name);
        let reason = self.port(hit.port).and_then(|port| {
            Some(match refusal {
                Refusal::NoEndpoints => {
                    let (selected, path) = self.missing(snapshot, port);
                    let at = field(snapshot, port.service, path)?;
                    Reason::NoEndpoints { port: self.at(snapshot, hit.port)?, selected, at }
                }
                Refusal::NoLocalEndpoints => {
                    let internal = hit.door == Door::ClusterIp;
                    let name = if internal { "internalTrafficPolicy" } else { "externalTrafficPolicy" };
                    Reason::NoLocalEndpoints { at: field(snapshot, port.service, spec(name))? }
                }
                Refusal::SourceRange => {
                    let at = field(snapshot, port.service, spec("loadBalancerSourceRanges"))?;
                    Reason::SourceRange { at }
                }
            })
        });
        reason.unwrap_or(Reason::NotAService)
    }

    /// A host port as a reason.
    pub fn through_host_port(&self, snapshot: &Snapshot, host: HostPort) -> Reason {
        let Some(pod) = snapshot.pods.get(host.pod as usize) else {
            return Reason::NotAService;
        };
        let (init, container) = host.container;
        let containers = if init { "initContainers" } else { "containers" };
        let place = pod.origin.template.field("spec").field(containers).index(container as usize);
        let path = place.field("ports").index(host.port as usize).field("hostPort");
        let at = At { object: pod.origin.object.clone(), path };
        Reason::HostPort { at, endpoint: host.address, target: pod.object.clone() }
    }

    /// How many pods the selector matches, and the field that leaves the port without endpoints: the selector, or the
    /// port's name for a target no ready pod has (service-semantics 33).
    fn missing(&self, snapshot: &Snapshot, port: &Port) -> (usize, FieldPath) {
        let spec = FieldPath::root().field("spec");
        let written = spec.field("ports").index(port.index as usize);
        let Some(service) = snapshot.services.get(port.service as usize) else {
            return (0, written);
        };
        let Some(selector) = &service.spec.selector else {
            return (0, written);
        };
        let selected = snapshot.pods.iter().filter(|pod| {
            pod.object.namespace == service.object.namespace
                && !matches!(pod.phase, Phase::Succeeded | Phase::Failed)
                && selector.subset_of(&pod.labels)
        });
        let (all, ready) = selected
            .fold((0, 0), |(all, ready), pod| (all + 1, ready + usize::from(pod.ready && !pod.terminating)));
        (all, if ready > 0 { written.field("targetPort") } else { spec.field("selector") })
    }
}

/// A field of a Service.
pub(crate) fn field(snapshot: &Snapshot, service: u32, path: FieldPath) -> Option<At> {
    let object = snapshot.services.get(service as usize)?.object.clone();
    Some(At { object, path })
}
