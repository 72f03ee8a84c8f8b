//! The picture's place: the cluster as a list until the drawing is there.

use crate::panels::states::Empty;
use crate::panels::words::name_of;
use crate::state::page;
use leptos::prelude::*;

/// The cluster.
#[component]
pub fn Picture() -> impl IntoView {
    let page = page();
    let workloads = move || page.results.world.with(|world| world.workloads.clone());
    view! {
        <Empty />
        <ul class="plain placeholder">
            {move || {
                workloads()
                    .into_iter()
                    .map(|workload| {
                        let id = workload.id.clone();
                        let ready = format!("{}/{}", workload.ready, workload.wanted);
                        view! {
                            <li>
                                <button type="button" class="link" on:click=move |_| page.inspect(&id)>
                                    {name_of(&workload.id)}
                                </button>
                                " "
                                {workload.kind}
                                " "
                                {ready}
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
    }
}
