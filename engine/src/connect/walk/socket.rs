//! Last station: who listens (service-semantics 124–128).

use super::{Record, Walk};
use crate::Str;
use crate::api::{Phase, Protocol};
use crate::cluster::{PodState, Span};
use crate::connect::{Place, Reason, SocketReason, Station, Verdict};
use crate::network::At;
use crate::network::route::Owner;
use crate::network::service::field;
use crate::program::{Listener, ListenerOrigin};
use crate::text::FieldPath;

const ANSWERED: Span = Span(20);
/// What every node runs: the kubelet and kube-proxy's health check.
const NODE_PORTS: [u16; 2] = [10_250, 10_256];

impl<R: Record> Walk<'_, R> {
    pub(super) fn socket(&mut self) -> Result<Verdict, Verdict> {
        let before = self.addresses();
        let address = self.destination.ip();
        let loopback = address.is_loopback();
        let own = self.source_pod().filter(|_| loopback);
        let node = match (own, self.owner(address)) {
            (Some(pod), _) | (None, Owner::Pod(pod)) => {
                self.pod = Some(pod);
                return self.answer_of(&[pod], loopback, move |it| it.in_pod(pod));
            }
            (None, Owner::Node(node)) => node,
            (None, Owner::Nobody | Owner::Outside) => {
                let reason = |_: &Self| Reason::Socket(SocketReason::Outside);
                self.hop(Station::Socket, |_| Place::Outside, before, ANSWERED, reason);
                return Ok(Verdict::Forwarded);
            }
        };
        let port = self.destination.port();
        if let Some(pod) = self.host_pod(node, self.attempt.protocol, port) {
            self.pod = Some(pod);
            return self.answer_of(&[pod], loopback, move |it| it.in_pod(pod));
        }
        let process =
            self.attempt.protocol == Protocol::Tcp && (NODE_PORTS.contains(&port) || self.is_api_server());
        if process {
            let reason = |_: &Self| Reason::Socket(SocketReason::Node);
            self.hop(Station::Socket, |it| it.on_node(Some(node)), before, ANSWERED, reason);
            return Ok(Verdict::Forwarded);
        }
        let network = self.network;
        self.answer_of(network.routes.host_pods(node), loopback, move |it| it.on_node(Some(node)))
    }

    /// What these pods, which share one network stack, answer on the destination's port.
    fn answer_of(
        &mut self,
        pods: &[u32],
        loopback: bool,
        place: impl FnOnce(&Self) -> Place,
    ) -> Result<Verdict, Verdict> {
        let before = self.addresses();
        let (network, protocol, port) = (self.network, self.attempt.protocol, self.destination.port());
        let states = || pods.iter().filter_map(|pod| network.pod(*pod));
        if protocol == Protocol::Icmp {
            self.hop(Station::Socket, place, before, ANSWERED, |_| Reason::Socket(SocketReason::Echo));
            return Ok(Verdict::Forwarded);
        }
        let fits = |it: &Listener| it.port == port && it.protocol == protocol;
        let found = states().find_map(|pod| Some((pod, pod.listeners.iter().find(|it| fits(it))?)));
        match found {
            Some((pod, listener)) if loopback || !listener.loopback => {
                self.hop(Station::Socket, place, before, ANSWERED, |_| {
                    let (container, at) = (listener.container.clone(), origin(pod, listener));
                    Reason::Socket(SocketReason::Listening { container, at })
                });
                Ok(Verdict::Forwarded)
            }
            Some((_, listener)) => {
                self.hop(Station::Socket, place, before, ANSWERED, |_| {
                    Reason::Socket(SocketReason::LoopbackOnly { container: listener.container.clone() })
                });
                Err(Verdict::Refused)
            }
            None => {
                let stopped = |pod: &PodState| {
                    pod.phase != Phase::Running || (pod.listeners.is_empty() && pod.waiting.is_some())
                };
                let stopped = self.pod.and_then(|pod| network.pod(pod)).is_some_and(stopped);
                self.hop(Station::Socket, place, before, ANSWERED, |it| {
                    let listeners = states().flat_map(|pod| pod.listeners.iter());
                    let reachable =
                        listeners.filter(|it| it.protocol == protocol && (loopback || !it.loopback));
                    let open: Vec<(u16, Str)> = reachable.map(|it| (it.port, it.container.clone())).collect();
                    Reason::Socket(match stopped {
                        true => SocketReason::NotRunning,
                        false => SocketReason::Closed { open, at: it.target_port() },
                    })
                });
                Err(Verdict::Refused)
            }
        }
    }

    /// The host-network pod of a node that listens on a port.
    pub(super) fn host_pod(&self, node: u32, protocol: Protocol, port: u16) -> Option<u32> {
        let pods = self.network.routes.host_pods(node).iter().copied();
        let listens = |pod: u32| {
            let listeners = self.network.pod(pod).map(|pod| &pod.listeners);
            listeners.is_some_and(|all| all.iter().any(|it| it.port == port && it.protocol == protocol))
        };
        pods.into_iter().find(|pod| listens(*pod))
    }

    /// The API servers are the endpoints of `default/kubernetes` (service-semantics 13).
    fn is_api_server(&self) -> bool {
        let services = &self.network.snapshot.services;
        let found =
            services.iter().find(|it| &*it.object.namespace == "default" && &*it.object.name == "kubernetes");
        let address = self.destination;
        found.into_iter().flat_map(|service| &service.slices).any(|slice| {
            slice.ports.iter().any(|it| it.port == address.port())
                && slice.endpoints.iter().any(|it| it.address == address.ip())
        })
    }

    /// `spec.ports[i].targetPort` of the Service that named the port.
    fn target_port(&self) -> Option<At> {
        let port = self.network.services.port(self.hit?.port)?;
        let path =
            FieldPath::root().field("spec").field("ports").index(port.index as usize).field("targetPort");
        field(&self.network.snapshot, port.service, path)
    }
}

/// The field that says a container listens, in the object the user wrote.
fn origin(pod: &PodState, listener: &Listener) -> Option<At> {
    let inside = match &listener.origin {
        ListenerOrigin::Declared(path) | ListenerOrigin::Probe(path) | ListenerOrigin::Env(path) => path,
        ListenerOrigin::Image(_) | ListenerOrigin::Target => return None,
    };
    let path = pod.origin.template.field("spec").join(inside);
    Some(At { object: pod.origin.object.clone(), path })
}
