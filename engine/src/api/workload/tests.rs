//! Workloads: defaults, selectors, restart policies.

use crate::api::fixture::{errors, read};
use crate::api::{Object, Resource};

fn workload(kind: &str, spec: &str, pod: &str) -> String {
    let version = match kind {
        "Job" => "batch/v1",
        "ReplicationController" => "v1",
        _ => "apps/v1",
    };
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n  template:\n    metadata: {{labels: {{app: a}}}}\n    spec: {{containers: [{{name: c, image: i}}]{pod}}}\n{spec}"
    )
}

fn one(text: &str) -> Object {
    let (objects, found) = read(text);
    objects.into_iter().next().unwrap_or_else(|| panic!("{found:?}"))
}

const SELECTOR: &str = "  selector: {matchLabels: {app: a}}\n";

#[test]
fn absent_numbers_take_their_defaults() {
    let Resource::Deployment(found) = one(&workload("Deployment", SELECTOR, "")).resource else { panic!() };
    assert_eq!(found.replicas, 1);
    let text = workload(
        "StatefulSet",
        &format!("{SELECTOR}  replicas: 3\n  serviceName: a\n  podManagementPolicy: Parallel\n"),
        "",
    );
    let Resource::StatefulSet(found) = one(&text).resource else { panic!() };
    assert_eq!((found.replicas, found.service_name.as_deref(), found.parallel), (3, Some("a"), true));
    let Resource::Job(found) = one(&workload("Job", "", ", restartPolicy: Never")).resource else { panic!() };
    assert_eq!((found.parallelism, found.completions), (1, 1));
    let Resource::ReplicationController(found) = one(&workload("ReplicationController", "", "")).resource
    else {
        panic!()
    };
    assert_eq!(found.selector.get("app").map(|it| &**it), Some("a"));
}

#[test]
fn the_selector_is_there_and_fits_the_template() {
    // control-plane-semantics 32
    for kind in ["Deployment", "ReplicaSet", "StatefulSet"] {
        assert!(errors(&workload(kind, SELECTOR, "")).is_empty(), "{kind}");
        let other = "  selector: {matchLabels: {app: b}}\n";
        assert_eq!(errors(&workload(kind, other, "")), ["spec.template.metadata.labels"], "{kind}");
        assert_eq!(errors(&workload(kind, "", "")), ["spec.selector", "spec.template.metadata.labels"]);
        assert_eq!(errors(&workload(kind, "  selector: {}\n", "")), ["spec.selector"], "{kind}");
        let unread = "  selector: {matchLabel: {app: a}}\n";
        assert!(errors(&workload(kind, unread, "")).contains(&"spec.selector.matchLabel".to_owned()));
    }
    let controller = workload("ReplicationController", "  selector: {app: b}\n", "");
    assert_eq!(errors(&controller), ["spec.template.metadata.labels"]);
}

#[test]
fn restart_policies_fit_the_kind() {
    // control-plane-semantics 33
    let never = workload("Deployment", SELECTOR, ", restartPolicy: Never");
    assert_eq!(errors(&never), ["spec.template.spec.restartPolicy"]);
    assert_eq!(errors(&workload("Job", "", "")), ["spec.template.spec.restartPolicy"]);
    assert!(errors(&workload("Job", "", ", restartPolicy: OnFailure")).is_empty());
}

#[test]
fn numbers_are_not_negative() {
    let text = workload("Deployment", &format!("{SELECTOR}  replicas: -1\n  minReadySeconds: -1\n"), "");
    assert_eq!(errors(&text), ["spec.replicas", "spec.minReadySeconds"]);
    let text = workload(
        "Deployment",
        &format!("{SELECTOR}  minReadySeconds: 60\n  progressDeadlineSeconds: 60\n"),
        "",
    );
    assert_eq!(errors(&text), ["spec.progressDeadlineSeconds"]);
    let text = workload("Job", "  backoffLimit: -1\n", ", restartPolicy: Never");
    assert_eq!(errors(&text), ["spec.backoffLimit"]);
}
