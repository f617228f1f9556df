//! Holds the JSON Schema of this library against the validator of kubeconform.
//!
//! ```sh
//! cd tests/oracle && go run ./jsonschema -seed 7 -count 1000 > /tmp/cases.jsonl
//! cargo run --example json_schema_table -- /tmp/cases.jsonl
//! ```

#![allow(clippy::expect_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../tests/json_schema_support/mod.rs"]
mod json_schema_support;

fn main() {
    let path = std::env::args().nth(1).expect("a file of cases");
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
