//! A verdict where it is read: its shape, and its word.

use crate::components::views::{Plain, PlainList};
use crate::scene::glyph::Glyph;
use leptos::prelude::*;
use podyard_engine::session::Verdict;

/// The shape alone; whoever shows it gives the word to those who do not see it.
#[component]
pub fn Mark(
    /// The verdict.
    verdict: Verdict,
    /// It depends on the network plugin.
    #[prop(optional)]
    plugin: bool,
) -> impl IntoView {
    let glyph = Glyph::of(verdict, plugin);
    // A mark that depends on the plugin still has its verdict's colour.
    let class = format!("glyph {}", Glyph::of(verdict, false).class());
    let strokes = glyph.strokes().iter().map(|stroke| {
        let class = if stroke.filled { "filled" } else { "stroked" };
        view! { <path class=class d=stroke.d></path> }
    });
    view! {
        <svg class=class viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            {strokes.plain_list()}
        </svg>
    }
}

/// Shape and word.
#[component]
pub fn Tag(
    /// The verdict.
    verdict: Verdict,
    /// It depends on the network plugin.
    #[prop(optional)]
    plugin: bool,
) -> impl IntoView {
    let class = format!("verdict {}", Glyph::of(verdict, false).class());
    view! {
        <span class=class title=plugin.then_some("Other network plugins answer otherwise")>
            <Mark verdict=verdict plugin=plugin />
            <span class="verdict-word">{word(verdict)}</span>
            {plugin.then(|| view! { <span class="sr">", depends on the network plugin"</span> }).plain()}
        </span>
    }
}

/// The word that confirms the shape.
pub fn word(verdict: Verdict) -> &'static str {
    Glyph::of(verdict, false).word()
}
