//! Traffic without a word of configuration: published apps come up and talk as they were written to.

use podyard_engine::session::{Command, File, Session, Update, Verdict, WorldView};
use std::collections::BTreeSet;
use std::path::Path;

/// The YAML files of folders or files of the corpus; `None` (and a word) when it is not here.
fn corpus(paths: &[&str]) -> Option<Vec<File>> {
    let Some(root) = podyard_tests::shared("corpus") else {
        println!("skipped: ../shared/corpus is not here");
        return None;
    };
    let mut files = Vec::new();
    for path in paths {
        let path = root.join(path);
        let mut found = vec![path.clone()];
        if path.is_dir() {
            found =
                std::fs::read_dir(&path).expect("a folder").map(|it| it.expect("an entry").path()).collect();
            found.sort();
        }
        let is_yaml = |it: &&std::path::PathBuf| it.extension().is_some_and(|it| it == "yaml");
        files.extend(found.iter().filter(is_yaml).map(|it| read(it)));
    }
    Some(files)
}

fn read(path: &Path) -> File {
    File { name: path.display().to_string(), text: std::fs::read_to_string(path).expect("text") }
}

/// Opens files, lets 30 virtual seconds pass; gives the world and every (source, destination, verdict) of workloads seen in flows.
fn played(files: Vec<File>) -> (WorldView, BTreeSet<(String, String, Verdict)>) {
    let mut session = Session::new();
    let updates = session.handle(Command::Open { files, seed: 1 });
    let world = updates.into_iter().find_map(|it| if let Update::World(it) = it { Some(*it) } else { None });
    let world = world.expect("a world");
    let owner = |pod: &str| {
        let found = world.workloads.iter().find(|it| it.pods.iter().any(|it| it.id == pod));
        found.map_or_else(|| pod.to_owned(), |it| it.name.clone())
    };
    let mut seen = BTreeSet::new();
    for _ in 0..300 {
        for update in session.handle(Command::Advance { micros: 100_000 }) {
            if let Update::Flows(flows) = update {
                for flow in flows.flows {
                    let to = flow.to.as_deref().map_or_else(|| flow.target.clone(), owner);
                    seen.insert((owner(&flow.from), to, flow.verdict));
                }
            }
        }
    }
    (world, seen)
}

fn pairs(seen: &BTreeSet<(String, String, Verdict)>, verdict: Verdict) -> BTreeSet<(&str, &str)> {
    seen.iter().filter(|it| it.2 == verdict).map(|it| (it.0.as_str(), it.1.as_str())).collect()
}

fn all_ready(world: &WorldView) {
    for workload in &world.workloads {
        assert_eq!(workload.ready, workload.wanted, "{}", workload.id);
    }
}

/// Who talks to whom in Online Boutique, as its variables say.
const BOUTIQUE: [(&str, &str); 16] = [
    ("outside", "frontend"),
    ("loadgenerator", "frontend"),
    ("frontend", "adservice"),
    ("frontend", "cartservice"),
    ("frontend", "checkoutservice"),
    ("frontend", "currencyservice"),
    ("frontend", "productcatalogservice"),
    ("frontend", "recommendationservice"),
    ("frontend", "shippingservice"),
    ("cartservice", "redis-cart"),
    ("checkoutservice", "cartservice"),
    ("checkoutservice", "currencyservice"),
    ("checkoutservice", "emailservice"),
    ("checkoutservice", "paymentservice"),
    ("checkoutservice", "productcatalogservice"),
    ("checkoutservice", "shippingservice"),
];

#[test]
fn online_boutique_talks_from_the_front_to_redis() {
    let Some(files) = corpus(&["online-boutique/kubernetes-manifests.yaml"]) else { return };
    let text = files[0].text.clone();
    let (world, seen) = played(files);
    all_ready(&world);
    let mut wanted: BTreeSet<(&str, &str)> = BOUTIQUE.into();
    wanted.insert(("recommendationservice", "productcatalogservice"));
    assert_eq!(pairs(&seen, Verdict::Forwarded), wanted);
    assert!(seen.iter().all(|it| it.2 == Verdict::Forwarded), "everything works: {seen:?}");
    for call in world.calls.iter().filter(|it| it.from != "outside") {
        let link = call.inferred.as_ref().expect("every call says where it stands");
        let line = text.lines().nth(link.line as usize - 1).expect("the line");
        assert!(line.contains(&call.host), "{line} names {}", call.host);
    }
}

#[test]
fn its_policies_let_exactly_those_flows_through() {
    let Some(files) =
        corpus(&["online-boutique/kubernetes-manifests.yaml", "online-boutique/network-policies"])
    else {
        return;
    };
    let (_, seen) = played(files);
    let mut wanted: BTreeSet<(&str, &str)> = BOUTIQUE.into();
    wanted.insert(("recommendationservice", "productcatalogservice"));
    assert_eq!(pairs(&seen, Verdict::Forwarded), wanted);
    assert_eq!(pairs(&seen, Verdict::Dropped), BTreeSet::new());
}

#[test]
fn without_its_policy_a_service_is_cut_off_by_deny_all() {
    let Some(files) =
        corpus(&["online-boutique/kubernetes-manifests.yaml", "online-boutique/network-policies"])
    else {
        return;
    };
    let files = files.into_iter().filter(|it| !it.name.ends_with("network-policy-redis.yaml")).collect();
    let (_, seen) = played(files);
    assert_eq!(pairs(&seen, Verdict::Dropped), BTreeSet::from([("cartservice", "redis-cart")]));
}

#[test]
fn the_other_apps_come_up_and_talk() {
    for (folder, expected) in [
        ("guestbook", vec![("outside", "frontend"), ("frontend", "redis-master")]),
        ("guestbook-2015", vec![("outside", "frontend"), ("frontend", "redis-master")]),
        (
            "voting-app",
            vec![
                ("outside", "vote"),
                ("outside", "result"),
                ("vote", "redis"),
                ("worker", "db"),
                ("worker", "redis"),
                ("result", "db"),
            ],
        ),
        ("cassandra", vec![]),
    ] {
        let Some(files) = corpus(&[folder]) else { return };
        let (world, seen) = played(files);
        all_ready(&world);
        let forwarded = pairs(&seen, Verdict::Forwarded);
        for pair in expected {
            assert!(forwarded.contains(&pair), "{folder}: {pair:?} of {seen:?}");
        }
        assert!(seen.iter().all(|it| it.2 == Verdict::Forwarded), "{folder}: {seen:?}");
    }
}
