//! How the user likes the page: remembered in the browser, one key each, so that one bad value costs one preference.

use super::storage;
use crate::scene::geometry;
use leptos::prelude::*;

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As stored and as the `data-theme` attribute says.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
    fn from_name(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// A movable edge between two panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Right of the editor.
    Editor,
    /// Left of the inspector.
    Inspector,
    /// Above the drawer.
    Drawer,
}

impl Edge {
    /// Least, usual and greatest size of the panel, in CSS pixels (ux.md §4).
    pub fn bounds(self) -> (f64, f64, f64) {
        match self {
            Self::Editor => (280.0, 340.0, 560.0),
            Self::Inspector => (280.0, 320.0, 480.0),
            Self::Drawer => (120.0, 240.0, 480.0),
        }
    }
    /// The custom property that style sheets read the size from.
    pub fn property(self) -> &'static str {
        match self {
            Self::Editor => "--editor-size",
            Self::Inspector => "--inspector-size",
            Self::Drawer => "--drawer-size",
        }
    }
    fn key(self) -> &'static str {
        match self {
            Self::Editor => "podyard.size.editor",
            Self::Inspector => "podyard.size.inspector",
            Self::Drawer => "podyard.size.drawer",
        }
    }
}

/// The preferences.
#[derive(Clone, Copy)]
pub struct Prefs {
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    /// Virtual seconds per second.
    pub speed: RwSignal<f64>,
    /// Single keys act.
    pub keys: RwSignal<bool>,
    editor: RwSignal<Option<f64>>,
    inspector: RwSignal<Option<f64>>,
    drawer: RwSignal<Option<f64>>,
}

impl Prefs {
    /// As remembered; kept up to date from here on.
    pub fn load() -> Self {
        let number =
            |key: &str| storage::get(key).map(|text| js_sys::parse_float(&text)).filter(|it| it.is_finite());
        let size = |edge: Edge| {
            let (least, _, most) = edge.bounds();
            RwSignal::new(number(edge.key()).map(|size| size.clamp(least, most)))
        };
        let theme = storage::get("podyard.theme").unwrap_or_default();
        let speed = number("podyard.speed").filter(|s| super::clock::SPEEDS.contains(s)).unwrap_or(1.0);
        let prefs = Self {
            theme: RwSignal::new(Theme::from_name(&theme)),
            speed: RwSignal::new(speed),
            keys: RwSignal::new(storage::get("podyard.keys").as_deref() != Some("off")),
            editor: size(Edge::Editor),
            inspector: size(Edge::Inspector),
            drawer: size(Edge::Drawer),
        };
        Effect::new(move || {
            let name = prefs.theme.get().name();
            if let Some(root) = document().document_element() {
                // `system` is no value of the style sheets: the media query decides then.
                let _ = root.set_attribute("data-theme", name);
            }
            storage::remember("podyard.theme", name);
        });
        Effect::new(move || storage::remember("podyard.speed", &super::clock::speed_name(prefs.speed.get())));
        Effect::new(move || storage::remember("podyard.keys", if prefs.keys.get() { "on" } else { "off" }));
        prefs
    }

    /// The size the user gave a panel; the style sheet's own when `None`.
    pub fn size(&self, edge: Edge) -> RwSignal<Option<f64>> {
        match edge {
            Edge::Editor => self.editor,
            Edge::Inspector => self.inspector,
            Edge::Drawer => self.drawer,
        }
    }

    /// Gives a panel a size within its bounds; `None` resets it.
    pub fn resize(&self, edge: Edge, size: Option<f64>) {
        let (least, _, most) = edge.bounds();
        let size = size.map(|size| size.clamp(least, most));
        self.size(edge).set(size);
        storage::remember(edge.key(), &size.map(geometry::number).unwrap_or_default());
    }
}
