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

    /// When to use colours; `auto` heeds NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    #[arg(hide_possible_values = false, hide_default_value = true)]
    pub color: Color,
}

/// When to use colours.
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
    /// Foretell what the controllers will do: how many pods, in which order, how long
    Simulate(Box<SimulateArgs>),
    /// Say what applying changed manifests does: refused, rolled out, in place, or data at risk
    Diff(Box<DiffArgs>),
    /// Print each document as the JSON that Kubernetes reads, one a line
    Parse(ParseArgs),
    /// Print the next times at which a CronJob with a schedule runs
    Cron(CronArgs),
    /// List all rules
    Rules(RulesArgs),
    /// Explain one rule: why it matters, with examples
    Explain(ExplainArgs),
    /// Work with the schemas that objects are checked against
    Schema(SchemaArgs),
    /// Serve an editor: the language server, on standard input and output
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

    /// How to report, and where to (standard output unless a file is named); may be repeated
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

    /// Fail (exit code 2) when there is no Kubernetes object at all
    #[arg(long, help_heading = "Files")]
    pub require_documents: bool,

    /// The least severity that makes the exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "warning")]
    #[arg(help_heading = "Exit code")]
    pub fail_on: FailOn,

    /// Exit with 0 whatever is found; the same as --fail-on never
    #[arg(long, help_heading = "Exit code")]
    pub exit_zero: bool,

    /// Mend what can be mended without a change of what the cluster runs
    #[arg(long, help_heading = "Fixes")]
    pub fix: bool,

    /// Let --fix and --diff also make changes of what the cluster runs
    #[arg(long, help_heading = "Fixes")]
    pub unsafe_fixes: bool,

    /// Print what --fix would change instead of changing it; the exit code is 1 where that is
    /// anything
    #[arg(long, help_heading = "Fixes")]
    pub diff: bool,

    /// Only mend: report nothing, and fail for nothing that is found
    #[arg(long, help_heading = "Fixes")]
    pub fix_only: bool,

    /// Count the findings of each rule, on standard error
    #[arg(long)]
    pub statistics: bool,

    /// Report findings only: no summary, no notes
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Also name what was skipped, and why
    #[arg(short, long)]
    pub verbose: bool,

    /// Number of threads; one for each core unless given
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

/// Which files below a folder are read: the same for all commands that read some.
#[derive(Args, Clone, Debug, Default)]
pub struct FileArgs {
    /// Leave out what matches, in the syntax of .gitignore; may be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    pub exclude: Vec<String>,

    /// Let --exclude hold for paths that were named, too
    #[arg(long, help_heading = "Files")]
    pub force_exclude: bool,

    /// Look into what .gitignore and .ignore leave out
    #[arg(long, help_heading = "Files")]
    pub no_respect_gitignore: bool,

    /// What to call standard input in the report
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
    /// Run these rules or groups only, comma-separated; `all` is every rule
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = names::selector)]
    #[arg(help_heading = "Rules")]
    pub select: Vec<Selector>,

    /// Run these rules or groups as well
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = names::selector)]
    #[arg(help_heading = "Rules")]
    pub extend_select: Vec<Selector>,

    /// Do not run these rules or groups; a rule by name goes before a group
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = names::selector)]
    #[arg(help_heading = "Rules")]
    pub ignore: Vec<Selector>,

    /// Report a rule or group as `error`, `warning` or `info`, or turn it `off`; may be repeated
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', value_parser = names::level)]
    #[arg(help_heading = "Rules")]
    pub severity: Vec<Level>,

    /// The Kubernetes to check against, as `1.31`, or `1.29-1.33` for all of these; the newest
    /// known unless given
    #[arg(long, value_name = "1.N[-1.M]", value_parser = names::kubernetes)]
    #[arg(help_heading = "Rules")]
    pub kubernetes_version: Option<MinorRange>,

    /// Hold pods to a Pod Security level, as `restricted` or `baseline@1.31`, where the labels of
    /// their namespace choose none
    #[arg(long, value_name = "LEVEL[@1.N]", value_parser = names::pod_security)]
    #[arg(help_heading = "Rules")]
    pub pod_security: Option<Policy>,

    /// Definitions of custom resources: files or folders of CustomResourceDefinitions or JSON
    /// Schemas, or a template of their paths as kubeconform has it; may be repeated
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    #[arg(help_heading = "Rules")]
    pub schema_location: Vec<String>,

    /// How to report objects of kinds that nothing defines
    #[arg(long, value_name = "HOW", default_value = "ignore")]
    #[arg(help_heading = "Rules")]
    pub unknown_kinds: UnknownKinds,

    /// What stands for a value that is filled in later, as a regular expression; `${NAME}`,
    /// `$(NAME)` and `{{ … }}` unless given; may be repeated
    #[arg(long, value_name = "REGEX")]
    #[arg(help_heading = "Rules")]
    pub placeholder_pattern: Vec<Regex>,

    /// The namespace of objects that name none
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    #[arg(help_heading = "Rules")]
    pub namespace: String,
}

/// How objects of unknown kinds are reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum UnknownKinds {
    /// Counted in the summary only
    Ignore,
    /// As a note
    Info,
    /// As an error
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

    /// How to print it
    #[arg(short = 'f', long = "output-format", value_name = "FMT")]
    #[arg(value_parser = names::forecast_format, default_value = "text")]
    pub format: &'static ForecastFormat,

    /// Also run the controllers, and tell each step
    #[arg(long)]
    pub trace: bool,

    /// How long a new pod takes until it is ready
    #[arg(long, value_name = "TIME", value_parser = names::duration, default_value = "10s")]
    #[arg(help_heading = "Assumptions")]
    pub ready_after: SignedDuration,

    /// New pods never become ready: where does a broken image stop?
    #[arg(long, help_heading = "Assumptions")]
    pub never_ready: bool,

    /// How long a pod takes to stop when it is told to
    #[arg(long, value_name = "TIME", value_parser = names::duration, default_value = "0s")]
    #[arg(help_heading = "Assumptions")]
    pub stop_after: SignedDuration,

    /// How long the pod of a Job runs until it succeeds
    #[arg(long, value_name = "TIME", value_parser = names::duration, default_value = "60s")]
    #[arg(help_heading = "Assumptions")]
    pub run_time: SignedDuration,

    /// What runs before: files or folders; an earlier template of the same workload unless given
    #[arg(long, value_name = "OLD", value_hint = ValueHint::AnyPath)]
    #[arg(help_heading = "Assumptions")]
    pub from: Vec<PathBuf>,

    /// Run with this many replicas, whatever is written
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(0..))]
    #[arg(help_heading = "Assumptions")]
    pub scale: Option<i32>,

    /// The nodes of the cluster, as `kubectl get nodes -o yaml` prints them; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    #[arg(help_heading = "Assumptions")]
    pub nodes: Vec<PathBuf>,

    /// The time at which it starts, as RFC 3339
    #[arg(long, value_name = "TIME", default_value = "2026-01-01T00:00:00Z")]
    #[arg(help_heading = "Assumptions")]
    pub at: Timestamp,

    /// How long to watch
    #[arg(long, value_name = "TIME", value_parser = names::duration, default_value = "24h")]
    #[arg(help_heading = "Assumptions")]
    pub until: SignedDuration,

    /// The Kubernetes whose controllers run, as `1.31`; the newest known unless given
    #[arg(long, value_name = "1.N", value_parser = names::minor)]
    #[arg(help_heading = "Assumptions")]
    pub kubernetes_version: Option<Minor>,

    /// The namespace of objects that name none
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    pub namespace: String,

    /// Which files below a folder are read.
    #[command(flatten)]
    pub files: FileArgs,
}

/// Arguments of `plimsoll diff`.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// What is there and what is to be applied: two files or folders; with --git, what to look at
    #[arg(value_name = "OLD NEW", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Compare a revision of git with another, or with the files as they are
    #[arg(long, value_name = "BASE[..HEAD]")]
    pub git: Option<String>,

    /// How to print it
    #[arg(short = 'f', long = "output-format", value_name = "FMT")]
    #[arg(value_parser = names::diff_format, default_value = "text")]
    pub format: &'static DiffFormat,

    /// The Kubernetes that they are applied to, as `1.31`; the newest known unless given
    #[arg(long, value_name = "1.N", value_parser = names::minor)]
    pub kubernetes_version: Option<Minor>,

    /// The namespace of objects that name none
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    pub namespace: String,

    /// Definitions of custom resources that are not among the manifests, as of `plimsoll check`;
    /// may be repeated
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
    /// The schedule, as in `spec.schedule` of a CronJob
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub expression: String,

    /// The zone to read it in, as in `spec.timeZone`; UTC unless given
    #[arg(long, value_name = "TZ", visible_alias = "time-zone")]
    pub timezone: Option<String>,

    /// The time to start after, as RFC 3339; now unless given
    #[arg(long, value_name = "TIME")]
    pub from: Option<Timestamp>,

    /// How many times to print
    #[arg(short = 'n', long, value_name = "N", default_value = "5")]
    pub count: usize,
}

/// Arguments of `plimsoll lsp`.
#[derive(Args, Debug)]
pub struct LspArgs {
    /// What it does anyway; many editors add it
    #[arg(long, hide = true)]
    pub stdio: bool,

    /// Which rules run, and how.
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// How to print what is listed or explained.
#[derive(Args, Debug)]
pub struct ListingArgs {
    /// How to print it
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
    /// How to print it.
    #[command(flatten)]
    pub listing: ListingArgs,
}

/// Arguments of `plimsoll explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The rule; the name that another linter has for it will do
    #[arg(value_name = "RULE", required = true, num_args = 1..)]
    pub rule: Vec<String>,

    /// How to print it.
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
    /// The sub-command to describe; plimsoll as a whole unless given
    pub command: Option<String>,
}
