//! The matrix: which pods of which workload reach which, on one port or on the destinations' own.

use super::severity;
use crate::api::{ObjectRef, Phase, Protocol};
use crate::cluster::{PodState, Snapshot};
use crate::connect::Verdict;
use crate::network::{Network, policy};
use std::collections::BTreeMap;

/// How the connections between two workloads end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Connections asked about.
    pub of: u32,
    /// Of those, let through by policy.
    pub allowed: u32,
    /// The worst verdict.
    pub verdict: Option<Verdict>,
}

/// All pairs of workloads.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// Rows and columns, in order of first appearance; system workloads left out.
    pub ends: Vec<ObjectRef>,
    /// `cells[source][destination]`.
    pub cells: Vec<Vec<Cell>>,
}

/// Asks every pod of every workload about every other one, by pod address: policy and sockets decide, as in the walk.
///
/// Without `port` each destination is asked on the ports it listens on.
pub fn matrix(network: &Network, port: Option<(u16, Protocol)>) -> Matrix {
    let snapshot = &network.snapshot;
    let ends: Vec<ObjectRef> = snapshot
        .workloads
        .iter()
        .map(|it| it.object.clone())
        .filter(|it| !crate::cluster::is_system_namespace(&it.namespace))
        .collect();
    let index: BTreeMap<&ObjectRef, usize> = ends.iter().enumerate().map(|(i, it)| (it, i)).collect();
    let pods: Vec<(usize, policy::End, &PodState)> = snapshot
        .pods
        .iter()
        .enumerate()
        .filter(|(_, pod)| pod.phase == Phase::Running && !pod.terminating)
        .filter_map(|(i, pod)| Some((*index.get(&pod.workload)?, end(snapshot, i, pod)?, &**pod)))
        .collect();
    let mut cells = vec![vec![Cell::default(); ends.len()]; ends.len()];
    for (row, source, from) in &pods {
        for (column, destination, to) in &pods {
            if from.object == to.object {
                continue;
            }
            let Some(cell) = cells.get_mut(*row).and_then(|row| row.get_mut(*column)) else { continue };
            let mut ask = |port: u16, protocol: Protocol| {
                let listens = || {
                    to.listeners.iter().any(|it| it.port == port && it.protocol == protocol && !it.loopback)
                };
                let allowed = network.policy.allows(*source, *destination, protocol, port);
                let verdict = match allowed {
                    false => Verdict::Dropped,
                    true if listens() => Verdict::Forwarded,
                    true => Verdict::Refused,
                };
                cell.of += 1;
                cell.allowed += u32::from(allowed);
                if cell.verdict.is_none_or(|worst| severity(verdict) > severity(worst)) {
                    cell.verdict = Some(verdict);
                }
            };
            match port {
                Some((port, protocol)) => ask(port, protocol),
                None => {
                    to.listeners.iter().filter(|it| !it.loopback).for_each(|it| ask(it.port, it.protocol))
                }
            }
        }
    }
    Matrix { ends, cells }
}

/// A pod as policies see it: with its first address.
fn end(snapshot: &Snapshot, index: usize, pod: &PodState) -> Option<policy::End> {
    let node = pod.spec.host_network.then(|| {
        let node = snapshot.nodes.iter().position(|node| Some(&node.name) == pod.node.as_ref());
        node.and_then(|it| u32::try_from(it).ok())
    });
    Some(policy::End { pod: u32::try_from(index).ok(), node: node.flatten(), address: *pod.ips.first()? })
}
