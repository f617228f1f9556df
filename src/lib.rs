//! plimsoll reads Kubernetes manifests and says what will go wrong before they are applied.

pub mod catalog;
pub mod config;
pub mod engine;
pub mod finding;
pub mod fix;
pub mod kube;
pub mod lint;
pub mod nearest;
pub mod parse;
pub mod resolve;
pub mod rule;
#[path = "../rules/mod.rs"]
pub mod rules;
pub mod source;
pub mod validate;
