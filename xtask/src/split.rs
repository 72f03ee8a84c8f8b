//! Splits the site's module in two: what the first scenario runs, and the rest, which arrives while the visitor looks.
//!
//! What runs is measured in a browser, on a copy of the module that takes notes (`watch`). What of a function did not run is
//! taken out of it (`outline`); then functions that did not run leave for the second half (`halves`), which the first one
//! reaches through the function table. A call that comes before the second half is there fetches it on the spot
//! (`app/later.js`). So the measurement decides when code arrives, never what it does.

mod halves;
mod outline;
mod watch;

pub(crate) use watch::watched;

use crate::Result;
use std::hash::{DefaultHasher, Hash, Hasher};
use walrus::{Module, ModuleConfig, passes::gc};

/// The two halves of a module, given the notes of its [`watched`] copy.
pub(crate) fn split(wasm: &[u8], notes: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    // Both halves start from the same module, so functions have the same numbers in them.
    let (mut first, mut later) = (parse(wasm)?, parse(wasm)?);
    let ran = outline::outline(&mut first, notes);
    outline::outline(&mut later, notes);
    let plan = halves::Plan::of(&first, &ran)?;
    let needed = plan.second_half(&mut later)?;
    plan.first_half(&mut first)?;
    let mut hasher = DefaultHasher::new();
    (wasm, notes).hash(&mut hasher);
    halves::join(&mut first, &mut later, needed, &format!("build-{:016x}", hasher.finish()))?;
    gc::run(&mut first);
    Ok((first.emit_wasm(), later.emit_wasm()))
}

fn parse(wasm: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    config.parse(wasm).map_err(|error| format!("The module cannot be read: {error}."))
}

#[cfg(test)]
mod tests;
