//! What the visitor has chosen: camera, selection, filter, walk.

use super::edges::Strand;
use super::geometry::{Point, Rect, distance, number, point, rect};
use super::glyph::Glyph;
use super::model::{Kind, Scene};
use podyard_engine::session::{HopState, WalkView};
use std::collections::{BTreeMap, BTreeSet};

/// What is drawn differently from the plain picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The id of the selected thing.
    pub selected: Option<String>,
    /// The key of the focused group.
    pub focused: Option<String>,
    /// Only strands with this mark; the rest is dimmed.
    pub filter: Option<Glyph>,
    /// The walked connection; the rest is dimmed.
    pub walk: Option<Walked>,
    /// System namespaces that are unfolded.
    pub open: BTreeSet<String>,
}

/// A walk, as far as the picture shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Walked {
    /// Source, Service, destination, and the objects of the hops reached.
    pub objects: BTreeSet<String>,
    /// The source's id.
    pub from: String,
    /// What was called: the Service, else the target.
    pub to: String,
    /// The object of the deciding hop.
    pub decided: Option<String>,
}

impl Walked {
    /// The marks of a walk.
    pub fn of(walk: &WalkView) -> Walked {
        let reached = walk.hops.iter().filter(|hop| hop.state != HopState::NotReached);
        let mut objects: BTreeSet<String> = reached.filter_map(|hop| hop.object.clone()).collect();
        objects.extend([walk.from.0.clone(), walk.to.0.clone()]);
        objects.extend(walk.service.clone().into_iter().chain(walk.destination.clone()));
        objects.remove("");
        Walked {
            objects,
            from: walk.from.0.clone(),
            to: walk.service.clone().unwrap_or_else(|| walk.to.0.clone()),
            decided: walk.hops.get(walk.decided).and_then(|hop| hop.object.clone()),
        }
    }
}

/// Adds the classes of selection, focus, filter and walk.
pub fn dress(scene: &mut Scene, view: &View) {
    let owners = if view.walk.is_some() { owners_of_pods(scene) } else { Vec::new() };
    let strands: BTreeMap<&str, &Strand> = scene.strands.iter().map(|it| (it.id.as_str(), it)).collect();
    for group in &mut scene.groups {
        let id = group.key.split_once(':').map(|(_, id)| id);
        let strand = id.filter(|_| matches!(group.kind, Kind::Strand | Kind::Label));
        let strand = strand.and_then(|id| strands.get(id).copied());
        let mut add = |class: &str| {
            group.class.push(' ');
            group.class.push_str(class);
        };
        if view.selected.as_deref() == Some(&group.id) && group.kind != Kind::Label {
            add("selected");
        }
        if view.focused.as_deref() == Some(&group.key) {
            add("focused");
        }
        if let Some(walk) = &view.walk {
            let from = |it: &str| {
                it == walk.from || owners.iter().any(|(pod, owner)| *pod == walk.from && owner == it)
            };
            let holds =
                |id: &str| owners.iter().any(|(pod, owner)| owner == id && walk.objects.contains(pod));
            let walked = match strand {
                Some(strand) => from(&strand.from) && strand.to == walk.to,
                None => walk.objects.contains(&group.id) || group.kind == Kind::Lane || holds(&group.id),
            };
            add(if walked { "walked" } else { "dim" });
            if walk.decided.as_deref() == Some(&group.id) && strand.is_none() {
                add("deciding");
            }
        } else if let (Some(filter), Some(strand)) = (view.filter, strand) {
            let wanted = match filter {
                Glyph::Plugin => strand.plugin,
                Glyph::Verdict(verdict) => strand.verdict == verdict,
            };
            if !wanted {
                add("dim");
            }
        }
    }
}

/// (pod, owner), by whose box the pod's card lies in.
fn owners_of_pods(scene: &Scene) -> Vec<(String, String)> {
    let mut owner = String::new();
    let mut out = Vec::new();
    for group in &scene.groups {
        match group.kind {
            Kind::Owner => owner.clone_from(&group.id),
            Kind::Pod => out.push((group.id.clone(), owner.clone())),
            _ => {}
        }
    }
    out
}

/// The group nearest to another in a direction (a unit step); from nowhere, the first.
pub fn nearest(scene: &Scene, from: Option<&str>, step: (f64, f64)) -> Option<String> {
    let things = || scene.groups.iter().filter(|group| group.kind.answers() && group.kind != Kind::Strand);
    let Some(here) = from.and_then(|key| scene.group(key)) else {
        return things().find(|group| group.kind != Kind::Lane).map(|group| group.key.clone());
    };
    let center = |at: &Rect, kind: Kind| {
        if kind == Kind::Lane { point(at.x + 24.0, at.y + 12.0) } else { at.center() }
    };
    let origin = center(&here.at, here.kind);
    let cost = |to: Point| {
        let along = (to.x - origin.x) * step.0 + (to.y - origin.y) * step.1;
        let aside = ((to.x - origin.x) * step.1).abs() + ((to.y - origin.y) * step.0).abs();
        (along > 4.0).then_some(along + 2.0 * aside)
    };
    things()
        .filter(|group| group.key != here.key)
        .filter_map(|group| Some((cost(center(&group.at, group.kind))?, group.key.clone())))
        .min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)))
        .map(|(_, key)| key)
}

/// What part of the picture the panel shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The picture's point in the panel's top left.
    pub origin: Point,
    /// Panel pixels per picture pixel.
    pub zoom: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Camera { origin: point(0.0, 0.0), zoom: 1.0 }
    }
}

/// Nearest and farthest.
pub const ZOOM: (f64, f64) = (0.1, 4.0);

/// The smallest zoom of the first view.
const READABLE: f64 = 0.6;

impl Camera {
    /// The whole picture, centred, at 100 % at most.
    pub fn fit(picture: (f64, f64), panel: (f64, f64)) -> Camera {
        if picture.0 <= 0.0 || picture.1 <= 0.0 || panel.0 <= 0.0 || panel.1 <= 0.0 {
            return Camera::default();
        }
        let zoom = (panel.0 / picture.0).min(panel.1 / picture.1).clamp(ZOOM.0, 1.0);
        let spare = |panel: f64, picture: f64| (panel / zoom - picture).max(0.0) / 2.0;
        Camera { origin: point(-spare(panel.0, picture.0), -spare(panel.1, picture.1)), zoom }
    }

    /// The first view: the whole picture, but never so small that names cannot be read; then its upper left part.
    pub fn opening(picture: (f64, f64), panel: (f64, f64)) -> Camera {
        let whole = Camera::fit(picture, panel);
        if whole.zoom >= READABLE {
            return whole;
        }
        let spare = |panel: f64, picture: f64| (panel / READABLE - picture).max(0.0) / 2.0;
        let origin = point(-spare(panel.0, picture.0), -spare(panel.1, picture.1));
        Camera { origin, zoom: READABLE }
    }

    /// Zooms by a factor so that the point under `at` (panel pixels) stays.
    pub fn zoomed(self, by: f64, at: Point) -> Camera {
        let zoom = (self.zoom * by).clamp(ZOOM.0, ZOOM.1);
        let here = self.to_picture(at);
        Camera { origin: point(here.x - at.x / zoom, here.y - at.y / zoom), zoom }
    }

    /// Moves the picture by panel pixels.
    pub fn panned(self, dx: f64, dy: f64) -> Camera {
        Camera { origin: point(self.origin.x - dx / self.zoom, self.origin.y - dy / self.zoom), ..self }
    }

    /// From panel to picture.
    pub fn to_picture(self, at: Point) -> Point {
        point(self.origin.x + at.x / self.zoom, self.origin.y + at.y / self.zoom)
    }

    /// From picture to panel.
    pub fn to_panel(self, at: Point) -> Point {
        point((at.x - self.origin.x) * self.zoom, (at.y - self.origin.y) * self.zoom)
    }

    /// Keeps a thing where it was on the screen though it moved in the picture.
    pub fn following(self, before: Rect, after: Rect) -> Camera {
        let (dx, dy) = (after.x - before.x, after.y - before.y);
        Camera { origin: point(self.origin.x + dx, self.origin.y + dy), ..self }
    }

    /// As `viewBox`, for a panel of a size.
    pub fn view_box(self, panel: (f64, f64)) -> String {
        let (x, y) = (self.origin.x, self.origin.y);
        [x, y, panel.0 / self.zoom, panel.1 / self.zoom].map(number).join(" ")
    }
}

/// The thing under a point of the picture: the smallest that holds it, lanes last.
pub fn under(scene: &Scene, at: Point) -> Option<String> {
    let probe = rect(at.x, at.y, 0.001, 0.001);
    let holds =
        scene.groups.iter().filter(|group| group.kind.answers() && group.at.grown(2.0).overlaps(&probe));
    holds.min_by(|a, b| (a.at.w * a.at.h).total_cmp(&(b.at.w * b.at.h))).map(|group| group.key.clone())
}

/// How far two points are apart; for telling a press from a drag.
pub fn moved(a: Point, b: Point) -> bool {
    distance(a, b) > 4.0
}

#[cfg(test)]
mod tests {
    use super::super::{build::build, worlds};
    use super::*;

    #[test]
    fn arrows_go_to_the_nearest_thing() {
        let scene = build(&worlds::corner_shop(), &View::default());
        let api = nearest(&scene, Some("owner:Deployment/shop/web"), (1.0, 0.0)).expect("something");
        assert!(api.contains("api"), "{api}");
        assert_eq!(nearest(&scene, Some("pill:outside"), (-1.0, 0.0)), None);
    }

    #[test]
    fn the_camera_keeps_what_is_under_the_pointer() {
        let camera = Camera::fit((800.0, 400.0), (400.0, 400.0));
        assert_eq!((camera.zoom, camera.origin.y), (0.5, -200.0));
        let tall = Camera::opening((800.0, 9000.0), (400.0, 400.0));
        assert_eq!((tall.zoom, tall.origin), (READABLE, point(0.0, 0.0)));
        let at = point(30.0, 90.0);
        let nearer = camera.zoomed(1.7, at);
        assert!(distance(camera.to_picture(at), nearer.to_picture(at)) < 1e-9);
    }

    #[test]
    fn a_filter_dims_other_strands_only() {
        use podyard_engine::session::Verdict;
        let view = View { filter: Some(Glyph::Verdict(Verdict::Dropped)), ..View::default() };
        let scene = build(&worlds::corner_shop(), &view);
        let dim =
            |kind: Kind| scene.groups.iter().filter(|it| it.kind == kind && it.class.contains("dim")).count();
        assert_eq!((dim(Kind::Strand), dim(Kind::Pod)), (4, 0));
    }
}
