//! All pairs: sources down, destinations across.

use crate::components::views::{Plain, PlainList};
use crate::panels::drawer::thousands;
use crate::panels::verdict::{Mark, word};
use crate::panels::words::{kind_of, name_of, namespace_of};
use crate::state::page;
use leptos::{html, prelude::*};
use podyard_engine::session::{MatrixCell, MatrixView};
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// So many rows and columns are drawn; the rest is counted.
const DRAWN: usize = 60;

/// The matrix of workloads.
#[component]
pub fn Matrix() -> impl IntoView {
    let page = page();
    view! {
        {move || match page.results.matrix.get() {
            Some(matrix) if matrix.ends.is_empty() => view! { <p class="empty">"No pods to compare."</p> }.plain(),
            Some(matrix) => view! { <Grid matrix=matrix /> }.plain(),
            None => view! { <p class="empty">"Comparing all pairs."</p> }.plain(),
        }}
    }
}

#[component]
fn Grid(matrix: Arc<MatrixView>) -> impl IntoView {
    let page = page();
    let table = NodeRef::<html::Table>::new();
    // One cell is in the focus order; arrows move from there.
    let at = RwSignal::new((0_usize, 0_usize));
    let count = matrix.ends.len().min(DRAWN);
    let hidden = matrix.ends.len() - count;
    let several = matrix
        .ends
        .iter()
        .map(|end| namespace_of(end))
        .filter(|ns| !ns.is_empty())
        .collect::<std::collections::BTreeSet<_>>()
        .len()
        > 1;
    let label = move |end: &str| {
        let name = name_of(end);
        if several && !namespace_of(end).is_empty() { format!("{}/{name}", namespace_of(end)) } else { name }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let (row, column) = at.get_untracked();
        let last = count.saturating_sub(1);
        let next = match event.key().as_str() {
            "ArrowDown" => ((row + 1).min(last), column),
            "ArrowUp" => (row.saturating_sub(1), column),
            "ArrowRight" => (row, (column + 1).min(last)),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            _ => return,
        };
        event.prevent_default();
        at.set(next);
        let cell = table
            .get_untracked()
            .and_then(|table| table.query_selector(&format!("#cell-{}-{}", next.0, next.1)).ok().flatten());
        if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = cell.focus();
        }
    };
    let heads = matrix
        .ends
        .iter()
        .take(DRAWN)
        .map(|end| view! { <th scope="col" class="matrix-head" title=end.clone()><span>{label(end)}</span></th> })
        .plain_list();
    let port = matrix.port;
    let rows = matrix.ends.iter().zip(&matrix.cells).take(DRAWN).enumerate().map(|(row, (from, cells))| {
        let line = matrix.ends.iter().zip(cells).take(DRAWN).enumerate().map(|(column, (to, cell))| {
            let name = accessible(&label(from), &label(to), cell);
            let (from, to) = (from.clone(), to.clone());
            let shown = content(cell);
            view! {
                <td class:empty-cell=cell.of == 0>
                    <button
                        type="button"
                        id=format!("cell-{row}-{column}")
                        class="cell"
                        tabindex=move || if at.get() == (row, column) { "0" } else { "-1" }
                        aria-label=name.clone()
                        title=name.clone()
                        on:focus=move |_| at.set((row, column))
                        on:click=move |_| page.walk(&from, &to, port, None)
                    >
                        {shown}
                    </button>
                </td>
            }
        });
        view! {
            <tr>
                <th scope="row" title=from.clone()>
                    <span class="matrix-name">{label(from)}</span>
                    <span class="matrix-kind">{kind_of(from).to_string()}</span>
                </th>
                {line.plain_list()}
            </tr>
        }
    });
    let rows = rows.plain_list();
    let asked = match port {
        Some(port) => format!("{}/{port}", matrix.protocol),
        None => "the destinations' own ports".into(),
    };
    view! {
        <div class="matrix-host">
            <table node_ref=table class="matrix" on:keydown=on_keydown>
                <caption>
                    "Sources down, destinations across, on " {asked} ". Enter walks a pair."
                    {(hidden > 0).then(|| format!(" The first {DRAWN} workloads; {} more are not drawn.", thousands(hidden as u64)))}
                </caption>
                <thead>
                    <tr>
                        <td></td>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// The glyph, or `3/5` where members differ.
fn content(cell: &MatrixCell) -> AnyView {
    match cell.verdict {
        Some(verdict) if cell.allowed > 0 && cell.allowed < cell.of => view! {
            <Mark verdict=verdict />
            <span class="cell-share">{format!("{}/{}", cell.allowed, cell.of)}</span>
        }
        .plain(),
        Some(verdict) => view! { <Mark verdict=verdict /> }.plain(),
        None => view! { <span class="cell-none">"·"</span> }.plain(),
    }
}

fn accessible(from: &str, to: &str, cell: &MatrixCell) -> String {
    match cell.verdict {
        Some(verdict) if cell.allowed > 0 && cell.allowed < cell.of => {
            format!(
                "{from} → {to}: {} of {} get through, the worst: {}",
                cell.allowed,
                cell.of,
                word(verdict)
            )
        }
        Some(verdict) => format!("{from} → {to}: {}", word(verdict)),
        None => format!("{from} → {to}: nothing to try"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podyard_engine::session::Verdict;

    #[test]
    fn a_cell_says_what_it_shows() {
        let cell = |of, allowed, verdict| MatrixCell { of, allowed, verdict };
        assert_eq!(accessible("web", "db", &cell(2, 0, Some(Verdict::Dropped))), "web → db: Dropped");
        assert_eq!(
            accessible("web", "db", &cell(5, 3, Some(Verdict::Dropped))),
            "web → db: 3 of 5 get through, the worst: Dropped"
        );
        assert_eq!(accessible("web", "db", &cell(0, 0, None)), "web → db: nothing to try");
    }
}
