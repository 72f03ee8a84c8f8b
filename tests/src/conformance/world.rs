//! A case's cluster: manifests through the engine as a user's would go.

use super::case::Assume;
use podyard_engine::api::{self, Kind, ObjectRef};
use podyard_engine::cluster::{Cluster, Config, Span, Time};
use podyard_engine::diagnostic::{Diagnostic, Kind as Finding, Severity};
use podyard_engine::manifest::{self, Document, Node};
use podyard_engine::network::Network;
use podyard_engine::profile::HostNetworkPods;
use podyard_engine::text::FileId;
use std::sync::Arc;

/// How long controllers get after every change.
const SETTLE: Span = Span::seconds(120);

/// A cluster and its time.
pub(super) struct World {
    cluster: Cluster,
    now: Time,
    /// Other objects may be refused without a word.
    policies_only: bool,
    /// Policies refused since the last look: object and path.
    pub(super) refused: Vec<(String, String)>,
}

impl World {
    /// A cluster without anything in it but nodes, where no Node is stated.
    pub(super) fn new(assume: &Assume) -> Self {
        let host_network = if assume.host_pods { HostNetworkPods::AsPods } else { HostNetworkPods::AsNode };
        let config = Config { nodes: 3, host_network, system: false, ..Config::default() };
        let mut world = Self {
            cluster: Cluster::new(config),
            now: Time(0),
            policies_only: assume.policies_only,
            refused: Vec::new(),
        };
        if let Some(cidr) = &assume.pod_cidr {
            let node = format!(
                "{{apiVersion: v1, kind: Node, metadata: {{name: node}}, spec: {{podCIDR: {cidr}}}, status: {{allocatable: {{pods: '1000'}}, addresses: [{{type: InternalIP, address: 198.18.0.1}}]}}}}"
            );
            world.refused.extend(world.apply(&node).err().map(|why| ("Node/node".to_owned(), why)));
        }
        world
    }

    /// Deletes `Kind/namespace/name`, or `Kind/name`.
    pub(super) fn delete(&mut self, object: &str) -> Result<(), String> {
        let parts: Vec<&str> = object.split('/').collect();
        let (kind, namespace, name) = match parts.as_slice() {
            [kind, name] => (*kind, "", *name),
            [kind, namespace, name] => (*kind, *namespace, *name),
            _ => return Err(format!("no object: {object}")),
        };
        let object_ref = ObjectRef { kind: parse_kind(kind), namespace: namespace.into(), name: name.into() };
        match self.cluster.delete(&object_ref, self.now) {
            true => Ok(()),
            false => Err(format!("{object} is not there to be deleted")),
        }
    }

    /// Applies manifests; what the API refuses is kept in `refused` when it is a policy, else an error.
    pub(super) fn apply(&mut self, text: &str) -> Result<(), String> {
        for document in &manifest::parse(FileId(0), text).documents {
            let (objects, findings) = api::read(document);
            self.keep(document, &findings)?;
            for object in objects {
                if let Err(findings) = self.cluster.apply(Arc::new(object), self.now) {
                    self.keep(document, &findings)?;
                }
            }
        }
        Ok(())
    }

    fn keep(&mut self, document: &Document, findings: &[Diagnostic]) -> Result<(), String> {
        let Some(root) = &document.root else { return Ok(()) };
        for finding in findings.iter().filter(|it| it.severity == Severity::Error) {
            let object = name_of(root);
            if !object.contains("Policy/") {
                if self.policies_only {
                    continue;
                }
                return Err(format!("{object} is refused: {:?}", finding.kind));
            }
            self.refused.push((object, path_of(&finding.kind)));
        }
        Ok(())
    }

    /// Lets controllers work and compiles the network.
    pub(super) fn network(&mut self) -> Arc<Network> {
        self.now = self.now + SETTLE;
        self.cluster.advance(self.now);
        Network::compile(&self.cluster.snapshot())
    }
}

fn path_of(finding: &Finding) -> String {
    match finding {
        Finding::UnknownField { path, .. }
        | Finding::WrongType { path, .. }
        | Finding::Required { path, .. }
        | Finding::Invalid { path, .. }
        | Finding::Unsupported { path, .. }
        | Finding::Forbidden { path, .. } => path.to_string(),
        other => format!("{other:?}"),
    }
}

/// `Kind/namespace/name` of a document.
fn name_of(root: &Node) -> String {
    let text = |node: Option<&Node>| node.and_then(Node::as_str).map(|it| it.to_string());
    let field = |node: &Node, key: &str| node.get(key).map(|entry| entry.value.clone());
    let kind = text(field(root, "kind").as_ref()).unwrap_or_default();
    let meta = field(root, "metadata");
    let part = |key| meta.as_ref().and_then(|meta| text(field(meta, key).as_ref()));
    let namespace = part("namespace").unwrap_or("default".to_owned());
    format!("{kind}/{namespace}/{}", part("name").unwrap_or_default())
}

fn parse_kind(name: &str) -> Kind {
    const KINDS: [Kind; 12] = [
        Kind::Namespace,
        Kind::Node,
        Kind::Pod,
        Kind::Deployment,
        Kind::ReplicaSet,
        Kind::ReplicationController,
        Kind::StatefulSet,
        Kind::Job,
        Kind::Service,
        Kind::ConfigMap,
        Kind::EndpointSlice,
        Kind::NetworkPolicy,
    ];
    KINDS.into_iter().find(|kind| kind.name() == name).unwrap_or_else(|| Kind::Other(name.into()))
}
