//! The picture: from the engine's [`WorldView`](podyard_engine::session::WorldView) to shapes with places.
//!
//! Everything but [`paint`] and [`packets`] is pure: no web types, tested natively.
//! `WorldView` → [`units`] → [`tiers`] → [`layout`] → [`edges`] → [`build`](mod@build) → [`model::Scene`] → [`svg`] or [`paint`].

pub mod geometry;

pub mod text;

pub mod glyph;

pub mod units;

pub mod tiers;

pub mod layout;

pub mod edges;

pub mod model;

mod pods;

mod lines;

pub mod build;

pub mod svg;

pub mod outline;

pub mod view;

pub mod flight;

pub mod paint;

pub mod packets;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod worlds;
