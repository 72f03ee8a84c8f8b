//! A modal dialog: the platform's own, which keeps the focus inside and gives it back.

use super::{button::IconButton, icon::Icon, views::Plain};
use leptos::{html, prelude::*};

/// A dialog that stands open while `open` says so.
#[component]
pub fn Dialog(
    /// Its title.
    title: &'static str,
    /// Whether it stands open.
    open: RwSignal<bool>,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = element.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            node_ref=element
            class="dialog"
            aria-label=title
            on:close=move |_| open.set(false)
            on:click=move |event| {
                // A click on the backdrop has the dialog itself as its target.
                let backdrop = element.get_untracked().is_some_and(|dialog| {
                    event.target().is_some_and(|target| &target == AsRef::<web_sys::EventTarget>::as_ref(&dialog))
                });
                if backdrop {
                    open.set(false);
                }
            }
        >
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2>{title}</h2>
                    <IconButton name="Close (Esc)" icon=Icon::Close on_press=move |()| open.set(false) />
                </header>
                {move || open.get().then(|| children()).plain()}
            </div>
        </dialog>
    }
}
