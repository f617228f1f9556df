//! Checks of what a pod shares with its node: namespaces, ports, folders, probes
//! that leave the pod, kernel parameters, and Windows' host processes.

use super::containers::violation;
use super::subject::{
    Subject, Values, Violation, containers, is_true, label, name, plural, quoted, setters, text,
};
use crate::parse::Node;

pub(super) fn namespaces<'a>(subject: &Subject<'a>, _: u64) -> Option<Violation<'a>> {
    let (mut bad, mut places) = (Vec::new(), Vec::new());
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        let at = subject.get(&[key]);
        if is_true(at) {
            bad.push(format!("{key}=true"));
            places.extend(at);
        }
    }
    violation(&bad, "host namespaces", || bad.join(", "), places)
}

pub(super) fn path_volumes<'a>(subject: &Subject<'a>, _: u64) -> Option<Violation<'a>> {
    let (mut bad, mut places) = (Vec::new(), Vec::new());
    let volumes = subject.get(&["volumes"]);
    for volume in volumes.into_iter().flat_map(Node::items) {
        if let Some(at) = volume.get("hostPath") {
            bad.push(name(volume));
            places.push(at);
        }
    }
    let detail = || {
        let noun = plural("volume", "volumes", bad.len());
        format!("{noun} {}", quoted(&bad))
    };
    violation(&bad, "hostPath volumes", detail, places)
}

pub(super) fn ports<'a>(subject: &Subject<'a>, _: u64) -> Option<Violation<'a>> {
    let (mut bad, mut values, mut places) = (Vec::new(), Values::new(), Vec::new());
    let filled = subject.fills_host_ports && is_true(subject.get(&["hostNetwork"]));
    let debug = subject.get(&["ephemeralContainers"]);
    for container in &subject.containers {
        // The server leaves ephemeral containers alone.
        let filled = filled && container.parent() != debug;
        let before = values.len() + places.len();
        let ports = container.get("ports");
        for port in ports.into_iter().flat_map(Node::items) {
            let number = |key| port.get(key).filter(|it| it.as_i64() != Some(0));
            let at = number("hostPort");
            let at = at.or_else(|| number("containerPort").filter(|_| filled));
            if let Some(value) = at.and_then(Node::as_i64) {
                values.insert(value.to_string());
                places.extend(at);
            }
        }
        if values.len() + places.len() > before {
            bad.push(name(*container));
        }
    }
    let detail = || {
        format!(
            "{} {} {} {}",
            containers(&bad),
            plural("uses", "use", bad.len()),
            plural("hostPort", "hostPorts", values.len()),
            values.iter().cloned().collect::<Vec<_>>().join(", ")
        )
    };
    violation(&bad, "hostPort", detail, places)
}

pub(super) fn probes<'a>(subject: &Subject<'a>, _: u64) -> Option<Violation<'a>> {
    const HANDLERS: [&[&str]; 5] = [
        &["livenessProbe"],
        &["readinessProbe"],
        &["startupProbe"],
        &["lifecycle", "postStart"],
        &["lifecycle", "preStop"],
    ];
    let (mut bad, mut values, mut places) = (Values::new(), Values::new(), Vec::new());
    for container in &subject.containers {
        for handler in HANDLERS.iter().filter_map(|keys| container.at(keys)) {
            for way in ["httpGet", "tcpSocket"] {
                let at = handler.at(&[way, "host"]);
                if !text(at).is_empty() {
                    bad.insert(name(*container));
                    values.insert(text(at));
                    places.extend(at);
                }
            }
        }
    }
    let bad: Vec<&str> = bad.into_iter().collect();
    let detail = || {
        let one = "probe or lifecycle host";
        let many = "probe or lifecycle hosts";
        format!(
            "{} {} {} {}",
            containers(&bad),
            plural("uses", "use", bad.len()),
            plural(one, many, values.len()),
            quoted(&values)
        )
    };
    violation(&bad, "probe or lifecycle host", detail, places)
}

/// Kernel parameters that are of one pod only, with the minor that allows each.
const SYSCTLS: [(&str, u64); 14] = [
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
    ("net.ipv4.tcp_slow_start_after_idle", 37),
    ("net.ipv4.tcp_notsent_lowat", 37),
];

pub(super) fn sysctls<'a>(subject: &Subject<'a>, version: u64) -> Option<Violation<'a>> {
    let allowed = |name: &str| SYSCTLS.iter().any(|it| it.0 == name && it.1 <= version);
    let all = subject.context("sysctls");
    let all = all.into_iter().flat_map(Node::items);
    let bad: Vec<Node<'a>> = all.filter(|it| !allowed(name(*it))).collect();
    let names = bad.iter().map(|it| name(*it)).collect::<Vec<_>>();
    let places = bad.iter().map(|it| label(*it)).collect();
    violation(&bad, "forbidden sysctls", || names.join(", "), places)
}

pub(super) fn processes<'a>(subject: &Subject<'a>, _: u64) -> Option<Violation<'a>> {
    const KEYS: [&str; 3] = ["securityContext", "windowsOptions", "hostProcess"];
    let own = subject.get(&KEYS).filter(|it| is_true(Some(*it)));
    let (mut bad, mut places) = (Vec::new(), Vec::from_iter(own));
    for container in &subject.containers {
        let at = container.at(&KEYS);
        if is_true(at) {
            bad.push(name(*container));
            places.extend(at);
        }
    }
    let who = setters(own.is_some(), &bad);
    let detail = || format!("{who} must not set securityContext.windowsOptions.hostProcess=true");
    violation(who.as_bytes(), "hostProcess", detail, places)
}
