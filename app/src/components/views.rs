//! Views that share their types. Every type of view is compiled, and downloaded, on its own: what is drawn
//! anew goes through here, where an element that comes and goes has the type of one that stays.

use leptos::prelude::*;
use std::sync::Arc;

/// Leaves off the wrapper that makes another type of every element.
pub trait Plain {
    /// The view, or nothing.
    fn plain(self) -> AnyView;
}

impl<T: RenderHtml + Send> Plain for View<T> {
    fn plain(self) -> AnyView {
        self.into_inner().into_any()
    }
}

impl Plain for AnyView {
    fn plain(self) -> AnyView {
        self
    }
}

impl<T: Plain> Plain for Option<T> {
    fn plain(self) -> AnyView {
        self.map_or_else(|| ().into_any(), Plain::plain)
    }
}

/// One view after the other.
pub trait PlainList {
    /// The views.
    fn plain_list(self) -> AnyView;
}

impl<I: Iterator<Item: Plain>> PlainList for I {
    fn plain_list(self) -> AnyView {
        self.map(Plain::plain).collect::<Vec<_>>().into_any()
    }
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
    N: Plain + 'static,
{
    let draw = Arc::new(children);
    let item = move |it: T| {
        let (key, draw) = (key(&it), draw.clone());
        Item { key, draw: Box::new(move || draw(it).plain()) }
    };
    keyed(Box::new(move || each().into_iter().map(&item).collect()))
}

fn keyed(each: Box<dyn Fn() -> Vec<Item> + Send>) -> AnyView {
    view! { <For each=each key=|item| item.key children=|item| (item.draw)() /> }.into_any()
}
