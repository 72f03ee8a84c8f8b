//! The two samples of the article Podyard started from, as its page shows them: lines that only open or close something are gone.

use podyard_engine::session::{Command, DiagnosticView, File, Session, Update, Verdict};

const POLICY: &str = include_str!("samples/policy.txt");
const POD: &str = include_str!("samples/pod.txt");
const BACKEND: &str = "apiVersion: v1
kind: Namespace
metadata: {name: tenant-a}
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: tenant-a, labels: {segment: backend}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: frontend, namespace: tenant-a, labels: {segment: frontend}}
spec: {containers: [{name: c, image: nginx}]}
";

fn problems(updates: Vec<Update>) -> Vec<DiagnosticView> {
    let found =
        updates.into_iter().find_map(|it| if let Update::Problems(it) = it { Some(it) } else { None });
    found.expect("problems are told")
}

/// The text with the fix of its one finding.
fn mended(session: &mut Session, name: &str, text: &str, line: u32) -> String {
    let file = name.to_owned();
    let mut found = problems(session.handle(Command::Edit { file, text: text.to_owned() }));
    found.retain(|it| it.at.file == name);
    let [only] = found.as_slice() else { panic!("one finding: {found:?}") };
    assert_eq!((only.code.as_str(), only.at.file.as_str(), only.at.line), ("lost-lines", name, line));
    let fix = only.fix.as_ref().expect("a fix");
    let [(from, to, insert)] = fix.edits.as_slice() else { panic!("one edit") };
    // The samples are ASCII: UTF-16 offsets are bytes.
    format!("{}{insert}{}", &text[..*from as usize], &text[*to as usize..])
}

#[test]
fn each_sample_has_one_finding_whose_fix_restores_it() {
    let mut session = Session::new();
    let files = vec![File { name: "backend.yaml".to_owned(), text: BACKEND.to_owned() }];
    session.handle(Command::Open { files, seed: 1 });
    for (name, text, line) in [("policy", POLICY, 2), ("pod.yaml", POD, 3)] {
        let text = mended(&mut session, name, text, line);
        let found = problems(session.handle(Command::Edit { file: name.to_owned(), text }));
        assert!(found.iter().all(|it| it.code == "converted"), "{found:?}");
    }
    let mut ends = |from: &str, port| {
        let (from, to) = (from.to_owned(), "tenant-a/backend".to_owned());
        match session.handle(Command::Walk { from, to, port: Some(port), protocol: None }).as_slice() {
            [Update::Walk(walk)] => walk.verdict,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(ends("tenant-a/frontend", 80), Verdict::Forwarded);
    assert_eq!(ends("tenant-a/frontend", 81), Verdict::Dropped);
    assert_eq!(ends("default/nginx", 80), Verdict::Dropped, "labelled so in another namespace");
}
