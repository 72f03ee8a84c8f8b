//! The one façade of plain data for page and command line: [`Command`] in, [`Update`]s out.
//!
//! serde and UTF-16 positions only from here on.

mod command;
mod ends;
mod files;
mod flows;
mod inspect;
mod questions;
mod view;
mod walk;
mod words;
mod world;

pub use command::*;
pub use view::*;

use crate::api::{Object, ObjectRef};
use crate::cluster::{Cluster, Config, Span, Time, is_system_namespace};
use crate::diagnostic::{self, Diagnostic};
use crate::explain;
use crate::network::Network;
use crate::simulation::{Plan, Simulation};
use files::Files;
use flows::FlowWords;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How long a cluster may take to come up before time starts to be shown.
const SETTLE: Span = Span::seconds(120);

/// A user's world: files, cluster, simulation.
pub struct Session {
    files: Files,
    simulation: Simulation,
    /// The objects the cluster has taken, as they were then.
    applied: BTreeMap<ObjectRef, Arc<Object>>,
    /// What the cluster said to the objects it has taken, or would say to those of the preview.
    refusals: BTreeMap<ObjectRef, Vec<Diagnostic>>,
    /// The network the text would give, while the cluster has not taken it.
    preview: Option<(Arc<Network>, Plan)>,
    /// The cluster's time that is shown as 0.
    epoch: Time,
    /// The next flow to tell of.
    told: u64,
    /// The network last shown.
    shown: Option<Arc<Network>>,
    flow_words: FlowWords,
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// An empty world.
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    /// An empty world over a cluster of this make.
    pub fn with(config: Config) -> Self {
        let seed = config.seed;
        let mut cluster = Cluster::new(config);
        let epoch = cluster.settle(Time(0) + SETTLE);
        Self {
            files: Files::default(),
            simulation: Simulation::new(cluster, seed, epoch),
            applied: BTreeMap::new(),
            refusals: BTreeMap::new(),
            preview: None,
            epoch,
            told: 0,
            shown: None,
            flow_words: FlowWords::default(),
        }
    }

    /// Carries out a command; what changed comes back, in order.
    pub fn handle(&mut self, command: Command) -> Vec<Update> {
        match command {
            Command::Open { files, seed } => self.open(&files, seed),
            Command::Edit { file, text } => {
                self.files.set(&file, &text);
                self.edited()
            }
            Command::Remove { file } => {
                self.files.remove(&file);
                self.edited()
            }
            Command::Apply => self.apply(),
            Command::Advance { micros } => self.advance(self.simulation.now() + Span(micros)),
            Command::Step => {
                let next = self.simulation.next_event().unwrap_or(self.simulation.now());
                self.advance(next)
            }
            Command::Walk { from, to, port, protocol } => {
                vec![self.walk(&from, &to, port, protocol.as_deref())]
            }
            Command::WalkFlow { flow } => vec![match self.simulation.flow(flow) {
                Some(flow) => {
                    Update::Walk(Box::new(walk::walk(&flow.trace, self.simulation.network(), &self.files)))
                }
                None => Update::Refused(explain::refusal(explain::Refusal::FlowForgotten)),
            }],
            Command::Targets { from } => vec![self.targets(&from)],
            Command::Inspect { object } => vec![self.inspect(&object)],
            Command::Matrix { port, protocol } => vec![self.matrix(port, protocol.as_deref())],
        }
    }

    /// A digest of everything that happened since the world was opened.
    pub fn digest(&self) -> u64 {
        self.simulation.digest()
    }

    /// The network shown: the preview's while there is one.
    pub fn network(&self) -> &Arc<Network> {
        self.preview.as_ref().map_or_else(|| self.simulation.network(), |(network, _)| network)
    }

    fn open(&mut self, files: &[File], seed: u64) -> Vec<Update> {
        let config = Config { seed, ..self.simulation.cluster().config().clone() };
        let mut fresh = Files::default();
        for file in files {
            fresh.set(&file.name, &file.text);
        }
        let mut cluster = Cluster::new(config);
        let mut applied = BTreeMap::new();
        let refusals = take(&mut cluster, &mut applied, &BTreeMap::new(), &fresh, Time(0));
        let epoch = cluster.settle(Time(0) + SETTLE);
        *self = Self {
            files: fresh,
            simulation: Simulation::new(cluster, seed, epoch),
            applied,
            refusals,
            preview: None,
            epoch,
            told: 0,
            shown: None,
            flow_words: FlowWords::default(),
        };
        let mut updates = self.text_updates();
        updates.push(self.world());
        updates.push(self.flows());
        updates
    }

    /// After a keystroke: findings, documents, and the world as the text would have it.
    fn edited(&mut self) -> Vec<Update> {
        self.flow_words.forget();
        if self.differs() {
            let mut cluster = self.simulation.cluster().clone();
            let now = self.simulation.now();
            self.refusals = take(&mut cluster, &mut self.applied.clone(), &self.refusals, &self.files, now);
            cluster.settle(now + SETTLE);
            let network = Network::compile(&cluster.snapshot());
            let plan = Plan::of(&network.snapshot);
            self.preview = Some((network, plan));
        } else {
            self.preview = None;
        }
        let mut updates = self.text_updates();
        updates.push(self.world());
        updates
    }

    /// The cluster takes the text. Another app altogether is up at once, as when it is opened; changes to the one that runs roll out.
    fn apply(&mut self) -> Vec<Update> {
        self.preview = None;
        let another = self.is_another_app();
        let (files, applied, refused) = (&self.files, &mut self.applied, &self.refusals);
        self.refusals = self.simulation.change(|cluster, now| take(cluster, applied, refused, files, now));
        if another {
            self.epoch = self.epoch + self.simulation.settle(SETTLE);
        }
        let mut updates = self.text_updates();
        updates.push(self.world());
        updates
    }

    fn advance(&mut self, until: Time) -> Vec<Update> {
        self.simulation.advance(until);
        let mut updates = Vec::new();
        let shown = self.shown.as_ref().is_some_and(|shown| Arc::ptr_eq(shown, self.simulation.network()));
        if self.preview.is_none() && !shown {
            self.flow_words.forget();
            updates.push(self.world());
        }
        updates.push(self.flows());
        updates
    }

    fn flows(&mut self) -> Update {
        let view = self.flow_words.since(self.told, &self.simulation, &self.files, self.epoch);
        self.told = self.simulation.flows().next_back().map_or(self.told, |flow| flow.id.saturating_add(1));
        Update::Flows(view)
    }

    fn world(&mut self) -> Update {
        let time = (self.simulation.now() - self.epoch).0;
        let view = match &self.preview {
            Some((network, plan)) => world::world(network, plan, &self.files, true, time),
            None => {
                let network = self.simulation.network();
                self.shown = Some(network.clone());
                world::world(network, self.simulation.plan(), &self.files, false, time)
            }
        };
        Update::World(Box::new(view))
    }

    fn text_updates(&self) -> Vec<Update> {
        let mut found = self.files.diagnostics();
        found.extend(self.refusals.values().flatten().cloned());
        found.extend(self.implied_namespaces());
        found.sort_by_key(|it| (it.span.file, it.severity, it.span));
        vec![
            Update::Problems(found.iter().map(|it| self.files.diagnostic(it)).collect()),
            Update::Documents(self.files.documents()),
        ]
    }

    /// Namespaces that objects live in and no manifest declares; each once, at its first use.
    fn implied_namespaces(&self) -> Vec<Diagnostic> {
        let mut seen: BTreeSet<&str> = BTreeSet::from(["", "default"]);
        let declared = self.files.objects().filter(|it| it.meta.kind == crate::api::Kind::Namespace);
        seen.extend(declared.map(|it| &*it.meta.name));
        let mut found = Vec::new();
        for object in self.files.objects() {
            let name = &object.meta.namespace;
            if !is_system_namespace(name) && seen.insert(name) {
                let path = crate::text::FieldPath::parse("metadata.namespace");
                let Some(span) = self.files.span(&object.reference(), &path) else { continue };
                found.push(Diagnostic {
                    kind: diagnostic::Kind::NamespaceImplied { name: name.clone() },
                    severity: diagnostic::Severity::Information,
                    span,
                    notes: Vec::new(),
                    fix: None,
                });
            }
        }
        found
    }

    /// Whether none of what runs pods in the text runs already.
    fn is_another_app(&self) -> bool {
        let mut running =
            self.files.objects().filter(|it| crate::api::template(&it.resource).is_some()).peekable();
        running.peek().is_some() && running.all(|it| !self.applied.contains_key(&it.reference()))
    }

    /// Whether the text says something the cluster has not taken.
    fn differs(&self) -> bool {
        let mut count = 0;
        for object in self.files.objects() {
            count += 1;
            if !self.applied.get(&object.reference()).is_some_and(|applied| same(applied, object)) {
                return true;
            }
        }
        count != self.applied.len()
    }
}

/// Equal but for their place in the text.
fn same(a: &Object, b: &Object) -> bool {
    a.meta == b.meta && a.resource == b.resource && a.observed == b.observed
}

/// Brings a cluster to what the files state: deletes what is gone, applies what differs, tries again what it refused. Gives the refusals.
fn take(
    cluster: &mut Cluster,
    applied: &mut BTreeMap<ObjectRef, Arc<Object>>,
    refused: &BTreeMap<ObjectRef, Vec<Diagnostic>>,
    files: &Files,
    now: Time,
) -> BTreeMap<ObjectRef, Vec<Diagnostic>> {
    let mut refusals = BTreeMap::new();
    let gone: Vec<ObjectRef> = applied.keys().filter(|it| files.object(it).is_none()).cloned().collect();
    for object in gone {
        cluster.delete(&object, now);
        applied.remove(&object);
    }
    for object in files.objects() {
        let reference = object.reference();
        let taken = applied.get(&reference).is_some_and(|applied| same(applied, object));
        if taken && !refused.contains_key(&reference) {
            continue;
        }
        if let Err(diagnostics) = cluster.apply(object.clone(), now) {
            refusals.insert(reference.clone(), diagnostics);
        }
        applied.insert(reference, object.clone());
    }
    // Controllers look once, when all is there.
    cluster.advance(now);
    refusals
}
