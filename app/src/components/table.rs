//! A table of equal rows of which only those in view exist.

use super::{
    set_property,
    views::{Keyed, PlainList},
};
use leptos::{html, prelude::*};

/// Rows kept above and below what is seen.
const MARGIN: usize = 8;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// The class of its cells, which says how wide they are.
    pub class: &'static str,
}

/// Which rows exist for a scroll position: first and one past the last.
pub fn window_of(scroll: f64, height: f64, row: f64, count: usize) -> (usize, usize) {
    if row <= 0.0 {
        return (0, count.min(MARGIN));
    }
    // The casts saturate: negative and huge positions become the ends.
    let first = ((scroll / row) as usize).saturating_sub(MARGIN).min(count);
    let shown = (height / row) as usize + 2 * MARGIN + 1;
    (first, first.saturating_add(shown).min(count))
}

/// A virtualised table; `row` draws the cells of one row.
#[component]
pub fn Table<T>(
    /// What it holds.
    name: &'static str,
    /// Its columns.
    columns: &'static [Column],
    /// Its rows.
    #[prop(into)]
    rows: Signal<Vec<T>>,
    /// Tells a row from the others.
    key: fn(&T) -> u64,
    /// Draws one row's cells, each a `<td>`.
    row: fn(&T) -> AnyView,
    /// Enter or a click on a row.
    #[prop(into)]
    on_open: Callback<T>,
    /// The pointer or the focus is inside.
    #[prop(into)]
    on_hold: Callback<bool>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let host = NodeRef::<html::Div>::new();
    let scroll = RwSignal::new(0.0);
    let height = RwSignal::new(240.0);
    let row_height = move || host.get_untracked().map_or(28.0, |host| row_height(&host));
    let measure = move || {
        if let Some(host) = host.get_untracked() {
            scroll.set(f64::from(host.scroll_top()));
            height.set(f64::from(host.client_height()));
        }
    };
    let count = move || rows.with(Vec::len);
    let seen = Memo::new(move |_| window_of(scroll.get(), height.get(), row_height(), count()));
    let focused = RwSignal::new(0_usize);
    Effect::new(move || {
        let (first, last) = seen.get();
        if let Some(host) = host.get() {
            set_property(&host, "--rows-above", &first.to_string());
            set_property(&host, "--rows-below", &count().saturating_sub(last).to_string());
        }
    });
    Effect::new(move || {
        if host.get().is_some() {
            measure();
        }
    });
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let at = focused.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" => (at + 1).min(count().saturating_sub(1)),
            "ArrowUp" => at.saturating_sub(1),
            "Home" => 0,
            "End" => count().saturating_sub(1),
            "Enter" => {
                if let Some(row) = rows.with_untracked(|rows| rows.get(at).cloned()) {
                    on_open.run(row);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        focused.set(next);
        if let Some(host) = host.get_untracked() {
            bring_into_view(&host, next, row_height());
        }
        measure();
        request_animation_frame(move || super::focus_id(&row_id(name, next)));
    };
    let drawn = move || {
        let (first, last) = seen.get();
        rows.with(|rows| {
            let rows = rows.iter().enumerate().take(last).skip(first);
            rows.map(|(at, row)| (at, row.clone())).collect::<Vec<_>>()
        })
    };
    // A row that is taken off the page loses the focus, when nobody is there any more to hear of it.
    let hold = move |held: bool| {
        let _ = on_hold.try_run(held);
    };
    view! {
        <div
            node_ref=host
            class="table-host"
            on:scroll=move |_| measure()
            on:keydown=on_keydown
            on:pointerenter=move |_| hold(true)
            on:pointerleave=move |_| hold(false)
            on:focusin=move |_| hold(true)
            on:focusout=move |_| hold(false)
        >
            <table class="table" aria-label=name aria-rowcount=move || (count() + 1).to_string()>
                <thead>
                    <tr aria-rowindex="1">
                        {columns.iter().map(|column| view! { <th scope="col" class=column.class>{column.name}</th> }).plain_list()}
                    </tr>
                </thead>
                <tbody>
                    <tr class="rows-above" aria-hidden="true"><td></td></tr>
                    <Keyed each=drawn key=move |(at, row)| (key(row), *at) let((at, data))>
                        {
                            let cells = row(&data);
                            let opened = data.clone();
                            view! {
                                <tr
                                    id=row_id(name, at)
                                    class="row"
                                    tabindex=move || if focused.get() == at { "0" } else { "-1" }
                                    aria-rowindex=(at + 2).to_string()
                                    on:focus=move |_| focused.set(at)
                                    on:click=move |_| on_open.run(opened.clone())
                                >
                                    {cells}
                                </tr>
                            }
                        }
                    </Keyed>
                    <tr class="rows-below" aria-hidden="true"><td></td></tr>
                </tbody>
            </table>
        </div>
    }
}

fn row_id(name: &str, at: usize) -> String {
    format!("{}-row-{at}", name.to_ascii_lowercase())
}

/// The row height that the style sheet gives, 28 unless a coarse pointer asks for more.
fn row_height(host: &web_sys::Element) -> f64 {
    let row = host.query_selector("tr.row").ok().flatten();
    row.map_or(28.0, |row| row.get_bounding_client_rect().height()).max(1.0)
}

fn bring_into_view(host: &web_sys::Element, at: usize, row: f64) {
    let (top, height) = (f64::from(host.scroll_top()), f64::from(host.client_height()));
    // One row is hidden below the sticky heading.
    let (from, to) = (at as f64 * row, (at as f64 + 2.0) * row);
    if from < top {
        host.set_scroll_top(from as i32);
    } else if to > top + height {
        host.set_scroll_top((to - height) as i32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_seen_exists() {
        assert_eq!(window_of(0.0, 280.0, 28.0, 10_000), (0, 27));
        assert_eq!(window_of(28_000.0, 280.0, 28.0, 10_000), (992, 1019));
    }

    #[test]
    fn the_ends_hold() {
        assert_eq!(window_of(1e12, 280.0, 28.0, 10), (10, 10));
        assert_eq!(window_of(-5.0, 280.0, 28.0, 3), (0, 3));
        assert_eq!(window_of(0.0, 280.0, 0.0, 100), (0, 8));
    }
}
