//! kube-proxy: is the destination a Service's, and which endpoint takes the packet (service-semantics 49–65)?

use super::{Record, Step, Walk};
use crate::cluster::Span;
use crate::connect::state::Sticky;
use crate::connect::{Reason, Station, Verdict};
use crate::network::route::Owner;
use crate::network::service::{self, Choices, Door, Found, Hit, HostPort, Key, Refusal};
use std::net::SocketAddr;

const TRANSLATED: Span = Span(5);

impl<R: Record> Walk<'_, R> {
    /// Translates the destination on the node where the packet is.
    pub(super) fn service(&mut self) -> Step {
        if self.translate()? || matches!(self.owner(self.destination.ip()), Owner::Pod(_)) {
            return Ok(());
        }
        let before = self.addresses();
        let reason = |_: &Self| Reason::Service(service::Reason::NotAService);
        self.hop(Station::Service, Self::here, before, Span(0), reason);
        Ok(())
    }

    /// Translates the destination where it is a host port or a Service's; false when it is neither.
    pub(super) fn translate(&mut self) -> Result<bool, Verdict> {
        if let Some(host) = self.host_port() {
            self.through_host_port(host);
            return Ok(true);
        }
        match self.find() {
            Found::Port(hit) => self.through_service(hit).map(|()| true),
            Found::NoSuchPort { service, .. } => {
                let before = self.addresses();
                self.hop(Station::Service, Self::here, before, TRANSLATED, |it| {
                    let found = it.network.service(service);
                    Reason::Service(found.map_or(service::Reason::NotAService, |found| {
                        service::Reason::NoSuchPort {
                            service: found.object.clone(),
                            ports: found.ports.iter().map(|(port, _)| (port.port, port.protocol)).collect(),
                        }
                    }))
                });
                Err(Verdict::Dropped)
            }
            Found::Nothing => Ok(false),
        }
    }

    fn key(&self) -> Key {
        let (protocol, port) = (self.attempt.protocol, self.destination.port());
        Key { address: self.destination.ip(), protocol, port }
    }

    /// Whether the packet is for the very node it is on. ::1 never leads to a container (service-semantics 71).
    fn is_for_this_node(&self) -> bool {
        let address = self.destination.ip();
        let v6_loopback = address.is_ipv6() && address.is_loopback();
        !v6_loopback && self.at.is_some_and(|at| self.owner(address) == Owner::Node(at))
    }

    /// What the destination stands for, on the node where the packet is.
    pub(super) fn find(&self) -> Found {
        self.network.services.find(self.key(), self.is_for_this_node())
    }

    fn host_port(&self) -> Option<HostPort> {
        let node = self.at.filter(|_| self.is_for_this_node())?;
        self.network.services.host_port(node, self.key())
    }

    /// Rewrites the destination to the container's (DNAT, by the plugin).
    fn through_host_port(&mut self, host: HostPort) {
        let before = self.addresses();
        self.translated = true;
        self.masquerade = host.address.ip() == self.source.ip() || self.source.ip().is_loopback();
        self.pod = Some(host.pod);
        self.destination = host.address;
        self.hop(Station::Service, Self::here, before, TRANSLATED, |it| {
            Reason::Service(it.network.services.through_host_port(&it.network.snapshot, host))
        });
    }

    /// Chooses an endpoint and rewrites the destination (DNAT).
    fn through_service(&mut self, hit: Hit) -> Step {
        let (network, before) = (self.network, self.addresses());
        (self.hit, self.translated) = (Some(hit), true);
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
        let is_own = self.at.is_some_and(|at| self.owner(endpoint.address.ip()) == Owner::Node(at));
        self.masquerade = choices.masquerades(endpoint, self.client, self.source.ip(), is_own);
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
                    self.choices.push(index);
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
