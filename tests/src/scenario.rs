//! The shipped scenarios, played for a while: what comes out must be the same everywhere.

use podyard_engine::session::{Command, File, Session};

/// A scenario's name and files.
pub type Scenario = (&'static str, &'static [(&'static str, &'static str)]);

/// All scenarios, as they are shipped.
pub const SCENARIOS: [Scenario; 2] = [
    (
        "corner-shop",
        &[
            ("shop.yaml", include_str!("../../public/scenarios/corner-shop/shop.yaml")),
            ("policies.yaml", include_str!("../../public/scenarios/corner-shop/policies.yaml")),
        ],
    ),
    (
        "article",
        &[
            ("pods.yaml", include_str!("../../public/scenarios/article/pods.yaml")),
            ("policy.txt", include_str!("../../public/scenarios/article/policy.txt")),
        ],
    ),
];

/// The digest of each scenario over 60 virtual seconds with seed 1. A change of what happens changes them; say why in the commit.
pub const DIGESTS: [u64; 2] = [6_433_260_323_941_668_203, 7_616_201_906_099_808_649];

/// A scenario's files.
pub fn files(scenario: &Scenario) -> Vec<File> {
    let file = |(name, text): &(&str, &str)| File { name: (*name).to_owned(), text: (*text).to_owned() };
    scenario.1.iter().map(file).collect()
}

/// The digest of a scenario over 60 virtual seconds, in steps of `micros`.
pub fn digest(scenario: &Scenario, micros: u64) -> u64 {
    let mut session = Session::new();
    session.handle(Command::Open { files: files(scenario), seed: 1 });
    for _ in 0..60_000_000 / micros {
        session.handle(Command::Advance { micros });
    }
    session.digest()
}
