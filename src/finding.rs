//! What plimsoll has to say about one place, and the names of places in objects.

use crate::fix::Fix;
use crate::source::Span;
use std::fmt;

/// How much a finding matters. The order is that of `--fail-on`.
///
/// ```
/// use plimsoll::Severity;
/// assert!(Severity::Error > Severity::Warning);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Info,
    /// A risk, or something that the author most likely did not mean.
    Warning,
    /// The API server refuses it, or it cannot work.
    Error,
}

impl Severity {
    /// All severities, least first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// The name used in reports and in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The Kubernetes object that a finding is about.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ObjectRef {
    /// `apiVersion` as written, for example `apps/v1`.
    pub api_version: String,
    /// `kind` as written.
    pub kind: String,
    /// The namespace it lands in; empty for cluster-scoped kinds.
    pub namespace: String,
    /// `metadata.name`; empty when it has none.
    pub name: String,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        let parts = [&self.namespace, &self.name];
        for part in parts.into_iter().filter(|it| !it.is_empty()) {
            write!(f, "/{part}")?;
        }
        Ok(())
    }
}

/// How the API server answers an object, by the name of a finding about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Its decoder refuses the object, so that nothing else is looked at.
    RefusedByDecoder,
    /// Its validation refuses the object as a whole.
    RefusedByValidation,
    /// It accepts the object with a warning.
    Warned,
}

/// What a finding of that name says about the server's answer; `None` for all others.
#[must_use]
pub fn answer(rule: &str) -> Option<Answer> {
    Some(match rule {
        "api-removed" | "api-type" | "field-too-new" | "unknown-field" | "unknown-kind" => {
            Answer::RefusedByDecoder
        }
        "api-duplicate" | "api-forbidden" | "api-invalid" | "api-not-found" | "api-required"
        | "api-too-long" | "api-too-many" | "api-unsupported" => Answer::RefusedByValidation,
        "api-warning" => Answer::Warned,
        _ => return None,
    })
}

/// Whether a finding of that name means that the server refuses the object.
#[must_use]
pub fn is_refusal(rule: &str) -> bool {
    answer(rule).is_some_and(|it| it != Answer::Warned)
}

/// Whether the server says it of whole objects only, after decoding: a patch
/// may lack what the object that it changes has.
#[must_use]
pub fn is_of_validation(rule: &str) -> bool {
    answer(rule).is_some_and(|it| it != Answer::RefusedByDecoder)
}

/// A place in one of the sources of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Index of the source in the run.
    pub source: u32,
    /// The bytes in it.
    pub span: Span,
}

/// A second place that helps to understand a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is there, lower case and without a full stop.
    pub message: String,
}

/// One thing found wrong (or worth knowing) at one place.
///
/// ```
/// use plimsoll::{Config, Engine, Source};
///
/// let source = Source::new("a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: A}\n");
/// let report = Engine::new(Config::default()).check(&[source.clone()]);
/// let finding = &report.findings[0];
/// assert_eq!(finding.rule, "api-invalid");
/// assert_eq!(finding.field.as_deref(), Some("metadata.name"));
/// assert_eq!(finding.place.span.text(source.text()), "A");
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// How much it matters, after configuration.
    pub severity: Severity,
    /// The value at fault.
    pub place: Place,
    /// What is wrong here: lower case, no full stop, names the value.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Index of the document in its source, from 0.
    pub document: u32,
    /// The object it is about, where one is known.
    pub object: Option<ObjectRef>,
    /// Path in the object as the API server writes it:
    /// `spec.template.spec.containers[0].image`.
    pub field: Option<String>,
    /// Other places, in the order to show them.
    pub related: Vec<Related>,
    /// A change that fixes it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding with only what every finding has; the rest is filled in by
    /// the `with_…` methods.
    #[must_use]
    pub fn new(rule: &'static str, severity: Severity, place: Place, message: String) -> Self {
        Self {
            rule,
            severity,
            place,
            message,
            help: None,
            document: 0,
            object: None,
            field: None,
            related: Vec::new(),
            fix: None,
        }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the path in the object.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Points at a second place.
    #[must_use]
    pub fn with_related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related {
            place,
            message: message.into(),
        });
        self
    }

    /// Offers a change that fixes it.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}
