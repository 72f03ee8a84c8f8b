//! The inspector: the cluster's summary, an object, a walk or the form that tries a connection.

use crate::components::{button::IconButton, icon::Icon, views::Plain};
use crate::panels::{connect::ConnectForm, object::Object, summary::Summary, walk::Walk, words::kind_of};
use crate::state::{page, view::Show};
use leptos::prelude::*;

/// What is selected, and why it is so.
#[component]
pub fn Inspector() -> impl IntoView {
    let page = page();
    let title = move || match page.view.show.get() {
        Show::Summary => "Cluster".to_string(),
        Show::Object(id) => kind_of(&id).to_string(),
        Show::Walk => "Walk".into(),
        Show::Connect(_) => "Try a connection".into(),
    };
    let can_go_back = move || page.view.back.with(|back| !back.is_empty());
    let leaves = move || page.view.show.with(|show| *show != Show::Summary) || page.view.sheet.get();
    view! {
        <div class="panel-head">
            {move || {
                can_go_back()
                    .then(|| view! { <IconButton name="Back" icon=Icon::Left on_press=move |()| page.go_back() /> })
                    .plain()
            }}
            <h2 class="panel-title">{move || title()}</h2>
            <span class="grow"></span>
            {move || {
                leaves()
                    .then(|| view! { <IconButton name="Close (Esc)" icon=Icon::Close on_press=move |()| page.view.leave() /> })
                    .plain()
            }}
        </div>
        <div class="panel-body">
            {move || match page.view.show.get() {
                Show::Summary => view! { <Summary /> }.plain(),
                Show::Object(id) => view! { <Object id=id /> }.plain(),
                Show::Walk => view! { <Walk /> }.plain(),
                Show::Connect(from) => view! { <ConnectForm from=from /> }.plain(),
            }}
        </div>
    }
}
