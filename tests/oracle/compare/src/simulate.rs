//! Prints, for each controller, how the simulator agrees with what the real
//! controllers did in scenarios of any seed:
//!
//! ```sh
//! go run -C tests/oracle/controllers . generate --seed 7 --count 1000 > scenarios.jsonl
//! cargo run --profile fast -p oracle -- simulate scenarios.jsonl [--differences]
//! ```

use crate::simulate_support;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(Default)]
struct Row {
    scenarios: usize,
    steps: usize,
    agreed: usize,
    passed: usize,
}

pub(crate) fn run(arguments: &[String]) {
    let (flags, paths): (Vec<_>, Vec<_>) = arguments.iter().partition(|it| *it == "--differences");
    std::panic::set_hook(Box::new(|_| {}));
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for path in paths {
        let text = std::fs::read_to_string(path).expect("readable scenarios");
        for line in text.lines() {
            let scenario: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let controller = scenario["controller"].as_str().expect("a controller");
            let row = rows.entry(controller.to_owned()).or_default();
            if !simulate_support::is_simulated(controller) {
                row.passed += 1;
                continue;
            }
            row.scenarios += 1;
            row.steps += scenario["steps"].as_array().map_or(0, Vec::len);
            let replayed = catch_unwind(AssertUnwindSafe(|| simulate_support::replay(&scenario)));
            let difference = match replayed {
                Ok(Ok(())) => {
                    row.agreed += 1;
                    continue;
                }
                Ok(Err(difference)) => difference,
                Err(panic) => format!("{} panics: {}", scenario["name"], words(&*panic)),
            };
            if !flags.is_empty() {
                println!("{difference}");
            }
        }
    }
    println!(
        "{:<16}{:>10}{:>9}{:>9}{:>8}",
        "controller", "scenarios", "steps", "agree", "passed"
    );
    for (controller, row) in &rows {
        let share = if row.scenarios == 0 {
            100.0
        } else {
            100.0 * row.agreed as f64 / row.scenarios as f64
        };
        println!(
            "{controller:<16}{:>10}{:>9}{share:>8.2}%{:>8}",
            row.scenarios, row.steps, row.passed
        );
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or_default()
}
