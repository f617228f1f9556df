//! Runs the examples in the documentation of rules.

pub(crate) mod marks;
pub(crate) mod project;
pub(crate) mod wrap;
