//! What outlives a connection: affinity, source ports.

use crate::Str;
use crate::api::ObjectRef;
use crate::cluster::{Span, Time};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// The first of Linux' ephemeral ports, and how many there are.
const EPHEMERAL: (u16, u16) = (32_768, 28_232);
/// Clients remembered per Service port and node: `recent` keeps 100 per list (service-semantics 65).
const MAX_CLIENTS: usize = 100;

/// What outlives a connection: affinity, source ports.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The present: affinity times out by it.
    pub now: Time,
    opened: u64,
    affinity: BTreeMap<Sticky, BTreeMap<IpAddr, (SocketAddr, Time)>>,
}

/// Where a client is remembered: per Service port and per node (service-semantics 65).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sticky {
    pub service: ObjectRef,
    pub port: u32,
    pub node: Str,
}

impl State {
    /// The next source port. Linux chooses at random; counting keeps connections apart as well.
    pub(super) fn next_port(&mut self) -> u16 {
        let offset = self.opened % u64::from(EPHEMERAL.1);
        self.opened = self.opened.wrapping_add(1);
        EPHEMERAL.0.saturating_add(u16::try_from(offset).unwrap_or(0))
    }

    /// The endpoint a client was sent to within the last `timeout` seconds.
    pub(super) fn sticky(&self, list: &Sticky, client: IpAddr, timeout: u32) -> Option<SocketAddr> {
        let (endpoint, last) = self.affinity.get(list)?.get(&client)?;
        (self.now - *last <= Span::seconds(u64::from(timeout))).then_some(*endpoint)
    }

    /// Remembers where a client was sent; every new connection counts anew (service-semantics 65).
    pub(super) fn remember(&mut self, list: Sticky, client: IpAddr, endpoint: SocketAddr) {
        let clients = self.affinity.entry(list).or_default();
        if clients.len() >= MAX_CLIENTS && !clients.contains_key(&client) {
            let oldest = clients.iter().min_by_key(|(_, (_, last))| *last).map(|(client, _)| *client);
            oldest.and_then(|client| clients.remove(&client));
        }
        clients.insert(client, (endpoint, self.now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn list() -> Sticky {
        let service =
            ObjectRef { kind: crate::api::Kind::Service, namespace: "shop".into(), name: "web".into() };
        Sticky { service, port: 0, node: "node-1".into() }
    }

    /// service-semantics 65: sliding timeout, 100 clients a list.
    #[test]
    fn affinity_times_out_and_is_bounded() {
        let (mut state, client) = (State::default(), IpAddr::from([10, 244, 0, 5]));
        let endpoint = SocketAddr::from(([10, 244, 1, 2], 80));
        state.remember(list(), client, endpoint);
        state.now = Time(10_000_000);
        assert_eq!(state.sticky(&list(), client, 10), Some(endpoint));
        state.now = Time(10_000_001);
        assert_eq!(state.sticky(&list(), client, 10), None);
        for last in 0..=100 {
            state.now = Time(20_000_000 + u64::from(last));
            state.remember(list(), Ipv4Addr::new(10, 244, 2, last).into(), endpoint);
        }
        assert_eq!(state.sticky(&list(), Ipv4Addr::new(10, 244, 2, 0).into(), 100), None, "pushed out");
        assert_eq!(state.sticky(&list(), Ipv4Addr::new(10, 244, 2, 100).into(), 100), Some(endpoint));
    }

    #[test]
    fn source_ports_are_ephemeral() {
        let mut state = State::default();
        let ports: Vec<u16> = (0..30_000).map(|_| state.next_port()).collect();
        assert_eq!((ports[0], ports[28_231], ports[28_232]), (32_768, 60_999, 32_768));
    }
}
