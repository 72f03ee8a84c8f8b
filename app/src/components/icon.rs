//! The outline icons: 16 units, stroke 1.5, drawn for this page.

use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Time goes on.
    Play,
    /// Time stands.
    Pause,
    /// To the next thing that happens.
    Step,
    /// Less.
    Minus,
    /// More.
    Plus,
    /// Away with it.
    Close,
    /// Opens below.
    Down,
    /// Opens above.
    Up,
    /// Back.
    Left,
    /// On.
    Right,
    /// Light and dark.
    Theme,
    /// Files.
    File,
    /// Another name.
    Pen,
    /// Open from disk.
    Open,
    /// Try a connection.
    Connect,
    /// The picture.
    Picture,
    /// What is selected.
    Inspect,
    /// Tables.
    Table,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Play => "M5 3.5v9l7.5-4.5z",
            Self::Pause => "M5.5 3.5v9M10.5 3.5v9",
            Self::Step => "M4 3.5v9l6.5-4.5zM12.5 3.5v9",
            Self::Minus => "M3.5 8h9",
            Self::Plus => "M8 3.5v9M3.5 8h9",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Down => "M4 6l4 4 4-4",
            Self::Up => "M4 10l4-4 4 4",
            Self::Left => "M10 4l-4 4 4 4",
            Self::Right => "M6 4l4 4-4 4",
            Self::Theme => "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11",
            Self::File => "M4 2.5h5l3 3v8h-8zM9 2.5v3h3",
            Self::Pen => "M3 13l.7-3 7-7 2.3 2.3-7 7z",
            Self::Open => "M2.5 12.5v-9h4l1.5 2h5.5v7z",
            Self::Connect => "M2.5 8h8M8 5l3 3-3 3M13.5 3.5v9",
            Self::Picture => {
                "M2.5 4.5h4v4h-4zM9.5 2.5h4v4h-4zM9.5 9.5h4v4h-4zM6.5 6.5h1.5v-2h1.5M8 6.5v5h1.5"
            }
            Self::Inspect => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.5 10.5l3 3",
            Self::Table => "M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6",
        }
    }
}

/// Draws an icon; its button carries the name.
#[component]
pub fn IconView(
    /// Which.
    #[prop(into)]
    icon: Signal<Icon>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d=move || icon.get().path()></path>
        </svg>
    }
}
