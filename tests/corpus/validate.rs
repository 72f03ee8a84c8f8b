//! What a real API server says to a document: `conformance/k8s/validate`, held against [`api::read`].

use podyard_engine::diagnostic::{Diagnostic, Severity};
use podyard_engine::text::FileId;
use podyard_engine::{api, explain, manifest};
use serde_json::Value;
use std::collections::BTreeSet;

/// The findings of one severity in Kubernetes' words.
fn words(found: &[Diagnostic], severity: Severity) -> BTreeSet<String> {
    let found = found.iter().filter(|it| it.severity == severity);
    found.map(|it| explain::diagnostic(it).detail.unwrap_or_default()).collect()
}

/// What the server said and `api::read` did not, and the other way round; `None` when the two agree or the object is another's.
fn differs(said: &Value, document: &manifest::Document) -> Option<String> {
    let (objects, found) = api::read(document);
    let ours = objects.iter().all(|it| it.resource != api::Resource::Other);
    let rejected = said["outcome"] == "rejected";
    if !ours || said["outcome"].is_null() || (rejected && said["operation"] == "update") {
        return None;
    }
    let errors = words(&found, Severity::Error);
    if rejected == errors.is_empty() {
        return Some(format!("{}, we say {errors:?}: {}", said["outcome"], said["error"]["message"]));
    }
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let (theirs, ours) = match rejected {
        // Errors of decoding come one at a time and in Go's words; that it is rejected is what counts.
        true if said["error"]["reason"] != "Invalid" => return None,
        true => {
            let causes = said["error"]["causes"].as_array().into_iter().flatten();
            let cause = |it: &Value| format!("{}: {}", text(&it["field"]), text(&it["message"]));
            (causes.map(cause).collect::<BTreeSet<_>>(), errors)
        }
        false => {
            let warnings = said["warnings"].as_array().into_iter().flatten();
            (warnings.map(text).collect(), words(&found, Severity::Warning))
        }
    };
    (theirs != ours).then(|| {
        let missing: Vec<_> = theirs.difference(&ours).collect();
        let extra: Vec<_> = ours.difference(&theirs).collect();
        format!("missing {missing:#?}, too many {extra:#?}")
    })
}

#[test]
fn documents_are_judged_as_the_api_server_does() {
    let Some(folder) = podyard_tests::shared("conformance/k8s/validate") else {
        println!("skipped: ../shared/conformance/k8s/validate is not here");
        return;
    };
    let (mut judged, mut wrong) = (0, Vec::new());
    for path in
        super::manifests(&folder).into_iter().filter(|it| it.extension().is_some_and(|it| it == "yaml"))
    {
        let text = std::fs::read_to_string(&path).expect("text");
        let expected = std::fs::read_to_string(path.with_extension("expected.json")).expect("an answer");
        let expected: Value = serde_json::from_str(&expected).expect("JSON");
        let parsed = manifest::parse(FileId(0), &text);
        let name = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
        for (document, said) in
            parsed.documents.iter().zip(expected["documents"].as_array().expect("documents"))
        {
            judged += 1;
            // What does not parse is the reader's business.
            let broken = parsed.diagnostics.iter().any(|it| it.severity == Severity::Error);
            if let Some(why) = differs(said, document).filter(|_| !broken) {
                wrong.push(format!("{name} [{}]: {why}", said["index"]));
            }
        }
    }
    assert!(judged > 200, "{judged} documents");
    assert!(wrong.is_empty(), "{} of {judged}\n{}", wrong.len(), wrong.join("\n"));
}
