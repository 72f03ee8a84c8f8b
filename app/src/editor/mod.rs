//! The text panel's editor: the rich one when it has arrived, a plain field of the same geometry until then.

mod glue;
pub mod text;
