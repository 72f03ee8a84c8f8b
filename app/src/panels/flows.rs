//! Every connection as it happens, newest on top; still while one reads.

use crate::components::{
    table::{Column, Table},
    views::Plain,
};
use crate::panels::{
    drawer::thousands,
    verdict::Tag,
    words::{LineLink, name_of},
};
use crate::state::{clock, page};
use leptos::prelude::*;
use podyard_engine::session::FlowView;
use std::sync::Arc;

const COLUMNS: &[Column] = &[
    Column { name: "Time", class: "col-time" },
    Column { name: "Source", class: "col-end" },
    Column { name: "Destination", class: "col-end" },
    Column { name: "Verdict", class: "col-verdict" },
    Column { name: "Reason", class: "col-reason" },
];

/// The table of flows.
#[component]
pub fn Flows() -> impl IntoView {
    let page = page();
    let frozen = RwSignal::new(None::<u64>);
    let log = page.results.flows;
    let rows = Memo::new(move |_| {
        let only = page.view.filter.get();
        match frozen.get() {
            Some(until) => log.with_untracked(|log| log.newest_first(until, only)),
            None => log.with(|log| log.newest_first(log.seen(), only)),
        }
    });
    let news = move || frozen.get().map_or(0, |until| log.with(|log| log.seen().saturating_sub(until)));
    let older = move || log.with(|log| log.older());
    let hold = move |held: bool| match (held, frozen.try_get_untracked()) {
        (true, Some(None)) => frozen.set(Some(log.with_untracked(|log| log.seen()))),
        (false, Some(Some(_))) => frozen.set(None),
        _ => {}
    };
    let walk = move |flow: Arc<FlowView>| page.walk_flow(flow.id);
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));
    view! {
        <div class="flows">
            {move || {
                let news = news();
                (news > 0)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="chip news"
                                on:click=move |_| frozen.set(Some(log.with_untracked(|log| log.seen())))
                            >
                                {format!("{} new", thousands(news))}
                            </button>
                        }
                    })
                    .plain()
            }}
            {move || {
                empty
                    .get()
                    .then(|| {
                        let words = match page.view.filter.get() {
                            Some(_) => "No connection with this verdict yet. The legend shows all again.",
                            None => "No connections yet. Press play, or try a connection (C).",
                        };
                        view! { <p class="empty">{words}</p> }
                    })
                    .plain()
            }}
            <Table
                name="Flows"
                columns=COLUMNS
                rows=rows
                key=id
                row=row
                on_open=walk
                on_hold=hold
            />
            {move || {
                let older = older();
                (older > 0).then(|| view! { <p class="quiet small older">{format!("{} older flows are counted, not kept.", thousands(older))}</p> }).plain()
            }}
        </div>
    }
}

fn id(flow: &Arc<FlowView>) -> u64 {
    flow.id
}

fn row(flow: &Arc<FlowView>) -> AnyView {
    let to = match (&flow.to, &flow.service) {
        (Some(pod), _) => format!("{} → {}", flow.target, name_of(pod)),
        _ => flow.target.clone(),
    };
    view! {
        <td class="col-time">{clock::format(flow.start)}</td>
        <td class="col-end" title=flow.from.clone()>{name_of(&flow.from)}</td>
        <td class="col-end" title=to.clone()>{to.clone()}</td>
        <td class="col-verdict"><Tag verdict=flow.verdict plugin=flow.plugin /></td>
        <td class="col-reason">
            <span class="reason">{flow.reason.clone()}</span>
            {flow.at.clone().map(|at| view! { " " <LineLink at=at /> }).plain()}
        </td>
    }
    .plain()
}
