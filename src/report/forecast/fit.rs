//! The lines of `text` about what surrounds a workload: quotas, nodes, budgets,
//! autoscalers and Services.

use super::batch::Line;
use super::text::time;
use crate::report::Look;
use crate::simulate::drain::Drain;
use crate::simulate::fit::{Fit, Placement, Setting};
use crate::simulate::load::Use;
use crate::simulate::timing::Between;
use crate::simulate::traffic::{Share, Traffic};
use jiff::SignedDuration;
use std::io;

/// How one workload fits.
pub(super) fn lines(fit: &Fit<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let each = format!("requests {}; QoS {}", fit.each.requests, fit.qos.name());
    lines.push(("each pod", each));
    lines.extend(fit.refused.iter().map(|why| ("refused", why.clone())));
    let timing = &fit.timing;
    let stops = format!("stops within {}", seconds(timing.stopped));
    let text = match (timing.ready.latest, timing.hang_noticed) {
        (0, None) => stops,
        (0, Some(hang)) => format!("a hang ends after {}; {stops}", between(hang)),
        (_, None) => format!("ready {} after its start; {stops}", between(timing.ready)),
        (_, Some(hang)) => format!(
            "ready {} after its start; a hang ends after {}; {stops}",
            between(timing.ready),
            between(hang)
        ),
    };
    lines.push(("kubelet", text));
    if let Some(scaling) = &fit.scaling {
        let mut text = format!("{} to {} pods by {}", scaling.min, scaling.max, scaling.by);
        if let Some(after) = scaling.seconds_to_max.filter(|_| scaling.max > scaling.min) {
            text.push_str(&format!(", {} from end to end", seconds(after)));
        }
        lines.push(("scaling", text));
    }
    lines.extend(fit.drain.as_ref().and_then(drain));
    lines.extend(fit.placement.iter().flat_map(placement));
    lines
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

fn drain(drain: &Drain) -> Option<Line> {
    let text = match drain {
        Drain::Free | Drain::Stays => return None,
        Drain::Waves {
            budget,
            allowed,
            during_rollout,
        } => {
            let waits = match during_rollout {
                0 => "; none while it is updated",
                _ => "",
            };
            format!("{allowed} at a time by budget {budget}{waits}")
        }
        Drain::Blocked { budget } => format!("blocked: budget {budget} lets no pod go"),
        Drain::Ambiguous { budgets } => {
            format!(
                "blocked: budgets {} choose the same pods",
                budgets.join(", ")
            )
        }
        Drain::Unmanaged => "refused without --force: nothing makes another pod".to_owned(),
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
        true => "none".to_owned(),
        false => on.join(", "),
    };
    if placement.on.len() > SHOWN {
        text.push_str(&format!(" and {} more", placement.on.len() - SHOWN));
    }
    let mut lines = vec![("can be", text)];
    if placement.pending > 0 {
        let why = placement.why.as_deref().unwrap_or_default();
        lines.push(("pending", format!("{}: {why}", placement.pending)));
    }
    lines
}

/// The quotas and Services of a run, after its workloads.
pub(super) fn write(setting: &Setting<'_>, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut last = None;
    for used in &setting.quotas {
        let resource = &used.quota.resource;
        let name = (resource.namespace(), resource.name());
        if last != Some(name) {
            writeln!(out)?;
            head(&format!("ResourceQuota {}/{}", name.0, name.1), look, out)?;
            last = Some(name);
        }
        entry(used, out)?;
    }
    for traffic in &setting.traffic {
        writeln!(out)?;
        head(&format!("Service {}", traffic.service), look, out)?;
        service(traffic, out)?;
    }
    Ok(())
}

fn head(text: &str, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    match look.color {
        true => writeln!(out, "\x1b[1m{text}\x1b[0m"),
        false => writeln!(out, "{text}"),
    }
}

fn entry(used: &Use<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let hard = used.hard.amount;
    let verdict = if used.at_rest > hard {
        "  exceeded"
    } else if used.rollout > hard {
        "  no room for a rollout at full speed"
    } else if used.worst > hard {
        "  exceeded in the worst case"
    } else {
        ""
    };
    writeln!(
        out,
        "  {:<24}  {} of {hard} at rest, {} in a rollout, {} at worst{verdict}",
        used.hard.name, used.at_rest, used.rollout, used.worst
    )
}

fn service(traffic: &Traffic, out: &mut dyn io::Write) -> io::Result<()> {
    for endpoint in &traffic.ports {
        let targets: Vec<String> = endpoint.targets.iter().map(i64::to_string).collect();
        let targets = match targets.is_empty() {
            true => "no port of its pods".to_owned(),
            false => targets.join(", "),
        };
        let port = format!("{}/{}", endpoint.port, endpoint.protocol);
        writeln!(out, "  {port:<12}  to {targets}")?;
    }
    for share in &traffic.shares {
        writeln!(out, "  {:<12}  {}", percent(share), share_of(share))?;
    }
    match traffic.sticky {
        true => writeln!(
            out,
            "  {:<12}  clients keep to a pod: shares are uneven",
            "sticky"
        ),
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
