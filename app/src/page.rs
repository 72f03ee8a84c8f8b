//! The page: panels in their places.

use crate::components::{
    icon::{Icon, IconView},
    splitter::{Side, Splitter},
    toast::ToastView,
    views::{Keyed, Plain, PlainList},
};
use crate::keys;
use crate::panels::{
    drawer::Drawer,
    editor::Editor,
    header::{Header, read_files},
    help::Help,
    inspector::Inspector,
    picture::Picture,
    states::{NotSaved, Stopped},
    strip::Strip,
    transport::Transport,
};
use crate::state::{Page, page, prefs::Edge, view::Panel};
use leptos::prelude::*;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let page = Page::new();
    provide_context(page);
    page.start();
    keys::listen();
    let drawer_open = move || page.view.drawer.with(Option::is_some);
    view! {
        <nav class="skip-links" aria-label="Skip to">
            {Panel::ALL
                .map(|panel| {
                    let name = panel_name(panel);
                    view! {
                        <a
                            href=format!("#{}", panel.id())
                            on:click=move |event| {
                                event.prevent_default();
                                keys::go_to(page, panel);
                            }
                        >
                            {format!("Skip to {}", name.to_ascii_lowercase())}
                        </a>
                    }
                })
                .into_iter()
                .plain_list()}
        </nav>
        <div
            class="page"
            class:drawer-open=drawer_open
            class:sheet-open=move || page.view.sheet.get()
            data-panel=move || page.view.panel.get().id()
            on:dragover=move |event| event.prevent_default()
            on:drop=move |event| {
                if let Some(files) = event.data_transfer().and_then(|transfer| transfer.files()) {
                    event.prevent_default();
                    read_files(page, files);
                }
            }
        >
            <Header />
            <section id="editor" class="panel editor" aria-label="Editor" tabindex="-1">
                <Editor />
                <Edges edge=Edge::Editor />
            </section>
            <main id="stage" class="panel stage" aria-label="Cluster" tabindex="-1">
                <Strip />
                <div class="stage-body">
                    <Picture />
                    <Stopped />
                    <NotSaved />
                </div>
                <Transport />
            </main>
            <aside id="inspector" class="panel inspector" aria-label="Inspector" tabindex="-1">
                <Edges edge=Edge::Inspector />
                <Inspector />
            </aside>
            <section id="drawer" class="panel drawer" aria-label="Tables" tabindex="-1">
                {move || drawer_open().then(|| view! { <Edges edge=Edge::Drawer /> }).plain()}
                <Drawer />
            </section>
            <BottomBar />
        </div>
        <Help />
        <Toasts />
        <div class="sr" role="status" aria-live="polite">{move || page.view.said.get()}</div>
    }
}

/// The edge of a panel that can be sized.
#[component]
fn Edges(edge: Edge) -> impl IntoView {
    let page = page();
    let (name, side) = match edge {
        Edge::Editor => ("Width of the editor", Side::Left),
        Edge::Inspector => ("Width of the inspector", Side::Right),
        Edge::Drawer => ("Height of the drawer", Side::Below),
    };
    view! {
        <Splitter
            name=name
            property=edge.property()
            bounds=edge.bounds()
            side=side
            size=page.prefs.size(edge)
            on_resize=move |size| page.prefs.resize(edge, size)
        />
    }
}

/// One panel at a time on a narrow screen.
#[component]
fn BottomBar() -> impl IntoView {
    let page = page();
    view! {
        <nav class="bottom-bar" aria-label="Panels">
            {Panel::ALL
                .map(|panel| {
                    let icon = match panel {
                        Panel::Editor => Icon::File,
                        Panel::Picture => Icon::Picture,
                        Panel::Inspector => Icon::Inspect,
                        Panel::Drawer => Icon::Table,
                    };
                    view! {
                        <button
                            type="button"
                            class="bottom-tab"
                            aria-current=move || (page.view.panel.get() == panel).then_some("true")
                            on:click=move |_| {
                                if panel == Panel::Drawer && page.view.drawer.get_untracked().is_none() {
                                    page.toggle_tab(crate::state::view::Tab::Flows);
                                }
                                page.view.panel.set(panel);
                                page.view.sheet.set(panel == Panel::Inspector);
                            }
                        >
                            <IconView icon=icon />
                            <span>{panel_name(panel)}</span>
                        </button>
                    }
                })
                .into_iter()
                .plain_list()}
        </nav>
    }
}

fn panel_name(panel: Panel) -> &'static str {
    match panel {
        Panel::Editor => "Editor",
        Panel::Picture => "Cluster",
        Panel::Inspector => "Inspector",
        Panel::Drawer => "Tables",
    }
}

#[component]
fn Toasts() -> impl IntoView {
    let page = page();
    view! {
        <section class="toasts" aria-label="Notices">
            <Keyed each=move || page.view.toast.get().into_iter().collect() key=|toast| (toast.id, 0) let:toast>
                {
                    let id = toast.id;
                    let close = move |()| {
                        page.view.toast.update(|shown| {
                            if shown.as_ref().is_some_and(|shown| shown.id == id) {
                                *shown = None;
                            }
                        });
                    };
                    view! { <ToastView text=toast.text act=toast.act on_close=close /> }
                }
            </Keyed>
        </section>
    }
}
