//! The cluster's picture: an SVG the pure scene is painted into, and a canvas for what flies over it.

mod camera;
mod pointer;

use crate::components::views::Plain;
use crate::panels::outline::{Outline, element_id};
use crate::scene::build::build;
use crate::scene::flight::{Flight, Thinner};
use crate::scene::geometry::{number, path_data};
use crate::scene::glyph::Glyph;
use crate::scene::model::{Group, Kind, Scene, Shape};
use crate::scene::packets::{Packets, now};
use crate::scene::paint::Painter;
use crate::scene::svg;
use crate::scene::view::{View, Walked, nearest};
use leptos::ev::KeyboardEvent;
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use leptos::svg::G;
use podyard_engine::session::{FlowsView, TargetsView, WalkView, WorldView};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use camera::Lens;
use pointer::Drag;

/// What the panel shows when nothing is there.
pub const EMPTY: &str = "Nothing here yet. Drop manifests, paste YAML, or start from a scenario.";

/// The living picture. It knows values and callbacks only.
#[component]
pub fn ClusterPanel(
    /// The world, once there is one.
    #[prop(into)]
    world: Signal<Option<Arc<WorldView>>>,
    /// Flows that started since the last update.
    flows: RwSignal<Arc<FlowsView>>,
    /// The selected thing's id.
    selection: RwSignal<Option<String>>,
    /// The walk on show; all else dims.
    #[prop(into)]
    walk: Signal<Option<Arc<WalkView>>>,
    /// Time runs.
    #[prop(into)]
    playing: Signal<bool>,
    /// Virtual seconds per second.
    speed: RwSignal<f64>,
    /// Only strands with this mark; the legend sets it.
    #[prop(optional, into)]
    filter: Signal<Option<Glyph>>,
    /// The outline is drawn too.
    #[prop(optional, into)]
    outlined: Signal<bool>,
    /// What the dragged pod can reach, while something is dragged.
    targets: RwSignal<Option<Arc<TargetsView>>>,
    /// Something was chosen: its id (an object's, `outside`, `host:…`, or a call's).
    on_select: Callback<String>,
    /// A connection was drawn from a pod to something: both ids.
    on_connect: Callback<(String, String)>,
    /// A drag from a pod began (its id) or ended.
    #[prop(optional)]
    on_drag: Option<Callback<Option<String>>>,
) -> impl IntoView {
    let host = NodeRef::<Div>::new();
    let layer = NodeRef::<G>::new();
    let canvas = NodeRef::<Canvas>::new();
    let focused = RwSignal::new(None::<String>);
    let open = RwSignal::new(std::collections::BTreeSet::<String>::new());
    let drag = RwSignal::new(Drag::None);
    let lens = Lens::new(host);

    let scene = Memo::new(move |_| {
        let view = View {
            selected: selection.get(),
            focused: focused.get(),
            filter: filter.get(),
            walk: walk.get().map(|walk| Walked::of(&walk)),
            open: open.get(),
        };
        let empty = WorldView::default();
        Arc::new(world.with(|world| build(world.as_deref().unwrap_or(&empty), &view)))
    });
    lens.follow(scene, selection);
    paint(layer, scene);
    fly(canvas, scene, flows, playing, speed, lens);

    let choose = move |group: &Group| {
        let system = group.kind == Kind::Lane && world.with(|world| is_system(world.as_deref(), &group.id));
        if system {
            let name = group.id.trim_start_matches("Namespace/").to_owned();
            open.update(|open| {
                if !open.remove(&name) {
                    open.insert(name);
                }
            });
        }
        selection.set(Some(group.id.clone()));
        on_select.run(group.id.clone());
    };
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let step = match event.key().as_str() {
            "ArrowLeft" => Some((-1.0, 0.0)),
            "ArrowRight" => Some((1.0, 0.0)),
            "ArrowUp" => Some((0.0, -1.0)),
            "ArrowDown" => Some((0.0, 1.0)),
            _ => None,
        };
        match (step, event.key().as_str()) {
            (Some((x, y)), _) if event.shift_key() => lens.pan(-64.0 * x, -64.0 * y),
            (Some(step), _) => {
                let next = scene.with(|scene| nearest(scene, focused.get_untracked().as_deref(), step));
                if let Some(next) = next {
                    focused.set(Some(next.clone()));
                    scene.with_untracked(|scene| scene.group(&next).map(|group| lens.reveal(group.at)));
                }
            }
            (None, "+") => lens.zoom(1.25),
            (None, "-") => lens.zoom(0.8),
            (None, "=") => lens.fit(),
            (None, "Enter") if !event.shift_key() => {
                let key = focused.get_untracked();
                scene.with_untracked(|scene| key.and_then(|key| scene.group(&key).map(choose)));
            }
            (None, "Escape") if drag.get_untracked() != Drag::None => {
                pointer::end(drag, on_drag);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let name = move || scene.with(|scene| scene.name.clone());
    let active = move || focused.get().map(|key| element_id(&key));
    let note = move || scene.with(|scene| scene.folded.clone());
    let over = move || {
        scene.with(|scene| overlay(scene, focused.get().as_deref(), &drag.get(), targets.get().as_deref()))
    };
    view! {
        <div class="cluster">
            <div
                class="cluster-host"
                class:panning=move || matches!(drag.get(), Drag::Pan { .. })
                id="picture"
                node_ref=host
                tabindex="0"
                role="group"
                aria-label=name
                aria-owns="outline"
                aria-activedescendant=active
                on:keydown=on_key
                on:wheel=move |event| lens.wheel(&event)
                on:pointerdown=move |event| pointer::down(&event, scene, drag, lens, on_drag)
                on:pointermove=move |event| pointer::moved(&event, scene, drag, focused, lens)
                on:pointerup=move |event| {
                    if let Some(done) = pointer::up(&event, scene, drag, lens, on_drag) {
                        match done {
                            pointer::Done::Chosen(key) => {
                                focused.set(Some(key.clone()));
                                scene.with_untracked(|scene| scene.group(&key).map(choose));
                            }
                            pointer::Done::Connected(from, to) => on_connect.run((from, to)),
                        }
                    }
                }
                on:pointercancel=move |_| pointer::end(drag, on_drag)
            >
                <svg class="picture" aria-hidden="true" viewBox=move || lens.view_box()>
                    <g node_ref=layer></g>
                    <g inner_html=over></g>
                </svg>
                <canvas class="cluster-packets" aria-hidden="true" node_ref=canvas></canvas>
            </div>
            {move || note().map(|note| view! { <p class="cluster-note">{note}</p> }).plain()}
            {move || scene.with(|scene| scene.empty).then(|| view! { <p class="cluster-empty">{EMPTY}</p> }).plain()}
            <Outline world=world selection=selection on_select=on_select visible=outlined />
        </div>
    }
}

fn is_system(world: Option<&WorldView>, id: &str) -> bool {
    let name = id.trim_start_matches("Namespace/");
    world.is_some_and(|world| world.namespaces.iter().any(|it| it.system && it.name == name))
}

/// Keeps the drawing equal to the scene.
fn paint(layer: NodeRef<G>, scene: Memo<Arc<Scene>>) {
    let painter = Rc::new(RefCell::new(None::<Painter>));
    Effect::new(move |_| {
        let Some(layer) = layer.get() else { return };
        let mut painter = painter.borrow_mut();
        let element: &web_sys::Element = layer.as_ref();
        painter.get_or_insert_with(|| Painter::new(element.clone())).paint(&scene.get());
    });
}

/// Starts a dot for every flow that comes in.
fn fly(
    canvas: NodeRef<Canvas>,
    scene: Memo<Arc<Scene>>,
    flows: RwSignal<Arc<FlowsView>>,
    playing: Signal<bool>,
    speed: RwSignal<f64>,
    lens: Lens,
) {
    let packets = Rc::new(RefCell::new(None::<Packets>));
    let moving = packets.clone();
    Effect::new(move |_| {
        let camera = lens.camera();
        if let Some(packets) = moving.borrow().as_ref() {
            packets.look(camera);
        }
    });
    let thinner = RefCell::new(Thinner::default());
    Effect::new(move |before: Option<f64>| {
        let flows = flows.get();
        let (time, Some(canvas)) = (now(), canvas.get()) else { return before.unwrap_or_default() };
        let mut packets = packets.borrow_mut();
        if packets.is_none() {
            *packets = Packets::new(canvas);
            if let Some(packets) = packets.as_ref() {
                packets.look(lens.camera_now());
            }
        }
        let Some(packets) = packets.as_ref() else { return time };
        let seconds = ((time - before.unwrap_or(time - 100.0)) / 1000.0).min(1.0);
        let speed = speed.get_untracked().max(0.001);
        let first = flows.flows.first().map_or(0, |flow| flow.start);
        let scene = scene.get_untracked();
        for (flow, stands_for) in thinner.borrow_mut().thin(&flows.flows, seconds) {
            let virtual_ms = flow.start.saturating_sub(first) as f64 / 1000.0;
            let delay = if playing.get_untracked() { (virtual_ms / speed).min(1000.0) } else { 0.0 };
            if let Some(flight) = Flight::of(flow, &scene) {
                packets.launch(flight, stands_for, delay);
            }
        }
        time
    });
}

/// What lies over the picture: the focus ring, a pod's handle, the line being drawn, verdicts of its possible targets.
fn overlay(scene: &Scene, focused: Option<&str>, drag: &Drag, targets: Option<&TargetsView>) -> String {
    let mut out = String::new();
    if let Some(group) = focused.and_then(|key| scene.group(key)).filter(|group| group.kind != Kind::Strand) {
        let ring = group.at.grown(3.0);
        out.push_str(&format!(
            "<rect class=\"focus\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
            number(ring.x),
            number(ring.y),
            number(ring.w),
            number(ring.h)
        ));
    }
    let handle = match drag {
        Drag::None | Drag::Hover { .. } => drag.hovered().or(focused),
        _ => None,
    };
    if let Some(pod) = handle.and_then(|key| scene.group(key)).filter(|group| group.kind == Kind::Pod) {
        let (x, y) = (number(pod.at.right()), number(pod.at.center().y));
        out.push_str(&format!(
            "<g class=\"handle\" data-handle=\"{}\"><circle class=\"grip\" cx=\"{x}\" cy=\"{y}\" r=\"12\"/><circle class=\"knob\" cx=\"{x}\" cy=\"{y}\" r=\"4.5\"/></g>",
            svg::escaped(&pod.key)
        ));
    }
    if let Drag::Connect { from, at, .. } = drag {
        if let Some(place) = scene.group(from).map(|group| group.at) {
            let start = crate::scene::geometry::point(place.right(), place.center().y);
            out.push_str(&format!("<path class=\"connect\" d=\"{}\"/>", path_data(&[start, *at], 0.0)));
        }
        for target in targets.iter().flat_map(|targets| &targets.targets) {
            if let Some(place) = scene.places.get(&target.id) {
                out.push_str(&target_mark(*place, Glyph::of(target.verdict, target.plugin)));
            }
        }
    }
    out
}

/// Glyph and word on a possible target.
fn target_mark(place: crate::scene::geometry::Rect, glyph: Glyph) -> String {
    use crate::scene::geometry::{point, rect};
    use crate::scene::text::{Face, width};
    let wide = 26.0 + width(glyph.word(), Face::Label);
    let group = Group {
        key: String::new(),
        id: String::new(),
        kind: Kind::Label,
        at: rect(place.center().x - wide / 2.0, place.center().y - 9.0, wide, 18.0),
        class: format!("target {}", glyph.class()),
        name: String::new(),
        shapes: vec![
            Shape::Rect { at: rect(0.0, 0.0, wide, 18.0), radius: 4.0, class: "plate" },
            Shape::Glyph { at: point(4.0, 2.0), size: 14.0, glyph },
            Shape::Text { at: point(22.0, 13.0), class: "t-tag verdict", text: glyph.word().into() },
        ],
    };
    let place = svg::transform(&group).unwrap_or_default();
    format!("<g class=\"{}\" transform=\"{place}\">{}</g>", svg::class(&group), svg::inner(&group))
}
