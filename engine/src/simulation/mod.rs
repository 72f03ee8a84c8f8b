//! Virtual time: traffic over the network of a living cluster. One seeded stream per purpose.

use crate::cluster::{Cluster, Time};
use crate::connect::{Trace, Verdict};
use std::sync::Arc;

/// One connection attempt of the running simulation.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Counts up.
    pub id: u64,
    /// When it started.
    pub start: Time,
    /// When the client knew the result.
    pub end: Time,
    /// Its walk.
    pub trace: Arc<Trace>,
    /// The traffic it belongs to: an index into [`Simulation::streams`].
    pub stream: u32,
    /// The flow whose request caused it.
    pub cause: Option<u64>,
}

impl Flow {
    /// How it ended.
    pub fn verdict(&self) -> Verdict {
        self.trace.verdict
    }
}

/// A running simulation.
#[derive(Clone, Debug)]
pub struct Simulation {}

impl Simulation {
    /// Starts at the cluster's present.
    pub fn new(_cluster: Cluster) -> Self {
        todo!()
    }
    /// Runs up to `until`.
    pub fn advance(&mut self, _until: Time) {
        todo!()
    }
    /// When something falls due next.
    pub fn next_event(&self) -> Option<Time> {
        todo!()
    }
    /// A digest of the whole history: equal runs, equal digests.
    pub fn digest(&self) -> u64 {
        todo!()
    }
}
