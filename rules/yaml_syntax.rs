//! `yaml-syntax`: the text is no YAML that Kubernetes could read.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "yaml-syntax",
    summary: "the text is no YAML that Kubernetes could read",
    category: Category::Syntax,
    severity: Severity::Error,
    default_on: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage,
    docs: r##"
"##,
};
