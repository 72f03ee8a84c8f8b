//! From Services and their slices to kube-proxy's tables.

use super::{Door, Endpoint, Hit, HostPort, Key, Port, Services};
use crate::api::{Cidr, Phase, Protocol, ServicePort, ServiceType};
use crate::cluster::{PodState, ServiceState, Snapshot};
use crate::network::{node_index, pod_index};
use std::net::{IpAddr, SocketAddr};

impl Services {
    /// Compiles the Services of a snapshot. Of two that claim one address and port, the first in order keeps it.
    pub fn compile(snapshot: &Snapshot) -> Self {
        let mut services = Services::default();
        for (service, index) in snapshot.services.iter().zip(0u32..) {
            if service.spec.headless || service.spec.kind == ServiceType::ExternalName {
                continue;
            }
            for (address, door) in doors(service) {
                if door != Door::ExternalIp {
                    services.virtuals.entry(address).or_insert((index, door));
                }
            }
            for ((port, node_port), place) in service.ports.iter().zip(0u32..) {
                services.add(snapshot, (service, index), (port, place), *node_port);
            }
        }
        for (pod, index) in snapshot.pods.iter().zip(0u32..) {
            services.add_host_ports(snapshot, pod, index);
        }
        services
    }

    /// The host ports of a pod that has an address of its own: on the host's network they are plain sockets
    /// (service-semantics 125). The first pod keeps a port; the scheduler never places two that clash.
    fn add_host_ports(&mut self, snapshot: &Snapshot, pod: &PodState, index: u32) {
        let node = pod.node.as_deref().and_then(|name| node_index(snapshot, name));
        let finished = matches!(pod.phase, Phase::Succeeded | Phase::Failed);
        let Some(node) = node.filter(|_| !finished && !pod.spec.host_network) else {
            return;
        };
        let init = (0..).zip(&pod.spec.init_containers).map(|(place, it)| ((true, place), it));
        let init = init.filter(|(_, it)| it.sidecar);
        let containers = (0..).zip(&pod.spec.containers).map(|(place, it)| ((false, place), it)).chain(init);
        for (container, spec) in containers {
            for (written, port) in spec.ports.iter().zip(0u32..) {
                let Some(number) = written.host_port else {
                    continue;
                };
                for ip in &pod.ips {
                    let address = SocketAddr::new(*ip, written.port);
                    let host = HostPort { pod: index, address, container, port };
                    let key = (node, written.protocol, number, ip.is_ipv4());
                    self.host_ports.entry(key).or_insert(host);
                }
            }
        }
    }

    fn add(
        &mut self,
        snapshot: &Snapshot,
        (service, index): (&ServiceState, u32),
        (port, place): (&ServicePort, u32),
        node_port: Option<u16>,
    ) {
        // One table of endpoints per address family the Service has: a rule never crosses families.
        for v4 in [true, false] {
            let addresses = || doors(service).filter(|(address, _)| address.is_ipv4() == v4);
            if addresses().next().is_none() {
                continue;
            }
            let Ok(id) = u32::try_from(self.ports.len()) else {
                return;
            };
            self.ports.push(compile_port(snapshot, (service, index), (port, place), v4));
            for (address, door) in addresses() {
                let key = Key { address, protocol: port.protocol, port: port.port };
                self.table.entry(key).or_insert(Hit { port: id, door });
            }
            let is_dns = (&*service.object.namespace, &*service.object.name) == ("kube-system", "kube-dns")
                && (port.port, port.protocol) == (53, Protocol::Udp);
            if is_dns && self.dns.is_none() {
                self.dns = Some((service.object.clone(), Hit { port: id, door: Door::ClusterIp }));
            }
            if let Some(number) = node_port {
                self.node_ports.entry((port.protocol, number, v4)).or_insert(id);
            }
        }
    }
}

/// Every virtual address of a Service.
fn doors(service: &ServiceState) -> impl Iterator<Item = (IpAddr, Door)> {
    let cluster = service.cluster_ips.iter().map(|it| (*it, Door::ClusterIp));
    let balancer = service.load_balancer_ips.iter().map(|it| (*it, Door::LoadBalancer));
    cluster.chain(balancer).chain(service.spec.external_ips.iter().map(|it| (*it, Door::ExternalIp)))
}

fn compile_port(
    snapshot: &Snapshot,
    (service, index): (&ServiceState, u32),
    (port, place): (&ServicePort, u32),
    v4: bool,
) -> Port {
    let endpoints = endpoints(snapshot, service, port, v4);
    let spec = &service.spec;
    let is_local = spec.internal_local || spec.external_local;
    let local = if is_local { local(&endpoints, snapshot.nodes.len()) } else { Vec::new() };
    // A range of all addresses means no filter at all (service-semantics 57).
    let open = spec.source_ranges.iter().any(|range: &Cidr| range.prefix == 0);
    Port {
        service: index,
        index: place,
        affinity: spec.client_ip_affinity,
        cluster: usable((0..).zip(&endpoints)),
        local,
        endpoints,
        internal_local: spec.internal_local,
        external_local: spec.external_local,
        source_ranges: if open { Vec::new() } else { spec.source_ranges.clone() },
    }
}

/// Ready endpoints; without any, those serving while they terminate (service-semantics 44, 47).
fn usable<'a>(endpoints: impl Iterator<Item = (u32, &'a Endpoint)>) -> Vec<u32> {
    let (mut ready, mut leaving) = (Vec::new(), Vec::new());
    for (index, endpoint) in endpoints {
        if endpoint.ready {
            ready.push(index);
        } else if endpoint.leaving {
            leaving.push(index);
        }
    }
    if ready.is_empty() { leaving } else { ready }
}

/// Per node the usable ones among its own (service-semantics 45).
fn local(endpoints: &[Endpoint], nodes: usize) -> Vec<Vec<u32>> {
    let mut here: Vec<Vec<(u32, &Endpoint)>> = vec![Vec::new(); nodes];
    for (index, endpoint) in (0..).zip(endpoints) {
        if let Some(list) = endpoint.node.and_then(|node| here.get_mut(node as usize)) {
            list.push((index, endpoint));
        }
    }
    here.into_iter().map(|list| usable(list.into_iter())).collect()
}

/// All endpoints of a Service port: slices are joined on the port's name and protocol (service-semantics 35); the same
/// address twice counts once, and the one not terminating wins (service-semantics 43).
fn endpoints(snapshot: &Snapshot, service: &ServiceState, port: &ServicePort, v4: bool) -> Vec<Endpoint> {
    let mut found: Vec<(String, bool, Endpoint)> = Vec::new();
    for slice in &service.slices {
        let ports = slice.ports.iter().filter(|it| it.name == port.name && it.protocol == port.protocol);
        let Some(number) = ports.map(|it| it.port).find(|number| *number != 0) else {
            continue;
        };
        for endpoint in slice.endpoints.iter().filter(|it| it.address.is_ipv4() == v4) {
            let address = SocketAddr::new(endpoint.address, number);
            let compiled = Endpoint {
                address,
                pod: endpoint.target.as_ref().and_then(|pod| pod_index(snapshot, pod)),
                node: endpoint.node.as_deref().and_then(|name| node_index(snapshot, name)),
                ready: endpoint.ready,
                leaving: endpoint.serving && endpoint.terminating,
            };
            found.push((address.to_string(), endpoint.terminating, compiled));
        }
    }
    found.sort_by(|(one, leaving, _), (other, later, _)| (one, leaving).cmp(&(other, later)));
    found.dedup_by(|(other, ..), (one, ..)| other == one);
    found.into_iter().map(|(_, _, endpoint)| endpoint).collect()
}
