//! A JSON Schema file, as it is written, to a [`JsonSchema`].
//!
//! Each schema is compiled by itself and its parts are put on a list, so that
//! neither depth nor a reference to itself matters. What cannot be read becomes a
//! gap: a keyword skipped in silence would look like one that holds.

use super::refer::{Files, Load, NodeId};
use super::{Bound, Id, JsonSchema, Keyword, Properties, Types};
use crate::kube::pattern::Pattern;
use crate::parse::{Document, Node, Value};
use crate::schema::compile::{is_known_format, json};
use rustc_hash::FxHashMap;
use serde_json::{Number, Value as Json};
use std::sync::Arc;

/// Schemas of one kind; the largest known has some ten thousand.
const SCHEMAS: usize = 1_000_000;
/// Integral floats below it are integers.
const LARGE: f64 = 9.2e18;
/// Gaps that are told of.
const GAPS: usize = 20;
/// Formats that are checked beside those that the API server knows.
const FORMATS: [&str; 5] = ["int32", "int64", "time", "regex", "json-pointer"];

impl JsonSchema {
    /// The schema in the file at `path`; `load` reads the files that it refers to.
    #[must_use]
    pub fn compile(path: &str, document: Arc<Document>, load: Load<'_>) -> Self {
        let mut compiler = Compiler {
            files: Files::new(path, document, load),
            places: Vec::new(),
            known: FxHashMap::default(),
            made: Self::default(),
        };
        compiler.id((0, 0));
        while let Some(&place) = compiler.places.get(compiler.made.schemas.len()) {
            let keywords = compiler.schema(place);
            compiler.made.schemas.push(keywords);
        }
        compiler.made
    }
}

struct Compiler<'l> {
    files: Files<'l>,
    /// Where each schema is, by its number.
    places: Vec<NodeId>,
    known: FxHashMap<NodeId, Id>,
    made: JsonSchema,
}

impl Compiler<'_> {
    /// The number of the schema at a place, which is compiled later.
    fn id(&mut self, place: NodeId) -> Id {
        let next = Id::try_from(self.places.len()).unwrap_or(Id::MAX);
        let places = &mut self.places;
        *self.known.entry(place).or_insert_with(|| {
            places.push(place);
            next
        })
    }

    fn schema(&mut self, (file, node): NodeId) -> Vec<Keyword> {
        let document = self.files.document(file);
        let node = document.as_deref().and_then(|it| it.node(node));
        match node.map(|it| (it, it.value())) {
            Some((_, Value::Bool(false))) => vec![Keyword::Never],
            Some((node, Value::Map(_))) if self.places.len() <= SCHEMAS => Reader {
                compiler: self,
                file,
                node,
            }
            .keywords(),
            Some((_, Value::Bool(true))) => Vec::new(),
            Some((node, _)) => {
                self.gap(file, node, "is not a schema");
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn gap(&mut self, file: usize, at: Node<'_>, what: &str) {
        if self.made.gaps.len() < GAPS {
            let path = self.files.path(file);
            let place = at.path();
            let of = if place.is_empty() { "" } else { " of " };
            self.made.gaps.push(format!("{place}{of}{path} {what}"));
        }
    }
}

/// Reads one schema.
struct Reader<'c, 'l, 'a> {
    compiler: &'c mut Compiler<'l>,
    file: usize,
    node: Node<'a>,
}

impl<'a> Reader<'_, '_, 'a> {
    fn keywords(mut self) -> Vec<Keyword> {
        let mut found = Vec::new();
        // Before 2019 a reference stood for the whole schema that it is in.
        let reference = self.node.get("$ref");
        if reference.is_some() && self.is_of_old_draft() {
            self.reference(reference, &mut found);
            return found;
        }
        for entry in self.node.entries() {
            self.single(entry.name(), entry.value, &mut found);
        }
        self.bounds(&mut found);
        self.properties(&mut found);
        self.items(&mut found);
        self.condition(&mut found);
        for (key, make) in [
            (
                "unevaluatedProperties",
                Keyword::RestOfMap as fn(Id) -> Keyword,
            ),
            ("unevaluatedItems", Keyword::RestOfList),
        ] {
            if let Some(at) = self.node.get(key) {
                found.push(make(self.sub(at)));
                self.compiler.made.asks_for_rest = true;
            }
        }
        found
    }

    fn draft(&self) -> &'a str {
        let root = self.node.document().root();
        let draft = root.and_then(|it| it.get("$schema"));
        draft.and_then(Node::as_str).unwrap_or_default()
    }

    fn is_of_old_draft(&self) -> bool {
        let draft = self.draft();
        ["draft-03", "draft-04", "draft-06", "draft-07"]
            .iter()
            .any(|it| draft.contains(it))
    }

    /// The keywords that mean something by themselves.
    fn single(&mut self, name: &str, at: Node<'a>, found: &mut Vec<Keyword>) {
        let count = |make: fn(i64) -> Keyword| whole(at).map(make);
        let made = match name {
            "$ref" | "$dynamicRef" | "$recursiveRef" => return self.reference(Some(at), found),
            "type" => types(at, self.node).map(Keyword::Type),
            // An allowed null need not be among the listed values.
            "enum" => at.is_seq().then(|| Keyword::Enum(values(at, self.node))),
            "const" => json(at).map(|it| Keyword::Enum(vec![normal(it)])),
            "multipleOf" => bound(at)
                .filter(|it| !matches!(it, Bound::Int(0)))
                .map(Keyword::MultipleOf),
            "minLength" => count(Keyword::MinLength),
            "maxLength" => count(Keyword::MaxLength),
            "minItems" => count(Keyword::MinItems),
            "maxItems" => count(Keyword::MaxItems),
            "minProperties" => count(Keyword::MinProperties),
            "maxProperties" => count(Keyword::MaxProperties),
            "pattern" => self.pattern(at).map(Keyword::Pattern),
            "format" => match at.as_str() {
                Some(it) if is_known_format(it) || FORMATS.contains(&it) => {
                    Some(Keyword::Format(it.into()))
                }
                // What no one knows holds for everything, as JSON Schema has it.
                Some(_) => return,
                None => None,
            },
            "uniqueItems" => match at.as_bool() {
                Some(false) => return,
                unique => unique.map(|_| Keyword::Unique),
            },
            // Up to draft 3 it stood at the field itself.
            "required" if at.as_bool().is_some() => return,
            "required" => at.is_seq().then(|| Keyword::Required(texts(at))),
            "propertyNames" => Some(Keyword::Names(self.sub(at))),
            "allOf" => Some(Keyword::All(self.subs(at))),
            "anyOf" => Some(Keyword::Any(self.subs(at))),
            "oneOf" => Some(Keyword::One(self.subs(at))),
            "not" => Some(Keyword::Not(self.sub(at))),
            "contains" => {
                let bound = |key| self.node.get(key).and_then(whole);
                let (least, most) = (bound("minContains"), bound("maxContains"));
                let looks = !self.draft().contains("2019-09");
                let least = least.unwrap_or(1);
                Some(Keyword::Contains(self.sub(at), least, most, looks))
            }
            "dependencies" | "dependentRequired" | "dependentSchemas" => {
                return self.dependencies(at, found);
            }
            "$vocabulary" | "extends" | "disallow" | "divisibleBy" => None,
            _ => return,
        };
        match made {
            Some(made) => found.push(made),
            None => self.unread(name, at),
        }
    }

    fn unread(&mut self, name: &str, at: Node<'a>) {
        let value = at.head().text(at.document().text());
        let what = format!("has a {name:?} that cannot be read: {value}");
        self.compiler.gap(self.file, self.node, &what);
    }

    fn sub(&mut self, at: Node<'a>) -> Id {
        self.compiler.id((self.file, at.id()))
    }

    fn subs(&mut self, at: Node<'a>) -> Vec<Id> {
        at.items().map(|it| self.sub(it)).collect()
    }

    fn pattern(&mut self, at: Node<'a>) -> Option<Pattern> {
        let pattern = Pattern::new(at.as_str()?);
        pattern.regex().is_some().then_some(pattern)
    }

    fn reference(&mut self, at: Option<Node<'a>>, found: &mut Vec<Keyword>) {
        let Some(at) = at else { return };
        let Some(text) = at.as_str() else {
            return self.unread("$ref", at);
        };
        match self.compiler.files.follow(self.file, self.node, text) {
            Ok(place) => found.push(Keyword::Ref(self.compiler.id(place))),
            Err(reason) => {
                let what = format!("refers to {text:?}: {reason}");
                self.compiler.gap(self.file, self.node, &what);
            }
        }
    }

    /// Exclusive bounds are numbers, or up to draft 4 say what the others are.
    fn bounds(&mut self, found: &mut Vec<Keyword>) {
        for (plain, exclusive, make) in [
            (
                "minimum",
                "exclusiveMinimum",
                Keyword::Minimum as fn(Bound, bool) -> Keyword,
            ),
            ("maximum", "exclusiveMaximum", Keyword::Maximum),
        ] {
            let other = self.node.get(exclusive);
            let is_exclusive = other.and_then(Node::as_bool);
            let numbers = [
                (plain, self.node.get(plain), is_exclusive == Some(true)),
                (exclusive, other.filter(|_| is_exclusive.is_none()), true),
            ];
            for (name, at, beyond) in numbers {
                match at.map(|at| (at, bound(at))) {
                    Some((_, Some(bound))) => found.push(make(bound, beyond)),
                    Some((at, None)) => self.unread(name, at),
                    None => {}
                }
            }
        }
    }

    fn properties(&mut self, found: &mut Vec<Keyword>) {
        let mut made = Properties::default();
        if let Some(at) = self.node.get("properties") {
            for entry in at.entries() {
                made.named
                    .insert(entry.name().into(), self.sub(entry.value));
            }
        }
        for entry in entries(self.node, "patternProperties") {
            let id = self.sub(entry.value);
            match self.pattern(entry.key) {
                Some(pattern) => made.patterns.push((pattern, id)),
                None => self.unread("patternProperties", entry.key),
            }
        }
        let rest = self.node.get("additionalProperties");
        made.rest = rest.map(|it| self.sub(it));
        if made != Properties::default() {
            found.push(Keyword::Properties(Box::new(made)));
        }
    }

    /// A list of schemas is for the first items, under either name.
    fn items(&mut self, found: &mut Vec<Keyword>) {
        let items = self.node.get("items");
        let (first, rest) = match self.node.get("prefixItems") {
            Some(first) => (Some(first), items),
            None if items.is_some_and(Node::is_seq) => (items, self.node.get("additionalItems")),
            None => (None, items),
        };
        if first.is_some() || rest.is_some() {
            let first = first.map_or_else(Vec::new, |it| self.subs(it));
            let rest = rest.map(|it| self.sub(it));
            found.push(Keyword::Items(first, rest));
        }
    }

    fn condition(&mut self, found: &mut Vec<Keyword>) {
        if let Some(condition) = self.node.get("if") {
            let [then, otherwise] = ["then", "else"].map(|key| self.node.get(key));
            let condition = self.sub(condition);
            let then = then.map(|it| self.sub(it));
            let otherwise = otherwise.map(|it| self.sub(it));
            found.push(Keyword::If(condition, then, otherwise));
        }
    }

    fn dependencies(&mut self, at: Node<'a>, found: &mut Vec<Keyword>) {
        for entry in at.entries() {
            let name = entry.name().into();
            found.push(match entry.value.value() {
                Value::Seq(_) => Keyword::NeedsEntries(name, texts(entry.value)),
                Value::Str(other) => Keyword::NeedsEntries(name, vec![other.into()]),
                _ => Keyword::NeedsSchema(name, self.sub(entry.value)),
            });
        }
    }
}

fn entries<'a>(node: Node<'a>, key: &str) -> impl Iterator<Item = crate::parse::Entry<'a>> {
    node.get(key).into_iter().flat_map(Node::entries)
}

fn texts(at: Node<'_>) -> Vec<Box<str>> {
    at.items()
        .filter_map(|it| Some(it.as_str()?.into()))
        .collect()
}

/// `type`, and what OpenAPI and Kubernetes say in words of their own.
fn types(at: Node<'_>, schema: Node<'_>) -> Option<Types> {
    let is_set = |key: &str| schema.get(key).and_then(Node::as_bool) == Some(true);
    let mut types = Types::default();
    let mut add = |it: Node<'_>| it.as_str().is_some_and(|it| it == "any" || types.add(it));
    let is_known = match at.is_seq() {
        true => at.items().all(&mut add),
        false => add(at),
    };
    if at.as_str() == Some("any") {
        Types::NAMES.iter().for_each(|it| _ = types.add(it));
    }
    if is_set("nullable") {
        let _ = types.add("null");
    }
    if is_set("x-kubernetes-int-or-string") {
        let _ = types.add("integer") && types.add("string");
    }
    is_known.then_some(types)
}

fn values(at: Node<'_>, schema: Node<'_>) -> Vec<Json> {
    let nullable = schema.get("nullable").and_then(Node::as_bool) == Some(true);
    let null = nullable.then_some(Json::Null);
    at.items()
        .filter_map(json)
        .map(normal)
        .chain(null)
        .collect()
}

/// A count: an integer, though it may be written as a float.
fn whole(at: Node<'_>) -> Option<i64> {
    match bound(at)? {
        Bound::Int(it) => Some(it),
        Bound::Float(_) => None,
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "within what both hold"
)]
fn bound(at: Node<'_>) -> Option<Bound> {
    Some(match at.value() {
        Value::Int(it) => Bound::Int(it),
        Value::Uint(it) => Bound::Float(it as f64),
        Value::Float(it) if it.fract() == 0.0 && it.abs() < LARGE => Bound::Int(it as i64),
        Value::Float(it) => Bound::Float(it),
        _ => return None,
    })
}

/// A value with integral numbers as integers, as the values are that it is
/// compared with.
#[allow(clippy::cast_possible_truncation, reason = "within what both hold")]
fn normal(value: Json) -> Json {
    match value {
        Json::Number(it) => {
            let float = it
                .as_f64()
                .filter(|it| it.fract() == 0.0 && it.abs() < LARGE);
            match float.filter(|_| it.as_i64().is_none()) {
                Some(float) => Json::Number(Number::from(float as i64)),
                None => Json::Number(it),
            }
        }
        Json::Array(items) => items.into_iter().map(normal).collect(),
        Json::Object(fields) => {
            let each = fields.into_iter().map(|(name, it)| (name, normal(it)));
            Json::Object(each.collect())
        }
        other => other,
    }
}
