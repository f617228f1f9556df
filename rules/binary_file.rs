//! `binary-file`: the file is binary data, not text.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "binary-file",
    summary: "the file is binary data, not text",
    category: Category::Syntax,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/read.rs"),
    docs: r##"
Compressed or encrypted data, or UTF-16 without a byte order mark: kubectl refuses the
file, and plimsoll checked nothing in it. A file counts as binary if its beginning
contains many NUL bytes, or NUL bytes beside bytes that are not UTF-8.
"##,
};
