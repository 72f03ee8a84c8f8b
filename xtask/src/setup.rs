//! What a fresh machine lacks: each part is skipped when it is there.

mod browser;
mod debian;
mod node;
mod tools;
mod wasm;

pub(crate) use browser::Browser;
pub(crate) use node::package;
pub(crate) use wasm::{TARGET, Wasm};

use crate::Result;

/// What the site is built with.
pub(crate) fn for_build() -> Result<Wasm> {
    node::set_up()?;
    let wasm = wasm::set_up()?;
    tools::set_up()?;
    Ok(wasm)
}

/// A compiler for Wasm, and no more.
pub(crate) fn for_wasm() -> Result<Wasm> {
    wasm::set_up()
}

/// What the tests of the built site need.
pub(crate) fn for_browser() -> Result<Browser> {
    node::set_up()?;
    browser::set_up()
}
