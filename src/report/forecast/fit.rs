//! The lines of `text` about what surrounds a workload: quotas, nodes, budgets,
//! autoscalers and Services.

use super::batch::Line;
use super::text::{labelled, time};
use crate::report::RenderOptions;
use crate::report::text::{visible, width};
use crate::simulate::drain::Drain;
use crate::simulate::fit::{AtEnd, Fit, Placement, Setting};
use crate::simulate::load::Use;
use crate::simulate::timing::{Between, NodeLost};
use crate::simulate::traffic::{Share, Traffic};
use jiff::SignedDuration;
use std::io;

/// How one workload fits.
pub(super) fn lines(fit: &Fit<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let each = format!("requests {}; QoS {}", fit.each.requests, fit.qos.name());
    lines.push(("each pod", each));
    let refused = fit.refused.iter();
    lines.extend(refused.map(|why| ("rejected", format!("pods are rejected: {why}"))));
    let timing = &fit.timing;
    let stops = format!("stops within {}", seconds(timing.stopped));
    let text = match (timing.ready.latest, timing.hang_noticed) {
        (0, None) => stops,
        (0, Some(hang)) => format!(
            "liveness restarts a hung container after {}; {stops}",
            between(hang)
        ),
        (_, None) => format!("ready {} after it answers; {stops}", between(timing.ready)),
        (_, Some(hang)) => format!(
            "ready {} after it answers; liveness restarts a hung container after {}; {stops}",
            between(timing.ready),
            between(hang)
        ),
    };
    lines.push(("kubelet", text));
    lines.extend(fit.node_lost.map(|it| ("node lost", lost(it))));
    if let Some(scaled) = &fit.scaling {
        let scaling = &scaled.scaling;
        let mut text = format!("{} to {} pods by {}", scaling.min, scaling.max, scaling.by);
        if let Some(after) = scaling.seconds_to_max.filter(|_| scaling.max > scaling.min) {
            text.push_str(&format!(", {} from minimum to maximum", seconds(after)));
        }
        lines.push(("scaling", text));
        let ends = [
            ("at minimum", &scaled.at_min),
            ("at maximum", &scaled.at_max),
        ];
        for (label, end) in ends {
            lines.extend(end.as_ref().map(|end| (label, at_end(end))));
        }
    }
    lines.extend(fit.drain.as_ref().and_then(drain));
    lines.extend(fit.placement.iter().flat_map(placement));
    lines
}

fn lost(node: NodeLost) -> String {
    match (node.told, node.replaced) {
        (_, Some(replaced)) => format!("its pods are replaced after {}", seconds(replaced)),
        (Some(_), None) => "its pods are replaced only when the node is back or removed".to_owned(),
        (None, None) => "its pods stay: they tolerate the taint indefinitely".to_owned(),
    }
}

fn seconds(count: i64) -> String {
    match count {
        0 => "0s".to_owned(),
        _ => time(SignedDuration::from_secs(count)),
    }
}

fn between(time: Between) -> String {
    match time.earliest == time.latest {
        true => seconds(time.latest),
        false => format!("{} to {}", seconds(time.earliest), seconds(time.latest)),
    }
}

fn at_end(end: &AtEnd) -> String {
    let pods = end.pods;
    let mut text = format!(
        "{} desired; during a rollout at least {} available, at most {} pods",
        pods.desired, pods.min_available, pods.max_total
    );
    if let Some((_, drain)) = end.drain.as_ref().and_then(drain) {
        text.push_str(&format!("; drain: {drain}"));
    }
    text
}

fn drain(drain: &Drain) -> Option<Line> {
    let text = match drain {
        Drain::Free | Drain::Stays => return None,
        Drain::Waves {
            budget,
            allowed,
            during_rollout,
        } => {
            let waits = match during_rollout {
                0 => "; none during a rollout",
                _ => "",
            };
            format!("at most {allowed} at a time (PodDisruptionBudget {budget}){waits}")
        }
        Drain::Blocked { budget } => {
            format!("blocked: PodDisruptionBudget {budget} blocks every eviction")
        }
        Drain::Ambiguous { budgets } => {
            format!(
                "blocked: PodDisruptionBudgets {} select the same pods",
                budgets.join(", ")
            )
        }
        Drain::Unmanaged => "refused without --force: no controller recreates the pod".to_owned(),
    };
    Some(("drain", text))
}

fn placement(placement: &Placement) -> Vec<Line> {
    const SHOWN: usize = 6;
    let on: Vec<String> = placement
        .on
        .iter()
        .take(SHOWN)
        .map(|it| format!("{} on {}", it.pods, it.node))
        .collect();
    let mut text = match on.is_empty() {
        true => "on no node".to_owned(),
        false => on.join(", "),
    };
    if placement.on.len() > SHOWN {
        text.push_str(&format!(" and {} more", placement.on.len() - SHOWN));
    }
    let mut lines = vec![("placement", text)];
    if placement.pending > 0 {
        let why = placement.why.as_deref().unwrap_or_default();
        lines.push(("pending", format!("{}: {why}", placement.pending)));
    }
    lines
}

/// The quotas and Services of a run, after its workloads.
pub(super) fn write(
    setting: &Setting<'_>,
    look: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let same = |a: &Use<'_>, b: &Use<'_>| a.quota.resource.node == b.quota.resource.node;
    for entries in setting.quotas.chunk_by(same) {
        writeln!(out)?;
        quota(entries, look, out)?;
    }
    for traffic in &setting.traffic {
        writeln!(out)?;
        head(&format!("Service {}", traffic.service), look, out)?;
        service(traffic, look, out)?;
    }
    Ok(())
}

fn head(text: &str, look: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let text = visible(text);
    match look.color {
        true => writeln!(out, "\x1b[1m{text}\x1b[0m"),
        false => writeln!(out, "{text}"),
    }
}

/// What is used of one quota, an entry a line.
fn quota(entries: &[Use<'_>], look: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let Some(first) = entries.first() else {
        return Ok(());
    };
    let resource = &first.quota.resource;
    let name = format!("ResourceQuota {}/{}", resource.namespace(), resource.name());
    head(&name, look, out)?;
    let widest = entries.iter().map(|it| it.hard.name.len()).max();
    let w = widest.unwrap_or(0).max(12);
    let heads = ["allowed", "at rest", "rollout", "at worst"];
    let heads: String = heads.iter().map(|it| format!("  {it:>8}")).collect();
    writeln!(out, "  {:<w$}{heads}", "")?;
    for used in entries {
        let hard = used.hard.amount;
        let verdict = if used.at_rest > hard {
            "  exceeded at rest"
        } else if used.rollout > hard {
            "  no room for a rollout"
        } else if used.worst > hard {
            "  exceeded at worst"
        } else {
            ""
        };
        let amounts = [hard, used.at_rest, used.rollout, used.worst];
        let amounts: String = amounts
            .iter()
            .map(|it| format!("  {:>8}", it.to_string()))
            .collect();
        let line = format!("  {:<w$}{amounts}", visible(used.hard.name));
        let below = match width(&line) + verdict.len() > look.width {
            true => "\n  ",
            false => "",
        };
        writeln!(out, "{line}{below}{verdict}")?;
    }
    Ok(())
}

fn service(traffic: &Traffic, look: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let mut line = |label: &str, text: &str| labelled(label, text, look, out);
    for endpoint in &traffic.ports {
        let targets: Vec<String> = endpoint.targets.iter().map(i64::to_string).collect();
        let targets = match targets.is_empty() {
            true => "no port of its pods".to_owned(),
            false => targets.join(", "),
        };
        let port = format!("{}/{}", endpoint.port, endpoint.protocol);
        line(&port, &format!("to {targets}"))?;
    }
    for share in &traffic.shares {
        line(&percent(share), &share_of(share))?;
    }
    match traffic.sticky {
        true => line("sticky", "clients stay with one pod: shares are uneven"),
        false => Ok(()),
    }
}

fn share_of(share: &Share) -> String {
    let plural = if share.pods == 1 { "" } else { "s" };
    format!("{} ({} pod{plural})", share.workload, share.pods)
}

/// `25 %`, with one digit more where it is not whole.
fn percent(share: &Share) -> String {
    let (whole, rest) = (share.per_mille / 10, share.per_mille % 10);
    match rest {
        0 => format!("{whole} %"),
        _ => format!("{whole}.{rest} %"),
    }
}
