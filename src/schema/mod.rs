//! The schemas of custom resources: what a CustomResourceDefinition says of the
//! kinds that it defines, made ready at run time.

mod export;

pub use export::{Exported, exports};
