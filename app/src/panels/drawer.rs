//! The drawer: tables over the whole cluster. Closed, its tabs count live.

use crate::components::{
    button::IconButton,
    icon::Icon,
    tabs::{TabItem, Tabs},
    views::Plain,
};
use crate::panels::{flows::Flows, matrix::Matrix, problems::Problems};
use crate::state::{page, view::Tab};
use leptos::prelude::*;
use podyard_engine::session::Severity;

const TABS: [Tab; 3] = [Tab::Flows, Tab::Matrix, Tab::Problems];

/// The drawer.
#[component]
pub fn Drawer() -> impl IntoView {
    let page = page();
    let flows = Memo::new(move |_| page.results.flows.with(|flows| flows.seen()));
    let problems = Memo::new(move |_| {
        page.results
            .problems
            .with(|problems| problems.iter().filter(|p| p.severity != Severity::Information).count())
    });
    let items = move || {
        let item =
            |tab, label: &str, count| TabItem { key: tab as u64, label: label.into(), count, mark: None };
        vec![
            item(Tab::Flows, "Flows", Some(thousands(flows.get())).filter(|_| flows.get() > 0)),
            item(Tab::Matrix, "Matrix", None),
            item(Tab::Problems, "Problems", Some(problems.get().to_string()).filter(|_| problems.get() > 0)),
        ]
    };
    let toggle_name =
        move || if page.view.drawer.get().is_some() { "Close the drawer" } else { "Open the drawer" };
    view! {
        <div class="drawer-head">
            <Tabs
                name="Drawer"
                panel="drawer-panel"
                items=Signal::derive(items)
                selected=Signal::derive(move || page.view.drawer.get().map(|tab| tab as u64))
                on_select=move |key| {
                    if let Some(tab) = TABS.into_iter().find(|tab| *tab as u64 == key) {
                        page.toggle_tab(tab);
                    }
                }
            />
            <span class="grow"></span>
            <IconButton
                name=Signal::derive(move || toggle_name().to_string())
                icon=Signal::derive(move || if page.view.drawer.get().is_some() { Icon::Down } else { Icon::Up })
                on_press=move |()| match page.view.drawer.get_untracked() {
                    Some(_) => page.view.drawer.set(None),
                    None => page.toggle_tab(Tab::Flows),
                }
            />
        </div>
        {move || {
            page.view
                .drawer
                .get()
                .map(|tab| {
                    let content = match tab {
                        Tab::Flows => view! { <Flows /> }.plain(),
                        Tab::Matrix => view! { <Matrix /> }.plain(),
                        Tab::Problems => view! { <Problems /> }.plain(),
                    };
                    view! {
                        <div id="drawer-panel" class="drawer-body" role="tabpanel" aria-label=tab_name(tab)>
                            {content}
                        </div>
                    }
                })
                .plain()
        }}
    }
}

fn tab_name(tab: Tab) -> &'static str {
    match tab {
        Tab::Flows => "Flows",
        Tab::Matrix => "Matrix",
        Tab::Problems => "Problems",
    }
}

/// `12,480`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1234567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
