//! Manifests that are not of this repository, for tests that are `#[ignore]`d: run
//! them with `PLIMSOLL_SHARED=FOLDER cargo test -- --ignored`.

use std::path::{Path, PathBuf};

/// A folder or file of theirs.
pub(crate) fn path(name: &str) -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("PLIMSOLL_SHARED").map_or_else(beside, PathBuf::from);
    let path = folder.join(name);
    assert!(path.exists(), "there is no {}", path.display());
    path
}
