//! One module, two lives: the page, or the worker that runs the engine for it.

use podyard_app::{page::App, worker::serve};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./later.js")]
extern "C" {
    fn fetch_later();
}

/// Lives, until the page or the worker is closed. `boot.js` calls it once the module is ready.
#[wasm_bindgen]
pub fn live() {
    match serve::scope() {
        Some(scope) => serve::serve(scope),
        None => {
            std::panic::set_hook(Box::new(page_stopped));
            if let Some(shell) = leptos::prelude::document().get_element_by_id("shell") {
                shell.remove();
            }
            leptos::mount::mount_to_body(App);
        }
    }
}

/// Fetches the half of the module that the first scenario does without. The build lets calls into that half come here.
#[wasm_bindgen]
pub fn complete() {
    fetch_later();
}

/// The page itself cannot go on: what `index.html` or the style sheets keep for this moment is shown.
fn page_stopped(info: &std::panic::PanicHookInfo<'_>) {
    leptos::logging::error!("{info}");
    if let Some(root) = leptos::prelude::document().document_element() {
        let _ = root.set_attribute("data-stopped", "page");
    }
}

fn main() {}
