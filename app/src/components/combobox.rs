//! A field with a list of what could be meant, narrowed as one types.

use super::views::PlainList;
use leptos::{html, prelude::*};

/// One choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is chosen.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// A second, quieter word.
    pub note: String,
}

/// The choices whose label or note contains every word typed.
pub fn matching(choices: &[Choice], typed: &str) -> Vec<Choice> {
    let typed = typed.to_ascii_lowercase();
    let fits = |choice: &&Choice| {
        let text = format!("{} {}", choice.label, choice.note).to_ascii_lowercase();
        typed.split_whitespace().all(|word| text.contains(word))
    };
    choices.iter().filter(fits).cloned().collect()
}

/// A combobox. `mark` draws what stands before a choice.
#[component]
pub fn Combobox(
    /// Its id.
    id: &'static str,
    /// What is chosen.
    label: &'static str,
    /// The choices.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The chosen value.
    #[prop(into)]
    value: Signal<String>,
    /// Free text is a value of its own.
    #[prop(optional)]
    free: bool,
    /// Another value was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Draws what stands before a choice.
    #[prop(optional, into)]
    mark: Option<Callback<String, AnyView>>,
) -> impl IntoView {
    let typed = RwSignal::new(None::<String>);
    let at = RwSignal::new(0_usize);
    let input = NodeRef::<html::Input>::new();
    let label_of = move |value: &str| {
        choices.with(|choices| {
            choices.iter().find(|c| c.value == value).map_or(value.to_string(), |c| c.label.clone())
        })
    };
    let shown = Memo::new(move |_| match typed.get() {
        Some(typed) => choices.with(|choices| matching(choices, &typed)),
        None => vec![],
    });
    let open = move || typed.with(Option::is_some) && shown.with(|shown| !shown.is_empty());
    let choose = move |value: String| {
        typed.set(None);
        at.set(0);
        if let Some(input) = input.get_untracked() {
            input.set_value(&label_of(&value));
        }
        on_choose.run(value);
    };
    Effect::new(move || {
        let label = label_of(&value.get());
        if typed.with_untracked(Option::is_none)
            && let Some(input) = input.get()
        {
            input.set_value(&label);
        }
    });
    let option_id = move |at: usize| format!("{id}-option-{at}");
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let last = shown.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" if typed.with_untracked(Option::is_none) => typed.set(Some(String::new())),
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => {
                let picked = shown.with_untracked(|shown| shown.get(at.get_untracked()).cloned());
                match (picked, typed.get_untracked()) {
                    (Some(choice), _) => choose(choice.value),
                    (None, Some(text)) if free => choose(text),
                    _ => return,
                }
            }
            "Escape" if typed.with_untracked(Option::is_some) => choose(value.get_untracked()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // Taken off the page, the field loses the focus too: then there is nothing left to choose for.
    let on_blur = move |_| match typed.try_get_untracked().flatten() {
        Some(text) if free && !text.is_empty() => choose(text),
        Some(_) => choose(value.get_untracked()),
        None => {}
    };
    view! {
        <div class="field combobox">
            <label for=id>{label}</label>
            <input
                node_ref=input
                id=id
                class="input"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-autocomplete="list"
                aria-expanded=move || if open() { "true" } else { "false" }
                aria-controls=format!("{id}-list")
                aria-activedescendant=move || open().then(|| option_id(at.get()))
                on:focus=move |_| {
                    if let Some(input) = input.get_untracked() {
                        input.select();
                    }
                }
                on:click=move |_| typed.update(|typed| *typed = Some(typed.take().unwrap_or_default()))
                on:input=move |event| {
                    at.set(0);
                    typed.set(Some(event_target_value(&event)));
                }
                on:keydown=on_keydown
                on:blur=on_blur
            />
            <div id=format!("{id}-list") class="listbox" role="listbox" aria-label=label hidden=move || !open()>
                {move || {
                    let options = shown.get().into_iter().enumerate();
                    options
                        .map(|(index, choice)| {
                            let picked = choice.value.clone();
                            view! {
                                <div
                                    id=option_id(index)
                                    class="option"
                                    role="option"
                                    aria-selected=move || if at.get() == index { "true" } else { "false" }
                                    on:pointerdown=move |event| {
                                        event.prevent_default();
                                        choose(picked.clone());
                                    }
                                >
                                    {mark.map(|mark| mark.run(choice.value.clone()))}
                                    <span class="option-label">{choice.label}</span>
                                    <span class="option-note">{choice.note}</span>
                                </div>
                            }
                        })
                        .plain_list()
                }}
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_counts() {
        let choice =
            |label: &str, note: &str| Choice { value: label.into(), label: label.into(), note: note.into() };
        let choices = [choice("db", "Service in shop"), choice("web", "Deployment in shop")];
        let labels = |typed| matching(&choices, typed).into_iter().map(|c| c.label).collect::<Vec<_>>();
        assert_eq!(labels(""), ["db", "web"]);
        assert_eq!(labels("SHOP serv"), ["db"]);
        assert!(labels("pay").is_empty());
    }
}
