//! Custom resources: the definitions of a run, and what they say of its objects.
//!
//! Definitions may stand in any source, so this comes after all sources are read;
//! what was found is kept until a definition or the source itself changes.

use super::{Engine, Part};
use crate::cel::Programs;
use crate::finding::Finding;
use crate::parse::Document;
use crate::resolve::Resource;
use crate::schema::{Definition, Definitions, may_define};
use crate::source::Source;
use crate::validate;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::sync::Arc;

/// What is wrong with the custom resources of a source.
#[derive(Debug, Default)]
pub(super) struct Refused {
    /// [`Definitions::key`] of the definitions that say so; 0 for none.
    by: u64,
    findings: Vec<Finding>,
    /// Objects whose kind nothing defines.
    unknown: usize,
    /// Their versions and kinds, each once.
    kinds: Vec<(String, String)>,
}

impl Part {
    /// Objects that nothing is known of.
    pub(super) fn unknown(&self) -> usize {
        match self.refused.by {
            0 => self.custom,
            _ => self.refused.unknown,
        }
    }

    /// What was found in this source by itself and by the definitions of the run.
    pub(super) fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        // What looked like a misspelt kind is one after all.
        let is_defined = |it: &&Finding| {
            it.rule == "unknown-kind"
                && it.object.as_ref().is_some_and(|object| {
                    let kinds = self.refused.kinds.iter();
                    kinds.into_iter().any(|(version, kind)| {
                        *version == object.api_version && *kind == object.kind
                    })
                })
        };
        let own = self.findings.iter().filter(move |it| !is_defined(it));
        own.chain(&self.refused.findings)
    }
}

impl Engine {
    /// The definitions in a source.
    pub(super) fn definitions(
        &self,
        index: u32,
        source: &Source,
        documents: &[Document],
    ) -> Vec<Arc<Definition>> {
        if !may_define(source.text()) {
            return Vec::new();
        }
        let objects = documents.iter().flat_map(|it| self.resources(it));
        let defined = objects.filter_map(|it| Definition::new(it.node, index));
        defined.map(Arc::new).collect()
    }

    /// Whether the kind is none of any Kubernetes that is known.
    pub(super) fn is_custom(&self, resource: &Resource<'_>) -> bool {
        resource.group().contains('.')
            && self
                .catalog
                .kind_of(resource.api_version, resource.kind)
                .is_none()
    }

    /// What the findings about custom resources depend on, beside the source.
    fn key(&self, definitions: &Definitions) -> u64 {
        definitions.key() | u64::from(self.config.unknown_kinds.is_some())
    }

    /// Checks custom resources against the definitions that stand in any source.
    pub(super) fn check_custom(&self, sources: &[Source], mut parts: Vec<Part>) -> Vec<Part> {
        let mut definitions = self.config.definitions.as_ref().clone();
        for part in &parts {
            for one in &part.definitions {
                definitions.add(Arc::clone(one), &part.text);
            }
        }
        let key = self.key(&definitions);
        let programs = Programs::default();
        let judge = Judge {
            programs: &programs,
            engine: self,
            sources,
            definitions: &definitions,
        };
        parts
            .par_iter_mut()
            .filter(|part| part.custom > 0 && part.refused.by != key)
            .for_each(|part| part.refused = judge.refused(&part.documents));
        parts
    }
}

/// Checks custom resources.
struct Judge<'e> {
    programs: &'e Programs,
    engine: &'e Engine,
    sources: &'e [Source],
    definitions: &'e Definitions,
}

impl Judge<'_> {
    fn refused(&self, documents: &[Document]) -> Refused {
        let mut refused = Refused {
            by: self.engine.key(self.definitions),
            ..Refused::default()
        };
        for resource in documents.iter().flat_map(|it| self.engine.resources(it)) {
            if self.engine.is_custom(&resource) && !may_be_local(&resource) {
                let found = self.check(&resource);
                if found.is_none() {
                    refused.unknown += 1;
                    refused.findings.extend(self.unknown(&resource));
                }
                if let Some(findings) = found {
                    refused.findings.extend(findings);
                    let kind = (resource.api_version.to_owned(), resource.kind.to_owned());
                    if !refused.kinds.contains(&kind) {
                        refused.kinds.push(kind);
                    }
                }
            }
        }
        // What is unknown has the severity that was asked for.
        let asked = self.engine.config.unknown_kinds;
        refused.findings.retain_mut(|finding| {
            let is_unknown = asked == Some(finding.severity) && finding.rule == "unknown-kind";
            is_unknown || self.engine.admit(finding)
        });
        refused
    }

    /// Says that nothing is known of a kind, where that is asked for.
    fn unknown(&self, resource: &Resource<'_>) -> Option<Finding> {
        let severity = self.engine.config.unknown_kinds?;
        let mut finding = validate::custom::not_defined(resource)?;
        finding.severity = severity;
        Some(finding)
    }

    /// What is wrong with an object; `None` when nothing defines its kind. Where a
    /// run holds several definitions of a kind, one that takes it is enough.
    fn check(&self, resource: &Resource<'_>) -> Option<Vec<Finding>> {
        let all = self.definitions.of(resource.group(), resource.kind);
        // A folder of files may not have all versions of a kind.
        let version = resource.version();
        let is_known = |it: &&Definition| !it.is_loose || it.version(version).is_some();
        let mut near: Vec<&Definition> = all.filter(is_known).collect();
        near.first()?;
        if near.len() > 1 {
            near.sort_by_key(|it| Reverse(self.shared_path(resource.source(), it.source)));
        }
        let catalog = &self.engine.catalog;
        let minor = self.engine.kubernetes();
        let server = validate::custom::Server {
            catalog,
            minor,
            programs: self.programs,
        };
        let mut first = None;
        for definition in near.iter().take(DEFINITIONS) {
            let version = definition.version(version);
            let Some(version) = version.filter(|it| it.served) else {
                continue;
            };
            let mut findings = Vec::new();
            let defined = validate::custom::Defined {
                definition,
                version,
            };
            validate::custom::check(server, resource, defined, &mut findings);
            if findings.is_empty() {
                return Some(findings);
            }
            first.get_or_insert(findings);
        }
        let not_served = || validate::custom::not_served(resource, near.first()?);
        Some(first.unwrap_or_else(|| not_served().into_iter().collect()))
    }

    /// How many bytes the names of two sources have in common at the front.
    fn shared_path(&self, one: u32, other: u32) -> usize {
        let name = |it: u32| self.sources.get(it as usize).map_or("", Source::name);
        let pairs = name(one).bytes().zip(name(other).bytes());
        pairs.take_while(|(a, b)| a == b).count()
    }
}

/// Whether an object is the file of a tool that runs on the spot.
fn may_be_local(resource: &Resource<'_>) -> bool {
    matches!(
        resource.group(),
        "kustomize.config.k8s.io" | "skaffold.dev" | "kind.x-k8s.io"
    )
}

/// Definitions of one kind that an object is held against.
const DEFINITIONS: usize = 16;
