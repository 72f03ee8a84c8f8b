//! The one place that talks to the editor's JavaScript.

use super::text::{Finding, Mark};
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

#[wasm_bindgen(inline_js = "export function loadEditor() {
    return import(new URL('vendor/editor.js', document.baseURI));
}")]
extern "C" {
    #[wasm_bindgen(js_name = loadEditor)]
    fn load_editor() -> Promise;

    type Module;
    #[wasm_bindgen(method, catch)]
    fn mount(this: &Module, host: &HtmlElement, options: &JsValue) -> Result<Handle, JsValue>;

    type Handle;
    #[wasm_bindgen(method, catch, js_name = setDoc)]
    fn set_doc(this: &Handle, text: &str, key: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = setDiagnostics)]
    fn set_diagnostics(this: &Handle, findings: &Array) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = setMarks)]
    fn set_marks(this: &Handle, marks: &Array) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn reveal(this: &Handle, from: u32, to: u32) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn destroy(this: &Handle) -> Result<(), JsValue>;
}

/// A mounted rich editor.
pub(super) struct Editor {
    handle: Handle,
    // Kept alive as long as the editor that calls it.
    _typed: Closure<dyn FnMut(String)>,
    _asked: Closure<dyn FnMut(String)>,
}

impl Editor {
    /// Loads the editor and puts it into `host`.
    pub(super) async fn mount(
        host: &HtmlElement,
        label: &str,
        typed: impl FnMut(String) + 'static,
        asked: impl FnMut(String) + 'static,
    ) -> Result<Self, JsValue> {
        let module: Module = JsFuture::from(load_editor()).await?.unchecked_into();
        let typed = Closure::<dyn FnMut(String)>::new(typed);
        let asked = Closure::<dyn FnMut(String)>::new(asked);
        let (on_change, on_command) = (typed.as_ref().clone(), asked.as_ref().clone());
        let options = object(&[("label", label.into()), ("onChange", on_change), ("onCommand", on_command)]);
        Ok(Self { handle: module.mount(host, &options)?, _typed: typed, _asked: asked })
    }

    /// Shows a text; each key keeps its own undo history and caret.
    pub(super) fn show(&self, key: &str, text: &str) {
        warn(self.handle.set_doc(text, key));
    }

    pub(super) fn set_findings(&self, findings: &[Finding]) {
        let list = findings.iter().map(|finding| {
            object(&[
                ("from", finding.from.into()),
                ("to", finding.to.into()),
                ("severity", finding.severity.into()),
                ("message", finding.message.as_str().into()),
            ])
        });
        warn(self.handle.set_diagnostics(&list.collect()));
    }

    pub(super) fn set_marks(&self, marks: &[Mark]) {
        let list = marks.iter().map(|mark| {
            let strokes = mark.glyph.iter();
            let strokes =
                strokes.map(|(d, filled)| object(&[("d", (*d).into()), ("filled", (*filled).into())]));
            let glyph =
                if mark.glyph.is_empty() { JsValue::UNDEFINED } else { strokes.collect::<Array>().into() };
            object(&[
                ("from", mark.from.into()),
                ("to", mark.to.into()),
                ("class", mark.class.into()),
                ("title", mark.title.as_str().into()),
                ("glyph", glyph),
            ])
        });
        warn(self.handle.set_marks(&list.collect()));
    }

    /// Scrolls a stretch into the middle and selects it.
    pub(super) fn reveal(&self, from: u32, to: u32) {
        warn(self.handle.reveal(from, to));
    }

    pub(super) fn destroy(&self) {
        warn(self.handle.destroy());
    }
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

fn warn(result: Result<(), JsValue>) {
    if let Err(error) = result {
        leptos::logging::warn!("the rich editor: {error:?}");
    }
}
