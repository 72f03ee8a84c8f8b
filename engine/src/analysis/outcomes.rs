//! How connections of one kind end, over every source and endpoint.

use crate::connect::{Connection, Trace, Verdict, connect_every};
use crate::network::Network;
use std::collections::BTreeMap;

/// Verdicts with their counts, worst first, and a walk that shows the worst.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    /// Worst first.
    pub verdicts: Vec<(Verdict, u32)>,
    /// The first walk with the worst verdict.
    pub worst: Option<Trace>,
    /// Some answer is left to the network plugin.
    pub plugin: bool,
}

/// How much a verdict asks for attention: silence most, an answer less, success least.
pub fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Dropped => 6,
        Verdict::Rejected => 5,
        Verdict::Refused => 4,
        Verdict::Unresolved => 3,
        Verdict::Unroutable => 2,
        Verdict::Ambiguous => 1,
        Verdict::Forwarded => 0,
    }
}

/// Walks every way each of the connections can take.
pub fn outcomes(network: &Network, connections: &[Connection]) -> Outcomes {
    let mut counts: BTreeMap<Verdict, u32> = BTreeMap::new();
    let mut worst: Option<Trace> = None;
    let mut plugin = false;
    for (_, trace) in connections.iter().flat_map(|connection| connect_every(network, connection)) {
        *counts.entry(trace.verdict).or_default() += 1;
        plugin |= trace.depends_on_plugin.is_some();
        if worst.as_ref().is_none_or(|worst| severity(trace.verdict) > severity(worst.verdict)) {
            worst = Some(trace);
        }
    }
    let mut verdicts: Vec<(Verdict, u32)> = counts.into_iter().collect();
    verdicts.sort_by_key(|(verdict, _)| std::cmp::Reverse(severity(*verdict)));
    Outcomes { verdicts, worst, plugin }
}
