//! The edge between two panels: dragged, moved by arrow keys, reset by a double click.

use super::set_property;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// How far one press of an arrow key moves it, in pixels.
const KEY_STEP: f64 = 16.0;

/// Where the panel lies that grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Left of the edge.
    Left,
    /// Right of it.
    Right,
    /// Below it.
    Below,
}

/// An edge.
#[component]
pub fn Splitter(
    /// What it sizes.
    name: &'static str,
    /// The custom property of the root element that it writes.
    property: &'static str,
    /// Least, usual and greatest size, in pixels.
    bounds: (f64, f64, f64),
    /// Where the panel lies that grows.
    side: Side,
    /// The size the user gave; the usual when none.
    size: RwSignal<Option<f64>>,
    /// Another size is wanted; none for the usual.
    #[prop(into)]
    on_resize: Callback<Option<f64>>,
) -> impl IntoView {
    let (least, usual, most) = bounds;
    let element = NodeRef::<html::Div>::new();
    let dragged_from = StoredValue::new(None::<(f64, f64)>);
    let shown = move || size.get().unwrap_or(usual);
    Effect::new(move || {
        let Some(root) = document().document_element() else { return };
        match size.get() {
            Some(size) => set_property(&root, property, &format!("{}px", whole(size))),
            None => {
                if let Some(root) = root.dyn_ref::<web_sys::HtmlElement>() {
                    let _ = root.style().remove_property(property);
                }
            }
        }
    });
    let along = move |event: &web_sys::PointerEvent| match side {
        Side::Left => f64::from(event.client_x()),
        Side::Right => -f64::from(event.client_x()),
        Side::Below => -f64::from(event.client_y()),
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let grow = match (event.key().as_str(), side) {
            ("ArrowRight", Side::Left) | ("ArrowLeft", Side::Right) | ("ArrowUp", Side::Below) => KEY_STEP,
            ("ArrowLeft", Side::Left) | ("ArrowRight", Side::Right) | ("ArrowDown", Side::Below) => -KEY_STEP,
            ("Home", _) => -most,
            ("End", _) => most,
            _ => return,
        };
        event.prevent_default();
        let size = size.get_untracked().unwrap_or(usual);
        on_resize.run(Some((size + grow).clamp(least, most)));
    };
    view! {
        <div
            node_ref=element
            class="splitter"
            class:horizontal=side == Side::Below
            role="separator"
            tabindex="0"
            aria-label=name
            aria-orientation=if side == Side::Below { "horizontal" } else { "vertical" }
            aria-valuemin=whole(least)
            aria-valuemax=whole(most)
            aria-valuenow=move || whole(shown())
            title="Drag, or use the arrow keys. Double-click resets."
            on:keydown=on_keydown
            on:dblclick=move |_| on_resize.run(None)
            on:pointerdown=move |event| {
                if let Some(element) = element.get_untracked() {
                    let _ = element.set_pointer_capture(event.pointer_id());
                }
                dragged_from.set_value(Some((along(&event), size.get_untracked().unwrap_or(usual))));
            }
            on:pointermove=move |event| {
                if let Some((from, size)) = dragged_from.get_value() {
                    on_resize.run(Some((size + along(&event) - from).clamp(least, most)));
                }
            }
            on:pointerup=move |_| dragged_from.set_value(None)
            on:pointercancel=move |_| dragged_from.set_value(None)
        ></div>
    }
}

/// Whole pixels, as text.
fn whole(size: f64) -> String {
    (size.round() as i64).to_string()
}
