//! Strands: one per (source → door) and verdict, right-angled in the channels between columns.

use super::geometry::{Point, Rect, clipped, length, point, rect, simplified};
use super::glyph::{Glyph, badness};
use super::layout::{COLUMN_GAP, LANE_TITLE, Layout, Level, folded_title};
use super::text::{Face, width};
use super::tiers::Tiers;
use super::units::{HOST, OUTSIDE, Units};
use podyard_engine::session::{CallView, Verdict, WorldView};
use std::collections::BTreeMap;

/// How far before the door a dropped strand's solid part ends; four dots and a gap follow.
pub const DROP: f64 = 40.0;
/// Length of the stub of a connection without a route.
const STUB: f64 = 24.0;

/// A drawn connection: all calls of one source to one door that end alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Strand {
    /// `from>to:Verdict`; with `@` the leg from the outside to a gate.
    pub id: String,
    /// The source's id.
    pub from: String,
    /// The target's id.
    pub to: String,
    /// The calls it stands for.
    pub calls: Vec<String>,
    /// How they end.
    pub verdict: Verdict,
    /// The answer depends on the network plugin.
    pub plugin: bool,
    /// Connections (over every source pod and endpoint).
    pub count: u32,
    /// One short sentence.
    pub reason: String,
    /// The way to the door (or pod, or DNS line).
    pub points: Vec<Point>,
    /// Verdict glyph, with its word where there is room.
    pub label: Option<Label>,
    /// Leads only to a gate: the verdict shows behind it.
    pub leg: bool,
}

/// A strand's mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// Where.
    pub rect: Rect,
    /// The word is written.
    pub word: bool,
}

impl Strand {
    /// The solid part.
    pub fn solid(&self) -> Vec<Point> {
        match self.verdict {
            Verdict::Dropped if !self.leg => clipped(&self.points, (length(&self.points) - DROP).max(8.0)),
            _ => self.points.clone(),
        }
    }
    /// Its mark.
    pub fn glyph(&self) -> Glyph {
        Glyph::of(self.verdict, self.plugin)
    }
}

/// A strand before its channels are chosen.
struct Draft {
    strand: Strand,
    exit: Point,
    entry: Point,
    /// Channel left of this column takes the first and the last vertical.
    gaps: (usize, usize),
    /// Height of the run across columns.
    run: Option<f64>,
    /// x of the verticals, by track.
    keys: (String, String),
}

/// Draws the calls of a world.
pub fn strands(world: &WorldView, units: &Units, tiers: &Tiers, layout: &Layout) -> Vec<Strand> {
    let mut router = Router {
        world,
        units,
        tiers,
        layout,
        runs: Vec::new(),
        entries: BTreeMap::new(),
        exits: BTreeMap::new(),
    };
    let mut drafts: Vec<Draft> = Vec::new();
    for strand in gathered(world) {
        router.draft(strand, &mut drafts);
    }
    let tracks = router.tracks(&drafts);
    let mut strands: Vec<Strand> = drafts
        .into_iter()
        .map(|draft| {
            let mut strand = draft.strand;
            if strand.points.is_empty() {
                let first = tracks.get(&(draft.gaps.0, draft.keys.0)).copied().unwrap_or(draft.exit.x + 12.0);
                let last = tracks.get(&(draft.gaps.1, draft.keys.1)).copied().unwrap_or(draft.entry.x - 12.0);
                let (exit, entry) = (draft.exit, draft.entry);
                strand.points = match draft.run {
                    None => simplified(&[exit, point(first, exit.y), point(first, entry.y), entry]),
                    Some(run) => simplified(&[
                        exit,
                        point(first, exit.y),
                        point(first, run),
                        point(last, run),
                        point(last, entry.y),
                        entry,
                    ]),
                };
            }
            strand
        })
        .collect();
    label(&mut strands, layout);
    strands
}

/// One strand per source, target and verdict; the worst first among equals.
fn gathered(world: &WorldView) -> Vec<Strand> {
    let mut strands: Vec<Strand> = Vec::new();
    let mut index: BTreeMap<(&str, &str, Verdict), usize> = BTreeMap::new();
    for call in &world.calls {
        let none = [(Verdict::Forwarded, 0)];
        let verdicts: &[(Verdict, u32)] = if call.verdicts.is_empty() { &none } else { &call.verdicts };
        for &(verdict, count) in verdicts {
            let at = *index.entry((&call.from, &call.to, verdict)).or_insert_with(|| {
                strands.push(started(call, verdict));
                strands.len() - 1
            });
            let strand = &mut strands[at];
            strand.calls.push(call.id.clone());
            strand.count += count;
            strand.plugin |= call.plugin;
        }
    }
    strands
}

fn started(call: &CallView, verdict: Verdict) -> Strand {
    Strand {
        id: format!("{}>{}:{verdict:?}", call.from, call.to),
        from: call.from.clone(),
        to: call.to.clone(),
        calls: Vec::new(),
        verdict,
        plugin: false,
        count: 0,
        reason: call.reason.clone(),
        points: Vec::new(),
        label: None,
        leg: false,
    }
}

/// A piece of a strand in a channel: top, bottom, where it comes from, whether it goes down.
type Vertical = (f64, f64, f64, bool);

struct Router<'a> {
    world: &'a WorldView,
    units: &'a Units,
    tiers: &'a Tiers,
    layout: &'a Layout,
    /// Runs across columns taken so far: (height, left, right).
    runs: Vec<(f64, f64, f64)>,
    /// Failing strands that arrive at a door so far: above and below its forwarded ones.
    entries: BTreeMap<String, (u32, u32)>,
    /// Failing strands that leave an owner so far.
    exits: BTreeMap<String, u32>,
}

impl Router<'_> {
    /// Finds where a strand leaves, arrives and crosses. What cannot be placed (its end is folded) is left out.
    fn draft(&mut self, mut strand: Strand, drafts: &mut Vec<Draft>) {
        let Some((mut exit, gap)) = self.exit(&strand) else { return };
        let fails = strand.verdict != Verdict::Forwarded;
        if let Some(gate) = self.gate(&strand) {
            let mut leg = strand.clone();
            leg.id.push('@');
            leg.leg = true;
            let entry = point(gate.x, gate.center().y);
            let middle = (exit.x + entry.x) / 2.0 - 6.0;
            leg.points = simplified(&[exit, point(middle, exit.y), point(middle, entry.y), entry]);
            drafts.push(Draft {
                strand: leg,
                exit,
                entry,
                gaps: (0, 0),
                run: None,
                keys: Default::default(),
            });
            exit = point(gate.right(), gate.center().y);
        } else if fails {
            let nth = self.exits.entry(strand.from.clone()).or_default();
            *nth += 1;
            exit.y += 14.0 * f64::from(*nth);
        }
        if strand.verdict == Verdict::Unroutable {
            strand.points = vec![exit, point(exit.x + STUB, exit.y)];
            drafts.push(Draft {
                strand,
                exit,
                entry: exit,
                gaps: (gap, gap),
                run: None,
                keys: Default::default(),
            });
            return;
        }
        if strand.verdict == Verdict::Unresolved {
            let to = self.name_server(exit);
            let key = format!("!{}", strand.id);
            let keys = (key.clone(), key);
            match to {
                Some(entry) => {
                    drafts.push(Draft { strand, exit, entry, gaps: (gap, gap), run: Some(entry.y), keys })
                }
                None => {
                    strand.points = vec![exit, point(exit.x + STUB, exit.y)];
                    drafts.push(Draft { strand, exit, entry: exit, gaps: (gap, gap), run: None, keys });
                }
            }
            return;
        }
        let Some((entry, target_gap, backwards)) = self.entry(&strand, exit) else { return };
        let run = self.run(exit, entry, gap, target_gap, backwards);
        let last = if fails { format!("!{}", strand.id) } else { format!(">{}", strand.to) };
        let first = match (run, fails) {
            (Some(_), false) => format!("<{}", strand.from),
            _ => last.clone(),
        };
        let keys = (first, last);
        drafts.push(Draft { strand, exit, entry, gaps: (gap, target_gap), run, keys });
    }

    /// Where a strand leaves its source, and the channel it leaves into.
    fn exit(&self, strand: &Strand) -> Option<(Point, usize)> {
        if strand.from == OUTSIDE {
            let pill = self.layout.outside?;
            return Some((point(pill.right(), pill.center().y), 0));
        }
        let unit = self.layout.units.get(*self.units.by_object.get(&strand.from)?)?;
        let owner =
            unit.owners.iter().find(|owner| self.world.workloads[owner.workload].id == strand.from)?;
        Some((owner.exit(), unit.column + 1))
    }

    /// The gate a strand from outside passes.
    fn gate(&self, strand: &Strand) -> Option<Rect> {
        let gate = |gate: &&super::layout::GateBox| self.world.services[gate.service].id == strand.to;
        (strand.from == OUTSIDE).then(|| self.layout.gates.iter().find(gate))?.map(|gate| gate.rect)
    }

    /// The line of the folded namespace that holds DNS.
    fn name_server(&self, exit: Point) -> Option<Point> {
        let folded = self.layout.lanes.iter().find(|lane| lane.folded)?;
        let words = width(&folded_title(self.world, folded.namespace), Face::Title);
        let x = folded.rect.x + 32.0 + words;
        (x < exit.x).then(|| point(x, folded.rect.center().y)).or(Some(point(exit.x + STUB, folded.rect.y)))
    }

    /// Where a strand arrives, the channel before it, and whether it runs backwards.
    fn entry(&mut self, strand: &Strand, exit: Point) -> Option<(Point, usize, bool)> {
        if strand.to.starts_with(HOST) {
            let at = self.units.hosts.iter().position(|host| *host == strand.to)?;
            let pill = self.layout.hosts.get(at)?;
            return Some((point(pill.x, pill.center().y), self.tiers.columns, false));
        }
        let at = *self.units.by_object.get(&strand.to)?;
        let unit = self.layout.units.get(at)?;
        let door = unit.doors.iter().find(|door| self.world.services[door.service].id == strand.to);
        let owner = unit.owners.iter().find(|owner| self.world.workloads[owner.workload].id == strand.to);
        let mut entry = match (door, owner) {
            (Some(door), _) => door.entry,
            (None, Some(owner)) => point(owner.rect.x, owner.rect.y + 14.0),
            (None, None) => return None,
        };
        if strand.verdict == Verdict::Refused
            && let Some(pod) = unit
                .owners
                .iter()
                .find(|owner| owner.level == Level::Card)
                .and_then(|owner| owner.slots.first())
        {
            let nth = self.entries.entry(strand.to.clone()).or_default();
            nth.1 += 1;
            entry = point(pod.x, pod.center().y);
        } else if strand.verdict != Verdict::Forwarded {
            let nth = self.entries.entry(strand.to.clone()).or_default();
            if exit.y < entry.y - 1.0 {
                nth.0 += 1;
                entry.y -= 7.0 + 14.0 * f64::from(nth.0);
            } else {
                nth.1 += 1;
                entry.y += 7.0 + 14.0 * f64::from(nth.1);
            }
        }
        let source = self.units.by_object.get(&strand.from).and_then(|unit| self.layout.units.get(*unit));
        let backwards = source.is_some_and(|source| source.column >= unit.column);
        Some((entry, unit.column, backwards))
    }

    /// The height of the run between two channels that are not the same one.
    fn run(&mut self, exit: Point, entry: Point, from: usize, to: usize, backwards: bool) -> Option<f64> {
        if from == to {
            return None;
        }
        let (left, right) = (from.min(to), from.max(to));
        let span = (self.channel(left).0, self.channel(right).1);
        let wanted = match backwards {
            false => exit.y,
            true => {
                let lane = self.layout.lanes.iter().rfind(|lane| lane.rect.y <= exit.y)?;
                lane.rect.bottom() - 10.0
            }
        };
        let blocked: Vec<(f64, f64)> = self
            .layout
            .units
            .iter()
            .filter(|unit| unit.column >= left && unit.column < right)
            .map(|unit| (unit.rect.y - 4.0, unit.rect.bottom() + 6.0))
            .chain(self.layout.lanes.iter().map(|lane| (lane.rect.y, lane.rect.y + LANE_TITLE)))
            .chain(self.layout.lanes.first().map(|lane| (f64::NEG_INFINITY, lane.rect.y + 1.0)))
            .chain(
                self.runs
                    .iter()
                    .filter(|run| run.1 < span.1 && span.0 < run.2)
                    .map(|run| (run.0 - 7.0, run.0 + 7.0)),
            )
            .collect();
        let height = nearest_free(&blocked, wanted, (exit.y + entry.y) / 2.0);
        self.runs.push((height, span.0, span.1));
        Some(height)
    }

    /// Left and right edge of the channel before a column.
    fn channel(&self, gap: usize) -> (f64, f64) {
        match (self.layout.columns.get(gap), gap.checked_sub(1).and_then(|at| self.layout.columns.get(at))) {
            (Some((x, _)), Some(before)) => (before.0 + before.1, *x),
            (Some((x, _)), None) => (x - 40.0, *x),
            (None, Some((x, wide))) => (x + wide, x + wide + COLUMN_GAP / 2.0),
            (None, None) => (0.0, COLUMN_GAP),
        }
    }

    /// The x of every vertical, by channel and key: failing ones left, then such that few cross; no two overlap.
    fn tracks(&self, drafts: &[Draft]) -> BTreeMap<(usize, String), f64> {
        let mut wanted: BTreeMap<(usize, String), Vertical> = BTreeMap::new();
        let mut want = |gap: usize, key: &str, from: f64, to: f64| {
            let entry =
                wanted.entry((gap, key.to_owned())).or_insert((from.min(to), from.max(to), from, to > from));
            entry.0 = entry.0.min(from.min(to));
            entry.1 = entry.1.max(from.max(to));
        };
        for draft in drafts.iter().filter(|draft| draft.strand.points.is_empty()) {
            match draft.run {
                None => want(draft.gaps.0, &draft.keys.0, draft.exit.y, draft.entry.y),
                Some(run) if draft.strand.verdict == Verdict::Unresolved => {
                    want(draft.gaps.0, &draft.keys.0, draft.exit.y, run);
                }
                Some(run) => {
                    want(draft.gaps.0, &draft.keys.0, draft.exit.y, run);
                    want(draft.gaps.1, &draft.keys.1, run, draft.entry.y);
                }
            }
        }
        let mut by_gap: BTreeMap<usize, Vec<(String, Vertical)>> = BTreeMap::new();
        for ((gap, key), span) in wanted {
            if span.1 - span.0 > 0.5 {
                by_gap.entry(gap).or_default().push((key, span));
            }
        }
        let mut out = BTreeMap::new();
        for (gap, mut keys) in by_gap {
            keys.sort_by(|(a_key, a), (b_key, b)| {
                let rank = |key: &str, span: &Vertical| {
                    (!key.starts_with('!'), span.3, if span.3 { -span.2 } else { span.2 })
                };
                rank(a_key, a).partial_cmp(&rank(b_key, b)).unwrap_or(std::cmp::Ordering::Equal)
            });
            let mut tracks: Vec<Vec<(f64, f64)>> = Vec::new();
            let mut chosen = Vec::new();
            for (key, span) in &keys {
                let free = |track: &Vec<(f64, f64)>| {
                    track.iter().all(|(top, bottom)| span.1 + 8.0 < *top || *bottom < span.0 - 8.0)
                };
                let at = tracks.iter().position(free).unwrap_or_else(|| {
                    tracks.push(Vec::new());
                    tracks.len() - 1
                });
                tracks[at].push((span.0, span.1));
                chosen.push((key.clone(), at));
            }
            let (mut left, right) = self.channel(gap);
            let stub = |draft: &Draft| draft.strand.verdict == Verdict::Unroutable && draft.gaps.0 == gap;
            if drafts.iter().any(stub) {
                left += STUB;
            }
            let step = ((right - left - 22.0) / (tracks.len() + 1) as f64).min(16.0);
            out.extend(chosen.into_iter().map(|(key, at)| ((gap, key), left + step * (at + 1) as f64)));
        }
        out
    }
}

/// The free height nearest to `wanted`; of two as near, the one nearer to `then`.
fn nearest_free(blocked: &[(f64, f64)], wanted: f64, then: f64) -> f64 {
    let free = |y: f64| blocked.iter().all(|(top, bottom)| y <= *top || y >= *bottom);
    let edges = blocked.iter().flat_map(|(top, bottom)| [*top, *bottom]);
    let distance = |y: f64| ((y - wanted).abs() * 8.0).round() + (y - then).abs() / 1000.0;
    std::iter::once(wanted)
        .chain(edges)
        .filter(|y| free(*y))
        .min_by(|a, b| distance(*a).total_cmp(&distance(*b)))
        .unwrap_or(wanted)
}

/// Marks failing strands with glyph and word where they cross nothing, with the glyph alone where there is less room.
fn label(strands: &mut [Strand], layout: &Layout) {
    let mut taken: Vec<Rect> = layout.units.iter().map(|unit| unit.rect.grown(2.0)).collect();
    taken.extend(layout.lanes.iter().map(|lane| rect(lane.rect.x, lane.rect.y, 200.0, 24.0)));
    taken.extend(layout.gates.iter().map(|gate| gate.extent));
    taken.extend(layout.hosts.iter().chain(&layout.outside));
    taken.extend(layout.lanes.iter().filter(|lane| lane.folded).map(|lane| lane.rect));
    taken.extend(strands.iter().filter_map(|strand| {
        let end = strand
            .points
            .last()
            .filter(|_| matches!(strand.verdict, Verdict::Rejected | Verdict::Refused))?;
        Some(rect(end.x - 30.0, end.y - 8.0, 30.0, 16.0))
    }));
    let lines: Vec<Vec<Rect>> = strands
        .iter()
        .map(|strand| {
            strand.points.windows(2).map(|pair| Rect::of_segment(pair[0], pair[1]).grown(2.0)).collect()
        })
        .collect();
    for (at, lines_here) in lines.iter().enumerate() {
        if strands[at].leg || badness(strands[at].verdict) == 0 && !strands[at].plugin {
            continue;
        }
        let strand = &strands[at];
        let wide = 26.0 + width(strand.glyph().word(), Face::Label);
        let others =
            || lines.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, lines)| lines);
        let free = |place: &Rect| {
            place.x > 0.0
                && place.right() < layout.size.0
                && !taken.iter().any(|box_| box_.overlaps(place))
                && !others().any(|line| line.overlaps(place))
        };
        let beside = |place: &Rect| free(place) && !lines_here.iter().any(|line| line.overlaps(place));
        let after = strand.points.last().filter(|_| strand.verdict == Verdict::Unroutable);
        let after = after.map(|end| rect(end.x + 4.0, end.y - 9.0, 20.0, 18.0)).filter(|place| free(place));
        strands[at].label = after
            .map(|rect| Label { rect, word: false })
            .or_else(|| places(&strand.solid(), wide, true, &free, &beside))
            .or_else(|| places(&strand.solid(), 20.0, false, &free, &beside));
        taken.extend(strands[at].label.map(|label| label.rect));
    }
}

/// The first free place of a width: in the line of a level segment (the longest first), else beside one.
fn places(
    solid: &[Point],
    wide: f64,
    word: bool,
    free: &dyn Fn(&Rect) -> bool,
    beside: &dyn Fn(&Rect) -> bool,
) -> Option<Label> {
    let mut segments: Vec<Rect> = solid.windows(2).map(|pair| Rect::of_segment(pair[0], pair[1])).collect();
    segments.sort_by(|a, b| (b.w + b.h).total_cmp(&(a.w + a.h)));
    let level = segments.iter().filter(|segment| segment.h == 0.0);
    let within = level.clone().filter(|segment| segment.w >= wide + 12.0).flat_map(|segment| {
        let spare = segment.w - wide;
        [0.5, 0.25, 0.75].map(|share| rect(segment.x + spare * share, segment.y - 9.0, wide, 18.0))
    });
    if let Some(place) = within.into_iter().find(|place| free(place)) {
        return Some(Label { rect: place, word });
    }
    let near = level.flat_map(|segment| {
        let x = segment.center().x - wide / 2.0;
        [rect(x, segment.y + 5.0, wide, 18.0), rect(x, segment.y - 23.0, wide, 18.0)]
    });
    let upright =
        segments.iter().filter(|segment| segment.w == 0.0 && segment.h > 24.0).flat_map(|segment| {
            let y = segment.center().y - 9.0;
            [rect(segment.x + 5.0, y, wide, 18.0), rect(segment.x - 5.0 - wide, y, wide, 18.0)]
        });
    near.chain(upright).find(|place| beside(place)).map(|rect| Label { rect, word })
}
