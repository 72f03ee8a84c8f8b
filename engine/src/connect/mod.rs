//! One connection's walk: resolve → service → egress → route → ingress → socket.

mod trace;

pub use trace::*;

use crate::network::Network;

/// Which of several endpoints is taken. Simulation and analysis share the one walk.
pub trait Choose {
    /// A number below `of` (`of` ≥ 1).
    fn choose(&mut self, of: usize) -> usize;
}

/// What outlives a connection: conntrack, affinity, source ports.
#[derive(Clone, Debug, Default)]
pub struct State {}

/// Walks one connection.
pub fn connect(
    _network: &Network,
    _connection: &Connection,
    _state: &mut State,
    _choose: &mut impl Choose,
) -> Trace {
    todo!()
}
