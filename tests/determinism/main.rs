//! The same manifests, seed and commands give the same history; the browser tests compare with the same digests.

use podyard_tests::scenario::{DIGESTS, SCENARIOS, digest};

#[test]
fn scenarios_have_their_digests() {
    let found = SCENARIOS.map(|scenario| digest(&scenario, 60_000_000));
    assert_eq!(found, DIGESTS, "what happens in a scenario changed");
}

#[test]
fn the_size_of_steps_changes_nothing() {
    for scenario in SCENARIOS {
        assert_eq!(digest(&scenario, 50_000), digest(&scenario, 60_000_000), "{}", scenario.0);
    }
}
