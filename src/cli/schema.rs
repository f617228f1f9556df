//! `plimsoll schema`: the schemas that objects are checked against.

mod list;
mod show;

use super::args::{SchemaArgs, SchemaCommand, SchemaImportArgs};
use super::{CLEAN, Error, FAILURE, terminal};
use crate::parse::parse;
use crate::{read, schema, walk};
use std::io::Write;
use std::path::Path;

pub(super) fn run(args: &SchemaArgs, out: &mut dyn Write) -> Result<u8, Error> {
    match &args.command {
        SchemaCommand::List(args) => list::run(args, out),
        SchemaCommand::Show(args) => show::run(args, out),
        SchemaCommand::Import(args) => import(args, out),
    }
}

/// Writes each version of each CustomResourceDefinition as a JSON Schema file.
fn import(args: &SchemaImportArgs, out: &mut dyn Write) -> Result<u8, Error> {
    let mut code = CLEAN;
    for path in &args.files {
        let name = path.display().to_string();
        let source = match name.as_str() {
            "-" => read::stdin("<stdin>").map(Some),
            _ => read::file(path, &name, true),
        };
        let source = match source {
            Ok(Some(source)) => source,
            Ok(None) => continue,
            Err(error) => {
                let reason = walk::reason(&error);
                terminal::say(&format!("error: {name}: {reason}"))?;
                code = FAILURE;
                continue;
            }
        };
        let parsed = parse(&source, 0);
        let exported: Vec<_> = parsed.documents.iter().flat_map(schema::exports).collect();
        if exported.is_empty() {
            let reason = "no CustomResourceDefinition with a schema in it";
            terminal::say(&format!("error: {name}: {reason}"))?;
            code = FAILURE;
        }
        for one in exported {
            let target = args.directory.join(&one.path);
            let text = format!("{:#}\n", one.schema);
            write(&target, &text)
                .map_err(|error| Error::new(format!("{}: {error}", target.display())))?;
            writeln!(out, "{}", target.display())?;
        }
    }
    Ok(code)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}
