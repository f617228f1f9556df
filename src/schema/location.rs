//! JSON Schema files by the names that kubeconform and the catalog of CRDs give
//! them.

use crate::kube::pattern::compile;
use regex::Regex;
use std::sync::Arc;

/// Layouts that are tried where a folder is given and no template.
const LAYOUTS: [&str; 2] = [
    "{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json",
    "{{.ResourceKind}}{{.KindSuffix}}.json",
];

/// The fields of a template, and what they may stand for.
const FIELDS: [(&str, &str); 6] = [
    (".Group", "(?P<group>[^/]+)"),
    (".ResourceKind", "(?P<kind>[^/_.-]+)"),
    (".ResourceAPIVersion", "(?P<version>v[0-9][0-9a-z]*)"),
    (".NormalizedKubernetesVersion", "[^/]+"),
    (".StrictSuffix", "(-strict)?"),
    (
        ".KindSuffix",
        "(-(?P<short>[^/]+?))?-(?P<suffix>v[0-9][0-9a-z]*)",
    ),
];

/// Which kind a file is the schema of; all in lower case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The group, where its name is given; `Err` with its first label where that
    /// is all that the name has.
    pub group: Result<String, String>,
    /// The kind.
    pub kind: String,
    /// The version; any where the name has none.
    pub version: Option<String>,
}

/// A layout of schema files.
#[derive(Clone, Debug)]
pub struct Template {
    pattern: Arc<Regex>,
}

impl Template {
    /// The layout that `text` describes, below the folder that it starts with.
    ///
    /// # Errors
    /// If it has a field that is not known; the field.
    pub fn new(text: &str) -> Result<Self, String> {
        let mut pattern = String::from("(?i)^");
        let mut rest = text;
        while let Some(at) = rest.find("{{") {
            pattern.push_str(&regex::escape(&rest[..at]));
            let end = rest.find("}}").unwrap_or(rest.len());
            let name = rest[at + 2..end].trim();
            let known = FIELDS.iter().find(|(field, _)| *field == name);
            let (_, part) = known.ok_or_else(|| name.to_owned())?;
            pattern.push_str(part);
            rest = rest.get(end + 2..).unwrap_or_default();
        }
        pattern.push_str(&regex::escape(rest));
        pattern.push('$');
        let pattern = compile(&pattern).ok_or_else(|| text.to_owned())?;
        Ok(Self { pattern })
    }

    /// The layouts that are common.
    #[must_use]
    pub fn usual() -> Vec<Self> {
        LAYOUTS.iter().filter_map(|it| Self::new(it).ok()).collect()
    }

    /// Which kind the file at `path` is the schema of; `None` for other files.
    #[must_use]
    pub fn named(&self, path: &str) -> Option<Named> {
        let found = self.pattern.captures(path)?;
        let part = |name: &str| found.name(name).map(|it| it.as_str().to_lowercase());
        let group = match part("group") {
            Some(group) => Ok(group),
            None => Err(part("short").unwrap_or_default()),
        };
        Some(Named {
            group,
            kind: part("kind")?,
            version: part("version").or_else(|| part("suffix")),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_kind() {
        let [catalog, flat] = &Template::usual()[..] else {
            panic!()
        };
        let named = catalog
            .named("cert-manager.io/Certificate_v1.json")
            .unwrap();
        assert_eq!(named.group, Ok("cert-manager.io".to_owned()));
        assert_eq!(
            (named.kind.as_str(), named.version.as_deref()),
            ("certificate", Some("v1"))
        );
        let named = flat
            .named("certificate-cert-manager-v1alpha2.json")
            .unwrap();
        assert_eq!(named.group, Err("cert-manager".to_owned()));
        assert_eq!(named.version.as_deref(), Some("v1alpha2"));
        let own = Template::new(
            "{{ .NormalizedKubernetesVersion }}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json",
        );
        assert!(
            own.unwrap()
                .named("v1.31.0-standalone-strict/widget-example-v1.json")
                .is_some()
        );
        assert!(catalog.named("README.md").is_none());
        assert_eq!(Template::new("{{.Kind}}").unwrap_err(), ".Kind");
    }
}
