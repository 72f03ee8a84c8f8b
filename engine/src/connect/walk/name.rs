//! First station: the name, and the way to the DNS pods.

use super::{From, Record, Step, Walk};
use crate::api::Protocol;
use crate::cluster::Span;
use crate::connect::{Reason, Station, Verdict};
use crate::network::dns;
use crate::network::policy::Direction;
use crate::network::route;
use std::net::{IpAddr, SocketAddr};

/// One question and its answer inside the cluster.
const QUERY: Span = Span(300);

impl<R: Record> Walk<'_, R> {
    /// Resolves the target and gives the packet its addresses: IPv4 where both ends have it.
    pub(super) fn name(&mut self) -> Step {
        let network = self.network;
        let outside;
        let own: &[IpAddr] = match self.attempt.from {
            From::Pod { pod, .. } => network.pod(pod).map_or(&[], |pod| &pod.ips),
            From::Node(node) => network.node(node).map_or(&[], |node| &node.addresses),
            From::Outside(address) => {
                outside = [address];
                &outside
            }
            From::Nowhere(_) => &[],
        };
        if own.is_empty() {
            return self.lost(Verdict::Unroutable, route::Reason::NoAddress);
        }
        let silence = if self.attempt.asked_cluster { self.ask(own) } else { Ok(()) };
        let before = self.addresses();
        let answer = &self.attempt.answer;
        if let Err(reason) = silence {
            self.hop(Station::Name, Self::at_source, before, Span(0), |_| Reason::Dns(reason));
            return Err(Verdict::Unresolved);
        }
        let matching = |v4: bool| {
            let loopback = answer.addresses.iter().find(|it| it.is_loopback());
            let source = own.iter().chain(loopback).find(|it| it.is_ipv4() == v4)?;
            let count = answer.addresses.iter().filter(|it| it.is_ipv4() == v4).count();
            (count > 0).then_some((v4, *source, count))
        };
        let found = matching(true).or_else(|| matching(false));
        if let Some((v4, source, count)) = found {
            let index = self.pick(count);
            let chosen = answer.addresses.iter().filter(|it| it.is_ipv4() == v4).nth(index);
            let address = chosen.copied().unwrap_or(source);
            self.destination = SocketAddr::new(address, self.attempt.port);
            let source = if address.is_loopback() { address } else { source };
            let port = if self.attempt.protocol == Protocol::Icmp { 0 } else { self.state.next_port() };
            self.source = SocketAddr::new(source, port);
        }
        let cost = if answer.asked() { Span(QUERY.0.saturating_mul(asked(&answer.reason))) } else { Span(0) };
        self.hop(Station::Name, Self::at_source, before, cost, |_| Reason::Dns(answer.reason.clone()));
        match (found, answer.addresses.first()) {
            (Some(_), _) => Ok(()),
            (None, None) => Err(Verdict::Unresolved),
            (None, Some(address)) => {
                let address = *address;
                self.lost(Verdict::Unroutable, route::Reason::NoRoute { address })
            }
        }
    }

    /// Whether the cluster's DNS can answer: some DNS pod must be reachable for the client's query (semantics 31).
    ///
    /// A cluster without a DNS Service (`kube-system/kube-dns`) answers names all the same.
    fn ask(&mut self, own: &[IpAddr]) -> Result<(), dns::Reason> {
        let network = self.network;
        let Some((service, hit)) = network.services.dns() else {
            return Ok(());
        };
        let mut silence = None;
        for server in network.services.endpoints(*hit) {
            let address = server.address;
            let Some(own) = own.iter().find(|it| it.is_ipv4() == address.is_ipv4()) else {
                continue;
            };
            let source = self.source_end(*own);
            let end = self.destination_end(address, Protocol::Udp);
            let passes = |direction| self.passes(direction, source, end, Protocol::Udp, address.port());
            let Some(direction) = [Direction::Egress, Direction::Ingress].into_iter().find(|it| !passes(*it))
            else {
                return Ok(());
            };
            silence = silence.or(Some((direction, source, end, address.port())));
        }
        Err(match silence {
            Some((direction, source, end, port)) if R::FULL => {
                let decision = self.decide(direction, source, end, Protocol::Udp, port);
                self.record.depends(decision.depends_on_plugin);
                dns::Reason::NoAnswer { direction, decision: Box::new(decision) }
            }
            _ => dns::Reason::NoServer { service: service.clone() },
        })
    }
}

/// How many names were asked for.
fn asked(reason: &dns::Reason) -> u64 {
    use dns::Reason::{Headless, NotFound, Outside, Pod, Service, Spelled};
    let tried = match reason {
        NotFound { tried, .. } => return tried.len() as u64,
        Service { tried, .. } | Headless { tried, .. } | Pod { tried, .. } => tried.len(),
        Spelled { tried, .. } | Outside { tried } => tried.len(),
        _ => 0,
    };
    (tried as u64).saturating_add(1)
}
