//! One text in the rich editor, or in a plain field until that has arrived.

use super::glue;
use crate::components::set_property;
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;

/// A stretch of the text with something to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// UTF-16 offset of its first character.
    pub from: u32,
    /// UTF-16 offset past its last.
    pub to: u32,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What to say.
    pub message: String,
}

/// A stretch set apart, or a line with a sign in the gutter.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// UTF-16 offset of the first character it is about.
    pub from: u32,
    /// UTF-16 offset past the last.
    pub to: u32,
    /// Its class: `v-silent`.
    pub class: &'static str,
    /// The sign's path data, each filled or stroked; none for a stretch without a sign.
    pub glyph: Vec<(&'static str, bool)>,
    /// Its name.
    pub title: String,
}

/// A text that was put there by something else than typing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// Tells one text from another, so that each keeps its own undo.
    pub key: u64,
    /// Grows when the text changed.
    pub revision: u64,
    /// The text.
    pub text: String,
}

/// A place to go to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reveal {
    /// Grows with every wish; 0 when there was none.
    pub count: u64,
    /// The text it lies in.
    pub key: u64,
    /// UTF-16 offset of its first character.
    pub from: u32,
    /// UTF-16 offset past its last.
    pub to: u32,
}

/// A text editor.
#[component]
pub fn TextEditor(
    /// What is edited.
    #[prop(into)]
    label: Signal<String>,
    /// The text as given; typing does not change it.
    #[prop(into)]
    given: Signal<Given>,
    /// Something was typed.
    #[prop(into)]
    on_input: Callback<(u64, String)>,
    /// A key asked for the text to be applied.
    #[prop(into)]
    on_apply: Callback<()>,
    /// Stretches to underline.
    #[prop(into)]
    findings: Signal<Vec<Finding>>,
    /// Lines to mark in the gutter.
    #[prop(into)]
    marks: Signal<Vec<Mark>>,
    /// A place to go to.
    #[prop(into)]
    reveal: Signal<Reveal>,
) -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    let field = NodeRef::<html::Textarea>::new();
    let editor = StoredValue::new_local(None::<glue::Editor>);
    let rich = RwSignal::new(false);
    let shown_key = StoredValue::new(0_u64);

    Effect::new(move || {
        let Some(host) = host.get() else { return };
        spawn_local(async move {
            let typed = move |text: String| on_input.run((shown_key.get_value(), text));
            let asked = move |command: String| {
                if command == "apply" {
                    on_apply.run(());
                }
            };
            match glue::Editor::mount(&host, "Text of the file", typed, asked).await {
                Ok(mounted) => {
                    // What was typed into the plain field meanwhile is the text now.
                    if let Some(field) = field.get_untracked() {
                        mounted.show(&shown_key.get_value().to_string(), &field.value());
                    }
                    editor.set_value(Some(mounted));
                    rich.set(true);
                }
                // The plain field stays: it edits the same text.
                Err(error) => warn_about(&error),
            }
        });
    });
    // One effect, so that a text is shown before anything points into it.
    Effect::new(move |before: Option<(Given, u64)>| {
        let (given, findings, marks, reveal, rich) =
            (given.get(), findings.get(), marks.get(), reveal.get(), rich.get());
        let (shown, revealed) = before.unwrap_or_default();
        let goes = reveal.count != revealed && reveal.key == given.key;
        shown_key.set_value(given.key);
        if let Some(field) = field.get()
            && shown != given
        {
            field.set_value(&given.text);
            set_property(
                &field,
                "--digits",
                &(given.text.matches('\n').count() + 1).to_string().len().to_string(),
            );
        }
        editor.with_value(|editor| {
            let Some(editor) = editor.as_ref().filter(|_| rich) else { return };
            if shown != given {
                editor.show(&given.key.to_string(), &given.text);
            }
            editor.set_findings(&findings);
            editor.set_marks(&marks);
            if goes {
                editor.reveal(reveal.from, reveal.to);
            }
        });
        if goes
            && !rich
            && let Some(field) = field.get()
        {
            let _ = field.set_selection_range(reveal.from, reveal.to);
        }
        // Until the rich editor is there, the wish stays open for it.
        (given, if goes && rich { reveal.count } else { revealed })
    });
    on_cleanup(move || {
        if let Some(editor) = editor.try_update_value(Option::take).flatten() {
            editor.destroy();
        }
    });
    view! {
        <div class="text-editor" class:rich=move || rich.get()>
            <textarea
                node_ref=field
                class="plain-text"
                aria-label=move || label.get()
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                wrap="off"
                hidden=move || rich.get()
                on:input=move |event| on_input.run((shown_key.get_value(), event_target_value(&event)))
            ></textarea>
            <div node_ref=host class="rich-text" hidden=move || !rich.get()></div>
        </div>
    }
}

fn warn_about(error: &JsValue) {
    leptos::logging::warn!("the rich editor did not load: {error:?}");
}
