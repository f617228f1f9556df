//! Runs the examples in the documentation of rules.

pub mod marks;
pub mod project;
pub mod wrap;
