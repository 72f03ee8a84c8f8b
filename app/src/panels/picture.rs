//! The picture in the page: what it shows comes from the state, what is done in it goes there.

use crate::panels::cluster::ClusterPanel;
use crate::scene::glyph::Glyph;
use crate::state::{Page, page, view::Show};
use leptos::prelude::*;
use podyard_engine::session::Command;

/// The cluster.
#[component]
pub fn Picture() -> impl IntoView {
    let page = page();
    let world = move || page.results.running.get().then(|| page.results.world.get());
    let walk = move || (page.view.show.get() == Show::Walk).then(|| page.results.walk.get()).flatten();
    let filter = move || page.view.filter.get().map(|verdict| Glyph::of(verdict, false));
    view! {
        <ClusterPanel
            world=Signal::derive(world)
            flows=page.results.news
            selection=page.view.selected
            walk=Signal::derive(walk)
            playing=page.playing
            speed=page.prefs.speed
            filter=Signal::derive(filter)
            outlined=page.view.outlined
            targets=page.results.targets
            on_select=Callback::new(move |id: String| choose(page, &id))
            on_connect=Callback::new(move |(from, to): (String, String)| page.walk(&from, &to, None, None))
            on_drag=Callback::new(move |from: Option<String>| {
                page.results.targets.set(None);
                if let Some(from) = from {
                    page.send(Command::Targets { from });
                }
            })
        />
    }
}

/// A call is walked, an object inspected; from outside one can only try a connection.
fn choose(page: Page, id: &str) {
    let call = page.results.world.with_untracked(|world| {
        let named = world.calls.iter().find(|call| call.id == id);
        named.or_else(|| world.calls.iter().find(|call| id.starts_with("host:") && call.to == id)).cloned()
    });
    match call {
        Some(call) => page.walk_call(&call),
        None if id == "outside" => page.connect_from(id),
        None => page.inspect(id),
    }
}
