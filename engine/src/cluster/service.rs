//! What a Service gets from the cluster: ClusterIPs, node ports, a load balancer's address; and what it is refused
//! (service-semantics 8, 12, 15, 16).

use super::allocate::{Addresses, NODE_PORTS, ServiceKey};
use super::random::Stream;
use super::{Cluster, ServiceState};
use crate::Str;
use crate::api::{Object, Service, ServicePort, ServiceType};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::text::FieldPath;
use std::net::IpAddr;
use std::sync::Arc;

impl Cluster {
    /// Takes a Service in, keeping what it has; nothing changes when it is refused.
    pub(super) fn set_service(&mut self, object: &Object, service: &Service) -> Result<(), Vec<Diagnostic>> {
        let key: ServiceKey = (object.meta.namespace.clone(), object.meta.name.clone());
        let before = self.services.get(&key).cloned();
        let own = self.store.get(&object.reference()).filter(|it| it.system() && !self.store.system);
        // What a real cluster stated, and what stands in for the system's own, starts anew.
        let before = before.filter(|_| !object.observed && own.is_none());
        let mut spec = service.clone();
        let mut addresses = self.addresses.clone();
        addresses.release_service(&key);
        let refuse = |path: FieldPath, message: String| Err(vec![refused(object, &path, &message)]);
        let at = |field: &str| FieldPath::root().field("spec").field(field);

        let takes_ip = spec.kind != ServiceType::ExternalName;
        if let Some(old) = before.as_ref().filter(|it| takes_ip && it.spec.kind != ServiceType::ExternalName)
        {
            let stated = if spec.headless {
                Some("None".to_owned())
            } else {
                spec.cluster_ips.first().map(IpAddr::to_string)
            };
            let held = if old.spec.headless {
                Some("None".to_owned())
            } else {
                old.cluster_ips.first().map(IpAddr::to_string)
            };
            match stated {
                None => {
                    (spec.headless, spec.cluster_ips) = (old.spec.headless, old.cluster_ips.clone());
                }
                Some(stated) if held.as_ref().is_some_and(|held| *held != stated) => {
                    let message =
                        format!("spec.clusterIPs[0]: Invalid value: [\"{stated}\"]: may not change once set");
                    return refuse(at("clusterIP"), message);
                }
                Some(_) => {}
            }
        }
        let mut cluster_ips: Vec<IpAddr> = Vec::new();
        if takes_ip && !spec.headless {
            for &ip in &spec.cluster_ips {
                let failed = |why: &str| {
                    format!("spec.clusterIPs: Invalid value: [\"{ip}\"]: failed to allocate IP {ip}: {why}")
                };
                if !object.observed && before.is_none() && !Addresses::in_service_range(ip) {
                    return refuse(
                        at("clusterIP"),
                        failed("the provided network does not match the current range"),
                    );
                }
                if addresses.services.contains_key(&ip) && !object.observed {
                    return refuse(at("clusterIP"), failed("provided IP is already allocated"));
                }
                cluster_ips.push(ip);
            }
            if cluster_ips.is_empty() {
                let mut stream = self.service_stream("cluster-ip", &key);
                match addresses.cluster_ip(&mut stream) {
                    Some(ip) => cluster_ips.push(ip),
                    None => {
                        let message = "failed to allocate a serviceIP: range is full";
                        return refuse(at("clusterIP"), message.into());
                    }
                }
            }
        }
        for ip in &cluster_ips {
            addresses.services.entry(*ip).or_insert_with(|| key.clone());
        }
        let ports = self.node_ports(object, &spec, before.as_deref(), &mut addresses)?;
        let balancers = match spec.kind {
            ServiceType::LoadBalancer => balancers(object, &spec, before.as_deref(), &addresses),
            _ => Vec::new(),
        };
        for ip in &balancers {
            addresses.balancers.entry(*ip).or_insert_with(|| key.clone());
        }
        let state = ServiceState {
            object: object.reference(),
            spec: Arc::new(spec),
            labels: object.meta.labels.clone(),
            cluster_ips,
            ports,
            load_balancer_ips: balancers,
            slices: before.map(|it| it.slices.clone()).unwrap_or_default(),
            order: 0,
        };
        self.addresses = addresses;
        self.services.insert(key, Arc::new(state));
        self.work.endpoints = true;
        self.work.calls = true;
        Ok(())
    }

    fn service_stream(&self, purpose: &str, key: &ServiceKey) -> Stream {
        Stream::new(self.config.seed, purpose, &format!("{}/{}", key.0, key.1), 0)
    }

    /// Each port with its node port: as stated, as before (by name), or a free one.
    fn node_ports(
        &self,
        object: &Object,
        spec: &Service,
        before: Option<&ServiceState>,
        addresses: &mut Addresses,
    ) -> Result<Vec<(ServicePort, Option<u16>)>, Vec<Diagnostic>> {
        let key: ServiceKey = (object.meta.namespace.clone(), object.meta.name.clone());
        if !matches!(spec.kind, ServiceType::NodePort | ServiceType::LoadBalancer) {
            return Ok(spec.ports.iter().map(|it| (it.clone(), None)).collect());
        }
        let mut stream = self.service_stream("node-port", &key);
        let mut found: Vec<(ServicePort, Option<u16>)> = Vec::new();
        for (i, port) in spec.ports.iter().enumerate() {
            let path = FieldPath::root().field("spec").field("ports").index(i).field("nodePort");
            let kept =
                before.and_then(|it| it.ports.iter().find(|old| old.0.name == port.name)).and_then(|it| it.1);
            // TCP and UDP on one number share one node port.
            let shared = found.iter().find(|it| it.0.port == port.port).and_then(|it| it.1);
            let number = match port.node_port {
                Some(number) => {
                    let refuse = |why: &str| {
                        let message = format!("spec.ports[{i}].nodePort: Invalid value: {number}: {why}");
                        Err(vec![refused(object, &path, &message)])
                    };
                    if !NODE_PORTS.contains(&number) && !object.observed {
                        return refuse(
                            "provided port is not in the valid range. The range of valid ports is 30000-32767",
                        );
                    }
                    let holder = addresses.node_ports.get(&number);
                    let clash = found.iter().any(|it| it.1 == Some(number) && it.0.protocol == port.protocol);
                    if (clash || holder.is_some_and(|it| *it != key)) && !object.observed {
                        return refuse("provided port is already allocated");
                    }
                    Some(number)
                }
                None => kept
                    .filter(|it| addresses.node_ports.get(it).is_none_or(|it| *it == key))
                    .or(shared)
                    .or_else(|| addresses.node_port(&mut stream)),
            };
            if let Some(number) = number {
                addresses.node_ports.entry(number).or_insert_with(|| key.clone());
            }
            found.push((port.clone(), number));
        }
        Ok(found)
    }
}

/// The load balancer's addresses: as a real cluster states them, as wished for and free, as before, or the cloud's next.
fn balancers(
    object: &Object,
    spec: &Service,
    before: Option<&ServiceState>,
    addresses: &Addresses,
) -> Vec<IpAddr> {
    let free = |it: &IpAddr| !addresses.balancers.contains_key(it);
    if object.observed && !spec.load_balancer_ips.is_empty() {
        return spec.load_balancer_ips.clone();
    }
    let wished = spec.load_balancer_ips.iter().copied().find(free);
    let kept = before.and_then(|it| it.load_balancer_ips.first().copied()).filter(free);
    wished.or(kept).or_else(|| addresses.balancer()).into_iter().collect()
}

/// A refusal in the API server's words.
pub(super) fn refused(object: &Object, path: &FieldPath, message: &str) -> Diagnostic {
    let message: Str =
        format!("The {} \"{}\" is invalid: {message}", object.meta.kind.name(), object.meta.name).into();
    Diagnostic {
        kind: Kind::Refused { message },
        severity: Severity::Error,
        span: object.tree.locate(path),
        notes: Vec::new(),
        fix: None,
    }
}
