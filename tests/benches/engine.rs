//! The engine's speed, natively: `cargo xtask bench`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use podyard_engine::connect::{Attempt, Connection, Seeded, Source, State, Target, connect, verdict};
use podyard_engine::network::Network;
use podyard_engine::session::{Command, File, Session, Update};
use podyard_tests::worlds::shops;
use std::sync::Arc;

fn main() {
    divan::main();
}

/// Connections measured in one go.
const CONNECTIONS: usize = 10_000;

fn session(pods: u32, policies: u32) -> Session {
    let mut session = Session::new();
    let file = File { name: "world.yaml".to_owned(), text: shops(pods, policies) };
    session.handle(Command::Open { files: vec![file], seed: 1 });
    session
}

/// A connection from the first pod that calls somebody.
fn first_call(network: &Arc<Network>) -> Connection {
    let caller = network.snapshot.pods.iter().find(|pod| !pod.calls.is_empty()).expect("somebody calls");
    let call = &caller.calls[0];
    Connection {
        source: Source::Pod(caller.object.clone()),
        target: Target::Name(call.host.clone()),
        port: call.port,
        protocol: call.protocol,
        enter: None,
    }
}

/// Fully resolved, routed and policed, without the reasons.
#[divan::bench]
fn connections_verdict_only(bencher: Bencher<'_, '_>) {
    let session = session(500, 50);
    let network = session.network().clone();
    let attempt = Attempt::new(&network, &first_call(&network));
    bencher.counter(ItemsCount::new(CONNECTIONS)).bench_local(|| {
        let (mut state, mut choose) = (State::default(), Seeded::new(1));
        for _ in 0..CONNECTIONS {
            black_box(verdict(&network, &attempt, &mut state, &mut choose));
        }
    });
}

/// With every hop and reason.
#[divan::bench]
fn connections_full_trace(bencher: Bencher<'_, '_>) {
    let session = session(500, 50);
    let network = session.network().clone();
    let connection = first_call(&network);
    bencher.counter(ItemsCount::new(CONNECTIONS)).bench_local(|| {
        let (mut state, mut choose) = (State::default(), Seeded::new(1));
        for _ in 0..CONNECTIONS {
            black_box(connect(&network, &connection, &mut state, &mut choose));
        }
    });
}

#[divan::bench]
fn matrix_200_pods_60_policies(bencher: Bencher<'_, '_>) {
    let mut session = session(200, 60);
    bencher.bench_local(|| session.handle(Command::Matrix { port: None, protocol: None }));
}

#[divan::bench(args = [100, 1_000], sample_count = 10)]
fn open_pods(bencher: Bencher<'_, '_>, pods: u32) {
    let text = shops(pods, pods / 10);
    bencher.bench_local(|| {
        let file = File { name: "world.yaml".to_owned(), text: text.clone() };
        Session::new().handle(Command::Open { files: vec![file], seed: 1 })
    });
}

/// A keystroke in a policy: read, preview, verdicts of every call.
#[divan::bench(args = [100, 1_000], sample_count = 10)]
fn keystroke_pods(bencher: Bencher<'_, '_>, pods: u32) {
    let mut session = session(pods, pods / 10);
    let texts = [shops(pods, pods / 10), shops(pods, pods / 10 - 1)];
    let mut turn = 0;
    bencher.bench_local(|| {
        turn += 1;
        session.handle(Command::Edit { file: "world.yaml".to_owned(), text: texts[turn % 2].clone() })
    });
}

/// A virtual second of traffic.
#[divan::bench(args = [100, 1_000], sample_count = 20)]
fn advance_1s_pods(bencher: Bencher<'_, '_>, pods: u32) {
    let mut session = session(pods, pods / 10);
    bencher.bench_local(|| {
        let updates = session.handle(Command::Advance { micros: 1_000_000 });
        assert!(updates.iter().any(|it| matches!(it, Update::Flows(_))));
        updates
    });
}
