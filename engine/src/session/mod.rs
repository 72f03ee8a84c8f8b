//! The one façade of plain data for page and command line: [`Command`] in, [`Update`]s out.
//!
//! serde and UTF-16 positions only from here on.

mod command;
mod view;

pub use command::*;
pub use view::*;

/// A user's world: files, cluster, simulation.
pub struct Session {}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// An empty world.
    pub fn new() -> Self {
        Self {}
    }
    /// Carries out a command; what changed comes back, in order.
    pub fn handle(&mut self, _command: Command) -> Vec<Update> {
        todo!()
    }
}
