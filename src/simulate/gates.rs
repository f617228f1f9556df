//! Which behaviours a Kubernetes minor has switched on.

use crate::catalog::Minor;

/// The feature gates that change what controllers do, as each minor's newest
/// patch level has them by default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gates {
    /// `MaxUnavailableStatefulSet`: beta in 1.35.0 and off again from 1.35.4 on,
    /// through 1.36; on in 1.37.
    pub stateful_set_max_unavailable: bool,
    /// DaemonSets can surge since 1.22.
    pub daemon_set_surge: bool,
}

impl Gates {
    /// The gates of a minor.
    #[must_use]
    pub fn of(minor: Minor) -> Self {
        Self {
            stateful_set_max_unavailable: minor >= Minor::new(37),
            daemon_set_surge: minor >= Minor::new(22),
        }
    }
}
