//! Play, pause, step, speed, and the clock: never scrolled away.

use crate::components::{button::IconButton, icon::Icon};
use crate::state::{Engine, clock, page};
use leptos::prelude::*;

/// The bar in the picture's lower edge.
#[component]
pub fn Transport() -> impl IntoView {
    let page = page();
    let time = move || clock::format(page.results.time.get());
    let busy = move || page.engine.with(|engine| *engine == Engine::Busy);
    view! {
        <div class="transport" role="toolbar" aria-label="Time">
            <IconButton
                name=Signal::derive(move || {
                    if page.playing.get() { "Pause (Space)".into() } else { "Play (Space)".to_string() }
                })
                icon=Signal::derive(move || if page.playing.get() { Icon::Pause } else { Icon::Play })
                on_press=move |()| page.toggle_play()
            />
            <IconButton name="Step to the next event (.)" icon=Icon::Step on_press=move |()| page.step() />
            <span class="speed">
                <IconButton name="Slower (S)" icon=Icon::Minus on_press=move |()| page.change_speed(false) />
                <span class="speed-value" title="Virtual seconds per second">
                    {move || clock::format_speed(page.prefs.speed.get())}
                </span>
                <IconButton name="Faster (F)" icon=Icon::Plus on_press=move |()| page.change_speed(true) />
            </span>
            <span class="clock" title="Virtual time">{move || time()}</span>
            <span class="clock-note">
                {move || if busy() { "calculating…" } else if page.playing.get() { "" } else { "paused" }.to_string()}
            </span>
        </div>
    }
}
