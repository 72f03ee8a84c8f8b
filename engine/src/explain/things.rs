//! Words for the state of things, and for requests that cannot be carried out.

use crate::api::{NetworkPolicy, ObjectRef, Phase, ServiceType};
use crate::cluster::{NamespaceState, NodeState, PodState, ServiceState, WorkloadState};

/// `1 pod`, `3 pods`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// What a pod is doing and why.
pub fn pod_state(pod: &PodState) -> String {
    match (pod.phase, pod.waiting) {
        _ if pod.terminating => "Terminating: it takes no new connections through Services.".to_owned(),
        (Phase::Succeeded, _) => "Succeeded: its containers ended. Nothing answers at its address.".to_owned(),
        (Phase::Failed, _) => "Failed: its containers ended with an error.".to_owned(),
        (_, Some("CrashLoopBackOff")) => {
            "A container keeps failing (CrashLoopBackOff): two containers of one pod cannot listen on one port.".to_owned()
        }
        (Phase::Pending, Some(reason)) => format!("Pending: {reason}."),
        (Phase::Pending, None) => "Pending: waits for a node.".to_owned(),
        (Phase::Running, Some(reason)) if !pod.ready => {
            format!("Running, not ready: {reason}. Services send it nothing.")
        }
        (Phase::Running, _) if pod.ready => "Running and ready.".to_owned(),
        (Phase::Running, _) => "Running, not ready yet. Services send it nothing.".to_owned(),
    }
}

/// What stands behind a Service.
pub fn service_state(service: &ServiceState, ready: usize, endpoints: usize) -> String {
    match service.spec.kind {
        ServiceType::ExternalName => {
            let name = service.spec.external_name.as_deref().unwrap_or_default();
            return format!("Another name for {name}: DNS answers with it, nothing is proxied.");
        }
        _ if service.spec.selector.is_none() && endpoints == 0 => {
            return "Without selector and without endpoints: connections to it are refused.".to_owned();
        }
        _ => {}
    }
    match (ready, endpoints) {
        (0, 0) => "No endpoints: its selector matches no pod. Connections to it are refused.".to_owned(),
        (0, _) => format!("0 of {} ready. Connections to it are refused.", count(endpoints, "endpoint")),
        _ => format!("{ready} of {} ready.", count(endpoints, "endpoint")),
    }
}

/// How many pods of a workload are ready.
pub fn workload_state(workload: &WorkloadState, ready: usize, pods: usize) -> String {
    match pods as u64 == u64::from(workload.wanted) {
        true => format!("{ready} of {} ready.", count(pods, "pod")),
        false => format!("{ready} of {} ready; it wants {}.", count(pods, "pod"), workload.wanted),
    }
}

/// What a policy does.
pub fn policy_state(policy: &NetworkPolicy, selected: usize) -> String {
    let directions = match (policy.isolates_ingress, policy.isolates_egress) {
        (true, true) => "ingress and egress",
        (true, false) => "ingress",
        (false, true) => "egress",
        (false, false) => return "Isolates in no direction: it has no effect.".to_owned(),
    };
    match selected {
        0 => "Selects no pod: it has no effect.".to_owned(),
        _ => format!(
            "Isolates {} for {directions}: only what a policy's rule admits may pass.",
            count(selected, "pod")
        ),
    }
}

/// A node's state.
pub fn node_state(node: &NodeState, pods: usize) -> String {
    let ready = if node.ready { "Ready" } else { "Not ready" };
    let origin = if node.declared { "" } else { " No manifest states it; it came up by itself." };
    format!("{ready}, runs {}.{origin}", count(pods, "pod"))
}

/// A namespace's state.
pub fn namespace_state(namespace: &NamespaceState, pods: usize) -> String {
    let origin = if namespace.declared { "" } else { " No manifest declares it; it came up by itself." };
    format!("{}.{origin}", count(pods, "pod"))
}

/// An object that is kept only.
pub fn kept(object: &ObjectRef) -> String {
    format!("{} `{}` is kept; Podyard does not simulate it.", object.kind.name(), object.name)
}

/// Why a request cannot be carried out.
#[derive(Clone, Copy, Debug)]
pub enum Refusal<'a> {
    /// Nothing has this name.
    Unknown(&'a str),
    /// It has no pods to speak for it.
    NoPods(&'a str),
    /// It cannot start a connection.
    NoSource(&'a str),
    /// No port was given and it has none of its own.
    NoPort(&'a str),
    /// The flow is not kept any more.
    FlowForgotten,
}

/// A refusal in words.
pub fn refusal(refusal: Refusal<'_>) -> String {
    match refusal {
        Refusal::Unknown(name) => format!(
            "Nothing here is called {name}. Write namespace/pod, namespace/deploy/name, a DNS name, an address, node:NAME or outside."
        ),
        Refusal::NoPods(name) => format!("{name} has no pod that runs."),
        Refusal::NoSource(name) => {
            format!("{name} cannot start a connection: name a pod, a node or outside.")
        }
        Refusal::NoPort(name) => format!("{name} declares no port. Name one: {name}:80."),
        Refusal::FlowForgotten => "This flow is too old: only the last 10,000 are kept.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_worded() {
        assert_eq!(count(1, "pod"), "1 pod");
        assert_eq!(count(0, "pod"), "0 pods");
    }

    #[test]
    fn a_policy_that_selects_nothing_says_so() {
        let policy = NetworkPolicy { isolates_ingress: true, ..NetworkPolicy::default() };
        assert_eq!(policy_state(&policy, 0), "Selects no pod: it has no effect.");
        assert_eq!(
            policy_state(&policy, 2),
            "Isolates 2 pods for ingress: only what a policy's rule admits may pass."
        );
    }

    #[test]
    fn a_refusal_says_what_to_write() {
        assert!(refusal(Refusal::NoPort("shop/db-0")).contains("shop/db-0:80"));
    }
}
