//! Questions over a whole network: how all connections of a call end, and the matrix of all pairs.

mod matrix;
mod outcomes;

pub use matrix::{Cell, Matrix, matrix};
pub use outcomes::{Outcomes, outcomes, severity};
