//! Podyard's page and its worker: one module, started in both.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Worker, WorkerOptions, WorkerType};

fn main() {
    match js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(scope) => serve(&scope),
        Err(_) => mount_to_body(Page),
    }
}

/// The worker: says that it is there.
fn serve(scope: &DedicatedWorkerGlobalScope) {
    // A page that is gone cannot be told: nothing to do.
    let _ = scope.post_message(&"ready".into());
}

/// The page: shows what the worker says.
#[component]
fn Page() -> impl IntoView {
    let said = RwSignal::new(String::from("starting"));
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    match Worker::new_with_options("boot.js", &options) {
        Ok(worker) => {
            let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                said.set(event.data().as_string().unwrap_or_default());
            });
            worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
            // Heard for as long as the page lives.
            heard.forget();
        }
        Err(error) => said.set(format!("{error:?}")),
    }
    view! {
        <main>
            <h1>"Podyard"</h1>
            <p>"Engine: " {said}</p>
        </main>
    }
}
