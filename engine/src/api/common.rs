//! What all kinds share: names, labels, metadata, references, protocols, address blocks.

use crate::Str;
use std::fmt;

/// A kind by its name; `apiVersion` is kept in [`Meta`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// v1.
    Namespace,
    /// v1.
    Node,
    /// v1.
    Pod,
    /// apps/v1.
    Deployment,
    /// apps/v1.
    ReplicaSet,
    /// v1.
    ReplicationController,
    /// apps/v1.
    StatefulSet,
    /// batch/v1.
    Job,
    /// v1.
    Service,
    /// v1.
    ConfigMap,
    /// discovery.k8s.io/v1.
    EndpointSlice,
    /// networking.k8s.io/v1.
    NetworkPolicy,
    /// Anything else.
    Other(Str),
}

/// Which object: kind, namespace (empty for cluster-wide kinds), name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace; empty when cluster-wide.
    pub namespace: Str,
    /// Its name.
    pub name: Str,
}

/// `Kind/namespace/name`, or `Kind/name` when cluster-wide.
impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            write!(f, "{}/{}", self.kind.name(), self.name)
        } else {
            write!(f, "{}/{}/{}", self.kind.name(), self.namespace, self.name)
        }
    }
}

impl Kind {
    /// From what manifests write.
    pub fn named(name: &str) -> Self {
        let known = [
            Kind::Namespace,
            Kind::Node,
            Kind::Pod,
            Kind::Deployment,
            Kind::ReplicaSet,
            Kind::ReplicationController,
            Kind::StatefulSet,
            Kind::Job,
            Kind::Service,
            Kind::ConfigMap,
            Kind::EndpointSlice,
            Kind::NetworkPolicy,
        ];
        known.into_iter().find(|it| it.name() == name).unwrap_or_else(|| Kind::Other(name.into()))
    }

    /// As manifests write it.
    pub fn name(&self) -> &str {
        match self {
            Kind::Namespace => "Namespace",
            Kind::Node => "Node",
            Kind::Pod => "Pod",
            Kind::Deployment => "Deployment",
            Kind::ReplicaSet => "ReplicaSet",
            Kind::ReplicationController => "ReplicationController",
            Kind::StatefulSet => "StatefulSet",
            Kind::Job => "Job",
            Kind::Service => "Service",
            Kind::ConfigMap => "ConfigMap",
            Kind::EndpointSlice => "EndpointSlice",
            Kind::NetworkPolicy => "NetworkPolicy",
            Kind::Other(name) => name,
        }
    }
}

/// `metadata`, with `apiVersion` and `kind`.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Meta {
    /// As written, before conversion.
    pub api_version: Str,
    /// The kind (after conversion).
    pub kind: Kind,
    /// `default` where a namespaced object names none (semantics 9); empty for cluster-wide kinds.
    pub namespace: Str,
    /// Its name; for `generateName` the prefix plus what the store adds.
    pub name: Str,
    /// The prefix, when only that is given.
    pub generate_name: Option<Str>,
    /// Labels.
    pub labels: Labels,
    /// Annotations.
    pub annotations: Labels,
    /// Owners as stated (observed objects).
    pub owners: Vec<Owner>,
    /// A real cluster is deleting it.
    pub deleting: bool,
}

/// An owner reference.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: Str,
    /// Whether it is the managing controller.
    pub controller: bool,
}

/// Key/value pairs, sorted by key, keys unique.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(Vec<(Str, Str)>);

impl Labels {
    /// From pairs in any order; of equal keys the last wins.
    pub fn new(pairs: impl IntoIterator<Item = (Str, Str)>) -> Self {
        let map: std::collections::BTreeMap<Str, Str> = pairs.into_iter().collect();
        Self(map.into_iter().collect())
    }
    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&Str> {
        let at = self.0.binary_search_by(|(k, _)| (**k).cmp(key)).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }
    /// Sets one value.
    pub fn set(&mut self, key: Str, value: Str) {
        match self.0.binary_search_by(|(k, _)| k.cmp(&key)) {
            Ok(at) => {
                if let Some(pair) = self.0.get_mut(at) {
                    pair.1 = value;
                }
            }
            Err(at) => self.0.insert(at, (key, value)),
        }
    }
    /// In the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&Str, &Str)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
    /// No pairs at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Every pair of `self` stands in `other`: a plain-map selector matches (service-semantics 27: callers treat the empty one themselves).
    pub fn subset_of(&self, other: &Labels) -> bool {
        self.0.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

/// A transport protocol. `Icmp` never stands in an API object; connections may use it (semantics 24).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// The default.
    #[default]
    Tcp,
    /// Datagrams.
    Udp,
    /// SCTP.
    Sctp,
    /// Echo; has no port.
    Icmp,
}

impl Protocol {
    /// `TCP`, `UDP`, `SCTP`, `ICMP`.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Tcp => "TCP",
            Protocol::Udp => "UDP",
            Protocol::Sctp => "SCTP",
            Protocol::Icmp => "ICMP",
        }
    }
}

/// A port by number or by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortRef {
    /// 1–65535.
    Number(u16),
    /// A container port's name.
    Name(Str),
}
