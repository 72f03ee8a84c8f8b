//! Names: what the cluster's DNS answers, and the search list a pod walks (service-semantics 82–101).

mod nearest;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;

use super::policy::{Decision, Direction};
use crate::Str;
use crate::api::{ObjectRef, ServiceType};
use crate::cluster::{ServiceState, Snapshot};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// The cluster's domain.
const ZONE: &str = "cluster.local";
/// `options ndots:5` (service-semantics 93).
const NDOTS: usize = 5;
/// CNAMEs followed inside the zone (service-semantics 87).
const MAX_LINKS: usize = 10;
/// The longest name DNS knows, bytes.
const MAX_NAME: usize = 253;

/// Compiled names.
#[derive(Debug, Default)]
pub struct Dns {
    /// Namespace → Service → what its names give.
    namespaces: BTreeMap<Str, BTreeMap<Str, Entry>>,
}

/// What the names of one Service give.
#[derive(Debug)]
struct Entry {
    service: ObjectRef,
    records: Records,
    /// Host label → addresses: endpoints that DNS lists, below the Service's name (service-semantics 84, 85).
    hosts: BTreeMap<Str, Vec<(IpAddr, Option<ObjectRef>)>>,
}

#[derive(Debug)]
enum Records {
    ClusterIp(Vec<IpAddr>),
    Headless(Vec<IpAddr>),
    Cname(Str),
}

/// Why a name resolves, or does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The target is an address already.
    Literal,
    /// The name of a Service, in one of its forms.
    Service {
        /// The Service.
        service: ObjectRef,
        /// The full name that answered.
        name: Str,
        /// Names tried before it.
        tried: Vec<Str>,
    },
    /// A headless Service: the addresses of its ready pods.
    Headless {
        /// The Service.
        service: ObjectRef,
        /// The full name that answered.
        name: Str,
        /// Names tried before it.
        tried: Vec<Str>,
    },
    /// A pod's own name below a Service.
    Pod {
        /// The pod.
        pod: ObjectRef,
        /// The full name that answered.
        name: Str,
        /// Names tried before it.
        tried: Vec<Str>,
    },
    /// A name that spells an address below `NAMESPACE.pod.cluster.local`: DNS echoes it, whoever has it
    /// (service-semantics 88).
    Spelled {
        /// The full name that answered.
        name: Str,
        /// Names tried before it.
        tried: Vec<Str>,
    },
    /// An ExternalName Service: another name.
    ExternalName {
        /// The Service.
        service: ObjectRef,
        /// The name it stands for.
        canonical: Str,
    },
    /// A name outside the cluster; Podyard gives it an address of its own making.
    Outside {
        /// Names tried before it.
        tried: Vec<Str>,
    },
    /// `localhost`.
    Localhost,
    /// No such name.
    NotFound {
        /// Every name tried.
        tried: Vec<Str>,
        /// A name that nearly fits.
        nearest: Option<Str>,
        /// The Service exists but has no address to give: headless without a ready endpoint, or an ExternalName whose
        /// target does not exist.
        empty: Option<ObjectRef>,
    },
    /// DNS did not answer: policy dropped the query on its way to the DNS pods (semantics 31).
    NoAnswer {
        /// Where it was dropped: leaving the client, or arriving at the DNS pod.
        direction: Direction,
        /// What dropped it.
        decision: Box<Decision>,
    },
    /// DNS did not answer: no pod stands behind its Service.
    NoServer {
        /// The DNS Service.
        service: ObjectRef,
    },
}

/// What a look-up gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Addresses; empty when the name is not found.
    pub addresses: Vec<IpAddr>,
    /// Why.
    pub reason: Reason,
}

impl Answer {
    /// Whether a DNS server was asked: not for addresses and `localhost`.
    pub fn asked(&self) -> bool {
        !matches!(self.reason, Reason::Literal | Reason::Localhost)
    }
}

/// Whom a client asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolver<'a> {
    /// The cluster's DNS, with the search list of this namespace (service-semantics 93).
    Cluster {
        /// The client's namespace.
        namespace: &'a str,
    },
    /// The node's or anyone else's: no cluster names (service-semantics 94).
    Outside,
}

/// What one full name gives.
enum Found {
    Yes(Answer),
    /// It exists without an address to give.
    Empty(ObjectRef),
    No,
}

impl Dns {
    /// Compiles the names of a snapshot.
    pub fn compile(snapshot: &Snapshot) -> Self {
        let mut namespaces: BTreeMap<Str, BTreeMap<Str, Entry>> =
            snapshot.namespaces.keys().map(|name| (name.clone(), BTreeMap::new())).collect();
        for service in &snapshot.services {
            let entry =
                Entry { service: service.object.clone(), records: records(service), hosts: hosts(service) };
            let names = namespaces.entry(service.object.namespace.clone()).or_default();
            names.insert(service.object.name.clone(), entry);
        }
        Self { namespaces }
    }

    /// Resolves a name as a client sees it: literal addresses, `localhost`, then the search list (service-semantics 99).
    ///
    /// Names outside the cluster get an address of Podyard's own making when they have a dot and do not look like a
    /// mistyped name of the cluster's: no such domain exists outside.
    pub fn resolve(&self, host: &str, resolver: Resolver<'_>) -> Answer {
        if let Ok(address) = host.parse() {
            return Answer { addresses: vec![address], reason: Reason::Literal };
        }
        let lower = host.to_ascii_lowercase();
        let name = lower.strip_suffix('.').unwrap_or(&lower);
        if name == "localhost" {
            return Answer { addresses: vec![Ipv4Addr::LOCALHOST.into()], reason: Reason::Localhost };
        }
        let mut tried = Vec::new();
        let mut empty = None;
        if name.len() <= MAX_NAME {
            for candidate in candidates(name, lower.ends_with('.'), resolver) {
                match self.look_up(&candidate, resolver, &tried, MAX_LINKS) {
                    Found::Yes(Answer { reason: Reason::Outside { .. }, .. })
                        if self.means_inside(name, resolver) => {}
                    Found::Yes(answer) => return answer,
                    Found::Empty(service) => empty = empty.or(Some(service)),
                    Found::No => {}
                }
                tried.push(candidate);
            }
        }
        let nearest = match resolver {
            Resolver::Cluster { namespace } if empty.is_none() => self.nearest(name, namespace),
            _ => None,
        };
        Answer { addresses: Vec::new(), reason: Reason::NotFound { tried, nearest, empty } }
    }

    /// One full name. `links` bounds the CNAMEs that may still be followed.
    fn look_up(&self, name: &Str, resolver: Resolver<'_>, tried: &[Str], links: usize) -> Found {
        let inside = name.strip_suffix(ZONE).and_then(|rest| rest.strip_suffix('.'));
        let Some(inside) = inside.filter(|_| resolver != Resolver::Outside) else {
            return outside(name, tried);
        };
        let (name, tried) = (name.clone(), tried.to_vec());
        let mut labels = inside.split('.').rev();
        let (kind, namespace, first, second, rest) =
            (labels.next(), labels.next(), labels.next(), labels.next(), labels.next());
        let (Some(kind), Some(namespace), Some(first), None) = (kind, namespace, first, rest) else {
            return Found::No;
        };
        if kind == "pod" && second.is_none() {
            return match spelled(first).filter(|_| self.namespaces.contains_key(namespace)) {
                Some(address) => yes(vec![address], Reason::Spelled { name, tried }),
                None => Found::No,
            };
        }
        let entry = self.namespaces.get(namespace).and_then(|names| names.get(first));
        let Some(entry) = entry.filter(|_| kind == "svc") else {
            return Found::No;
        };
        let service = entry.service.clone();
        if let Some(host) = second {
            let Some(found) = entry.hosts.get(host) else {
                return Found::No;
            };
            let addresses = found.iter().map(|(address, _)| *address).collect();
            return match found.iter().find_map(|(_, pod)| pod.clone()) {
                Some(pod) => yes(addresses, Reason::Pod { pod, name, tried }),
                None => yes(addresses, Reason::Headless { service, name, tried }),
            };
        }
        match &entry.records {
            Records::ClusterIp(addresses) => yes(addresses.clone(), Reason::Service { service, name, tried }),
            Records::Headless(addresses) if addresses.is_empty() => Found::Empty(service),
            Records::Headless(addresses) => yes(addresses.clone(), Reason::Headless { service, name, tried }),
            Records::Cname(canonical) => self.follow(service, canonical, resolver, links),
        }
    }

    /// The target of an ExternalName; an address as target does not resolve (service-semantics 19, 87).
    fn follow(&self, service: ObjectRef, canonical: &Str, resolver: Resolver<'_>, links: usize) -> Found {
        let Some(links) = links.checked_sub(1).filter(|_| canonical.parse::<IpAddr>().is_err()) else {
            return Found::Empty(service);
        };
        match self.look_up(canonical, resolver, &[], links) {
            Found::Yes(Answer { addresses, .. }) => {
                yes(addresses, Reason::ExternalName { service, canonical: canonical.clone() })
            }
            Found::Empty(_) | Found::No => Found::Empty(service),
        }
    }
}

fn yes(addresses: Vec<IpAddr>, reason: Reason) -> Found {
    Found::Yes(Answer { addresses, reason })
}

/// The full names a client asks for, in order (service-semantics 93, 99; glibc's order).
fn candidates(name: &str, absolute: bool, resolver: Resolver<'_>) -> Vec<Str> {
    let Resolver::Cluster { namespace } = resolver else {
        return vec![name.into()];
    };
    if absolute {
        return vec![name.into()];
    }
    let search = [format!("{namespace}.svc.{ZONE}"), format!("svc.{ZONE}"), ZONE.to_string()];
    let mut names: Vec<Str> = search.iter().map(|domain| format!("{name}.{domain}").into()).collect();
    let first = if name.matches('.').count() < NDOTS { names.len() } else { 0 };
    names.insert(first, name.into());
    names
}

/// A name nobody in the cluster answers for. One with a dot gets an address for documentation (RFC 5737), always the same.
fn outside(name: &str, tried: &[Str]) -> Found {
    let in_zone = name == ZONE || name.strip_suffix(ZONE).is_some_and(|rest| rest.ends_with('.'));
    if in_zone || !name.contains('.') || name.split('.').any(str::is_empty) {
        return Found::No;
    }
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let last = u8::try_from(hash / 2 % 254 + 1).unwrap_or(1);
    let address = if hash.is_multiple_of(2) {
        Ipv4Addr::new(192, 0, 2, last)
    } else {
        Ipv4Addr::new(198, 51, 100, last)
    };
    yes(vec![address.into()], Reason::Outside { tried: tried.to_vec() })
}

/// `10-244-1-5` → 10.244.1.5, `fd00--5` → fd00::5.
fn spelled(label: &str) -> Option<IpAddr> {
    let v4 = label.replace('-', ".").parse::<Ipv4Addr>().ok().map(IpAddr::V4);
    v4.or_else(|| label.replace('-', ":").parse().ok())
}

fn dashed(address: IpAddr) -> Str {
    address.to_string().replace(['.', ':'], "-").into()
}

fn records(service: &ServiceState) -> Records {
    match (&service.spec.external_name, service.spec.kind) {
        (Some(name), ServiceType::ExternalName) => {
            let name = name.to_ascii_lowercase();
            Records::Cname(name.strip_suffix('.').unwrap_or(&name).into())
        }
        _ if service.spec.headless => {
            let mut addresses: Vec<IpAddr> = listed(service).map(|it| it.address).collect();
            addresses.sort();
            addresses.dedup();
            Records::Headless(addresses)
        }
        _ => Records::ClusterIp(service.cluster_ips.clone()),
    }
}

/// Endpoints DNS lists: ready ones; `ready` says yes for all under publishNotReadyAddresses (service-semantics 23, 83).
fn listed(service: &ServiceState) -> impl Iterator<Item = &crate::api::Endpoint> {
    let all = service.spec.publish_not_ready;
    service.slices.iter().flat_map(|slice| &slice.endpoints).filter(move |it| it.ready || all)
}

/// Endpoint names: the hostname where the endpoint has one, else the dashed address (service-semantics 84).
fn hosts(service: &ServiceState) -> BTreeMap<Str, Vec<(IpAddr, Option<ObjectRef>)>> {
    let mut hosts: BTreeMap<Str, Vec<(IpAddr, Option<ObjectRef>)>> = BTreeMap::new();
    for endpoint in listed(service) {
        let host = endpoint.hostname.clone().unwrap_or_else(|| dashed(endpoint.address));
        let addresses = hosts.entry(host).or_default();
        if !addresses.iter().any(|(address, _)| *address == endpoint.address) {
            addresses.push((endpoint.address, endpoint.target.clone()));
        }
    }
    hosts
}
