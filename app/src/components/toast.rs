//! A sentence that passes. It stays while it is pointed at or holds the focus.

use super::{
    button::{Button, IconButton},
    icon::Icon,
    views::Plain,
};
use leptos::prelude::*;
use std::time::Duration;

/// Long enough to read it and to take it back.
const STAYS: Duration = Duration::from_secs(10);

/// The sentence, its act and a way to close it.
#[component]
pub fn ToastView(
    /// The sentence.
    text: String,
    /// A verb and what it does.
    act: Option<(&'static str, Callback<()>)>,
    /// It passes.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let held = StoredValue::new(false);
    let passing = set_interval_with_handle(
        move || {
            if !held.get_value() {
                on_close.run(());
            }
        },
        STAYS,
    );
    on_cleanup(move || {
        if let Ok(passing) = passing {
            passing.clear();
        }
    });
    view! {
        <div
            class="toast"
            on:pointerenter=move |_| held.set_value(true)
            on:pointerleave=move |_| held.set_value(false)
            on:focusin=move |_| held.set_value(true)
            on:focusout=move |_| held.set_value(false)
        >
            <span>{text}</span>
            {act.map(|(verb, act)| {
                let press = move |()| {
                    act.run(());
                    on_close.run(());
                };
                view! { <Button on_press=press>{verb}</Button> }
            }).plain()}
            <IconButton name="Close" icon=Icon::Close on_press=on_close />
        </div>
    }
}
