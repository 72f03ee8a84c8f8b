//! A strand as a group: its line, its end, its mark.

use super::build::{short, text};
use super::edges::{self, Strand};
use super::geometry::{Point, Rect, at, clipped, length, path_data, point, rect};
use super::model::{Group, Kind, Shape};
use podyard_engine::session::Verdict;

/// A strand's line and end. Every failure ends in its own way.
pub(super) fn strand_group(strand: &Strand) -> Group {
    let glyph = strand.glyph();
    let solid = strand.solid();
    let end = solid.last().copied().unwrap_or_default();
    let mut d: String =
        parted(&solid, strand.label.map(|it| it.rect)).iter().map(|part| path_data(part, 8.0)).collect();
    let mut shapes = vec![Shape::Path { d: path_data(&strand.points, 8.0), class: "reach" }];
    let last = strand.points.last().copied().unwrap_or_default();
    let from_right = strand.points.iter().rev().nth(1).is_some_and(|before| before.x > last.x);
    let arrow = |at: Point, back: bool, class: &'static str| {
        let side = if back != from_right { 7.0 } else { -7.0 };
        Shape::Path {
            d: format!("M{} {}L{} {}L{} {}", at.x + side, at.y - 4.5, at.x, at.y, at.x + side, at.y + 4.5),
            class,
        }
    };
    match strand.verdict {
        _ if strand.leg => {}
        Verdict::Dropped => {
            let reach = length(&strand.points);
            for (nth, class) in ["fade-1", "fade-2", "fade-3", "fade-4"].into_iter().enumerate() {
                let along = (reach - edges::DROP + 7.0 + 6.0 * nth as f64).max(0.0);
                shapes.push(Shape::Dot { at: at(&strand.points, along), radius: 1.75, class });
            }
        }
        Verdict::Forwarded => shapes.push(arrow(end, false, "head")),
        Verdict::Rejected => {
            shapes.push(Shape::Path { d: format!("M{} {}v14", end.x - 4.0, end.y - 7.0), class: "stop" });
            shapes.push(arrow(point(end.x - 18.0, end.y), true, "head"));
        }
        Verdict::Refused => shapes.push(arrow(point(end.x - 24.0, end.y), true, "head")),
        Verdict::Unroutable => {
            shapes.push(Shape::Path { d: format!("M{} {}l-8 12", end.x + 4.0, end.y - 6.0), class: "stop" });
        }
        Verdict::Unresolved => shapes.push(Shape::Dot { at: end, radius: 3.0, class: "end" }),
        Verdict::Ambiguous => {
            let above: Vec<Point> = solid.iter().map(|it| point(it.x + 1.5, it.y - 1.5)).collect();
            let below: Vec<Point> = solid.iter().map(|it| point(it.x - 1.5, it.y + 1.5)).collect();
            d = format!("{}{}", path_data(&above, 8.0), path_data(&below, 8.0));
        }
    }
    shapes.insert(1, Shape::Path { d, class: "line" });
    let count = if strand.count > 1 { format!(", {} connections", strand.count) } else { String::new() };
    let dash = match (strand.plugin, strand.verdict) {
        (true, _) => " plugin",
        (_, Verdict::Unresolved) => " dashed",
        (_, Verdict::Ambiguous) => " double",
        _ => "",
    };
    let reason = if strand.reason.is_empty() { String::new() } else { format!(". {}", strand.reason) };
    Group {
        key: format!("strand:{}", strand.id),
        id: strand.calls.first().cloned().unwrap_or_default(),
        kind: Kind::Strand,
        at: rect(0.0, 0.0, 0.0, 0.0),
        class: format!(
            "{}{}{dash}",
            glyph.class(),
            if strand.verdict == Verdict::Forwarded { "" } else { " fails" }
        ),
        name: format!("{} to {}: {}{count}{reason}", short(&strand.from), short(&strand.to), glyph.word()),
        shapes,
    }
}

/// A way without what lies in `hole`, when a level piece runs through it.
fn parted(points: &[Point], hole: Option<Rect>) -> Vec<Vec<Point>> {
    let mut along = 0.0;
    for pair in points.windows(2) {
        let step = length(pair);
        let line = Rect::of_segment(pair[0], pair[1]);
        if let Some(hole) = hole.filter(|hole| line.h == 0.0 && hole.overlaps(&line.grown(0.1))) {
            let near =
                (if pair[0].x < pair[1].x { hole.x - pair[0].x } else { pair[0].x - hole.right() }).max(0.0);
            return vec![
                clipped(points, along + near),
                after(points, (along + near + hole.w).min(along + step)),
            ];
        }
        along += step;
    }
    vec![points.to_vec()]
}

/// What comes after the first `skip` pixels.
fn after(points: &[Point], skip: f64) -> Vec<Point> {
    let whole = length(points);
    let mut back: Vec<Point> = points.iter().rev().copied().collect();
    back = clipped(&back, whole - skip);
    back.reverse();
    back
}

/// A failing strand's glyph and word.
pub(super) fn label_group(strand: &Strand) -> Option<Group> {
    let label = strand.label?;
    let glyph = strand.glyph();
    let h = label.rect.h;
    let mut shapes = vec![Shape::Glyph { at: point(3.0, h / 2.0 - 7.0), size: 14.0, glyph }];
    if label.word {
        shapes.push(text(20.0, h / 2.0 + 4.0, "t-tag verdict", glyph.word()));
    }
    Some(Group {
        key: format!("label:{}", strand.id),
        id: strand.calls.first().cloned().unwrap_or_default(),
        kind: Kind::Label,
        at: label.rect,
        class: glyph.class().into(),
        name: String::new(),
        shapes,
    })
}
