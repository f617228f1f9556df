//! The schemas of custom resources: what a CustomResourceDefinition says of the
//! kinds that it defines, made ready at run time.
//!
//! They are kept apart from the catalog of built-in kinds, which is a table that
//! is read in place and knows nothing of patterns, bounds and rules.

mod compile;
mod definition;
mod export;
pub mod format;
pub mod json;
mod location;
mod model;
mod value;

pub use definition::{Definition, Definitions, Scale, Version};
pub use export::{Exported, exports};
pub use json::JsonSchema;
pub use location::{Named, Template};
pub use model::{Additional, Junctors, Kind, ListType, Rule, Schema, Values};
pub use value::{Data, Field, Item};
pub(crate) use value::{Met, Unknown, build, build_value, plain};
