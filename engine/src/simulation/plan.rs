//! Who sends traffic when nobody says so: visitors of external Services, and workloads nobody calls.
//!
//! A request that enters the front causes its calls downstream ([`super::Simulation`]); only where no request can enter from a
//! caller does a workload start rounds of its own.

use crate::Str;
use crate::api::{ObjectRef, Protocol, ServiceType};
use crate::cluster::{ServiceState, Snapshot, WorkloadState};
use crate::connect::{Connection, Source, Target};
use crate::program::Call;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// Who starts rounds of traffic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// Visitors of this Service.
    Outside(ObjectRef),
    /// The pods of this workload.
    Workload(ObjectRef),
}

/// What tells one traffic from another: who calls which host and port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamKey {
    /// The calling workload; `None` for visitors from outside.
    pub from: Option<ObjectRef>,
    /// The Service a visitor wants; `None` for calls of workloads.
    pub service: Option<ObjectRef>,
    /// The host as written; for visitors the Service's name.
    pub host: Str,
    /// The port.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
}

impl StreamKey {
    /// The stream of a workload's call.
    pub fn of_call(from: &ObjectRef, call: &Call) -> Self {
        Self {
            from: Some(from.clone()),
            service: None,
            host: call.host.clone(),
            port: call.port,
            protocol: call.protocol,
        }
    }

    /// Stable while its ends are the same: `Deployment/shop/web → api:80/TCP`.
    pub fn id(&self) -> String {
        let from = self.from.as_ref().map_or_else(|| "outside".to_owned(), ToString::to_string);
        let host = self.service.as_ref().map_or_else(|| self.host.to_string(), ToString::to_string);
        format!("{from} → {host}:{}/{}", self.port, self.protocol.name())
    }

    /// Where the client wants to go.
    pub fn target(&self) -> Target {
        target(&self.host)
    }

    /// A visitor's connection: the load balancer's address, an external address, or a node and its node port; `None` while there is none.
    pub fn from_outside(&self, visitor: IpAddr, snapshot: &Snapshot) -> Option<Connection> {
        let service = snapshot.service(self.service.as_ref()?)?;
        let (address, port) = outside_address(service, self.port, self.protocol, snapshot)?;
        Some(Connection {
            source: Source::Outside(visitor),
            target: Target::Address(address),
            port,
            protocol: self.protocol,
            enter: None,
        })
    }
}

/// A host as written: an address, or a name.
pub(crate) fn target(host: &Str) -> Target {
    host.parse().map_or_else(|_| Target::Name(host.clone()), Target::Address)
}

/// The address and port by which the outside reaches a Service's port.
pub fn outside_address(
    service: &ServiceState,
    port: u16,
    protocol: Protocol,
    snapshot: &Snapshot,
) -> Option<(IpAddr, u16)> {
    let external = service.load_balancer_ips.first().or(service.spec.external_ips.first());
    if let Some(address) = external {
        return Some((*address, port));
    }
    let (_, node_port) = service.ports.iter().find(|(it, _)| it.port == port && it.protocol == protocol)?;
    let node = snapshot.nodes.iter().find(|node| node.ready)?;
    Some((*node.addresses.first()?, (*node_port)?))
}

/// Who sends traffic of their own accord, and what.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    callers: BTreeMap<Caller, Vec<Arc<StreamKey>>>,
    streams: BTreeMap<(ObjectRef, Str, u16, Protocol), Arc<StreamKey>>,
}

impl Plan {
    /// The plan for a cluster's state. Depends on objects alone, never on verdicts or time.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut plan = Self::default();
        for workload in &snapshot.workloads {
            for call in workload.calls.iter() {
                let key = (workload.object.clone(), call.host.clone(), call.port, call.protocol);
                plan.streams
                    .entry(key)
                    .or_insert_with(|| Arc::new(StreamKey::of_call(&workload.object, call)));
            }
        }
        let calls = CallGraph::of(snapshot);
        let mut called = BTreeSet::new();
        for service in snapshot.services.iter().filter(|service| is_external(service)) {
            let streams = visitor_streams(service);
            if !streams.is_empty() {
                plan.callers.insert(Caller::Outside(service.object.clone()), streams);
                calls.reach(calls.behind(&service.object).to_vec(), &mut called);
            }
        }
        let mut in_order: Vec<&Arc<WorkloadState>> =
            snapshot.workloads.iter().filter(|it| !it.calls.is_empty()).collect();
        in_order.sort_by_key(|it| it.order);
        // First those nobody calls; then, for circles that no request enters, the first of each.
        let (rest, roots): (Vec<_>, Vec<_>) =
            in_order.into_iter().partition(|it| calls.is_called_by_another(&it.object));
        for workload in roots.into_iter().chain(rest) {
            if !called.contains(&workload.object) {
                calls.reach(vec![workload.object.clone()], &mut called);
                let streams =
                    workload.calls.iter().filter_map(|call| plan.get(&workload.object, call)).collect();
                plan.callers.insert(Caller::Workload(workload.object.clone()), streams);
            }
        }
        plan
    }

    /// Everyone who starts rounds.
    pub fn callers(&self) -> impl Iterator<Item = &Caller> {
        self.callers.keys()
    }

    /// What a caller sends in a round; `None` when it is no caller any more.
    pub fn calls(&self, caller: &Caller) -> Option<&[Arc<StreamKey>]> {
        self.callers.get(caller).map(Vec::as_slice)
    }

    /// Visitors' streams, in order of the Services' names.
    pub fn visitors(&self) -> impl Iterator<Item = &Arc<StreamKey>> {
        self.callers.iter().filter(|(caller, _)| matches!(caller, Caller::Outside(_))).flat_map(|(_, it)| it)
    }

    fn get(&self, from: &ObjectRef, call: &Call) -> Option<Arc<StreamKey>> {
        self.streams.get(&(from.clone(), call.host.clone(), call.port, call.protocol)).cloned()
    }

    /// The stream of a caused call; the caller is the last of the chain.
    pub(crate) fn stream(&self, chain: &[ObjectRef], call: &Call) -> Arc<StreamKey> {
        let known = chain.last().and_then(|from| self.get(from, call));
        known.unwrap_or_else(|| {
            Arc::new(StreamKey {
                from: chain.last().cloned(),
                service: None,
                host: call.host.clone(),
                port: call.port,
                protocol: call.protocol,
            })
        })
    }
}

/// Outside visitors come to it.
fn is_external(service: &ServiceState) -> bool {
    matches!(service.spec.kind, ServiceType::LoadBalancer | ServiceType::NodePort)
        || !service.spec.external_ips.is_empty()
}

/// One stream per TCP port, or of the first port when there is no TCP at all.
fn visitor_streams(service: &ServiceState) -> Vec<Arc<StreamKey>> {
    let tcp = service.ports.iter().filter(|(port, _)| port.protocol == Protocol::Tcp);
    let any = service.ports.iter().take(1);
    let ports: Vec<_> = if tcp.clone().next().is_some() { tcp.collect() } else { any.collect() };
    ports
        .into_iter()
        .map(|(port, _)| {
            Arc::new(StreamKey {
                from: None,
                service: Some(service.object.clone()),
                host: service.object.name.clone(),
                port: port.port,
                protocol: port.protocol,
            })
        })
        .collect()
}

/// Which workloads' calls lead to which workloads, by the names of Services.
#[derive(Default)]
struct CallGraph {
    behind: BTreeMap<ObjectRef, Vec<ObjectRef>>,
    callees: BTreeMap<ObjectRef, Vec<ObjectRef>>,
    called: BTreeSet<ObjectRef>,
}

impl CallGraph {
    fn of(snapshot: &Snapshot) -> Self {
        let mut graph = Self::default();
        for service in &snapshot.services {
            let Some(selector) = &service.spec.selector else { continue };
            let selected = snapshot.pods_of(&service.object.namespace);
            let selected = selected.iter().filter(|pod| selector.subset_of(&pod.labels));
            let owners: BTreeSet<ObjectRef> = selected.map(|pod| pod.workload.clone()).collect();
            graph.behind.insert(service.object.clone(), owners.into_iter().collect());
        }
        for workload in &snapshot.workloads {
            let named = workload.calls.iter();
            let named =
                named.filter_map(|call| snapshot.service_named(&call.host, &workload.object.namespace));
            let callees: BTreeSet<ObjectRef> =
                named.flat_map(|service| graph.behind(&service.object).to_vec()).collect();
            graph.called.extend(callees.iter().filter(|it| **it != workload.object).cloned());
            graph.callees.insert(workload.object.clone(), callees.into_iter().collect());
        }
        graph
    }

    /// The workloads whose pods a Service selects.
    fn behind(&self, service: &ObjectRef) -> &[ObjectRef] {
        self.behind.get(service).map_or(&[], Vec::as_slice)
    }

    fn is_called_by_another(&self, workload: &ObjectRef) -> bool {
        self.called.contains(workload)
    }

    /// Adds `from` and everything its calls lead to.
    fn reach(&self, from: Vec<ObjectRef>, called: &mut BTreeSet<ObjectRef>) {
        let mut open = from;
        while let Some(object) = open.pop() {
            if called.insert(object.clone()) {
                open.extend(self.callees.get(&object).into_iter().flatten().cloned());
            }
        }
    }
}
