//! A button that opens a list of things to do.

use super::{
    icon::{Icon, IconView},
    views::{Plain, PlainList},
};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// One line of a menu.
#[derive(Clone)]
pub struct MenuItem {
    /// What it does or opens.
    pub label: String,
    /// A sentence below it.
    pub note: String,
    /// A heading to put above it.
    pub heading: Option<&'static str>,
    /// It is the present one.
    pub current: bool,
    /// Does it.
    pub act: Callback<()>,
}

/// A menu under its button.
#[component]
pub fn Menu(
    /// What the menu is for.
    name: &'static str,
    /// What the button says.
    #[prop(into)]
    label: Signal<String>,
    /// Its lines, made when it opens.
    items: Callback<(), Vec<MenuItem>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let close = move || {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    };
    Effect::new(move || {
        if open.get()
            && let Some(list) = list.get()
        {
            focus_item(&list, 0, true);
        }
    });
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        match event.key().as_str() {
            "ArrowDown" => focus_item(&list, 1, false),
            "ArrowUp" => focus_item(&list, -1, false),
            "Escape" => close(),
            "Tab" => return open.set(false),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let on_focusout = move |event: web_sys::FocusEvent| {
        let inside =
            event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok()).is_some_and(|to| {
                list.get_untracked().is_some_and(|list| list.contains(Some(&to)))
                    || button.get_untracked().is_some_and(|button| button.contains(Some(&to)))
            });
        if !inside {
            open.set(false);
        }
    };
    view! {
        <div class="menu-host" on:focusout=on_focusout>
            <button
                node_ref=button
                type="button"
                class="menu-button"
                aria-haspopup="menu"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                title=name
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <span class="menu-label">{move || label.get()}</span>
                <IconView icon=Icon::Down />
            </button>
            {move || {
                open.get()
                    .then(|| {
                        let lines = items.run(()).into_iter().map(|item| line(item, close)).plain_list();
                        view! {
                            <div node_ref=list class="menu" role="menu" aria-label=name on:keydown=on_keydown>
                                {lines}
                            </div>
                        }
                    })
                    .plain()
            }}
        </div>
    }
}

fn line(item: MenuItem, close: impl Fn() + Copy + 'static) -> AnyView {
    let heading = item
        .heading
        .map(|heading| view! { <div class="menu-heading" role="presentation">{heading}</div> })
        .plain();
    let act = item.act;
    view! {
        {heading}
        <button
            type="button"
            class="menu-item"
            class:current=item.current
            role="menuitem"
            tabindex="-1"
            aria-current=item.current.then_some("true")
            on:click=move |_| {
                close();
                act.run(());
            }
        >
            <span class="menu-item-label">{item.label}</span>
            <span class="menu-item-note">{item.note}</span>
        </button>
    }
    .plain()
}

/// Focuses the item `step` away from the focused one, or the first.
fn focus_item(list: &web_sys::Element, step: i32, first: bool) {
    let Ok(items) = list.query_selector_all("[role=menuitem]") else { return };
    let count = items.length() as i32;
    if count == 0 {
        return;
    }
    let item = |at: i32| items.item(at as u32).and_then(|item| item.dyn_into::<web_sys::HtmlElement>().ok());
    let focused = document().active_element().map(web_sys::Node::from);
    let at = (0..count).find(|at| item(*at).map(web_sys::Node::from) == focused);
    let next = match at {
        Some(at) if !first => (at + step).rem_euclid(count),
        _ => 0,
    };
    if let Some(item) = item(next) {
        let _ = item.focus();
    }
}
