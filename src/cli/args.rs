//! The arguments as they are typed; what they mean is worked out by the commands.

mod schema;

pub use schema::{SchemaArgs, SchemaCommand, SchemaImportArgs, SchemaListArgs, SchemaShowArgs};

use super::names;
use crate::catalog::{Minor, MinorRange};
use crate::config::Selector;
use crate::finding::Severity;
use crate::pod_security::Policy;
use crate::report::Format;
use crate::report::diff::DiffFormat;
use crate::report::forecast::ForecastFormat;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Linter and static analyzer for Kubernetes manifests.
#[derive(Parser, Debug)]
#[command(name = "plimsoll", version, infer_long_args = false)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colors; `auto` respects NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    #[arg(hide_possible_values = false, hide_default_value = true)]
    pub color: Color,
}

/// When to use colors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The sub-commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Check files and folders
    #[command(visible_alias = "lint")]
    Check(Box<CheckArgs>),
    /// Predict what the controllers will do: how many pods, in which order, how long
    Simulate(Box<SimulateArgs>),
    /// Show what applying the changes would do: refused, rolled out, in place, or data at risk
    Diff(Box<DiffArgs>),
    /// Print each document as the JSON that Kubernetes reads, one per line
    Parse(ParseArgs),
    /// Print the next runs of a CronJob schedule
    Cron(CronArgs),
    /// List all rules
    Rules(RulesArgs),
    /// Explain one rule: why it matters, with examples
    Explain(ExplainArgs),
    /// Work with the schemas that objects are checked against
    Schema(SchemaArgs),
    /// Run the language server on standard input and output
    #[command(visible_alias = "server")]
    Lsp(Box<LspArgs>),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print a manual page in roff
    Man(ManArgs),
}

/// Arguments of `plimsoll check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Files and folders to check; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Output format, and the file to write it to (default: standard output); can be repeated
    #[arg(short = 'f', long = "output-format", value_name = "FMT[=FILE]")]
    #[arg(env = "PLIMSOLL_OUTPUT_FORMAT", value_parser = names::output, default_value = "full")]
    #[arg(hide_env_values = true)]
    pub outputs: Vec<Output>,

    /// Which rules run, and how.
    #[command(flatten)]
    pub rules: RuleArgs,

    /// Which files below a folder are read.
    #[command(flatten)]
    pub files: FileArgs,

    /// Fail (exit code 2) if no Kubernetes object is found
    #[arg(long, help_heading = "Files")]
    pub require_documents: bool,

    /// Minimum severity that fails the run
    #[arg(long, value_name = "LEVEL", default_value = "warning")]
    #[arg(help_heading = "Exit code")]
    pub fail_on: FailOn,

    /// Always exit with code 0 (the same as --fail-on never)
    #[arg(long, help_heading = "Exit code")]
    pub exit_zero: bool,

    /// Apply safe fixes: those that do not change what the cluster runs
    #[arg(long, help_heading = "Fixes")]
    pub fix: bool,

    /// Include fixes that change what the cluster runs in --fix and --diff
    #[arg(long, help_heading = "Fixes")]
    pub unsafe_fixes: bool,

    /// Print what --fix would change as a diff; exits with 1 if there are changes
    #[arg(long, help_heading = "Fixes")]
    pub diff: bool,

    /// Apply fixes without reporting findings or failing for them
    #[arg(long, help_heading = "Fixes")]
    pub fix_only: bool,

    /// Print the number of findings per rule to standard error
    #[arg(long)]
    pub statistics: bool,

    /// Print findings only, without summary and notes
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Also print what was skipped, and why
    #[arg(short, long)]
    pub verbose: bool,

    /// Number of threads; default: one per core
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

/// Which files below a folder are read: the same for all commands that read some.
#[derive(Args, Clone, Debug, Default)]
pub struct FileArgs {
    /// Exclude matching paths (.gitignore syntax); can be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    pub exclude: Vec<String>,

    /// Apply --exclude to paths given explicitly as well
    #[arg(long, help_heading = "Files")]
    pub force_exclude: bool,

    /// Check files that .gitignore and .ignore exclude
    #[arg(long, help_heading = "Files")]
    pub no_respect_gitignore: bool,

    /// Name of standard input in the report
    #[arg(
        long,
        value_name = "NAME",
        default_value = "<stdin>",
        help_heading = "Files"
    )]
    #[arg(value_hint = ValueHint::FilePath)]
    pub stdin_filename: String,
}

/// Which rules run, and how: the same for the command line and for editors.
#[derive(Args, Debug)]
pub struct RuleArgs {
    /// Run only these rules or groups (comma-separated); `all` is every rule
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = names::selector)]
    #[arg(help_heading = "Rules")]
    pub select: Vec<Selector>,

    /// Run these rules or groups in addition to the default ones
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = names::selector)]
    #[arg(help_heading = "Rules")]
    pub extend_select: Vec<Selector>,

    /// Do not run these rules or groups; a rule name takes precedence over a group
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = names::selector)]
    #[arg(help_heading = "Rules")]
    pub ignore: Vec<Selector>,

    /// Set the severity of a rule or group: `error`, `warning`, `info` or `off`; can be repeated
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', value_parser = names::level)]
    #[arg(help_heading = "Rules")]
    pub severity: Vec<Level>,

    /// Kubernetes version to check against, such as `1.31`, or a range that all must hold for,
    /// such as `1.29-1.33`; default: the newest known
    #[arg(long, value_name = "1.N[-1.M]", value_parser = names::kubernetes)]
    #[arg(help_heading = "Rules")]
    pub kubernetes_version: Option<MinorRange>,

    /// Enforce a Pod Security level, such as `restricted` or `baseline@1.31`, in namespaces whose
    /// labels set none
    #[arg(long, value_name = "LEVEL[@1.N]", value_parser = names::pod_security)]
    #[arg(help_heading = "Rules")]
    pub pod_security: Option<Policy>,

    /// Schemas of custom resources: files or folders of CustomResourceDefinitions or JSON Schemas,
    /// or a path template in the syntax of kubeconform; can be repeated
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    #[arg(help_heading = "Rules")]
    pub schema_location: Vec<String>,

    /// How to report objects of kinds without a schema
    #[arg(long, value_name = "HOW", default_value = "ignore")]
    #[arg(help_heading = "Rules")]
    pub unknown_kinds: UnknownKinds,

    /// Regular expression of placeholders for values that are filled in later; default:
    /// `${NAME}`, `$(NAME)` and `{{ … }}`; can be repeated
    #[arg(long, value_name = "REGEX")]
    #[arg(help_heading = "Rules")]
    pub placeholder_pattern: Vec<Regex>,

    /// Namespace of objects that do not set one
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    #[arg(help_heading = "Rules")]
    pub namespace: String,
}

/// How objects of unknown kinds are reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum UnknownKinds {
    /// Count them in the summary only
    Ignore,
    /// Report them as info
    Info,
    /// Report them as errors
    Error,
}

/// A format and where to write it.
#[derive(Clone, Debug)]
pub struct Output {
    /// How to report.
    pub format: &'static Format,
    /// The file; standard output when there is none.
    pub file: Option<PathBuf>,
}

/// A rule or group with the severity to report it with.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    /// The rule or group.
    pub selector: Selector,
    /// `None` turns it off.
    pub severity: Option<Severity>,
}

/// The least severity that counts as failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Info,
    /// Nothing
    Never,
}

/// Arguments of `plimsoll simulate`.
#[derive(Args, Debug)]
pub struct SimulateArgs {
    /// Files and folders with workloads; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Output format
    #[arg(short = 'f', long = "output-format", value_name = "FMT")]
    #[arg(value_parser = names::forecast_format, default_value = "text")]
    pub format: &'static ForecastFormat,

    /// Run the controllers and print each step
    #[arg(long)]
    pub trace: bool,

    /// Time until a new pod is ready
    #[arg(long, value_name = "TIME", value_parser = names::duration, default_value = "10s")]
    #[arg(help_heading = "Assumptions")]
    pub ready_after: SignedDuration,

    /// New pods never become ready: shows where a broken image stops the rollout
    #[arg(long, help_heading = "Assumptions")]
    pub never_ready: bool,

    /// Time until a terminated pod has stopped
    #[arg(long, value_name = "TIME", value_parser = names::duration, default_value = "0s")]
    #[arg(help_heading = "Assumptions")]
    pub stop_after: SignedDuration,

    /// Time until the pod of a Job succeeds
    #[arg(long, value_name = "TIME", value_parser = names::duration, default_value = "60s")]
    #[arg(help_heading = "Assumptions")]
    pub run_time: SignedDuration,

    /// What runs before: files or folders; default: an earlier template of the same workload
    #[arg(long, value_name = "OLD", value_hint = ValueHint::AnyPath)]
    #[arg(help_heading = "Assumptions")]
    pub from: Vec<PathBuf>,

    /// Simulate with this many replicas
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(0..))]
    #[arg(help_heading = "Assumptions")]
    pub scale: Option<i32>,

    /// Nodes of the cluster, as printed by `kubectl get nodes -o yaml`; can be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    #[arg(help_heading = "Assumptions")]
    pub nodes: Vec<PathBuf>,

    /// Start time, in RFC 3339 format
    #[arg(long, value_name = "TIME", default_value = "2026-01-01T00:00:00Z")]
    #[arg(help_heading = "Assumptions")]
    pub at: Timestamp,

    /// Time to simulate
    #[arg(long, value_name = "TIME", value_parser = names::duration, default_value = "24h")]
    #[arg(help_heading = "Assumptions")]
    pub until: SignedDuration,

    /// Kubernetes version whose controllers run, such as `1.31`; default: the newest known
    #[arg(long, value_name = "1.N", value_parser = names::minor)]
    #[arg(help_heading = "Assumptions")]
    pub kubernetes_version: Option<Minor>,

    /// Namespace of objects that do not set one
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    pub namespace: String,

    /// Which files below a folder are read.
    #[command(flatten)]
    pub files: FileArgs,
}

/// Arguments of `plimsoll diff`.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// The old and the new files or folders; with --git, the paths to compare
    #[arg(value_name = "OLD NEW", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Compare a git revision with another one, or with the working tree
    #[arg(long, value_name = "BASE[..HEAD]")]
    pub git: Option<String>,

    /// Output format
    #[arg(short = 'f', long = "output-format", value_name = "FMT")]
    #[arg(value_parser = names::diff_format, default_value = "text")]
    pub format: &'static DiffFormat,

    /// Kubernetes version of the cluster, such as `1.31`; default: the newest known
    #[arg(long, value_name = "1.N", value_parser = names::minor)]
    pub kubernetes_version: Option<Minor>,

    /// Namespace of objects that do not set one
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    pub namespace: String,

    /// Schemas of custom resources, as for `plimsoll check`; can be repeated
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub schema_location: Vec<String>,

    /// Which files below a folder are read.
    #[command(flatten)]
    pub files: FileArgs,
}

/// Arguments of `plimsoll parse`.
#[derive(Args, Debug)]
pub struct ParseArgs {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
}

/// Arguments of `plimsoll cron`.
#[derive(Args, Debug)]
pub struct CronArgs {
    /// Schedule, as in `spec.schedule` of a CronJob
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub expression: String,

    /// Time zone, as in `spec.timeZone`; default: UTC
    #[arg(long, value_name = "TZ", visible_alias = "time-zone")]
    pub timezone: Option<String>,

    /// Start time, in RFC 3339 format; default: now
    #[arg(long, value_name = "TIME")]
    pub from: Option<Timestamp>,

    /// Number of runs to print
    #[arg(short = 'n', long, value_name = "N", default_value = "5")]
    pub count: usize,
}

/// Arguments of `plimsoll lsp`.
#[derive(Args, Debug)]
pub struct LspArgs {
    /// Accepted for editors that pass it; it has no effect
    #[arg(long, hide = true)]
    pub stdio: bool,

    /// Which rules run, and how.
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// How to print what is listed or explained.
#[derive(Args, Debug)]
pub struct ListingArgs {
    /// Output format
    #[arg(
        short = 'f',
        long = "output-format",
        value_name = "FMT",
        default_value = "text"
    )]
    pub format: Listing,
}

/// Arguments of `plimsoll rules`.
#[derive(Args, Debug)]
pub struct RulesArgs {
    /// Output format.
    #[command(flatten)]
    pub listing: ListingArgs,
}

/// Arguments of `plimsoll explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// Rule name, or the name of the same check in another linter
    #[arg(value_name = "RULE", required = true, num_args = 1..)]
    pub rule: Vec<String>,

    /// Output format.
    #[command(flatten)]
    pub listing: ListingArgs,
}

/// How rules are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Listing {
    /// For a terminal
    Text,
    /// For scripts
    Json,
    /// For documentation
    Markdown,
}

/// Arguments of `plimsoll completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// Arguments of `plimsoll man`.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// Command to describe; default: plimsoll itself
    pub command: Option<String>,
}
