//! What a Job asks for, with the API's defaults.

use crate::parse::Node;
use jiff::SignedDuration;

/// A Job's spec.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JobSpec<'a> {
    /// How many pods must succeed; `None` for a work queue, which is done when
    /// one has succeeded and none is left.
    pub completions: Option<i32>,
    /// How many pods may run at once.
    pub parallelism: i32,
    /// Each completion has a number of its own.
    pub indexed: bool,
    /// How many failures are let pass, of the Job as a whole.
    pub backoff_limit: i32,
    /// How many failures are let pass of each index.
    pub backoff_limit_per_index: Option<i32>,
    /// How many indexes may fail before all is given up.
    pub max_failed_indexes: Option<i32>,
    /// How long it may run.
    pub active_deadline: Option<SignedDuration>,
    /// It makes no pods for now.
    pub suspend: bool,
    /// A pod is replaced only when it has failed, not already while it stops.
    pub replace_failed_only: bool,
    /// Containers are started again in their pod: `restartPolicy: OnFailure`.
    pub on_failure: bool,
    /// Which failures count, in the order in which they are tried.
    pub failure_rules: Option<Vec<FailureRule<'a>>>,
    /// What is enough of a success, in the order in which it is tried.
    pub success_rules: Option<Vec<SuccessRule<'a>>>,
    /// The controller that looks after it, if it is another one.
    pub managed_by: Option<&'a str>,
    /// How long it is kept when it has ended.
    pub ttl: Option<SignedDuration>,
}

/// What to do about pods that failed in a certain way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FailureRule<'a> {
    /// What to do.
    pub action: FailureAction,
    /// In which way.
    pub on: FailureKind<'a>,
}

/// What a failure does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureAction {
    /// It ends the Job.
    FailJob,
    /// It ends its index.
    FailIndex,
    /// It does not count.
    Ignore,
    /// It counts, as it does where no rule fits.
    Count,
}

/// Ways to fail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FailureKind<'a> {
    /// A container (of that name) ended with one of the codes, or with none of them.
    ExitCodes {
        /// The container; any if `None`.
        container: Option<&'a str>,
        /// The operator is `In`, not `NotIn`.
        is_in: bool,
        /// The codes.
        codes: Vec<i64>,
    },
    /// The pod has one of these conditions, each a type and a status.
    Conditions(Vec<(&'a str, &'a str)>),
}

/// What is enough of a success of an Indexed Job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SuccessRule<'a> {
    /// Of these indexes, as `0,2-4`; of all if `None`.
    pub indexes: Option<&'a str>,
    /// This many of them; all if `None`.
    pub count: Option<i32>,
}

impl<'a> JobSpec<'a> {
    /// The spec of a Job in `spec`, or of those that a CronJob makes; `None`
    /// where a number is none or out of range.
    #[must_use]
    pub fn read(spec: Node<'a>) -> Option<Self> {
        let completions = int(spec, "completions")?;
        let parallelism = int(spec, "parallelism")?;
        let per_index = int(spec, "backoffLimitPerIndex")?;
        let failure_rules = spec.at(&["podFailurePolicy", "rules"]).map(failure_rules);
        let success_rules = spec.at(&["successPolicy", "rules"]).map(success_rules);
        let text = |key: &str| spec.get(key).and_then(Node::as_str);
        let failed_by_default = failure_rules.is_some();
        let pod = spec.at(&["template", "spec"]);
        let restart = pod.and_then(|pod| pod.get("restartPolicy")?.as_str());
        Some(Self {
            completions: match (completions, parallelism) {
                (None, None) => Some(1),
                _ => completions,
            },
            parallelism: parallelism.unwrap_or(1),
            indexed: text("completionMode") == Some("Indexed"),
            backoff_limit: int(spec, "backoffLimit")?.unwrap_or(match per_index {
                Some(_) => i32::MAX,
                None => 6,
            }),
            backoff_limit_per_index: per_index,
            max_failed_indexes: int(spec, "maxFailedIndexes")?,
            active_deadline: seconds(spec, "activeDeadlineSeconds")?,
            suspend: spec.get("suspend").and_then(Node::as_bool) == Some(true),
            replace_failed_only: text("podReplacementPolicy")
                .map_or(failed_by_default, |it| it == "Failed"),
            on_failure: restart == Some("OnFailure"),
            failure_rules,
            success_rules,
            managed_by: text("managedBy").filter(|it| *it != "kubernetes.io/job-controller"),
            ttl: seconds(spec, "ttlSecondsAfterFinished")?,
        })
    }

    /// The number of indexes; 0 where there are none.
    #[must_use]
    pub fn indexes(&self) -> i32 {
        if self.indexed {
            self.completions.unwrap_or(0)
        } else {
            0
        }
    }
}

/// The number at `key`; `None` inside where there is none, outside where it is
/// none that the API takes.
#[allow(clippy::option_option)]
fn int(spec: Node<'_>, key: &str) -> Option<Option<i32>> {
    let Some(node) = spec.get(key) else {
        return Some(None);
    };
    let number = i32::try_from(node.as_i64()?).ok()?;
    (number >= 0).then_some(Some(number))
}

#[allow(clippy::option_option)]
fn seconds(spec: Node<'_>, key: &str) -> Option<Option<SignedDuration>> {
    let Some(node) = spec.get(key) else {
        return Some(None);
    };
    let seconds = node.as_i64().filter(|it| *it >= 0)?;
    Some(Some(SignedDuration::from_secs(seconds)))
}

fn failure_rules(rules: Node<'_>) -> Vec<FailureRule<'_>> {
    rules.items().filter_map(failure_rule).collect()
}

fn failure_rule(rule: Node<'_>) -> Option<FailureRule<'_>> {
    let action = match rule.get("action")?.as_str()? {
        "FailJob" => FailureAction::FailJob,
        "FailIndex" => FailureAction::FailIndex,
        "Ignore" => FailureAction::Ignore,
        "Count" => FailureAction::Count,
        _ => return None,
    };
    let on = match rule.get("onExitCodes") {
        Some(codes) => FailureKind::ExitCodes {
            container: codes.get("containerName").and_then(Node::as_str),
            is_in: codes.get("operator")?.as_str()? == "In",
            codes: codes
                .get("values")?
                .items()
                .filter_map(Node::as_i64)
                .collect(),
        },
        None => {
            let patterns = rule.get("onPodConditions")?.items();
            FailureKind::Conditions(
                patterns
                    .filter_map(|it| {
                        let status = it.get("status").and_then(Node::as_str);
                        Some((it.get("type")?.as_str()?, status.unwrap_or("True")))
                    })
                    .collect(),
            )
        }
    };
    Some(FailureRule { action, on })
}

fn success_rules(rules: Node<'_>) -> Vec<SuccessRule<'_>> {
    let count = |rule: Node<'_>| i32::try_from(rule.get("succeededCount")?.as_i64()?).ok();
    rules
        .items()
        .map(|rule| SuccessRule {
            indexes: rule.get("succeededIndexes").and_then(Node::as_str),
            count: count(rule),
        })
        .collect()
}
