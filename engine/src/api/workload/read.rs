//! Reading and checking the kinds that run pods (control-plane-semantics 31–33).

use super::{Deployment, Job, PodTemplate, ReplicaSet, ReplicationController, StatefulSet};
use crate::Str;
use crate::api::meta::check_labels;
use crate::api::read::{FromNode, Path, Reader, field, reads};
use crate::api::{Labels, PodSpec, RestartPolicy, Selector, names};
use crate::manifest::{Node, Value};
use crate::text::{FieldPath, Span};

#[derive(Default)]
struct RawTemplate {
    metadata: TemplateMeta,
    spec: PodSpec,
}

#[derive(Default)]
struct TemplateMeta {
    labels: Labels,
    annotations: Labels,
}

reads!(RawTemplate { metadata: "metadata", spec: "spec" } also []);
reads!(TemplateMeta { labels: "labels", annotations: "annotations" } also [
    "name", "generateName", "namespace", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "finalizers",
    "ownerReferences", "uid", "resourceVersion", "generation", "managedFields", "selfLink",
]);

impl FromNode for PodTemplate {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawTemplate::from_node(node, path, reader)?;
        if node.get("spec").is_none_or(|it| matches!(it.value.value, Value::Null)) {
            reader.required(node.span, path.owned().field("spec").field("containers"), "");
        }
        if let Some(labels) = node.get("metadata").and_then(|it| it.value.get("labels")) {
            check_labels(&labels.value, &path.owned().field("metadata").field("labels"), reader);
        }
        Some(Self { labels: raw.metadata.labels, annotations: raw.metadata.annotations, spec: raw.spec })
    }
}

/// What an object of these kinds is: its `spec`; the rest is read elsewhere or not looked at.
#[derive(Default)]
struct Whole<T> {
    spec: Option<T>,
}

impl<T: FromNode> FromNode for Whole<T> {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        const OTHERS: &[&str] = &["apiVersion", "kind", "metadata", "status"];
        let mut spec = None;
        let entries = reader.object(node, path)?;
        for entry in entries {
            let here = path.field(&entry.key);
            match &*entry.key {
                "spec" => field(&mut spec, entry, &here, reader),
                other if OTHERS.contains(&other) => {}
                _ => reader.unknown(entry, entries, &here, &[&["spec"], OTHERS]),
            }
        }
        Some(Self { spec })
    }
}

#[derive(Default)]
struct ReplicaSpec {
    replicas: Option<u32>,
    ready_seconds: u32,
    selector: Option<Selector>,
    template: Option<PodTemplate>,
}

#[derive(Default)]
struct DeploymentSpec {
    replicas: Option<u32>,
    ready_seconds: i64,
    deadline: Option<i64>,
    history: u32,
    selector: Option<Selector>,
    template: Option<PodTemplate>,
}

#[derive(Default)]
struct StatefulSpec {
    replicas: Option<u32>,
    ready_seconds: u32,
    selector: Option<Selector>,
    template: Option<PodTemplate>,
    service_name: Option<Str>,
    management: Option<Str>,
    history: u32,
    ordinals: Ordinals,
}

#[derive(Default)]
struct ControllerSpec {
    replicas: Option<u32>,
    ready_seconds: u32,
    selector: Labels,
    template: Option<PodTemplate>,
}

#[derive(Default)]
struct JobSpec {
    parallelism: Option<u32>,
    completions: Option<u32>,
    active: u32,
    failures: u32,
    life: u32,
    manual: bool,
    selector: Option<Selector>,
    template: Option<PodTemplate>,
}

reads!(ReplicaSpec {
    replicas: "replicas", ready_seconds: "minReadySeconds", selector: "selector", template: "template",
} also []);
reads!(DeploymentSpec {
    replicas: "replicas",
    ready_seconds: "minReadySeconds",
    deadline: "progressDeadlineSeconds",
    history: "revisionHistoryLimit",
    selector: "selector",
    template: "template",
} also ["paused", "strategy"]);
reads!(StatefulSpec {
    replicas: "replicas",
    ready_seconds: "minReadySeconds",
    selector: "selector",
    template: "template",
    service_name: "serviceName",
    management: "podManagementPolicy",
    history: "revisionHistoryLimit",
    ordinals: "ordinals",
} also ["persistentVolumeClaimRetentionPolicy", "updateStrategy", "volumeClaimTemplates"]);
reads!(ControllerSpec {
    replicas: "replicas", ready_seconds: "minReadySeconds", selector: "selector", template: "template",
} also []);

#[derive(Default)]
struct Ordinals {
    start: u32,
}

reads!(Ordinals { start: "start" } also []);
reads!(JobSpec {
    parallelism: "parallelism",
    completions: "completions",
    active: "activeDeadlineSeconds",
    failures: "backoffLimit",
    life: "ttlSecondsAfterFinished",
    manual: "manualSelector",
    selector: "selector",
    template: "template",
} also [
    "backoffLimitPerIndex", "completionMode", "managedBy", "maxFailedIndexes", "podFailurePolicy", "podReplacementPolicy",
    "scheduling", "successPolicy", "suspend",
]);

/// What the checks of one workload share.
struct Check<'a> {
    /// The object's tree.
    node: &'a Node,
    /// `spec`.
    path: FieldPath,
    /// Read as an API version in which the selector is the template's labels when it is absent.
    old: bool,
}

impl<'a> Check<'a> {
    fn new(node: &'a Node, path: &Path<'_>) -> Self {
        let version = node.get("apiVersion").and_then(|it| it.value.as_str());
        let old = version.is_some_and(|it| it.contains("beta"));
        Self { node, path: path.owned().field("spec"), old }
    }

    /// The key of a field of `spec`, else `spec`, else `kind`.
    fn span(&self, name: &str) -> Span {
        let spec = self.node.get("spec");
        let place = spec.and_then(|it| it.value.get(name)).or(spec).or_else(|| self.node.get("kind"));
        place.map_or(self.node.span, |entry| entry.key_span)
    }

    /// The value at a path below the object, or what of it exists.
    fn at(&self, steps: &[&str]) -> Span {
        let path = steps.iter().fold(FieldPath::root(), |path, step| path.field(step));
        self.node.locate(&path)
    }

    /// The template, empty when absent; it must carry the labels the selector wants (control-plane-semantics 32).
    fn template(
        &self,
        template: Option<PodTemplate>,
        selector: Option<&Selector>,
        kind: &str,
        reader: &mut Reader,
    ) -> PodTemplate {
        let template = template.unwrap_or_else(|| {
            if !self.has("template") {
                let path = self.path.field("template").field("spec").field("containers");
                reader.required(self.span("template"), path, "");
            }
            PodTemplate {
                labels: Labels::default(),
                annotations: Labels::default(),
                spec: PodSpec::default(),
            }
        });
        let given = self.has("selector");
        if !given && !self.old {
            reader.required(self.span("selector"), self.path.field("selector"), "");
        }
        if selector.is_some_and(Selector::is_empty) {
            let detail = format!("empty selector is invalid for {kind}");
            reader.invalid_bare(self.span("selector"), self.path.field("selector"), "{}", &detail);
        }
        // One that is there but could not be read has been told of already.
        let fits = selector.map_or(given || self.old, |it| it.matches(&template.labels));
        if !fits {
            self.mismatch(&template.labels, reader);
        }
        template
    }

    /// The field is there and not null.
    fn has(&self, name: &str) -> bool {
        let found = self.node.get("spec").and_then(|it| it.value.get(name));
        found.is_some_and(|it| !matches!(it.value.value, Value::Null))
    }

    fn mismatch(&self, labels: &Labels, reader: &mut Reader) {
        let pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{key:?}:{value:?}")).collect();
        let json = if pairs.is_empty() { "null".to_owned() } else { format!("{{{}}}", pairs.join(",")) };
        let path = self.path.field("template").field("metadata").field("labels");
        let detail = "`selector` does not match template `labels`";
        reader.invalid_bare(self.at(&["spec", "template", "metadata", "labels"]), path, &json, detail);
    }

    /// These kinds restart their containers always (control-plane-semantics 33).
    fn always(&self, template: &PodTemplate, reader: &mut Reader) {
        let word = match template.spec.restart_policy {
            RestartPolicy::Always => return,
            RestartPolicy::OnFailure => "OnFailure",
            RestartPolicy::Never => "Never",
        };
        let path = self.path.field("template").field("spec").field("restartPolicy");
        let span = self.at(&["spec", "template", "spec", "restartPolicy"]);
        reader.unsupported(span, path, word, &["Always"]);
    }

    /// A number of seconds.
    fn not_negative(&self, name: &str, number: i64, reader: &mut Reader) {
        if number < 0 {
            let detail = "must be greater than or equal to 0";
            reader.invalid_bare(self.at(&["spec", name]), self.path.field(name), &number.to_string(), detail);
        }
    }
}

impl FromNode for Deployment {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = Whole::<DeploymentSpec>::from_node(node, path, reader)?.spec.unwrap_or_default();
        let check = Check::new(node, path);
        let template = check.template(raw.template, raw.selector.as_ref(), "deployment", reader);
        check.always(&template, reader);
        check.not_negative("minReadySeconds", raw.ready_seconds, reader);
        let deadline = raw.deadline.unwrap_or(600);
        check.not_negative("progressDeadlineSeconds", deadline, reader);
        if deadline <= raw.ready_seconds {
            let span = check.at(&["spec", "progressDeadlineSeconds"]);
            let path = check.path.field("progressDeadlineSeconds");
            reader.invalid_bare(span, path, &deadline.to_string(), "must be greater than minReadySeconds");
        }
        let selector = raw.selector.unwrap_or_else(|| of_labels(&template.labels));
        Some(Self { replicas: raw.replicas.unwrap_or(1), selector, template })
    }
}

impl FromNode for ReplicaSet {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = Whole::<ReplicaSpec>::from_node(node, path, reader)?.spec.unwrap_or_default();
        let check = Check::new(node, path);
        // The server says `deployment` here too.
        let template = check.template(raw.template, raw.selector.as_ref(), "deployment", reader);
        check.always(&template, reader);
        let selector = raw.selector.unwrap_or_else(|| of_labels(&template.labels));
        Some(Self { replicas: raw.replicas.unwrap_or(1), selector, template })
    }
}

impl FromNode for StatefulSet {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = Whole::<StatefulSpec>::from_node(node, path, reader)?.spec.unwrap_or_default();
        let check = Check::new(node, path);
        let template = check.template(raw.template, raw.selector.as_ref(), "statefulset", reader);
        check.always(&template, reader);
        let here = |name: &str| (check.at(&["spec", name]), check.path.field(name));
        let service_name = raw.service_name.filter(|it| !it.is_empty());
        if let Some(name) = &service_name {
            let (span, path) = here("serviceName");
            reader.wrong(span, &path, name, names::dns_label(name));
        }
        if let Some(word) =
            raw.management.as_ref().filter(|it| !["OrderedReady", "Parallel"].contains(&&***it))
        {
            let (span, path) = here("podManagementPolicy");
            reader.wrong(span, &path, word, vec!["must be 'OrderedReady' or 'Parallel'".to_owned()]);
        }
        Some(Self {
            replicas: raw.replicas.unwrap_or(1),
            service_name,
            parallel: raw.management.as_deref() == Some("Parallel"),
            selector: raw.selector.unwrap_or_else(|| of_labels(&template.labels)),
            template,
        })
    }
}

impl FromNode for ReplicationController {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = Whole::<ControllerSpec>::from_node(node, path, reader)?.spec.unwrap_or_default();
        let check = Check::new(node, path);
        let Some(template) = raw.template else {
            if !check.has("template") {
                reader.required(check.span("template"), check.path.field("template"), "");
            }
            return None;
        };
        check.always(&template, reader);
        if let Some(entry) = node.get("spec").and_then(|it| it.value.get("selector")) {
            check_labels(&entry.value, &check.path.field("selector"), reader);
        }
        let selector = if raw.selector.is_empty() { template.labels.clone() } else { raw.selector };
        if selector.is_empty() {
            reader.required(check.span("selector"), check.path.field("selector"), "");
        } else if !selector.subset_of(&template.labels) {
            check.mismatch(&template.labels, reader);
        }
        Some(Self { replicas: raw.replicas.unwrap_or(1), selector, template })
    }
}

impl FromNode for Job {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = Whole::<JobSpec>::from_node(node, path, reader)?.spec.unwrap_or_default();
        let check = Check::new(node, path);
        if raw.selector.is_some() && !raw.manual && !reader.observed {
            let written = check.at(&["spec", "selector"]);
            let path = check.path.field("selector");
            reader.wrong(written, &path, "selector", vec!["`selector` not auto-generated".to_owned()]);
        }
        let place = ["spec", "template", "spec", "restartPolicy"];
        let Some(template) = raw.template else {
            if !check.has("template") {
                let path = check.path.field("template").field("spec").field("containers");
                reader.required(check.span("template"), path, "");
            }
            return None;
        };
        if template.spec.restart_policy == RestartPolicy::Always {
            let path = check.path.field("template").field("spec").field("restartPolicy");
            reader.required(check.at(&place), path, "valid values: \"OnFailure\", \"Never\"");
        }
        let parallelism = raw.parallelism.unwrap_or(1);
        Some(Self { parallelism, completions: raw.completions.unwrap_or(1), template })
    }
}

fn of_labels(labels: &Labels) -> Selector {
    Selector { match_labels: labels.clone(), match_expressions: Vec::new() }
}
