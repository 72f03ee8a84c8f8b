//! The ends of a connection as people write them: [`super::Ends`].

use crate::Str;
use crate::api::{Kind, ObjectRef, Phase, Protocol};
use crate::cluster::{PodState, Snapshot};
use crate::connect::{Connection, Source, Target};
use crate::network::Network;
use crate::network::dns::{Reason, Resolver};
use crate::simulation::outside_address;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// The visitor that `outside` stands for.
pub(super) const VISITOR: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

/// An end, found in a cluster.
#[derive(Clone, Debug)]
pub(super) enum End {
    Pod(Arc<PodState>),
    Service(ObjectRef),
    Node(Str),
    Address(IpAddr),
    Name(Str),
    Outside,
}

/// Why an end cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Nothing has this name.
    Unknown(String),
    /// It has no pods.
    NoPods(String),
    /// It cannot start a connection.
    NoSource(String),
    /// No port was given and the target has none of its own.
    NoPort(String),
}

/// `deploy`, `deployment.apps`, `Deployment`, … → the kind.
fn kind(word: &str) -> Option<Kind> {
    let word = word.to_ascii_lowercase();
    Some(match word.split('.').next().unwrap_or_default() {
        "po" | "pod" | "pods" => Kind::Pod,
        "deploy" | "deployment" | "deployments" => Kind::Deployment,
        "rs" | "replicaset" | "replicasets" => Kind::ReplicaSet,
        "rc" | "replicationcontroller" | "replicationcontrollers" => Kind::ReplicationController,
        "sts" | "statefulset" | "statefulsets" => Kind::StatefulSet,
        "job" | "jobs" => Kind::Job,
        "svc" | "service" | "services" => Kind::Service,
        _ => return None,
    })
}

/// A reference from an id: `Kind/namespace/name` or `Kind/name`.
pub(super) fn reference(id: &str) -> Option<ObjectRef> {
    let mut parts = id.splitn(3, '/');
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
    let known = |word: &str| match word {
        "Namespace" => Kind::Namespace,
        "Node" => Kind::Node,
        "Pod" => Kind::Pod,
        "Deployment" => Kind::Deployment,
        "ReplicaSet" => Kind::ReplicaSet,
        "ReplicationController" => Kind::ReplicationController,
        "StatefulSet" => Kind::StatefulSet,
        "Job" => Kind::Job,
        "Service" => Kind::Service,
        "ConfigMap" => Kind::ConfigMap,
        "EndpointSlice" => Kind::EndpointSlice,
        "NetworkPolicy" => Kind::NetworkPolicy,
        other => Kind::Other(other.into()),
    };
    Some(match third {
        Some(name) => ObjectRef { kind: known(first), namespace: second.into(), name: name.into() },
        None => ObjectRef { kind: known(first), namespace: "".into(), name: second.into() },
    })
}

/// Finds an end.
pub(super) fn find(text: &str, snapshot: &Snapshot) -> Result<End, Unusable> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("outside") {
        return Ok(End::Outside);
    }
    if let Some(node) = text.strip_prefix("node:").or_else(|| text.strip_prefix("Node/")) {
        let found = snapshot.nodes.iter().find(|it| &*it.name == node);
        return found.map(|it| End::Node(it.name.clone())).ok_or_else(|| Unusable::Unknown(text.to_owned()));
    }
    if let Some(host) = text.strip_prefix("host:") {
        return find(host, snapshot);
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(End::Address(address));
    }
    let parts: Vec<&str> = text.split('/').collect();
    let (word, namespace, name) = match parts.as_slice() {
        [name] => return Ok(End::Name((*name).into())),
        [namespace, name] => (Kind::Pod, *namespace, *name),
        // An id leads with its kind; people lead with the namespace.
        [first, second, name] => match (kind(first), kind(second)) {
            (Some(word), _) if first.starts_with(char::is_uppercase) => (word, *second, *name),
            (_, Some(word)) => (word, *first, *name),
            (Some(word), None) => (word, *second, *name),
            (None, None) => return Err(Unusable::Unknown(text.to_owned())),
        },
        _ => return Err(Unusable::Unknown(text.to_owned())),
    };
    let object = ObjectRef { kind: word, namespace: namespace.into(), name: name.into() };
    match object.kind {
        Kind::Pod => {
            snapshot.pod(&object).cloned().or_else(|| named(snapshot, namespace, name)).map(End::Pod)
        }
        Kind::Service => snapshot.service(&object).map(|it| End::Service(it.object.clone())),
        _ => match representative(snapshot, &object) {
            Some(pod) => Some(End::Pod(pod)),
            None if snapshot.workload(&object).is_some() => return Err(Unusable::NoPods(text.to_owned())),
            None => None,
        },
    }
    .ok_or_else(|| Unusable::Unknown(text.to_owned()))
}

/// `shop/web` where no pod has that name: the workload of that name, whatever its kind.
fn named(snapshot: &Snapshot, namespace: &str, name: &str) -> Option<Arc<PodState>> {
    let found =
        snapshot.workloads.iter().find(|it| &*it.object.namespace == namespace && &*it.object.name == name);
    representative(snapshot, &found?.object)
}

/// The pod that speaks for a workload: a ready one first, then one that runs.
pub(super) fn representative(snapshot: &Snapshot, workload: &ObjectRef) -> Option<Arc<PodState>> {
    let of = |pod: &&Arc<PodState>| pod.workload == *workload || pod.owner.as_ref() == Some(workload);
    let rank = |pod: &&Arc<PodState>| (!pod.ready, pod.phase != Phase::Running, pod.terminating, pod.slot);
    snapshot.pods_of(&workload.namespace).iter().filter(of).min_by_key(rank).cloned()
}

/// Where a connection from an end starts. A Service starts none: its first pod does, the one a name without a pod means.
fn source(from: &End, network: &Network) -> Result<Source, Unusable> {
    let snapshot = &network.snapshot;
    let behind = |service: &ObjectRef| {
        let slices = snapshot.service(service).map_or(&[][..], |it| &it.slices);
        let pod = slices.iter().flat_map(|it| &it.endpoints).find_map(|it| it.target.clone());
        pod.map(Source::Pod).ok_or_else(|| Unusable::NoSource(service.to_string()))
    };
    Ok(match from {
        End::Pod(pod) => Source::Pod(pod.object.clone()),
        End::Node(name) => Source::Node(name.clone()),
        End::Address(address) => source_of(*address, snapshot),
        End::Outside => Source::Outside(VISITOR),
        End::Service(object) => behind(object)?,
        End::Name(name) => {
            let answer = network.dns.resolve(name, Resolver::Cluster { namespace: "default" });
            match (answer.reason, answer.addresses.first()) {
                (Reason::Service { service, .. } | Reason::Headless { service, .. }, _) => behind(&service)?,
                (_, Some(address)) if !address.is_loopback() => source_of(*address, snapshot),
                _ => return Err(Unusable::NoSource(name.to_string())),
            }
        }
    })
}

/// The connection between two ends. Without `port` the target's first one is taken.
pub(super) fn connection(
    from: &End,
    to: &End,
    port: Option<u16>,
    protocol: Option<Protocol>,
    network: &Network,
) -> Result<Connection, Unusable> {
    let snapshot = &network.snapshot;
    let source = source(from, network)?;
    let namespace = match &source {
        Source::Pod(pod) => Some(pod.namespace.clone()),
        Source::Node(_) | Source::Outside(_) => None,
    };
    let outside = matches!(source, Source::Outside(_));
    let mut wanted = protocol;
    let named = match to {
        // Only pods ask the cluster's DNS. For anyone else a Service's name is our way to write the Service.
        End::Name(name) if namespace.is_none() => snapshot.service_named(name, "default"),
        _ => None,
    };
    let named = named.map(|it| End::Service(it.object.clone()));
    let (target, port) = match named.as_ref().unwrap_or(to) {
        End::Pod(pod) => {
            let address = pod.ips.first().ok_or_else(|| Unusable::NoPods(pod.object.to_string()))?;
            let own = pod.listeners.iter().find(|it| wanted.is_none_or(|wanted| wanted == it.protocol));
            wanted = wanted.or(own.map(|it| it.protocol));
            let port = port.or(own.map(|it| it.port));
            (Target::Address(*address), port.ok_or_else(|| Unusable::NoPort(pod.object.to_string()))?)
        }
        End::Service(object) => {
            let service = snapshot.service(object).ok_or_else(|| Unusable::Unknown(object.to_string()))?;
            let first = service.ports.iter().find(|(it, _)| {
                port.is_none_or(|port| port == it.port) && wanted.is_none_or(|wanted| wanted == it.protocol)
            });
            wanted = wanted.or(first.map(|(it, _)| it.protocol));
            let port = port.or(first.map(|(it, _)| it.port));
            let port = port.ok_or_else(|| Unusable::NoPort(object.to_string()))?;
            match outside.then(|| outside_address(service, port, wanted.unwrap_or_default(), snapshot)) {
                Some(Some((address, port))) => (Target::Address(address), port),
                // From outside there is no door: the walk says why.
                Some(None) => match service.cluster_ips.first() {
                    Some(address) => (Target::Address(*address), port),
                    None => (Target::Name(full_name(object)), port),
                },
                None if namespace.as_ref() == Some(&object.namespace) => {
                    (Target::Name(object.name.clone()), port)
                }
                None if namespace.is_some() => {
                    (Target::Name(format!("{}.{}", object.name, object.namespace).into()), port)
                }
                None => match service.cluster_ips.first() {
                    Some(address) => (Target::Address(*address), port),
                    None => (Target::Name(full_name(object)), port),
                },
            }
        }
        End::Node(name) => {
            let node = snapshot.nodes.iter().find(|it| it.name == *name);
            let address = node.and_then(|it| it.addresses.first());
            let address = address.ok_or_else(|| Unusable::Unknown(name.to_string()))?;
            (Target::Address(*address), port.ok_or_else(|| Unusable::NoPort(name.to_string()))?)
        }
        End::Address(address) => (Target::Address(*address), port.unwrap_or(80)),
        End::Name(name) => {
            let service = snapshot.service_named(name, namespace.as_deref().unwrap_or("default"));
            let own = service.and_then(|it| it.ports.first()).map(|(it, _)| (it.port, it.protocol));
            wanted = wanted.or(own.filter(|it| port.is_none_or(|port| port == it.0)).map(|it| it.1));
            (Target::Name(name.clone()), port.or(own.map(|it| it.0)).unwrap_or(80))
        }
        End::Outside => (Target::Address(VISITOR), port.unwrap_or(443)),
    };
    Ok(Connection { source, target, port, protocol: wanted.unwrap_or_default(), enter: None })
}

fn full_name(object: &ObjectRef) -> Str {
    format!("{}.{}.svc.cluster.local", object.name, object.namespace).into()
}

/// Whoever has an address: a pod, a node, else the outside.
fn source_of(address: IpAddr, snapshot: &Snapshot) -> Source {
    let pod = snapshot.pods.iter().find(|pod| !pod.spec.host_network && pod.ips.contains(&address));
    if let Some(pod) = pod {
        return Source::Pod(pod.object.clone());
    }
    let node = snapshot.nodes.iter().find(|node| node.addresses.contains(&address));
    node.map_or(Source::Outside(address), |node| Source::Node(node.name.clone()))
}
