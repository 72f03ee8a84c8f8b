//! What stands over the picture when something is missing: the engine stopped, files not saved.

use crate::components::{button::Button, views::Plain};
use crate::state::{Engine, Page, page, storage::Safety};
use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// The engine stopped for good.
#[component]
pub fn Stopped() -> impl IntoView {
    let page = page();
    let words = move || match page.engine.get() {
        Engine::Stopped(words) => Some(words),
        _ => None,
    };
    view! {
        {move || {
            words()
                .map(|words| {
                    view! {
                        <div class="notice stopped" role="alert">
                            <p>"The engine stopped. Your files are safe."</p>
                            <div class="notice-acts">
                                <Button primary=true on_press=move |()| page.restart()>"Restart"</Button>
                                <Button on_press=move |()| download(page)>"Download files"</Button>
                            </div>
                            {(!words.is_empty())
                                .then(|| {
                                    view! {
                                        <details>
                                            <summary>"Report"</summary>
                                            <pre tabindex="0">{words}</pre>
                                        </details>
                                    }
                                })
                                .plain()}
                        </div>
                    }
                })
                .plain()
        }}
    }
}

/// The browser does not keep the files.
#[component]
pub fn NotSaved() -> impl IntoView {
    let page = page();
    view! {
        {move || {
            (page.safety.get() == Safety::NotSaved)
                .then(|| {
                    view! {
                        <div class="notice not-saved">
                            <p>"Not saved: this browser's storage is full or blocked."</p>
                            <Button on_press=move |()| download(page)>"Download files"</Button>
                        </div>
                    }
                })
                .plain()
        }}
    }
}

/// Hands the user all files as one, each under a comment with its name.
pub fn download(page: Page) {
    let documents = page.documents.get_untracked();
    let mut text = String::new();
    for sheet in documents.sheets() {
        if !text.is_empty() {
            text.push_str("---\n");
        }
        text.push_str(&format!("# {}\n{}", sheet.name, sheet.text));
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    if save_as("podyard.yaml", &text).is_none() {
        page.view.toast("The browser refused the download. Copy the text from the editor.", None);
    }
}

fn save_as(name: &str, text: &str) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type("application/yaml");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let anchor: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // The download has its own hold on the blob by now.
    let _ = Url::revoke_object_url(&url);
    Some(())
}
