//! Jobs and CronJobs.

use super::at::At;
use super::meta::{self, Identity};
use super::pod;
use super::policies;
use super::report::Api;
use super::selector;
use super::shape;
use crate::kube::cron;
use crate::kube::names;
use crate::kube::timezone;

const MOST_INDEXED: i64 = 100_000;
const MOST_WHEN_MANY: i64 = 10_000;
/// Longest name of a CronJob, in bytes: a Job's, less what the controller appends.
const CRON_NAME_MAX: usize = 52;

const IDENTITY: Identity = Identity {
    name: names::dns_subdomain,
    namespaced: true,
};

pub(super) fn job<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    meta::check(api, metadata, IDENTITY);
    let spec = top.get("spec");
    let name = meta::name(metadata);
    meta::template_labels(api, top);
    job_spec(api, spec);
    own_selector(api, spec);
    // The server labels the template with the Job's name before it looks.
    if !spec.is_on("manualSelector") {
        let labels = spec.at(["template", "labels"]);
        api.faults(labels, &name, names::label_value(&name));
        // A Job without labels of its own shares those of its template.
        let own = metadata.get("labels");
        if own.is_empty() && !spec.at(["template", "metadata", "labels"]).is_empty() {
            api.faults(own, &name, names::label_value(&name));
        }
    }
    let completions = effective_completions(api, spec);
    if spec.str_of("completionMode") == "Indexed"
        && let Some(count) = completions
        && count > 0
    {
        let host = format!("{name}-{}", count - 1);
        if names::dns_label(&host).is_err() {
            let detail = format!("will not able to create pod with invalid DNS label: {host}");
            api.invalid_text(metadata.get("name"), &name, &detail);
        }
    }
}

fn own_selector<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let selector = spec.get("selector");
    let manual = spec.is_on("manualSelector");
    if !selector.is_set() {
        if manual {
            api.required(selector, "");
            let labels = spec.at(["template", "metadata", "labels"]);
            api.invalid_node(labels, "`selector` does not match template `labels`");
        }
        return;
    }
    selector::labels(api, selector);
    if !manual {
        if selector::is_usable(selector) && !selector::is_empty(selector) {
            // The server adds its own label to the selector that is there.
            let generated = selector.get("matchLabels");
            let mut keys = generated.entries();
            let foreign = keys.any(|(key, _)| !key.starts_with("batch.kubernetes.io/"));
            if foreign || !selector.get("matchExpressions").is_empty() {
                let detail = "`selector` not auto-generated";
                api.invalid_object(selector, &shape::SELECTOR, detail);
            }
        }
        let labels = spec.at(["template", "metadata", "labels"]);
        if selector::is_usable(selector) && !selector::matches(selector, labels) {
            api.invalid_node(labels, "`selector` does not match template `labels`");
        }
        return;
    }
    let labels = spec.at(["template", "metadata", "labels"]);
    if selector::is_usable(selector) && !selector::matches(selector, labels) {
        api.invalid_node(labels, "`selector` does not match template `labels`");
    }
}

/// `completions` with its default.
///
/// The template of a CronJob gets it only in the Jobs that are made of it.
pub(super) fn effective_completions<'a>(api: &Api<'a, '_>, spec: At<'a>) -> Option<i64> {
    let written = spec.int_of("completions");
    let defaulted = api.resource.kind == "Job" && !spec.has("parallelism");
    written.or_else(|| defaulted.then_some(1))
}

fn job_spec<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    for key in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ] {
        api.not_negative(spec.get(key));
    }
    let per_index = spec.get("backoffLimitPerIndex");
    if spec.has("maxFailedIndexes") && !per_index.is_set() {
        api.required(per_index, "when maxFailedIndexes is specified");
    }
    let manager = spec.get("managedBy");
    if manager.is_set() && api.since(32) {
        domain_path(api, manager);
        if manager.str().len() > 63 {
            api.too_long(manager, 63);
        }
    }
    let mode = spec.get("completionMode");
    if mode.is_set() {
        api.one_of_if_set(mode, &["NonIndexed", "Indexed"]);
    }
    match mode.written() {
        Some("Indexed") => indexed(api, spec),
        Some("NonIndexed") | None => {
            for at in [per_index, spec.get("maxFailedIndexes")] {
                if let Some(value) = at.int() {
                    api.invalid(at, value, "requires indexed completion mode");
                }
            }
        }
        Some(_) => {}
    }
    policies::check(api, spec);
    template(api, spec);
}

/// A path below a domain, such as `example.com/controller`.
pub(super) fn domain_path<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let Some(text) = at.text() else { return };
    if text.is_empty() {
        return api.required(at, "");
    }
    let parts = text
        .split_once('/')
        .filter(|(host, path)| !host.is_empty() && !path.is_empty());
    let Some((host, path)) = parts else {
        let detail = "must be a domain-prefixed path (such as \"acme.io/foo\")";
        return api.invalid_text(at, text, detail);
    };
    api.faults(at, host, names::dns_subdomain(host));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b);
    if !path.bytes().all(plain) {
        let detail =
            "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
        api.invalid_text(at, path, detail);
    }
}

fn indexed<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let completions = effective_completions(api, spec);
    let (parallelism, failed) = (spec.get("parallelism"), spec.get("maxFailedIndexes"));
    if completions.is_none() && !spec.has("completions") {
        api.required(spec.get("completions"), "when completion mode is Indexed");
    }
    if let Some(value) = parallelism.int()
        && value > MOST_INDEXED
    {
        let detail = "must be less than or equal to 100000 when completion mode is Indexed";
        api.invalid(parallelism, value, detail);
    }
    if let (Some(most), Some(all)) = (failed.int(), completions)
        && most > all
    {
        api.invalid(failed, most, "must be less than or equal to completions");
    }
    if let Some(most) = failed.int()
        && most > MOST_INDEXED
    {
        api.invalid(failed, most, "must be less than or equal to 100000");
    }
    if completions.is_none_or(|it| it <= MOST_INDEXED) || !spec.has("backoffLimitPerIndex") {
        return;
    }
    if !failed.is_set() {
        api.required(failed, "must be specified when completions is above 100000");
    }
    for at in [parallelism, failed] {
        if let Some(value) = at.int()
            && value > MOST_WHEN_MANY
        {
            let detail = "must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index";
            api.invalid(at, value, detail);
        }
    }
}

fn template<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let template = spec.get("template");
    pod::template(api, template);
    let at = template.at(["spec", "restartPolicy"]);
    match pod::restart_policy(template.get("spec")) {
        "Always" => api.required(at, "valid values: \"OnFailure\", \"Never\""),
        "Never" => {}
        "OnFailure" => {
            if spec.has("podFailurePolicy") {
                let detail = "only \"Never\" is supported when podFailurePolicy is specified";
                api.invalid_text(at, "OnFailure", detail);
            }
        }
        other => api.unsupported(at, other, &["OnFailure", "Never"]),
    }
}

pub(super) fn cron_job<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    meta::check(api, metadata, IDENTITY);
    let spec = top.get("spec");
    let schedule = spec.get("schedule");
    match schedule.text() {
        Some("") => api.required(schedule, ""),
        Some(text) => {
            if let Err(error) = cron::parse(text) {
                api.invalid_text(schedule, text, &error.to_string());
            }
            if text.contains("TZ") {
                let detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
                api.invalid_text(schedule, text, detail);
            }
        }
        None => {}
    }
    api.not_negative(spec.get("startingDeadlineSeconds"));
    let zone = spec.get("timeZone");
    if let Some(text) = zone.written()
        && let Err(error) = timezone::parse(text)
    {
        for message in error.messages() {
            api.invalid_text(zone, text, &message);
        }
    }
    let policies = ["Allow", "Forbid", "Replace"];
    api.one_of(spec.get("concurrencyPolicy"), "Allow", &policies);
    let job = top.way("spec.jobTemplate.spec");
    job_spec(api, job);
    if job.has("selector") {
        let detail = "`selector` will be auto-generated";
        api.invalid_object(job.get("selector"), &shape::SELECTOR, detail);
    }
    if job.is_on("manualSelector") {
        api.unsupported_shown(job.get("manualSelector"), "true", &["nil", "false"]);
    }
    api.not_negative(spec.get("successfulJobsHistoryLimit"));
    api.not_negative(spec.get("failedJobsHistoryLimit"));
    let name = meta::name(metadata);
    if name.len() > CRON_NAME_MAX {
        api.invalid_text(
            metadata.get("name"),
            &name,
            "must be no more than 52 characters",
        );
    }
}
