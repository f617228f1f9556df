//! The one chain from sources to a report; the command line, the language
//! server, the library and every test go through it.
//!
//! The part for one file depends on nothing but that file and runs in parallel;
//! the part for all files together follows.

mod custom;
mod placeholders;
mod shorten;

use crate::catalog::{Catalog, Kind, Minor, MinorRange};
use crate::config::Config;
use crate::finding::{Finding, Place, Severity, is_of_validation};
use crate::lint::Rules;
use crate::parse::{self, Document};
use crate::resolve::kustomize;
use crate::resolve::{self, Bundle, Resource, Scope, Surroundings};
use crate::rule::Check;
use crate::rules;
use crate::seen::Seen;
use crate::source::{Absent, Defect, Role, Source, may_hold_object};
use crate::validate;
use crate::{decode, kustomization, pod_security};
use custom::{Defined, Refused};
use rayon::prelude::*;
use std::sync::Arc;

/// Checks sources under one configuration.
///
/// ```
/// use plimsoll::{Config, Engine, Source};
///
/// let engine = Engine::new(Config::default());
/// let report = engine.check(&[Source::new("a.yaml", "apiVersion: v1\nkind: Pot\n")]);
/// assert_eq!(report.findings[0].rule, "unknown-kind");
/// ```
#[derive(Debug)]
pub struct Engine {
    config: Config,
    catalog: Catalog,
    /// The Kubernetes that everything must hold for.
    minors: MinorRange,
    rules: Rules,
}

/// The result of a run.
///
/// ```
/// use plimsoll::{Config, Engine, Source};
///
/// let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";
/// let report = Engine::new(Config::default()).check(&[Source::new("a.yaml", text)]);
/// assert_eq!((report.summary.objects, report.findings.len()), (1, 0));
/// ```
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Report {
    /// What was found, ordered by source, place and rule.
    pub findings: Vec<Finding>,
    /// How much was looked at.
    pub summary: Summary,
    /// Sources that hold no Kubernetes document, by their index.
    pub unrecognized: Vec<u32>,
}

/// How much was looked at, and how much was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Sources that hold a Kubernetes document.
    pub files: usize,
    /// YAML documents in them that are not empty.
    pub documents: usize,
    /// Kubernetes objects in them, items of lists counted one by one.
    pub objects: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Objects of kinds that nothing is known of: they were not checked.
    pub unknown_kinds: usize,
    /// Sources that were skipped: they hold no Kubernetes document.
    pub skipped: usize,
    /// Findings that were fixed before this report; the engine itself fixes none.
    pub fixed: usize,
}

/// What is known of each source from the last run, for callers that check the
/// same sources over and over: see [`Engine::check_again`].
#[derive(Debug, Default)]
pub struct Cache {
    parts: Vec<Part>,
}

/// What one source gives, whatever the others are.
#[derive(Debug)]
struct Part {
    /// The text it was worked out from.
    text: Arc<str>,
    absent: Vec<Absent>,
    documents: Vec<Document>,
    findings: Vec<Finding>,
    objects: usize,
    recognized: bool,
    /// Whether it holds an object of a kind of Kubernetes' own.
    is_for_kubectl: bool,
    /// Objects of kinds that are not Kubernetes' own.
    custom: usize,
    /// The kinds that it defines.
    defined: Vec<Defined>,
    /// What the definitions of the run say against its custom resources.
    refused: Refused,
}

impl Part {
    /// Whether it was worked out from what `source` is now.
    fn is_of(&self, source: &Source) -> bool {
        Arc::ptr_eq(&self.text, &source.shared_text()) && self.absent == source.absent()
    }
}

impl Engine {
    /// An engine for `config`.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let catalog = Catalog::builtin();
        let minors = config.kubernetes.unwrap_or(catalog.newest().into());
        Self {
            rules: Rules::new(config.rules(), minors),
            config,
            catalog,
            minors,
        }
    }

    /// The configuration it works under.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The newest Kubernetes that it checks against.
    #[must_use]
    pub fn kubernetes(&self) -> Minor {
        self.minors.high()
    }

    /// Hands the objects of `sources` to `look`, without checking them: for what
    /// is predicted or compared.
    pub fn survey<T>(&self, sources: &[Source], look: impl FnOnce(&Bundle<'_>) -> T) -> T {
        let numbered: Vec<_> = (0u32..).zip(sources).collect();
        let documents: Vec<Document> = numbered
            .into_par_iter()
            .flat_map_iter(|(index, source)| {
                parse::parse_among(source, index, sources.len()).documents
            })
            .collect();
        let resources = documents.iter().flat_map(|it| self.resources(it)).collect();
        look(&Bundle::new(
            resources,
            Surroundings::new(sources, &documents.iter().collect::<Vec<_>>()),
        ))
    }

    /// Checks `sources` together; their order decides the order of findings.
    #[must_use]
    pub fn check(&self, sources: &[Source]) -> Report {
        let mut cache = Cache::default();
        let report = self.check_again(sources, &mut cache);
        // To give back the memory of many files takes a while too.
        cache.parts.into_par_iter().for_each(drop);
        report
    }

    /// [`Engine::check`], without looking again at those sources whose text is
    /// the very one (the same [`Arc`]) that stood at their index in the last run
    /// with `cache`. A cache belongs to one engine.
    #[must_use]
    pub fn check_again(&self, sources: &[Source], cache: &mut Cache) -> Report {
        let known = cache.parts.drain(..).map(Some);
        let known = known.chain(std::iter::repeat_with(|| None));
        let parts: Vec<Part> = (0u32..)
            .zip(sources)
            .zip(known)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|((index, source), known)| {
                known
                    .filter(|part| part.is_of(source))
                    .unwrap_or_else(|| self.check_source(index, source, sources.len()))
            })
            .collect();
        let parts = self.check_custom(sources, parts);
        let documents: Vec<&Document> = parts.iter().flat_map(|part| &part.documents).collect();
        let resources = parts
            .par_iter()
            .flat_map_iter(|part| part.documents.iter().flat_map(|it| self.resources(it)))
            .collect();
        let bundle = Bundle::new(resources, Surroundings::new(sources, &documents));
        let mut findings = Vec::new();
        self.rules.check_bundle(&bundle, &mut findings);
        let security = self.config.pod_security;
        pod_security::check(&bundle, security, self.kubernetes(), &mut findings);
        findings.retain_mut(|finding| self.configure(finding));
        let report = self.report(sources, &parts, bundle.surroundings(), findings);
        cache.parts = parts;
        report
    }

    /// Everything that needs no other source of that many.
    fn check_source(&self, index: u32, source: &Source, sources: usize) -> Part {
        let parsed = parse::parse_among(source, index, sources);
        let mut findings = parsed.findings;
        findings.extend(source.defects().iter().map(|it| defect(index, it)));
        let mut part = Part {
            text: source.shared_text(),
            absent: source.absent().to_vec(),
            documents: Vec::with_capacity(parsed.documents.len()),
            findings,
            objects: 0,
            recognized: false,
            is_for_kubectl: false,
            custom: 0,
            defined: Vec::new(),
            refused: Refused::default(),
        };
        for document in &parsed.documents {
            self.check_document(document, &mut part);
            let setting = kustomization::Setting {
                catalog: &self.catalog,
                minors: self.minors,
            };
            let findings = &mut part.findings;
            part.recognized |= kustomization::check(setting, source, document, findings);
        }
        if part.is_for_kubectl {
            let strays = parsed
                .documents
                .iter()
                .filter(|it| self.resources(it).is_empty());
            let known: Seen<u32> = part.findings.iter().map(|it| it.document).collect();
            let strays = strays.filter(|it| !known.contains(&it.index()));
            let is_kustomization = |it: &&Document| {
                let root = it.root();
                root.is_some_and(|it| kustomize::is_kustomization(source.name(), it))
            };
            let strays = strays.filter(|it| !is_kustomization(it));
            part.findings.extend(strays.filter_map(decode::check_stray));
        }
        part.documents = parsed.documents;
        if source.role() == Role::Found
            && !part.recognized
            && !may_hold_object(source.text().as_bytes())
        {
            part.findings.retain(|it| it.rule != "yaml-syntax");
        }
        part.recognized |= !part.findings.is_empty();
        part.findings.retain_mut(|finding| self.configure(finding));
        part
    }

    fn check_document(&self, document: &Document, part: &mut Part) {
        let resources = self.resources(document);
        let unidentified = decode::check_identity(&self.catalog, document);
        let is_ours = !unidentified.is_empty();
        part.recognized |= is_ours;
        part.findings.extend(unidentified);
        if resources.is_empty() {
            if document.root().is_some() && !is_ours {
                // Not Kubernetes' business: whatever parsing noticed is not ours to say.
                part.findings.retain(|it| it.document != document.index());
            }
            return;
        }
        part.recognized = true;
        part.objects += resources.len();
        self.rules.check_document(document, &mut part.findings);
        for resource in &resources {
            let is_known = self.catalog.kind_of(resource.api_version, resource.kind);
            part.is_for_kubectl |= is_known.is_some();
            part.custom += usize::from(self.is_custom(resource));
            part.defined.extend(Defined::of(resource));
            let first = part.findings.len();
            validate::check(&self.catalog, self.minors, resource, &mut part.findings);
            let refused = part.findings.split_off(first);
            self.rules.check_resource(resource, &mut part.findings);
            let said_better = |it: &Finding| is_covered(it, &part.findings[first..]);
            let rest: Vec<_> = refused.into_iter().filter(|it| !said_better(it)).collect();
            part.findings.extend(rest);
        }
    }

    fn resources<'a>(&'a self, document: &'a Document) -> Vec<Resource<'a>> {
        resolve::resources(document, &self.config.namespace, |version, kind| {
            let kind = self.catalog.kind_of(version, kind);
            match kind.and_then(Kind::is_namespaced) {
                Some(false) => Scope::Cluster,
                _ => Scope::Namespaced,
            }
        })
    }

    /// Gives a finding of a stage its severity in this run, and any finding the one
    /// that the configuration chose instead of the usual; false when its rule is off.
    /// A rule that runs by itself may else make one finding more severe than others.
    fn configure(&self, finding: &mut Finding) -> bool {
        let Some(severity) = self.config.severity_of(finding.rule) else {
            return false;
        };
        let rule = rules::find(finding.rule);
        let stage = rule.is_some_and(|it| {
            matches!(it.check, Check::Stage(_)) && it.severity < finding.severity
        });
        if stage || rule.is_some_and(|rule| rule.severity != severity) {
            finding.severity = severity;
        }
        true
    }

    fn report(
        &self,
        sources: &[Source],
        parts: &[Part],
        surroundings: &Surroundings<'_>,
        bundle: Vec<Finding>,
    ) -> Report {
        let mut report = Report::default();
        let is_meant = |finding: &Finding| {
            let source = sources.get(finding.place.source as usize);
            let is_checked = source.is_some_and(|source| source.role() != Role::Context);
            // A patch says only what differs; the rest is where it is merged into.
            let is_patch = surroundings.is_patch(finding.place.source);
            let holds = |it: &Finding| rules::find(it.rule).is_some_and(|it| it.on_patches);
            is_checked && (!is_patch || holds(finding))
        };
        report.findings = parts
            .par_iter()
            .flat_map_iter(|part| part.all_findings().filter(|it| is_meant(it)).cloned())
            .collect();
        report.findings.extend(bundle.into_iter().filter(is_meant));
        placeholders::settle(&mut report.findings, sources, &self.config);
        report.findings.sort_by(|a, b| order(a).cmp(&order(b)));
        // What an alias brings again, as another field or object, is written once.
        report.findings.dedup_by(|a, b| order(a) == order(b));
        let checked = (0u32..).zip(parts).zip(sources);
        for ((index, part), _) in checked.filter(|(_, it)| it.role() != Role::Context) {
            if part.recognized {
                report.summary.files += 1;
                report.summary.objects += part.objects;
                report.summary.unknown_kinds += part.unknown();
                let filled = part.documents.iter().filter(|it| it.root().is_some());
                report.summary.documents += filled.count();
            } else {
                report.unrecognized.push(index);
            }
        }
        report.summary.skipped = report.unrecognized.len();
        report.count();
        report
    }
}

impl Report {
    /// Counts the findings by severity.
    fn count(&mut self) {
        let of = |severity| {
            let findings = self.findings.iter();
            findings.filter(|it| it.severity == severity).count()
        };
        let [infos, warnings, errors] = Severity::ALL.map(of);
        self.summary = Summary {
            errors,
            warnings,
            infos,
            ..self.summary
        };
    }
}

/// What reading noticed, as a finding; [`Engine::configure`] gives it its severity.
fn defect(source: u32, defect: &Defect) -> Finding {
    let span = defect.span;
    let place = Place { source, span };
    Finding::new(defect.rule, Severity::Error, place, defect.message.clone()).with_help(defect.help)
}

/// Whether a rule says of the same field or a part of it, and as gravely, what the API server
/// refuses: it knows what to do about it.
fn is_covered(refusal: &Finding, by_rules: &[Finding]) -> bool {
    let Some(field) = refusal.field.as_deref() else {
        return false;
    };
    // The server may name the mapping where a rule names the entry.
    let is_there = |path: &str| {
        path.strip_prefix(field)
            .is_some_and(|below| below.is_empty() || below.starts_with(['.', '[']))
    };
    let is_grave = |it: &Finding| it.severity >= refusal.severity;
    // What is only warned of is told once for each place, by whatever path.
    let is_same = |it: &Finding| refusal.rule == "api-warning" && it.place == refusal.place;
    is_of_validation(refusal.rule)
        && by_rules
            .iter()
            .any(|it| is_grave(it) && (is_same(it) || it.field.as_deref().is_some_and(is_there)))
}

/// The order of a report: by place first, so that it reads along the files.
fn order(finding: &Finding) -> (u32, u32, u32, &str, &str) {
    let span = finding.place.span;
    (
        finding.place.source,
        span.start,
        span.end,
        finding.rule,
        &finding.message,
    )
}
