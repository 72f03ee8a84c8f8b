//! What a user can do, and what the engine's answers do to the page.

use super::documents::Documents;
use super::scenarios::{self, Scenario};
use super::storage::{self, Safety};
use super::view::{Show, Tab};
use super::{Applied, Engine, Page, clock};
use crate::worker::client::{Client, Signal};
use leptos::{
    prelude::{Update as _, *},
    task::spawn_local,
};
use podyard_engine::session::{CallView, Command, File, FixView, Update, WalkView};
use std::{sync::Arc, time::Duration};

/// The cluster takes the text this long after the last keystroke.
const APPLY_AFTER: Duration = Duration::from_millis(600);
/// The files are saved this long after the last change.
const SAVE_AFTER: Duration = Duration::from_millis(300);
/// What a first visit opens.
const FIRST_SCENARIO: &str = "corner-shop";
/// Every run of the same files is the same run.
const SEED: u64 = 1;

/// Wall time, milliseconds.
pub fn now() -> f64 {
    js_sys::Date::now()
}

impl Page {
    /// Starts the engine, brings back the user's work or opens the first scenario, and lets time run.
    pub fn start(self) {
        let client = Client::start(move |signal| self.hear(signal));
        self.client.set_value(Some(client));
        let work = storage::load();
        let first_visit = work.is_none();
        if let Some(work) = work {
            self.open(work);
        }
        spawn_local(async move {
            let Some(list) = scenarios::list().await else {
                self.view.toast("The scenarios could not be loaded.", None);
                return;
            };
            self.scenarios.set(list.clone());
            if first_visit && let Some(first) = list.iter().find(|s| s.name == FIRST_SCENARIO) {
                self.open_scenario(first.clone());
            }
        });
        self.run_clock();
        self.save_on_change();
    }

    /// Sends a command to the engine.
    pub fn send(self, command: Command) {
        self.client.with_value(|client| {
            if let Some(client) = client {
                client.send(command);
            }
        });
    }

    /// Starts a stopped engine again.
    pub fn restart(self) {
        self.client.with_value(|client| {
            if let Some(client) = client {
                client.restart();
            }
        });
        self.engine.set(Engine::Well);
        self.playing.set(true);
    }

    /// Takes another work; the one before stays where the caller put it.
    pub fn open(self, work: Documents) {
        let files = work.files();
        self.documents.set(work);
        self.revision.update(|revision| *revision += 1);
        self.applied.set(Applied::Yes);
        self.results.clear_flows();
        self.view.leave();
        self.send(Command::Open { files, seed: SEED });
    }

    /// Puts the present work under "Your work" when the user changed it, and goes on; where it would be lost, only on
    /// the user's word.
    fn put_by(self, go_on: impl Fn() + Send + Sync + 'static) {
        let documents = self.documents.get_untracked();
        if !documents.edited || documents.sheets().is_empty() || storage::keep(&documents) {
            return go_on();
        }
        self.safety.set(Safety::NotSaved);
        self.view.toast(
            "This browser's storage is full or blocked: your files would be lost. Download them first.",
            Some(("Open anyway", Callback::new(move |()| go_on()))),
        );
    }

    /// Opens a scenario, keeping the present work.
    pub fn open_scenario(self, scenario: Scenario) {
        spawn_local(async move {
            let Some(files) = scenarios::files(&scenario).await else {
                self.view.toast(format!("{} could not be loaded.", scenario.title), None);
                return;
            };
            let work = Documents::new(&scenario.title, Some(&scenario.name), files);
            self.put_by(move || {
                self.open(work.clone());
                self.playing.set(true);
            });
        });
    }

    /// Opens an empty work, keeping the present one.
    pub fn open_empty(self) {
        self.put_by(move || {
            let file = File { name: "manifests.yaml".into(), text: String::new() };
            self.open(Documents::new("Your work", None, vec![file]));
        });
    }

    /// Opens a work from under "Your work", keeping the present one.
    pub fn open_kept(self, key: &str) {
        let key = key.to_string();
        self.put_by(move || match storage::take(&key) {
            Some(work) => self.open(work),
            None => self.view.toast("That work is no longer in this browser.", None),
        });
    }

    /// Adds files to the work.
    pub fn add_files(self, files: Vec<File>) {
        let mut names = vec![];
        for file in files {
            let id = self.documents.try_update(|documents| documents.add(&file.name, file.text));
            let sheet =
                self.documents.with_untracked(|d| d.sheets().iter().find(|s| Some(s.id) == id).cloned());
            if let Some(sheet) = sheet {
                names.push(sheet.name.clone());
                self.send(Command::Edit { file: sheet.name, text: sheet.text });
            }
        }
        if !names.is_empty() {
            self.revision.update(|revision| *revision += 1);
            self.apply();
            self.view.say(format!("{} added.", names.join(", ")));
        }
    }

    /// A keystroke in the editor.
    pub fn type_text(self, id: u64, text: String) {
        let sheet = self.documents.with_untracked(|d| d.sheets().iter().find(|s| s.id == id).cloned());
        let Some(sheet) = sheet.filter(|sheet| sheet.text != text) else { return };
        self.documents.update(|documents| documents.edit(id, text.clone()));
        self.applied.set(Applied::NotYet);
        self.send(Command::Edit { file: sheet.name, text });
        self.apply_soon();
    }

    /// Applies a fix to a file's text.
    pub fn fix(self, file: &str, fix: &FixView) {
        let text = self.documents.try_update(|documents| documents.fix(file, &fix.edits)).flatten();
        let Some(text) = text else {
            self.view.toast(format!("{file} has changed meanwhile: the fix no longer fits."), None);
            return;
        };
        self.revision.update(|revision| *revision += 1);
        self.send(Command::Edit { file: file.into(), text });
        self.apply();
        self.view.say(format!("{}: {}.", file, fix.label));
    }

    /// Renames a file.
    pub fn rename(self, id: u64, name: &str) {
        let before = self.documents.try_update(|documents| documents.rename(id, name)).flatten();
        let sheet = self.documents.with_untracked(|d| d.sheets().iter().find(|s| s.id == id).cloned());
        if let (Some(before), Some(sheet)) = (before, sheet) {
            self.send(Command::Remove { file: before });
            self.send(Command::Edit { file: sheet.name, text: sheet.text });
            self.apply();
        }
    }

    /// Removes a file, with a way back.
    pub fn remove(self, id: u64) {
        let Some(removed) = self.documents.try_update(|documents| documents.remove(id)).flatten() else {
            return;
        };
        let name = removed.name().to_string();
        self.revision.update(|revision| *revision += 1);
        self.send(Command::Remove { file: name.clone() });
        self.apply();
        let back = Callback::new(move |()| {
            self.documents.update(|documents| documents.restore(removed.clone()));
            self.revision.update(|revision| *revision += 1);
            if let Some(sheet) = self.documents.with_untracked(|d| d.active().cloned()) {
                self.send(Command::Edit { file: sheet.name, text: sheet.text });
                self.apply();
            }
        });
        self.view.toast(format!("{name} removed."), Some(("Undo", back)));
    }

    /// The cluster takes the text now.
    pub fn apply(self) {
        if let Some(pending) = self.pending_apply.try_update_value(Option::take).flatten() {
            pending.clear();
        }
        self.send(Command::Apply);
        if !self.stopped() {
            self.applied.set(Applied::Yes);
        }
    }

    fn apply_soon(self) {
        let next = set_timeout_with_handle(move || self.apply(), APPLY_AFTER).ok();
        let before =
            self.pending_apply.try_update_value(|pending| std::mem::replace(pending, next)).flatten();
        if let Some(before) = before {
            before.clear();
        }
    }

    /// Shows an object in the inspector.
    pub fn inspect(self, id: &str) {
        self.view.selected.set(Some(id.into()));
        self.results.inspect.update(|shown| {
            if shown.as_ref().is_some_and(|shown| shown.id != id) {
                *shown = None;
            }
        });
        self.view.show(Show::Object(id.into()));
        self.view.raise_inspector();
        self.send(Command::Inspect { object: id.into() });
    }

    /// Opens the form that tries a connection.
    pub fn connect_from(self, from: &str) {
        self.results.targets.set(None);
        self.view.show(Show::Connect(from.into()));
        self.view.raise_inspector();
        self.send(Command::Targets { from: from.into() });
    }

    /// Pauses and walks a connection.
    pub fn walk(self, from: &str, to: &str, port: Option<u16>, protocol: Option<String>) {
        self.start_walk(Command::Walk { from: from.into(), to: to.into(), port, protocol });
    }

    /// Pauses and walks a flow again.
    pub fn walk_flow(self, flow: u64) {
        self.start_walk(Command::WalkFlow { flow });
    }

    /// Pauses and walks a call.
    pub fn walk_call(self, call: &CallView) {
        let to = match call.to.strip_prefix("host:") {
            Some(host) => host.to_string(),
            None => call.to.clone(),
        };
        self.walk(&call.from, &to, Some(call.port), Some(call.protocol.clone()));
    }

    fn start_walk(self, command: Command) {
        self.playing.set(false);
        self.asked_walk.set_value(Some(command.clone()));
        self.wants_walk.set_value(true);
        self.send(command);
    }

    /// Opens another card of the walk, and the line it names.
    pub fn go_to_hop(self, hop: usize) {
        let Some(walk) = self.results.walk.get_untracked() else { return };
        let Some(card) = walk.hops.get(hop) else { return };
        self.view.hop.set(hop);
        self.view.say(format!(
            "Hop {} of {}: {}. {}",
            hop + 1,
            walk.hops.len(),
            card.title,
            card.why.plain()
        ));
        if let Some(at) = &card.at {
            self.view.reveal(at.clone());
        }
    }

    /// Next or previous card of the walk.
    pub fn step_hop(self, forward: bool) {
        let hop = self.view.hop.get_untracked();
        self.go_to_hop(if forward { hop.saturating_add(1) } else { hop.saturating_sub(1) });
    }

    /// What the inspector showed before.
    pub fn go_back(self) {
        if let Some(Show::Object(id)) = self.view.go_back() {
            self.view.selected.set(Some(id.clone()));
            self.send(Command::Inspect { object: id });
        }
    }

    /// Opens a tab of the drawer, or closes it when it is open.
    pub fn toggle_tab(self, tab: Tab) {
        let open = self.view.drawer.get_untracked() != Some(tab);
        self.view.drawer.set(open.then_some(tab));
        if open && tab == Tab::Matrix {
            self.ask_matrix();
        }
    }

    /// Asks for all pairs.
    pub fn ask_matrix(self) {
        self.send(Command::Matrix { port: None, protocol: None });
    }

    /// Plays or pauses.
    pub fn toggle_play(self) {
        self.playing.update(|playing| *playing = !*playing);
        self.view.say(if self.playing.get_untracked() { "Playing." } else { "Paused." });
    }

    /// On to the next thing that happens.
    pub fn step(self) {
        self.playing.set(false);
        self.send(Command::Step);
    }

    /// Slower or faster.
    pub fn change_speed(self, faster: bool) {
        self.prefs.speed.update(|speed| *speed = clock::next_speed(*speed, faster));
        self.view.say(format!("Speed {}.", clock::format_speed(self.prefs.speed.get_untracked())));
    }

    fn hear(self, signal: Signal) {
        match signal {
            Signal::Updates(updates) => self.take_all(updates),
            Signal::Busy(busy) => self.engine.set(if busy { Engine::Busy } else { Engine::Well }),
            Signal::Restarted => {
                let files = self.documents.with_untracked(Documents::files);
                let of_flow = matches!(self.asked_walk.get_value(), Some(Command::WalkFlow { .. }));
                if self.view.show.get_untracked() == Show::Walk && of_flow {
                    // Its flow is gone with the engine that knew it.
                    self.view.leave();
                }
                self.results.clear_flows();
                self.applied.set(Applied::Yes);
                self.send(Command::Open { files, seed: SEED });
                if !self.stopped() {
                    self.view
                        .toast("The engine stopped and started again. Your files are as they were.", None);
                }
            }
            Signal::Stopped(words) => {
                self.playing.set(false);
                self.engine.set(Engine::Stopped(words));
                self.view.say("The engine stopped. Your files are safe.");
            }
        }
    }

    fn stopped(self) -> bool {
        self.engine.with_untracked(|engine| matches!(engine, Engine::Stopped(_)))
    }

    fn take_all(self, updates: Vec<Update>) {
        let version = || self.results.world.with_untracked(|world| world.version);
        let before = version();
        let typed = updates.iter().any(|update| matches!(update, Update::Documents(_)));
        for update in updates {
            match self.results.take(update, now()) {
                Some(Update::Walk(walk)) => self.take_walk(Arc::from(walk)),
                Some(Update::Refused(words)) => self.view.toast(words, None),
                _ => {}
            }
        }
        let changed = version() != before;
        if changed {
            self.ask_again();
        }
        if (changed || typed) && self.view.show.get_untracked() == Show::Walk {
            self.walk_again(typed);
        }
    }

    /// The world changed: what is on show is asked for again.
    fn ask_again(self) {
        match self.view.show.get_untracked() {
            Show::Summary | Show::Walk => {}
            Show::Object(object) => self.send(Command::Inspect { object }),
            Show::Connect(from) => self.send(Command::Targets { from }),
        }
        if self.view.drawer.get_untracked() == Some(Tab::Matrix) {
            self.ask_matrix();
        }
    }

    /// A connection is walked as it would be now, a flow as it was; when someone typed, both may point at other lines.
    fn walk_again(self, typed: bool) {
        match self.asked_walk.get_value() {
            Some(flow @ Command::WalkFlow { .. }) if typed => self.send(flow),
            Some(walk @ Command::Walk { .. }) => self.send(walk),
            _ => {}
        }
    }

    fn take_walk(self, walk: Arc<WalkView>) {
        let again = !self.wants_walk.try_update_value(std::mem::take).unwrap_or_default();
        if again && self.view.show.get_untracked() != Show::Walk {
            // It was left meanwhile.
            return;
        }
        let decided = walk.decided;
        let moved =
            self.results.walk.with_untracked(|last| last.as_ref().is_none_or(|last| last.decided != decided));
        let headline = walk.headline.plain();
        let at = walk.hops.get(decided).and_then(|hop| hop.at.clone());
        self.results.walk.set(Some(walk));
        if again {
            if moved {
                self.view.hop.set(decided);
                self.view.say(headline);
            }
            return;
        }
        self.view.hop.set(decided);
        self.view.show(Show::Walk);
        self.view.raise_inspector();
        self.view.say(headline);
        if let Some(at) = at {
            self.view.reveal(at);
        }
    }

    fn run_clock(self) {
        let last = StoredValue::new(now());
        let hidden_since = StoredValue::new(None::<f64>);
        set_interval(
            move || {
                let (before, now) = (last.get_value(), now());
                last.set_value(now);
                if document().hidden() {
                    let since = hidden_since.get_value().unwrap_or(now);
                    hidden_since.set_value(Some(since));
                    if now - since >= 5000.0 && self.playing.get_untracked() {
                        self.playing.set(false);
                        let play = Callback::new(move |()| self.playing.set(true));
                        self.view.toast("Paused while you were away.", Some(("Play", play)));
                    }
                    return;
                }
                hidden_since.set_value(None);
                let waiting = self.client.with_value(|client| client.as_ref().is_some_and(Client::advancing));
                if self.playing.get_untracked() && self.results.running.get_untracked() && !waiting {
                    let micros = clock::advance(now - before, self.prefs.speed.get_untracked());
                    if micros > 0 {
                        self.send(Command::Advance { micros });
                    }
                }
            },
            clock::TICK,
        );
    }

    fn save_on_change(self) {
        let save = move || {
            let documents = self.documents.get_untracked();
            if !documents.sheets().is_empty() || documents.edited {
                self.safety.set(storage::save(&documents));
            }
        };
        Effect::new(move || {
            self.documents.track();
            let next = set_timeout_with_handle(save, SAVE_AFTER).ok();
            let before = self.pending_save.try_update_value(|p| std::mem::replace(p, next)).flatten();
            if let Some(before) = before {
                before.clear();
            }
        });
        let on_leave = window_event_listener_untyped("pagehide", move |_| save());
        on_cleanup(move || on_leave.remove());
    }
}
