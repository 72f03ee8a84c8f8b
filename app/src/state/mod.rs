//! The page's state, kept apart by owner: the user's files, the engine's results, preferences, and what is on show.

pub mod acts;
pub mod clock;
pub mod documents;
pub mod flows;
pub mod prefs;
pub mod results;
pub mod saved;
pub mod scenarios;
pub mod storage;
pub mod view;

use crate::worker::client::Client;
use documents::Documents;
use leptos::prelude::*;
use prefs::Prefs;
use results::Results;
use scenarios::Scenario;
use storage::Safety;
use view::View;

/// How the engine is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Its answers are awaited.
    #[default]
    Well,
    /// An answer takes longer than 300 ms.
    Busy,
    /// It stopped for good, in its own words.
    Stopped(String),
}

/// Whether the cluster has taken the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Applied {
    /// It runs what the text says.
    #[default]
    Yes,
    /// The text is newer.
    NotYet,
}

/// Everything, as panels get it from context.
#[derive(Clone, Copy)]
pub struct Page {
    /// What the user typed.
    pub documents: RwSignal<Documents>,
    /// Grows when a text changed by anything but typing in the editor.
    pub revision: RwSignal<u64>,
    /// Whether it is saved.
    pub safety: RwSignal<Safety>,
    /// Whether the cluster has taken it.
    pub applied: RwSignal<Applied>,
    /// What the engine said.
    pub results: Results,
    /// How the engine is.
    pub engine: RwSignal<Engine>,
    /// What is on show.
    pub view: View,
    /// How the user likes it.
    pub prefs: Prefs,
    /// Virtual time goes on.
    pub playing: RwSignal<bool>,
    /// Shipped scenarios.
    pub scenarios: RwSignal<Vec<Scenario>>,
    client: StoredValue<Option<Client>, LocalStorage>,
    pending_apply: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    pending_save: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    asked_walk: StoredValue<Option<podyard_engine::session::Command>, LocalStorage>,
    /// The user asked for a walk that has not come yet.
    wants_walk: StoredValue<bool, LocalStorage>,
}

impl Page {
    /// A page with nothing on it yet.
    pub fn new() -> Self {
        Self {
            documents: RwSignal::default(),
            revision: RwSignal::new(0),
            safety: RwSignal::default(),
            applied: RwSignal::default(),
            results: Results::default(),
            engine: RwSignal::default(),
            view: View::default(),
            prefs: Prefs::load(),
            playing: RwSignal::new(true),
            scenarios: RwSignal::default(),
            client: StoredValue::new_local(None),
            pending_apply: StoredValue::new_local(None),
            pending_save: StoredValue::new_local(None),
            asked_walk: StoredValue::new_local(None),
            wants_walk: StoredValue::new_local(false),
        }
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::new()
    }
}

/// The page, from a panel.
pub fn page() -> Page {
    expect_context::<Page>()
}
