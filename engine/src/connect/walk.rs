//! The walk itself: one packet through its stations, in their order.

mod name;
mod policy;
mod service;
mod socket;
mod way;

use super::attempt::{Attempt, From};
use super::record::Record;
use super::{Addresses, Choices, Choose, Hop, Outcome, Place, Reason, State, Station, Verdict};
use crate::cluster::Span;
use crate::network::policy::End;
use crate::network::route::Owner;
use crate::network::service::{Client, Hit};
use crate::network::{Network, route};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Walks one attempt. The choices and their order depend on nothing but the network, the attempt and the state, so both
/// recorders see the same walk.
pub(super) fn walk<R: Record>(
    network: &Network,
    attempt: &Attempt,
    state: &mut State,
    choose: &mut dyn Choose,
    record: &mut R,
) -> Outcome {
    let unknown = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0);
    let (client, at) = match attempt.from {
        From::Pod { node, host_network: false, .. } => (Client::Pod, Some(node)),
        From::Pod { node, host_network: true, .. } | From::Node(node) => (Client::Node, Some(node)),
        From::Outside(_) | From::Nowhere(_) => (Client::Outside, None),
    };
    let mut walk = Walk {
        network,
        attempt,
        state,
        choose,
        record,
        client,
        at,
        source: unknown,
        destination: unknown,
        masquerade: false,
        rewritten_by: None,
        hit: None,
        translated: false,
        pod: None,
        took: Span(0),
        choices: Choices::default(),
    };
    let (Ok(verdict) | Err(verdict)) = walk.stations();
    let service = walk.hit.and_then(|hit| network.services.port(hit.port)).map(|port| port.service);
    Outcome { verdict, service, pod: walk.pod, took: walk.took, choices: walk.choices }
}

/// A packet on its way.
struct Walk<'a, R> {
    network: &'a Network,
    attempt: &'a Attempt,
    state: &'a mut State,
    choose: &'a mut dyn Choose,
    record: &'a mut R,
    /// How the node where the packet is sees its sender.
    client: Client,
    /// The node whose kernel has the packet.
    at: Option<u32>,
    /// As the packet carries it now; unspecified until known.
    source: SocketAddr,
    destination: SocketAddr,
    /// The source will be rewritten when the packet leaves this node's kernel (service-semantics 49).
    masquerade: bool,
    /// The node that has rewritten the source.
    rewritten_by: Option<u32>,
    /// The Service port it went through.
    hit: Option<Hit>,
    /// Its destination has been rewritten; that happens once.
    translated: bool,
    /// The pod it goes to, once known.
    pod: Option<u32>,
    took: Span,
    choices: Choices,
}

/// `Err` when the station decided.
type Step = Result<(), Verdict>;

impl<R: Record> Walk<'_, R> {
    fn stations(&mut self) -> Result<Verdict, Verdict> {
        self.name()?;
        if self.destination.ip().is_loopback() && self.client == Client::Pod {
            return self.own_loopback();
        }
        if let From::Outside(_) = self.attempt.from {
            self.enter()?;
        }
        self.service()?;
        self.egress()?;
        self.way()?;
        self.ingress()?;
        self.socket()
    }

    /// Keeps a hop; `before` is what the addresses were when it began.
    fn hop(
        &mut self,
        station: Station,
        place: impl FnOnce(&Self) -> Place,
        before: Addresses,
        cost: Span,
        reason: impl FnOnce(&Self) -> Reason,
    ) {
        self.took = Span(self.took.0.saturating_add(cost.0));
        if R::FULL {
            let (place, reason) = (place(self), reason(self));
            self.record.hop(Hop { station, place, before, after: self.addresses(), reason, took: cost });
        }
    }

    fn addresses(&self) -> Addresses {
        let known = |it: SocketAddr| Some(it).filter(|it| !it.ip().is_unspecified());
        Addresses { source: known(self.source), destination: known(self.destination) }
    }

    /// One of `of`, and keeps which; asks only where there is a choice.
    fn pick(&mut self, of: usize) -> usize {
        if of < 2 {
            return 0;
        }
        let index = self.choose.choose(of).min(of - 1);
        self.choices.push(index);
        index
    }

    /// Who has an address, seen from here: a node's loopback is its own.
    fn owner(&self, address: IpAddr) -> Owner {
        match self.at {
            Some(node) if self.client == Client::Node && address.is_loopback() => Owner::Node(node),
            _ => self.network.routes.owner(address),
        }
    }

    /// The pod that started the connection.
    fn source_pod(&self) -> Option<u32> {
        match self.attempt.from {
            From::Pod { pod, .. } => Some(pod),
            _ => None,
        }
    }

    /// The source as policies see it, before any rewriting.
    fn source_end(&self, address: IpAddr) -> End {
        match self.attempt.from {
            From::Pod { pod, node, host_network } => {
                End { pod: Some(pod), node: host_network.then_some(node), address }
            }
            From::Node(node) => End { pod: None, node: Some(node), address },
            From::Outside(_) | From::Nowhere(_) => End { pod: None, node: None, address },
        }
    }

    fn at_source(&self) -> Place {
        match self.attempt.from {
            From::Pod { pod, .. } | From::Nowhere(Some(pod)) => self.in_pod(pod),
            From::Node(node) => self.on_node(Some(node)),
            From::Outside(_) | From::Nowhere(None) => Place::Outside,
        }
    }

    fn in_pod(&self, pod: u32) -> Place {
        self.network.pod(pod).map_or(Place::Outside, |pod| Place::Pod(pod.object.clone()))
    }

    /// The node whose kernel has the packet.
    fn here(&self) -> Place {
        self.on_node(self.at)
    }

    fn on_node(&self, node: Option<u32>) -> Place {
        let node = node.and_then(|node| self.network.node(node));
        node.map_or(Place::Outside, |node| Place::Node(node.name.clone()))
    }

    /// The hop and verdict of a packet that finds no way.
    fn lost<T>(&mut self, verdict: Verdict, reason: route::Reason) -> Result<T, Verdict> {
        let before = self.addresses();
        let place = |it: &Self| if it.at.is_some() { it.here() } else { it.at_source() };
        self.hop(Station::Route, place, before, Span(0), |_| Reason::Route(reason));
        Err(verdict)
    }
}
