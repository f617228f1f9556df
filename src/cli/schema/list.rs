//! `plimsoll schema list`: the kinds of Kubernetes, and their lives.

use super::super::args::{Listing, SchemaListArgs};
use super::super::{CLEAN, Error, schemas};
use crate::catalog::{Catalog, Kind, Minor};
use crate::schema::Definition;
use serde::Serialize;
use std::io::Write;

/// What is known of a kind as a whole.
#[derive(Serialize)]
struct Row {
    kind: String,
    api_version: String,
    resource: String,
    namespaced: bool,
    introduced: Option<String>,
    deprecated: Option<String>,
    removed: Option<String>,
    replacement: Option<String>,
}

const HEADS: [&str; 8] = [
    "KIND",
    "APIVERSION",
    "RESOURCE",
    "NAMESPACED",
    "SINCE",
    "DEPRECATED",
    "REMOVED",
    "USE INSTEAD",
];

/// Lists the kinds that some minor of the range serves; of all minors unless one
/// is given. The kinds of definitions follow.
pub(super) fn run(args: &SchemaListArgs, out: &mut dyn Write) -> Result<u8, Error> {
    let catalog = Catalog::builtin();
    let wanted = |kind: &Kind<'_>| {
        let range = args.kubernetes_version;
        range.is_none_or(|range| range.iter().any(|it| kind.type_in(it).is_some()))
    };
    let built_in = catalog.kinds().filter(wanted).filter_map(Row::new);
    let definitions = schemas::load(&args.schema_location, &|_| true)?.definitions;
    let mut custom: Vec<Row> = definitions.all().flat_map(Row::custom).collect();
    custom.sort_by(|a, b| (&a.api_version, &a.kind).cmp(&(&b.api_version, &b.kind)));
    let rows: Vec<Row> = built_in.chain(custom).collect();
    match args.listing.format {
        Listing::Json => {
            let page = serde_json::json!({ "schema_version": 1, "kinds": rows });
            writeln!(out, "{page:#}")?;
        }
        Listing::Text => text(&rows, out)?,
        Listing::Markdown => markdown(&rows, out)?,
    }
    Ok(CLEAN)
}

impl Row {
    /// Lists and subresources have no resource, and are not kinds to write.
    fn new(kind: Kind<'_>) -> Option<Self> {
        let shown = |minor: Option<Minor>| minor.map(|it| it.to_string());
        let replacement = kind.replacement().map(|it| match it.kind == kind.name() {
            true => it.api_version(),
            false => format!("{} {}", it.api_version(), it.kind),
        });
        Some(Self {
            kind: kind.name().to_owned(),
            api_version: kind.api_version(),
            resource: kind.plural()?.to_owned(),
            namespaced: kind.is_namespaced().unwrap_or(true),
            introduced: shown(kind.introduced()),
            deprecated: shown(kind.deprecated()),
            removed: shown(kind.removed()),
            replacement,
        })
    }

    /// The versions of a kind that a definition has.
    fn custom(definition: &Definition) -> impl Iterator<Item = Self> {
        let served = definition.versions.iter().filter(|it| it.served);
        served.map(|version| Self {
            kind: definition.kind.clone(),
            api_version: definition.api_version(version),
            resource: match definition.plural.as_str() {
                "" => "-".to_owned(),
                plural => plural.to_owned(),
            },
            namespaced: definition.namespaced,
            introduced: None,
            deprecated: None,
            removed: None,
            replacement: None,
        })
    }

    fn cells(&self) -> [&str; 8] {
        fn text(cell: Option<&String>) -> &str {
            cell.map_or("-", String::as_str)
        }
        [
            &self.kind,
            &self.api_version,
            &self.resource,
            if self.namespaced { "yes" } else { "no" },
            text(self.introduced.as_ref()),
            text(self.deprecated.as_ref()),
            text(self.removed.as_ref()),
            text(self.replacement.as_ref()),
        ]
    }
}

fn text(rows: &[Row], out: &mut dyn Write) -> Result<(), Error> {
    let all = || std::iter::once(HEADS).chain(rows.iter().map(Row::cells));
    let mut widths = [0; 8];
    for cells in all() {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = cell.len().max(*width);
        }
    }
    for cells in all() {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn markdown(rows: &[Row], out: &mut dyn Write) -> Result<(), Error> {
    writeln!(out, "| {} |", HEADS.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(HEADS.len()))?;
    for row in rows {
        writeln!(out, "| {} |", row.cells().join(" | "))?;
    }
    Ok(())
}
