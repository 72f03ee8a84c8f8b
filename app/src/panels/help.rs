//! The table of keys.

use crate::components::{dialog::Dialog, views::PlainList};
use crate::keys::KEYS;
use crate::state::page;
use leptos::prelude::*;

/// The dialog that `?` opens.
#[component]
pub fn Help() -> impl IntoView {
    let page = page();
    view! {
        <Dialog title="Keys" open=page.view.help>
            <p class="quiet">"Single keys act outside text fields. Esc, then Tab leaves the editor."</p>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || page.prefs.keys.get()
                    on:change=move |event| page.prefs.keys.set(event_target_checked(&event))
                />
                "Single keys act"
            </label>
            <table class="keys">
                <thead class="sr">
                    <tr>
                        <th scope="col">"Key"</th>
                        <th scope="col">"Does"</th>
                    </tr>
                </thead>
                <tbody>
                    {KEYS
                        .iter()
                        .map(|(keys, does)| {
                            view! {
                                <tr>
                                    <td><kbd>{*keys}</kbd></td>
                                    <td>{*does}</td>
                                </tr>
                            }
                        })
                        .plain_list()}
                </tbody>
            </table>
        </Dialog>
    }
}
