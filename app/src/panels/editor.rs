//! The editor panel: files as tabs, the text, and the line that says what the cluster made of it.

use crate::components::{
    button::IconButton,
    icon::Icon,
    tabs::{TabItem, Tabs},
    views::Plain,
};
use crate::editor::text::{Finding, Given, Mark, Reveal, TextEditor};
use crate::panels::words::count;
use crate::scene::glyph::Glyph;
use crate::state::{Applied, Page, acts::now, page, view::Show};
use leptos::{html, prelude::*};
use podyard_engine::session::{HopState, Severity};
use std::time::Duration;

/// The user's files.
#[component]
pub fn Editor() -> impl IntoView {
    let page = page();
    let renaming = RwSignal::new(false);
    let items = Memo::new(move |_| {
        let stale = page.results.documents.get();
        page.documents.with(|documents| {
            let item = |sheet: &crate::state::documents::Sheet| TabItem {
                key: sheet.id,
                label: sheet.name.clone(),
                count: None,
                mark: stale
                    .iter()
                    .any(|document| document.file == sheet.name && document.stale)
                    .then_some("an older version is shown"),
            };
            documents.sheets().iter().map(item).collect::<Vec<_>>()
        })
    });
    let active =
        Memo::new(move |_| page.documents.with(|documents| documents.active().map(|sheet| sheet.id)));
    let name = Memo::new(move |_| {
        page.documents
            .with(|documents| documents.active().map(|sheet| sheet.name.clone()).unwrap_or_default())
    });
    follow_reveals(page);
    view! {
        <div class="panel-head editor-head">
            {move || match (renaming.get(), active.get()) {
                (true, Some(id)) => view! { <Rename id=id name=name.get_untracked() renaming=renaming /> }.plain(),
                _ => {
                    view! {
                        <Tabs
                            name="Files"
                            panel="editor-text"
                            items=items
                            selected=active
                            on_select=move |id| page.documents.update(|documents| { documents.show(id); })
                        />
                    }
                        .plain()
                }
            }}
            <span class="grow"></span>
            <span class="head-acts">
                <IconButton name="Rename this file" icon=Icon::Pen on_press=move |()| renaming.set(active.get_untracked().is_some()) />
                <IconButton
                    name="Remove this file"
                    icon=Icon::Close
                    on_press=move |()| {
                        if let Some(id) = active.get_untracked() {
                            page.remove(id);
                        }
                    }
                />
                <IconButton
                    name="New file"
                    icon=Icon::Plus
                    on_press=move |()| {
                        page.documents.update(|documents| { documents.add("new.yaml", String::new()); });
                    }
                />
            </span>
        </div>
        <div id="editor-text" class="editor-body" role="tabpanel" aria-label=move || name.get()>
            {move || {
                active
                    .get()
                    .is_none()
                    .then(|| view! { <p class="empty">"No files. Drop manifests here, paste, or add a file with +."</p> })
                    .plain()
            }}
            <div class="editor-fill" hidden=move || active.get().is_none()>
                <TextEditor
                    label=name
                    given=given(page)
                    on_input=move |(id, text)| page.type_text(id, text)
                    on_apply=move |()| {
                        page.apply();
                        page.view.say("Applied.");
                    }
                    findings=findings(page, name)
                    marks=marks(page, name)
                    reveal=reveal(page)
                />
            </div>
        </div>
        <StatusLine />
    }
}

/// The active file's text, whenever something else than typing put it there.
fn given(page: Page) -> Signal<Given> {
    let active =
        Memo::new(move |_| page.documents.with(|documents| documents.active().map(|sheet| sheet.id)));
    let given = Memo::new(move |_| {
        let (key, revision) = (active.get().unwrap_or_default(), page.revision.get());
        let text =
            page.documents.with_untracked(|d| d.active().map(|sheet| sheet.text.clone())).unwrap_or_default();
        Given { key, revision, text }
    });
    given.into()
}

fn findings(page: Page, name: Memo<String>) -> Signal<Vec<Finding>> {
    let findings = Memo::new(move |_| {
        let name = name.get();
        page.results.problems.with(|problems| {
            let own = problems.iter().filter(|problem| problem.at.file == name);
            own.map(|problem| Finding {
                from: problem.at.from,
                to: problem.at.to,
                severity: match problem.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Information => "info",
                },
                message: match &problem.detail {
                    Some(detail) => format!("{}\n{detail}", problem.headline),
                    None => problem.headline.clone(),
                },
            })
            .collect()
        })
    });
    findings.into()
}

/// The lines the walk on show names: the deciding one carries the verdict's glyph.
fn marks(page: Page, name: Memo<String>) -> Signal<Vec<Mark>> {
    let marks = Memo::new(move |_| {
        let name = name.get();
        let walking = page.view.show.get() == Show::Walk;
        let Some(walk) = page.results.walk.get().filter(|_| walking) else { return vec![] };
        let glyph = Glyph::of(walk.verdict, walk.plugin.is_some());
        let decided = walk.hops.iter().filter(|hop| hop.state == HopState::Decided);
        let here = decided.filter_map(|hop| hop.at.as_ref()).filter(|at| at.file == name);
        here.flat_map(|at| {
            let title = format!("{}: this decided", walk.word);
            let sign = Mark {
                from: at.from,
                to: at.from,
                class: Glyph::of(walk.verdict, false).class(),
                glyph: glyph.strokes().iter().map(|stroke| (stroke.d, stroke.filled)).collect(),
                title: title.clone(),
            };
            [sign, Mark { from: at.from, to: at.to, class: "decides", glyph: vec![], title }]
        })
        .collect()
    });
    marks.into()
}

/// Opens the file a link points into, and only then goes to the place.
fn follow_reveals(page: Page) {
    Effect::new(move || {
        if let (_, Some(at)) = page.view.reveal.get() {
            let id =
                page.documents.with_untracked(|documents| documents.named(&at.file).map(|sheet| sheet.id));
            let shown = page.documents.with_untracked(|documents| documents.active().map(|sheet| sheet.id));
            if let Some(id) = id.filter(|id| Some(*id) != shown) {
                page.documents.update(|documents| {
                    documents.show(id);
                });
            }
        }
    });
}

fn reveal(page: Page) -> Signal<Reveal> {
    let reveal = Memo::new(move |_| {
        let (count, at) = page.view.reveal.get();
        let at = at.unwrap_or_default();
        let key = page.documents.with_untracked(|documents| documents.named(&at.file).map(|sheet| sheet.id));
        Reveal { count, key: key.unwrap_or_default(), from: at.from, to: at.to }
    });
    reveal.into()
}

/// A field in the tab's place.
#[component]
fn Rename(id: u64, name: String, renaming: RwSignal<bool>) -> impl IntoView {
    let page = page();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            let _ = input.focus();
            input.select();
        }
    });
    let done = move |keep: bool| {
        if renaming.get_untracked() {
            if keep && let Some(input) = input.get_untracked() {
                page.rename(id, &input.value());
            }
            renaming.set(false);
        }
    };
    view! {
        <input
            node_ref=input
            class="input rename"
            aria-label="New name of this file"
            value=name
            spellcheck="false"
            on:keydown=move |event| match event.key().as_str() {
                "Enter" => done(true),
                "Escape" => {
                    event.stop_propagation();
                    done(false);
                }
                _ => {}
            }
            on:blur=move |_| done(true)
        />
    }
}

/// `2 problems · applied`.
#[component]
fn StatusLine() -> impl IntoView {
    let page = page();
    let tick = RwSignal::new(now());
    let ticking = set_interval_with_handle(move || tick.set(now()), Duration::from_secs(1));
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    let problems = Memo::new(move |_| {
        page.results
            .problems
            .with(|problems| problems.iter().filter(|p| p.severity != Severity::Information).count())
    });
    let taken = move || match (page.results.stale_since.get(), page.applied.get()) {
        (Some(since), _) => {
            // The cast saturates; a clock set back shows 0.
            let seconds = ((tick.get() - since) / 1000.0).max(0.0) as u64;
            format!("showing the version of {seconds} s ago")
        }
        (None, Applied::Yes) => "applied".into(),
        (None, Applied::NotYet) => "preview".into(),
    };
    view! {
        <div class="status-line">
            {move || match problems.get() {
                0 => view! { <span>"No problems"</span> }.plain(),
                number => {
                    view! {
                        <button
                            type="button"
                            class="link"
                            title="Open the list of problems"
                            on:click=move |_| page.view.drawer.set(Some(crate::state::view::Tab::Problems))
                        >
                            {count(number, "problem", "problems")}
                        </button>
                    }
                        .plain()
                }
            }}
            <span aria-hidden="true">"·"</span>
            <span>{move || taken()}</span>
        </div>
    }
}
