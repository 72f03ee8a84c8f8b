//! Bad input through the façade: a finding with a place, never a crash, and everything else goes on.

mod samples;

use podyard_engine::session::{Command, DiagnosticView, File, Session, Update, WorldView};
use podyard_tests::scenario::{SCENARIOS, files};
use proptest::prelude::*;

const GOOD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\nspec: {containers: [{name: c, image: nginx}]}\n";

/// Opens a good file beside a bad one; the good pod must run. Gives the bad one's findings.
fn beside_a_good_one(bad: &str) -> Vec<DiagnosticView> {
    let file = |name: &str, text: &str| File { name: name.to_owned(), text: text.to_owned() };
    let mut session = Session::new();
    let files = vec![file("good.yaml", GOOD), file("bad.yaml", bad)];
    let updates = session.handle(Command::Open { files, seed: 1 });
    session.handle(Command::Advance { micros: 1_000_000 });
    assert!(runs_good(world(&updates)), "{}", bad.chars().take(60).collect::<String>());
    let problems =
        updates.into_iter().find_map(|it| if let Update::Problems(it) = it { Some(it) } else { None });
    let problems = problems.expect("problems are always told");
    for problem in &problems {
        assert!(
            problem.at.line >= 1 && problem.at.column >= 1 && !problem.headline.is_empty(),
            "{problem:?}"
        );
    }
    problems.into_iter().filter(|it| it.at.file == "bad.yaml").collect()
}

fn world(updates: &[Update]) -> &WorldView {
    let found = updates.iter().find_map(|it| if let Update::World(it) = it { Some(it) } else { None });
    found.expect("the world is shown")
}

fn runs_good(world: &WorldView) -> bool {
    world.workloads.iter().any(|it| it.id == "Pod/default/good" && it.ready == 1)
}

#[test]
fn every_bad_text_is_told_and_survived() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..10 {
        laughs += &format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", "));
    }
    let deep: String = (0..300).map(|i| " ".repeat(i) + "a:\n").collect();
    let list = "{apiVersion: v1, kind: List, items: [".repeat(30);
    let workload = |spec: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d}}\nspec: {{{spec} selector: {{matchLabels: {{a: b}}}}, template: {{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}}}\n"
        )
    };
    let service = |port: &str| {
        format!("apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{ports: [{{port: {port}}}]}}\n")
    };
    let cases = [
        ("\u{0}\u{1}binary\u{fffd}", "binary"),
        ("apiVersion: v1\nkind: Pod\nmeta", "half a word"),
        ("a:\n\tb: 1\n", "tabs"),
        ("kind: Pod\nkind: Pod\n", "duplicate keys"),
        ("kind: Whatever\napiVersion: x/v1\nmetadata: {name: a}\n", "unknown kind"),
        ("just text\n", "no object"),
        (laughs.as_str(), "aliases of aliases"),
        ("a: &a [*a]\n", "an alias of itself"),
        (deep.as_str(), "nesting"),
        (list.as_str(), "lists in lists"),
    ];
    for (bad, name) in cases {
        assert!(!beside_a_good_one(bad).is_empty(), "{name}");
    }
    for bad in [
        workload("replicas: 2147483647,"),
        workload("replicas: -1,"),
        workload("replicas: many,"),
        service("0"),
        service("70000"),
        service("http"),
    ] {
        assert!(!beside_a_good_one(&bad).is_empty(), "{bad}");
    }
    assert!(beside_a_good_one("").is_empty(), "an empty file is no problem");
}

#[test]
fn large_texts_are_survived() {
    assert!(!beside_a_good_one(&"[".repeat(5_000_000)).is_empty());
    assert!(!beside_a_good_one(&"{a: ".repeat(100_000)).is_empty());
    let document = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {k: v}\n---\n";
    assert!(!beside_a_good_one(&document.repeat(10_000)).is_empty(), "9,999 duplicates");
}

#[test]
fn half_typed_text_is_survived_at_every_key() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: \"ä\"}\nspec:\n  selector: {a: b}\n  ports:\n  - port: 80\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}}\nspec:\n  containers:\n  - name: c\n    image: nginx\n";
    let mut session = Session::new();
    session.handle(Command::Open {
        files: vec![File { name: "good.yaml".to_owned(), text: GOOD.to_owned() }],
        seed: 1,
    });
    for (end, _) in text.char_indices().chain([(text.len(), ' ')]) {
        let updates =
            session.handle(Command::Edit { file: "typed.yaml".to_owned(), text: text[..end].to_owned() });
        assert!(runs_good(world(&updates)), "at {end}");
    }
}

/// A document that breaks keeps the objects of its last good text and says so; all others go on, those behind it in the file too.
#[test]
fn a_broken_document_keeps_its_last_good_objects() {
    let pod = |name: &str| GOOD.replace("good", name);
    let documents = |first: &str, second: &str, third: &str| [first, second, third].join("---\n");
    let mut session = Session::new();
    let file = |text: String| File { name: "a.yaml".to_owned(), text };
    let whole = documents(&pod("one"), &pod("two"), &pod("three"));
    session.handle(Command::Open { files: vec![file(whole)], seed: 1 });
    let broken = pod("two").replace("spec: {", "spec: [");
    let wrong = pod("two").replace("image", "imgae");
    for bad in [broken.as_str(), wrong.as_str(), "a: b: c\n"] {
        let File { name, text } = file(documents(&pod("first"), bad, &pod("third")));
        for command in [Command::Edit { file: name, text }, Command::Apply] {
            let updates = session.handle(command);
            let ids: Vec<&str> = world(&updates).workloads.iter().map(|it| it.name.as_str()).collect();
            for wanted in ["first", "two", "third"] {
                assert!(ids.contains(&wanted), "{bad}: {ids:?}");
            }
            let stale = updates.iter().find_map(|it| match it {
                Update::Documents(it) => {
                    Some(it.iter().map(|it| (it.stale, it.objects.len())).collect::<Vec<_>>())
                }
                _ => None,
            });
            assert_eq!(stale, Some(vec![(false, 1), (true, 1), (false, 1)]), "{bad}");
        }
    }
    let mended = session.handle(Command::Edit { file: "a.yaml".to_owned(), text: pod("two") });
    let ids: Vec<&str> = world(&mended).workloads.iter().map(|it| it.name.as_str()).collect();
    assert!(!ids.contains(&"first") && ids.contains(&"two"), "{ids:?}");
}

/// What the picture shows, but for the count of changes.
fn shown(updates: &[Update]) -> WorldView {
    WorldView { version: 0, ..world(updates).clone() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn any_edit_is_survived_and_can_be_taken_back(
        scenario in 0usize..2, file in 0usize..2, at in 0.0f64..1.0, gone in 0usize..40,
        typed in prop::sample::select(vec!["", "a", ":", "- ", "\n", "  ", "[", "{", "\"", "---\n", "\t", "*x", "&x ", "#", "🦀", "kind: Pod\n", "0"]),
    ) {
        let files = files(&SCENARIOS[scenario]);
        let mut session = Session::new();
        let before = shown(&session.handle(Command::Open { files: files.clone(), seed: 1 }));
        let File { name, text } = &files[file];
        let chars: Vec<char> = text.chars().collect();
        let start = (chars.len() as f64 * at) as usize;
        let end = (start + gone).min(chars.len());
        let edited: String = chars[..start].iter().copied().chain(typed.chars()).chain(chars[end..].iter().copied()).collect();
        session.handle(Command::Edit { file: name.clone(), text: edited });
        let after = shown(&session.handle(Command::Edit { file: name.clone(), text: text.clone() }));
        prop_assert_eq!(before, after);
    }
}
