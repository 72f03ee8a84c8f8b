//! Where everything stands: lanes (namespaces) × columns (call distance). A rule, not an optimisation: a position is
//! a function of the files alone, so an edit moves only what it concerns.

use super::geometry::{Point, Rect, point, rect};
use super::text::{Face, counted, fit, width};
use super::tiers::Tiers;
use super::units::{Unit, Units};
use podyard_engine::session::{ServiceView, WorkloadView, WorldView};

/// Around the whole picture.
pub const MARGIN: f64 = 16.0;
/// A unit's width with its pods in one column.
pub const UNIT: f64 = 128.0;
/// Between two columns; holds the strands.
pub const COLUMN_GAP: f64 = 64.0;
/// Between two units of a cell.
pub const UNIT_GAP: f64 = 24.0;
/// Inside a lane.
pub const LANE_PADDING: f64 = 12.0;
/// A lane's title line.
pub const LANE_TITLE: f64 = 24.0;
/// Between two lanes.
pub const LANE_GAP: f64 = 12.0;
/// A pod's card.
pub const POD: (f64, f64) = (96.0, 40.0);
/// Between two pods.
pub const POD_GAP: f64 = 8.0;
/// A pod as a cell, and between two cells.
pub const CELL: (f64, f64) = (16.0, 4.0);
/// Above a unit's box, for one door's name and address.
pub const HEADER: f64 = 32.0;
/// A front door's bar.
pub const DOOR: f64 = 6.0;
/// A gate's frame, and the column it stands in.
pub const GATE: (f64, f64) = (28.0, 48.0);
const GATE_COLUMN: f64 = 88.0;
/// The pill for the outside and for external names.
pub const PILL: (f64, f64) = (76.0, 28.0);
/// More labelled shapes than this and large units become summaries.
pub const MOST_SHAPES: usize = 600;
/// More pods than this and a unit shows cells.
pub const MOST_CARDS: usize = 8;

/// How finely a unit is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// One box for all pods.
    Unit = 1,
    /// A square per pod.
    Cell = 2,
    /// A card per pod.
    Card = 3,
}

/// A namespace's lane.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneBox {
    /// Index into [`WorldView::namespaces`].
    pub namespace: usize,
    /// Title line included.
    pub rect: Rect,
    /// Only its title line is drawn.
    pub folded: bool,
}

/// A front door.
#[derive(Clone, Debug, PartialEq)]
pub struct DoorBox {
    /// Index into [`WorldView::services`].
    pub service: usize,
    /// The bar.
    pub bar: Rect,
    /// Top left of its label.
    pub label: Point,
    /// Where strands arrive, on its left edge.
    pub entry: Point,
}

/// An owner's box.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnerBox {
    /// Index into [`WorldView::workloads`].
    pub workload: usize,
    /// The box.
    pub rect: Rect,
    /// How finely it is drawn.
    pub level: Level,
    /// Its name, line by line; none for a bare pod, whose card says it.
    pub title: Vec<String>,
    /// Kind and count follow the name on its line.
    pub one_line: bool,
    /// A rectangle per slot; empty at [`Level::Unit`].
    pub slots: Vec<Rect>,
}

impl OwnerBox {
    /// Where strands leave, and arrive when there is no door.
    pub fn exit(&self) -> Point {
        point(self.rect.right(), self.rect.y + 14.0)
    }
}

/// A unit's place.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitBox {
    /// Its column.
    pub column: usize,
    /// Header and boxes.
    pub rect: Rect,
    /// Outermost first.
    pub doors: Vec<DoorBox>,
    /// Top to bottom. Empty for a Service that selects nobody: then `rect` holds an empty box.
    pub owners: Vec<OwnerBox>,
}

/// A gate: the frame outside clients enter by.
#[derive(Clone, Debug, PartialEq)]
pub struct GateBox {
    /// Index into [`WorldView::services`].
    pub service: usize,
    /// The frame.
    pub rect: Rect,
    /// Its words included.
    pub extent: Rect,
}

/// Everything's place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Width and height of the picture.
    pub size: (f64, f64),
    /// Lanes, top to bottom.
    pub lanes: Vec<LaneBox>,
    /// In the order of [`Units::all`].
    pub units: Vec<UnitBox>,
    /// In the order of [`Units::gates`].
    pub gates: Vec<GateBox>,
    /// The outside.
    pub outside: Option<Rect>,
    /// In the order of [`Units::hosts`].
    pub hosts: Vec<Rect>,
    /// Left edge and width of each column.
    pub columns: Vec<(f64, f64)>,
    /// Pods drawn as part of a summary.
    pub folded_pods: usize,
}

impl Layout {
    /// Places a world's units.
    pub fn of(world: &WorldView, units: &Units, tiers: &Tiers) -> Layout {
        let levels = levels(world);
        let sizes: Vec<(f64, f64)> = units.all.iter().map(|unit| size(world, unit, &levels)).collect();
        let mut layout = Layout::default();
        let left = layout.place_columns(units, tiers, &sizes);
        layout.place_units(world, units, tiers, (&levels, &sizes), left);
        layout.place_gates(world, units, left);
        layout.place_pills(units, left);
        let visible =
            world.workloads.iter().zip(&levels).filter(|(it, _)| units.by_object.contains_key(&it.id));
        let folded = visible.filter(|(_, level)| **level == Level::Unit);
        layout.folded_pods = folded.map(|(workload, _)| workload.pods.len()).sum();
        layout
    }

    /// Sets `columns`; gives the left edge of the lanes.
    fn place_columns(&mut self, units: &Units, tiers: &Tiers, sizes: &[(f64, f64)]) -> f64 {
        let left = if units.outside { MARGIN + PILL.0 + 24.0 } else { MARGIN };
        let entry = if units.gates.is_empty() { 24.0 } else { GATE_COLUMN + 40.0 };
        let mut x = left + LANE_PADDING + entry;
        for column in 0..tiers.columns {
            let here = sizes.iter().zip(&tiers.column).filter(|(_, at)| **at == column);
            let wide = here.map(|((wide, _), _)| *wide).fold(UNIT, f64::max);
            self.columns.push((x, wide));
            x += wide + COLUMN_GAP;
        }
        left
    }

    fn place_units(
        &mut self,
        world: &WorldView,
        units: &Units,
        tiers: &Tiers,
        (levels, sizes): (&[Level], &[(f64, f64)]),
        left: f64,
    ) {
        let right = self.columns.last().map_or(left + 400.0, |(x, wide)| x + wide + COLUMN_GAP / 2.0);
        let mut y = MARGIN;
        for (lane, &namespace) in units.lanes.iter().enumerate() {
            let top_of_lane = y + LANE_TITLE + LANE_PADDING;
            let mut bottoms = vec![top_of_lane; tiers.columns];
            for (at, unit) in units.all.iter().enumerate().filter(|(_, unit)| unit.lane == lane) {
                let column = tiers.column[at];
                let bottom = &mut bottoms[column];
                let first = *bottom == top_of_lane;
                let top = if first { *bottom } else { *bottom + UNIT_GAP };
                let place = rect(self.columns[column].0, top, sizes[at].0, sizes[at].1);
                *bottom = place.bottom();
                self.units.push(unit_box(world, unit, levels, column, place));
            }
            let arcs = tiers.closing.iter().filter(|(from, _)| units.all[*from].lane == lane).count();
            let deepest = bottoms.into_iter().fold(y + LANE_TITLE + 24.0, f64::max);
            let bottom = deepest + LANE_PADDING + 10.0 * arcs as f64;
            self.lanes.push(LaneBox {
                namespace,
                rect: rect(left, y, right - left, bottom - y),
                folded: false,
            });
            y = bottom + LANE_GAP;
        }
        for &namespace in &units.folded {
            let line = rect(left, y, right - left, LANE_TITLE + 4.0);
            self.lanes.push(LaneBox { namespace, rect: line, folded: true });
            y = line.bottom() + LANE_GAP;
        }
        self.size = (right + MARGIN, y - LANE_GAP + MARGIN);
    }

    fn place_gates(&mut self, world: &WorldView, units: &Units, left: f64) {
        let x = left + LANE_PADDING + (GATE_COLUMN - GATE.0) / 2.0;
        let mut free = 0.0_f64;
        for &service in &units.gates {
            let door = units
                .by_object
                .get(&world.services[service].id)
                .and_then(|unit| self.units[*unit].doors.iter().find(|door| door.service == service));
            let Some(door) = door else { continue };
            let wanted = door.entry.y - GATE.1 / 2.0;
            let frame = rect(x, wanted.max(free), GATE.0, GATE.1);
            let extent = rect(left + LANE_PADDING, frame.y - 16.0, GATE_COLUMN, frame.h + 16.0 + 32.0);
            free = extent.bottom() + 24.0;
            self.gates.push(GateBox { service, rect: frame, extent });
            if let Some(lane) = self.lanes.iter().rposition(|lane| !lane.folded && lane.rect.y <= frame.y) {
                self.stretch(lane, extent.bottom() + LANE_PADDING);
            }
        }
    }

    /// Makes a lane reach down to `bottom`, pushing what stands below.
    fn stretch(&mut self, lane: usize, bottom: f64) {
        let more = bottom - self.lanes[lane].rect.bottom();
        if more <= 0.0 {
            return;
        }
        let edge = self.lanes[lane].rect.bottom();
        self.lanes[lane].rect.h += more;
        for below in self.lanes.iter_mut().skip(lane + 1) {
            below.rect.y += more;
        }
        for unit in self.units.iter_mut().filter(|unit| unit.rect.y > edge) {
            unit.shift(more);
        }
        self.size.1 += more;
    }

    fn place_pills(&mut self, units: &Units, left: f64) {
        if units.outside {
            let y = match (self.gates.first(), self.lanes.first()) {
                (Some(gate), _) => gate.rect.center().y,
                (None, Some(lane)) => lane.rect.y + LANE_TITLE + LANE_PADDING + HEADER + 14.0,
                (None, None) => MARGIN + PILL.1 / 2.0,
            };
            self.outside = Some(rect(left - 24.0 - PILL.0, y - PILL.1 / 2.0, PILL.0, PILL.1));
        }
        if units.hosts.is_empty() {
            return;
        }
        let x = self.size.0 - MARGIN + 24.0;
        let mut y = self.lanes.first().map_or(MARGIN, |lane| lane.rect.y) + LANE_TITLE + HEADER;
        let mut widest = PILL.0;
        for host in &units.hosts {
            let name = host.trim_start_matches(super::units::HOST);
            let wide = (width(name, Face::Code) + 24.0).clamp(PILL.0, 200.0);
            widest = widest.max(wide);
            self.hosts.push(rect(x, y, wide, PILL.1));
            y += PILL.1 + UNIT_GAP;
        }
        self.size = (x + widest + MARGIN, self.size.1.max(y - UNIT_GAP + MARGIN));
    }
}

impl UnitBox {
    fn shift(&mut self, by: f64) {
        self.rect.y += by;
        for door in &mut self.doors {
            door.bar.y += by;
            door.label.y += by;
            door.entry.y += by;
        }
        for owner in &mut self.owners {
            owner.rect.y += by;
            for slot in &mut owner.slots {
                slot.y += by;
            }
        }
    }
}

/// How finely each workload is drawn: cells when large, summaries when the scene is.
fn levels(world: &WorldView) -> Vec<Level> {
    let fine = |workload: &WorkloadView| {
        if slots(workload) > MOST_CARDS { Level::Cell } else { Level::Card }
    };
    let mut levels: Vec<Level> = world.workloads.iter().map(fine).collect();
    let shapes = |levels: &[Level]| -> usize {
        let of = |(workload, level): (&WorkloadView, &Level)| match level {
            Level::Unit => 1,
            Level::Cell | Level::Card => 1 + slots(workload),
        };
        world.workloads.iter().zip(levels).map(of).sum()
    };
    for coarse in [Level::Cell, Level::Card] {
        if shapes(&levels) > MOST_SHAPES {
            levels.iter_mut().filter(|level| **level == coarse).for_each(|level| *level = Level::Unit);
        }
    }
    levels
}

/// Slots a workload's box has: what it wants, and what is still there.
pub fn slots(workload: &WorkloadView) -> usize {
    let used = workload.pods.iter().map(|pod| pod.slot as usize + 1).max().unwrap_or(0);
    used.max(workload.wanted as usize)
}

fn header(unit: &Unit) -> f64 {
    HEADER * unit.doors.len().max(1) as f64
}

fn size(world: &WorldView, unit: &Unit, levels: &[Level]) -> (f64, f64) {
    let mut wide = UNIT;
    let mut high = header(unit);
    if unit.owners.is_empty() {
        high += 48.0;
    }
    for (nth, &owner) in unit.owners.iter().enumerate() {
        let part = owner_box(&world.workloads[owner], owner, levels[owner], point(0.0, 0.0), UNIT);
        wide = wide.max(part.rect.w);
        high += part.rect.h + if nth > 0 { LANE_PADDING } else { 0.0 };
    }
    (wide, high)
}

fn unit_box(world: &WorldView, unit: &Unit, levels: &[Level], column: usize, place: Rect) -> UnitBox {
    let mut y = place.y + header(unit);
    let mut owners = Vec::new();
    for &owner in &unit.owners {
        let part = owner_box(&world.workloads[owner], owner, levels[owner], point(place.x, y), place.w);
        y = part.rect.bottom() + LANE_PADDING;
        owners.push(part);
    }
    let doors = unit.doors.iter().enumerate();
    let doors = doors.map(|(nth, &service)| {
        door_box(&world.services[service], service, (nth, unit.doors.len()), world, &owners, place)
    });
    UnitBox { column, rect: place, doors: doors.collect(), owners }
}

/// The bar reaches from its label, like a flag's pole, down to the last owner it selects. Of several, the first is outermost.
fn door_box(
    service: &ServiceView,
    index: usize,
    (nth, of): (usize, usize),
    world: &WorldView,
    owners: &[OwnerBox],
    place: Rect,
) -> DoorBox {
    let inward = (of - 1 - nth) as f64;
    let x = place.x - inward * (DOOR + 2.0);
    let top = place.y + nth as f64 * HEADER + 4.0;
    let selected = |owner: &&OwnerBox| service.selects.contains(&world.workloads[owner.workload].id);
    let first = owners.iter().find(selected).or(owners.first());
    let last = owners.iter().rfind(selected).or(owners.last());
    let bottom = last.map_or(place.bottom(), |owner| owner.rect.bottom());
    let entry = first.map_or(place.bottom() - 24.0, |owner| owner.rect.y + 14.0);
    DoorBox {
        service: index,
        bar: rect(x, top, DOOR, bottom - top),
        label: point(x + DOOR + 5.0, top),
        entry: point(x, entry),
    }
}

fn owner_box(workload: &WorkloadView, index: usize, level: Level, at: Point, least: f64) -> OwnerBox {
    let count = slots(workload);
    let (cards, rows) = (count.div_ceil(4).max(1), count.clamp(1, 4));
    let across = count.div_ceil(10).max(5);
    let wide = match level {
        Level::Card => 32.0 + cards as f64 * (POD.0 + POD_GAP) - POD_GAP,
        Level::Cell => 32.0 + across as f64 * (CELL.0 + CELL.1) - CELL.1,
        Level::Unit => UNIT,
    }
    .max(least.min(UNIT));
    // Room for the count when all are ready: what is ready now must not move anything.
    let tail = format!("{} {1}/{1}", kind_tag(&workload.kind), workload.wanted);
    let room = wide - 20.0;
    let bare = workload.kind == "Pod";
    let one_line = bare || width(&workload.name, Face::Title) + 8.0 + width(&tail, Face::Tag) <= room;
    let title = if bare {
        Vec::new()
    } else if one_line {
        vec![workload.name.clone()]
    } else {
        fit(&workload.name, room, Face::Title, 2)
    };
    let top = if one_line { 28.0 } else { 28.0 + 16.0 * title.len() as f64 };
    let body = match level {
        Level::Card => rows as f64 * (POD.1 + POD_GAP) - POD_GAP,
        Level::Cell => count.div_ceil(across) as f64 * (CELL.0 + CELL.1) - CELL.1,
        Level::Unit => 32.0,
    };
    let inner = point(at.x + 16.0, at.y + top);
    let slots = (0..count)
        .map(|slot| match level {
            Level::Card => rect(
                inner.x + (slot / rows) as f64 * (POD.0 + POD_GAP),
                inner.y + (slot % rows) as f64 * (POD.1 + POD_GAP),
                POD.0,
                POD.1,
            ),
            Level::Cell | Level::Unit => rect(
                inner.x + (slot % across) as f64 * (CELL.0 + CELL.1),
                inner.y + (slot / across) as f64 * (CELL.0 + CELL.1),
                CELL.0,
                CELL.0,
            ),
        })
        .take(if level == Level::Unit { 0 } else { count })
        .collect();
    let rect = rect(at.x, at.y, wide, top + body + LANE_PADDING);
    OwnerBox { workload: index, rect, level, title, one_line, slots }
}

/// Kinds as kubectl users shorten them.
pub fn kind_tag(kind: &str) -> &str {
    match kind {
        "Deployment" => "Deploy",
        "StatefulSet" => "STS",
        "DaemonSet" => "DS",
        "ReplicaSet" => "RS",
        "ReplicationController" => "RC",
        other => other,
    }
}

/// What a folded namespace's line says: `kube-system · 2 pods · DNS`.
pub fn folded_title(world: &WorldView, namespace: usize) -> String {
    let Some(namespace) = world.namespaces.get(namespace) else { return String::new() };
    let inside = world.workloads.iter().filter(|workload| workload.namespace == namespace.name);
    let pods: usize = inside.map(|workload| workload.pods.len()).sum();
    let dns = world.services.iter().any(|it| it.namespace == namespace.name && it.name == "kube-dns");
    format!("{} · {}{}", namespace.name, counted(pods, "pod", "pods"), if dns { " · DNS" } else { "" })
}

/// `2/3`: ready of wanted.
pub fn count_words(workload: &WorkloadView) -> String {
    format!("{}/{}", workload.ready, workload.wanted)
}
