//! What a run needs to know: the meaning of flags and configuration, worked out.

use crate::catalog::MinorRange;
use crate::finding::Severity;
use crate::placeholder::Placeholders;
use crate::pod_security::Policy;
use crate::rule::{Category, Rule};
use crate::rules;
use crate::schema::Definitions;
use std::sync::Arc;

/// The settings of a run.
///
/// ```
/// use plimsoll::{Config, Severity};
/// use plimsoll::config::Selector;
///
/// let mut config = Config::default();
/// config.select_none();
/// config.select(Selector::named("references").unwrap());
/// config.set_severity(Selector::named("service-no-pods").unwrap(), Some(Severity::Error));
/// assert_eq!(config.severity_of("service-no-pods"), Some(Severity::Error));
/// assert_eq!(config.severity_of("image-tag-latest"), None);
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// The namespace of objects that do not name one.
    pub namespace: String,
    /// The Kubernetes that objects are checked against: what is found in any of the
    /// range is reported. Default: the newest known.
    pub kubernetes: Option<MinorRange>,
    /// The Pod Security that pods are held to in namespaces without labels of their own.
    pub pod_security: Option<Policy>,
    /// Definitions of custom resources that are not among the sources.
    pub definitions: Arc<Definitions>,
    /// How to report objects whose kind nothing defines; by default not at all.
    pub unknown_kinds: Option<Severity>,
    /// What stands for a value that is filled in later.
    pub placeholders: Placeholders,
    /// For each of [`rules::ALL`], in that order, the severity it reports with;
    /// `None` where it is off.
    severities: Vec<Option<Severity>>,
}

impl Default for Config {
    fn default() -> Self {
        let severity = |rule: &&'static Rule| rule.default_on.then_some(rule.severity);
        Self {
            namespace: "default".to_owned(),
            kubernetes: None,
            placeholders: Placeholders::default(),
            pod_security: None,
            definitions: Arc::default(),
            unknown_kinds: None,
            severities: rules::ALL.iter().map(severity).collect(),
        }
    }
}

/// What `--select` and its like name: a rule, or a group of rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selector {
    /// Every rule.
    All,
    /// A group.
    Category(Category),
    /// One rule, by its index in [`rules::ALL`].
    Rule(usize),
}

impl Selector {
    /// The selector of that name: `all`, a group, or a rule.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if name == "all" {
            return Some(Self::All);
        }
        let category = Category::ALL.into_iter().find(|it| it.name() == name);
        category
            .map(Self::Category)
            .or_else(|| rules::index_of(name).map(Self::Rule))
    }

    /// Every name that [`Selector::named`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let categories = Category::ALL.into_iter().map(Category::name);
        let rules = rules::ALL.iter().map(|rule| rule.name);
        std::iter::once("all").chain(categories).chain(rules)
    }

    fn holds(self, index: usize, rule: &Rule) -> bool {
        match self {
            Self::All => true,
            Self::Category(category) => rule.category == category,
            Self::Rule(only) => only == index,
        }
    }
}

impl Config {
    /// Every rule on, whether it is by default or not.
    #[must_use]
    pub fn everything() -> Self {
        let mut config = Self::default();
        config.select(Selector::All);
        config
    }

    /// Turns every rule off: where `--select` starts from.
    pub fn select_none(&mut self) {
        self.severities.fill(None);
    }

    /// Turns the rules of `selector` on, each with its own severity.
    pub fn select(&mut self, selector: Selector) {
        self.set(selector, |rule| Some(rule.severity));
    }

    /// Turns the rules of `selector` off.
    pub fn ignore(&mut self, selector: Selector) {
        self.set(selector, |_| None);
    }

    /// Gives the rules of `selector` a severity, which turns them on; `None` turns them off.
    pub fn set_severity(&mut self, selector: Selector, severity: Option<Severity>) {
        self.set(selector, |_| severity);
    }

    fn set(&mut self, selector: Selector, severity: impl Fn(&Rule) -> Option<Severity>) {
        for (index, (slot, rule)) in self.severities.iter_mut().zip(rules::ALL).enumerate() {
            if selector.holds(index, rule) {
                *slot = severity(rule);
            }
        }
    }

    /// The rules that run, each with its severity.
    pub fn rules(&self) -> impl Iterator<Item = (&'static Rule, Severity)> {
        let pairs = rules::ALL.iter().zip(&self.severities);
        pairs.filter_map(|(rule, severity)| Some((*rule, (*severity)?)))
    }

    /// The severity that `rule` reports with; `None` where it is off.
    #[must_use]
    pub fn severity_of(&self, rule: &str) -> Option<Severity> {
        self.severities[rules::index_of(rule)?]
    }
}
