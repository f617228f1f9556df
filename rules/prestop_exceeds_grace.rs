//! `prestop-exceeds-grace`: the hook sleeps through the whole grace period.

use crate::rule::{Category, Check, Container, Cx, Handler, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "prestop-exceeds-grace",
    summary: "the preStop hook sleeps for the whole grace period",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
The grace period starts before the `preStop` hook, not after it. A hook that sleeps as
long as `terminationGracePeriodSeconds` (30 by default) leaves the process two seconds
between SIGTERM and SIGKILL, no matter how long it needs: every rollout and every
drain cuts off requests.

```yaml bad in=container
lifecycle:
  preStop:
    exec:
      command: [sh, -c, "sleep 60 && nginx -s quit"]
#                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ preStop sleeps 60 s, but the pod is killed when its grace period of 30 s ends
```

```yaml bad in=pod
terminationGracePeriodSeconds: 20
containers:
- name: app
  image: registry.example.com/app:1.4.2
  lifecycle:
    preStop:
      sleep:
        seconds: 20
#                ^^ preStop sleeps 20 s, but the pod is killed when its grace period of 20 s ends
```

```yaml good in=pod
terminationGracePeriodSeconds: 60
containers:
- name: app
  image: registry.example.com/app:1.4.2
  lifecycle:
    preStop:
      exec:
        command: [sleep, "20"]
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let hook = container.pre_stop().and_then(Handler::of);
    let Some((node, sleep)) = hook.and_then(Handler::sleep_seconds) else {
        return;
    };
    let grace = container.pod.grace_period_seconds();
    if sleep < grace.value || (grace.node.is_none() && container.is_partial()) {
        return;
    }
    let reported = cx.report(
        node,
        format!(
            "preStop sleeps {sleep} s, but the pod is killed when its grace period of {} s ends",
            grace.value
        ),
    );
    let reported = reported.help(
        "sleep less, or raise `terminationGracePeriodSeconds` above the sleep and the time to stop",
    );
    if let Some(node) = grace.node {
        reported.related(node, "the grace period");
    }
}
