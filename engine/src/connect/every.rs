//! Every way a connection can go, and every plugin it could go through.

use super::{Choose, Connection, Replay, State, Trace, Verdict, connect};
use crate::network::Network;
use crate::profile::Profile;
use std::sync::Arc;

/// The most ways that are walked.
pub const MAX_WAYS: usize = 256;

/// Walks every way a connection can go: each endpoint, each address of a name, each entry node. The weights are the ways'
/// probabilities; their sum is 1 unless there are more than [`MAX_WAYS`], of which the first are walked.
pub fn connect_every(network: &Network, connection: &Connection) -> Vec<(f64, Trace)> {
    let mut ways = Vec::new();
    let mut every = Every::default();
    while ways.len() < MAX_WAYS {
        let trace = connect(network, connection, &mut State::default(), &mut every);
        ways.push((every.weight(), trace));
        if !every.next() {
            break;
        }
    }
    ways
}

/// Walks all paths through the choices, the last choice turning fastest.
#[derive(Debug, Default)]
struct Every {
    /// The path: place and count of each choice.
    path: Vec<(usize, usize)>,
    /// Choices made on the present walk.
    depth: usize,
}

impl Choose for Every {
    fn choose(&mut self, of: usize) -> usize {
        let depth = self.depth;
        self.depth += 1;
        match self.path.get(depth) {
            Some((place, _)) => *place,
            None => {
                self.path.push((0, of));
                0
            }
        }
    }
}

impl Every {
    fn weight(&self) -> f64 {
        self.path.iter().fold(1.0, |weight, (_, of)| weight / (*of as f64))
    }
    /// Turns to the next path; false after the last.
    fn next(&mut self) -> bool {
        self.depth = 0;
        while let Some((place, of)) = self.path.pop() {
            if place + 1 < of {
                self.path.push((place + 1, of));
                return true;
            }
        }
        false
    }
}

/// The verdicts of those profiles that judge a walked connection otherwise than the network's own, with the same choices.
/// Compiles the network once per profile: for explaining, not for walking.
pub fn other_profiles(network: &Network, trace: &Trace) -> Vec<(&'static str, Verdict)> {
    let own = network.snapshot.config.profile;
    let others = Profile::ALL.into_iter().filter(|profile| profile.name != own.name);
    let verdicts = others.map(|profile| {
        let mut snapshot = (*network.snapshot).clone();
        snapshot.config.profile = profile;
        let other = Network::compile(&Arc::new(snapshot));
        let mut replay = Replay::new(trace.choices.as_slice());
        (profile.name, connect(&other, &trace.connection, &mut State::default(), &mut replay).verdict)
    });
    verdicts.filter(|(_, verdict)| *verdict != trace.verdict).collect()
}
