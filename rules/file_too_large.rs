//! `file-too-large`: the file is too large to be checked.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "file-too-large",
    summary: "the file is too large to be checked",
    category: Category::Syntax,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/read.rs"),
    docs: r##"
Files of more than 32 MiB are not read, so nothing in them was checked. By default,
etcd accepts objects of up to 1.5 MiB: a larger file is a dump of many objects, which
can be checked in parts, or it is not a manifest.
"##,
};
