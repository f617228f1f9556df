//! `prestop-no-drain-time`: the hook leaves little of the grace period.

use crate::rule::{Category, Check, Container, Cx, Handler, Rule, Severity};

/// With fewer seconds than this left, requests in flight are cut off.
const DRAIN: i64 = 5;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "prestop-no-drain-time",
    summary: "the preStop hook leaves little time to stop",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
The time of a `preStop` hook is part of the grace period. The rest is all the time
that the process has after SIGTERM to finish its requests, close its connections and
save its state. A few seconds are rarely enough.

```yaml bad in=container
lifecycle:
  preStop:
    sleep:
      seconds: 28
#              ^^ preStop sleeps 28 s of a grace period of 30 s, which leaves 2 s to stop
```

```yaml good in=container
lifecycle:
  preStop:
    sleep:
      seconds: 10
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let hook = container.pre_stop().and_then(Handler::of);
    let Some((node, sleep)) = hook.and_then(Handler::sleep_seconds) else {
        return;
    };
    let grace = container.pod.grace_period_seconds();
    let left = grace.value.saturating_sub(sleep);
    if !(1..DRAIN).contains(&left) || (grace.node.is_none() && container.is_partial()) {
        return;
    }
    let message = format!(
        "preStop sleeps {sleep} s of a grace period of {} s, which leaves {left} s to stop",
        grace.value
    );
    let reported = cx.report(node, message);
    let reported = reported.help("sleep less, or raise `terminationGracePeriodSeconds`");
    if let Some(node) = grace.node {
        reported.related(node, "the grace period");
    }
}
