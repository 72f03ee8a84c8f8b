//! Addresses and node ports: who has which, and what is free (service-semantics 10–17, 131).

use super::naming::hash;
use crate::api::{Cidr, ObjectRef};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// Services' addresses: kubeadm's 10.96.0.0/12.
const SERVICES: (Ipv4Addr, u8) = (Ipv4Addr::new(10, 96, 0, 0), 12);
/// The lower band is left to chosen addresses: min(max(16, size/16), 256).
const STATIC_ADDRESSES: u32 = 256;
/// First and last node port, and how many of them the lower band has: min(max(16, size/32), 128).
const NODE_PORTS: (u16, u16, u16) = (30_000, 32_767, 86);
/// The simulated cloud's load balancers: TEST-NET-3.
const BALANCERS: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 0);

/// Everything given out. Cloning is cheap enough for a preview.
#[derive(Clone, Debug, Default)]
pub(super) struct Allocations {
    services: BTreeMap<IpAddr, ObjectRef>,
    node_ports: BTreeMap<u16, ObjectRef>,
    balancers: BTreeMap<IpAddr, ObjectRef>,
    pods: BTreeMap<IpAddr, ObjectRef>,
}

/// Why a chosen value is refused; Kubernetes' own words.
pub(super) type Refused = &'static str;

impl Allocations {
    /// Takes a chosen ClusterIP; `any` range for observed Services.
    pub(super) fn take_service(
        &mut self,
        address: IpAddr,
        owner: &ObjectRef,
        any: bool,
    ) -> Result<(), Refused> {
        let range = Cidr::new(IpAddr::V4(SERVICES.0), SERVICES.1);
        if !any && !range.is_some_and(|range| range.contains(address)) {
            return Err("the provided network does not match the current range");
        }
        match self.services.get(&address) {
            Some(other) if other != owner => Err("provided IP is already allocated"),
            _ => {
                self.services.insert(address, owner.clone());
                Ok(())
            }
        }
    }

    /// A free ClusterIP: a random start in the upper band, upwards with wrap; then the lower band (service-semantics 11).
    pub(super) fn free_service(&mut self, owner: &ObjectRef, seed: u64) -> Option<IpAddr> {
        let first = u32::from(SERVICES.0);
        let size = 1u32 << (32 - u32::from(SERVICES.1));
        let (low, high) = (STATIC_ADDRESSES + 1, size - 2);
        let start =
            (hash(&[&seed.to_string(), "clusterIP", &owner.to_string()]) % u64::from(high - low + 1)) as u32;
        let upper = (0..=high - low).map(|i| low + (start + i) % (high - low + 1));
        let free = upper.chain(1..low).map(|offset| IpAddr::V4(Ipv4Addr::from(first + offset)));
        let address = free.into_iter().find(|it| !self.services.contains_key(it))?;
        self.services.insert(address, owner.clone());
        Some(address)
    }

    /// Takes a chosen node port.
    pub(super) fn take_node_port(&mut self, port: u16, owner: &ObjectRef, any: bool) -> Result<(), Refused> {
        if !any && !(NODE_PORTS.0..=NODE_PORTS.1).contains(&port) {
            return Err("provided port is not in the valid range. The range of valid ports is 30000-32767");
        }
        match self.node_ports.get(&port) {
            Some(other) if other != owner => Err("provided port is already allocated"),
            _ => {
                self.node_ports.insert(port, owner.clone());
                Ok(())
            }
        }
    }

    /// A free node port: random in the upper band, then the lower one (service-semantics 14).
    pub(super) fn free_node_port(&mut self, owner: &ObjectRef, name: &str, seed: u64) -> Option<u16> {
        let (low, high) = (NODE_PORTS.0 + NODE_PORTS.2, NODE_PORTS.1);
        let width = u64::from(high - low) + 1;
        let start = hash(&[&seed.to_string(), "nodePort", &owner.to_string(), name]) % width;
        let upper = (0..width).map(|i| low + ((start + i) % width) as u16);
        let port = upper.chain(NODE_PORTS.0..low).find(|it| !self.node_ports.contains_key(it))?;
        self.node_ports.insert(port, owner.clone());
        Some(port)
    }

    /// An address of the simulated cloud: a wanted one, else the lowest free.
    pub(super) fn balancer(&mut self, owner: &ObjectRef, wanted: Option<IpAddr>) -> Option<IpAddr> {
        let free = (10..=254).map(|i| IpAddr::V4(Ipv4Addr::from(u32::from(BALANCERS) + i)));
        let address = wanted
            .filter(|it| self.balancers.get(it).is_none_or(|other| other == owner))
            .or_else(|| free.into_iter().find(|it| !self.balancers.contains_key(it)))?;
        self.balancers.insert(address, owner.clone());
        Some(address)
    }

    /// Gives back all a Service has.
    pub(super) fn release_service(&mut self, owner: &ObjectRef) {
        self.services.retain(|_, it| it != owner);
        self.node_ports.retain(|_, it| it != owner);
        self.balancers.retain(|_, it| it != owner);
    }

    /// Notes a pod's stated address.
    pub(super) fn take_pod(&mut self, address: IpAddr, owner: &ObjectRef) {
        self.pods.insert(address, owner.clone());
    }

    /// The lowest free address of a node's range, gateway and broadcast left out.
    pub(super) fn free_pod(&mut self, ranges: &[Cidr], owner: &ObjectRef) -> Option<IpAddr> {
        let address = ranges.iter().find_map(|range| {
            let IpAddr::V4(network) = range.network else { return None };
            let size = 1u64.checked_shl(32 - u32::from(range.prefix)).unwrap_or(0);
            (2..size.saturating_sub(1))
                .filter_map(|i| u32::try_from(i).ok()?.checked_add(u32::from(network)))
                .map(|it| IpAddr::V4(Ipv4Addr::from(it)))
                .find(|it| !self.pods.contains_key(it))
        })?;
        self.pods.insert(address, owner.clone());
        Some(address)
    }

    /// Gives back a pod's addresses.
    pub(super) fn release_pod(&mut self, addresses: &[IpAddr], owner: &ObjectRef) {
        for address in addresses {
            if self.pods.get(address) == Some(owner) {
                self.pods.remove(address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Kind;

    fn service(name: &str) -> ObjectRef {
        ObjectRef { kind: Kind::Service, namespace: "a".into(), name: name.into() }
    }

    #[test]
    fn cluster_ips_come_from_the_upper_band() {
        // service-semantics 10, 11, 12
        let mut all = Allocations::default();
        let IpAddr::V4(address) = all.free_service(&service("x"), 1).unwrap() else { panic!() };
        assert!(address > Ipv4Addr::new(10, 96, 1, 0) && address <= Ipv4Addr::new(10, 111, 255, 254));
        let taken = all.take_service(IpAddr::V4(address), &service("y"), false);
        assert_eq!(taken, Err("provided IP is already allocated"));
        assert!(all.take_service("172.20.0.1".parse().unwrap(), &service("y"), false).is_err());
        assert!(all.take_service("172.20.0.1".parse().unwrap(), &service("y"), true).is_ok());
        all.release_service(&service("x"));
        assert!(all.take_service(IpAddr::V4(address), &service("y"), false).is_ok());
    }

    #[test]
    fn node_ports_come_from_their_range() {
        // service-semantics 14, 15
        let mut all = Allocations::default();
        let port = all.free_node_port(&service("x"), "", 1).unwrap();
        assert!((30_086..=32_767).contains(&port));
        assert!(all.take_node_port(port, &service("y"), false).is_err());
        assert!(all.take_node_port(80, &service("y"), false).is_err());
    }

    #[test]
    fn pods_get_the_lowest_free_address() {
        let mut all = Allocations::default();
        let range = [Cidr::new("10.244.1.0".parse().unwrap(), 30).unwrap()];
        let pod = |name: &str| ObjectRef { kind: Kind::Pod, namespace: "a".into(), name: name.into() };
        assert_eq!(all.free_pod(&range, &pod("p")), Some("10.244.1.2".parse().unwrap()));
        assert_eq!(all.free_pod(&range, &pod("q")), None, "a /30 has one");
        all.release_pod(&["10.244.1.2".parse().unwrap()], &pod("p"));
        assert!(all.free_pod(&range, &pod("q")).is_some());
    }
}
