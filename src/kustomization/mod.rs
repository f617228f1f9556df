//! What kustomize refuses of a kustomization: fields that it does not know, values
//! of another type, and files that are not there; and what the API server would
//! refuse of the patches in it.
//!
//! kustomize decodes it strictly, but takes names in any case.

mod fields;
mod inline;
mod patch;

use crate::catalog::{Catalog, MinorRange};
use crate::decode::explain;
use crate::decode::structure::rewrite;
use crate::finding::{Finding, ObjectRef, Place, Severity};
use crate::fix::{Edit, Fix};
use crate::nearest::nearest;
use crate::parse::{Document, Entry, Node, Value};
use crate::resolve::kustomize::{self, Wanted};
use crate::source::{Absent, Source, Span};
use fields::{Field, FieldType, KUSTOMIZATION};
use std::collections::HashMap;

/// Fields with another one that has taken their place.
const DEPRECATED: [(&str, &str); 8] = [
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("env", "envs"),
    ("helmChartInflationGenerator", "helmCharts"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

/// Those whose value is the same under the new name.
const RENAMED: [&str; 3] = ["bases", "imageTags", "patchesJson6902"];

const KINDS: [(&str, &str); 2] = [
    ("Kustomization", "kustomize.config.k8s.io/v1beta1"),
    ("Component", "kustomize.config.k8s.io/v1alpha1"),
];

/// What patches within a kustomization are checked against.
#[derive(Clone, Copy)]
pub struct Setting<'s> {
    /// The types of objects.
    pub catalog: &'s Catalog,
    /// The releases that they are for.
    pub minors: MinorRange,
}

/// Checks a document that may be a kustomization; false where it is none.
pub fn check(
    setting: Setting<'_>,
    source: &Source,
    document: &Document,
    out: &mut Vec<Finding>,
) -> bool {
    let root = document.root().filter(|it| it.is_map());
    let Some(root) = root.filter(|it| kustomize::is_kustomization(source.name(), *it)) else {
        return false;
    };
    let mut walk = FieldCheck { root, out };
    walk.kind();
    walk.object(root, KUSTOMIZATION);
    walk.files(source);
    patch::check(setting, root, out);
    true
}

struct FieldCheck<'a, 'o> {
    root: Node<'a>,
    out: &'o mut Vec<Finding>,
}

impl<'a> FieldCheck<'a, '_> {
    fn report(
        &mut self,
        rule: &'static str,
        node: Node<'a>,
        span: Span,
        message: String,
    ) -> &mut Finding {
        let document = node.document();
        let place = Place {
            source: document.source(),
            span,
        };
        let mut finding = Finding::new(rule, Severity::Error, place, message);
        finding.document = document.index();
        let path = node.path_below(self.root);
        finding.field = (!path.is_empty()).then_some(path);
        let text = |keys: &[&str]| {
            self.root
                .at(keys)
                .and_then(Node::as_str)
                .unwrap_or_default()
        };
        let kind = Some(text(&["kind"])).filter(|it| !it.is_empty());
        finding.object = Some(ObjectRef {
            api_version: text(&["apiVersion"]).to_owned(),
            kind: kind.unwrap_or(KINDS[0].0).to_owned(),
            namespace: String::new(),
            name: text(&["metadata", "name"]).to_owned(),
        });
        self.out.push(finding);
        let last = self.out.len() - 1;
        &mut self.out[last]
    }

    fn kind(&mut self) {
        let kind = self.root.get("kind");
        let name = kind.and_then(Node::as_str).unwrap_or(KINDS[0].0);
        let Some((_, version)) = KINDS.iter().find(|it| it.0 == name) else {
            if let Some(node) = kind {
                let message = format!("no kind {name:?} in kustomize.config.k8s.io");
                let guess = nearest(name, KINDS.iter().map(|it| it.0));
                let finding = self.report("unknown-kind", node, node.span(), message);
                finding.help = Some("use Kustomization or Component".to_owned());
                finding.fix = guess.and_then(|it| risky(rewrite(node, it)));
            }
            return;
        };
        let written = self.root.get("apiVersion");
        if let Some(node) = written.filter(|it| it.as_str() != Some(version)) {
            let message = format!("{name} is in {version}, not in {}", node.raw());
            let finding = self.report("unknown-kind", node, node.span(), message);
            finding.help = Some(format!("use {version}"));
            finding.fix = risky(rewrite(node, version));
        }
    }

    fn object(&mut self, node: Node<'a>, fields: &'static [Field]) {
        for entry in node.entries() {
            let name = entry.name();
            match fields.iter().find(|it| it.0.eq_ignore_ascii_case(name)) {
                Some((known, form)) => {
                    self.deprecated(node, entry, known, fields);
                    self.value(entry.value, *form);
                }
                None => self.unknown(node, entry, fields),
            }
        }
    }

    fn unknown(&mut self, node: Node<'a>, entry: Entry<'a>, fields: &'static [Field]) {
        let name = entry.name();
        let free = fields
            .iter()
            .map(|it| it.0)
            .filter(|it| node.entry(it).is_none());
        let guess = nearest(name, free);
        let message = format!("unknown field {name:?}");
        let finding = self.report("unknown-field", entry.value, entry.key.span(), message);
        finding.help = Some(match guess {
            Some(guess) => format!("did you mean `{guess}`?"),
            None => "remove it: kustomize has no such field here".to_owned(),
        });
        finding.fix = guess.and_then(|it| risky(rewrite(entry.key, it)));
    }

    fn deprecated(
        &mut self,
        node: Node<'a>,
        entry: Entry<'a>,
        known: &str,
        fields: &'static [Field],
    ) {
        let Some((_, new)) = DEPRECATED.iter().find(|it| it.0 == known) else {
            return;
        };
        if !fields.iter().any(|it| it.0 == *new) {
            return;
        }
        let message = format!("field {known:?} is deprecated in kustomize");
        let span = entry.key.span();
        let finding = self.report("kustomize-deprecated-field", entry.value, span, message);
        finding.help = Some(match known {
            "commonLabels" => format!("use {new} with `includeSelectors: true`"),
            "patchesStrategicMerge" => format!("use {new}: `- path: FILE` or `- patch: |-`"),
            _ => format!("use {new}"),
        });
        let others = ["patches", "patchesStrategicMerge"];
        let is_alone = node.entry(new).is_none()
            && (*new != "patches" || others.iter().all(|it| node.entry(it).is_none()));
        if RENAMED.contains(&known) && is_alone {
            let edit = rewrite(entry.key, new);
            finding.fix = edit.map(|it| Fix::safe(format!("write {new}"), vec![it]));
        }
    }

    fn value(&mut self, node: Node<'a>, form: FieldType) {
        if node.is_null() {
            return;
        }
        match (form, node.value()) {
            (FieldType::Text, Value::Str(_))
            | (FieldType::Bool, Value::Bool(_))
            | (FieldType::Int, Value::Int(_))
            | (FieldType::Free, Value::Map(_)) => {}
            (FieldType::Texts, Value::Seq(_)) => {
                node.items().for_each(|it| self.value(it, FieldType::Text));
            }
            (FieldType::Pairs, Value::Map(_)) => {
                node.entries()
                    .for_each(|it| self.value(it.value, FieldType::Text));
            }
            (FieldType::Object(fields), Value::Map(_)) => self.object(node, fields),
            (FieldType::List(fields), Value::Seq(_)) => {
                node.items()
                    .for_each(|it| self.value(it, FieldType::Object(fields)));
            }
            _ => self.wrong(node, form),
        }
    }

    fn wrong(&mut self, node: Node<'a>, form: FieldType) {
        let wanted = match form {
            FieldType::Text => "a string",
            FieldType::Bool => "a boolean",
            FieldType::Int => "an integer",
            FieldType::Texts | FieldType::List(_) => "a list",
            FieldType::Pairs | FieldType::Free | FieldType::Object(_) => "a mapping",
        };
        let message = explain::no_such_value(node, wanted);
        let finding = self.report("api-type", node, explain::first_line(node), message);
        let is_scalar = !node.is_map() && !node.is_seq();
        if let Some(file) = node.as_str().filter(|_| is_entry_of_patches(finding)) {
            finding.help = Some(match file.contains('\n') {
                true => "write the patch below `- patch: |-`".to_owned(),
                false => format!("write `- path: {file}`"),
            });
        }
        if matches!(form, FieldType::Text) && is_scalar {
            explain::quote(finding, node);
        }
    }

    fn files(&mut self, source: &Source) {
        let absent = source.absent().iter().map(|it| (&*it.path, it));
        let absent: HashMap<&str, &Absent> = absent.collect();
        for listed in kustomize::listed(self.root) {
            let Some(absent) = absent.get(listed.path) else {
                continue;
            };
            let path = listed.path;
            let (message, help) = match (absent.is_folder, listed.wanted) {
                (true, _) => (
                    format!("folder {path} has no kustomization.yaml"),
                    "list the files in it, or add a kustomization.yaml to it".to_owned(),
                ),
                (false, Wanted::FileOrFolder) => (
                    format!("no such file or folder: {path}"),
                    "paths are relative to the folder of the kustomization".to_owned(),
                ),
                (false, Wanted::File) => (
                    format!("no such file: {path}"),
                    "paths are relative to the folder of the kustomization".to_owned(),
                ),
            };
            let span = listed.node.span();
            let is_secret = listed
                .node
                .path_below(self.root)
                .starts_with("secretGenerator");
            let finding = self.report("kustomize-file-missing", listed.node, span, message);
            finding.help = Some(help);
            if is_secret {
                finding.severity = Severity::Warning;
                let help = "if it is kept out of the repository, list it in .gitignore";
                finding.help = Some(help.to_owned());
            }
        }
    }
}

/// Whether a finding is of a whole entry of `patches`; unlike in
/// `patchesStrategicMerge`, a string is not enough there.
fn is_entry_of_patches(finding: &Finding) -> bool {
    let path = finding.field.as_deref().unwrap_or_default();
    path.starts_with("patches[") && path.ends_with(']')
}

fn risky(edit: Option<Edit>) -> Option<Fix> {
    let edit = edit?;
    Some(Fix::risky(format!("write {}", edit.text), vec![edit]))
}
