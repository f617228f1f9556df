//! All rules, one file each. Generated from the folder by `cargo test`; do not edit.

pub mod command_one_string;
pub mod cpu_implausible;
pub mod cpu_limit_missing;
pub mod cpu_request_missing;
pub mod cron_deadline_too_small;
pub mod cron_dom_dow_or;
pub mod cron_dst;
pub mod cron_forbid_hang;
pub mod cron_minute_star;
pub mod cron_never_fires;
pub mod cron_overlap;
pub mod cron_replace_starves;
pub mod cron_schedule_invalid;
pub mod cron_step_uneven;
pub mod cron_timezone_missing;
pub mod duplicate_key;
pub mod env_duplicate;
pub mod env_ref_order;
pub mod env_shell_syntax;
pub mod grace_zero;
pub mod initial_delay_redundant;
pub mod job_fixed_name;
pub mod job_sidecar_never_ends;
pub mod job_ttl_hook;
pub mod job_ttl_missing;
pub mod limit_implies_request;
pub mod liveness_before_readiness;
pub mod liveness_faster_than_readiness;
pub mod liveness_missing;
pub mod liveness_single_failure;
pub mod memory_implausible;
pub mod memory_limit_missing;
pub mod memory_milli_units;
pub mod memory_request_missing;
pub mod prestop_exceeds_grace;
pub mod prestop_no_drain_time;
pub mod probe_exec_no_shell;
pub mod probe_host_loopback;
pub mod probe_named_port_unknown;
pub mod probe_timeout_ge_period;
pub mod probes_identical;
pub mod readiness_missing;
pub mod request_exceeds_limit;
pub mod startup_budget_short;
pub mod startup_vs_progress_deadline;
pub mod yaml_syntax;

use crate::rule::Rule;

/// All rules, sorted by name.
pub static ALL: &[&Rule] = &[
    &command_one_string::RULE,
    &cpu_implausible::RULE,
    &cpu_limit_missing::RULE,
    &cpu_request_missing::RULE,
    &cron_deadline_too_small::RULE,
    &cron_dom_dow_or::RULE,
    &cron_dst::RULE,
    &cron_forbid_hang::RULE,
    &cron_minute_star::RULE,
    &cron_never_fires::RULE,
    &cron_overlap::RULE,
    &cron_replace_starves::RULE,
    &cron_schedule_invalid::RULE,
    &cron_step_uneven::RULE,
    &cron_timezone_missing::RULE,
    &duplicate_key::RULE,
    &env_duplicate::RULE,
    &env_ref_order::RULE,
    &env_shell_syntax::RULE,
    &grace_zero::RULE,
    &initial_delay_redundant::RULE,
    &job_fixed_name::RULE,
    &job_sidecar_never_ends::RULE,
    &job_ttl_hook::RULE,
    &job_ttl_missing::RULE,
    &limit_implies_request::RULE,
    &liveness_before_readiness::RULE,
    &liveness_faster_than_readiness::RULE,
    &liveness_missing::RULE,
    &liveness_single_failure::RULE,
    &memory_implausible::RULE,
    &memory_limit_missing::RULE,
    &memory_milli_units::RULE,
    &memory_request_missing::RULE,
    &prestop_exceeds_grace::RULE,
    &prestop_no_drain_time::RULE,
    &probe_exec_no_shell::RULE,
    &probe_host_loopback::RULE,
    &probe_named_port_unknown::RULE,
    &probe_timeout_ge_period::RULE,
    &probes_identical::RULE,
    &readiness_missing::RULE,
    &request_exceeds_limit::RULE,
    &startup_budget_short::RULE,
    &startup_vs_progress_deadline::RULE,
    &yaml_syntax::RULE,
];

/// The index in [`ALL`] of the rule with that name.
#[must_use]
pub fn index_of(name: &str) -> Option<usize> {
    ALL.binary_search_by(|rule| rule.name.cmp(name)).ok()
}
