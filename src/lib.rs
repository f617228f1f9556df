//! plimsoll reads Kubernetes manifests and reports what will go wrong before they are
//! applied: what the API server will refuse, what will break although it is accepted,
//! and what the controllers will do.
//!
//! # A tour
//!
//! Texts go in as [`Source`]s, an [`Engine`] under a [`Config`] checks them together, and
//! a [`Report`] of [`Finding`]s comes out:
//!
//! ```
//! use plimsoll::{Config, Engine, Severity, Source};
//!
//! let pod = Source::new("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {}\n");
//! let report = Engine::new(Config::default()).check(&[pod]);
//!
//! let first = &report.findings[0];
//! assert_eq!(first.rule, "api-required");
//! assert_eq!(first.severity, Severity::Error);
//! assert_eq!(first.field.as_deref(), Some("spec.containers"));
//! ```
//!
//! | type | is |
//! |---|---|
//! | [`Source`] | a text with a name |
//! | [`Span`] | a range of bytes in it |
//! | [`Config`] | which rules run, and for which Kubernetes versions |
//! | [`Engine`] | checks sources under one configuration |
//! | [`Report`] | what it found, in order, with totals |
//! | [`Finding`] | one problem at one place |
//! | [`Severity`] | how much it matters |
//! | [`Fix`] | the edits that resolve it |
//! | [`Bundle`] | all objects of a run, with the references between them |
//! | [`Forecast`] | what the controllers will do with one object, under [`Assumptions`] |
//!
//! The modules are the stages of the chain: [`parse`], [`resolve`], [`validate`],
//! [`simulate`], [`lint`], [`report`]. Each uses only earlier ones.
//!
//! # Features
//!
//! - `files`: finds and reads files ([`walk`], [`read`]). Without it, the caller hands
//!   over texts, and nothing in the crate touches disk, network, clock or environment.
//! - `lsp`: the language server.
//! - `cli` (default): the command line, with code frames for terminals.

pub mod catalog;
pub mod cel;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod custom;
pub mod decode;
pub mod definition;
pub mod diff;
pub mod engine;
pub mod finding;
pub mod fix;
pub mod fix_all;
#[cfg(feature = "files")]
pub mod ignored;
pub mod kube;
pub mod kustomization;
pub mod lint;
pub mod listed;
#[cfg(feature = "lsp")]
pub mod lsp;

pub mod nearest;
#[cfg(feature = "files")]
pub mod open;
pub mod parse;
pub mod patch;
pub mod placeholder;
pub mod pod_security;
#[cfg(feature = "files")]
pub mod read;
pub mod report;
pub mod resolve;
pub mod rule;
#[path = "../rules/mod.rs"]
pub mod rules;
pub mod same;
pub mod schema;
pub mod seen;
pub mod server;
pub mod simulate;
pub mod source;
pub mod unchecked;
pub mod validate;
#[cfg(feature = "files")]
pub mod walk;

pub use config::Config;
pub use engine::{Engine, Report};
pub use finding::{Finding, Severity};
pub use fix::Fix;
pub use resolve::Bundle;
pub use simulate::{Assumptions, Forecast};
pub use source::{Source, Span};
