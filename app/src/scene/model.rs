//! The render model: groups of shapes with classes and names, no colours.

use super::edges::Strand;
use super::geometry::{Point, Rect};
use super::glyph::Glyph;
use std::collections::BTreeMap;

/// What a group stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A namespace's lane.
    Lane,
    /// An owner's box.
    Owner,
    /// A front door, or a Service that selects nobody.
    Door,
    /// The frame outside clients enter by.
    Gate,
    /// The outside or an external name.
    Pill,
    /// A pod.
    Pod,
    /// A connection.
    Strand,
    /// A strand's mark.
    Label,
}

impl Kind {
    /// Its class.
    pub fn class(self) -> &'static str {
        match self {
            Kind::Lane => "lane",
            Kind::Owner => "owner",
            Kind::Door => "door",
            Kind::Gate => "gate",
            Kind::Pill => "pill",
            Kind::Pod => "pod",
            Kind::Strand => "strand",
            Kind::Label => "strand-label",
        }
    }
    /// It can be focused and selected.
    pub fn answers(self) -> bool {
        !matches!(self, Kind::Label)
    }
}

/// A shape, in its group's coordinates.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A rectangle.
    Rect {
        /// Place.
        at: Rect,
        /// Corner radius.
        radius: f64,
        /// Class.
        class: &'static str,
    },
    /// SVG path data.
    Path {
        /// The data.
        d: String,
        /// Class.
        class: &'static str,
    },
    /// A disc.
    Dot {
        /// Center.
        at: Point,
        /// Radius.
        radius: f64,
        /// Class.
        class: &'static str,
    },
    /// A line of text.
    Text {
        /// Baseline start (or end, or middle, by class).
        at: Point,
        /// Class: size, weight and anchor.
        class: &'static str,
        /// The words.
        text: String,
    },
    /// A verdict's mark.
    Glyph {
        /// Top left.
        at: Point,
        /// Size.
        size: f64,
        /// Which.
        glyph: Glyph,
    },
}

/// Shapes that move, react and are named together.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Unique in the scene, stable over time.
    pub key: String,
    /// The object (or strand) it stands for.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Its place.
    pub at: Rect,
    /// State classes beside the kind's.
    pub class: String,
    /// Its name for assistive technology and as tooltip.
    pub name: String,
    /// What is drawn.
    pub shapes: Vec<Shape>,
}

/// The picture, ready to be written or painted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Width and height at 100 %.
    pub size: (f64, f64),
    /// In painting order.
    pub groups: Vec<Group>,
    /// Strands with their ways.
    pub strands: Vec<Strand>,
    /// Places of pods, owners, doors and pills, by id; a Service's is its door.
    pub places: BTreeMap<String, Rect>,
    /// `Cluster picture: 7 pods, 1 connection gets no answer`.
    pub name: String,
    /// What is folded, counted in words.
    pub folded: Option<String>,
    /// Connections by mark, in the legend's order.
    pub legend: Vec<(Glyph, u32)>,
    /// No object at all.
    pub empty: bool,
}

impl Scene {
    /// A group by its key.
    pub fn group(&self, key: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.key == key)
    }
}
