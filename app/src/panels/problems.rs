//! Findings in the files: what, where, and the fix.

use crate::components::{
    button::Button,
    views::{Plain, PlainList},
};
use crate::panels::drawer::thousands;
use crate::panels::words::{LineLink, count, kind_of, name_of};
use crate::state::page;
use leptos::prelude::*;
use podyard_engine::session::{DiagnosticView, Severity};

/// So many are listed; the rest is counted.
const LISTED: usize = 200;

/// The list of findings, by file.
#[component]
pub fn Problems() -> impl IntoView {
    let page = page();
    let files = move || page.documents.with(|documents| documents.sheets().len());
    view! {
        <div class="problems">
            {move || {
                let problems = page.results.problems.get();
                if problems.is_empty() {
                    let words = format!("No problems in {}.", count(files(), "file", "files"));
                    return view! { <p class="empty">{words}</p> }.plain();
                }
                let rows =
                    problems.iter().take(LISTED).cloned().map(|problem| view! { <Problem problem=problem /> });
                let more = problems.len().saturating_sub(LISTED);
                view! {
                    <ul class="problem-list">{rows.plain_list()}</ul>
                    {(more > 0).then(|| view! { <p class="quiet small older">{format!("{} more are not listed.", thousands(more as u64))}</p> }).plain()}
                }
                    .plain()
            }}
        </div>
    }
}

/// The word of a severity, and the class of its mark.
pub fn severity(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("Error", "error"),
        Severity::Warning => ("Warning", "warning"),
        Severity::Information => ("Note", "information"),
    }
}

#[component]
fn Problem(problem: DiagnosticView) -> impl IntoView {
    let page = page();
    let (word, class) = severity(problem.severity);
    let file = problem.at.file.clone();
    let object = problem.at.object.clone();
    let object = (!object.is_empty()).then(|| format!("{} {}", kind_of(&object), name_of(&object)));
    view! {
        <li class="problem">
            <span class=format!("severity {class}")>{word}</span>
            <span class="problem-words">
                <span class="problem-headline">{problem.headline.clone()}</span>
                {problem.detail.clone().map(|detail| view! { " " <code class="detail">{detail}</code> }).plain()}
            </span>
            <span class="problem-object">{object}</span>
            <LineLink at=problem.at.clone() />
            {problem
                .fix
                .clone()
                .map(|fix| {
                    let label = fix.label.clone();
                    view! { <Button on_press=move |()| page.fix(&file, &fix)>{label}</Button> }
                })
                .plain()}
        </li>
    }
}
