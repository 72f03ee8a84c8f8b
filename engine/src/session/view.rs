//! What the page and the command line show: plain data, positions in UTF-16 and line:column.

mod answers;
mod text;
mod world;

pub use answers::*;
pub use text::*;
pub use world::*;
