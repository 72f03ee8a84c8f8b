//! Views that share their types. Every type of view is compiled, and downloaded, on its own: what is drawn
//! anew goes through here, where an element that comes and goes has the type of one that stays.

use leptos::prelude::*;
use std::sync::Arc;

/// Without the wrapper that makes another type of every element.
pub fn any<T: RenderHtml + Send>(view: View<T>) -> AnyView {
    view.into_inner().into_any()
}

/// The view, or nothing.
pub fn maybe<T: RenderHtml + Send>(view: Option<View<T>>) -> AnyView {
    view.map_or_else(|| ().into_any(), any)
}

/// One view after the other.
pub fn list<T: RenderHtml + Send>(views: impl IntoIterator<Item = View<T>>) -> AnyView {
    views.into_iter().map(any).collect::<Vec<_>>().into_any()
}

/// What tells an item of a list from the others.
pub type Key = (u64, usize);

/// An item whose view is made when it is new.
struct Item {
    key: Key,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

/// A list whose views stay as long as their keys do.
#[component]
pub fn Keyed<T, E, K, V, N>(
    /// The items.
    each: E,
    /// What tells one from the others.
    key: K,
    /// Draws one.
    children: V,
) -> impl IntoView
where
    T: Send + 'static,
    E: Fn() -> Vec<T> + Send + 'static,
    K: Fn(&T) -> Key + Send + 'static,
    V: Fn(T) -> N + Send + Sync + 'static,
    N: IntoView + 'static,
{
    let draw = Arc::new(children);
    let item = move |it: T| {
        let (key, draw) = (key(&it), draw.clone());
        Item { key, draw: Box::new(move || draw(it).into_any()) }
    };
    keyed(Box::new(move || each().into_iter().map(&item).collect()))
}

fn keyed(each: Box<dyn Fn() -> Vec<Item> + Send>) -> AnyView {
    view! { <For each=each key=|item| item.key children=|item| (item.draw)() /> }.into_any()
}
