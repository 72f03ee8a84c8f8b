//! Buttons.

use super::icon::{Icon, IconView};
use leptos::prelude::*;

/// A button that shows an icon; its name is read out and shown as its tooltip.
#[component]
pub fn IconButton(
    /// What it does, with its key.
    #[prop(into)]
    name: Signal<String>,
    /// What it looks like.
    #[prop(into)]
    icon: Signal<Icon>,
    /// Does it.
    #[prop(into)]
    on_press: Callback<()>,
    /// It cannot be done now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=move || name.get()
            title=move || name.get()
            aria-disabled=move || disabled.get().then_some("true")
            on:click=move |_| {
                if !disabled.get_untracked() {
                    on_press.run(());
                }
            }
        >
            <IconView icon=icon />
        </button>
    }
}

/// A button with a word.
#[component]
pub fn Button(
    /// The main thing to do here.
    #[prop(optional)]
    primary: bool,
    /// Does it.
    #[prop(into)]
    on_press: Callback<()>,
    /// The word, a verb.
    children: Children,
) -> impl IntoView {
    view! {
        <button type="button" class="button" class:primary=primary on:click=move |_| on_press.run(())>
            {children()}
        </button>
    }
}
