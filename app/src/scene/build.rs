//! From a world and a view to a [`Scene`]. Classes only: colours are the style sheet's.

use super::edges::{self, Strand};
use super::geometry::{Rect, point, rect};
use super::glyph::{Glyph, VERDICTS};
use super::layout::{
    DoorBox, GateBox, LaneBox, Layout, Level, OwnerBox, UnitBox, count_words, folded_title, kind_tag,
};
use super::lines::{label_group, strand_group};
use super::model::{Group, Kind, Scene, Shape};
use super::pods::pods;
use super::text::{Face, counted, fit, width};
use super::tiers::Tiers;
use super::units::{HOST, OUTSIDE, Units};
use super::view::{View, dress};
use podyard_engine::session::{ServiceView, Verdict, WorkloadView, WorldView};
use std::collections::BTreeSet;

/// Draws a world as a view wants it.
pub fn build(world: &WorldView, view: &View) -> Scene {
    let units = Units::of(world, &view.open);
    let tiers = Tiers::of(world, &units);
    let layout = Layout::of(world, &units, &tiers);
    let strands = edges::strands(world, &units, &tiers, &layout);
    let mut scene = Scene { size: layout.size, name: name(world), ..Scene::default() };
    scene.empty = is_empty(world);
    scene.folded = folded(&layout, &units);
    scene.legend = legend(world);
    let waiting = waiting(&strands);
    for lane in &layout.lanes {
        scene.groups.push(lane_group(world, lane));
    }
    pills(&mut scene, &layout, &units);
    for gate in &layout.gates {
        scene.groups.push(gate_group(world, gate));
    }
    for unit in &layout.units {
        for owner in &unit.owners {
            let workload = &world.workloads[owner.workload];
            scene.groups.push(owner_group(workload, owner));
            pods(&mut scene, workload, owner, &waiting);
        }
        for door in &unit.doors {
            scene.groups.push(door_group(&world.services[door.service], door, unit));
        }
    }
    scene.groups.extend(strands.iter().map(strand_group));
    scene.groups.extend(strands.iter().filter_map(label_group));
    let placed =
        scene.groups.iter().filter(|group| !matches!(group.kind, Kind::Strand | Kind::Label | Kind::Gate));
    scene.places = placed.map(|group| (group.id.clone(), group.at)).collect();
    scene.strands = strands;
    dress(&mut scene, view);
    scene
}

fn system(world: &WorldView) -> BTreeSet<&str> {
    world.namespaces.iter().filter(|it| it.system).map(|it| it.name.as_str()).collect()
}

/// Nothing of the user's is there; every cluster has its system namespaces.
fn is_empty(world: &WorldView) -> bool {
    let system = system(world);
    let workloads = world.workloads.iter().map(|it| it.namespace.as_str());
    let services = world.services.iter().map(|it| it.namespace.as_str());
    workloads.chain(services).all(|namespace| system.contains(namespace))
}

fn own_pods(world: &WorldView) -> usize {
    let system = system(world);
    let own = world.workloads.iter().filter(|workload| !system.contains(workload.namespace.as_str()));
    own.map(|workload| workload.pods.len()).sum()
}

/// What the picture is called: how much there is, and what fails.
pub fn name(world: &WorldView) -> String {
    let mut parts = vec![counted(own_pods(world), "pod", "pods")];
    let with = |verdicts: &[Verdict]| {
        let fails = |(verdict, count): &(Verdict, u32)| verdicts.contains(verdict) && *count > 0;
        world.calls.iter().filter(|call| call.verdicts.iter().any(fails)).count()
    };
    let findings = [
        (with(&[Verdict::Dropped]), "connection gets no answer", "connections get no answer"),
        (with(&[Verdict::Rejected, Verdict::Refused]), "connection is refused", "connections are refused"),
        (
            with(&[Verdict::Unresolved, Verdict::Unroutable]),
            "connection never leaves",
            "connections never leave",
        ),
        (with(&[Verdict::Ambiguous]), "connection is ambiguous", "connections are ambiguous"),
    ];
    parts.extend(
        findings.iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| counted(*count, one, many)),
    );
    format!("Cluster picture: {}", parts.join(", "))
}

fn folded(layout: &Layout, units: &Units) -> Option<String> {
    (layout.folded_pods > 0).then(|| {
        let pods = counted(layout.folded_pods, "pod is", "pods are");
        let boxes = layout
            .units
            .iter()
            .flat_map(|unit| &unit.owners)
            .filter(|owner| owner.level == Level::Unit)
            .count();
        let spaces = counted(units.lanes.len(), "namespace", "namespaces");
        format!("{pods} drawn as {} in {spaces}. Zoom in to read them.", counted(boxes, "box", "boxes"))
    })
}

fn legend(world: &WorldView) -> Vec<(Glyph, u32)> {
    let of = |verdict: Verdict| -> u32 {
        let ends = world.calls.iter().flat_map(|call| &call.verdicts);
        ends.filter(|(it, _)| *it == verdict).map(|(_, count)| count).sum()
    };
    let plugin = world.calls.iter().filter(|call| call.plugin).count() as u32;
    let rows = VERDICTS.map(|verdict| (Glyph::Verdict(verdict), of(verdict)));
    rows.into_iter().chain([(Glyph::Plugin, plugin)]).filter(|(_, count)| *count > 0).collect()
}

/// Owners whose connections vanish: they wait for an answer that does not come.
fn waiting(strands: &[Strand]) -> BTreeSet<String> {
    strands.iter().filter(|it| it.verdict == Verdict::Dropped).map(|it| it.from.clone()).collect()
}

pub(super) fn text(x: f64, y: f64, class: &'static str, text: impl Into<String>) -> Shape {
    Shape::Text { at: point(x, y), class, text: text.into() }
}

fn lane_group(world: &WorldView, lane: &LaneBox) -> Group {
    let namespace = &world.namespaces[lane.namespace];
    let (w, h) = (lane.rect.w, lane.rect.h);
    let mut shapes = vec![Shape::Rect { at: rect(0.0, 0.0, w, h), radius: 0.0, class: "ground" }];
    let mut title = namespace.name.clone();
    if lane.folded {
        shapes.push(Shape::Path { d: "M12 9.5L17 14L12 18.5".into(), class: "fold" });
        title = folded_title(world, lane.namespace);
        shapes.push(text(24.0, 18.5, "t-base ink-2", title.clone()));
    } else {
        shapes.push(text(12.0, 18.0, "t-title", namespace.name.clone()));
        let mut x = 12.0 + width(&namespace.name, Face::Title) + 16.0;
        for policy in &namespace.policies {
            let name = policy.rsplit('/').next().unwrap_or(policy);
            let wide = width(name, Face::Tag) + 12.0;
            if x + wide > w - 12.0 {
                break;
            }
            shapes.push(Shape::Rect { at: rect(x, 5.0, wide, 16.0), radius: 4.0, class: "tag" });
            shapes.push(text(x + 6.0, 17.0, "t-tag ink-2", name));
            x += wide + 6.0;
        }
    }
    Group {
        key: format!("lane:{}", namespace.name),
        id: format!("Namespace/{}", namespace.name),
        kind: Kind::Lane,
        at: lane.rect,
        class: if lane.folded { "folded".into() } else { String::new() },
        name: format!("Namespace {title}"),
        shapes,
    }
}

fn pills(scene: &mut Scene, layout: &Layout, units: &Units) {
    let pill = |id: &str, label: &str, class: &'static str, at: Rect| Group {
        key: format!("pill:{id}"),
        id: id.to_owned(),
        kind: Kind::Pill,
        at,
        class: String::new(),
        name: label.to_owned(),
        shapes: vec![
            Shape::Rect { at: rect(0.0, 0.0, at.w, at.h), radius: at.h / 2.0, class: "frame" },
            text(at.w / 2.0, at.h / 2.0 + 4.5, class, label),
        ],
    };
    scene.groups.extend(layout.outside.map(|at| pill(OUTSIDE, "Outside", "t-base middle", at)));
    for (host, place) in units.hosts.iter().zip(&layout.hosts) {
        let name = host.trim_start_matches(HOST);
        let shown = fit(name, place.w - 20.0, Face::Code, 1).concat();
        scene
            .groups
            .push(Group { name: format!("Outside: {name}"), ..pill(host, &shown, "t-code middle", *place) });
    }
}

/// `:80 :443`, or `:80 +2`.
fn ports(service: &ServiceView) -> String {
    match &service.ports[..] {
        [] => String::new(),
        [one] => format!(":{}", one.port),
        [one, two] => format!(":{} :{}", one.port, two.port),
        [one, rest @ ..] => format!(":{} +{}", one.port, rest.len()),
    }
}

fn address(service: &ServiceView) -> String {
    let host = match (&service.cluster_ip, service.headless) {
        _ if service.kind == "ExternalName" => "external name",
        (_, true) => "headless",
        (Some(ip), false) => ip,
        (None, false) => "no address yet",
    };
    format!("{host}{}", ports(service))
}

fn gate_group(world: &WorldView, gate: &GateBox) -> Group {
    let service = &world.services[gate.service];
    let (w, h) = (gate.rect.w, gate.rect.h);
    let middle = w / 2.0;
    let mut shapes = vec![Shape::Rect { at: rect(0.0, 0.0, w, h), radius: 0.0, class: "frame" }];
    let count = service.ports.len().max(1);
    for nth in 0..count.min(4) {
        let y = h / 2.0 + (nth as f64 - (count.min(4) - 1) as f64 / 2.0) * 10.0;
        shapes.push(Shape::Rect { at: rect(-2.0, y - 3.0, 4.0, 6.0), radius: 0.0, class: "notch" });
    }
    let name = fit(&service.name, gate.extent.w, Face::Title, 1).concat();
    shapes.push(text(middle, -6.0, "t-title middle", name));
    shapes.push(text(middle, h + 13.0, "t-tag ink-2 middle", service.kind.clone()));
    let port = match service.kind.as_str() {
        "NodePort" => service.ports.first().and_then(|it| it.node_port).map(|port| format!("node:{port}")),
        _ => None,
    };
    let outer = port.or_else(|| service.external.first().cloned()).unwrap_or_else(|| "no address yet".into());
    let shown = fit(&outer, gate.extent.w, Face::SmallCode, 1).concat();
    shapes.push(text(middle, h + 27.0, "t-addr ink-2 middle", shown));
    Group {
        key: format!("gate:{}", service.id),
        id: service.id.clone(),
        kind: Kind::Gate,
        at: gate.rect,
        class: String::new(),
        name: format!("{} {}, {outer}{}", service.kind, service.name, ports(service)),
        shapes,
    }
}

fn owner_group(workload: &WorkloadView, owner: &OwnerBox) -> Group {
    let (w, h) = (owner.rect.w, owner.rect.h);
    let mut shapes = vec![Shape::Rect { at: rect(0.0, 0.0, w, h), radius: 8.0, class: "box" }];
    let tag = kind_tag(&workload.kind);
    let count = count_words(workload);
    for (line, name) in owner.title.iter().enumerate() {
        shapes.push(text(16.0, 19.0 + 16.0 * line as f64, "t-title", name.clone()));
    }
    let y = if owner.one_line { 19.0 } else { 19.0 + 16.0 * owner.title.len() as f64 };
    let x = if owner.one_line && !owner.title.is_empty() {
        16.0 + width(&workload.name, Face::Title) + 5.0
    } else {
        16.0
    };
    shapes.push(text(x, y, "t-tag ink-2", tag));
    shapes.push(text(w - 10.0, y, "t-tag ink-2 end", count.clone()));
    if owner.level == Level::Unit {
        let lit = (workload.ready * 10).checked_div(workload.wanted).unwrap_or(0);
        for slot in 0..10 {
            let class = if slot < lit { "slot lit" } else { "slot" };
            shapes.push(Shape::Rect {
                at: rect(16.0 + f64::from(slot) * 10.0, y + 9.0, 7.0, 12.0),
                radius: 0.0,
                class,
            });
        }
        shapes.push(text(16.0, y + 36.0, "t-tag ink-2", format!("{count} ready")));
    }
    for (slot, place) in owner.slots.iter().enumerate() {
        if !workload.pods.iter().any(|pod| pod.slot as usize == slot) {
            let at = rect(place.x - owner.rect.x, place.y - owner.rect.y, place.w, place.h);
            shapes.push(Shape::Rect { at, radius: at.h.min(8.0) / 2.0, class: "vacant" });
        }
    }
    Group {
        key: format!("owner:{}", workload.id),
        id: workload.id.clone(),
        kind: Kind::Owner,
        at: owner.rect,
        class: String::new(),
        name: format!("{} {}, {count} ready", workload.kind, workload.name),
        shapes,
    }
}

fn door_group(service: &ServiceView, door: &DoorBox, unit: &UnitBox) -> Group {
    let (w, h) = (door.bar.w, door.bar.h);
    let label = point(door.label.x - door.bar.x, door.label.y - door.bar.y);
    let mut shapes = Vec::new();
    let lone = unit.owners.is_empty();
    if lone {
        let top = unit.rect.bottom() - 48.0 - door.bar.y;
        let at = rect(0.0, top, unit.rect.w, h - top);
        shapes.push(Shape::Rect { at, radius: 8.0, class: "vacant" });
    }
    if service.kind == "ExternalName" {
        let y = h - 24.0;
        shapes.push(Shape::Rect { at: rect(0.0, 0.0, w, h), radius: 0.0, class: "bar" });
        shapes.push(Shape::Path { d: format!("M{} {y}h24m-5 -5l5 5l-5 5", w + 4.0), class: "arrow" });
    } else if service.ready == 0 {
        let half = (h - 12.0) / 2.0;
        shapes.push(Shape::Rect { at: rect(0.0, 0.0, w, half), radius: 0.0, class: "bar" });
        shapes.push(Shape::Rect { at: rect(0.0, half + 12.0, w, half), radius: 0.0, class: "bar" });
    } else if service.headless {
        shapes.push(Shape::Path { d: format!("M{} 0V{h}", w / 2.0), class: "bar-dashed" });
    } else {
        shapes.push(Shape::Rect { at: rect(0.0, 0.0, w, h), radius: 0.0, class: "bar" });
    }
    let room = unit.rect.right() - door.label.x;
    let name = fit(&service.name, room, Face::Title, 1).concat();
    shapes.push(text(label.x, label.y + 10.0, "t-title", name));
    let words = fit(&address(service), room, Face::SmallCode, 1).concat();
    shapes.push(text(label.x, label.y + 23.0, "t-addr ink-2", words));
    if service.ready == 0 && service.kind != "ExternalName" {
        let y = if lone { h - 20.0 } else { h / 2.0 + 4.0 };
        if lone {
            shapes.push(text(16.0, y, "t-tag", "no endpoints"));
        }
    }
    let ready = match service.kind.as_str() {
        "ExternalName" => String::new(),
        _ if service.ready == 0 => ", no endpoints".into(),
        _ => format!(", {}/{} endpoints ready", service.ready, service.endpoints),
    };
    Group {
        key: format!("door:{}", service.id),
        id: service.id.clone(),
        kind: Kind::Door,
        at: door.bar,
        class: if service.ready == 0 { "broken".into() } else { String::new() },
        name: format!("Service {}, {}{ready}", service.name, address(service)),
        shapes,
    }
}

/// The name an id ends with.
pub fn short(id: &str) -> &str {
    match id {
        OUTSIDE => "Outside",
        other => other.trim_start_matches(HOST).rsplit('/').next().unwrap_or(other),
    }
}
