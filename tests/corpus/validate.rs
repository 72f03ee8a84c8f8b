//! What a real API server says to a document: `conformance/k8s/validate`, held against [`api::read`].

use podyard_engine::diagnostic::{Diagnostic, Severity};
use podyard_engine::text::FileId;
use podyard_engine::{api, explain, manifest};
use serde_json::Value;
use std::collections::BTreeSet;

/// Refused or found out by the cluster, which knows its ranges and what is taken.
const CLUSTER: &[&str] = &[
    "svc-cluster-ip-bad [1]",
    "svc-node-port-low [0]",
    "svc-node-port-twice [0]",
    "svc-node-port-twice [2]",
    "job-indexed-long-name [0]",
];

/// Said otherwise on purpose: removed versions are converted; a missing name, each bad address and the field as written are told;
/// what a default copies is not told twice.
const ON_PURPOSE: &[&str] = &[
    "api-versions-removed [4]",
    "job-selector [0]",
    "meta-no-metadata [0]",
    "node-bad [0]",
    "resources-unit-mistakes [0]",
    "svc-leading-zero-ip [0]",
    "svc-port-too-big [0]",
];

/// Fields that are known and not looked into yet.
const NOT_YET: &[&str] = &[
    "decode-binary-data [0]",
    "deploy-bad-percentages [0]",
    "deploy-bad-strategy [0]",
    "deploy-surge-and-unavailable-zero [0]",
    "env-two-sources [0]",
    "lifecycle-handlers [0]",
    "meta-bad-finalizer [0]",
    "pod-bad-affinity [0]",
    "pod-bad-topology-spread [0]",
    "pod-dns-config [0]",
    "pod-limits-below-requests [0]",
    "pod-negative-resources [0]",
    "probe-http-header [0]",
    "sts-bad-values [0]",
    "volume-duplicate-mount [0]",
    "volume-host-path-dots [0]",
    "volume-mount-missing [0]",
    "volume-two-sources [0]",
];

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
    let (mut judged, mut wrong, mut differing) = (0, Vec::new(), BTreeSet::new());
    let listed: BTreeSet<&str> = [CLUSTER, ON_PURPOSE, NOT_YET].into_iter().flatten().copied().collect();
    for path in super::manifests(&folder) {
        let Ok(expected) = std::fs::read_to_string(path.with_extension("expected.json")) else { continue };
        let text = std::fs::read_to_string(&path).expect("text");
        let expected: Value = serde_json::from_str(&expected).expect("JSON");
        let parsed = manifest::parse(FileId(0), &text);
        if parsed.diagnostics.iter().any(|it| it.severity == Severity::Error) {
            // What does not parse is the reader's business.
            continue;
        }
        let name = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
        let answers = expected["documents"].as_array().expect("documents");
        for (document, said) in parsed.documents.iter().zip(answers) {
            judged += 1;
            let case = format!("{name} [{}]", said["index"]);
            let Some(why) = differs(said, document) else { continue };
            if !listed.contains(case.as_str()) {
                wrong.push(format!("{case}: {why}"));
            }
            differing.insert(case);
        }
    }
    assert!(judged > 200, "{judged} documents");
    assert!(wrong.is_empty(), "{} of {judged}\n{}", wrong.len(), wrong.join("\n"));
    let mended: Vec<_> = listed.iter().filter(|it| !differing.contains(**it)).collect();
    assert!(mended.is_empty(), "these agree now, take them off the lists: {mended:?}");
}
