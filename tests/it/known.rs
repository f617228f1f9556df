//! Lists of all that is known to differ from the real thing, line by line: what is
//! new and what no longer differs both fail. `PLIMSOLL_UPDATE=1 cargo test` writes them.

use crate::verdict_support::table::{Difference, Table};
use std::path::Path;

/// A difference is told by its first words: messages may show whole objects.
const WIDTH: usize = 160;

/// Fails unless `found` is what the list at `path`, below `fixtures/`, holds.
pub(crate) fn hold(path: &str, found: &[String]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path);
    if std::env::var_os("PLIMSOLL_UPDATE").is_some() {
        let lines: String = found.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&file, lines).unwrap();
    }
    let listed = std::fs::read_to_string(&file).unwrap();
    let listed: Vec<&str> = listed.lines().collect();
    let new = found.iter().filter(|it| !listed.contains(&it.as_str()));
    let gone = listed
        .iter()
        .filter(|it| !found.iter().any(|one| one == *it));
    let (new, gone): (Vec<_>, Vec<_>) = (new.collect(), gone.collect());
    assert!(
        new.is_empty() && gone.is_empty() && listed.len() == found.len(),
        "{path}\nnew: {new:#?}\nno longer: {gone:#?}"
    );
}

/// [`hold`], for the differences of a table.
pub(crate) fn hold_table(path: &str, table: &Table) {
    let found = table.differences.iter().map(|it| {
        let Difference {
            case,
            part,
            said,
            steps,
        } = it;
        line(&format!("{case} {part:?}: {said} {steps}"))
    });
    hold(path, &found.collect::<Vec<_>>());
}

/// A difference as the lists hold it.
pub(crate) fn line(text: &str) -> String {
    let line: String = text.chars().take(WIDTH).collect();
    line.trim_end().to_owned()
}
