//! From Services and their slices to kube-proxy's tables.

use super::{Door, Endpoint, Hit, Key, Port, Services};
use crate::api::{Cidr, Protocol, ServicePort, ServiceType};
use crate::cluster::{ServiceState, Snapshot};
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
        services
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
    let local = if spec.internal_local || spec.external_local {
        (0..).zip(&snapshot.nodes).map(|(node, _)| usable(&endpoints, |it| it.node == Some(node))).collect()
    } else {
        Vec::new()
    };
    // A range of all addresses means no filter at all (service-semantics 57).
    let open = spec.source_ranges.iter().any(|range: &Cidr| range.prefix == 0);
    Port {
        service: index,
        index: place,
        affinity: spec.client_ip_affinity,
        cluster: usable(&endpoints, |_| true),
        local,
        endpoints,
        internal_local: spec.internal_local,
        external_local: spec.external_local,
        source_ranges: if open { Vec::new() } else { spec.source_ranges.clone() },
    }
}

/// Ready endpoints; without any, those serving while they terminate (service-semantics 44, 45, 47).
fn usable(endpoints: &[Endpoint], here: impl Fn(&Endpoint) -> bool) -> Vec<u32> {
    let pick = |test: fn(&Endpoint) -> bool| -> Vec<u32> {
        (0..).zip(endpoints).filter(|(_, it)| here(it) && test(it)).map(|(index, _)| index).collect()
    };
    let ready = pick(|it| it.ready);
    if ready.is_empty() { pick(|it| it.leaving) } else { ready }
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
