//! The cluster as a real list with buttons: the picture's equal for everyone who does not see or point at it.

use crate::components::views::{Plain, PlainList};
use crate::scene::outline::{Entry, outline};
use leptos::prelude::*;
use podyard_engine::session::WorldView;
use std::sync::Arc;

/// The element id of a line.
pub fn element_id(key: &str) -> String {
    let safe = |letter: char| if letter.is_whitespace() { '_' } else { letter };
    format!("outline-{}", key.chars().map(safe).collect::<String>())
}

/// Namespace → unit → pod and connections.
#[component]
pub fn Outline(
    /// The world.
    #[prop(into)]
    world: Signal<Option<Arc<WorldView>>>,
    /// The selected thing's id.
    selection: RwSignal<Option<String>>,
    /// Something was chosen: its id.
    on_select: Callback<String>,
    /// Drawn; else only for assistive technology.
    #[prop(into)]
    visible: Signal<bool>,
) -> impl IntoView {
    let entries = Memo::new(move |_| world.with(|world| world.as_deref().map(outline).unwrap_or_default()));
    let class = move || if visible.get() { "outline-list" } else { "outline-list unseen" };
    view! {
        <div class=class id="outline" role="group" aria-label="Outline of the cluster">
            {move || list(entries.get(), selection, on_select, visible)}
        </div>
    }
}

/// One level of the outline; at most four deep.
fn list(
    entries: Vec<Entry>,
    selection: RwSignal<Option<String>>,
    on_select: Callback<String>,
    visible: Signal<bool>,
) -> AnyView {
    let line = move |entry: Entry| {
        let (id, mine) = (entry.id.clone(), entry.id.clone());
        let selected = move || selection.with(|it| it.as_deref() == Some(&mine));
        let current = selected.clone();
        let inside = (!entry.inside.is_empty()).then(|| list(entry.inside, selection, on_select, visible));
        view! {
            <li>
                <button
                    type="button"
                    id=element_id(&entry.key)
                    class:selected=selected
                    aria-current=move || current().then_some("true")
                    // Unseen, it is reached through the picture, which is one stop.
                    tabindex=move || if visible.get() { "0" } else { "-1" }
                    on:click=move |_| on_select.run(id.clone())
                >
                    {entry.words}
                </button>
                {inside}
            </li>
        }
    };
    view! { <ul>{entries.into_iter().map(line).plain_list()}</ul> }.plain()
}
