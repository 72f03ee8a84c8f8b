//! The browser's storage, which may be blocked, full, or hold what an older page wrote.

use super::documents::Documents;
use super::saved;
use leptos::prelude::*;

const WORK: &str = "podyard.work";
const KEPT: &str = "podyard.kept.";
const UNREADABLE: &str = "podyard.unreadable.";

/// Whether the user's files outlive the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Safety {
    /// Nothing to save yet.
    #[default]
    Untouched,
    /// Saved in this browser.
    Saved,
    /// The browser refused: its storage is full or blocked.
    NotSaved,
}

fn local() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// A value.
pub fn get(key: &str) -> Option<String> {
    local()?.get_item(key).ok().flatten()
}

/// Keeps a value the page can do without.
pub fn remember(key: &str, value: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(key, value);
    }
}

/// The work the user left; one that cannot be read is put aside, never written over.
pub fn load() -> Option<Documents> {
    let text = get(WORK)?;
    let documents = saved::read(&text);
    if documents.is_none() {
        put_aside(&text);
    }
    documents
}

fn put_aside(text: &str) {
    let key = free_key(UNREADABLE);
    if let Some(storage) = local()
        && storage.set_item(&key, text).is_err()
    {
        // No room for a copy: move it, which needs none.
        let _ = storage.remove_item(WORK);
        let _ = storage.set_item(&key, text);
    }
}

/// Saves the work.
pub fn save(documents: &Documents) -> Safety {
    let saved = local().is_some_and(|storage| storage.set_item(WORK, &saved::write(documents)).is_ok());
    if saved { Safety::Saved } else { Safety::NotSaved }
}

/// Puts a work under "Your work" before another takes its place; false when there is no room.
pub fn keep(documents: &Documents) -> bool {
    let key = free_key(KEPT);
    local().is_some_and(|storage| storage.set_item(&key, &saved::write(documents)).is_ok())
}

/// Works under "Your work", newest first: key and work.
pub fn kept() -> Vec<(String, Documents)> {
    let mut numbers = numbers(KEPT);
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    let key = |number: &u64| format!("{KEPT}{number}");
    numbers.iter().map(key).filter_map(|key| Some((key.clone(), saved::read(&get(&key)?)?))).collect()
}

/// Takes a work from under "Your work".
pub fn take(key: &str) -> Option<Documents> {
    let documents = saved::read(&get(key)?)?;
    if let Some(storage) = local() {
        let _ = storage.remove_item(key);
    }
    Some(documents)
}

fn free_key(prefix: &str) -> String {
    format!("{prefix}{}", numbers(prefix).into_iter().max().map_or(1, |number| number + 1))
}

fn numbers(prefix: &str) -> Vec<u64> {
    let Some(storage) = local() else { return vec![] };
    let keys = 0..storage.length().unwrap_or(0);
    keys.filter_map(|at| storage.key(at).ok().flatten()?.strip_prefix(prefix)?.parse().ok()).collect()
}
