//! Checks a manifest that is a string, prints the findings and applies the fixes.
//!
//! ```sh
//! cargo run --no-default-features --example check
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it gets")]

use plimsoll::fix;
use plimsoll::{Config, Engine, Source};

const MANIFEST: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: web
  name: web
spec:
  ports:
  - port: 80
    targetport: 8080
";

fn main() {
    let engine = Engine::new(Config::default());
    let source = Source::new("service.yaml", MANIFEST);
    let report = engine.check(std::slice::from_ref(&source));
    for finding in &report.findings {
        let at = source.position(finding.place.span.start);
        println!(
            "{}:{}: {}: {}",
            at.line, at.column, finding.rule, finding.message
        );
    }
    let fixes = report.findings.iter().filter_map(|it| it.fix.as_ref());
    if let Some((text, count)) = fix::apply_all(source.text(), fixes) {
        println!("\nwith {count} fixes:\n{text}");
    }
}
