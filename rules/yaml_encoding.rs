//! `yaml-encoding`: the file is not UTF-8.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "yaml-encoding",
    summary: "the file is not UTF-8",
    category: Category::Syntax,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/read.rs"),
    docs: r##"
kubectl silently replaces every byte that is not UTF-8 with U+FFFD, so the cluster
gets a different value than the one in the file. Text in Latin-1 or Windows-1252 has
such bytes. UTF-16 with a byte order mark is read correctly.
"##,
};
