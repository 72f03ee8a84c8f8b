//! The worker's end: a [`Session`] that answers requests in the order they come.

use super::wire::{Message, Request};
use js_sys::{Array, Uint8Array};
use podyard_engine::session::{Session, Update, VERSION};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// This thread's scope, when it is a dedicated worker.
pub fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Answers requests for as long as the worker lives.
pub fn serve(scope: DedicatedWorkerGlobalScope) {
    let last_words = scope.clone();
    std::panic::set_hook(Box::new(move |info| post(&last_words, &Message::Stopping(info.to_string()))));
    let mut session = Session::new();
    let answering = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        let message = match Request::from_bytes(&bytes) {
            Ok(request) => Message::Answer { id: request.id, updates: answer(&mut session, request) },
            Err(unreadable) => Message::Stopping(format!("unreadable request: {unreadable:?}")),
        };
        post(&answering, &message);
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(&scope, &Message::Ready(VERSION));
}

fn answer(session: &mut Session, request: Request) -> Vec<Update> {
    session.handle(request.command)
}

/// Sends a message, giving its bytes away instead of copying them.
fn post(scope: &DedicatedWorkerGlobalScope, message: &Message) {
    let bytes = Uint8Array::from(message.to_bytes().as_slice());
    // A page that is gone cannot be told: nothing to do.
    let _ = scope.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
}
