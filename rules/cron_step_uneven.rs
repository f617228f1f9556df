//! `cron-step-uneven`: a step that does not divide its field.

use crate::rule::{Category, Check, CronJob, Cx, Node, Resource, Rule, Severity};

/// A field: what it counts, what it starts over in, its first value and how many it has.
struct Unit {
    of: &'static str,
    within: &'static str,
    first: u32,
    size: u32,
}

const UNITS: [Unit; 5] = [
    unit("minutes", "hour", 0, 60),
    unit("hours", "day", 0, 24),
    unit("days", "month", 1, 31),
    unit("months", "year", 1, 12),
    unit("days", "week", 0, 7),
];

const fn unit(of: &'static str, within: &'static str, first: u32, size: u32) -> Unit {
    Unit {
        of,
        within,
        first,
        size,
    }
}

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-step-uneven",
    summary: "a step does not divide its field, so the last gap is shorter",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
A step counts from the start of its field and starts over with it. `*/7` in the minute
field is not "every seven minutes": after minute 56 comes minute 0 of the next hour,
four minutes later. A step as large as the field matches only its first value, so
`*/90` runs once an hour. For an even interval of any length, use `@every 90m`.

```yaml bad in=cronjob
schedule: "*/7 * * * *"
#          ^^^ `*/7` starts over each hour: the last gap is 4 minutes
```

```yaml bad in=cronjob
schedule: "0 */36 * * *"
#            ^^^^ `*/36` matches only 0: an hour of the day is never above 23
```

```yaml good in=cronjob
schedule: "*/15 */6 * * *"
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let Some((node, _)) = CronJob::new(resource).and_then(|it| it.calendar()) else {
        return;
    };
    let text = node.as_str().unwrap_or_default();
    let fields = text.split_whitespace().filter(|_| !text.starts_with('@'));
    for (field, unit) in fields.zip(&UNITS) {
        for range in field.split(',') {
            let step = range.strip_prefix("*/").and_then(|it| it.parse().ok());
            if let Some(step) = step {
                check_step(node, range, step, unit, cx);
            }
        }
    }
}

fn check_step(node: Node<'_>, range: &str, step: u32, unit: &Unit, cx: &mut Cx<'_>) {
    let Unit {
        of,
        within,
        first,
        size,
    } = unit;
    if step == 0 || size % step == 0 && step < *size {
        return;
    }
    let message = if step >= *size {
        let (one, last) = (of.trim_end_matches('s'), first + size - 1);
        let article = if one == "hour" { "an" } else { "a" };
        format!(
            "`{range}` matches only {first}: {article} {one} of the {within} is never above {last}"
        )
    } else {
        let last = size % step;
        let of = if last == 1 {
            of.trim_end_matches('s')
        } else {
            of
        };
        format!("`{range}` starts over each {within}: the last gap is {last} {of}")
    };
    cx.report(node, message)
        .at_part(node, range)
        .help(format!("use a step that divides {size}, or `@every`"));
}
