//! The kinds that run pods: Deployment, ReplicaSet, ReplicationController, StatefulSet, Job.

mod read;
#[cfg(test)]
mod tests;

use super::{Labels, Meta, PodSpec, Selector};
use crate::Str;

/// `spec.template`.
#[derive(Clone, Debug, PartialEq, Hash)]
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
