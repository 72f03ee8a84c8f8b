//! The log of events: bounded, shared between clones.

use super::Event;
use std::sync::Arc;

/// Events kept; the older half goes when there are more.
const MAX_EVENTS: usize = 50_000;

/// The events of a cluster, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    /// Events that are no longer kept.
    dropped: usize,
    events: Arc<Vec<Event>>,
}

impl Log {
    /// One more.
    pub(super) fn push(&mut self, event: Event) {
        let events = Arc::make_mut(&mut self.events);
        if events.len() >= MAX_EVENTS {
            events.drain(..MAX_EVENTS / 2);
            self.dropped += MAX_EVENTS / 2;
        }
        events.push(event);
    }
    /// Events from the `index`th on.
    pub(super) fn since(&self, index: usize) -> &[Event] {
        self.events.get(index.saturating_sub(self.dropped)..).unwrap_or_default()
    }
}
