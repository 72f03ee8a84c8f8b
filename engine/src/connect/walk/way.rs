//! The way: into the cluster, from node to node, out of it; sources are rewritten here (service-semantics 49, 132, 136).

use super::{From, Record, Step, Walk};
use crate::api::Protocol;
use crate::cluster::Span;
use crate::connect::{Place, Reason, SocketReason, Station, Verdict};
use crate::network::route::{self, Owner};
use crate::network::service::{Client, Found};
use crate::profile::BetweenNodes;
use std::net::{IpAddr, SocketAddr};

const SAME_NODE: Span = Span(20);
const BETWEEN_NODES: Span = Span(200);
/// Wrapping and unwrapping a packet.
const TUNNEL: Span = Span(30);
const OUTSIDE: Span = Span(5_000);
const LOOPBACK: Span = Span(5);

impl<R: Record> Walk<'_, R> {
    /// Inside one pod: neither Services nor policies see it.
    pub(super) fn own_loopback(&mut self) -> Result<Verdict, Verdict> {
        self.pod = self.source_pod();
        let before = self.addresses();
        self.hop(Station::Route, Self::at_source, before, LOOPBACK, |_| {
            Reason::Route(route::Reason::Loopback)
        });
        self.socket()
    }

    /// From outside into a node. `Err` as well when the packet never needs to enter.
    pub(super) fn enter(&mut self) -> Step {
        let address = self.destination.ip();
        let node = match (self.network.routes.owner(address), self.find()) {
            (Owner::Node(node), _) => Some(node),
            (_, Found::Port(hit)) if Self::is_external(hit.door) => self.entry(),
            (_, Found::NoSuchPort { door, .. }) if Self::is_external(door) => self.entry(),
            (Owner::Outside, Found::Nothing) => {
                let before = self.addresses();
                let reason = |_: &Self| Reason::Socket(SocketReason::Outside);
                self.hop(Station::Socket, |_| Place::Outside, before, OUTSIDE, reason);
                return Err(Verdict::Forwarded);
            }
            _ => return self.lost(Verdict::Unroutable, route::Reason::NotRoutedFromOutside { address }),
        };
        let Some(state) = node.and_then(|node| self.network.node(node)) else {
            return self.lost(Verdict::Unroutable, route::Reason::NoRoute { address });
        };
        self.at = node;
        let before = self.addresses();
        self.hop(Station::Route, Self::here, before, OUTSIDE, |_| {
            Reason::Route(route::Reason::FromOutside { node: state.name.clone() })
        });
        Ok(())
    }

    /// Where a packet for a virtual address enters: as asked, else any ready node.
    fn entry(&mut self) -> Option<u32> {
        let entries = self.network.routes.entries();
        match self.attempt.enter {
            Some(node) => Some(node),
            None => {
                let index = self.pick(entries.len());
                entries.get(index).copied()
            }
        }
    }

    /// From this node to the destination; on another node's address its Services are looked at there.
    pub(super) fn way(&mut self) -> Step {
        let address = self.destination.ip();
        match self.owner(address) {
            Owner::Pod(pod) => {
                self.pod = Some(pod);
                self.travel(self.network.routes.node_of(pod), self.network.routes.way());
                Ok(())
            }
            Owner::Node(node) => {
                let elsewhere = Some(node) != self.at;
                // Other nodes lie outside the pods' ranges: plugins rewrite the source there as well (service-semantics 132).
                self.masquerade |= elsewhere && self.client == Client::Pod;
                self.travel(Some(node), BetweenNodes::Route);
                if !elsewhere || self.translated {
                    return Ok(());
                }
                self.client = Client::Outside;
                if self.translate()? { self.way() } else { Ok(()) }
            }
            Owner::Nobody => self.lost(Verdict::Dropped, route::Reason::Vanished { address }),
            Owner::Outside => {
                self.leave();
                Ok(())
            }
        }
    }

    /// To another node or this one. Tunnels carry what goes to pods; nodes reach each other by plain routes.
    fn travel(&mut self, to: Option<u32>, way: BetweenNodes) {
        let before = self.addresses();
        let (from, same_pod) = (self.at, self.pod.is_some() && self.pod == self.source_pod());
        let loopback = same_pod && !self.masquerade;
        self.rewrite();
        self.at = to;
        let cost = match way {
            _ if loopback => LOOPBACK,
            _ if from == to => SAME_NODE,
            BetweenNodes::Route => BETWEEN_NODES,
            BetweenNodes::Vxlan { .. } | BetweenNodes::IpIp => Span(BETWEEN_NODES.0 + TUNNEL.0),
        };
        let place = move |it: &Self| it.on_node(from);
        self.hop(Station::Route, place, before, cost, |it| {
            let name = |node: Option<u32>| {
                node.and_then(|node| it.network.node(node))
                    .map_or_else(Default::default, |node| node.name.clone())
            };
            Reason::Route(match loopback {
                true => route::Reason::Loopback,
                false if from == to => route::Reason::SameNode { node: name(to) },
                false => route::Reason::BetweenNodes { from: name(from), to: name(to), way },
            })
        });
    }

    /// Out of the cluster, with the node's address (service-semantics 136).
    fn leave(&mut self) {
        let before = self.addresses();
        self.masquerade |= self.client == Client::Pod;
        self.rewrite();
        self.hop(Station::Route, Self::here, before, OUTSIDE, |it| {
            let node = it.at.and_then(|node| it.network.node(node));
            let node = node.map_or_else(Default::default, |node| node.name.clone());
            Reason::Route(route::Reason::ToOutside { node, source: it.source.ip() })
        });
    }

    /// Rewrites the source to the address of the node the packet leaves (SNAT), when it is marked for it.
    fn rewrite(&mut self) {
        let v4 = self.destination.is_ipv4();
        let node = self.at.and_then(|node| self.network.node(node));
        let address = node.and_then(|node| node.addresses.iter().find(|it| it.is_ipv4() == v4));
        if let Some(address) = address.filter(|address| self.masquerade && **address != self.source.ip()) {
            let port = if self.attempt.protocol == Protocol::Icmp { 0 } else { self.state.next_port() };
            self.source = SocketAddr::new(*address, port);
            self.rewritten_by = self.at;
        }
        self.masquerade = false;
    }

    /// The address the client started from, where it was rewritten on the way.
    pub(super) fn client_address(&self) -> Option<IpAddr> {
        let v4 = self.source.is_ipv4();
        match self.attempt.from {
            From::Pod { pod, .. } => self.network.pod(pod)?.ips.iter().copied().find(|it| it.is_ipv4() == v4),
            From::Outside(address) => Some(address),
            From::Node(_) | From::Nowhere(_) => None,
        }
    }
}
