//! `job-deadline-infeasible`: a deadline that is too short for the completions.

use crate::rule::{Category, Check, Cx, Node, Pod, Rule, Severity, Workload};
use crate::simulate::job::JobSpec;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "job-deadline-infeasible",
    summary: "the deadline of a Job is too short for its completions",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Workload(check),
    docs: r##"
`activeDeadlineSeconds` limits the Job as a whole: all waves of pods, their start and
the pauses between retries. When it is over the Job fails, no matter how much is done.
The rule counts the waves that the completions need at the given parallelism. Each
wave takes at least a second, or as long as the command sleeps.

```yaml bad
apiVersion: batch/v1
kind: Job
metadata:
  name: render
spec:
  completions: 500
  parallelism: 2
  activeDeadlineSeconds: 120
#                        ^^^ 250 waves of pods do not fit into 120 s
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: render
        image: registry.example.com/render:4.0.1
```

```yaml bad
apiVersion: batch/v1
kind: Job
metadata:
  name: wait
spec:
  completions: 2
  activeDeadlineSeconds: 60
#                        ^^ 2 waves of pods do not fit into 60 s: each sleeps for 45 s
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: wait
        image: busybox:1.37.0
        command: [sleep, "45"]
```

```yaml good
apiVersion: batch/v1
kind: Job
metadata:
  name: render
spec:
  completions: 500
  parallelism: 50
  activeDeadlineSeconds: 3600
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: render
        image: registry.example.com/render:4.0.1
```
"##,
};

fn check(workload: &Workload<'_>, cx: &mut Cx<'_>) {
    let Some(node) = workload.job_spec() else {
        return;
    };
    let Some((spec, deadline)) = JobSpec::read(node).zip(node.get("activeDeadlineSeconds")) else {
        return;
    };
    let (Some(completions), Some(seconds)) = (spec.completions, deadline.as_i64()) else {
        return;
    };
    if spec.parallelism == 0 || spec.success_rules.is_some() {
        return;
    }
    let waves = (i64::from(completions) - 1).max(0) / i64::from(spec.parallelism) + 1;
    let sleep = workload.pod().and_then(|pod| longest_sleep(&pod));
    let each = sleep.map_or(1, |(_, seconds)| seconds.max(1));
    if completions == 0 || waves.saturating_mul(each) <= seconds {
        return;
    }
    let (waves, do_not) = match waves {
        1 => ("one wave".to_owned(), "does not"),
        _ => (format!("{waves} waves"), "do not"),
    };
    let why = match sleep {
        Some((_, seconds)) if seconds > 1 => format!(": each sleeps for {seconds} s"),
        _ => String::new(),
    };
    let message = format!("{waves} of pods {do_not} fit into {seconds} s{why}");
    let reported = cx
        .report(deadline, message)
        .help("raise `activeDeadlineSeconds` or `parallelism`");
    if let Some((node, _)) = sleep {
        reported.related(node, "it sleeps here");
    }
}

/// The longest time that an app container certainly sleeps.
fn longest_sleep<'a>(pod: &Pod<'a>) -> Option<(Node<'a>, i64)> {
    let sleeps = pod
        .app_containers()
        .filter_map(|it| it.argv().sleep_seconds());
    sleeps.max_by_key(|(_, seconds)| *seconds)
}
