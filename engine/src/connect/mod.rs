//! One connection's walk: resolve → service → egress → route → ingress → socket.
//!
//! [`connect`] keeps every hop with its reason, [`verdict`] only the end: one walk, two recorders.

mod attempt;
mod choose;
mod every;
mod record;
mod state;
#[cfg(test)]
mod tests;
mod trace;
mod walk;

pub use attempt::Attempt;
pub use choose::{Choose, First, Fixed, Replay, Seeded};
pub use every::{MAX_WAYS, connect_every, other_profiles};
pub use state::State;
pub use trace::*;

use crate::network::Network;
use record::{Full, VerdictOnly};

/// Walks one connection.
pub fn connect(
    network: &Network,
    connection: &Connection,
    state: &mut State,
    choose: &mut impl Choose,
) -> Trace {
    let attempt = Attempt::new(network, connection);
    let mut full = Full::default();
    let outcome = walk::walk(network, &attempt, state, choose, &mut full);
    Trace {
        connection: connection.clone(),
        hops: full.hops,
        verdict: outcome.verdict,
        depends_on_plugin: full.depends.map(|why| (why, Vec::new())),
        service: outcome.service.and_then(|it| network.service(it)).map(|it| it.object.clone()),
        destination: outcome.pod.and_then(|it| network.pod(it)).map(|it| it.object.clone()),
        choices: outcome.choices,
    }
}

/// How a connection ends, without reasons: what a busy simulation asks. The attempt must come from the same network.
pub fn verdict(network: &Network, attempt: &Attempt, state: &mut State, choose: &mut impl Choose) -> Outcome {
    walk::walk(network, attempt, state, choose, &mut VerdictOnly)
}
