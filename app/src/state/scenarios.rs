//! The scenarios that come with the page: data beside it, listed by `scenarios/index.json`.

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use podyard_engine::session::File;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// A scenario on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Its folder.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it shows, in one sentence.
    pub sentence: String,
    /// Its files, in order.
    pub files: Vec<String>,
}

async fn fetch(path: &str) -> Option<Response> {
    let response = JsFuture::from(window().fetch_with_str(path)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    response.ok().then_some(response)
}

/// The list; nothing when it cannot be reached.
pub async fn list() -> Option<Vec<Scenario>> {
    let json = JsFuture::from(fetch("scenarios/index.json").await?.json().ok()?).await.ok()?;
    let text = |value: &JsValue, key: &str| Reflect::get(value, &key.into()).ok()?.as_string();
    let read = |value: JsValue| {
        let files = Reflect::get(&value, &"files".into()).ok()?.dyn_into::<Array>().ok()?;
        Some(Scenario {
            name: text(&value, "name")?,
            title: text(&value, "title")?,
            sentence: text(&value, "sentence")?,
            files: files.iter().filter_map(|file| file.as_string()).collect(),
        })
    };
    Some(json.dyn_into::<Array>().ok()?.iter().filter_map(read).collect())
}

/// A scenario's files; nothing when one of them cannot be reached.
pub async fn files(scenario: &Scenario) -> Option<Vec<File>> {
    let mut files = vec![];
    for name in &scenario.files {
        let response = fetch(&format!("scenarios/{}/{name}", scenario.name)).await?;
        let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
        files.push(File { name: name.clone(), text });
    }
    Some(files)
}
