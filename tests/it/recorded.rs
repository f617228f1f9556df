//! Recorded answers, compressed: they are long, and written by programs only.
//! `gzip -9n < cases.jsonl > fixtures/…/cases.jsonl.gz` puts a new recording there.

use flate2::read::GzDecoder;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// The text of a recording below `fixtures/`, without its ending `.gz`.
pub(crate) fn read(path: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let path = folder.join(format!("{path}.gz"));
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    text
}
