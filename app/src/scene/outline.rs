//! The picture's equal in words: namespace → unit → pod → connections.

use super::build::short;
use super::glyph::Glyph;
use super::text::counted;
use super::units::{HOST, OUTSIDE};
use podyard_engine::session::{CallView, PodPhase, WorldView};

/// A line of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Unique, stable: fit for an element's id.
    pub key: String,
    /// The object's or the call's id.
    pub id: String,
    /// What it says.
    pub words: String,
    /// A connection: the mark that goes with it.
    pub glyph: Option<Glyph>,
    /// What belongs to it.
    pub inside: Vec<Entry>,
}

/// The outline of a world.
pub fn outline(world: &WorldView) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let outer = calls(world, OUTSIDE);
    if !outer.is_empty() {
        entries.push(entry("pill", OUTSIDE, "Outside".into(), outer));
    }
    for namespace in &world.namespaces {
        let mut inside = Vec::new();
        for service in world.services.iter().filter(|it| it.namespace == namespace.name) {
            let ready = if service.kind == "ExternalName" {
                String::new()
            } else {
                format!(", {}/{} endpoints ready", service.ready, service.endpoints)
            };
            inside.push(entry("door", &service.id, format!("Service {}{ready}", service.name), Vec::new()));
        }
        for workload in world.workloads.iter().filter(|it| it.namespace == namespace.name) {
            let pods = workload.pods.iter().map(|pod| {
                let node = pod.node.as_deref().map(|node| format!(" on {node}")).unwrap_or_default();
                let words = format!("Pod {}, {}{node}", pod.name, phase(pod.phase));
                entry("pod", &pod.id, words, Vec::new())
            });
            let words =
                format!("{} {}, {}/{} ready", workload.kind, workload.name, workload.ready, workload.wanted);
            let inside_workload = pods.chain(calls(world, &workload.id)).collect();
            inside.push(entry("owner", &workload.id, words, inside_workload));
        }
        if namespace.declared || !inside.is_empty() {
            let pods = world
                .workloads
                .iter()
                .filter(|it| it.namespace == namespace.name)
                .map(|it| it.pods.len())
                .sum();
            let words = format!("Namespace {}, {}", namespace.name, counted(pods, "pod", "pods"));
            let mut line = entry("lane", &format!("Namespace/{}", namespace.name), words, inside);
            line.key = format!("lane:{}", namespace.name);
            entries.push(line);
        }
    }
    entries
}

fn entry(kind: &str, id: &str, words: String, inside: Vec<Entry>) -> Entry {
    Entry { key: format!("{kind}:{id}"), id: id.to_owned(), words, glyph: None, inside }
}

fn calls(world: &WorldView, from: &str) -> Vec<Entry> {
    let of = |call: &CallView| {
        let target = if call.to.starts_with(HOST) { call.host.as_str() } else { short(&call.to) };
        let worst = call.verdicts.first().map(|(verdict, _)| Glyph::of(*verdict, call.plugin));
        let ends: Vec<String> = call
            .verdicts
            .iter()
            .map(|(verdict, count)| {
                let word = Glyph::Verdict(*verdict).word();
                if call.verdicts.len() > 1 { format!("{count} {word}") } else { word.to_owned() }
            })
            .collect();
        let ends = if ends.is_empty() { String::new() } else { format!(": {}", ends.join(", ")) };
        let reason = if call.reason.is_empty() { String::new() } else { format!(". {}", call.reason) };
        let words = format!("Calls {target}, port {}{ends}{reason}", call.port);
        Entry { glyph: worst, ..entry("call", &call.id, words, Vec::new()) }
    };
    world.calls.iter().filter(|call| call.from == from).map(of).collect()
}

fn phase(phase: PodPhase) -> &'static str {
    match phase {
        PodPhase::Pending => "pending",
        PodPhase::NotReady => "not ready",
        PodPhase::Ready => "ready",
        PodPhase::CrashLoop => "keeps crashing",
        PodPhase::Terminating => "ending",
        PodPhase::Succeeded => "ended well",
        PodPhase::Failed => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::super::worlds;
    use super::*;

    #[test]
    fn everything_in_the_picture_is_in_words() {
        let lines = outline(&worlds::corner_shop());
        let mut words = Vec::new();
        let mut open: Vec<&Entry> = lines.iter().rev().collect();
        while let Some(entry) = open.pop() {
            words.push(entry.words.as_str());
            open.extend(entry.inside.iter().rev());
        }
        assert!(words.contains(&"Namespace shop, 7 pods"), "{words:?}");
        assert!(words.contains(&"StatefulSet db, 1/1 ready"), "{words:?}");
        assert!(words.contains(&"Pod db-0, ready on node-1"), "{words:?}");
        assert!(words.contains(&"Calls db, port 5432: Dropped"), "{words:?}");
    }
}
