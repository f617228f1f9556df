//! `duplicate-key`: a key stands twice in one mapping.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "duplicate-key",
    summary: "a key stands twice in one mapping",
    category: Category::Syntax,
    severity: Severity::Error,
    default_on: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage,
    docs: r##"
"##,
};
