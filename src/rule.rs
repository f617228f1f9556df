//! What a rule is, and all that a rule author imports.
//!
//! A rule is a value: a name, a severity, a check and its documentation. The
//! type of the check's argument is the rule's scope; finding the containers of
//! all workload kinds, or the workloads of a run, is done once, outside.

pub mod docs;
pub mod edit;

use crate::catalog::MinorRange;
pub use crate::finding::Severity;
use crate::finding::{Finding, Place, Related};
use crate::fix::{Edit, Fix};
pub use crate::parse::{Document, Node, Value};
pub use crate::resolve::view::*;
pub use crate::resolve::{Bundle, Resource};
pub use crate::simulate::{Forecast, Outlook};

/// A check with its name and documentation; one per file in `rules/`.
#[derive(Debug)]
pub struct Rule {
    /// Named after the defect, in kebab-case: `image-tag-latest`.
    pub name: &'static str,
    /// One line: what it finds.
    pub summary: &'static str,
    /// The group it is selected by.
    pub category: Category,
    /// Its severity unless the configuration sets one.
    pub severity: Severity,
    /// Whether it runs unless the configuration says otherwise.
    pub default_on: bool,
    /// Whether it holds for a patch as well: it judges what is written and concludes
    /// nothing from what is not, which the patched object may have.
    pub on_patches: bool,
    /// Whether it judges the form of a value, so that it cannot report if the value
    /// is a placeholder.
    pub judges_form: bool,
    /// The plimsoll version that brought it.
    pub since: &'static str,
    /// The same check in other linters, so that people can move over.
    pub aliases: &'static [Alias],
    /// The check itself; its argument is its scope.
    pub check: Check,
    /// Markdown: why it matters, then examples that are executed as tests.
    pub docs: &'static str,
}

/// A check of another linter that a rule covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alias {
    /// The linter, for example `kube-linter`.
    pub tool: &'static str,
    /// Its name for the check.
    pub name: &'static str,
}

/// Shorthand for a list of [`Alias`]es.
#[must_use]
pub const fn alias(tool: &'static str, name: &'static str) -> Alias {
    Alias { tool, name }
}

/// The groups that rules are selected by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Category {
    /// The text cannot be read, or is read otherwise than it looks.
    Syntax,
    /// It does not fit the schema of its kind.
    Schema,
    /// The API server's hand-written validation refuses it or warns.
    Api,
    /// One object names another that is not there, or not as it says.
    References,
    /// It will run, but not well or not for long.
    Reliability,
    /// It gives away more than it has to.
    Security,
    /// It works, yet reads or ages badly.
    Style,
}

impl Category {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Syntax,
        Self::Schema,
        Self::Api,
        Self::References,
        Self::Reliability,
        Self::Security,
        Self::Style,
    ];

    /// The name used with `--select`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Schema => "schema",
            Self::Api => "api",
            Self::References => "references",
            Self::Reliability => "reliability",
            Self::Security => "security",
            Self::Style => "style",
        }
    }
}

/// A check of one document.
pub type OnDocument = fn(&Document, &mut Cx<'_>);
/// A check of one resource.
pub type OnResource = fn(&Resource<'_>, &mut Cx<'_>);
/// A check of one workload.
pub type OnWorkload = fn(&Workload<'_>, &mut Cx<'_>);
/// A check of one pod.
pub type OnPod = fn(&Pod<'_>, &mut Cx<'_>);
/// A check of one container.
pub type OnContainer = fn(&Container<'_>, &mut Cx<'_>);
/// A check of one bundle.
pub type OnBundle = fn(&Bundle<'_>, &mut Cx<'_>);
/// A check of what the controllers will do with all objects.
pub type OnOutlook = fn(&Outlook<'_, '_>, &mut Cx<'_>);
/// A check of what the controllers will do with one object; the bounds only, no trace.
pub type OnForecast = fn(&Forecast<'_>, &mut Cx<'_>);

/// A function to run, by what it looks at.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Each YAML document, Kubernetes object or not.
    Document(OnDocument),
    /// Each object.
    Resource(OnResource),
    /// Each object that makes pods (or is one).
    Workload(OnWorkload),
    /// Each pod or pod template.
    Pod(OnPod),
    /// Each container: app, init, sidecar and ephemeral ones.
    Container(OnContainer),
    /// All objects of a run at once.
    Bundle(OnBundle),
    /// All objects at once, with what the controllers will do with them.
    Outlook(OnOutlook),
    /// What the controllers will do with each object, among all the others.
    Forecast(OnForecast),
    /// Nothing to run: a stage before the rules, whose module is named, reports under
    /// this name.
    Stage(&'static str),
}

impl Check {
    /// Whether it looks at all objects of a run together.
    #[must_use]
    pub fn needs_all(&self) -> bool {
        matches!(self, Self::Bundle(_) | Self::Outlook(_) | Self::Forecast(_))
    }
}

/// What a check works in: it takes the findings.
#[derive(Debug)]
pub struct Cx<'a> {
    rule: &'static str,
    severity: Severity,
    overridden: bool,
    minors: MinorRange,
    resource: Option<Resource<'a>>,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Cx<'a> {
    /// A context for one rule on one object (or on none), which is to hold for
    /// all of `minors`.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        minors: MinorRange,
        resource: Option<Resource<'a>>,
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self {
            rule,
            severity,
            overridden: false,
            minors,
            resource,
            findings,
        }
    }

    /// Whether the configuration sets the severity; then it holds for every
    /// finding, whatever the check says of a single one.
    #[must_use]
    pub fn overridden(mut self, overridden: bool) -> Self {
        self.overridden = overridden;
        self
    }

    /// Whether a change that was added in 1.`minor` is in any release of the run.
    #[must_use]
    pub fn reaches(&self, minor: u8) -> bool {
        self.minors.high().number() >= minor
    }

    /// Reports `message` on `node` of the object at hand. Messages are lower
    /// case, without a full stop, and name the value.
    pub fn report(&mut self, node: Node<'_>, message: impl Into<String>) -> Reported<'_> {
        self.report_at(self.resource, node, message.into())
    }

    /// Reports on a node of `resource`: for checks that see many objects.
    pub fn report_on(
        &mut self,
        resource: &Resource<'_>,
        node: Node<'_>,
        message: impl Into<String>,
    ) -> Reported<'_> {
        self.report_at(Some(*resource), node, message.into())
    }

    fn report_at(
        &mut self,
        resource: Option<Resource<'_>>,
        node: Node<'_>,
        message: String,
    ) -> Reported<'_> {
        let mut finding = Finding::new(self.rule, self.severity, node.place(), message);
        finding.document = node.document().index();
        if let Some(resource) = resource {
            finding.object = Some(resource.reference());
            let path = node.path_below(resource.node);
            finding.field = (!path.is_empty()).then_some(path);
        }
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        Reported {
            finding: &mut self.findings[last],
            overridden: self.overridden,
        }
    }
}

/// A finding just reported, to say more about it.
#[derive(Debug)]
pub struct Reported<'a> {
    finding: &'a mut Finding,
    overridden: bool,
}

impl Reported<'_> {
    /// Says what to do about it.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.finding.help = Some(help.into());
        self
    }

    /// Points at a second place.
    pub fn related(self, node: Node<'_>, message: impl Into<String>) -> Self {
        self.finding.related.push(Related {
            place: node.place(),
            message: message.into(),
        });
        self
    }

    /// Points at the key of a mapping entry or at any other exact place.
    pub fn at(self, place: Place) -> Self {
        self.finding.place = place;
        self
    }

    /// Points at `part` of the scalar `node` instead, where it is there once.
    pub fn at_part(self, node: Node<'_>, part: &str) -> Self {
        if let Some(span) = edit::part_span(node, part) {
            self.finding.place.span = span;
        }
        self
    }

    /// Offers a change that fixes it.
    pub fn fix(self, fix: Fix) -> Self {
        self.finding.fix = Some(fix);
        self
    }

    /// Offers a change of what the cluster runs, where there is an edit for it.
    pub fn risky_fix(self, title: impl Into<String>, edit: Option<Edit>) -> Self {
        self.finding.fix = edit.map(|edit| Fix::risky(title, vec![edit]));
        self
    }

    /// Makes this one finding more or less severe than the rule is, unless the
    /// configuration sets the severity.
    pub fn severity(self, severity: Severity) -> Self {
        if !self.overridden {
            self.finding.severity = severity;
        }
        self
    }
}
