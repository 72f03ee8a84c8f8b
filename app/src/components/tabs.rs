//! A row of tabs: one stop for the focus, arrows move within.

use super::views::{Keyed, Plain};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// One tab.
#[derive(Clone, PartialEq)]
pub struct TabItem {
    /// Tells it from the others.
    pub key: u64,
    /// What it says.
    pub label: String,
    /// A count beside it.
    pub count: Option<String>,
    /// It wants attention, and says why.
    pub mark: Option<&'static str>,
}

/// Tabs over a panel.
#[component]
pub fn Tabs(
    /// What the row is for.
    name: &'static str,
    /// The id of the panel below.
    panel: &'static str,
    /// The tabs.
    #[prop(into)]
    items: Signal<Vec<TabItem>>,
    /// The one on show; none when the panel is closed.
    #[prop(into)]
    selected: Signal<Option<u64>>,
    /// Another one is wanted.
    #[prop(into)]
    on_select: Callback<u64>,
) -> impl IntoView {
    let keys = move || items.with(|items| items.iter().map(|item| item.key).collect::<Vec<_>>());
    let item = move |key: u64| items.with(|items| items.iter().find(|item| item.key == key).cloned());
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            _ => return,
        };
        event.prevent_default();
        move_focus(&event, step);
    };
    view! {
        <div class="tabs" role="tablist" aria-label=name on:keydown=on_keydown>
            <Keyed each=keys key=|key| (*key, 0) let:key>
                {
                    let item = Memo::new(move |_| item(key));
                    let is_selected = Memo::new(move |_| selected.get() == Some(key));
                    let reachable = move || {
                        is_selected.get() || (selected.get().is_none() && keys().first() == Some(&key))
                    };
                    view! {
                        <button
                            type="button"
                            role="tab"
                            class="tab"
                            aria-selected=move || if is_selected.get() { "true" } else { "false" }
                            aria-controls=move || is_selected.get().then_some(panel)
                            tabindex=move || if reachable() { "0" } else { "-1" }
                            on:click=move |_| on_select.run(key)
                        >
                            <span class="tab-label">{move || item.get().map(|item| item.label).unwrap_or_default()}</span>
                            {move || {
                                let count = item.get().and_then(|item| item.count);
                                count.map(|count| view! { <span class="count">{count}</span> }).plain()
                            }}
                            {move || {
                                let mark = item.get().and_then(|item| item.mark);
                                mark.map(|mark| view! { <span class="tab-mark" title=mark><span class="sr">{mark}</span></span> }).plain()
                            }}
                        </button>
                    }
                }
            </Keyed>
        </div>
    }
}

/// Moves the focus among the tabs beside the focused one, around the ends.
fn move_focus(event: &web_sys::KeyboardEvent, step: i32) {
    let Some(row) = event.current_target().and_then(|row| row.dyn_into::<web_sys::Element>().ok()) else {
        return;
    };
    let Ok(tabs) = row.query_selector_all("[role=tab]") else { return };
    let count = tabs.length() as i32;
    let focused = document().active_element();
    let at = (0..count).find(|at| {
        let tab = tabs.item(*at as u32).and_then(|tab| tab.dyn_into::<web_sys::Element>().ok());
        tab.is_some() && tab == focused
    });
    let (Some(at), true) = (at, count > 0) else { return };
    let next = tabs.item((at + step).rem_euclid(count) as u32);
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = next.focus();
    }
}
