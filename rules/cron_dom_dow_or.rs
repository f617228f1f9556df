//! `cron-dom-dow-or`: both day fields are restricted, but the schedule fires if either matches.

use crate::rule::{Category, Check, CronJob, Cx, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-dom-dow-or",
    summary: "a schedule restricts both day fields, but fires if either matches",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
If both the day of the month and the day of the week are restricted, a day matches if
*either* does. `0 9 1-7 * 1` is not the first Monday of the month but each of its
first seven days, and every Monday. Unlike other crons, Kubernetes also counts `*/2`
as a restriction. To require both, restrict one field and test the other in the
command of the Job.

```yaml bad in=cronjob
schedule: "0 9 1-7 * 1"
#              ^^^^^^^ fires on day of month `1-7` or day of week `1`, whichever matches
```

```yaml good in=cronjob
schedule: "0 9 1-7 * *"
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let calendar = CronJob::new(resource).and_then(|it| it.calendar());
    let Some((node, _)) = calendar.filter(|(_, it)| it.days_are_alternatives()) else {
        return;
    };
    let text = node.as_str().unwrap_or_default();
    let fields: Vec<_> = text.split_whitespace().collect();
    let [.., month_day, _, week_day] = fields[..] else {
        return;
    };
    cx.report(
        node,
        format!(
            "fires on day of month `{month_day}` or day of week `{week_day}`, whichever matches"
        ),
    )
    .at_part(node, days_of(text, fields.len()))
    .help("restrict one of the two fields, and test the other in the command of the Job");
}

/// The last three of `count` fields, as they are written.
fn days_of(text: &str, count: usize) -> &str {
    let mut rest = text.trim();
    for _ in 3..count {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        rest = rest[end..].trim_start();
    }
    rest
}
