//! The bar on top: what runs, ways to bring manifests in, how the page looks, its keys.

use crate::components::{
    button::IconButton,
    icon::{Icon, IconView},
    menu::{Menu, MenuItem},
};
use crate::panels::words::count;
use crate::state::{Page, page, prefs::Theme, storage};
use leptos::{html, prelude::*, task::spawn_local};
use podyard_engine::session::File;
use wasm_bindgen_futures::JsFuture;

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let page = page();
    let title = move || {
        page.documents.with(|documents| match (documents.title.as_str(), documents.edited) {
            ("", _) => "Your work".to_string(),
            (title, true) if documents.scenario.is_some() => format!("{title} (edited)"),
            (title, _) => title.to_string(),
        })
    };
    let depends = move || {
        page.results.world.with(|world| {
            let nodes = count(world.nodes.len(), "node", "nodes");
            if world.profile.is_empty() { String::new() } else { format!("{nodes} · {}", world.profile) }
        })
    };
    let theme_name = move || {
        match page.prefs.theme.get() {
            Theme::System => "Theme: as the system. Switch to light",
            Theme::Light => "Theme: light. Switch to dark",
            Theme::Dark => "Theme: dark. Switch to as the system",
        }
        .to_string()
    };
    view! {
        <header class="header">
            <h1 class="brand">"Podyard"</h1>
            <Menu name="Scenarios and your work" label=title items=Callback::new(move |()| works(page)) />
            <span class="chip depends" title="What every answer depends on: the nodes and the network plugin's profile">
                {move || depends()}
            </span>
            <span class="grow"></span>
            <OpenFiles />
            <IconButton
                name=Signal::derive(theme_name)
                icon=Icon::Theme
                on_press=move |()| {
                    page.prefs.theme.update(|theme| {
                        *theme = match theme {
                            Theme::System => Theme::Light,
                            Theme::Light => Theme::Dark,
                            Theme::Dark => Theme::System,
                        };
                    });
                }
            />
            <button
                type="button"
                class="icon-button"
                aria-label="Help: keys (?)"
                title="Help: keys (?)"
                on:click=move |_| page.view.help.set(true)
            >
                <span class="icon-letter" aria-hidden="true">"?"</span>
            </button>
        </header>
    }
}

/// A button that opens files from disk, and one that takes what was copied.
#[component]
fn OpenFiles() -> impl IntoView {
    let page = page();
    let input = NodeRef::<html::Input>::new();
    let paste = move |_| {
        spawn_local(async move {
            let text = JsFuture::from(window().navigator().clipboard().read_text()).await;
            match text.ok().and_then(|text| text.as_string()).filter(|text| !text.trim().is_empty()) {
                Some(text) => page.add_files(vec![File { name: "pasted.yaml".into(), text }]),
                None => page.view.toast("There is no text to paste: copy manifests first.", None),
            }
        });
    };
    view! {
        <button type="button" class="button quiet" title="Add what you copied as a file" on:click=paste>
            "Paste"
        </button>
        <button
            type="button"
            class="button quiet"
            title="Open manifests from disk, or drop them anywhere"
            on:click=move |_| {
                if let Some(input) = input.get_untracked() {
                    input.click();
                }
            }
        >
            <IconView icon=Icon::Open />
            <span>"Open files"</span>
        </button>
        <input
            node_ref=input
            type="file"
            hidden
            multiple
            aria-label="Files to open"
            accept=".yaml,.yml,.json,.txt"
            on:change=move |_| {
                if let Some(input) = input.get_untracked() {
                    if let Some(files) = input.files() {
                        read_files(page, files);
                    }
                    input.set_value("");
                }
            }
        />
    }
}

/// Reads files from disk and adds them to the work.
pub fn read_files(page: Page, list: web_sys::FileList) {
    let files: Vec<web_sys::File> = (0..list.length()).filter_map(|at| list.get(at)).collect();
    spawn_local(async move {
        let mut read = vec![];
        for file in files {
            let name = file.name();
            match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
                Some(text) => read.push(File { name, text }),
                None => page.view.toast(format!("{name} could not be read."), None),
            }
        }
        page.add_files(read);
    });
}

/// Scenarios first, then what the user left.
fn works(page: Page) -> Vec<MenuItem> {
    let current = page.documents.with_untracked(|documents| documents.scenario.clone());
    let mut items: Vec<MenuItem> = page
        .scenarios
        .get_untracked()
        .into_iter()
        .map(|scenario| MenuItem {
            label: scenario.title.clone(),
            note: scenario.sentence.clone(),
            heading: None,
            current: current.as_ref() == Some(&scenario.name),
            act: Callback::new(move |()| page.open_scenario(scenario.clone())),
        })
        .collect();
    if let Some(first) = items.first_mut() {
        first.heading = Some("Scenarios");
    }
    let empty = MenuItem {
        label: "Start empty".into(),
        note: "No files yet: paste, drop or type manifests.".into(),
        heading: None,
        current: false,
        act: Callback::new(move |()| page.open_empty()),
    };
    items.push(empty);
    let kept = storage::kept().into_iter().enumerate().map(|(at, (key, work))| {
        let files: Vec<&str> = work.sheets().iter().map(|sheet| sheet.name.as_str()).collect();
        MenuItem {
            label: if work.title.is_empty() { "Untitled".into() } else { format!("{} (edited)", work.title) },
            note: files.join(", "),
            heading: (at == 0).then_some("Your work"),
            current: false,
            act: Callback::new(move |()| page.open_kept(&key)),
        }
    });
    items.extend(kept);
    items
}
