//! How much of a walk is kept.

use super::Hop;
use crate::network::policy::PluginDependence;

/// Keeps what a walk tells.
pub(super) trait Record {
    /// Whether reasons are worth making.
    const FULL: bool;
    /// A hop was walked.
    fn hop(&mut self, hop: Hop);
    /// The answer depends on the plugin; the first cause stays.
    fn depends(&mut self, why: Option<PluginDependence>);
}

/// The verdict alone.
pub(super) struct VerdictOnly;

impl Record for VerdictOnly {
    const FULL: bool = false;
    fn hop(&mut self, _hop: Hop) {}
    fn depends(&mut self, _why: Option<PluginDependence>) {}
}

/// Everything.
#[derive(Default)]
pub(super) struct Full {
    pub hops: Vec<Hop>,
    pub depends: Option<PluginDependence>,
}

impl Record for Full {
    const FULL: bool = true;
    fn hop(&mut self, hop: Hop) {
        self.hops.push(hop);
    }
    fn depends(&mut self, why: Option<PluginDependence>) {
        self.depends = self.depends.or(why);
    }
}
