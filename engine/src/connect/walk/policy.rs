//! Egress and ingress policy, judged after DNAT and with the source as rewritten (semantics 29, 30).

use super::{Record, Step, Walk};
use crate::api::Protocol;
use crate::cluster::Span;
use crate::connect::{Reason, Station, Verdict};
use crate::network::policy::{Decision, Direction, End, PluginDependence};
use crate::network::route::Owner;
use std::net::SocketAddr;

const JUDGED: Span = Span(2);

impl<R: Record> Walk<'_, R> {
    /// Egress policy of the source.
    pub(super) fn egress(&mut self) -> Step {
        let source = self.source_end(self.source.ip());
        let destination = self.destination_end(self.destination, self.attempt.protocol);
        self.judge(Direction::Egress, source, destination)
    }

    /// Ingress policy of the destination; there is none to judge outside the cluster (semantics 40).
    pub(super) fn ingress(&mut self) -> Step {
        let destination = self.destination_end(self.destination, self.attempt.protocol);
        if destination.pod.is_none() && destination.node.is_none() {
            return Ok(());
        }
        let original = self.source_end(self.source.ip());
        let source = match self.rewritten_by {
            Some(node) => End { pod: None, node: Some(node), address: self.source.ip() },
            None => original,
        };
        if R::FULL && self.rewritten_by.is_some() {
            let why = self.rewriting_matters(source, destination);
            self.record.depends(why);
        }
        self.judge(Direction::Ingress, source, destination)
    }

    fn judge(&mut self, direction: Direction, source: End, destination: End) -> Step {
        let (protocol, port) = (self.attempt.protocol, self.destination.port());
        let allowed = if R::FULL {
            let before = self.addresses();
            let decision = self.decide(direction, source, destination, protocol, port);
            let allowed = decision.allowed;
            self.record.depends(decision.depends_on_plugin);
            let station = match direction {
                Direction::Egress => Station::Egress,
                Direction::Ingress => Station::Ingress,
            };
            self.hop(station, Self::here, before, JUDGED, |_| match direction {
                Direction::Egress => Reason::Egress(decision),
                Direction::Ingress => Reason::Ingress(decision),
            });
            allowed
        } else {
            self.took = Span(self.took.0.saturating_add(JUDGED.0));
            self.passes(direction, source, destination, protocol, port)
        };
        if allowed { Ok(()) } else { Err(Verdict::Dropped) }
    }

    /// One direction, with its reason.
    pub(super) fn decide(
        &self,
        direction: Direction,
        source: End,
        destination: End,
        protocol: Protocol,
        port: u16,
    ) -> Decision {
        match direction {
            Direction::Egress => self.network.policy.egress(source, destination, protocol, port),
            Direction::Ingress => self.network.policy.ingress(source, destination, protocol, port),
        }
    }

    /// One direction, without its reason.
    pub(super) fn passes(
        &self,
        direction: Direction,
        source: End,
        destination: End,
        protocol: Protocol,
        port: u16,
    ) -> bool {
        self.network.policy.admits(direction, source, destination, protocol, port)
    }

    /// The destination as policies see it. An address of a node stands for the host-network pod that listens on the port.
    pub(super) fn destination_end(&self, destination: SocketAddr, protocol: Protocol) -> End {
        let address = destination.ip();
        match self.owner(address) {
            Owner::Pod(pod) => End { pod: Some(pod), node: None, address },
            Owner::Node(node) => {
                let pod = self.host_pod(node, protocol, destination.port());
                End { pod, node: Some(node), address }
            }
            Owner::Nobody | Owner::Outside => End { pod: None, node: None, address },
        }
    }

    /// Whether the answer hangs on the source having been rewritten: a pod reaching itself through a Service that policies
    /// select (semantics 33), or a source whose own address would be judged otherwise (semantics 29).
    fn rewriting_matters(&self, source: End, destination: End) -> Option<PluginDependence> {
        let pod = destination.pod?;
        if self.source_pod() == Some(pod) {
            let (ingress, egress) = self.network.policy.selecting(pod);
            let selected = !ingress.is_empty() || !egress.is_empty();
            return selected.then_some(PluginDependence::Hairpin);
        }
        let address = self.client_address()?;
        let (protocol, port) = (self.attempt.protocol, self.destination.port());
        let judged = |source| self.passes(Direction::Ingress, source, destination, protocol, port);
        (judged(source) != judged(self.source_end(address))).then_some(PluginDependence::SourceRewritten)
    }
}
