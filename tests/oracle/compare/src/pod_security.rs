//! Prints how the library's Pod Security verdicts agree with those that the
//! admission plugin gave for generated pods:
//!
//! ```sh
//! cd tests/oracle/verdict && go run . pod-security -seed 7 -count 2000 > pods.jsonl
//! cargo run --profile fast -p oracle -- pod-security pods.jsonl
//! ```

use crate::pod_security_support;
use std::collections::BTreeMap;

pub(crate) fn run(arguments: &[String]) {
    let path = &arguments[0];
    let text = std::fs::read_to_string(path).expect("readable cases");
    let mut rows: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for answer in pod_security_support::answers(&text) {
        let row = rows.entry(answer.policy.level.name()).or_default();
        let equal = answer.said == answer.expected;
        row[0] += 1;
        row[1] += usize::from(answer.said.is_empty() == answer.expected.is_empty());
        row[2] += usize::from(!answer.expected.is_empty());
        row[3] += usize::from(equal && !answer.expected.is_empty());
        if !equal {
            println!("{} {}", answer.policy, answer.object);
            println!("  plugin {}\n  here   {}", answer.expected, answer.said);
        }
    }
    println!("level          asked    agree   violations   same words");
    for (level, [asked, agreed, violations, same]) in rows {
        let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        println!(
            "{level:<12}{asked:>8}{:>8.2}%{violations:>13}{:>12.2}%",
            percent(agreed, asked),
            if violations == 0 {
                100.0
            } else {
                percent(same, violations)
            }
        );
    }
}
