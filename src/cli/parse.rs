//! `plimsoll parse`: what Kubernetes reads, as JSON.

use super::args::ParseArgs;
use super::{CLEAN, Error, FAILURE, FINDINGS, terminal};
use crate::report::encode::escaped;
use crate::{parse, read, walk};
use std::io::Write;

pub(super) fn run(args: &ParseArgs, out: &mut dyn Write) -> Result<u8, Error> {
    let mut code = CLEAN;
    for path in &args.files {
        let name = path.display().to_string();
        let source = match name.as_str() {
            "-" => read::stdin("<stdin>").map(Some),
            _ => read::file(path, &name, true),
        };
        match source {
            Ok(Some(source)) => {
                let parsed = parse::parse(&source, 0);
                if parsed.findings.iter().any(|it| it.rule == "yaml-syntax") {
                    code = code.max(FINDINGS);
                }
                for line in parse::lines(&source) {
                    writeln!(out, "{}", escaped(&line))?;
                }
                // A file without text has only these to say.
                for defect in source.defects().iter().filter(|_| source.text().is_empty()) {
                    let error = serde_json::json!({ "error": defect.message, "line": 1 });
                    code = code.max(FINDINGS);
                    writeln!(out, "{}", escaped(&error.to_string()))?;
                }
            }
            Ok(None) => {}
            Err(error) => {
                let reason = walk::reason(&error);
                terminal::say(&format!("error: {name}: {reason}"))?;
                code = FAILURE;
            }
        }
    }
    Ok(code)
}
