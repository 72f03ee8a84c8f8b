//! The scheduler: the node with the fewest pods, then by name; Kubernetes' words where none fits (control-plane-semantics 74–76).

use super::kubelet::PodRecord;
use super::nodes::NodeRecord;
use super::{Cluster, PodKey};
use crate::Str;
use crate::api::{PodSpec, Protocol};
use std::collections::{BTreeMap, BTreeSet};

/// Why a node does not take a pod, and whether removing other pods could help.
type Unfit = (&'static str, bool);

impl Cluster {
    /// Gives every waiting pod a node, in the order in which they were made; what fits nowhere waits on.
    pub(super) fn schedule_all(&mut self) {
        if !std::mem::take(&mut self.work.room) || self.work.unscheduled.is_empty() {
            return;
        }
        let mut waiting: Vec<(u64, PodKey)> = (self.work.unscheduled.iter())
            .filter_map(|key| Some((self.pods.get(key)?.uid, key.clone())))
            .collect();
        waiting.sort();
        for (_, key) in waiting {
            let Some(pod) = self.pods.get(&key) else { continue };
            let (spec, object) = (pod.state.spec.clone(), pod.state.object.clone());
            match self.fitting(&spec) {
                Ok(node) => {
                    self.work.unscheduled.remove(&key);
                    let message = format!("Successfully assigned {}/{} to {node}", key.0, key.1);
                    self.record(&object, false, "Scheduled", message);
                    self.bind(&key, node);
                }
                Err(message) => {
                    if pod.refusal.as_deref() != Some(&*message) {
                        self.record(&object, true, "FailedScheduling", message.clone());
                        self.unschedulable(&key, message.into());
                    }
                }
            }
        }
    }

    fn fitting(&self, spec: &PodSpec) -> Result<Str, String> {
        if let Some(name) = &spec.node_name {
            // Stated by the manifest: the scheduler is not asked.
            return Ok(name.clone());
        }
        if self.nodes.is_empty() {
            return Err("no nodes available to schedule pods".into());
        }
        let ports = host_ports(spec);
        let mut best: Option<&NodeRecord> = None;
        let mut reasons: Vec<Unfit> = Vec::new();
        for record in self.nodes.values() {
            match self.unfit(record, spec, &ports) {
                Some(reason) => reasons.push(reason),
                None if best.is_none_or(|best| record.pods < best.pods) => best = Some(record),
                None => {}
            }
        }
        best.map(|it| it.state.name.clone()).ok_or_else(|| refusal(&reasons))
    }

    /// The first reason against a node.
    fn unfit(&self, node: &NodeRecord, spec: &PodSpec, ports: &BTreeSet<(u16, Protocol)>) -> Option<Unfit> {
        let tolerated = |taint: &Str| spec.tolerations.iter().any(|it| it.is_empty() || it == taint);
        if node.unschedulable && !tolerated(&"node.kubernetes.io/unschedulable".into()) {
            return Some(("node(s) were unschedulable", false));
        }
        let not_ready = !node.state.ready && !tolerated(&"node.kubernetes.io/not-ready".into());
        if not_ready || !node.taints.iter().all(tolerated) {
            return Some(("node(s) had untolerated taint(s)", false));
        }
        if !spec.node_selector.subset_of(&node.state.labels) {
            return Some(("node(s) didn't match Pod's node affinity/selector", false));
        }
        if !ports.is_empty() && self.taken_ports(&node.state.name).any(|it| ports.contains(&it)) {
            return Some(("node(s) didn't have free ports for the requested pod ports", true));
        }
        (node.pods >= node.max_pods).then_some(("Too many pods", true))
    }

    fn taken_ports(&self, node: &Str) -> impl Iterator<Item = (u16, Protocol)> {
        let here = |it: &&PodRecord| it.state.node.as_ref() == Some(node);
        self.pods.values().filter(here).flat_map(|it| host_ports(&it.state.spec))
    }
}

/// Ports a pod takes on its node: host ports, and with hostNetwork every declared one (service-semantics 125).
fn host_ports(spec: &PodSpec) -> BTreeSet<(u16, Protocol)> {
    let sidecars = spec.init_containers.iter().filter(|it| it.sidecar);
    let declared = sidecars.chain(&spec.containers).flat_map(|it| &it.ports);
    declared
        .filter_map(|it| {
            let own = spec.host_network.then_some(it.port);
            Some((it.host_port.or(own)?, it.protocol))
        })
        .collect()
}

/// `0/3 nodes are available: 1 Too many pods, 2 node(s) were unschedulable. preemption: …`
fn refusal(reasons: &[Unfit]) -> String {
    let nodes = reasons.len();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut tails: BTreeMap<&str, usize> = BTreeMap::new();
    for (reason, evictable) in reasons {
        *counts.entry(reason).or_default() += 1;
        let tail = if *evictable {
            "No preemption victims found for incoming pod"
        } else {
            "Preemption is not helpful for scheduling"
        };
        *tails.entry(tail).or_default() += 1;
    }
    let list = |counts: &BTreeMap<&str, usize>| {
        let mut parts: Vec<String> = counts.iter().map(|(it, count)| format!("{count} {it}")).collect();
        parts.sort();
        parts.join(", ")
    };
    let lead = format!("0/{nodes} nodes are available:");
    format!("{lead} {}. preemption: {lead} {}.", list(&counts), list(&tails))
}
