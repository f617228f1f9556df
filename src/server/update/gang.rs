//! Groups of pods that are scheduled together: what the scheduler has begun with
//! stays.

use super::super::at::At;
use super::super::report::Api;
use super::{Shown, Update, fixed};

/// Fields of a group that stay, beside its policy.
const FIXED: [&str; 3] = ["disruptionMode", "priorityClassName", "priority"];

pub(super) fn workload<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    keep(update, api, "spec.controllerRef", ["spec", "controllerRef"]);
    let (was, is) = update.both(["spec", "podGroupTemplates"]);
    let before = |new: At<'a>| {
        let name = new.str_of("name");
        was.items().find(|it| it.str_of("name") == name)
    };
    let is_kept = |old: At<'a>| {
        let name = old.str_of("name");
        is.items().any(|it| it.str_of("name") == name)
    };
    let added: Vec<_> = is.items().filter(|it| before(*it).is_none()).collect();
    let removed = !was.items().all(is_kept);
    if removed || !added.is_empty() {
        api.withdraw_below(0, is);
        for one in added {
            api.forbidden(one, "item may not be added");
        }
        if removed {
            api.forbidden(is, "item may not be removed");
        }
        return;
    }
    for new in is.items() {
        if let Some(old) = before(new) {
            group(api, old, new, false);
        }
    }
}

pub(super) fn pod_group<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    keep(update, api, "spec.workloadRef", ["spec", "workloadRef"]);
    let (was, is) = update.both(["spec", "disruptionMode"]);
    if was.is_empty() && is.is_empty() {
        // What the server has filled in stays.
        api.withdraw(0, is);
    }
    group(api, update.old.get("spec"), update.new.get("spec"), true);
}

/// A field that must stay; of what is in it no more is said.
fn keep<'a, const N: usize>(
    update: &Update<'a, '_>,
    api: &mut Api<'a, '_>,
    path: &str,
    keys: [&'a str; N],
) {
    let (was, at) = update.both(keys);
    if update.changed(path) && (was.is_set() || at.is_set()) {
        api.withdraw_below(0, at);
        fixed(api, at, &Shown::Hidden);
    }
}

/// A group, which has the mode `single` by `default`, or a template, which has no default.
fn group<'a>(api: &mut Api<'a, '_>, old: At<'a>, new: At<'a>, default: bool) {
    let (was, is) = (old.get("schedulingPolicy"), new.get("schedulingPolicy"));
    if was.has("basic") != is.has("basic") {
        fixed(api, is.get("basic"), &Shown::Hidden);
    }
    let (old_gang, new_gang) = (was.get("gang"), is.get("gang"));
    if old_gang.is_set() != new_gang.is_set() {
        api.withdraw_below(0, new_gang);
        let detail = if new_gang.is_set() {
            "field cannot be set once created"
        } else {
            "field cannot be cleared once set"
        };
        api.invalid(new_gang, "null", detail);
    }
    for key in FIXED {
        let (was, is) = (old.get(key), new.get(key));
        let same = match key {
            "priority" => was.int() == is.int(),
            "priorityClassName" => was.str() == is.str(),
            _ => mode(was, default) == mode(is, default),
        };
        if !same {
            api.withdraw_below(0, is);
            fixed(api, is, &Shown::Hidden);
        }
    }
}

fn mode(at: At<'_>, default: bool) -> [bool; 2] {
    let single = at.has("single") || default && at.is_empty();
    [single, at.has("all")]
}
