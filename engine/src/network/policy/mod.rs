//! NetworkPolicy: isolation and rules per pod, with the reason for every answer (semantics 1–40).
//!
//! [`compile`] turns a snapshot's policies into shared tables once; [`decide`] answers from them; [`explain`] goes back
//! to the policies as written and says which test failed. Both give the same decision.
//!
//! Two things that Kubernetes leaves to the plugin cannot be seen from the two ends alone and are the walk's to mark:
//! a source rewritten on the way in (semantics 29) and a pod that reaches itself through a Service (semantics 33).

mod compile;
mod decide;
mod explain;
mod reason;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

pub use reason::*;

use crate::api::{ObjectRef, PortRef};
use compile::Tables;
use decide::Assumptions;
use std::net::IpAddr;

/// Compiled policies.
#[derive(Debug, Default)]
pub struct Policies {
    tables: Tables,
    /// What the snapshot's profile does where Kubernetes leaves it open.
    assumptions: Assumptions,
}

/// One end of a connection as policies see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Index into `Snapshot::pods` when a pod has the address (and is not finished).
    pub pod: Option<u32>,
    /// Index into `Snapshot::nodes` when a node has it (a process on the node, or traffic masqueraded by it).
    pub node: Option<u32>,
    /// The address judged (after DNAT for destinations, after SNAT for sources: semantics 29, 30).
    pub address: IpAddr,
}

/// A port of a policy as written, for words.
pub type WrittenPort = Option<PortRef>;

impl Policies {
    /// Policies that select a pod, per direction: (ingress, egress), in order of name.
    pub fn selecting(&self, pod: u32) -> (Vec<ObjectRef>, Vec<ObjectRef>) {
        let names = |direction| {
            self.subject(pod)
                .map(|class| class.isolating(direction))
                .unwrap_or_default()
                .iter()
                .filter_map(|&policy| self.tables.policy(policy))
                .map(|policy| policy.object.clone())
                .collect()
        };
        (names(Direction::Ingress), names(Direction::Egress))
    }
}
