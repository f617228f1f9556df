//! Text to [`Document`]s, read exactly as Kubernetes reads it.

pub mod node;

pub use node::{Document, Entry, Node, Style, Value};
