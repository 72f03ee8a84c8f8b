//! The keys (ux.md §7): single ones act only outside text fields and can be switched off; they are matched by character.

use crate::components::focus_id;
use crate::state::view::{Panel, Show, Tab};
use crate::state::{Page, page};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Every key that acts, as the help shows them.
pub const KEYS: &[(&str, &str)] = &[
    ("Space", "Play, pause"),
    (".", "Step to the next event"),
    ("S  F", "Slower, faster"),
    ("C", "Try a connection from what is selected"),
    ("W", "Walk the connection that fails"),
    ("J  K", "Next, previous hop"),
    ("Esc", "One step out: menu, walk, selection"),
    ("1", "Flows"),
    ("2", "Matrix"),
    ("5", "Problems"),
    ("E  P  I", "Editor, picture, inspector"),
    ("O", "Outline: the picture in words"),
    ("Arrows", "In the picture: the nearest thing in that direction"),
    ("+  -  =", "In the picture: zoom in, out, fit"),
    ("F6  Shift F6", "Next, previous panel"),
    ("F8  Shift F8", "Next, previous problem"),
    ("Ctrl/⌘ S", "The cluster takes the text now"),
    ("?", "This table"),
];

/// Listens for as long as the page lives.
pub fn listen() {
    let page = page();
    let listener = window_event_listener(leptos::ev::keydown, move |event| press(page, &event));
    on_cleanup(move || listener.remove());
}

fn press(page: Page, event: &KeyboardEvent) {
    if event.default_prevented() || event.is_composing() || page.view.help.get_untracked() {
        return;
    }
    let command = event.ctrl_key() || event.meta_key();
    let key = event.key();
    let handled = match key.as_str() {
        "s" | "S" if command && !event.alt_key() => {
            page.apply();
            page.view.say("Applied.");
            true
        }
        "F6" => {
            next_panel(page, !event.shift_key());
            true
        }
        "F8" => next_problem(page, !event.shift_key()),
        "Escape" => !in_text(event) && step_out(page),
        _ if command || event.alt_key() || in_text(event) || !page.prefs.keys.get_untracked() => false,
        _ => single(page, event, &key),
    };
    if handled {
        event.prevent_default();
    }
}

fn single(page: Page, event: &KeyboardEvent, key: &str) -> bool {
    match key {
        // Space presses the focused button; only elsewhere it plays and pauses.
        " " if on_control(event) => return false,
        " " => page.toggle_play(),
        "." => page.step(),
        "s" | "S" => page.change_speed(false),
        "f" | "F" => page.change_speed(true),
        "c" | "C" => {
            page.connect_from(&page.view.selected.get_untracked().unwrap_or_else(|| "outside".into()))
        }
        "w" | "W" => {
            let failing = page.results.world.with_untracked(|world| super::panels::strip::failing(world));
            match failing.first() {
                Some((_, call)) => page.walk_call(call),
                None => page.view.say("Every connection gets an answer."),
            }
        }
        "j" | "J" if page.view.show.get_untracked() == Show::Walk => page.step_hop(true),
        "k" | "K" if page.view.show.get_untracked() == Show::Walk => page.step_hop(false),
        "1" => page.toggle_tab(Tab::Flows),
        "2" => page.toggle_tab(Tab::Matrix),
        "5" => page.toggle_tab(Tab::Problems),
        "e" | "E" => go_to(page, Panel::Editor),
        "p" | "P" => go_to(page, Panel::Picture),
        "i" | "I" => go_to(page, Panel::Inspector),
        "o" | "O" => page.view.outlined.update(|outlined| *outlined = !*outlined),
        "?" => page.view.help.set(true),
        _ => return false,
    }
    true
}

/// One step out: the walk, then the selection, then the drawer.
fn step_out(page: Page) -> bool {
    if page.view.show.get_untracked() != Show::Summary || page.view.selected.get_untracked().is_some() {
        page.view.leave();
        return true;
    }
    if page.view.drawer.get_untracked().is_some() {
        page.view.drawer.set(None);
        return true;
    }
    false
}

/// Shows a panel and gives it the focus.
pub fn go_to(page: Page, panel: Panel) {
    page.view.panel.set(panel);
    if panel == Panel::Inspector {
        page.view.sheet.set(true);
    }
    // The panel may only now become visible.
    request_animation_frame(move || focus_id(panel.focus_id()));
}

fn next_panel(page: Page, forward: bool) {
    let focused = document().active_element();
    let inside = |panel: &Panel| {
        let host = document().get_element_by_id(panel.id());
        host.is_some_and(|host| focused.as_ref().is_some_and(|focused| host.contains(Some(focused))))
    };
    let count = Panel::ALL.len();
    let next = match (Panel::ALL.iter().position(inside), forward) {
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
        (None, true) => 0,
        (None, false) => count - 1,
    };
    if let Some(panel) = Panel::ALL.get(next) {
        go_to(page, *panel);
    }
}

fn next_problem(page: Page, forward: bool) -> bool {
    let problems = page.results.problems.get_untracked();
    let Some(last) = problems.len().checked_sub(1) else {
        page.view.say("No problems.");
        return true;
    };
    let shown = page.view.reveal.with_untracked(|(_, at)| at.clone());
    let at = shown.and_then(|at| problems.iter().position(|problem| problem.at == at));
    let next = match (at, forward) {
        (None, _) => 0,
        (Some(at), true) if at < last => at + 1,
        (Some(_), true) => 0,
        (Some(0), false) => last,
        (Some(at), false) => at - 1,
    };
    if let Some(problem) = problems.get(next) {
        page.view.panel.set(Panel::Editor);
        page.view.reveal(problem.at.clone());
        page.view.say(format!("{}:{}: {}", problem.at.file, problem.at.line, problem.headline));
    }
    true
}

/// What was pressed in, even inside the editor's shadow root.
fn target(event: &KeyboardEvent) -> Option<Element> {
    event.composed_path().get(0).dyn_into().ok()
}

fn in_text(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|target| {
        target
            .closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], .cm-editor")
            .ok()
            .flatten()
            .is_some()
    })
}

fn on_control(event: &KeyboardEvent) -> bool {
    let controls =
        "button, a, input, summary, [role=tab], [role=separator], [role=option], [role=menuitem], dialog";
    target(event).is_some_and(|target| target.closest(controls).ok().flatten().is_some())
}
