//! Probes and lifecycle hooks.

use super::at::At;
use super::report::Api;
use crate::kube::int_or_percent::IntOrString;
use crate::kube::names;

const ONE_HANDLER: &str = "may not specify more than 1 handler type";

/// Whether a lifecycle has but a signal, which is dropped as long as its gate is off.
pub(super) fn is_signal_only(lifecycle: At<'_>) -> bool {
    let hooks = ["preStop", "postStart"].map(|key| lifecycle.get(key));
    lifecycle.has("stopSignal") && hooks.iter().all(|it| !it.is_set())
}

/// The probes and the lifecycle of a container that runs with the pod.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, container: At<'a>, grace: i64, os: &At<'a>) {
    let lifecycle = container.get("lifecycle");
    for (_, hook) in lifecycle.set(["postStart", "preStop"]) {
        handler(api, hook, grace, true);
    }
    if api.since(38) && os.is_set() {
        // Stop signals are behind a gate that is off in all releases so far.
        api.one_of_if_set(lifecycle.get("stopSignal"), &[]);
    }
    for (key, probe) in container.set(["livenessProbe", "readinessProbe", "startupProbe"]) {
        one(api, probe, grace);
        let own = probe.get("terminationGracePeriodSeconds");
        let successes = probe.get("successThreshold");
        if key == "readinessProbe" {
            if let Some(value) = own.int() {
                api.invalid(own, value, "must not be set for readinessProbes");
            }
        } else if let Some(value) = successes.int()
            && value != 1
            && value != 0
        {
            api.invalid(successes, value, "must be 1");
        }
    }
}

fn one<'a>(api: &mut Api<'a, '_>, probe: At<'a>, grace: i64) {
    handler(api, probe, grace, false);
    let amounts = [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
    ];
    for (_, amount) in probe.set(amounts) {
        api.not_negative(amount);
    }
    let own = probe.get("terminationGracePeriodSeconds");
    if let Some(value) = own.int()
        && value <= 0
    {
        api.invalid(own, value, "must be greater than 0");
    }
}

fn handler<'a>(api: &mut Api<'a, '_>, at: At<'a>, grace: i64, hook: bool) {
    let mut found = false;
    let last = if hook { "sleep" } else { "grpc" };
    for (key, one) in at.set(["exec", "httpGet", "tcpSocket", last]) {
        if found {
            api.forbidden(one, ONE_HANDLER);
            continue;
        }
        found = true;
        match key {
            "exec" if one.get("command").is_empty() => api.required(one.get("command"), ""),
            "httpGet" => http(api, one),
            "tcpSocket" => port(api, one.get("port")),
            "grpc" => api.port_number(one.get("port"), one.int_of("port").unwrap_or(0)),
            "sleep" => {
                let seconds = one.int_of("seconds").unwrap_or(0);
                if seconds < 0 || seconds > grace {
                    let detail = format!(
                        "must be non-negative and less than terminationGracePeriodSeconds ({grace})"
                    );
                    api.invalid(one, seconds, &detail);
                }
            }
            _ => {}
        }
    }
    if !found {
        api.required(at, "must specify a handler type");
    }
}

fn http<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    port(api, at.get("port"));
    api.one_of(at.get("scheme"), "HTTP", &["HTTP", "HTTPS"]);
    let headers = at.get("httpHeaders");
    for header in headers.items() {
        let name = header.str_of("name");
        api.faults(headers, name, names::http_header_name(name));
    }
}

/// The number or name of a port.
pub(super) fn port<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    match at.int_or_string() {
        Some(IntOrString::Int(number)) => api.port_number(at, i64::from(number)),
        Some(IntOrString::Str(name)) => api.faults(at, name, names::port_name(name)),
        None if !at.is_set() => api.port_number(at, 0),
        None => {}
    }
}
