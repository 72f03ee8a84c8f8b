//! The picture's camera as a signal. It moves only on a visitor's command, and to keep the selected thing in place.

use crate::scene::geometry::{Point, Rect, point};
use crate::scene::model::Scene;
use crate::scene::view::Camera;
use leptos::ev::WheelEvent;
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MouseEvent, ResizeObserver};

/// The camera, the panel's size and whether the visitor has taken the camera over.
#[derive(Clone, Copy)]
pub(super) struct Lens {
    host: NodeRef<Div>,
    camera: RwSignal<Camera>,
    panel: RwSignal<(f64, f64)>,
    picture: RwSignal<(f64, f64)>,
    taken: RwSignal<bool>,
}

impl Lens {
    /// A camera that sees as much of the picture as can be read, for as long as nobody moves it.
    pub(super) fn new(host: NodeRef<Div>) -> Self {
        let lens = Lens {
            host,
            camera: RwSignal::new(Camera::default()),
            panel: RwSignal::new((0.0, 0.0)),
            picture: RwSignal::new((0.0, 0.0)),
            taken: RwSignal::new(false),
        };
        let observer = StoredValue::new_local(None::<ResizeObserver>);
        Effect::new(move |_| {
            let Some(host) = host.get() else { return };
            let element: web_sys::Element = (*host).clone().into();
            let measured = element.clone();
            let measure = move || {
                let place = measured.get_bounding_client_rect();
                lens.panel.set((place.width(), place.height()));
            };
            measure();
            let seen = Closure::<dyn FnMut()>::new(measure).into_js_value();
            if let Ok(new) = ResizeObserver::new(seen.unchecked_ref()) {
                new.observe(&element);
                observer.set_value(Some(new));
            }
        });
        on_cleanup(move || {
            if let Some(observer) = observer.try_update_value(Option::take).flatten() {
                observer.disconnect();
            }
        });
        Effect::new(move |_| {
            let (picture, panel) = (lens.picture.get(), lens.panel.get());
            if !lens.taken.get() {
                lens.camera.set(Camera::opening(picture, panel));
            }
        });
        lens
    }

    /// Learns the picture's size from the scene; what is selected keeps its place on the screen.
    pub(super) fn follow(self, scene: Memo<Arc<Scene>>, selection: RwSignal<Option<String>>) {
        Effect::new(move |before: Option<Option<(String, Rect)>>| {
            let scene = scene.get();
            self.picture.set(scene.size);
            let selected = selection.get_untracked();
            let now = selected.and_then(|id| Some((id.clone(), *scene.places.get(&id)?)));
            if let (Some((id, was)), Some((same, is))) = (before.flatten(), &now)
                && id == *same
                && was != *is
                && self.taken.get_untracked()
            {
                self.camera.update(|camera| *camera = camera.following(was, *is));
            }
            now
        });
    }

    /// The camera, tracked.
    pub(super) fn camera(self) -> Camera {
        self.camera.get()
    }

    /// The camera now.
    pub(super) fn camera_now(self) -> Camera {
        self.camera.get_untracked()
    }

    /// The SVG's `viewBox`.
    pub(super) fn view_box(self) -> String {
        let panel = self.panel.get();
        self.camera.get().view_box(if panel.0 > 0.0 { panel } else { (800.0, 600.0) })
    }

    /// Moves the picture by panel pixels.
    pub(super) fn pan(self, dx: f64, dy: f64) {
        self.taken.set(true);
        self.camera.update(|camera| *camera = camera.panned(dx, dy));
    }

    /// Zooms about the panel's middle.
    pub(super) fn zoom(self, by: f64) {
        let panel = self.panel.get_untracked();
        self.zoom_at(by, point(panel.0 / 2.0, panel.1 / 2.0));
    }

    /// The whole picture again.
    pub(super) fn fit(self) {
        self.taken.set(true);
        self.camera.set(Camera::fit(self.picture.get_untracked(), self.panel.get_untracked()));
    }

    /// Brings a thing into view, moving no more than needed.
    pub(super) fn reveal(self, at: Rect) {
        let (camera, panel) = (self.camera.get_untracked(), self.panel.get_untracked());
        let (low, high) =
            (camera.to_panel(point(at.x, at.y)), camera.to_panel(point(at.right(), at.bottom())));
        let shift = |low: f64, high: f64, room: f64| {
            if low < 16.0 { 16.0 - low } else { (room - 16.0 - high).min(0.0).max(16.0 - low) }
        };
        let (dx, dy) = (shift(low.x, high.x, panel.0), shift(low.y, high.y, panel.1));
        if dx != 0.0 || dy != 0.0 {
            self.pan(dx, dy);
        }
    }

    /// Wheel: zoom where the pointer is; with Shift, sideways.
    pub(super) fn wheel(self, event: &WheelEvent) {
        event.prevent_default();
        let unit = if event.delta_mode() == 0 { 1.0 } else { 16.0 };
        if event.shift_key() {
            self.pan(-(event.delta_x() + event.delta_y()) * unit, 0.0);
            return;
        }
        let turned = (event.delta_y() * unit).clamp(-200.0, 200.0);
        self.zoom_at(js_sys::Math::pow(2.0, -turned / 400.0), self.in_panel(event));
    }

    /// Where an event happened, in the panel.
    pub(super) fn in_panel(self, event: &MouseEvent) -> Point {
        let place = self.host.get_untracked().map(|host| host.get_bounding_client_rect());
        let corner = place.map_or(point(0.0, 0.0), |place| point(place.left(), place.top()));
        point(f64::from(event.client_x()) - corner.x, f64::from(event.client_y()) - corner.y)
    }

    /// Where an event happened, in the picture.
    pub(super) fn in_picture(self, event: &MouseEvent) -> Point {
        self.camera.get_untracked().to_picture(self.in_panel(event))
    }

    /// Sends the moves and the end of a gesture to the panel, wherever the pointer goes.
    pub(super) fn capture(self, pointer: i32) {
        if let Some(host) = self.host.get_untracked() {
            let _ = host.set_pointer_capture(pointer);
        }
    }

    fn zoom_at(self, by: f64, at: Point) {
        self.taken.set(true);
        self.camera.update(|camera| *camera = camera.zoomed(by, at));
    }
}
