//! Policies as tables: pods in classes, peers as sets of classes, ports as intervals.

use super::decide::Assumptions;
use super::{Direction, Policies};
use crate::Str;
use crate::api::{
    Cidr, Labels, NetworkPolicy, ObjectRef, Peer, Phase, PolicyPort, PolicyRule, PortRef, Protocol, Selector,
};
use crate::cluster::{PodState, Snapshot};
use crate::text::FieldPath;
use fixedbitset::FixedBitSet;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a snapshot's policies come to.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// One per pod of the snapshot, in its order.
    pub(super) pods: Vec<Pod>,
    classes: Vec<Class>,
    policies: Vec<Policy>,
}

/// What sets a pod apart from others of its class.
#[derive(Debug)]
pub(super) struct Pod {
    /// Its class; `None` when it is finished: neither subject nor peer (semantics 38).
    pub(super) class: Option<u32>,
    /// Index into `Snapshot::nodes`.
    pub(super) node: Option<u32>,
    /// It lives in its node's network.
    pub(super) host_network: bool,
    /// It has an address (semantics 38).
    pub(super) addressed: bool,
}

/// A named port: name, protocol, number.
pub(super) type NamedPort = (Str, Protocol, u16);

/// Pods that no policy can tell apart but by address: same namespace, labels and named ports.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) namespace: Str,
    pub(super) namespace_labels: Arc<Labels>,
    pub(super) labels: Arc<Labels>,
    /// Named ports of containers and sidecars (semantics 21), sorted.
    pub(super) ports: Vec<NamedPort>,
    /// The same with names as numbers, for the quick answer.
    numbered: Vec<(u32, Protocol, u16)>,
    ingress: Vec<u32>,
    egress: Vec<u32>,
}

/// A policy, compiled and as written.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) object: ObjectRef,
    pub(super) written: Arc<NetworkPolicy>,
    ingress: Vec<Rule>,
    egress: Vec<Rule>,
}

/// One rule of a policy. Its place is `path`.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) path: FieldPath,
    /// Names no peers: anyone (semantics 5).
    pub(super) anyone: bool,
    /// The classes its selectors match.
    pub(super) classes: FixedBitSet,
    /// Its address blocks with their exceptions.
    pub(super) blocks: Vec<(Cidr, Vec<Cidr>)>,
    pub(super) ports: Ports,
}

/// The ports of a rule.
#[derive(Debug, Default)]
pub(super) struct Ports {
    /// Names no ports: every port of every protocol (semantics 5).
    any: bool,
    /// Per protocol (TCP, UDP, SCTP): inclusive intervals, sorted, apart.
    intervals: [Vec<(u16, u16)>; 3],
    /// Names, as numbers; resolved on the destination (semantics 19).
    names: Vec<(u32, Protocol)>,
}

impl Class {
    /// The policies that isolate this class for a direction, in order of name.
    pub(super) fn isolating(&self, direction: Direction) -> &[u32] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}

impl Policy {
    /// The rules of a direction.
    pub(super) fn rules(&self, direction: Direction) -> &[Rule] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
    /// The same rules as written.
    pub(super) fn written_rules(&self, direction: Direction) -> &[PolicyRule] {
        match direction {
            Direction::Ingress => &self.written.ingress,
            Direction::Egress => &self.written.egress,
        }
    }
}

impl Ports {
    /// Whether a port of this destination is among them (semantics 18–22). ICMP has no port: only "every port" covers it.
    pub(super) fn contain(&self, protocol: Protocol, port: u16, destination: Option<&Class>) -> bool {
        if self.any {
            return true;
        }
        let Some(intervals) = slot(protocol).and_then(|slot| self.intervals.get(slot)) else { return false };
        let below = intervals.partition_point(|&(_, last)| last < port);
        if intervals.get(below).is_some_and(|&(first, _)| first <= port) {
            return true;
        }
        let Some(class) = destination else { return false };
        self.names.iter().any(|&(name, its)| {
            its == protocol && class.numbered.binary_search(&(name, protocol, port)).is_ok()
        })
    }
}

impl Tables {
    pub(super) fn class(&self, class: u32) -> Option<&Class> {
        self.classes.get(usize::try_from(class).ok()?)
    }
    pub(super) fn policy(&self, policy: u32) -> Option<&Policy> {
        self.policies.get(usize::try_from(policy).ok()?)
    }
    pub(super) fn pod(&self, pod: u32) -> Option<&Pod> {
        self.pods.get(usize::try_from(pod).ok()?)
    }
}

impl Policies {
    /// Compiles the policies of a snapshot.
    pub fn compile(snapshot: &Arc<Snapshot>) -> Self {
        let mut tables = Tables::default();
        let mut names = Names::default();
        sort_pods(snapshot, &mut tables, &mut names);
        let namespaces = Namespaces::of(&tables.classes);
        for (object, written) in &snapshot.policies {
            let index = number(tables.policies.len());
            for class in namespaces.classes(&object.namespace) {
                let Some(class) = tables.classes.get_mut(class) else { continue };
                if written.pod_selector.matches(&class.labels) {
                    class.ingress.extend(written.isolates_ingress.then_some(index));
                    class.egress.extend(written.isolates_egress.then_some(index));
                }
            }
            let mut compile = |direction, in_effect: bool, rules: &[PolicyRule]| {
                let rules = if in_effect { rules } else { &[] };
                let compiled = rules.iter().enumerate().map(|(i, rule)| Rule {
                    path: written.rule_path(direction, i),
                    anyone: rule.peers.is_empty(),
                    classes: classes_of(rule, &object.namespace, &tables.classes, &namespaces),
                    blocks: blocks_of(rule),
                    ports: ports_of(&rule.ports, &mut names),
                });
                compiled.collect::<Vec<_>>()
            };
            let ingress = compile(Direction::Ingress, written.isolates_ingress, &written.ingress);
            let egress = compile(Direction::Egress, written.isolates_egress, &written.egress);
            tables.policies.push(Policy {
                object: object.clone(),
                written: written.clone(),
                ingress,
                egress,
            });
        }
        Self { tables, assumptions: Assumptions::of(&snapshot.config) }
    }
}

/// Names of ports as numbers.
#[derive(Default)]
struct Names(BTreeMap<Str, u32>);

impl Names {
    fn number(&mut self, name: &Str) -> u32 {
        let next = number(self.0.len());
        *self.0.entry(name.clone()).or_insert(next)
    }
}

/// The classes of every namespace, with its labels.
struct Namespaces(BTreeMap<Str, (Arc<Labels>, Vec<usize>)>);

impl Namespaces {
    fn of(classes: &[Class]) -> Self {
        let mut namespaces = BTreeMap::new();
        for (index, class) in classes.iter().enumerate() {
            namespaces
                .entry(class.namespace.clone())
                .or_insert_with(|| (class.namespace_labels.clone(), Vec::new()))
                .1
                .push(index);
        }
        Self(namespaces)
    }
    fn classes(&self, namespace: &str) -> impl Iterator<Item = usize> {
        self.0.get(namespace).into_iter().flat_map(|(_, classes)| classes.iter().copied())
    }
    /// Classes of the namespaces a selector matches.
    fn matching<'a>(&'a self, selector: &'a Selector) -> impl Iterator<Item = usize> + 'a {
        self.0
            .values()
            .filter(|(labels, _)| selector.matches(labels))
            .flat_map(|(_, classes)| classes.iter().copied())
    }
}

/// What a class shares: namespace, labels, named ports.
type Key = (Str, Arc<Labels>, Vec<NamedPort>);

/// Puts every pod into its class.
fn sort_pods(snapshot: &Snapshot, tables: &mut Tables, names: &mut Names) {
    let nodes: BTreeMap<&str, u32> =
        snapshot.nodes.iter().enumerate().map(|(i, node)| (&*node.name, number(i))).collect();
    let mut namespaces: BTreeMap<Str, Arc<Labels>> = BTreeMap::new();
    let mut known: BTreeMap<Key, u32> = BTreeMap::new();
    for pod in &snapshot.pods {
        let finished = matches!(pod.phase, Phase::Succeeded | Phase::Failed);
        let class = (!finished).then(|| {
            let namespace = pod.object.namespace.clone();
            let key = (namespace.clone(), pod.labels.clone(), named_ports(pod));
            if let Some(&class) = known.get(&key) {
                return class;
            }
            let class = number(tables.classes.len());
            let namespace_labels = namespaces
                .entry(namespace.clone())
                .or_insert_with(|| namespace_labels(snapshot, &namespace))
                .clone();
            let ports = key.2.clone();
            let mut numbered: Vec<_> =
                ports.iter().map(|(name, protocol, port)| (names.number(name), *protocol, *port)).collect();
            numbered.sort_unstable();
            tables.classes.push(Class {
                namespace,
                namespace_labels,
                labels: pod.labels.clone(),
                ports,
                numbered,
                ingress: Vec::new(),
                egress: Vec::new(),
            });
            known.insert(key, class);
            class
        });
        tables.pods.push(Pod {
            class,
            node: pod.node.as_ref().and_then(|name| nodes.get(&**name).copied()),
            host_network: pod.spec.host_network,
            addressed: !pod.ips.is_empty(),
        });
    }
}

/// A namespace's labels; every namespace has its name as a label (semantics 10).
fn namespace_labels(snapshot: &Snapshot, name: &Str) -> Arc<Labels> {
    let mut labels = snapshot.namespaces.get(name).map(|it| it.labels.clone()).unwrap_or_default();
    labels.set("kubernetes.io/metadata.name".into(), name.clone());
    Arc::new(labels)
}

/// Named ports of containers and sidecars; ordinary init containers do not count (semantics 21).
fn named_ports(pod: &PodState) -> Vec<NamedPort> {
    let sidecars = pod.spec.init_containers.iter().filter(|container| container.sidecar);
    let mut ports: Vec<_> = sidecars
        .chain(&pod.spec.containers)
        .flat_map(|container| &container.ports)
        .filter_map(|port| Some((port.name.clone()?, port.protocol, port.port)))
        .collect();
    ports.sort();
    ports.dedup();
    ports
}

/// The classes a rule's selectors match (semantics 7, 8).
fn classes_of(rule: &PolicyRule, namespace: &str, classes: &[Class], namespaces: &Namespaces) -> FixedBitSet {
    let mut set = FixedBitSet::with_capacity(classes.len());
    for peer in &rule.peers {
        let Peer::Pods { pods, namespaces: wanted } = peer else { continue };
        let mut take = |index: usize| {
            let fits = |class: &Class| pods.as_ref().is_none_or(|pods| pods.matches(&class.labels));
            if classes.get(index).is_some_and(fits) {
                set.insert(index);
            }
        };
        match wanted {
            Some(selector) => namespaces.matching(selector).for_each(&mut take),
            None => namespaces.classes(namespace).for_each(&mut take),
        }
    }
    set
}

fn blocks_of(rule: &PolicyRule) -> Vec<(Cidr, Vec<Cidr>)> {
    let blocks = rule.peers.iter().filter_map(|peer| match peer {
        Peer::IpBlock { cidr, except } => Some((*cidr, except.clone())),
        Peer::Pods { .. } => None,
    });
    blocks.collect()
}

fn ports_of(written: &[PolicyPort], names: &mut Names) -> Ports {
    let mut ports = Ports { any: written.is_empty(), ..Ports::default() };
    for port in written {
        let Some(intervals) = slot(port.protocol).and_then(|slot| ports.intervals.get_mut(slot)) else {
            continue;
        };
        match &port.port {
            None => intervals.push((0, u16::MAX)),
            Some(PortRef::Number(first)) => {
                let last = port.end_port.unwrap_or(*first);
                intervals.extend((*first <= last).then_some((*first, last)));
            }
            Some(PortRef::Name(name)) => ports.names.push((names.number(name), port.protocol)),
        }
    }
    for intervals in &mut ports.intervals {
        intervals.sort_unstable();
        let mut apart: Vec<(u16, u16)> = Vec::with_capacity(intervals.len());
        for &(first, last) in intervals.iter() {
            match apart.last_mut() {
                Some(before) if first <= before.1 => before.1 = before.1.max(last),
                _ => apart.push((first, last)),
            }
        }
        *intervals = apart;
    }
    ports
}

/// The place of a protocol in [`Ports::intervals`]; ICMP has none.
fn slot(protocol: Protocol) -> Option<usize> {
    match protocol {
        Protocol::Tcp => Some(0),
        Protocol::Udp => Some(1),
        Protocol::Sctp => Some(2),
        Protocol::Icmp => None,
    }
}

/// An index as the tables keep it; a snapshot is bounded far below 2^32.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
