//! All rules, one file each. Generated from the folder by `cargo test`; do not edit.

pub mod capability_spelling;
pub mod dead_hardening_annotation;
pub mod duplicate_key;
pub mod env_duplicate;
pub mod env_secret_literal;
pub mod file_mode_decimal;
pub mod host_namespaces;
pub mod host_path_sensitive;
pub mod image_ref_invalid;
pub mod image_tag_latest;
pub mod nonroot_contradiction;
pub mod placeholder_left;
pub mod privileged_container;
pub mod psa_label_invalid;
pub mod pull_policy_not_always;
pub mod pull_policy_stale;
pub mod registry_deprecated;
pub mod run_as_root;
pub mod runtime_socket;
pub mod selector_template_mismatch;
pub mod service_no_pods;
pub mod volume_sourceless;
pub mod volume_unused;
pub mod yaml_syntax;

use crate::rule::Rule;

/// All rules, sorted by name.
pub static ALL: &[&Rule] = &[
    &capability_spelling::RULE,
    &dead_hardening_annotation::RULE,
    &duplicate_key::RULE,
    &env_duplicate::RULE,
    &env_secret_literal::RULE,
    &file_mode_decimal::RULE,
    &host_namespaces::RULE,
    &host_path_sensitive::RULE,
    &image_ref_invalid::RULE,
    &image_tag_latest::RULE,
    &nonroot_contradiction::RULE,
    &placeholder_left::RULE,
    &privileged_container::RULE,
    &psa_label_invalid::RULE,
    &pull_policy_not_always::RULE,
    &pull_policy_stale::RULE,
    &registry_deprecated::RULE,
    &run_as_root::RULE,
    &runtime_socket::RULE,
    &selector_template_mismatch::RULE,
    &service_no_pods::RULE,
    &volume_sourceless::RULE,
    &volume_unused::RULE,
    &yaml_syntax::RULE,
];

/// The index in [`ALL`] of the rule with that name.
#[must_use]
pub fn index_of(name: &str) -> Option<usize> {
    ALL.binary_search_by(|rule| rule.name.cmp(name)).ok()
}
