//! The kinds that run pods: Deployment, ReplicaSet, ReplicationController, StatefulSet, Job.

use super::read::{FromNode, Path, Reader, reads};
use super::{Labels, Meta, PodSpec, Selector};
use crate::Str;
use crate::diagnostic::Kind;
use crate::manifest::Node;

/// `spec.template`.
#[derive(Clone, Debug, PartialEq)]
pub struct PodTemplate {
    /// `template.metadata` (name and namespace are not used).
    pub labels: Labels,
    /// `template.metadata.annotations`.
    pub annotations: Labels,
    /// `template.spec`.
    pub spec: PodSpec,
}

/// apps/v1 Deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// 1 when absent.
    pub replicas: u32,
    /// `selector`.
    pub selector: Selector,
    /// `template`.
    pub template: PodTemplate,
}

/// apps/v1 ReplicaSet.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaSet {
    /// 1 when absent.
    pub replicas: u32,
    /// `selector`.
    pub selector: Selector,
    /// `template`.
    pub template: PodTemplate,
}

/// v1 ReplicationController.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicationController {
    /// 1 when absent.
    pub replicas: u32,
    /// A plain map; the template's labels when absent.
    pub selector: Labels,
    /// `template`.
    pub template: PodTemplate,
}

/// apps/v1 StatefulSet.
#[derive(Clone, Debug, PartialEq)]
pub struct StatefulSet {
    /// 1 when absent.
    pub replicas: u32,
    /// `serviceName`.
    pub service_name: Option<Str>,
    /// `podManagementPolicy: Parallel`.
    pub parallel: bool,
    /// `selector`.
    pub selector: Selector,
    /// `template`.
    pub template: PodTemplate,
}

/// batch/v1 Job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// 1 when absent.
    pub parallelism: u32,
    /// 1 when absent.
    pub completions: u32,
    /// `template`.
    pub template: PodTemplate,
}

/// The template, selector-bearing kinds at once: what a controller needs of a workload.
pub fn template(resource: &super::Resource) -> Option<&PodTemplate> {
    use super::Resource::{Deployment, Job, ReplicaSet, ReplicationController, StatefulSet};
    match resource {
        Deployment(it) => Some(&it.template),
        ReplicaSet(it) => Some(&it.template),
        ReplicationController(it) => Some(&it.template),
        StatefulSet(it) => Some(&it.template),
        Job(it) => Some(&it.template),
        _ => None,
    }
}

/// Whether `meta` says that `owner` controls it.
pub fn controlled_by(meta: &Meta, owner: &super::ObjectRef) -> bool {
    meta.owners.iter().any(|it| it.controller && it.kind == owner.kind && it.name == owner.name)
}

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
    "name", "generateName", "namespace", "creationTimestamp", "finalizers", "ownerReferences", "uid", "resourceVersion",
    "generation", "managedFields", "selfLink",
]);

impl FromNode for PodTemplate {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawTemplate::from_node(node, path, reader)?;
        if node.get("spec").is_none() {
            reader.required(node.span, path.owned().field("spec").field("containers"), "");
        }
        if let Some(labels) = node.get("metadata").and_then(|it| it.value.get("labels")) {
            let here = path.owned().field("metadata").field("labels");
            super::meta::check_labels_at(&raw.metadata.labels, &here, &labels.value, reader);
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
        for entry in reader.object(node, path)? {
            let here = path.field(&entry.key);
            match &*entry.key {
                "spec" => super::read::field(&mut spec, entry, &here, reader),
                other if OTHERS.contains(&other) => {}
                _ => reader.unknown(entry, &here, &[&["spec"], OTHERS]),
            }
        }
        Some(Self { spec })
    }
}

#[derive(Default)]
struct ReplicaSpec {
    replicas: Option<u32>,
    selector: Option<Selector>,
    template: Option<PodTemplate>,
}

#[derive(Default)]
struct DeploymentSpec {
    replicas: Option<u32>,
    selector: Option<Selector>,
    template: Option<PodTemplate>,
}

#[derive(Default)]
struct StatefulSpec {
    replicas: Option<u32>,
    selector: Option<Selector>,
    template: Option<PodTemplate>,
    service_name: Option<Str>,
    management: Option<Str>,
}

#[derive(Default)]
struct ControllerSpec {
    replicas: Option<u32>,
    selector: Labels,
    template: Option<PodTemplate>,
}

#[derive(Default)]
struct JobSpec {
    parallelism: Option<u32>,
    completions: Option<u32>,
    template: Option<PodTemplate>,
}

reads!(ReplicaSpec { replicas: "replicas", selector: "selector", template: "template" } also ["minReadySeconds"]);
reads!(DeploymentSpec { replicas: "replicas", selector: "selector", template: "template" } also [
    "minReadySeconds", "paused", "progressDeadlineSeconds", "revisionHistoryLimit", "strategy", "podReplacementPolicy",
    "rollbackTo",
]);
reads!(StatefulSpec {
    replicas: "replicas",
    selector: "selector",
    template: "template",
    service_name: "serviceName",
    management: "podManagementPolicy",
} also [
    "minReadySeconds", "ordinals", "persistentVolumeClaimRetentionPolicy", "revisionHistoryLimit", "updateStrategy",
    "volumeClaimTemplates",
]);
reads!(ControllerSpec { replicas: "replicas", selector: "selector", template: "template" } also ["minReadySeconds"]);
reads!(JobSpec { parallelism: "parallelism", completions: "completions", template: "template" } also [
    "activeDeadlineSeconds", "backoffLimit", "backoffLimitPerIndex", "completionMode", "managedBy", "manualSelector",
    "maxFailedIndexes", "podFailurePolicy", "podReplacementPolicy", "selector", "successPolicy", "suspend",
    "ttlSecondsAfterFinished", "scheduling",
]);

/// The template, which must be there and carry the labels the selector wants.
fn fitting(
    template: Option<PodTemplate>,
    selector: Option<&Selector>,
    wants_selector: bool,
    node: &Node,
    path: &Path<'_>,
    reader: &mut Reader,
) -> Option<PodTemplate> {
    let here = path.owned().field("spec");
    let at = |name: &str| node.get("spec").and_then(|spec| spec.value.get(name)).or_else(|| node.get("spec"));
    let span = |name: &str| at(name).map_or(node.span, |entry| entry.key_span);
    if node.get("spec").is_none_or(|spec| spec.value.get("template").is_none()) {
        reader.required(span("template"), here.field("template"), "");
    }
    let template = template?;
    match selector {
        None if wants_selector => reader.required(span("selector"), here.field("selector"), ""),
        Some(selector) if selector.is_empty() && wants_selector => {
            let detail = "empty selector is invalid for deployment";
            let kind =
                Kind::Invalid { path: here.field("selector"), value: "{}".into(), detail: detail.into() };
            reader.error(span("selector"), kind);
        }
        Some(selector) if !selector.matches(&template.labels) => {
            let labels =
                template.labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>();
            let kind = Kind::Invalid {
                path: here.field("template").field("metadata").field("labels"),
                value: labels.join(",").into(),
                detail: "`selector` does not match template `labels`".into(),
            };
            let place = node.get("spec").and_then(|spec| spec.value.get("template"));
            let meta = place.and_then(|it| it.value.get("metadata"));
            let labels = meta.and_then(|it| it.value.get("labels"));
            reader.error(labels.or(meta).or(place).map_or(node.span, |entry| entry.key_span), kind);
        }
        _ => {}
    }
    Some(template)
}

impl FromNode for Deployment {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = Whole::<DeploymentSpec>::from_node(node, path, reader)?.spec.unwrap_or_default();
        // extensions/v1beta1 took the template's labels when no selector was given.
        let old =
            node.get("apiVersion").is_some_and(|it| it.value.as_str().is_some_and(|it| it.contains("beta")));
        let template = fitting(raw.template, raw.selector.as_ref(), !old, node, path, reader)?;
        let selector = raw.selector.unwrap_or_else(|| of_labels(&template.labels));
        Some(Self { replicas: raw.replicas.unwrap_or(1), selector, template })
    }
}

impl FromNode for ReplicaSet {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = Whole::<ReplicaSpec>::from_node(node, path, reader)?.spec.unwrap_or_default();
        let template = fitting(raw.template, raw.selector.as_ref(), true, node, path, reader)?;
        Some(Self {
            replicas: raw.replicas.unwrap_or(1),
            selector: raw.selector.unwrap_or_default(),
            template,
        })
    }
}

impl FromNode for StatefulSet {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = Whole::<StatefulSpec>::from_node(node, path, reader)?.spec.unwrap_or_default();
        let template = fitting(raw.template, raw.selector.as_ref(), true, node, path, reader)?;
        Some(Self {
            replicas: raw.replicas.unwrap_or(1),
            service_name: raw.service_name,
            parallel: raw.management.as_deref() == Some("Parallel"),
            selector: raw.selector.unwrap_or_default(),
            template,
        })
    }
}

impl FromNode for ReplicationController {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = Whole::<ControllerSpec>::from_node(node, path, reader)?.spec.unwrap_or_default();
        let wanted = (!raw.selector.is_empty()).then(|| of_labels(&raw.selector));
        let template = fitting(raw.template, wanted.as_ref(), false, node, path, reader)?;
        let selector = if raw.selector.is_empty() { template.labels.clone() } else { raw.selector };
        Some(Self { replicas: raw.replicas.unwrap_or(1), selector, template })
    }
}

impl FromNode for Job {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = Whole::<JobSpec>::from_node(node, path, reader)?.spec.unwrap_or_default();
        let template = fitting(raw.template, None, false, node, path, reader)?;
        Some(Self {
            parallelism: raw.parallelism.unwrap_or(1),
            completions: raw.completions.unwrap_or(1),
            template,
        })
    }
}

fn of_labels(labels: &Labels) -> Selector {
    Selector { match_labels: labels.clone(), match_expressions: Vec::new() }
}
