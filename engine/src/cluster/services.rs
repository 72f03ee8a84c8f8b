//! What the cluster gives a Service: addresses and node ports, kept over updates, refused when taken (service-semantics 10–20).

use super::{Cluster, refusal};
use crate::api::{Object, Resource, Service, ServiceType};
use crate::diagnostic::{Diagnostic, Kind};
use crate::text::FieldPath;
use std::net::IpAddr;

/// What a Service was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Given {
    pub(super) cluster_ips: Vec<IpAddr>,
    /// One per port, in order.
    pub(super) node_ports: Vec<Option<u16>>,
    pub(super) balancers: Vec<IpAddr>,
}

impl Cluster {
    /// Allocates for a new or changed Service. On a refusal the Service keeps what it had.
    pub(super) fn give_to_service(
        &mut self,
        object: &Object,
        old: Option<&Object>,
    ) -> Result<(), Vec<Diagnostic>> {
        let Resource::Service(service) = &object.resource else { return Ok(()) };
        let reference = object.reference();
        let before = self.services.get(&reference).cloned().unwrap_or_default();
        let old = old.and_then(|it| if let Resource::Service(old) = &it.resource { Some(old) } else { None });
        let saved = self.allocations.clone();
        self.allocations.release_service(&reference);
        let given = self.cluster_ips(object, service, old, &before).and_then(|cluster_ips| {
            let node_ports = self.node_ports(object, service, old, &before)?;
            Ok(Given { cluster_ips, node_ports, balancers: self.balancers(object, service, &before) })
        });
        match given {
            Ok(given) => {
                self.services.insert(reference, given);
                Ok(())
            }
            Err(refused) => {
                self.allocations = saved;
                Err(vec![refused])
            }
        }
    }

    fn cluster_ips(
        &mut self,
        object: &Object,
        service: &Service,
        old: Option<&Service>,
        before: &Given,
    ) -> Result<Vec<IpAddr>, Diagnostic> {
        let reference = object.reference();
        let refuse = |value: String, detail: &str| {
            let kind = Kind::Invalid {
                path: FieldPath::parse("spec.clusterIPs"),
                value: value.into(),
                detail: detail.into(),
            };
            refusal(object, kind, "spec.clusterIP")
        };
        if service.kind == ServiceType::ExternalName {
            return Ok(Vec::new());
        }
        // The first address is immutable, "None" included; omitting it keeps the old one (service-semantics 8, 16).
        if let Some(old) = old.filter(|old| old.kind != ServiceType::ExternalName) {
            let stated = service.cluster_ips.first();
            let moved = stated.is_some() && stated != before.cluster_ips.first();
            if old.headless != service.headless && (service.headless || stated.is_some()) || moved {
                let value = stated.map_or_else(|| "None".to_owned(), ToString::to_string);
                return Err(refuse(format!("[\"{value}\"]"), "may not change once set"));
            }
            if old.headless {
                return Ok(Vec::new());
            }
        }
        if service.headless {
            return Ok(Vec::new());
        }
        let wanted = if service.cluster_ips.is_empty() { &before.cluster_ips } else { &service.cluster_ips };
        for address in wanted {
            if let Err(words) = self.allocations.take_service(*address, &reference, object.observed) {
                return Err(refuse(
                    format!("[\"{address}\"]"),
                    &format!("failed to allocate IP {address}: {words}"),
                ));
            }
        }
        if !wanted.is_empty() {
            return Ok(wanted.clone());
        }
        let free = self.allocations.free_service(&reference, self.config.seed);
        free.map(|it| vec![it])
            .ok_or_else(|| refuse("[]".to_owned(), "failed to allocate a serviceIP: range is full"))
    }

    fn node_ports(
        &mut self,
        object: &Object,
        service: &Service,
        old: Option<&Service>,
        before: &Given,
    ) -> Result<Vec<Option<u16>>, Diagnostic> {
        if !matches!(service.kind, ServiceType::NodePort | ServiceType::LoadBalancer) {
            return Ok(vec![None; service.ports.len()]);
        }
        let reference = object.reference();
        let kept = |name: &str| {
            let at = old?.ports.iter().position(|it| &*it.name == name)?;
            before.node_ports.get(at).copied().flatten()
        };
        let mut given: Vec<Option<u16>> = Vec::new();
        for (i, port) in service.ports.iter().enumerate() {
            // One number on TCP and UDP shares a node port (service-semantics 15).
            let twin = service.ports.iter().take(i).position(|it| it.port == port.port);
            let twin = twin.and_then(|at| given.get(at).copied().flatten());
            let wanted = port.node_port.or(twin).or_else(|| kept(&port.name));
            let path = format!("spec.ports[{i}].nodePort");
            let refuse = |value: u16, words: &str| {
                let kind = Kind::Invalid {
                    path: FieldPath::parse(&path),
                    value: value.to_string().into(),
                    detail: words.into(),
                };
                refusal(object, kind, &path)
            };
            given.push(Some(match wanted {
                Some(number) => {
                    let taken = self.allocations.take_node_port(number, &reference, object.observed);
                    taken.map_err(|words| refuse(number, words))?;
                    number
                }
                None => {
                    let free = self.allocations.free_node_port(&reference, &port.name, self.config.seed);
                    free.ok_or_else(|| refuse(0, "failed to allocate a nodePort: range is full"))?
                }
            }));
        }
        Ok(given)
    }

    /// A simulated cloud gives every load balancer an address; observed ones keep theirs, or stay pending.
    fn balancers(&mut self, object: &Object, service: &Service, before: &Given) -> Vec<IpAddr> {
        if service.kind != ServiceType::LoadBalancer {
            return Vec::new();
        }
        let reference = object.reference();
        if object.observed {
            return service.load_balancer_ips.clone();
        }
        let wanted = service.load_balancer_ips.first().or(before.balancers.first()).copied();
        self.allocations.balancer(&reference, wanted).into_iter().collect()
    }
}
