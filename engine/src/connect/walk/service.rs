//! kube-proxy: is the destination a Service's, and which endpoint takes the packet (service-semantics 49–65)?

use super::{Record, Step, Walk};
use crate::cluster::Span;
use crate::connect::state::Sticky;
use crate::connect::{Reason, Station, Verdict};
use crate::network::route::Owner;
use crate::network::service::{self, Choices, Door, Found, Hit, Key, Refusal};
use std::net::SocketAddr;

const TRANSLATED: Span = Span(5);

impl<R: Record> Walk<'_, R> {
    /// Translates the destination on the node where the packet is.
    pub(super) fn service(&mut self) -> Step {
        let before = self.addresses();
        match self.find() {
            Found::Port(hit) => self.translate(hit),
            Found::NoSuchPort { service, .. } => {
                let snapshot = &self.network.snapshot;
                let found = snapshot.services.get(service as usize);
                self.hop(Station::Service, Self::here, before, TRANSLATED, |_| {
                    Reason::Service(match found {
                        Some(found) => service::Reason::NoSuchPort {
                            service: found.object.clone(),
                            ports: found.ports.iter().map(|(it, _)| (it.port, it.protocol)).collect(),
                        },
                        None => service::Reason::NotAService,
                    })
                });
                Err(Verdict::Dropped)
            }
            Found::Nothing => {
                if !matches!(self.owner(self.destination.ip()), Owner::Pod(_)) {
                    let reason = |_: &Self| Reason::Service(service::Reason::NotAService);
                    self.hop(Station::Service, Self::here, before, Span(0), reason);
                }
                Ok(())
            }
        }
    }

    /// What the destination stands for, on the node where the packet is.
    pub(super) fn find(&self) -> Found {
        let address = self.destination.ip();
        // ::1 never leads to a node port (service-semantics 71).
        let v6_loopback = address.is_ipv6() && address.is_loopback();
        let on_node = !v6_loopback && self.at.is_some_and(|at| self.owner(address) == Owner::Node(at));
        let (protocol, port) = (self.attempt.protocol, self.destination.port());
        self.network.services.find(Key { address, protocol, port }, on_node)
    }

    /// Chooses an endpoint and rewrites the destination (DNAT).
    pub(super) fn translate(&mut self, hit: Hit) -> Step {
        let (network, before) = (self.network, self.addresses());
        self.hit = Some(hit);
        let choices = match network.services.choices(hit, self.client, self.source.ip(), self.at) {
            Ok(choices) => choices,
            Err(refusal) => {
                self.hop(Station::Service, Self::here, before, TRANSLATED, |it| {
                    Reason::Service(it.network.services.refused(&it.network.snapshot, hit, refusal))
                });
                return Err(match refusal {
                    Refusal::NoEndpoints => Verdict::Rejected,
                    Refusal::NoLocalEndpoints | Refusal::SourceRange => Verdict::Dropped,
                });
            }
        };
        let (index, sticky) = self.choose_endpoint(hit, &choices);
        let Some(endpoint) = choices.get(index) else {
            return Err(Verdict::Rejected);
        };
        // A pod that reaches itself is masqueraded so that the answer comes back through the node (service-semantics 52).
        let hairpin = endpoint.address.ip() == self.source.ip();
        self.masquerade = choices.masquerade || hairpin;
        self.pod = endpoint.pod;
        self.destination = endpoint.address;
        let (of, masquerade) = (choices.count(), self.masquerade);
        self.hop(Station::Service, Self::here, before, TRANSLATED, |it| {
            let port = it.network.services.at(&it.network.snapshot, hit.port);
            let target = endpoint.pod.and_then(|pod| it.network.pod(pod)).map(|pod| pod.object.clone());
            Reason::Service(match port {
                Some(port) => service::Reason::Chosen {
                    port,
                    door: hit.door,
                    endpoint: endpoint.address,
                    target,
                    index,
                    of,
                    masquerade,
                    sticky,
                },
                None => service::Reason::NotAService,
            })
        });
        Ok(())
    }

    /// The endpoint this client was sent to before, else a new choice (service-semantics 63, 65).
    fn choose_endpoint(&mut self, hit: Hit, choices: &Choices<'_>) -> (usize, bool) {
        let affinity = self.network.services.port(hit.port).and_then(|port| Some((port, port.affinity?)));
        let Some((port, timeout)) = affinity else {
            return (self.pick(choices.count()), false);
        };
        let (service, node) =
            (self.network.service(port.service), self.at.and_then(|it| self.network.node(it)));
        let (Some(service), Some(node)) = (service, node) else {
            return (self.pick(choices.count()), false);
        };
        let list = Sticky { service: service.object.clone(), port: port.index, node: node.name.clone() };
        let client = self.source.ip();
        let known: Option<SocketAddr> = self.state.sticky(&list, client, timeout);
        let (index, sticky) = match known.and_then(|address| choices.position(address)) {
            Some(index) => {
                if choices.count() > 1 {
                    self.record.chose(index);
                }
                (index, true)
            }
            None => (self.pick(choices.count()), false),
        };
        if let Some(endpoint) = choices.get(index) {
            self.state.remember(list, client, endpoint.address);
        }
        (index, sticky)
    }

    /// Whether an address leads to a node from outside: not a ClusterIP.
    pub(super) fn is_external(door: Door) -> bool {
        door != Door::ClusterIp
    }
}
