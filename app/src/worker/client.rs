//! The page's end: sends commands, hands updates on in order, and starts the worker again after a trap.

use super::outbox::{AfterCrash, Outbox};
use super::wire::{Message, Request};
use js_sys::{Array, Uint8Array};
use podyard_engine::session::{Command, Update, VERSION};
use std::{cell::RefCell, rc::Rc, time::Duration};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

/// The script that page and worker both start from.
const SCRIPT: &str = "boot.js";
/// How often the worker's pulse is felt.
const BEAT: Duration = Duration::from_millis(100);
/// A request that takes this long is said to be calculating, in beats.
const BUSY_BEATS: u32 = 3;
/// A request that takes this long has hung, in beats.
const LOST_BEATS: u32 = 300;

/// What the page learns from the client.
pub enum Signal {
    /// Changes, in order.
    Updates(Vec<Update>),
    /// A request takes longer than 300 ms, or has ended.
    Busy(bool),
    /// The engine stopped and starts again: it needs [`Command::Open`] with the documents.
    Restarted,
    /// The engine stopped for good, in its own words.
    Stopped(String),
}

type Listener = Rc<dyn Fn(Signal)>;

struct Link {
    worker: Worker,
    // Kept alive as long as the worker they listen to.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

#[derive(Default)]
struct Inner {
    outbox: Outbox,
    link: Option<Link>,
    ready: bool,
    stopped: bool,
    last_words: String,
    /// (request id, beats it has lasted)
    pulse: (u64, u32),
    busy: bool,
}

/// The engine, as the page holds it.
#[derive(Clone)]
pub struct Client {
    inner: Rc<RefCell<Inner>>,
    listener: Listener,
}

impl Client {
    /// Starts the worker.
    pub fn start(listener: impl Fn(Signal) + 'static) -> Self {
        let client = Self { inner: Rc::default(), listener: Rc::new(listener) };
        client.connect();
        let beating = client.clone();
        leptos::prelude::set_interval(move || beating.beat(), BEAT);
        client
    }

    /// Asks the engine for something.
    pub fn send(&self, command: Command) {
        if !self.inner.borrow().stopped {
            self.inner.borrow_mut().outbox.push(command);
            self.flush();
        }
    }

    /// Time going on is already asked for.
    pub fn advancing(&self) -> bool {
        self.inner.borrow().outbox.advancing()
    }

    /// Starts again on the user's word.
    pub fn restart(&self) {
        self.inner.borrow_mut().outbox.forgive();
        self.inner.borrow_mut().stopped = false;
        self.connect();
        (self.listener)(Signal::Restarted);
    }

    fn connect(&self) {
        self.disconnect();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = match Worker::new_with_options(SCRIPT, &options) {
            Ok(worker) => worker,
            Err(error) => return self.stop(format!("{error:?}")),
        };
        let client = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            client.hear(&Uint8Array::new(&event.data()).to_vec());
        });
        let client = self.clone();
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            event.prevent_default();
            client.crashed();
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        self.inner.borrow_mut().link = Some(Link { worker, _on_message: on_message, _on_error: on_error });
    }

    fn disconnect(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.ready = false;
        if let Some(link) = inner.link.take() {
            link.worker.set_onmessage(None);
            link.worker.set_onerror(None);
            link.worker.terminate();
            // One of its closures may be running right now: it may only be dropped once that has returned.
            drop(inner);
            leptos::prelude::set_timeout(move || drop(link), Duration::ZERO);
        }
    }

    fn flush(&self) {
        let mut inner = self.inner.borrow_mut();
        if !inner.ready {
            return;
        }
        let Some((id, command)) = inner.outbox.take_next() else { return };
        let bytes = Uint8Array::from(Request::new(id, command).to_bytes().as_slice());
        let sent = inner
            .link
            .as_ref()
            .map(|link| link.worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer())));
        drop(inner);
        if !matches!(sent, Some(Ok(()))) {
            self.crashed();
        }
    }

    fn hear(&self, bytes: &[u8]) {
        match Message::from_bytes(bytes) {
            Ok(Message::Ready(VERSION)) => {
                self.inner.borrow_mut().ready = true;
                self.flush();
            }
            Ok(Message::Ready(version)) => {
                self.stop(format!("the engine speaks version {version}, the page {VERSION}"))
            }
            Ok(Message::Answer { id, updates }) => {
                let counts = self.inner.borrow_mut().outbox.answered(id);
                self.set_busy(false);
                self.flush();
                if counts {
                    (self.listener)(Signal::Updates(updates));
                }
            }
            Ok(Message::Stopping(words)) => self.inner.borrow_mut().last_words = words,
            Err(unreadable) => {
                self.inner.borrow_mut().last_words = format!("unreadable answer: {unreadable:?}");
                self.crashed();
            }
        }
    }

    fn crashed(&self) {
        let (after, never_ran) = {
            let mut inner = self.inner.borrow_mut();
            let never_ran = !inner.ready;
            (inner.outbox.crashed(), never_ran)
        };
        self.set_busy(false);
        if never_ran || after == AfterCrash::Stay {
            let words = std::mem::take(&mut self.inner.borrow_mut().last_words);
            return self.stop(words);
        }
        self.connect();
        (self.listener)(Signal::Restarted);
    }

    fn stop(&self, words: String) {
        self.disconnect();
        self.inner.borrow_mut().stopped = true;
        (self.listener)(Signal::Stopped(words));
    }

    fn beat(&self) {
        let beats = {
            let mut inner = self.inner.borrow_mut();
            let Some(id) = inner.outbox.under_way() else { return };
            inner.pulse = if inner.pulse.0 == id { (id, inner.pulse.1 + 1) } else { (id, 0) };
            inner.pulse.1
        };
        if beats >= LOST_BEATS {
            self.inner.borrow_mut().last_words = "no answer for 30 s".into();
            self.crashed();
        } else if beats >= BUSY_BEATS {
            self.set_busy(true);
        }
    }

    fn set_busy(&self, busy: bool) {
        let changed = std::mem::replace(&mut self.inner.borrow_mut().busy, busy) != busy;
        if changed {
            (self.listener)(Signal::Busy(busy));
        }
    }
}
