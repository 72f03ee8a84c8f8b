//! A pod as a card or a cell: state by line and word, never by colour.

use super::build::text;
use super::geometry::rect;
use super::layout::{CELL, Level, OwnerBox, POD};
use super::model::{Group, Kind, Scene, Shape};
use super::text::{Face, fit, width};
use podyard_engine::session::{PodPhase, PodView, WorkloadView};
use std::collections::BTreeSet;

/// Draws a workload's pods in their slots; who waits for an answer that does not come wears a ring.
pub(super) fn pods(scene: &mut Scene, workload: &WorkloadView, owner: &OwnerBox, waiting: &BTreeSet<String>) {
    for pod in &workload.pods {
        let Some(place) = owner.slots.get(pod.slot as usize) else { continue };
        let waits = waiting.contains(&workload.id);
        let shapes = if owner.level == Level::Card { card(pod, waits) } else { cell(pod) };
        let (class, word) = state(pod);
        let node = pod.node.as_deref().unwrap_or("no node");
        scene.groups.push(Group {
            key: format!("pod:{}", pod.id),
            id: pod.id.clone(),
            kind: Kind::Pod,
            at: *place,
            class: format!("{class} {}", if owner.level == Level::Card { "card" } else { "cell" }),
            name: format!("Pod {}, {}, {node}", pod.name, if word.is_empty() { "ready" } else { word }),
            shapes,
        });
    }
}

/// Class and word of a pod's state; a ready pod says nothing.
fn state(pod: &PodView) -> (&'static str, &'static str) {
    match pod.phase {
        PodPhase::Ready => ("ready", ""),
        PodPhase::NotReady => ("not-ready", "not ready"),
        PodPhase::Pending => ("pending", "pending"),
        PodPhase::CrashLoop => ("crash", "↻ crashing"),
        PodPhase::Terminating => ("ending", "ending"),
        PodPhase::Succeeded => ("done", "done"),
        PodPhase::Failed => ("crash", "failed"),
    }
}

/// `node-2` as `n2`.
fn badge(node: &str) -> String {
    let part = node.rsplit(['-', '.']).next().unwrap_or(node);
    if part.chars().all(|letter| letter.is_ascii_digit()) {
        format!("n{part}")
    } else {
        fit(part, 34.0, Face::Tag, 1).concat()
    }
}

fn outline(pod: &PodView, w: f64, h: f64, radius: f64) -> Vec<Shape> {
    let mut shapes = vec![Shape::Rect { at: rect(0.0, 0.0, w, h), radius, class: "outline" }];
    if pod.phase == PodPhase::Terminating {
        shapes.push(Shape::Rect {
            at: rect(2.5, 2.5, w - 5.0, h - 5.0),
            radius: (radius - 2.0).max(0.0),
            class: "inner",
        });
    }
    if matches!(pod.phase, PodPhase::CrashLoop | PodPhase::Failed) {
        let (a, b) = (w - 12.0_f64.min(w / 2.0), 7.0_f64.min(h / 2.0));
        let middle = (a + w) / 2.0;
        shapes.push(Shape::Path { d: format!("M{a} -1L{middle} {b}L{w} -1"), class: "nick" });
    }
    let (arm, reach) = if w > 40.0 { (4.0, 4.5) } else { (3.0, 3.0) };
    if !pod.isolated_ingress.is_empty() {
        let x = -reach;
        shapes.push(Shape::Path { d: format!("M{} 0H{x}V{h}H{}", x + arm, x + arm), class: "bracket" });
    }
    if !pod.isolated_egress.is_empty() {
        let x = w + reach;
        shapes.push(Shape::Path { d: format!("M{} 0H{x}V{h}H{}", x - arm, x - arm), class: "bracket" });
    }
    shapes
}

fn card(pod: &PodView, waits: bool) -> Vec<Shape> {
    let (w, h) = POD;
    let mut shapes = outline(pod, w, h, 4.0);
    let listening: Vec<u16> = pod.containers.iter().flat_map(|it| it.ports.iter().copied()).collect();
    for nth in 0..listening.len().min(3) {
        let y = h / 2.0 + (nth as f64 - (listening.len().min(3) - 1) as f64 / 2.0) * 9.0;
        shapes.push(Shape::Rect { at: rect(-2.0, y - 3.0, 4.0, 6.0), radius: 0.0, class: "notch" });
    }
    let (_, word) = state(pod);
    let badge = pod.node.as_deref().map(badge).unwrap_or_default();
    let lines = fit(&pod.short, w - 16.0, Face::Code, if word.is_empty() { 2 } else { 1 });
    for (line, name) in lines.iter().enumerate() {
        let last = line == 1;
        let room = w - 22.0 - width(&badge, Face::Tag);
        let name = if last { fit(name, room, Face::Code, 1).concat() } else { name.clone() };
        shapes.push(text(9.0, 16.5 + 15.0 * line as f64, "t-code", name));
    }
    let below = match (word, listening.first()) {
        ("", Some(port)) if lines.len() == 1 => format!(":{port}"),
        ("", _) => String::new(),
        (word, _) => word.to_owned(),
    };
    if !below.is_empty() {
        let class = if word.is_empty() { "t-tag ink-2" } else { "t-tag" };
        shapes.push(text(9.0, 31.5, class, below));
    }
    shapes.push(text(w - 8.0, 31.5, "t-tag ink-2 end", badge));
    if waits {
        shapes
            .push(Shape::Path { d: format!("M{0} 6a5.5 5.5 0 1 1 -0.01 0Z", w - 13.5), class: "ring-track" });
        shapes.push(Shape::Path { d: format!("M{0} 6a5.5 5.5 0 0 1 5.5 5.5", w - 13.5), class: "ring" });
    }
    shapes
}

fn cell(pod: &PodView) -> Vec<Shape> {
    let (size, _) = CELL;
    let mut shapes = outline(pod, size, size, 3.0);
    if pod.phase == PodPhase::Ready {
        shapes.push(Shape::Rect { at: rect(5.0, 5.0, 6.0, 6.0), radius: 1.0, class: "up" });
    }
    shapes
}
