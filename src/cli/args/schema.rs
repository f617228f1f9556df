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
    /// List the kinds of Kubernetes: when added, when removed, and their replacements
    List(SchemaListArgs),
    /// Show a field: its type, default, allowed values, and when it was added
    Show(SchemaShowArgs),
    /// Write CustomResourceDefinitions as JSON Schema files, for kubeconform and editors
    Import(SchemaImportArgs),
}

/// Arguments of `plimsoll schema list`.
#[derive(Args, Debug)]
pub struct SchemaListArgs {
    /// Only kinds of this Kubernetes version, such as `1.31`, or of a range
    #[arg(long, value_name = "1.N[-1.M]", value_parser = names::kubernetes)]
    pub kubernetes_version: Option<MinorRange>,

    /// Schemas of custom resources: files or folders of CustomResourceDefinitions or JSON Schemas;
    /// can be repeated
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub schema_location: Vec<String>,

    /// How to print it.
    #[command(flatten)]
    pub listing: ListingArgs,
}

/// Arguments of `plimsoll schema show`.
#[derive(Args, Debug)]
pub struct SchemaShowArgs {
    /// Kind and path: `Deployment`, `pod.spec.containers`, `batch/v1/CronJob.spec`
    #[arg(value_name = "KIND[.FIELD]")]
    pub path: String,

    /// Kubernetes version, such as `1.31`; default: the newest known
    #[arg(long, value_name = "1.N", value_parser = names::kubernetes)]
    pub kubernetes_version: Option<MinorRange>,

    /// Schemas of custom resources: files or folders of CustomResourceDefinitions or JSON Schemas;
    /// can be repeated
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

    /// Folder to write `GROUP/KIND_VERSION.json` files to
    #[arg(short, long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub directory: PathBuf,
}
