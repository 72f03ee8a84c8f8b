//! What the pointer does: press, pan, and drawing a connection from a pod's handle.

use super::camera::Lens;
use crate::scene::geometry::Point;
use crate::scene::model::{Kind, Scene};
use crate::scene::view::{moved as far, under};
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// A gesture.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Drag {
    /// None.
    None,
    /// The pointer rests on a pod: its key.
    Hover {
        /// The pod's key.
        key: String,
    },
    /// A press that is not yet a drag.
    Press {
        /// Where, in the panel.
        start: Point,
        /// On what: a group's key.
        key: Option<String>,
    },
    /// The picture moves with the pointer.
    Pan {
        /// The pointer's last place in the panel.
        last: Point,
    },
    /// A connection is drawn.
    Connect {
        /// The pod's key.
        from: String,
        /// The pod's id.
        id: String,
        /// The pointer, in the picture.
        at: Point,
    },
}

impl Drag {
    /// The pod the pointer rests on.
    pub(super) fn hovered(&self) -> Option<&str> {
        match self {
            Drag::Hover { key } => Some(key),
            _ => None,
        }
    }
}

/// What a gesture came to.
pub(super) enum Done {
    /// A group was pressed: its key.
    Chosen(String),
    /// A connection was drawn: both ids.
    Connected(String, String),
}

/// The nearest attribute of what an event hit.
fn hit(event: &PointerEvent, attribute: &str) -> Option<String> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    element.closest(&format!("[{attribute}]")).ok()??.get_attribute(attribute)
}

/// A button goes down.
pub(super) fn down(
    event: &PointerEvent,
    scene: Memo<Arc<Scene>>,
    drag: RwSignal<Drag>,
    lens: Lens,
    on_drag: Option<Callback<Option<String>>>,
) {
    if event.button() != 0 {
        return;
    }
    lens.capture(event.pointer_id());
    let pod = hit(event, "data-handle").and_then(|key| {
        let id = scene.with_untracked(|scene| scene.group(&key).map(|group| group.id.clone()))?;
        Some((key, id))
    });
    match pod {
        Some((from, id)) => {
            if let Some(on_drag) = on_drag {
                on_drag.run(Some(id.clone()));
            }
            drag.set(Drag::Connect { from, id, at: lens.in_picture(event) });
        }
        None => drag.set(Drag::Press { start: lens.in_panel(event), key: hit(event, "data-key") }),
    }
}

/// The pointer moves.
pub(super) fn moved(
    event: &PointerEvent,
    scene: Memo<Arc<Scene>>,
    drag: RwSignal<Drag>,
    focused: RwSignal<Option<String>>,
    lens: Lens,
) {
    let here = lens.in_panel(event);
    match drag.get_untracked() {
        Drag::None | Drag::Hover { .. } => {
            let key = hit(event, "data-handle").or_else(|| hit(event, "data-key"));
            let pod = |key: &String| {
                scene.with_untracked(|scene| scene.group(key).is_some_and(|group| group.kind == Kind::Pod))
            };
            let next = key.filter(pod).map_or(Drag::None, |key| Drag::Hover { key });
            if drag.with_untracked(|drag| *drag != next) {
                drag.set(next);
            }
        }
        Drag::Press { start, .. } if far(start, here) => {
            lens.pan(here.x - start.x, here.y - start.y);
            drag.set(Drag::Pan { last: here });
        }
        Drag::Press { .. } => {}
        Drag::Pan { last } => {
            lens.pan(here.x - last.x, here.y - last.y);
            drag.set(Drag::Pan { last: here });
        }
        Drag::Connect { from, id, .. } => {
            let at = lens.in_picture(event);
            let over = scene.with_untracked(|scene| under(scene, at));
            if focused.with_untracked(|focused| *focused != over) {
                focused.set(over);
            }
            drag.set(Drag::Connect { from, id, at });
        }
    }
}

/// The button goes up.
pub(super) fn up(
    event: &PointerEvent,
    scene: Memo<Arc<Scene>>,
    drag: RwSignal<Drag>,
    lens: Lens,
    on_drag: Option<Callback<Option<String>>>,
) -> Option<Done> {
    let done = match drag.get_untracked() {
        Drag::Press { key, .. } => key.map(Done::Chosen),
        Drag::Connect { id, .. } => scene.with_untracked(|scene| {
            let key = under(scene, lens.in_picture(event))?;
            let group = scene.group(&key).filter(|group| group.kind != Kind::Lane && group.id != id)?;
            Some(Done::Connected(id, group.id.clone()))
        }),
        _ => None,
    };
    end(drag, on_drag);
    done
}

/// A gesture ends, whatever it was.
pub(super) fn end(drag: RwSignal<Drag>, on_drag: Option<Callback<Option<String>>>) {
    if let (Drag::Connect { .. }, Some(on_drag)) = (drag.get_untracked(), on_drag) {
        on_drag.run(None);
    }
    drag.set(Drag::None);
}
