//! The one sentence over the picture: how many connections get no answer, and the way to see why.

use crate::components::{button::IconButton, icon::Icon, views::Plain};
use crate::panels::verdict::Mark;
use crate::panels::words::{count, name_of};
use crate::state::page;
use leptos::prelude::*;
use podyard_engine::session::{CallView, Verdict, WorldView};

/// The calls that do not get through, worst first as they are listed.
pub fn failing(world: &WorldView) -> Vec<(Verdict, CallView)> {
    let worst = |call: &CallView| call.verdicts.first().map(|(verdict, _)| *verdict);
    let calls = world.calls.iter().filter_map(|call| Some((worst(call)?, call.clone())));
    let mut failing: Vec<_> = calls.filter(|(verdict, _)| *verdict != Verdict::Forwarded).collect();
    // Silence first: it is what a client suffers longest from. The sort is stable.
    failing.sort_by_key(|(verdict, _)| *verdict != Verdict::Dropped);
    failing
}

/// `1 connection gets no answer`.
pub fn headline(failing: &[(Verdict, CallView)]) -> String {
    let silent = failing.iter().filter(|(verdict, _)| *verdict == Verdict::Dropped).count();
    match (silent, failing.len()) {
        (0, 1) => "1 connection fails".into(),
        (0, all) => format!("{all} connections fail"),
        (1, 1) => "1 connection gets no answer".into(),
        (silent, all) if silent == all => format!("{silent} connections get no answer"),
        (silent, all) => {
            format!("{} fail, {silent} of them without an answer", count(all, "connection", "connections"))
        }
    }
}

/// The strip.
#[component]
pub fn Strip() -> impl IntoView {
    let page = page();
    let failing = Memo::new(move |_| page.results.world.with(|world| failing(world)));
    let sentence = Memo::new(move |_| {
        failing.with(|failing| {
            let ends =
                failing.first().map(|(_, call)| format!("{} → {}", name_of(&call.from), name_of(&call.to)));
            ends.map(|ends| (headline(failing), ends))
        })
    });
    let closed = move || {
        sentence.with(|s| s.as_ref().is_some_and(|(a, b)| page.view.strip_closed.get() == format!("{a}{b}")))
    };
    let finding = move || {
        let (sentence, ends) = sentence.get().filter(|_| !closed())?;
        let (verdict, call) = failing.with_untracked(|failing| failing.first().cloned())?;
        let key = format!("{sentence}{ends}");
        Some(view! {
            <Mark verdict=verdict plugin=call.plugin />
            <p class="strip-sentence">
                <strong>{sentence}":"</strong>
                " "
                <span class="strip-ends">{ends}</span>
            </p>
            <button type="button" class="link" on:click=move |_| page.walk_call(&call)>
                "Show me why"
            </button>
            <span class="grow"></span>
            <IconButton
                name="Close this finding"
                icon=Icon::Close
                on_press=move |()| page.view.strip_closed.set(key.clone())
            />
        })
    };
    view! {
        <div class="strip" class:empty=move || sentence.with(Option::is_none) || closed() role="region" aria-label="Finding">
            {move || finding().plain()}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str, verdict: Verdict) -> CallView {
        CallView { id: id.into(), verdicts: vec![(verdict, 1)], ..Default::default() }
    }

    #[test]
    fn silence_comes_first_and_works_is_left_out() {
        let calls = vec![
            call("a", Verdict::Forwarded),
            call("b", Verdict::Refused),
            call("c", Verdict::Dropped),
            CallView { id: "d".into(), ..Default::default() },
        ];
        let failing = failing(&WorldView { calls, ..Default::default() });
        assert_eq!(failing.iter().map(|(_, call)| call.id.as_str()).collect::<Vec<_>>(), ["c", "b"]);
        assert_eq!(headline(&failing), "2 connections fail, 1 of them without an answer");
        assert_eq!(headline(&failing[..1]), "1 connection gets no answer");
        assert_eq!(headline(&failing[1..]), "1 connection fails");
    }
}
