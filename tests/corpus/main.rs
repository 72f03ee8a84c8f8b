//! Real published manifests read without errors and warnings; documents a real API server judged are judged alike.

mod validate;

use podyard_engine::diagnostic::Severity;
use podyard_engine::text::FileId;
use podyard_engine::{api, manifest};
use std::path::{Path, PathBuf};

/// The manifests below a folder.
fn manifests(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.extension().and_then(|it| it.to_str()) {
                _ if path.is_dir() => open.push(path),
                Some("yaml" | "yml" | "json") => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

#[test]
fn published_manifests_read_without_errors() {
    let Some(corpus) = podyard_tests::shared("corpus") else {
        println!("skipped: ../shared/corpus is not here");
        return;
    };
    let (mut objects, mut wrong) = (0, Vec::new());
    for path in manifests(&corpus) {
        let text = std::fs::read_to_string(&path).expect("text");
        let parsed = manifest::parse(FileId(0), &text);
        let mut found = parsed.diagnostics;
        for document in &parsed.documents {
            let (read, more) = api::read(document);
            objects += read.len();
            found.extend(more);
        }
        let bad = found.iter().filter(|it| it.severity != Severity::Information);
        wrong.extend(bad.map(|it| format!("{}: {:?}", path.display(), it.kind)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(objects > 60, "{objects} objects");
}
