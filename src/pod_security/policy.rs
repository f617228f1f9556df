//! Levels and versions of Pod Security, and the policy that a namespace's labels
//! choose.

use std::fmt;

/// How much is forbidden.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Nothing.
    Privileged,
    /// What is known to escalate privileges.
    Baseline,
    /// All that is not hardened.
    Restricted,
}

impl Level {
    /// All levels, the least strict first.
    pub const ALL: [Self; 3] = [Self::Privileged, Self::Baseline, Self::Restricted];

    /// The name that labels have for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }

    /// The level of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// The minor release whose checks are meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Version {
    /// The server's own.
    Latest,
    /// 1.*n*; one after the server's own counts as the server's.
    Minor(u64),
}

impl Version {
    /// Reads `latest` or `v1.` and a number without leading zeros, as labels have it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "latest" {
            return Some(Self::Latest);
        }
        let number = text.strip_prefix("v1.")?;
        let plain = number.bytes().all(|it| it.is_ascii_digit());
        let plain = plain && (number == "0" || !number.starts_with('0'));
        // The plugin counts in i64.
        let number = number.parse::<i64>().ok().filter(|_| plain)?;
        u64::try_from(number).ok().map(Self::Minor)
    }
}

/// A level of a version: `restricted:v1.37`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Policy {
    /// How much is forbidden.
    pub level: Level,
    /// By which minor's checks.
    pub version: Version,
}

impl Policy {
    /// Forbids nothing.
    pub const PRIVILEGED: Self = Self {
        level: Level::Privileged,
        version: Version::Latest,
    };
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            Version::Latest => write!(f, "{}:latest", self.level.name()),
            Version::Minor(number) => write!(f, "{}:v1.{number}", self.level.name()),
        }
    }
}

/// What holds in a namespace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Policies {
    /// Pods that violate it are refused.
    pub(super) enforce: Policy,
    /// Pods and templates that violate it get a warning.
    pub(super) warn: Policy,
    /// Pods and templates that violate it get a line in the audit log.
    pub(super) audit: Policy,
}

impl Policies {
    /// Without labels: pods are held to `enforce`.
    pub(super) fn by_default(enforce: Policy) -> Self {
        Self {
            enforce,
            warn: Policy::PRIVILEGED,
            audit: Policy::PRIVILEGED,
        }
    }

    /// Reads the labels of a namespace; `None` when one of them is unknown to the
    /// plugin, which refuses such a namespace.
    pub(super) fn of_labels<'t>(self, labels: impl Fn(&str) -> Option<&'t str>) -> Option<Self> {
        let mut found = self;
        let level = |mode: &str| labels(mode).map(Level::named);
        let version = |mode: &str| labels(mode).map(Version::parse);
        for (policy, mode, with_version) in [
            (&mut found.enforce, "enforce", "enforce-version"),
            (&mut found.audit, "audit", "audit-version"),
            (&mut found.warn, "warn", "warn-version"),
        ] {
            if let Some(level) = level(mode) {
                policy.level = level?;
            }
            if let Some(version) = version(with_version) {
                policy.version = version?;
            }
        }
        // Who is refused pods is warned of it, unless the labels say otherwise.
        let enforced = found.enforce;
        let is_set = labels("enforce").is_some() && labels("warn").is_none();
        if is_set && enforced.level > found.warn.level {
            found.warn.level = enforced.level;
            if labels("warn-version").is_none() {
                found.warn.version = enforced.version;
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, Policies, Policy, Version};

    fn of(labels: &[(&str, &'static str)]) -> Option<[String; 3]> {
        let found = Policies::by_default(Policy::PRIVILEGED);
        let label = |mode: &str| labels.iter().find(|it| it.0 == mode).map(|it| it.1);
        let found = found.of_labels(label)?;
        Some([found.enforce, found.warn, found.audit].map(|it| it.to_string()))
    }

    #[test]
    fn labels_choose_the_policies_of_a_namespace() {
        let all = |texts: [&str; 3]| Some(texts.map(str::to_owned));
        let privileged = "privileged:latest";
        assert_eq!(of(&[]), all([privileged; 3]));
        let baseline = "baseline:latest";
        assert_eq!(
            of(&[("enforce", "baseline")]),
            all([baseline, baseline, privileged])
        );
        assert_eq!(
            of(&[
                ("enforce", "baseline"),
                ("enforce-version", "v1.30"),
                ("audit", "restricted")
            ]),
            all(["baseline:v1.30", "baseline:v1.30", "restricted:latest"])
        );
        assert_eq!(
            of(&[("enforce", "restricted"), ("warn", "privileged")]),
            all(["restricted:latest", privileged, privileged])
        );
        assert_eq!(of(&[("enforce", "strict")]), None);
        assert_eq!(of(&[("warn-version", "1.30")]), None);
    }

    #[test]
    fn versions_are_written_as_in_labels() {
        assert_eq!(Version::parse("latest"), Some(Version::Latest));
        assert_eq!(Version::parse("v1.0"), Some(Version::Minor(0)));
        assert_eq!(Version::parse("v1.999"), Some(Version::Minor(999)));
        for text in [
            "", "1.30", "v1.", "v1.01", "v1.+1", "v2.1", "v1.x", "v1.30.1",
        ] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
        assert!(Level::Restricted > Level::Baseline);
    }
}
