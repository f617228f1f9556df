//! The arguments of `plimsoll schema` and its sub-commands.

use super::super::names;
use super::ListingArgs;
use crate::catalog::MinorRange;
use clap::{Args, Subcommand, ValueHint};
use std::path::PathBuf;

/// Arguments of `plimsoll schema`.
#[derive(Args, Debug)]
pub struct SchemaArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: SchemaCommand,
}

/// The sub-commands of `plimsoll schema`.
#[derive(Subcommand, Debug)]
pub enum SchemaCommand {
    /// List the kinds of Kubernetes: since when, until when, and what replaces them
    List(SchemaListArgs),
    /// Show what a field may hold: its type, default, values, and since when
    Show(SchemaShowArgs),
    /// Write CustomResourceDefinitions as JSON Schema files, for kubeconform and editors
    Import(SchemaImportArgs),
}

/// Arguments of `plimsoll schema list`.
#[derive(Args, Debug)]
pub struct SchemaListArgs {
    /// Only kinds of this Kubernetes, as `1.31`, or of any of `1.29-1.33`
    #[arg(long, value_name = "1.N[-1.M]", value_parser = names::kubernetes)]
    pub kubernetes_version: Option<MinorRange>,

    /// Definitions of custom resources as well: files or folders of CustomResourceDefinitions or
    /// JSON Schemas; may be repeated
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub schema_location: Vec<String>,

    /// How to print it.
    #[command(flatten)]
    pub listing: ListingArgs,
}

/// Arguments of `plimsoll schema show`.
#[derive(Args, Debug)]
pub struct SchemaShowArgs {
    /// A kind with a path in it: `Deployment`, `pod.spec.containers`, `batch/v1/CronJob.spec`
    #[arg(value_name = "KIND[.FIELD]")]
    pub path: String,

    /// The Kubernetes to look into, as `1.31`; the newest known unless given
    #[arg(long, value_name = "1.N", value_parser = names::kubernetes)]
    pub kubernetes_version: Option<MinorRange>,

    /// Definitions of custom resources as well: files or folders of CustomResourceDefinitions or
    /// JSON Schemas; may be repeated
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub schema_location: Vec<String>,

    /// How to print it.
    #[command(flatten)]
    pub listing: ListingArgs,
}

/// Arguments of `plimsoll schema import`.
#[derive(Args, Debug)]
pub struct SchemaImportArgs {
    /// Files with CustomResourceDefinitions; `-` is standard input
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,

    /// The folder to write `GROUP/KIND_VERSION.json` into
    #[arg(short, long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub directory: PathBuf,
}
