//! All rules, one file each. Generated from the folder by `cargo test`; do not edit.

pub mod duplicate_key;
pub mod env_duplicate;
pub mod yaml_syntax;

use crate::rule::Rule;

/// All rules, sorted by name.
pub static ALL: &[&Rule] = &[
    &duplicate_key::RULE,
    &env_duplicate::RULE,
    &yaml_syntax::RULE,
];

/// The index in [`ALL`] of the rule with that name.
#[must_use]
pub fn index_of(name: &str) -> Option<usize> {
    ALL.binary_search_by(|rule| rule.name.cmp(name)).ok()
}
