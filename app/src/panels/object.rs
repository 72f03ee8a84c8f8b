//! An object: what it is, its state and why, what it relates to, and where it stands in the text.

use crate::components::{
    button::Button,
    views::{Plain, PlainList},
};
use crate::panels::words::{LineLink, ObjectLink, WordsView};
use crate::state::page;
use leptos::prelude::*;
use podyard_engine::session::InspectView;
use std::sync::Arc;

/// The inspected object.
#[component]
pub fn Object(
    /// `Kind/namespace/name`.
    id: String,
) -> impl IntoView {
    let page = page();
    let wanted = id.clone();
    let object = Memo::new(move |_| page.results.inspect.get().filter(|object| object.id == wanted));
    let name = id.rsplit('/').next().unwrap_or(&id).to_string();
    view! {
        {move || match object.get() {
            Some(object) => view! { <Card object=object /> }.plain(),
            None => view! { <h3 class="object-name">{name.clone()}</h3> }.plain(),
        }}
    }
}

#[component]
fn Card(object: Arc<InspectView>) -> impl IntoView {
    let page = page();
    let id = object.id.clone();
    let place = match object.namespace.as_str() {
        "" => object.kind.clone(),
        namespace => format!("{} in {namespace}", object.kind),
    };
    let connects =
        !matches!(object.kind.as_str(), "NetworkPolicy" | "ConfigMap" | "Secret" | "Namespace" | "Service");
    let mut roles: Vec<(String, Vec<(String, String)>)> = vec![];
    for (role, id, label) in &object.related {
        match roles.iter_mut().find(|(known, _)| known == role) {
            Some((_, list)) => list.push((id.clone(), label.clone())),
            None => roles.push((role.clone(), vec![(id.clone(), label.clone())])),
        }
    }
    view! {
        <div class="object-head">
            <h3 class="object-name">{object.name.clone()}</h3>
            <p class="quiet">{place} {object.at.clone().map(|at| view! { " · " <LineLink at=at /> }).plain()}</p>
        </div>
        <p><WordsView words=object.state.clone() /></p>
        <dl class="facts">
            {object
                .facts
                .iter()
                .map(|(name, value)| {
                    view! {
                        <div class="fact">
                            <dt>{name.clone()}</dt>
                            <dd><WordsView words=value.clone() /></dd>
                        </div>
                    }
                })
                .plain_list()}
        </dl>
        {roles
            .into_iter()
            .map(|(role, list)| {
                let items = list.into_iter().map(|(id, label)| view! { <li><ObjectLink id=id label=label /></li> });
                view! {
                    <section class="block">
                        <h4 class="role">{role}</h4>
                        <ul class="plain">{items.plain_list()}</ul>
                    </section>
                }
            })
            .plain_list()}
        {connects
            .then(|| {
                view! { <Button on_press=move |()| page.connect_from(&id)>"Connect from here (C)"</Button> }
            })
            .plain()}
    }
}
