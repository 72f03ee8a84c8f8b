//! Brings a scene into the page's SVG: only what changed is touched, so hover and identity survive updates.

use super::model::Scene;
use super::svg;
use std::collections::BTreeMap;
use web_sys::Element;

const SVG: &str = "http://www.w3.org/2000/svg";

struct Drawn {
    element: Element,
    class: String,
    transform: Option<String>,
    inner: String,
}

/// What stands in an SVG group now.
pub struct Painter {
    layer: Element,
    drawn: BTreeMap<String, Drawn>,
    order: Vec<String>,
}

impl Painter {
    /// A painter of an empty group.
    pub fn new(layer: Element) -> Self {
        Painter { layer, drawn: BTreeMap::new(), order: Vec::new() }
    }

    /// Makes the page show a scene.
    pub fn paint(&mut self, scene: &Scene) {
        let order: Vec<String> = scene.groups.iter().map(|group| group.key.clone()).collect();
        let mut gone = std::mem::take(&mut self.drawn);
        for group in &scene.groups {
            let (class, transform, inner) = (svg::class(group), svg::transform(group), svg::inner(group));
            let Some(mut drawn) = gone.remove(&group.key).or_else(|| self.created(&group.key)) else {
                continue;
            };
            if drawn.class != class {
                let _ = drawn.element.set_attribute("class", &class);
                drawn.class = class;
            }
            if drawn.transform != transform {
                let _ = drawn.element.set_attribute("transform", transform.as_deref().unwrap_or(""));
                drawn.transform = transform;
            }
            if drawn.inner != inner {
                drawn.element.set_inner_html(&inner);
                drawn.inner = inner;
            }
            self.drawn.insert(group.key.clone(), drawn);
        }
        for drawn in gone.into_values() {
            drawn.element.remove();
        }
        if order != self.order {
            for drawn in order.iter().filter_map(|key| self.drawn.get(key)) {
                let _ = self.layer.append_child(&drawn.element);
            }
            self.order = order;
        }
    }

    fn created(&self, key: &str) -> Option<Drawn> {
        let element = self.layer.owner_document()?.create_element_ns(Some(SVG), "g").ok()?;
        element.set_attribute("data-key", key).ok()?;
        Some(Drawn { element, class: String::new(), transform: None, inner: String::new() })
    }
}
