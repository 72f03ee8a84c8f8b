//! The engine's words with their links: objects open in the inspector, places in the editor.

use crate::components::views::Plain;
use crate::state::page;
use leptos::prelude::*;
use podyard_engine::session::{Link, Piece, Words};

/// Words with links that work.
#[component]
pub fn WordsView(
    /// The words.
    words: Words,
) -> impl IntoView {
    words.0.into_iter().map(piece).collect::<Vec<_>>()
}

fn piece(piece: Piece) -> AnyView {
    match piece {
        Piece::Text(text) => text.into_any(),
        Piece::Code(code) => view! { <code>{code}</code> }.plain(),
        Piece::Object { id, label } => view! { <ObjectLink id=id label=label /> }.plain(),
        Piece::Link(link) => view! { <LineLink at=link /> }.plain(),
    }
}

/// A place in the text: `policies.yaml:14`.
#[component]
pub fn LineLink(
    /// The place.
    at: Link,
) -> impl IntoView {
    let page = page();
    let label = format!("{}:{}", at.file, at.line);
    view! {
        <button
            type="button"
            class="link line-link"
            title="Go to this line in the editor"
            on:click=move |event| {
                event.stop_propagation();
                page.view.reveal(at.clone());
            }
        >
            {label}
        </button>
    }
}

/// An object by its name.
#[component]
pub fn ObjectLink(
    /// `Kind/namespace/name`.
    id: String,
    /// How it is called here.
    label: String,
) -> impl IntoView {
    let page = page();
    let title = format!("Inspect {}", id.replace('/', " "));
    view! {
        <button type="button" class="link" title=title on:click=move |_| page.inspect(&id)>
            {label}
        </button>
    }
}

/// The name in an object's id, `outside` as people say it.
pub fn name_of(id: &str) -> String {
    match id {
        "outside" => "Outside".into(),
        _ => id.rsplit('/').next().unwrap_or(id).trim_start_matches("host:").into(),
    }
}

/// `Deployment` of `Deployment/shop/web`.
pub fn kind_of(id: &str) -> &str {
    id.split_once('/').map_or("", |(kind, _)| kind)
}

/// `shop` of `Deployment/shop/web`.
pub fn namespace_of(id: &str) -> &str {
    let mut parts = id.split('/');
    parts.next();
    match (parts.next(), parts.next()) {
        (Some(namespace), Some(_)) => namespace,
        _ => "",
    }
}

/// `1 pod`, `3 pods`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_kind_namespace_and_name() {
        let id = "Deployment/shop/web";
        assert_eq!((kind_of(id), namespace_of(id), name_of(id).as_str()), ("Deployment", "shop", "web"));
        assert_eq!((namespace_of("outside"), name_of("outside").as_str()), ("", "Outside"));
        assert_eq!((kind_of("host:bakcend"), name_of("host:bakcend").as_str()), ("", "bakcend"));
        assert_eq!(namespace_of("Node/node-1"), "");
    }
}
