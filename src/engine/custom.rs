//! Custom resources: the definitions of a run, and what they say of its objects.
//!
//! Definitions may be in any source, so this comes after all sources are read;
//! what was found is kept until a definition or the source itself changes.

use super::{Engine, Part};
use crate::cel::Programs;
use crate::custom;
use crate::finding::Finding;
use crate::parse::Document;
use crate::resolve::Resource;
use crate::schema::Definition;
use crate::source::Source;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::sync::OnceLock;

/// What is wrong with the custom resources of a source.
#[derive(Debug, Default)]
pub(super) struct Refused {
    /// [`Judge::key`] of those who say so; 0 for none.
    by: u64,
    findings: Vec<Finding>,
    /// Objects whose kind nothing defines.
    unknown: usize,
    /// The kinds that something defines, with their versions.
    kinds: HashMap<String, HashSet<String>>,
}

/// A definition in a source, compiled when an object of its kind is met.
#[derive(Debug)]
pub(super) struct Defined {
    group: String,
    kind: String,
    document: u32,
    node: u32,
    /// A hash of its text.
    digest: u64,
    compiled: OnceLock<Option<Definition>>,
}

impl Defined {
    /// What `resource` defines; `None` when it is not a definition.
    pub(super) fn of(resource: &Resource<'_>) -> Option<Self> {
        let (group, kind) = Definition::defined(resource.node)?;
        Some(Self {
            group: group.to_owned(),
            kind: kind.to_owned(),
            document: resource.node.document().index(),
            node: resource.node.id(),
            digest: FxBuildHasher.hash_one(resource.node.raw()),
            compiled: OnceLock::new(),
        })
    }
}

/// A definition, wherever it comes from.
#[derive(Clone, Copy)]
enum Known<'p> {
    /// It was given apart from what is checked.
    Given(&'p Definition),
    /// It is in a source, of that number.
    Found(u32, &'p Defined, &'p [Document]),
}

impl<'p> Known<'p> {
    fn source(&self) -> u32 {
        match self {
            Self::Given(it) => it.source,
            Self::Found(source, ..) => *source,
        }
    }

    /// The definition; `None` if it is incomplete.
    fn compiled(&self) -> Option<&'p Definition> {
        let (source, defined, documents) = match self {
            Self::Given(it) => return Some(it),
            Self::Found(source, defined, documents) => (*source, *defined, *documents),
        };
        let make = || {
            let at = documents.binary_search_by_key(&defined.document, Document::index);
            let document = documents.get(at.ok()?)?;
            Definition::new(document.node(defined.node)?, source)
        };
        defined.compiled.get_or_init(make).as_ref()
    }
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
                    let versions = self.refused.kinds.get(&object.kind);
                    versions.is_some_and(|it| it.contains(&object.api_version))
                })
        };
        let own = self.findings.iter().filter(move |it| !is_defined(it));
        own.chain(&self.refused.findings)
    }
}

impl Engine {
    /// Whether the kind is none of any Kubernetes that is known, nor one of a tool's
    /// own files.
    pub(super) fn is_custom(&self, resource: &Resource<'_>) -> bool {
        resource.group().contains('.')
            && !is_local(resource)
            && self
                .catalog
                .kind_of(resource.api_version, resource.kind)
                .is_none()
    }

    /// Checks custom resources against the definitions that are in any source.
    pub(super) fn check_custom(&self, sources: &[Source], mut parts: Vec<Part>) -> Vec<Part> {
        let judge = Judge::new(self, sources, &parts);
        let is_due = |part: &Part| part.custom > 0 && part.refused.by != judge.key;
        let judged = parts
            .par_iter()
            .map(|part| is_due(part).then(|| judge.refused(&part.documents)))
            .collect::<Vec<_>>();
        for (part, refused) in parts.iter_mut().zip(judged) {
            part.refused = refused.unwrap_or_else(|| std::mem::take(&mut part.refused));
        }
        parts
    }
}

/// Checks custom resources.
struct Judge<'e> {
    engine: &'e Engine,
    sources: &'e [Source],
    programs: Programs,
    /// The definitions in sources, by kind. Repositories hold many, large ones and
    /// often several copies, of which they use few; so each waits to be compiled
    /// until an object is checked against it.
    found: HashMap<&'e str, Vec<Known<'e>>>,
    /// What the findings depend on, beside the source of the object; 0 where there
    /// is nothing to hold an object against.
    key: u64,
}

impl<'e> Judge<'e> {
    fn new(engine: &'e Engine, sources: &'e [Source], parts: &'e [Part]) -> Self {
        let mut key = engine.config.definitions.key();
        key |= u64::from(engine.config.unknown_kinds.is_some());
        let mut found: HashMap<&str, Vec<Known<'_>>> = HashMap::new();
        for (source, part) in (0..).zip(parts) {
            for it in &part.defined {
                key = FxBuildHasher.hash_one((key, source, it.digest)) | 1;
                let known = Known::Found(source, it, &part.documents);
                found.entry(&it.kind).or_default().push(known);
            }
        }
        Self {
            engine,
            sources,
            programs: Programs::default(),
            found,
            key,
        }
    }

    /// The definitions of a kind; several where a run holds several copies.
    fn definitions(&self, of: &Resource<'_>) -> Vec<Known<'e>> {
        let (group, kind) = (of.group(), of.kind);
        let found = self.found.get(kind).into_iter().flatten().copied();
        let is_of = |it: &Known<'_>| matches!(it, Known::Found(_, it, _) if it.group == group);
        // A folder of files may not have all versions of a kind.
        let has_version = |it: &&Definition| !it.is_loose || it.version(of.version()).is_some();
        let given = self.engine.config.definitions.of(group, kind);
        let given = given.filter(has_version).map(Known::Given);
        given.chain(found.filter(is_of)).collect()
    }

    fn refused(&self, documents: &[Document]) -> Refused {
        let mut refused = Refused {
            by: self.key,
            ..Refused::default()
        };
        for resource in documents.iter().flat_map(|it| self.engine.resources(it)) {
            if self.engine.is_custom(&resource) {
                let found = self.check(&resource);
                if found.is_none() {
                    refused.unknown += 1;
                    refused.findings.extend(self.unknown(&resource));
                }
                if let Some(findings) = found {
                    refused.findings.extend(findings);
                    let versions = refused.kinds.entry(resource.kind.to_owned());
                    let versions = versions.or_default();
                    if !versions.contains(resource.api_version) {
                        versions.insert(resource.api_version.to_owned());
                    }
                }
            }
        }
        // What is unknown has the severity that was asked for.
        let asked = self.engine.config.unknown_kinds;
        refused.findings.retain_mut(|finding| {
            let is_unknown = asked == Some(finding.severity) && finding.rule == "unknown-kind";
            is_unknown || self.engine.configure(finding)
        });
        refused
    }

    /// Says that nothing is known of a kind, where that is asked for.
    fn unknown(&self, resource: &Resource<'_>) -> Option<Finding> {
        let severity = self.engine.config.unknown_kinds?;
        let mut finding = custom::not_defined(resource)?;
        finding.severity = severity;
        Some(finding)
    }

    /// What is wrong with an object; `None` when nothing defines its kind. Where a
    /// run holds several definitions of a kind, one that takes it is enough.
    fn check(&self, resource: &Resource<'_>) -> Option<Vec<Finding>> {
        let version = resource.version();
        let mut near = self.definitions(resource);
        if near.len() > 1 {
            near.sort_by_key(|it| Reverse(self.shared_path(resource.source(), it.source())));
        }
        let server = custom::Server {
            catalog: &self.engine.catalog,
            minor: self.engine.kubernetes(),
            programs: &self.programs,
        };
        let (mut nearest, mut first) = (None, None);
        for definition in near.iter().filter_map(Known::compiled).take(DEFINITIONS) {
            nearest.get_or_insert(definition);
            let version = definition.version(version);
            let Some(version) = version.filter(|it| it.served) else {
                continue;
            };
            let mut findings = Vec::new();
            let defined = custom::Defined {
                definition,
                version,
            };
            custom::check(server, resource, defined, &mut findings);
            if findings.is_empty() {
                return Some(findings);
            }
            first.get_or_insert(findings);
        }
        let not_served = |it| custom::not_served(resource, it).into_iter().collect();
        first.or_else(|| nearest.map(not_served))
    }

    /// How many bytes the names of two sources have in common at the front.
    fn shared_path(&self, one: u32, other: u32) -> usize {
        let name = |it: u32| self.sources.get(it as usize).map_or("", Source::name);
        let pairs = name(one).bytes().zip(name(other).bytes());
        pairs.take_while(|(a, b)| a == b).count()
    }
}

/// Whether an object is the file of a tool, or of a part of Kubernetes that reads it
/// from disk; such a file is never applied.
fn is_local(resource: &Resource<'_>) -> bool {
    const GROUPS: [&str; 11] = [
        "apiserver.config.k8s.io",
        "audit.k8s.io",
        "ctlptl.dev",
        "k3d.io",
        "kind.x-k8s.io",
        "kubeadm.k8s.io",
        "kubelet.config.k8s.io",
        "kubeproxy.config.k8s.io",
        "kubescheduler.config.k8s.io",
        "kustomize.config.k8s.io",
        "skaffold.dev",
    ];
    GROUPS.contains(&resource.group())
}

/// Definitions of one kind that an object is checked against.
const DEFINITIONS: usize = 16;
