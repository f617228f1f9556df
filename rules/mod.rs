//! All rules, one file each. Generated from the folder by `cargo test`; do not edit.

pub mod admission_rejects_pods;
pub mod affinity_impossible;
pub mod api_deprecated;
pub mod api_duplicate;
pub mod api_forbidden;
pub mod api_invalid;
pub mod api_not_found;
pub mod api_removed;
pub mod api_required;
pub mod api_too_long;
pub mod api_too_many;
pub mod api_type;
pub mod api_unsupported;
pub mod api_warning;
pub mod autoscaler_conflict;
pub mod binary_file;
pub mod canary_share_drifts;
pub mod capability_spelling;
pub mod command_one_string;
pub mod configmap_ref_dangling;
pub mod controllers_overlap;
pub mod cpu_implausible;
pub mod cpu_limit_missing;
pub mod cpu_request_missing;
pub mod cron_deadline_too_small;
pub mod cron_dom_dow_or;
pub mod cron_dst;
pub mod cron_forbid_hang;
pub mod cron_herd;
pub mod cron_minute_star;
pub mod cron_never_fires;
pub mod cron_overlap;
pub mod cron_replace_starves;
pub mod cron_schedule_invalid;
pub mod cron_step_uneven;
pub mod cron_timezone_missing;
pub mod dead_hardening_annotation;
pub mod deprecated_serviceaccount_field;
pub mod drain_blocked;
pub mod drain_waits_for_rollout;
pub mod duplicate_key;
pub mod duplicate_object;
pub mod env_duplicate;
pub mod env_ref_order;
pub mod env_secret_literal;
pub mod env_shell_syntax;
pub mod feature_removed;
pub mod field_too_new;
pub mod file_mode_decimal;
pub mod file_too_large;
pub mod gpu_surge;
pub mod grace_zero;
pub mod headless_port_remap;
pub mod host_namespaces;
pub mod host_path_sensitive;
pub mod hostnetwork_dns;
pub mod hpa_max_exceeds_quota;
pub mod hpa_missing_requests;
pub mod hpa_replicas_reset;
pub mod hpa_target_missing;
pub mod image_ref_invalid;
pub mod image_tag_latest;
pub mod ingress_chain;
pub mod init_request_dominates;
pub mod initial_delay_redundant;
pub mod job_deadline_infeasible;
pub mod job_fixed_name;
pub mod job_retries_surprise;
pub mod job_sidecar_never_ends;
pub mod job_ttl_hook;
pub mod job_ttl_missing;
pub mod jvm_heap_vs_limit;
pub mod kustomize_deprecated_field;
pub mod kustomize_file_missing;
pub mod kustomize_patch_invalid;
pub mod kustomize_patch_rejected;
pub mod limit_implies_request;
pub mod limitrange_violation;
pub mod liveness_before_readiness;
pub mod liveness_faster_than_readiness;
pub mod liveness_missing;
pub mod liveness_single_failure;
pub mod memory_implausible;
pub mod memory_limit_missing;
pub mod memory_milli_units;
pub mod memory_request_missing;
pub mod mutable_selector_label;
pub mod naked_pod;
pub mod named_target_port_miss;
pub mod netpol_rules_ignored;
pub mod netpol_service_port;
pub mod node_label_removed;
pub mod nodeport_collision;
pub mod nonroot_contradiction;
pub mod paused_or_frozen;
pub mod pdb_blocks_all;
pub mod pdb_effective_deadlock;
pub mod pdb_missing;
pub mod pdb_overlap;
pub mod placeholder_left;
pub mod pod_fits_no_node;
pub mod pod_security_violation;
pub mod pod_security_warning;
pub mod port_protocol_mismatch;
pub mod prestop_exceeds_grace;
pub mod prestop_no_drain_time;
pub mod priority_class_default_duplicate;
pub mod privileged_container;
pub mod probe_exec_no_shell;
pub mod probe_host_loopback;
pub mod probe_named_port_unknown;
pub mod probe_scheme_port;
pub mod probe_timeout_ge_period;
pub mod probes_identical;
pub mod progress_deadline_too_short;
pub mod psa_label_invalid;
pub mod pull_policy_not_always;
pub mod pull_policy_stale;
pub mod quota_demands_field;
pub mod quota_exceeded;
pub mod rbac_unknown_name;
pub mod rbac_wrong_group;
pub mod readiness_missing;
pub mod ref_wrong_namespace;
pub mod registry_deprecated;
pub mod replicas_share_rwo;
pub mod request_exceeds_limit;
pub mod rollout_antiaffinity_surge;
pub mod rollout_full_outage;
pub mod rollout_hostport_surge;
pub mod rollout_rwo_surge;
pub mod rollout_stalls_on_quota;
pub mod run_as_root;
pub mod runtime_heap_vs_limit;
pub mod runtime_socket;
pub mod schema_incomplete;
pub mod secret_ref_dangling;
pub mod selector_template_mismatch;
pub mod service_account_conflict;
pub mod service_field_ignored;
pub mod service_no_pods;
pub mod service_scaled_to_zero;
pub mod service_selects_job_pods;
pub mod service_target_port_unresolved;
pub mod serviceaccount_dangling;
pub mod shared_port_in_pod;
pub mod spread_no_matchlabelkeys;
pub mod spread_selector_mismatch;
pub mod startup_budget_short;
pub mod statefulset_broken_rollout_deadlock;
pub mod sts_headless_service;
pub mod sts_retention_delete;
pub mod tmpfs_vs_memory;
pub mod topology_key_unknown;
pub mod unknown_field;
pub mod unknown_kind;
pub mod volume_key_missing;
pub mod volume_sourceless;
pub mod volume_unused;
pub mod yaml_dropped_text;
pub mod yaml_encoding;
pub mod yaml_syntax;

use crate::rule::Rule;

/// All rules, sorted by name.
pub static ALL: &[&Rule] = &[
    &admission_rejects_pods::RULE,
    &affinity_impossible::RULE,
    &api_deprecated::RULE,
    &api_duplicate::RULE,
    &api_forbidden::RULE,
    &api_invalid::RULE,
    &api_not_found::RULE,
    &api_removed::RULE,
    &api_required::RULE,
    &api_too_long::RULE,
    &api_too_many::RULE,
    &api_type::RULE,
    &api_unsupported::RULE,
    &api_warning::RULE,
    &autoscaler_conflict::RULE,
    &binary_file::RULE,
    &canary_share_drifts::RULE,
    &capability_spelling::RULE,
    &command_one_string::RULE,
    &configmap_ref_dangling::RULE,
    &controllers_overlap::RULE,
    &cpu_implausible::RULE,
    &cpu_limit_missing::RULE,
    &cpu_request_missing::RULE,
    &cron_deadline_too_small::RULE,
    &cron_dom_dow_or::RULE,
    &cron_dst::RULE,
    &cron_forbid_hang::RULE,
    &cron_herd::RULE,
    &cron_minute_star::RULE,
    &cron_never_fires::RULE,
    &cron_overlap::RULE,
    &cron_replace_starves::RULE,
    &cron_schedule_invalid::RULE,
    &cron_step_uneven::RULE,
    &cron_timezone_missing::RULE,
    &dead_hardening_annotation::RULE,
    &deprecated_serviceaccount_field::RULE,
    &drain_blocked::RULE,
    &drain_waits_for_rollout::RULE,
    &duplicate_key::RULE,
    &duplicate_object::RULE,
    &env_duplicate::RULE,
    &env_ref_order::RULE,
    &env_secret_literal::RULE,
    &env_shell_syntax::RULE,
    &feature_removed::RULE,
    &field_too_new::RULE,
    &file_mode_decimal::RULE,
    &file_too_large::RULE,
    &gpu_surge::RULE,
    &grace_zero::RULE,
    &headless_port_remap::RULE,
    &host_namespaces::RULE,
    &host_path_sensitive::RULE,
    &hostnetwork_dns::RULE,
    &hpa_max_exceeds_quota::RULE,
    &hpa_missing_requests::RULE,
    &hpa_replicas_reset::RULE,
    &hpa_target_missing::RULE,
    &image_ref_invalid::RULE,
    &image_tag_latest::RULE,
    &ingress_chain::RULE,
    &init_request_dominates::RULE,
    &initial_delay_redundant::RULE,
    &job_deadline_infeasible::RULE,
    &job_fixed_name::RULE,
    &job_retries_surprise::RULE,
    &job_sidecar_never_ends::RULE,
    &job_ttl_hook::RULE,
    &job_ttl_missing::RULE,
    &jvm_heap_vs_limit::RULE,
    &kustomize_deprecated_field::RULE,
    &kustomize_file_missing::RULE,
    &kustomize_patch_invalid::RULE,
    &kustomize_patch_rejected::RULE,
    &limit_implies_request::RULE,
    &limitrange_violation::RULE,
    &liveness_before_readiness::RULE,
    &liveness_faster_than_readiness::RULE,
    &liveness_missing::RULE,
    &liveness_single_failure::RULE,
    &memory_implausible::RULE,
    &memory_limit_missing::RULE,
    &memory_milli_units::RULE,
    &memory_request_missing::RULE,
    &mutable_selector_label::RULE,
    &naked_pod::RULE,
    &named_target_port_miss::RULE,
    &netpol_rules_ignored::RULE,
    &netpol_service_port::RULE,
    &node_label_removed::RULE,
    &nodeport_collision::RULE,
    &nonroot_contradiction::RULE,
    &paused_or_frozen::RULE,
    &pdb_blocks_all::RULE,
    &pdb_effective_deadlock::RULE,
    &pdb_missing::RULE,
    &pdb_overlap::RULE,
    &placeholder_left::RULE,
    &pod_fits_no_node::RULE,
    &pod_security_violation::RULE,
    &pod_security_warning::RULE,
    &port_protocol_mismatch::RULE,
    &prestop_exceeds_grace::RULE,
    &prestop_no_drain_time::RULE,
    &priority_class_default_duplicate::RULE,
    &privileged_container::RULE,
    &probe_exec_no_shell::RULE,
    &probe_host_loopback::RULE,
    &probe_named_port_unknown::RULE,
    &probe_scheme_port::RULE,
    &probe_timeout_ge_period::RULE,
    &probes_identical::RULE,
    &progress_deadline_too_short::RULE,
    &psa_label_invalid::RULE,
    &pull_policy_not_always::RULE,
    &pull_policy_stale::RULE,
    &quota_demands_field::RULE,
    &quota_exceeded::RULE,
    &rbac_unknown_name::RULE,
    &rbac_wrong_group::RULE,
    &readiness_missing::RULE,
    &ref_wrong_namespace::RULE,
    &registry_deprecated::RULE,
    &replicas_share_rwo::RULE,
    &request_exceeds_limit::RULE,
    &rollout_antiaffinity_surge::RULE,
    &rollout_full_outage::RULE,
    &rollout_hostport_surge::RULE,
    &rollout_rwo_surge::RULE,
    &rollout_stalls_on_quota::RULE,
    &run_as_root::RULE,
    &runtime_heap_vs_limit::RULE,
    &runtime_socket::RULE,
    &schema_incomplete::RULE,
    &secret_ref_dangling::RULE,
    &selector_template_mismatch::RULE,
    &service_account_conflict::RULE,
    &service_field_ignored::RULE,
    &service_no_pods::RULE,
    &service_scaled_to_zero::RULE,
    &service_selects_job_pods::RULE,
    &service_target_port_unresolved::RULE,
    &serviceaccount_dangling::RULE,
    &shared_port_in_pod::RULE,
    &spread_no_matchlabelkeys::RULE,
    &spread_selector_mismatch::RULE,
    &startup_budget_short::RULE,
    &statefulset_broken_rollout_deadlock::RULE,
    &sts_headless_service::RULE,
    &sts_retention_delete::RULE,
    &tmpfs_vs_memory::RULE,
    &topology_key_unknown::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &volume_key_missing::RULE,
    &volume_sourceless::RULE,
    &volume_unused::RULE,
    &yaml_dropped_text::RULE,
    &yaml_encoding::RULE,
    &yaml_syntax::RULE,
];

/// The index in [`ALL`] of the rule with that name.
#[must_use]
pub fn index_of(name: &str) -> Option<usize> {
    ALL.binary_search_by(|rule| rule.name.cmp(name)).ok()
}

/// The rule with that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    index_of(name).map(|index| ALL[index])
}
