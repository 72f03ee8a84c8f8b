//! The cluster in numbers, its findings in words, and the legend, which filters.

use crate::components::{
    button::Button,
    views::{Keyed, Plain, PlainList},
};
use crate::panels::{
    strip::failing,
    verdict::{Mark, Tag, word},
    words::{count, kind_of, name_of},
};
use crate::scene::glyph::VERDICTS;
use crate::state::page;
use leptos::prelude::*;
use podyard_engine::session::{Verdict, WorldView};

/// What the inspector shows with nothing selected.
#[component]
pub fn Summary() -> impl IntoView {
    let page = page();
    let facts = Memo::new(move |_| page.results.world.with(|world| facts(world)));
    let findings = Memo::new(move |_| page.results.world.with(|world| failing(world)));
    let others = Memo::new(move |_| page.results.world.with(|world| world.others.clone()));
    view! {
        <dl class="facts">
            {move || {
                facts
                    .get()
                    .into_iter()
                    .map(|(name, value)| view! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> })
                    .plain_list()
            }}
        </dl>
        <section class="block" aria-label="Findings">
            <h3>"Findings"</h3>
            {move || {
                let findings = findings.get();
                if findings.is_empty() {
                    let words = if page.results.running.get() {
                        "Every declared connection gets through."
                    } else {
                        "The cluster is starting."
                    };
                    return view! { <p class="quiet">{words}</p> }.plain();
                }
                findings
                    .into_iter()
                    .map(|(verdict, call)| {
                        let ends = format!("{} → {}:{}", name_of(&call.from), name_of(&call.to), call.port);
                        let reason = call.reason.clone();
                        let plugin = call.plugin;
                        view! {
                            <button type="button" class="finding" on:click=move |_| page.walk_call(&call)>
                                <span class="finding-head">
                                    <Tag verdict=verdict plugin=plugin />
                                    <span class="finding-ends">{ends}</span>
                                </span>
                                <span class="finding-reason">{reason}</span>
                            </button>
                        }
                    })
                    .plain_list()
            }}
        </section>
        <Legend />
        {move || {
            let others = others.get();
            (!others.is_empty())
                .then(|| {
                    let listed = others.iter().map(|id| format!("{} {}", kind_of(id), name_of(id)));
                    let listed = listed.map(|text| view! { <li>{text}</li> }).plain_list();
                    view! {
                        <section class="block">
                            <h3>"Kept, not simulated"</h3>
                            <ul class="plain">{listed}</ul>
                        </section>
                    }
                })
                .plain()
        }}
        <section class="block">
            <Button on_press=move |()| page.connect_from("outside")>"Try a connection (C)"</Button>
        </section>
    }
}

/// One row per verdict seen; a press isolates it, another restores.
#[component]
fn Legend() -> impl IntoView {
    let page = page();
    let rows = Memo::new(move |_| {
        let calls = page.results.world.with(|world| calls_by_verdict(world));
        let flows = page.results.flows.with(|flows| flows.totals().to_vec());
        let of = |verdict| flows.iter().find(|(v, _)| *v == verdict).map_or(0, |(_, count)| *count);
        VERDICTS.map(|verdict| {
            let calls = calls.iter().find(|(v, _)| *v == verdict).map_or(0, |(_, count)| *count);
            (verdict, calls, of(verdict))
        })
    });
    let seen = move || {
        let seen = rows.get().into_iter().filter(|(_, calls, flows)| *calls > 0 || *flows > 0);
        seen.map(|(verdict, ..)| verdict).collect::<Vec<_>>()
    };
    view! {
        <section class="block" aria-label="Legend">
            <h3>"Legend"</h3>
            <div class="legend">
                <Keyed each=seen key=|verdict| (*verdict as u64, 0) let:verdict>
                    {
                        let numbers = move || {
                            let row = rows.get().into_iter().find(|(v, ..)| *v == verdict);
                            row.map(|(_, _, flows)| flows.to_string()).unwrap_or_default()
                        };
                        let on = move || page.view.filter.get() == Some(verdict);
                        view! {
                            <button
                                type="button"
                                class="legend-row"
                                aria-pressed=move || if on() { "true" } else { "false" }
                                title="Show only these; press again for all"
                                on:click=move |_| page.view.filter.set((!on()).then_some(verdict))
                            >
                                <Mark verdict=verdict />
                                <span class="legend-word">{word(verdict)}</span>
                                <span class="legend-count">{move || numbers()}</span>
                            </button>
                        }
                    }
                </Keyed>
            </div>
            <p class="quiet small">"Counts are simulated connections so far. Flights are drawn slowly; numbers are true."</p>
        </section>
    }
}

fn calls_by_verdict(world: &WorldView) -> Vec<(Verdict, usize)> {
    let worst = |verdict: Verdict| {
        world.calls.iter().filter(|call| call.verdicts.first().is_some_and(|(v, _)| *v == verdict)).count()
    };
    VERDICTS.into_iter().map(|verdict| (verdict, worst(verdict))).collect()
}

fn facts(world: &WorldView) -> Vec<(&'static str, String)> {
    let own = |namespace: &str| !world.namespaces.iter().any(|n| n.system && n.name == namespace);
    let workloads = || world.workloads.iter().filter(|workload| own(&workload.namespace));
    let pods: usize = workloads().map(|workload| workload.pods.len()).sum();
    let ready: u32 = workloads().map(|workload| workload.ready).sum();
    let services = world.services.iter().filter(|service| own(&service.namespace)).count();
    let zones: std::collections::BTreeSet<_> =
        world.nodes.iter().filter_map(|node| node.zone.as_ref()).collect();
    let nodes = match zones.len() {
        0 | 1 => world.nodes.len().to_string(),
        zones => format!("{} in {zones} zones", world.nodes.len()),
    };
    let isolated = workloads().flat_map(|w| &w.pods).filter(|p| !p.isolated_ingress.is_empty()).count();
    let mut facts = vec![
        ("Namespaces", world.namespaces.iter().filter(|namespace| !namespace.system).count().to_string()),
        ("Pods", format!("{pods}, {ready} ready")),
        ("Services", services.to_string()),
        ("Nodes", nodes),
        ("Connections", count(world.calls.len(), "declared or inferred", "declared or inferred")),
    ];
    if isolated > 0 {
        facts.push(("Isolated for ingress", count(isolated, "pod", "pods")));
    }
    facts
}
