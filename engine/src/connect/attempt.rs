//! A connection made ready for one network: indices instead of names, the target resolved.

use super::{Connection, Source, Target};
use crate::api::{DnsPolicy, Phase, Protocol};
use crate::network::Network;
use crate::network::dns::{Answer, Reason, Resolver};
use std::net::IpAddr;
use std::sync::Arc;

/// A connection made ready for one network. Making it costs a look-up; walking it again and again does not.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub(super) from: From,
    pub(super) answer: Arc<Answer>,
    /// The cluster's DNS gave the answer.
    pub(super) asked_cluster: bool,
    pub(super) port: u16,
    pub(super) protocol: Protocol,
    pub(super) enter: Option<u32>,
}

/// Where a connection starts, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Pod {
        pod: u32,
        node: u32,
        host_network: bool,
    },
    Node(u32),
    Outside(IpAddr),
    /// Unknown, or a pod that is not scheduled, finished, or without an address.
    Nowhere(Option<u32>),
}

impl Attempt {
    /// Makes a connection ready: finds its source and resolves its target.
    pub fn new(network: &Network, connection: &Connection) -> Self {
        let from = find(network, &connection.source);
        let resolver = resolver(network, from);
        let answer = match &connection.target {
            Target::Address(address) => Answer { addresses: vec![*address], reason: Reason::Literal },
            Target::Name(name) => network.dns.resolve(name, resolver),
        };
        Attempt {
            from,
            asked_cluster: answer.asked() && resolver != Resolver::Outside,
            answer: Arc::new(answer),
            port: if connection.protocol == Protocol::Icmp { 0 } else { connection.port },
            protocol: connection.protocol,
            enter: connection.enter.as_deref().and_then(|name| network.find_node(name)),
        }
    }
}

fn find(network: &Network, source: &Source) -> From {
    let found = match source {
        Source::Pod(reference) => network.find_pod(reference).and_then(|index| {
            let pod = network.pod(index)?;
            let node = network.routes.node_of(index)?;
            let finished = matches!(pod.phase, Phase::Succeeded | Phase::Failed);
            let host_network = pod.spec.host_network;
            (!finished && !pod.ips.is_empty()).then_some(From::Pod { pod: index, node, host_network })
        }),
        Source::Node(name) => network.find_node(name).map(From::Node),
        Source::Outside(address) => Some(From::Outside(*address)),
    };
    found.unwrap_or_else(|| match source {
        Source::Pod(reference) => From::Nowhere(network.find_pod(reference)),
        Source::Node(_) | Source::Outside(_) => From::Nowhere(None),
    })
}

/// Whom the source asks for names (service-semantics 93, 94).
fn resolver(network: &Network, from: From) -> Resolver<'_> {
    let From::Pod { pod, host_network, .. } = from else {
        return Resolver::Outside;
    };
    let Some(pod) = network.pod(pod) else {
        return Resolver::Outside;
    };
    match pod.spec.dns_policy {
        DnsPolicy::ClusterFirst if host_network => Resolver::Outside,
        DnsPolicy::ClusterFirst | DnsPolicy::ClusterFirstWithHostNet => {
            Resolver::Cluster { namespace: &pod.object.namespace }
        }
        DnsPolicy::Default | DnsPolicy::None => Resolver::Outside,
    }
}
