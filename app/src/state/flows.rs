//! The flows seen so far: the last ten thousand, older ones counted.

use podyard_engine::session::{FlowView, FlowsView, Verdict};
use std::collections::VecDeque;
use std::sync::Arc;

/// Flows kept.
pub const KEPT: usize = 10_000;

/// Flows, oldest first.
#[derive(Clone, Debug, Default)]
pub struct FlowLog {
    flows: VecDeque<Arc<FlowView>>,
    /// How many there ever were.
    seen: u64,
    totals: Vec<(Verdict, u64)>,
}

impl FlowLog {
    /// Takes new flows in.
    pub fn take(&mut self, news: &FlowsView) {
        self.seen += news.flows.len() as u64;
        self.flows.extend(news.flows.iter().cloned().map(Arc::new));
        let over = self.flows.len().saturating_sub(KEPT);
        self.flows.drain(..over);
        self.totals.clone_from(&news.totals);
    }

    /// How many there ever were.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// How many are not kept any more.
    pub fn older(&self) -> u64 {
        self.seen - self.flows.len() as u64
    }

    /// By verdict, as the engine counts.
    pub fn totals(&self) -> &[(Verdict, u64)] {
        &self.totals
    }

    /// Kept flows of the first `until` ever seen, newest first, of one verdict if asked.
    pub fn newest_first(&self, until: u64, only: Option<Verdict>) -> Vec<Arc<FlowView>> {
        let take =
            usize::try_from(until.saturating_sub(self.older())).unwrap_or(usize::MAX).min(self.flows.len());
        self.flows
            .range(..take)
            .rev()
            .filter(|flow| only.is_none_or(|v| v == flow.verdict))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(ids: std::ops::Range<u64>, verdict: Verdict) -> FlowsView {
        let flow = |id| FlowView {
            id,
            start: id,
            end: id,
            call: String::new(),
            from: String::new(),
            service: None,
            to: None,
            target: String::new(),
            verdict,
            plugin: false,
            reason: String::new(),
            at: None,
        };
        FlowsView { time: 0, flows: ids.map(flow).collect(), totals: vec![] }
    }
    fn ids(flows: &[Arc<FlowView>]) -> Vec<u64> {
        flows.iter().map(|flow| flow.id).collect()
    }

    #[test]
    fn older_flows_are_counted_not_kept() {
        let mut log = FlowLog::default();
        log.take(&news(0..KEPT as u64 + 5, Verdict::Forwarded));
        assert_eq!((log.seen(), log.older()), (KEPT as u64 + 5, 5));
        assert_eq!(log.newest_first(log.seen(), None).last().unwrap().id, 5);
    }

    #[test]
    fn a_frozen_view_does_not_move() {
        let mut log = FlowLog::default();
        log.take(&news(0..3, Verdict::Forwarded));
        let frozen = log.seen();
        log.take(&news(3..6, Verdict::Dropped));
        assert_eq!(ids(&log.newest_first(frozen, None)), [2, 1, 0]);
        assert_eq!(ids(&log.newest_first(log.seen(), Some(Verdict::Dropped))), [5, 4, 3]);
    }
}
