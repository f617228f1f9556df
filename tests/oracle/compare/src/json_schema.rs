//! Holds the JSON Schema of this library against the validator of kubeconform.
//!
//! ```sh
//! cd tests/oracle && go run ./jsonschema -seed 7 -count 1000 > /tmp/cases.jsonl
//! cargo run --profile fast -p oracle -- json-schema /tmp/cases.jsonl
//! ```

use crate::json_schema_support;

pub(crate) fn run(arguments: &[String]) {
    let path = &arguments[0];
    let text = std::fs::read_to_string(path).expect("the file can be read");
    let cases = json_schema_support::cases(&text);
    let wrong: Vec<_> = cases.iter().filter(|it| !it.is_equal()).collect();
    for case in wrong.iter().take(20) {
        println!(
            "{}\n{}\n  recorded {}, here {:?}",
            case.schema, case.value, case.holds, case.said
        );
    }
    let valid = cases.iter().filter(|it| it.holds).count();
    println!(
        "{} values, {valid} of them valid: {} other verdicts",
        cases.len(),
        wrong.len()
    );
}
