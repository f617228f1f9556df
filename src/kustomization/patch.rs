//! Patches that are written within a kustomization: strategic merge patches, and
//! lists of operations as RFC 6902 has them.

use super::Setting;
use super::inline::{Inline, head};
use crate::catalog::{Catalog, Shape, TypeRef};
use crate::decode::check_identity;
use crate::finding::is_of_validation;
use crate::finding::{Finding, ObjectRef, Place, Severity};
use crate::nearest::nearest;
use crate::parse::{Document, Node, Value};
use crate::resolve::{Scope, resources};
use crate::validate;

/// The name of what kustomize says of a patch itself.
const RULE: &str = "kustomize-patch-invalid";
const OPERATIONS: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];
const LIST: &str = "patches";
const MERGES: &str = "patchesStrategicMerge";
const OPERATION_LISTS: &str = "patchesJson6902";

/// Checks the patches that are in a kustomization.
pub(super) fn check(setting: Setting<'_>, root: Node<'_>, out: &mut Vec<Finding>) {
    let items = |key: &str| root.get(key).into_iter().flat_map(Node::items);
    for (key, entry) in [LIST, OPERATION_LISTS]
        .into_iter()
        .flat_map(|key| items(key).map(move |it| (key, it)))
    {
        let target = entry.get("target").filter(|it| it.is_map());
        let text = |key: &str| Some(entry.get(key)?.as_str()?.trim()).filter(|it| !it.is_empty());
        let (path, patch) = (text("path"), text("patch"));
        match entry.get("patch") {
            Some(node) if patch.is_some() && path.is_some() => {
                let message = "patch and path cannot both be given";
                out.push(problem(node, message.to_owned()));
            }
            Some(node) if patch.is_some() => {
                Patch {
                    setting,
                    key,
                    target,
                    node,
                }
                .check(out);
            }
            _ if path.is_none() && is_plain(entry) => {
                let message = "the patch is missing: neither patch nor path is given";
                out.push(problem(entry, message.to_owned()));
            }
            _ => {}
        }
    }
    // A text of one line is the path of a file.
    let is_text = |it: &Node<'_>| it.as_str().is_some_and(|it| it.contains('\n'));
    for node in items(MERGES).filter(is_text) {
        Patch {
            setting,
            key: MERGES,
            target: None,
            node,
        }
        .check(out);
    }
}

/// Whether an entry is a mapping without values of a wrong type, which are told of
/// by themselves.
fn is_plain(entry: Node<'_>) -> bool {
    let is_text = |key: &str| entry.get(key).is_none_or(|it| it.as_str().is_some());
    entry.is_map() && is_text("patch") && is_text("path")
}

fn problem(at: Node<'_>, message: String) -> Finding {
    let document = at.document();
    let place = Place {
        source: document.source(),
        span: head(at),
    };
    let mut finding = Finding::new(RULE, Severity::Error, place, message);
    finding.document = document.index();
    finding
}

/// One patch, and what it is for.
struct Patch<'a> {
    setting: Setting<'a>,
    /// The list that it is in.
    key: &'static str,
    target: Option<Node<'a>>,
    node: Node<'a>,
}

impl Patch<'_> {
    fn check(&self, out: &mut Vec<Finding>) {
        let Some(text) = self.node.as_str() else {
            return;
        };
        let read = Inline::read(self.node, text, out);
        let mut found = Vec::new();
        for document in read.documents() {
            let Some(root) = document.root() else {
                continue;
            };
            match (self.key, root.is_seq()) {
                (MERGES, true) => {
                    let message = "a list of operations is not a strategic merge patch";
                    let first = root.items().next().unwrap_or(root);
                    found
                        .push(problem(first, message.to_owned()).with_help("move it to `patches`"));
                }
                (_, true) => self.operations(root, &mut found),
                (OPERATION_LISTS, false) => {
                    let message = "a JSON 6902 patch must be a list of operations";
                    found.push(problem(root, message.to_owned()));
                }
                _ => self.merge(document, root, &mut found),
            }
        }
        if self.target.is_some() && read.roots().filter(|it| it.is_map()).count() > 1 {
            let message = "only one strategic merge patch is allowed with a target";
            found.extend(
                read.roots()
                    .nth(1)
                    .map(|it| problem(it, message.to_owned())),
            );
        }
        let document = self.node.document().root();
        let text = |keys: &[&str]| document.and_then(|it| it.at(keys)?.as_str());
        let kustomization = ObjectRef {
            api_version: text(&["apiVersion"]).unwrap_or_default().to_owned(),
            kind: text(&["kind"]).unwrap_or("Kustomization").to_owned(),
            namespace: String::new(),
            name: text(&["metadata", "name"]).unwrap_or_default().to_owned(),
        };
        for finding in found.iter_mut().filter(|it| it.object.is_none()) {
            finding.object = Some(kustomization.clone());
            finding.field = document.map(|it| self.node.path_below(it));
        }
        out.extend(found.into_iter().map(|it| read.lift(it)));
    }

    /// Checks only the fields of the patch: the object has the rest.
    fn merge(&self, document: &Document, root: Node<'_>, out: &mut Vec<Finding>) {
        if !root.is_map() {
            let message = "a patch must be a mapping or a list of operations";
            return out.push(problem(root, message.to_owned()));
        }
        let kind = root.get("kind").and_then(Node::as_str);
        let is_list = kind.is_some_and(|it| it.ends_with("List"));
        for (keys, name) in [
            (&["kind"][..], "kind"),
            (&["metadata", "name"], "metadata.name"),
        ] {
            let is_there = root.at(keys).is_some();
            if !is_there && !is_list {
                let message = format!("{name} is missing: kustomize requires it in a patch");
                let help = match self.target {
                    Some(_) => "set any value: the target decides what is patched",
                    None => "set it to that of the patched object",
                };
                out.push(problem(root, message).with_help(help));
                return;
            }
        }
        let Setting { catalog, minors } = self.setting;
        if self.target.is_none()
            && let Some(finding) = check_identity(catalog, document).pop()
        {
            return out.push(finding);
        }
        for resource in resources(document, "", |_, _| Scope::Namespaced) {
            let first = out.len();
            validate::check(catalog, minors, &resource, out);
            let of_patch = |it: &Finding| !is_of_validation(it.rule) && it.rule != "api-deprecated";
            let found = out.split_off(first);
            out.extend(found.into_iter().filter(of_patch));
        }
    }

    fn operations(&self, root: Node<'_>, out: &mut Vec<Finding>) {
        if self.target.is_none() {
            let message = "a JSON 6902 patch needs a `target`";
            let help = "add a `target` that selects the objects";
            let first = root.items().next().unwrap_or(root);
            out.push(problem(first, message.to_owned()).with_help(help));
        }
        let types = self.types();
        for operation in root.items() {
            if !operation.is_map() {
                let message = "an operation must be a mapping with `op` and `path`".to_owned();
                out.push(problem(operation, message));
                continue;
            }
            self.operation(operation, &types, out);
        }
    }

    fn operation(&self, operation: Node<'_>, types: &[TypeRef<'_>], out: &mut Vec<Finding>) {
        let Some(op) = operation.get("op") else {
            return out.push(problem(operation, "op is missing".to_owned()));
        };
        let Some(name) = op.as_str().filter(|it| OPERATIONS.contains(it)) else {
            let message = format!("unknown operation `{}`", op.raw());
            let guess = op.as_str().and_then(|it| nearest(it, OPERATIONS));
            let help = match guess {
                Some(guess) => format!("did you mean `{guess}`?"),
                None => format!("use one of {}", OPERATIONS.join(", ")),
            };
            return out.push(problem(op, message).with_help(help));
        };
        let mut pointers = vec!["path"];
        pointers.extend(matches!(name, "move" | "copy").then_some("from"));
        for key in pointers {
            match operation.get(key) {
                None => out.push(problem(operation, format!("{key} is missing"))),
                Some(at) => pointer(at, types, out),
            }
        }
        let wants_value = matches!(name, "add" | "replace" | "test");
        if wants_value && operation.entry("value").is_none() {
            out.push(problem(operation, format!("{name} needs a value")));
        }
    }

    /// The types that the target may have; none if that is unknown.
    fn types(&self) -> Vec<TypeRef<'_>> {
        let text = |key: &str| self.target?.get(key)?.as_str();
        let Some(kind) = text("kind") else {
            return Vec::new();
        };
        let fits = |key: &str, is: &str| text(key).is_none_or(|it| it == is);
        let catalog: &Catalog = self.setting.catalog;
        let kinds = catalog.kinds().filter(|it| {
            it.name() == kind && fits("group", it.group()) && fits("version", it.version())
        });
        kinds
            .filter_map(|it| it.type_in(self.setting.minors.high()))
            .collect()
    }
}

/// Checks what a pointer refers to, in any of the types that the object may have.
fn pointer(at: Node<'_>, types: &[TypeRef<'_>], out: &mut Vec<Finding>) {
    let text = match at.value() {
        Value::Str(text) if text.is_empty() || text.starts_with('/') => text,
        _ => {
            let message = format!("{} is not a JSON pointer", at.raw());
            return out.push(problem(at, message).with_help("start it with `/`"));
        }
    };
    let lost: Vec<Lost> = types.iter().map_while(|it| walk(*it, text)).collect();
    if let Some(first) = lost.first().filter(|_| lost.len() == types.len()) {
        let mut finding = problem(at, first.message.clone());
        finding.rule = "unknown-field";
        finding.help = first
            .guess
            .as_ref()
            .map(|it| format!("did you mean `{it}`?"));
        out.push(finding);
    }
}

/// Why a pointer leads nowhere.
struct Lost {
    message: String,
    guess: Option<String>,
}

fn walk(top: TypeRef<'_>, pointer: &str) -> Option<Lost> {
    let mut at = top;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let lost = |message: String| {
            Some(Lost {
                message,
                guess: None,
            })
        };
        at = match at.shape() {
            Shape::Object(object) => match object.field(&step) {
                Some(field) => field.value_type(),
                None => {
                    let names = object.fields().map(|it| it.name());
                    let guess = nearest(&step, names).map(str::to_owned);
                    let message = format!("unknown field {step:?}");
                    return Some(Lost { message, guess });
                }
            },
            Shape::Map(element) => element,
            Shape::List(list) => {
                let is_index = !step.is_empty() && step.bytes().all(|it| it.is_ascii_digit());
                if !is_index && step != "-" {
                    return lost(format!("{step:?} is not a list index"));
                }
                list.element()
            }
            Shape::Any
            | Shape::SchemaOrBool(_)
            | Shape::SchemaOrArray(_)
            | Shape::SchemaOrStrings(_) => return None,
            _ => return lost(format!("there is no {step:?} in {}", at.describe())),
        };
    }
    None
}
