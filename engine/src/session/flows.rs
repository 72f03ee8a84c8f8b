//! Flows of the running simulation as the page shows them.

use super::files::Files;
use super::view::{FlowView, FlowsView, Link};
use super::world::verdict;
use crate::api::ObjectRef;
use crate::cluster::Time;
use crate::connect::{Source, Target, Verdict};
use crate::explain;
use crate::simulation::{Flow, Simulation};
use std::collections::BTreeMap;

/// At most this many flows travel in one update; the totals count all.
const MOST: usize = 500;

/// What a flow's reason depends on.
type Key = (String, Option<ObjectRef>, Verdict);

/// Words for flows, remembered while network and text stay as they are.
#[derive(Debug, Default)]
pub(super) struct FlowWords {
    known: BTreeMap<Key, (String, Option<Link>)>,
}

impl FlowWords {
    /// Network or text changed.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    /// The flows from `next` on, the newest [`MOST`] of them.
    pub(super) fn since(
        &mut self,
        next: u64,
        simulation: &Simulation,
        files: &Files,
        epoch: Time,
    ) -> FlowsView {
        let mut fresh: Vec<&Flow> =
            simulation.flows().rev().take_while(|flow| flow.id >= next).take(MOST).collect();
        fresh.reverse();
        FlowsView {
            time: (simulation.now() - epoch).0,
            flows: fresh.into_iter().map(|flow| self.view(flow, files, epoch)).collect(),
            totals: simulation.totals().iter().map(|(it, count)| (verdict(*it), *count)).collect(),
        }
    }

    fn view(&mut self, flow: &Flow, files: &Files, epoch: Time) -> FlowView {
        let trace = &flow.trace;
        let call = flow.stream.id();
        let key = (call.clone(), trace.destination.clone(), trace.verdict);
        let (reason, at) = self
            .known
            .entry(key)
            .or_insert_with(|| {
                let at = explain::deciding(trace).and_then(|at| files.locate(&at));
                (explain::short_reason(trace), at)
            })
            .clone();
        let host = match &trace.connection.target {
            Target::Name(name) => name.to_string(),
            Target::Address(address) => address.to_string(),
        };
        FlowView {
            id: flow.id,
            start: (flow.start - epoch).0,
            end: (flow.end - epoch).0,
            call,
            from: match &trace.connection.source {
                Source::Pod(pod) => pod.to_string(),
                Source::Node(name) => format!("Node/{name}"),
                Source::Outside(_) => "outside".to_owned(),
            },
            service: trace.service.as_ref().map(ToString::to_string),
            to: trace.destination.as_ref().map(ToString::to_string),
            target: format!("{host}:{}", trace.connection.port),
            verdict: verdict(trace.verdict),
            plugin: trace.depends_on_plugin.is_some(),
            reason,
            at,
        }
    }
}
