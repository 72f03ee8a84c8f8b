//! The form that tries a connection: source, target with its verdict before it is tried, port.

use crate::components::combobox::{Choice, Combobox};
use crate::components::{
    focus_id,
    views::{Plain, PlainList},
};
use crate::panels::{
    verdict::Tag,
    words::{kind_of, namespace_of},
};
use crate::state::{page, view::Show};
use leptos::prelude::*;
use podyard_engine::session::{TargetView, WorldView};

/// The form.
#[component]
pub fn ConnectForm(
    /// The source's id.
    from: String,
) -> impl IntoView {
    let page = page();
    let to = RwSignal::new(String::new());
    let port = RwSignal::new(String::new());
    let source = StoredValue::new(from.clone());
    let sources = Memo::new(move |_| page.results.world.with(|world| sources(world)));
    let targets = Memo::new(move |_| {
        let answer = page.results.targets.get();
        answer
            .filter(|answer| answer.from == source.get_value())
            .map(|answer| answer.targets.clone())
            .unwrap_or_default()
    });
    let choices = Memo::new(move |_| targets.with(|targets| targets.iter().map(choice).collect::<Vec<_>>()));
    let target_of =
        move |value: &str| targets.with(|targets| targets.iter().find(|t| key(t) == value).cloned());
    let mark = move |value: String| {
        target_of(&value).map(|target| view! { <Tag verdict=target.verdict plugin=target.plugin /> }).plain()
    };
    let choose_target = move |value: String| {
        if let Some(target) = target_of(&value) {
            port.set(target.port.to_string());
        }
        to.set(value);
    };
    let try_it = move || {
        let value = to.get_untracked();
        if value.is_empty() {
            return focus_id("connect-to");
        }
        let target = targets.with_untracked(|targets| targets.iter().find(|t| key(t) == value).cloned());
        let (host, protocol) = match target {
            Some(target) => (target.id, Some(target.protocol)),
            None => (value, None),
        };
        page.walk(&source.get_value(), &host, port.get_untracked().trim().parse().ok(), protocol);
    };
    request_animation_frame(|| focus_id("connect-to"));
    view! {
        <form
            class="connect"
            on:submit=move |event| {
                event.prevent_default();
                try_it();
            }
        >
            <Combobox
                id="connect-from"
                label="From"
                choices=sources
                value=Signal::stored(from)
                on_choose=move |chosen: String| {
                    if chosen != source.get_value() && page.view.show.get_untracked() == Show::Connect(source.get_value()) {
                        page.connect_from(&chosen);
                    }
                }
            />
            <Combobox
                id="connect-to"
                label="To: an object, a name or an address"
                choices=choices
                value=to
                free=true
                on_choose=choose_target
                mark=Callback::new(mark)
            />
            <div class="field port">
                <label for="connect-port">"Port"</label>
                <input
                    id="connect-port"
                    class="input"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    placeholder="the target's first"
                    prop:value=move || port.get()
                    on:input=move |event| port.set(event_target_value(&event))
                />
            </div>
            <div class="connect-acts">
                // Of type submit, so that Enter in a field does it too.
                <button type="submit" class="button primary">"Walk it"</button>
                {move || mark(to.get())}
            </div>
        </form>
        <section class="block" aria-label="Targets">
            <h3>"What it can reach"</h3>
            <ul class="targets">
                {move || {
                    let list = targets.get();
                    list.into_iter()
                        .map(|target| {
                            let (verdict, plugin) = (target.verdict, target.plugin);
                            let label = format!("{}:{}", target.label, target.port);
                            let kind = kind_of(&target.id).to_string();
                            view! {
                                <li>
                                    <button
                                        type="button"
                                        class="target"
                                        on:click=move |_| {
                                            page.walk(&source.get_value(), &target.id, Some(target.port), Some(target.protocol.clone()));
                                        }
                                    >
                                        <span class="target-name">{label}</span>
                                        <span class="target-kind">{kind}</span>
                                        <Tag verdict=verdict plugin=plugin />
                                    </button>
                                </li>
                            }
                        })
                        .plain_list()
                }}
            </ul>
        </section>
    }
}

/// Tells one target from another: an object may be asked on several ports.
fn key(target: &TargetView) -> String {
    format!("{} {} {}", target.id, target.port, target.protocol)
}

fn choice(target: &TargetView) -> Choice {
    let kind = match kind_of(&target.id) {
        "" => String::new(),
        kind => format!("{kind} in {}", namespace_of(&target.id)),
    };
    Choice { value: key(target), label: format!("{}:{}", target.label, target.port), note: kind }
}

/// Everything that can send: outside, pods, nodes.
fn sources(world: &WorldView) -> Vec<Choice> {
    let mut choices =
        vec![Choice { value: "outside".into(), label: "Outside".into(), note: "beyond the cluster".into() }];
    for workload in &world.workloads {
        let note = format!("{} in {}", workload.kind, workload.namespace);
        choices.push(Choice { value: workload.id.clone(), label: workload.name.clone(), note });
        for pod in workload.pods.iter().filter(|pod| pod.id != workload.id) {
            let note = format!("Pod in {}", workload.namespace);
            choices.push(Choice { value: pod.id.clone(), label: pod.name.clone(), note });
        }
    }
    for node in &world.nodes {
        choices.push(Choice {
            value: format!("node:{}", node.name),
            label: node.name.clone(),
            note: "Node".into(),
        });
    }
    choices
}
