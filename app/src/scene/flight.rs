//! A flow's dot: the way it travels, for how long, and how it ends. Flights are drawn slowly; numbers are true.

use super::edges::{DROP, Strand};
use super::geometry::{Point, Rect, at, clipped, length, point, simplified};
use super::glyph::Glyph;
use super::model::Scene;
use podyard_engine::session::{FlowView, Verdict};
use std::collections::BTreeMap;

/// Wall-clock milliseconds a hop takes.
pub const HOP: f64 = 200.0;
/// No flight takes longer.
pub const LONGEST: f64 = 800.0;
/// How long an ending is shown.
pub const ENDING: f64 = 300.0;

/// A dot on its way. Times are milliseconds since it started.
#[derive(Clone, Debug, PartialEq)]
pub struct Flight {
    /// The way.
    pub points: Vec<Point>,
    /// The mark it flies with.
    pub glyph: Glyph,
    /// How it ends.
    pub verdict: Verdict,
    /// When it arrives (or turns).
    pub there: f64,
    /// When it is over.
    pub over: f64,
}

/// A dot, as drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Where.
    pub at: Point,
    /// Its shape.
    pub shape: Shape,
    /// 0 invisible, 1 full.
    pub strength: f64,
}

/// The shapes a dot takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// On its way.
    Disc,
    /// Arrived: shrinks into the pod.
    Sinking,
    /// Lost.
    Ring,
    /// On its way back from a node.
    Square,
    /// On its way back from a pod.
    Triangle,
    /// On its way back from DNS.
    Question,
    /// Stopped without a route.
    Cross,
    /// Depends on the plugin.
    Half,
    /// Undecided: two at once.
    Two,
}

/// From a box's edge at `edge` to a pod's side at `side`: through the aisle above the pod when other pods stand between.
fn aisle(pod: Rect, side: f64, edge: f64) -> Vec<Point> {
    let middle = pod.center().y;
    let toward_edge = if edge < side { -4.0 } else { 4.0 };
    let mut way = Vec::new();
    if (edge - side).abs() > 40.0 {
        way.push(point(edge - 2.5 * toward_edge, pod.y - 4.0));
        way.push(point(side + toward_edge, pod.y - 4.0));
        way.push(point(side + toward_edge, middle));
    }
    way.push(point(side, middle));
    way
}

impl Flight {
    /// The flight of a flow; `None` when the picture has no strand for it.
    pub fn of(flow: &FlowView, scene: &Scene) -> Option<Flight> {
        let of_call = |strand: &&Strand| strand.calls.contains(&flow.call);
        let mine = |strand: &&Strand| of_call(strand) && strand.verdict == flow.verdict;
        let strand = scene.strands.iter().filter(mine).find(|strand| !strand.leg);
        let strand = strand.or_else(|| scene.strands.iter().filter(of_call).find(|strand| !strand.leg))?;
        let mut points = Vec::new();
        let leg = scene
            .strands
            .iter()
            .find(|it| it.leg && it.calls == strand.calls && it.verdict == strand.verdict);
        let first = leg.unwrap_or(strand).points.first().copied().unwrap_or_default();
        if let Some(pod) = scene.places.get(&flow.from) {
            points.extend(aisle(*pod, pod.right(), first.x).into_iter().rev());
        }
        points.extend(leg.iter().flat_map(|leg| leg.points.iter().copied()));
        points.extend(strand.points.iter().copied());
        let mut hops = 1.0 + if leg.is_some() { 1.0 } else { 0.0 };
        match flow.verdict {
            Verdict::Dropped => points = clipped(&points, (length(&points) - DROP).max(8.0)),
            Verdict::Forwarded | Verdict::Refused => {
                if let Some(pod) = flow.to.as_ref().and_then(|id| scene.places.get(id)) {
                    if flow.verdict == Verdict::Forwarded {
                        points.extend(aisle(*pod, pod.x, points.last().map_or(pod.x, |door| door.x)));
                    }
                    hops += 1.0;
                }
            }
            _ => {}
        }
        let there = (hops * HOP).min(LONGEST);
        let back = match flow.verdict {
            Verdict::Rejected | Verdict::Refused | Verdict::Unresolved => there,
            _ => ENDING,
        };
        Some(Flight {
            points: simplified(&points),
            glyph: Glyph::of(flow.verdict, flow.plugin),
            verdict: flow.verdict,
            there,
            over: there + back,
        })
    }

    /// The dot at a time, if it is to be seen.
    pub fn dot(&self, elapsed: f64) -> Option<Dot> {
        if elapsed < 0.0 || elapsed >= self.over || self.points.is_empty() {
            return None;
        }
        let whole = length(&self.points);
        if elapsed < self.there {
            let here = at(&self.points, whole * elapsed / self.there);
            let shape = if self.glyph == Glyph::Plugin { Shape::Half } else { Shape::Disc };
            return Some(Dot { at: here, shape, strength: 1.0 });
        }
        let share = (elapsed - self.there) / (self.over - self.there);
        let end = at(&self.points, whole);
        let back = at(&self.points, whole * (1.0 - share));
        Some(match self.verdict {
            Verdict::Forwarded => Dot { at: end, shape: Shape::Sinking, strength: 1.0 - share },
            Verdict::Dropped => {
                Dot { at: point(end.x, end.y + 8.0 * share), shape: Shape::Ring, strength: 1.0 - share }
            }
            Verdict::Rejected => Dot { at: back, shape: Shape::Square, strength: 1.0 },
            Verdict::Refused => Dot { at: back, shape: Shape::Triangle, strength: 1.0 },
            Verdict::Unresolved => Dot { at: back, shape: Shape::Question, strength: 1.0 },
            Verdict::Unroutable => Dot { at: end, shape: Shape::Cross, strength: 1.0 - share },
            Verdict::Ambiguous => Dot { at: end, shape: Shape::Two, strength: 1.0 - share },
        })
    }
}

/// Decides which flows of a busy strand get a dot: up to 20 a second each one does, above it one in 10, 100, 1,000.
#[derive(Clone, Debug, Default)]
pub struct Thinner {
    /// Flows since the last dot, per call and verdict.
    owed: BTreeMap<(String, Verdict), u32>,
}

impl Thinner {
    /// The flows that get a dot, each with the number of connections it stands for. `seconds` is how long they took to come.
    pub fn thin<'a>(&mut self, flows: &'a [FlowView], seconds: f64) -> Vec<(&'a FlowView, u32)> {
        let mut counts: BTreeMap<(&str, Verdict), u32> = BTreeMap::new();
        for flow in flows {
            *counts.entry((&flow.call, flow.verdict)).or_default() += 1;
        }
        let mut out = Vec::new();
        for flow in flows {
            let count = counts.get(&(flow.call.as_str(), flow.verdict)).copied().unwrap_or(1);
            let each = stands_for(f64::from(count) / seconds.max(0.05));
            let owed = self.owed.entry((flow.call.clone(), flow.verdict)).or_default();
            *owed += 1;
            if *owed >= each {
                *owed = 0;
                out.push((flow, each));
            }
        }
        out
    }
}

/// Connections one dot stands for, at a rate per second.
pub fn stands_for(rate: f64) -> u32 {
    match rate {
        it if it <= 20.0 => 1,
        it if it <= 200.0 => 10,
        it if it <= 2_000.0 => 100,
        _ => 1_000,
    }
}

/// A dot's radius, by what it stands for.
pub fn radius(stands_for: u32) -> f64 {
    match stands_for {
        0..=1 => 3.0,
        2..=10 => 4.0,
        11..=100 => 5.0,
        _ => 6.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{build::build, view::View, worlds};
    use super::*;

    fn flow(call: &str, from: &str, to: Option<&str>, verdict: Verdict) -> FlowView {
        FlowView {
            id: 1,
            start: 0,
            end: 0,
            call: call.into(),
            from: from.into(),
            service: None,
            to: to.map(str::to_owned),
            target: String::new(),
            verdict,
            plugin: false,
            reason: String::new(),
            at: None,
        }
    }

    #[test]
    fn an_answered_dot_goes_from_pod_to_pod_and_sinks() {
        let world = worlds::corner_shop();
        let scene = build(&world, &View::default());
        let (from, to) = (&world.workloads[1].pods[0].id, &world.workloads[2].pods[0].id);
        let flight = Flight::of(&flow(&world.calls[2].id, from, Some(to), Verdict::Forwarded), &scene)
            .expect("a flight");
        let pod = scene.places[to];
        assert_eq!(flight.points.last(), Some(&point(pod.x, pod.center().y)));
        assert_eq!(flight.points.first().map(|it| it.x), Some(scene.places[from].right()));
        assert!(
            flight.there <= LONGEST
                && flight.dot(flight.there + 1.0).is_some_and(|it| it.shape == Shape::Sinking)
        );
        assert_eq!(flight.dot(flight.over), None);
    }

    #[test]
    fn a_dot_to_a_pod_of_the_second_column_covers_no_other_pod() {
        let world = worlds::scaled(6);
        let scene = build(&world, &View::default());
        let (from, to) = (&world.workloads[0].pods[0].id, &world.workloads[1].pods[5].id);
        let one = flow(&world.calls[1].id, from, Some(to), Verdict::Forwarded);
        let flight = Flight::of(&one, &scene).expect("a flight");
        for pair in flight.points.windows(2) {
            let line = Rect::of_segment(pair[0], pair[1]);
            let pods = world.workloads[1].pods.iter().filter_map(|pod| scene.places.get(&pod.id));
            assert!(pods.clone().all(|pod| !pod.grown(-1.0).overlaps(&line.grown(0.1))), "{pair:?}");
        }
    }

    #[test]
    fn a_visitor_comes_straight_through_the_gate() {
        let world = worlds::corner_shop();
        let scene = build(&world, &View::default());
        let to = &world.workloads[0].pods[0].id;
        let one = flow(&world.calls[0].id, "outside", Some(to), Verdict::Forwarded);
        let flight = Flight::of(&one, &scene).expect("a flight");
        let pill = scene.places["outside"];
        assert_eq!(flight.points.first(), Some(&point(pill.right(), pill.center().y)));
        assert!(flight.points.windows(2).all(|pair| pair[1].x >= pair[0].x), "{:?}", flight.points);
        assert_eq!(flight.there, 600.0, "to the gate, to the door, to the pod");
    }

    #[test]
    fn a_dropped_dot_stops_short_of_the_door_and_nothing_comes_back() {
        let world = worlds::corner_shop();
        let scene = build(&world, &View::default());
        let from = &world.workloads[3].pods[0].id;
        let flight =
            Flight::of(&flow(&world.calls[3].id, from, None, Verdict::Dropped), &scene).expect("a flight");
        let door = scene.places["Service/shop/db"];
        let last = flight.dot(flight.over - 1.0).expect("a ring");
        assert_eq!(last.shape, Shape::Ring);
        assert!(last.at.x <= door.x - 16.0 && last.strength < 0.1);
    }

    #[test]
    fn refusals_come_back_in_their_own_shape() {
        let mut world = worlds::corner_shop();
        for (verdict, shape) in [(Verdict::Rejected, Shape::Square), (Verdict::Refused, Shape::Triangle)] {
            world.calls[3].verdicts = vec![(verdict, 1)];
            let scene = build(&world, &View::default());
            let from = &world.workloads[3].pods[0].id;
            let flight =
                Flight::of(&flow(&world.calls[3].id, from, None, verdict), &scene).expect("a flight");
            let back = flight.dot(flight.over - 1.0).expect("a dot");
            assert_eq!(back.shape, shape);
            assert!((back.at.x - flight.points[0].x).abs() < 10.0, "it is nearly home: {back:?}");
        }
    }

    #[test]
    fn busy_strands_show_one_dot_for_many() {
        let flows: Vec<FlowView> = (0..25).map(|_| flow("a>b", "a", None, Verdict::Forwarded)).collect();
        let mut thinner = Thinner::default();
        assert_eq!(thinner.thin(&flows[..2], 0.1).iter().map(|it| it.1).collect::<Vec<_>>(), [1, 1]);
        let dots: Vec<u32> = thinner.thin(&flows, 0.2).iter().map(|it| it.1).collect();
        assert_eq!(dots, [10, 10], "25 flows at 125 a second are two dots, and five are owed");
        assert_eq!(thinner.thin(&flows[..5], 0.04).len(), 1, "none is lost");
    }
}
