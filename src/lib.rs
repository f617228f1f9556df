//! plimsoll reads Kubernetes manifests and says what will go wrong before they are applied.

pub mod catalog;
pub mod cel;
pub mod cli;
pub mod config;
pub mod diff;
pub mod engine;
pub mod finding;
pub mod fix;
pub mod kube;
pub mod lint;
pub mod lsp;
pub mod mend;
pub mod nearest;
pub mod parse;
pub mod patch;
pub mod read;
pub mod report;
pub mod resolve;
pub mod rule;
#[path = "../rules/mod.rs"]
pub mod rules;
pub mod schema;
pub mod simulate;
pub mod source;
pub mod validate;
pub mod walk;
