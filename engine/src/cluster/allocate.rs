//! Addresses and node ports: who has which, and the next free one (service-semantics 10–15, 131).

use super::PodKey;
use super::random::Stream;
use crate::api::Cidr;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// ClusterIPs are chosen from kubeadm's 10.96.0.0/12: its first 256 addresses are for those who choose themselves.
const SERVICE_NETWORK: u32 = 0x0a60_0000;
const SERVICE_SIZE: u32 = 1 << 20;
const STATIC_BAND: u32 = 256;
/// Node ports; the first 86 are for those who choose themselves.
pub(super) const NODE_PORTS: std::ops::RangeInclusive<u16> = 30_000..=32_767;
const STATIC_PORTS: u16 = 86;
/// Documentation addresses that the simulated cloud's load balancers get.
const CLOUD: u32 = 0xcb00_7100;

/// A Service by namespace and name.
pub(super) type ServiceKey = PodKey;

/// Who has what.
#[derive(Clone, Debug, Default)]
pub(super) struct Addresses {
    /// Pod addresses.
    pub(super) pods: BTreeMap<IpAddr, PodKey>,
    /// ClusterIPs.
    pub(super) services: BTreeMap<IpAddr, ServiceKey>,
    /// Node ports: one number belongs to one Service, whatever the protocol.
    pub(super) node_ports: BTreeMap<u16, ServiceKey>,
    /// Load balancers' addresses.
    pub(super) balancers: BTreeMap<IpAddr, ServiceKey>,
}

impl Addresses {
    /// A free pod address of the block, starting after `last`; that one is updated.
    pub(super) fn pod(&self, block: Cidr, last: &mut u32) -> Option<IpAddr> {
        let bits = if block.network.is_ipv4() { 32 } else { 128 };
        let size = 1u32 << u32::from(bits - block.prefix.min(bits)).min(16);
        // The first address is the network's, the second the node's gateway, the last the broadcast.
        let usable = size.saturating_sub(3);
        for step in 0..usable {
            let offset = 2 + (*last + step) % usable;
            let address = offset_by(block.network, offset);
            if !self.pods.contains_key(&address) {
                *last = (*last + step + 1) % usable;
                return Some(address);
            }
        }
        None
    }

    /// A free ClusterIP: a random start in the upper band, upwards with wrap, then the lower band.
    pub(super) fn cluster_ip(&self, stream: &mut Stream) -> Option<IpAddr> {
        let upper = SERVICE_SIZE - 2 - STATIC_BAND;
        let start = stream.below(upper);
        let high = (0..upper).map(|step| STATIC_BAND + 1 + (start + step) % upper);
        let address = |offset| IpAddr::V4(Ipv4Addr::from(SERVICE_NETWORK + offset));
        high.chain(1..=STATIC_BAND).map(address).find(|it| !self.services.contains_key(it))
    }

    /// Whether a Service may choose this address.
    pub(super) fn in_service_range(address: IpAddr) -> bool {
        match address {
            IpAddr::V4(it) => {
                let offset = u32::from(it).wrapping_sub(SERVICE_NETWORK);
                offset > 0 && offset < SERVICE_SIZE - 1
            }
            // A second family has no range of its own here.
            IpAddr::V6(_) => true,
        }
    }

    /// A free node port: random in the dynamic band, then the static one.
    pub(super) fn node_port(&self, stream: &mut Stream) -> Option<u16> {
        let first = *NODE_PORTS.start() + STATIC_PORTS;
        let count = *NODE_PORTS.end() - first + 1;
        let start = u16::try_from(stream.below(u32::from(count))).unwrap_or(0);
        let dynamic = (0..count).map(|step| {
            let at = (u32::from(start) + u32::from(step)) % u32::from(count);
            first + u16::try_from(at).unwrap_or(0)
        });
        dynamic.chain(*NODE_PORTS.start()..first).find(|it| !self.node_ports.contains_key(it))
    }

    /// The lowest free address of the simulated cloud; none when all 254 are given away.
    pub(super) fn balancer(&self) -> Option<IpAddr> {
        let address = |offset| IpAddr::V4(Ipv4Addr::from(CLOUD + offset));
        (1..255).map(address).find(|it| !self.balancers.contains_key(it))
    }

    /// Takes everything from a Service.
    pub(super) fn release_service(&mut self, key: &ServiceKey) {
        self.services.retain(|_, it| it != key);
        self.node_ports.retain(|_, it| it != key);
        self.balancers.retain(|_, it| it != key);
    }
}

fn offset_by(network: IpAddr, offset: u32) -> IpAddr {
    match network {
        IpAddr::V4(it) => IpAddr::V4(Ipv4Addr::from(u32::from(it).wrapping_add(offset))),
        IpAddr::V6(it) => IpAddr::V6(Ipv6Addr::from(u128::from(it).wrapping_add(u128::from(offset)))),
    }
}

/// The pod block of the `number`th node: 10.244.N.0/24.
pub(super) fn pod_block(number: u32) -> Cidr {
    let number = number.min(2_999);
    let network = Ipv4Addr::from(0x0af4_0000u32.saturating_add(number << 8));
    Cidr { network: IpAddr::V4(network), prefix: 24 }
}

/// The own address of the `number`th node, as kind gives them out: 172.18.0.0/16.
pub(super) fn node_address(number: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from(0xac12_0001u32.saturating_add(number.min(60_000))))
}

/// Where the API server listens (port 6443): a node of its own that runs no pods.
pub const API_SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 18, 255, 254));

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> PodKey {
        ("default".into(), name.into())
    }

    #[test]
    fn pod_addresses_go_on_and_wrap_and_end() {
        let mut addresses = Addresses::default();
        let mut last = 0;
        for number in 0..253u32 {
            let address = addresses.pod(pod_block(1), &mut last).expect("free");
            assert_eq!(address.to_string(), format!("10.244.1.{}", number + 2));
            addresses.pods.insert(address, key("a"));
        }
        assert_eq!(addresses.pod(pod_block(1), &mut last), None);
        let freed: IpAddr = "10.244.1.9".parse().expect("address");
        addresses.pods.remove(&freed);
        assert_eq!(addresses.pod(pod_block(1), &mut last), Some(freed));
    }

    #[test]
    fn cluster_ips_come_from_the_upper_band() {
        let addresses = Addresses::default();
        for nth in 0..200 {
            let mut stream = Stream::new(7, "cluster-ip", "default/a", nth);
            let address = addresses.cluster_ip(&mut stream).expect("free");
            let IpAddr::V4(it) = address else { panic!("{address}") };
            assert!(u32::from(it) - SERVICE_NETWORK > STATIC_BAND && Addresses::in_service_range(address));
        }
        assert!(!Addresses::in_service_range("10.96.0.0".parse().expect("address")));
        assert!(!Addresses::in_service_range("10.111.255.255".parse().expect("address")));
        assert!(!Addresses::in_service_range("10.112.0.1".parse().expect("address")));
    }

    #[test]
    fn node_ports_use_the_static_band_last() {
        let mut addresses = Addresses::default();
        for nth in 0..2_768 {
            let port = addresses.node_port(&mut Stream::new(7, "node-port", "x", nth)).expect("free");
            assert_eq!(port < 30_086, nth >= 2_682);
            addresses.node_ports.insert(port, key("a"));
        }
        assert_eq!(addresses.node_port(&mut Stream::new(7, "node-port", "x", 0)), None);
    }
}
