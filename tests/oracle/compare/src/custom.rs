//! Prints how verdicts on custom resources agree with those that the API server
//! gave for generated definitions and objects:
//!
//! ```sh
//! cd tests/oracle/verdict && go run ./custom record -seed 7 -count 4000 [-rules] [-updates] > cases.jsonl
//! cargo run --profile fast -p oracle -- custom cases.jsonl [--differences]
//! ```

use crate::custom_support;

pub(crate) fn run(arguments: &[String]) {
    let path = &arguments[0];
    let differences = arguments.iter().any(|it| it == "--differences");
    let text = std::fs::read_to_string(path).expect("readable cases");
    let (mut all, mut agreed, mut refused, mut equal, mut worded) = (0, 0, 0, 0, 0);
    for case in custom_support::cases(&text) {
        let is_refused = !case.server.is_empty() || case.is_vague;
        let agrees = is_refused != case.here.is_empty();
        all += 1;
        agreed += usize::from(agrees);
        if is_refused {
            refused += 1;
            equal += usize::from(case.is_equal());
            worded += usize::from(case.is_equal() && said(&case.server) == said(&case.here));
        }
        if differences && (!case.is_equal() || said(&case.server) != said(&case.here)) {
            let mark = if agrees { "" } else { "!! " };
            println!(
                "{mark}{} {}\n  server {:?}\n  here   {:?}",
                case.definition, case.object, case.server, case.here
            );
        }
    }
    println!(
        "{all} objects, {agreed} judged alike; {refused} refused, {equal} at the same fields, {worded} in the same words"
    );
}

/// The messages, but for those that say here what the server leaves to the path.
fn said(all: &std::collections::BTreeMap<String, std::collections::BTreeSet<String>>) -> Vec<&str> {
    let messages = all
        .iter()
        .filter(|(key, _)| !key.starts_with("required") && !key.starts_with("decode"));
    messages
        .flat_map(|(_, it)| it)
        .map(String::as_str)
        .collect()
}
