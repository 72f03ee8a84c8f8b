//! What the picture promises, on worlds written by hand.

use super::build::build;
use super::geometry::Rect;
use super::layout::Layout;
use super::model::{Group, Kind, Scene, Shape};
use super::text::{Face, width};
use super::tiers::Tiers;
use super::units::Units;
use super::view::{View, Walked};
use super::{svg, worlds};
use podyard_engine::session::{Verdict, WorldView};
use std::collections::{BTreeMap, BTreeSet};

fn drawn(world: &WorldView) -> Scene {
    build(world, &View::default())
}

fn placed(world: &WorldView) -> (Units, Layout) {
    let units = Units::of(world, &BTreeSet::new());
    let tiers = Tiers::of(world, &units);
    let layout = Layout::of(world, &units, &tiers);
    (units, layout)
}

fn every_world() -> Vec<(&'static str, WorldView)> {
    vec![
        ("corner-shop", worlds::corner_shop()),
        ("ten-pods", worlds::scaled(6)),
        ("thirty-pods", worlds::scaled(30)),
        ("two-namespaces", worlds::two_namespaces()),
        ("no-endpoints", worlds::no_endpoints()),
        ("empty", WorldView::default()),
        ("hundred-pods", worlds::crowd(100, 10)),
    ]
}

#[test]
fn pictures_are_as_agreed() {
    for (name, world) in every_world() {
        insta::assert_snapshot!(name, svg::to_string(&drawn(&world)));
    }
}

#[test]
fn a_walk_dims_all_but_its_way() {
    let world = worlds::corner_shop();
    let from = world.workloads[3].pods[0].id.clone();
    let walk = Walked {
        objects: [from.clone(), "Service/shop/db".to_owned(), "Pod/shop/db-0".to_owned()].into(),
        from,
        to: "Service/shop/db".into(),
        decided: Some("Pod/shop/db-0".into()),
    };
    let scene = build(&world, &View { walk: Some(walk), ..View::default() });
    let with = |class: &str| -> Vec<&str> {
        let has = |it: &&Group| it.kind != Kind::Lane && it.class.split(' ').any(|word| word == class);
        scene.groups.iter().filter(has).map(|it| it.id.as_str()).collect()
    };
    let call = world.calls[3].id.as_str();
    assert_eq!(with("deciding"), ["Pod/shop/db-0"]);
    let mut walked = with("walked");
    walked.retain(|id| !id.starts_with("Pod/"));
    let expected = ["StatefulSet/shop/db", "Service/shop/db", "Job/shop/reports", call, call];
    assert_eq!(walked, expected, "both ends' boxes, the door, the strand and its mark");
    assert!(with("dim").contains(&"Deployment/shop/web"));
    insta::assert_snapshot!("corner-shop-walk", svg::to_string(&scene));
}

#[test]
fn nothing_overlaps() {
    let mut worlds = every_world();
    worlds.push(("crowd", worlds::crowd(1000, 50)));
    for (name, world) in worlds {
        let scene = drawn(&world);
        for kind in [Kind::Owner, Kind::Pod, Kind::Lane, Kind::Pill, Kind::Gate, Kind::Label] {
            let all: Vec<&Group> = scene.groups.iter().filter(|group| group.kind == kind).collect();
            for (at, a) in all.iter().enumerate() {
                for b in &all[at + 1..] {
                    assert!(!a.at.overlaps(&b.at), "{name}: {} over {}", a.key, b.key);
                }
            }
        }
        let boxes: Vec<Rect> = placed(&world).1.units.iter().map(|unit| unit.rect).collect();
        for (at, a) in boxes.iter().enumerate() {
            assert!(boxes[at + 1..].iter().all(|b| !a.overlaps(b)), "{name}: unit {at}");
        }
        let page = Rect { x: 0.0, y: 0.0, w: scene.size.0, h: scene.size.1 };
        for group in scene.groups.iter().filter(|group| group.kind != Kind::Strand) {
            assert!(page.contains(&group.at), "{name}: {} leaves the page", group.key);
        }
    }
}

#[test]
fn words_stay_in_their_boxes() {
    for (name, world) in every_world() {
        for group in
            drawn(&world).groups.iter().filter(|it| matches!(it.kind, Kind::Pod | Kind::Owner | Kind::Pill))
        {
            for shape in &group.shapes {
                let Shape::Text { at, class, text } = shape else { continue };
                let face = match class.split(' ').next() {
                    Some("t-code") => Face::Code,
                    Some("t-title") => Face::Title,
                    _ => Face::Tag,
                };
                let wide = width(text, face);
                let left = match class {
                    it if it.contains("end") => at.x - wide,
                    it if it.contains("middle") => at.x - wide / 2.0,
                    _ => at.x,
                };
                assert!(left >= 0.0 && left + wide <= group.at.w + 0.5, "{name}: {text:?} in {}", group.key);
                assert!(at.y <= group.at.h, "{name}: {text:?} below {}", group.key);
            }
        }
    }
}

#[test]
fn strands_cross_no_box() {
    for (name, world) in every_world() {
        let scene = drawn(&world);
        let boxes: Vec<&Group> =
            scene.groups.iter().filter(|it| matches!(it.kind, Kind::Owner | Kind::Pod)).collect();
        for strand in scene.strands.iter().filter(|it| it.verdict != Verdict::Refused) {
            for pair in strand.points.windows(2) {
                let line = Rect::of_segment(pair[0], pair[1]).grown(0.4);
                let hit = boxes.iter().find(|it| it.at.grown(-1.0).overlaps(&line));
                assert!(hit.is_none(), "{name}: {} crosses {}", strand.id, hit.map_or("", |it| &it.key));
            }
        }
    }
}

#[test]
fn no_label_covers_a_strand() {
    for (name, world) in every_world() {
        let scene = drawn(&world);
        for label in scene.strands.iter().filter_map(|it| Some((it.id.clone(), it.label?))) {
            for strand in scene.strands.iter().filter(|it| it.id != label.0) {
                let crossed = strand
                    .points
                    .windows(2)
                    .any(|it| Rect::of_segment(it[0], it[1]).grown(1.0).overlaps(&label.1.rect));
                assert!(!crossed, "{name}: {} under the label of {}", strand.id, label.0);
            }
        }
    }
}

#[test]
fn a_dropped_strand_ends_before_the_door() {
    let scene = drawn(&worlds::corner_shop());
    let strand = scene.strands.iter().find(|it| it.verdict == Verdict::Dropped).expect("the dropped one");
    let end = strand.solid().last().copied().expect("an end");
    assert!(scene.places["Service/shop/db"].x - end.x >= 16.0);
    assert!(strand.label.is_some_and(|label| label.word));
}

#[test]
fn three_failures_end_at_three_places() {
    let ends: BTreeSet<String> = [Verdict::Dropped, Verdict::Rejected, Verdict::Refused]
        .into_iter()
        .map(|verdict| {
            let mut world = worlds::corner_shop();
            world.calls[3].verdicts = vec![(verdict, 1)];
            let scene = drawn(&world);
            let strand = scene.strands.iter().find(|it| it.verdict == verdict).expect("the failing one");
            format!("{:?}", strand.solid().last().map(|it| it.x))
        })
        .collect();
    assert_eq!(ends.len(), 3);
}

#[test]
fn scaling_up_and_back_brings_the_first_picture_back() {
    let first = drawn(&worlds::scaled(3));
    assert_ne!(drawn(&worlds::scaled(30)), first);
    assert_eq!(drawn(&worlds::scaled(3)), first);
}

#[test]
fn traffic_and_readiness_move_nothing() {
    let mut world = worlds::two_namespaces();
    let before = drawn(&world).places;
    for call in &mut world.calls {
        if !call.to.starts_with("host:") {
            call.verdicts = vec![(Verdict::Dropped, 2), (Verdict::Forwarded, 1)];
        }
    }
    for workload in &mut world.workloads {
        workload.ready = 0;
    }
    for pod in world.workloads.iter_mut().flat_map(|workload| &mut workload.pods) {
        pod.phase = podyard_engine::session::PodPhase::NotReady;
    }
    assert_eq!(drawn(&world).places, before);
}

#[test]
fn an_edit_moves_only_units_whose_column_changed() {
    let mut world = worlds::corner_shop();
    let corners = |world: &WorldView| -> BTreeMap<String, (f64, f64)> {
        let (units, layout) = placed(world);
        units
            .all
            .iter()
            .zip(&layout.units)
            .map(|(unit, at)| (unit.id.clone(), (at.rect.x, at.rect.y)))
            .collect()
    };
    let before = corners(&world);
    // `reports` is now called by web: from the first column to the second.
    world.calls.push(worlds::call("Deployment/shop/web", "Job/shop/reports", 80, Verdict::Forwarded));
    let after = corners(&world);
    let moved: Vec<&String> = before.keys().filter(|id| before[*id] != after[*id]).collect();
    assert_eq!(moved, ["Job/shop/reports"]);
}

#[test]
fn large_scenes_count_what_they_fold() {
    let scene = drawn(&worlds::crowd(1000, 50));
    assert_eq!(
        scene.folded.as_deref(),
        Some("1,000 pods are drawn as 20 boxes in 1 namespace. Zoom in to read them.")
    );
    let labelled = scene.groups.iter().filter(|it| !matches!(it.kind, Kind::Strand | Kind::Label)).count();
    assert!(labelled <= 600, "{labelled}");
}

#[test]
fn the_picture_says_its_name() {
    assert_eq!(drawn(&worlds::corner_shop()).name, "Cluster picture: 7 pods, 1 connection gets no answer");
}

#[test]
fn a_cluster_with_nothing_of_ones_own_is_empty() {
    assert!(drawn(&WorldView::default()).empty);
    let mut world = worlds::corner_shop();
    assert!(!drawn(&world).empty);
    world.workloads.retain(|it| it.namespace == "kube-system");
    world.services.retain(|it| it.namespace == "kube-system");
    assert!(!world.workloads.is_empty());
    assert!(drawn(&world).empty);
}

#[test]
fn names_cannot_break_out_of_the_drawing() {
    let mut world = worlds::no_endpoints();
    world.workloads[0].name = "<script>\"&".into();
    let drawn = svg::to_string(&drawn(&world));
    assert!(!drawn.contains("<script>"), "{drawn}");
}

/// The bar is 5 ms in release; a debug build on a shared machine gets more.
#[test]
fn a_thousand_pods_are_laid_out_quickly() {
    let world = worlds::crowd(1000, 8);
    let start = std::time::Instant::now();
    let (units, layout) = placed(&world);
    let layout_only = start.elapsed();
    let scene = drawn(&world);
    println!("layout {layout_only:?}, whole scene {:?}", start.elapsed() - layout_only);
    assert_eq!((units.all.len(), layout.units.len()), (125, 125));
    assert!(!scene.groups.is_empty());
    let bar = if cfg!(debug_assertions) { 100 } else { 5 };
    assert!(layout_only.as_millis() <= bar, "{layout_only:?}");
}
