//! The walk: a spine of hops, one open card, and what the client sees.

use crate::components::{
    button::IconButton,
    icon::Icon,
    views::{Plain, PlainList},
};
use crate::panels::verdict::{Mark, Tag};
use crate::panels::words::{LineLink, WordsView, count};
use crate::state::{clock, page};
use leptos::prelude::*;
use podyard_engine::session::{ClientView, HopState, HopView, Verdict, WalkView};
use std::sync::Arc;

/// The last walk.
#[component]
pub fn Walk() -> impl IntoView {
    let page = page();
    view! { {move || page.results.walk.get().map(|walk| view! { <WalkCard walk=walk /> }).plain()} }
}

#[component]
fn WalkCard(walk: Arc<WalkView>) -> impl IntoView {
    let page = page();
    let hops = walk.hops.len();
    let ends = format!("{} → {}:{}", walk.from.1, walk.to.1, walk.port);
    let (verdict, plugin) = (walk.verdict, walk.plugin.is_some());
    let beads = {
        let walk = walk.clone();
        (0..hops)
            .filter_map(move |at| {
                Some(view! { <Bead at=at hop=walk.hops.get(at)?.clone() verdict=verdict plugin=plugin /> })
            })
            .plain_list()
    };
    view! {
        <div class="walk-head">
            <p class="walk-ends">{ends}</p>
            <p class="headline"><Tag verdict=verdict plugin=plugin /></p>
            <p class="walk-headline"><WordsView words=walk.headline.clone() /></p>
            <p class="because"><WordsView words=walk.because.clone() /></p>
        </div>
        <div class="walk-steps">
            <span class="hop-count">{move || format!("Hop {} of {hops}", page.view.hop.get() + 1)}</span>
            <span class="grow"></span>
            <IconButton
                name="Previous hop (K)"
                icon=Icon::Left
                disabled=Signal::derive(move || page.view.hop.get() == 0)
                on_press=move |()| page.step_hop(false)
            />
            <IconButton
                name="Next hop (J)"
                icon=Icon::Right
                disabled=Signal::derive(move || page.view.hop.get() + 1 >= hops)
                on_press=move |()| page.step_hop(true)
            />
        </div>
        <ol class="spine" aria-label="Hops">{beads}</ol>
        {walk.plugin.clone().map(|words| view! { <p class="plugin-note"><WordsView words=words /></p> }).plain()}
        <Client client=walk.client.clone() />
    }
}

/// A hop on the spine; open, it is a card.
#[component]
fn Bead(at: usize, hop: HopView, verdict: Verdict, plugin: bool) -> impl IntoView {
    let page = page();
    let open = Memo::new(move |_| page.view.hop.get() == at);
    let (state, note) = match hop.state {
        HopState::Passed => ("passed", String::new()),
        HopState::Decided if verdict == Verdict::Forwarded => ("decided", "arrived".into()),
        HopState::Decided => ("decided", "stopped here".into()),
        HopState::NotReached => ("not-reached", "not reached".into()),
    };
    let took = hop.took;
    let time = move || (took > 0 && state != "not-reached").then(|| clock::format_span(took));
    let mark = match hop.state {
        HopState::Decided => view! { <Mark verdict=verdict plugin=plugin /> }.plain(),
        _ => view! { <span class="bead-dot"></span> }.plain(),
    };
    let title = hop.title.clone();
    view! {
        <li class=format!("bead {state}") class:open=move || open.get()>
            <button
                type="button"
                class="bead-button"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| page.go_to_hop(at)
            >
                <span class="bead-mark">{mark}</span>
                <span class="bead-title">{title}</span>
                <span class="bead-note">{if note.is_empty() { time().unwrap_or_default() } else { note }}</span>
            </button>
            {move || open.get().then(|| card(hop.clone())).plain()}
        </li>
    }
}

fn card(hop: HopView) -> AnyView {
    let others = hop.others.clone();
    let other_count = count(others.len(), "other", "others");
    view! {
        <div class="card">
            <p class="quiet">{hop.place.clone()}</p>
            <p>
                <WordsView words=hop.why.clone() />
                {hop.at.clone().filter(|at| !names_line(&hop, at.line)).map(|at| view! { " " <LineLink at=at /> }).plain()}
            </p>
            {(!hop.before.is_empty()).then(|| addresses(&hop)).plain()}
            {(!others.is_empty())
                .then(|| {
                    let items = others.into_iter().map(|words| view! { <li><WordsView words=words /></li> });
                    view! {
                        <details class="others">
                            <summary>"Why not the others: " {other_count}</summary>
                            <ul class="plain">{items.plain_list()}</ul>
                        </details>
                    }
                })
                .plain()}
        </div>
    }
    .plain()
}

/// The sentence itself links to this line.
fn names_line(hop: &HopView, line: u32) -> bool {
    use podyard_engine::session::Piece;
    hop.why.0.iter().any(|piece| matches!(piece, Piece::Link(link) if link.line == line))
}

fn addresses(hop: &HopView) -> AnyView {
    let after = match hop.after.as_str() {
        "" => view! { <span class="quiet">"– (nothing is sent)"</span> }.plain(),
        after => changed(&hop.before, after)
            .into_iter()
            .map(|(text, changed)| if changed { view! { <b>{text}</b> }.plain() } else { text.into_any() })
            .plain_list(),
    };
    view! {
        <dl class="addresses">
            <dt>"before"</dt>
            <dd>{hop.before.clone()}</dd>
            <dt>"after"</dt>
            <dd>{after} " " <span class="rewrite">{hop.rewrite.clone()}</span></dd>
        </dl>
    }
    .plain()
}

/// `after` in pieces, those that differ from `before` marked: words are compared place by place.
pub fn changed(before: &str, after: &str) -> Vec<(String, bool)> {
    let mut old = before.split(' ');
    let mut out: Vec<(String, bool)> = vec![];
    for (at, word) in after.split(' ').enumerate() {
        let differs = old.next() != Some(word);
        if at > 0 {
            match out.last_mut() {
                Some((text, false)) => text.push(' '),
                _ => out.push((" ".into(), false)),
            }
        }
        match out.last_mut() {
            Some((text, marked)) if *marked == differs => text.push_str(word),
            _ => out.push((word.into(), differs)),
        }
    }
    out
}

#[component]
fn Client(client: ClientView) -> impl IntoView {
    let who: Vec<String> =
        [client.answered, client.after].into_iter().filter(|words| !words.is_empty()).collect();
    view! {
        <section class="client" aria-label="What the client sees">
            <h3>"The client sees"</h3>
            {(!client.line.is_empty()).then(|| view! { <p><code class="transcript">{client.line.clone()}</code></p> }).plain()}
            {(!client.verbose.is_empty())
                .then(|| view! { <p><code class="transcript">{client.verbose.clone()}</code> <span class="quiet">" with -v"</span></p> }).plain()}
            <p class="quiet">{who.join(" · ")}</p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_marked() {
        let pieces = changed("10.244.1.7:40112 → 10.96.0.20:5432", "10.244.1.7:40112 → 10.244.3.4:5432");
        assert_eq!(
            pieces,
            [("10.244.1.7:40112 → ".to_string(), false), ("10.244.3.4:5432".to_string(), true)]
        );
    }

    #[test]
    fn nothing_changed_marks_nothing() {
        assert_eq!(changed("a → b", "a → b"), [("a → b".to_string(), false)]);
    }
}
