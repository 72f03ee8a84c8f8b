//! Draws flights on a canvas over the picture. No frame is asked for unless something flies.

use super::flight::{Dot, Flight, Shape, radius};
use super::geometry::{Point, number};
use super::glyph::Family;
use super::view::Camera;
use leptos::prelude::request_animation_frame;
use std::cell::RefCell;
use std::f64::consts::{FRAC_PI_2, TAU};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// More dots than this are not drawn at once.
const MOST: usize = 2_000;

struct Flying {
    start: f64,
    flight: Flight,
    radius: f64,
}

struct State {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    camera: Camera,
    flying: Vec<Flying>,
    colours: [String; 5],
    asked: bool,
}

/// The canvas and what flies over it.
#[derive(Clone)]
pub struct Packets(Rc<RefCell<State>>);

impl Packets {
    /// Takes a canvas over.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
        let state = State {
            canvas,
            context,
            camera: Camera::default(),
            flying: Vec::new(),
            colours: Default::default(),
            asked: false,
        };
        Some(Packets(Rc::new(RefCell::new(state))))
    }

    /// Shows the same part of the picture as the drawing.
    pub fn look(&self, camera: Camera) {
        self.0.borrow_mut().camera = camera;
    }

    /// Starts a flight `delay` milliseconds from now. With reduced motion nothing flies.
    pub fn launch(&self, flight: Flight, stands_for: u32, delay: f64) {
        if still() {
            return;
        }
        let mut state = self.0.borrow_mut();
        if state.flying.len() < MOST {
            state.flying.push(Flying { start: now() + delay, flight, radius: radius(stands_for) });
        }
        if !std::mem::replace(&mut state.asked, true) {
            state.read_colours();
            drop(state);
            self.ask();
        }
    }

    /// Nothing flies any more.
    pub fn clear(&self) {
        self.0.borrow_mut().flying.clear();
    }

    fn ask(&self) {
        let packets = self.clone();
        request_animation_frame(move || {
            let mut state = packets.0.borrow_mut();
            let more = state.draw(now());
            state.asked = more;
            drop(state);
            if more {
                packets.ask();
            }
        });
    }
}

/// Wall-clock milliseconds.
pub fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// The visitor wants nothing to move.
pub fn still() -> bool {
    let query =
        web_sys::window().and_then(|it| it.match_media("(prefers-reduced-motion: reduce)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

impl State {
    /// The theme's colours; read when flights begin, so that a change of theme shows with the next ones.
    fn read_colours(&mut self) {
        let style =
            web_sys::window().and_then(|window| window.get_computed_style(&self.canvas).ok().flatten());
        let Some(style) = style else { return };
        self.colours = Family::ALL.map(|family| {
            let value = style.get_property_value(&format!("--{}", family.class())).unwrap_or_default();
            value.trim().to_owned()
        });
    }

    /// Draws a frame; says whether another is needed.
    fn draw(&mut self, now: f64) -> bool {
        let density = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let size = (
            f64::from(self.canvas.client_width()) * density,
            f64::from(self.canvas.client_height()) * density,
        );
        if (self.canvas.width(), self.canvas.height()) != (size.0 as u32, size.1 as u32) {
            self.canvas.set_width(size.0 as u32);
            self.canvas.set_height(size.1 as u32);
        }
        self.context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).unwrap_or_default();
        self.context.clear_rect(0.0, 0.0, size.0, size.1);
        self.context.set_transform(density, 0.0, 0.0, density, 0.0, 0.0).unwrap_or_default();
        self.flying.retain(|it| now - it.start < it.flight.over);
        for flying in &self.flying {
            if let Some(dot) = flying.flight.dot(now - flying.start) {
                let family =
                    Family::ALL.iter().position(|it| *it == flying.flight.glyph.family()).unwrap_or(0);
                self.dot(dot, flying.radius * self.camera.zoom.clamp(0.4, 1.5), &self.colours[family]);
            }
        }
        !self.flying.is_empty()
    }

    fn dot(&self, dot: Dot, r: f64, colour: &str) {
        let Point { x, y } = self.camera.to_panel(dot.at);
        let pen = &self.context;
        pen.set_global_alpha(dot.strength);
        pen.set_fill_style_str(colour);
        pen.set_stroke_style_str(colour);
        pen.set_line_width(1.75);
        pen.begin_path();
        let round = |x: f64, r: f64| pen.arc(x, y, r, 0.0, TAU).unwrap_or_default();
        match dot.shape {
            Shape::Disc => round(x, r),
            Shape::Sinking => round(x, r * dot.strength),
            Shape::Ring => round(x, r + 0.5),
            Shape::Square => pen.rect(x - r, y - r, 2.0 * r, 2.0 * r),
            Shape::Triangle => {
                pen.move_to(x - r - 1.0, y);
                pen.line_to(x + r, y - r - 1.0);
                pen.line_to(x + r, y + r + 1.0);
                pen.close_path();
            }
            Shape::Cross => {
                pen.move_to(x - r, y + r);
                pen.line_to(x + r, y - r);
            }
            Shape::Half => pen.arc(x, y, r, FRAC_PI_2, 3.0 * FRAC_PI_2).unwrap_or_default(),
            Shape::Two => {
                round(x - r, r);
                pen.move_to(x + 2.0 * r, y);
                round(x + r, r);
            }
            Shape::Question => {
                pen.set_font(&format!("600 {}px system-ui, sans-serif", number(4.0 * r)));
                pen.set_text_align("center");
                pen.set_text_baseline("middle");
                pen.fill_text("?", x, y).unwrap_or_default();
            }
        }
        match dot.shape {
            Shape::Ring | Shape::Cross | Shape::Two => pen.stroke(),
            Shape::Half => {
                pen.fill();
                pen.begin_path();
                round(x, r);
                pen.stroke();
            }
            _ => pen.fill(),
        }
        pen.set_global_alpha(1.0);
    }
}
