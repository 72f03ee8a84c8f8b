//! What is on show: selection, inspector, drawer. Nothing here is the user's work or the engine's.

use leptos::prelude::*;
use podyard_engine::session::{Link, Verdict};

/// What the inspector shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// The cluster's counts and legend.
    #[default]
    Summary,
    /// An object, by id.
    Object(String),
    /// The last walk.
    Walk,
    /// The form that tries a connection, from this end.
    Connect(String),
}

/// A tab of the drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Connections as they happen.
    Flows,
    /// All pairs.
    Matrix,
    /// Findings in the files.
    Problems,
}

/// A panel; on a narrow screen only one of them is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// The files.
    Editor,
    /// The cluster.
    #[default]
    Picture,
    /// What is selected.
    Inspector,
    /// Tables.
    Drawer,
}

impl Panel {
    /// All, in focus order.
    pub const ALL: [Self; 4] = [Self::Editor, Self::Picture, Self::Inspector, Self::Drawer];

    /// The id of the element that takes the focus for it: the picture's host is one stop within its panel.
    pub fn focus_id(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            other => other.id(),
        }
    }

    /// The id of its element, also named by style sheets.
    pub fn id(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Picture => "stage",
            Self::Inspector => "inspector",
            Self::Drawer => "drawer",
        }
    }
}

/// A sentence that passes, perhaps with a way back.
#[derive(Clone)]
pub struct Toast {
    /// Tells it from the one before.
    pub id: u64,
    /// The sentence.
    pub text: String,
    /// A verb and what it does.
    pub act: Option<(&'static str, Callback<()>)>,
}

/// What is on show.
#[derive(Clone, Copy)]
pub struct View {
    /// The inspector's content.
    pub show: RwSignal<Show>,
    /// What it showed before.
    pub back: RwSignal<Vec<Show>>,
    /// The selected object, by id.
    pub selected: RwSignal<Option<String>>,
    /// The open card of the walk.
    pub hop: RwSignal<usize>,
    /// The drawer's open tab.
    pub drawer: RwSignal<Option<Tab>>,
    /// Only this verdict.
    pub filter: RwSignal<Option<Verdict>>,
    /// The panel on show where there is room for one.
    pub panel: RwSignal<Panel>,
    /// The inspector is a sheet and stands open.
    pub sheet: RwSignal<bool>,
    /// A place the editor should go to; counted so that the same place can be asked twice.
    pub reveal: RwSignal<(u64, Option<Link>)>,
    /// The outline is drawn, not only read out.
    pub outlined: RwSignal<bool>,
    /// The table of keys.
    pub help: RwSignal<bool>,
    /// The strip over the picture was closed for this sentence.
    pub strip_closed: RwSignal<String>,
    /// What the live region says.
    pub said: RwSignal<String>,
    /// The passing sentence.
    pub toast: RwSignal<Option<Toast>>,
    toasts: RwSignal<u64>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            show: RwSignal::default(),
            back: RwSignal::default(),
            selected: RwSignal::default(),
            hop: RwSignal::new(0),
            drawer: RwSignal::new(None),
            filter: RwSignal::new(None),
            panel: RwSignal::default(),
            sheet: RwSignal::new(false),
            reveal: RwSignal::default(),
            outlined: RwSignal::new(false),
            help: RwSignal::new(false),
            strip_closed: RwSignal::default(),
            said: RwSignal::default(),
            toast: RwSignal::new(None),
            toasts: RwSignal::new(0),
        }
    }
}

/// How far back the inspector remembers.
const LONGEST_BACK: usize = 50;

impl View {
    /// Shows something in the inspector, remembering what was there.
    pub fn show(&self, show: Show) {
        let before = self.show.get_untracked();
        if before != show {
            self.back.update(|back| {
                back.push(before);
                let over = back.len().saturating_sub(LONGEST_BACK);
                back.drain(..over);
            });
            self.show.set(show);
        }
    }

    /// Brings the inspector to the user where it does not stand beside the picture.
    pub fn raise_inspector(&self) {
        self.sheet.set(true);
        self.panel.set(Panel::Inspector);
    }

    /// Back to what the inspector showed before.
    pub fn go_back(&self) -> Option<Show> {
        let before = self.back.try_update(Vec::pop).flatten()?;
        self.show.set(before.clone());
        Some(before)
    }

    /// Back to the summary, with nothing selected.
    pub fn leave(&self) {
        self.show.set(Show::Summary);
        self.back.set(vec![]);
        self.selected.set(None);
        self.sheet.set(false);
        if self.panel.get_untracked() == Panel::Inspector {
            self.panel.set(Panel::Picture);
        }
    }

    /// Sends the editor to a place.
    pub fn reveal(&self, at: Link) {
        self.reveal.update(|(count, place)| {
            *count += 1;
            *place = Some(at);
        });
    }

    /// Says a sentence to those who listen.
    pub fn say(&self, sentence: impl Into<String>) {
        self.said.set(sentence.into());
    }

    /// Shows and says a sentence that passes.
    pub fn toast(&self, text: impl Into<String>, act: Option<(&'static str, Callback<()>)>) {
        let text = text.into();
        self.toasts.update(|count| *count += 1);
        self.say(text.clone());
        self.toast.set(Some(Toast { id: self.toasts.get_untracked(), text, act }));
    }
}
