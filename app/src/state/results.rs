//! What the engine last said. Only the worker's answers are written here.

use super::flows::FlowLog;
use leptos::prelude::{Update as _, *};
use podyard_engine::session::{
    DiagnosticView, DocumentView, FlowsView, InspectView, MatrixView, TargetsView, Update, WalkView,
    WorldView,
};
use std::sync::Arc;

/// Live results, each replaced as a whole.
#[derive(Clone, Copy)]
pub struct Results {
    /// The world.
    pub world: RwSignal<Arc<WorldView>>,
    /// Findings.
    pub problems: RwSignal<Arc<Vec<DiagnosticView>>>,
    /// The documents of every file.
    pub documents: RwSignal<Arc<Vec<DocumentView>>>,
    /// Since when (wall time, ms) a document has been stale.
    pub stale_since: RwSignal<Option<f64>>,
    /// Flows so far.
    pub flows: RwSignal<FlowLog>,
    /// The flows of the last answer, for the picture.
    pub news: RwSignal<Arc<FlowsView>>,
    /// Virtual time, microseconds.
    pub time: RwSignal<u64>,
    /// The last walk.
    pub walk: RwSignal<Option<Arc<WalkView>>>,
    /// What can be reached.
    pub targets: RwSignal<Option<Arc<TargetsView>>>,
    /// The inspected object.
    pub inspect: RwSignal<Option<Arc<InspectView>>>,
    /// All pairs.
    pub matrix: RwSignal<Option<Arc<MatrixView>>>,
    /// The world has come once.
    pub running: RwSignal<bool>,
}

impl Default for Results {
    fn default() -> Self {
        Self {
            world: RwSignal::default(),
            problems: RwSignal::default(),
            documents: RwSignal::default(),
            stale_since: RwSignal::new(None),
            flows: RwSignal::default(),
            news: RwSignal::default(),
            time: RwSignal::new(0),
            walk: RwSignal::new(None),
            targets: RwSignal::new(None),
            inspect: RwSignal::new(None),
            matrix: RwSignal::new(None),
            running: RwSignal::new(false),
        }
    }
}

impl Results {
    /// Forgets everything that belonged to another work.
    pub fn clear_flows(&self) {
        self.flows.set(FlowLog::default());
        self.news.set(Arc::default());
        self.walk.set(None);
        self.targets.set(None);
        self.inspect.set(None);
        self.matrix.set(None);
    }

    /// Takes the plain replacements in; the ones that move the view come back.
    pub fn take(&self, update: Update, now: f64) -> Option<Update> {
        match update {
            Update::Problems(problems) => self.problems.set(Arc::new(problems)),
            Update::Documents(documents) => {
                let stale = documents.iter().any(|document| document.stale);
                self.stale_since.update(|since| *since = stale.then(|| since.unwrap_or(now)));
                self.documents.set(Arc::new(documents));
            }
            Update::Flows(flows) => {
                self.time.set(flows.time);
                self.flows.update(|log| log.take(&flows));
                self.news.set(Arc::new(flows));
            }
            Update::Targets(targets) => self.targets.set(Some(Arc::new(targets))),
            Update::Inspect(object) => self.inspect.set(Some(Arc::from(object))),
            Update::Matrix(matrix) => self.matrix.set(Some(Arc::from(matrix))),
            Update::World(world) => {
                self.time.set(world.time);
                self.running.set(true);
                self.world.set(Arc::from(world));
                return None;
            }
            other => return Some(other),
        }
        None
    }
}
