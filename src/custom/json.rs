//! A value against a JSON Schema file. What is said of it is in the words that the
//! API server has for the same things in its own schemas.

use super::lists::repeated;
use super::path::Path;
use super::problem::{Problem, shown};
use crate::schema::json::{Id, Keyword, Properties};
use crate::schema::{Data, Item, JsonSchema};
use std::borrow::Cow;
use std::fmt::Write as _;

mod scalars;

/// Problems of one value; more would only say the same again.
const PROBLEMS: usize = 500;
/// Schemas that one object is checked against. Alternatives that refer to one another
/// can double the work at each level.
const EFFORT: u32 = 1_000_000;
/// Schemas within schemas: the stack must not be exhausted.
const DEPTH: u32 = 400;

/// Checks `item` against all that `schema` asks. A null is as good as nothing where
/// `drops_nulls`, as for the server, unless it is a value that the schema knows.
pub(crate) fn check<'a>(
    item: &Item<'a>,
    schema: &JsonSchema,
    drops_nulls: bool,
) -> Vec<Problem<'a>> {
    let mut walk = Validation {
        schema,
        drops_nulls,
        effort: EFFORT,
        depth: 0,
        stopped: None,
    };
    let mut problems = walk.value(item, 0, &Path::TOP, None).problems;
    problems.retain(|it| it.rule != super::GAP);
    if let Some(reason) = walk.stopped {
        problems.push(Problem::gap(item, reason));
    }
    let gaps = &schema.gaps;
    if let Some(first) = gaps.first() {
        let more = match gaps.len() {
            1 => String::new(),
            count => format!(", and {} more", count - 1),
        };
        problems.push(Problem::gap(item, &format!("{first}{more}")));
    }
    problems
}

/// What came of a schema.
#[derive(Default)]
struct Outcome<'a> {
    problems: Vec<Problem<'a>>,
    /// Which entries or items of the value were looked at; empty for none.
    seen: Vec<bool>,
}

impl<'a> Outcome<'a> {
    fn add(&mut self, problem: Problem<'a>) {
        if self.problems.len() < PROBLEMS {
            self.problems.push(problem);
        }
    }

    fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }

    fn see(&mut self, index: usize) {
        if self.seen.len() <= index {
            self.seen.resize(index + 1, false);
        }
        self.seen[index] = true;
    }

    fn has_seen(&self, index: usize) -> bool {
        self.seen.get(index).copied().unwrap_or(false)
    }

    /// Takes over what a schema for a part of the value says.
    fn part(&mut self, other: Self) {
        other.problems.into_iter().for_each(|it| self.add(it));
    }

    /// Takes over what another schema for the same value says.
    fn same(&mut self, mut other: Self) {
        let problems = std::mem::take(&mut other.problems);
        if problems.is_empty() {
            self.look(&other);
        }
        problems.into_iter().for_each(|it| self.add(it));
    }

    /// Takes over what another one looked at.
    fn look(&mut self, other: &Self) {
        (0..other.seen.len())
            .filter(|it| other.seen[*it])
            .for_each(|it| self.see(it));
    }
}

/// The schemas that one value is checked against at once, each within the next.
#[derive(Clone, Copy)]
struct Trail<'t> {
    id: Id,
    before: Option<&'t Trail<'t>>,
}

struct Validation<'s> {
    schema: &'s JsonSchema,
    drops_nulls: bool,
    effort: u32,
    depth: u32,
    /// Why not all was checked.
    stopped: Option<&'static str>,
}

impl<'s> Validation<'s> {
    /// `before` are the schemas that the same value is checked against already.
    fn value<'a>(
        &mut self,
        item: &Item<'a>,
        id: Id,
        path: &Path<'_>,
        before: Option<&Trail<'_>>,
    ) -> Outcome<'a> {
        let mut out = Outcome::default();
        let mut above = std::iter::successors(before, |it| it.before);
        if above.any(|it| it.id == id) {
            self.stopped = Some("it refers to itself endlessly");
            out.add(Problem::gap(item, "it refers to itself endlessly"));
        } else if self.depth >= DEPTH {
            self.stopped = Some("it is nested too deeply");
        } else if self.effort == 0 {
            self.stopped = Some("it has too many alternatives");
        } else {
            self.effort -= 1;
            self.depth += 1;
            let trail = Trail { id, before };
            for keyword in self.schema.keywords(id) {
                self.keyword(item, (id, keyword), path, &trail, &mut out);
            }
            self.depth -= 1;
        }
        out
    }

    fn keyword<'a>(
        &mut self,
        item: &Item<'a>,
        (id, keyword): (Id, &'s Keyword),
        path: &Path<'_>,
        trail: &Trail<'_>,
        out: &mut Outcome<'a>,
    ) {
        let is_map = matches!(item.data, Data::Map(_));
        let trail = Some(trail);
        match keyword {
            Keyword::Ref(other) => out.same(self.value(item, *other, path, trail)),
            Keyword::All(all) => {
                for other in all {
                    out.same(self.value(item, *other, path, trail));
                }
            }
            Keyword::Any(all) => self.any(item, all, path, trail, out),
            Keyword::One(all) => self.one(item, all, path, trail, out),
            Keyword::Not(other) => {
                if self.value(item, *other, path, trail).is_valid() {
                    out.add(invalid(path, item, "must not validate the schema (not)"));
                }
            }
            Keyword::If(condition, then, otherwise) => {
                let holds = self.value(item, *condition, path, trail);
                if holds.is_valid() {
                    out.look(&holds);
                }
                let next = if holds.is_valid() { then } else { otherwise };
                if let Some(next) = next {
                    out.same(self.value(item, *next, path, trail));
                }
            }
            Keyword::NeedsSchema(name, other) => {
                if is_map && item.get(name).is_some() {
                    out.same(self.value(item, *other, path, trail));
                }
            }
            _ => self.part(item, (id, keyword), path, out),
        }
    }

    /// The keywords that look into the value, or only at it.
    fn part<'a>(
        &mut self,
        item: &Item<'a>,
        (id, keyword): (Id, &'s Keyword),
        path: &Path<'_>,
        out: &mut Outcome<'a>,
    ) {
        let is_map = matches!(item.data, Data::Map(_));
        match keyword {
            Keyword::NeedsEntries(name, others) => {
                if is_map && item.get(name).is_some() {
                    let missing = others.iter().filter(|it| item.get(it).is_none());
                    for other in missing {
                        let message = format!("Required value: must be given where {name} is");
                        out.add(required(path, item, other, message));
                    }
                }
            }
            Keyword::Required(names) if is_map => {
                for name in names {
                    if !self.has(item, id, name) {
                        out.add(required(path, item, name, "Required value".to_owned()));
                    }
                }
            }
            Keyword::Properties(properties) if is_map => {
                self.properties(item, properties, path, out);
            }
            Keyword::RestOfMap(other) if is_map => {
                let rest = Properties {
                    rest: Some(*other),
                    ..Properties::default()
                };
                self.properties(item, &rest, path, out);
            }
            Keyword::Names(other) if is_map => self.names(item, *other, path, out),
            _ => match &item.data {
                Data::List(items) => self.list(item, items, keyword, path, out),
                _ => scalars::check(item, keyword, path, out),
            },
        }
    }

    /// Whether a mapping has an entry; a null that its schema does not know is none.
    fn has(&mut self, item: &Item<'_>, id: Id, name: &str) -> bool {
        let Some(value) = item.get(name) else {
            return false;
        };
        let known = self.schema.keywords(id).iter().find_map(|it| match it {
            Keyword::Properties(properties) => properties.named.get(name).copied(),
            _ => None,
        });
        let is_null = self.drops_nulls && value.data == Data::Null;
        !is_null || known.is_none_or(|it| self.value(value, it, &Path::TOP, None).is_valid())
    }

    fn properties<'a>(
        &mut self,
        item: &Item<'a>,
        properties: &Properties,
        path: &Path<'_>,
        out: &mut Outcome<'a>,
    ) {
        let is_rest = properties.named.is_empty() && properties.patterns.is_empty();
        for (index, field) in item.fields().iter().enumerate() {
            let name = field.name.as_ref();
            let named = properties.named.get(name).copied();
            let matching = |it: &&(_, Id)| is_match(&it.0, name);
            let patterns = properties.patterns.iter().filter(matching);
            let mut ids: Vec<Id> = named.into_iter().chain(patterns.map(|it| it.1)).collect();
            if ids.is_empty()
                && let Some(rest) = properties
                    .rest
                    .filter(|_| !(is_rest && out.has_seen(index)))
            {
                if matches!(self.schema.keywords(rest), [Keyword::Never]) {
                    let known = properties.named.keys().map(AsRef::as_ref);
                    out.add(Problem::unknown_field(path, item, field, known));
                    continue;
                }
                ids.push(rest);
            }
            if self.schema.asks_for_rest && !ids.is_empty() {
                out.see(index);
            }
            let at = match named {
                Some(_) => path.field(name),
                None => path.key(name),
            };
            for id in ids {
                let found = self.value(&field.item, id, &at, None);
                let is_dropped = self.drops_nulls && field.item.data == Data::Null;
                if !is_dropped {
                    out.part(found);
                }
            }
        }
    }

    fn names<'a>(&mut self, item: &Item<'a>, id: Id, path: &Path<'_>, out: &mut Outcome<'a>) {
        for field in item.fields() {
            let node = field.item.node;
            let name = Item {
                node: node.key().unwrap_or(node),
                data: Data::Str(Cow::Owned(field.name.to_string())),
            };
            out.part(self.value(&name, id, &path.key(&field.name), None));
        }
    }

    fn list<'a>(
        &mut self,
        item: &Item<'a>,
        items: &[Item<'a>],
        keyword: &Keyword,
        path: &Path<'_>,
        out: &mut Outcome<'a>,
    ) {
        match keyword {
            Keyword::Items(first, rest) => {
                for (index, value) in items.iter().enumerate() {
                    let Some(id) = first.get(index).copied().or(*rest) else {
                        continue;
                    };
                    if self.schema.asks_for_rest {
                        out.see(index);
                    }
                    out.part(self.value(value, id, &path.index(index), None));
                }
            }
            Keyword::RestOfList(id) => {
                for (index, value) in items.iter().enumerate() {
                    if !out.has_seen(index) {
                        out.part(self.value(value, *id, &path.index(index), None));
                        out.see(index);
                    }
                }
            }
            Keyword::Contains(id, least, most, looks) => {
                let mut count = 0;
                for (index, value) in items.iter().enumerate() {
                    let found = self.value(value, *id, &path.index(index), None);
                    if found.is_valid() {
                        count += 1;
                        if *looks {
                            out.see(index);
                        }
                    }
                }
                contained(item, count, (*least, *most), path, out);
            }
            Keyword::Unique if !repeated(items).is_empty() => {
                let detail = "shouldn't contain duplicates";
                out.add(Problem::of_schema(
                    "api-invalid",
                    path,
                    item,
                    "\"\"",
                    detail,
                ));
            }
            _ => scalars::check(item, keyword, path, out),
        }
    }

    fn any<'a>(
        &mut self,
        item: &Item<'a>,
        all: &[Id],
        path: &Path<'_>,
        trail: Option<&Trail<'_>>,
        out: &mut Outcome<'a>,
    ) {
        let found = all.iter().map(|it| self.value(item, *it, path, trail));
        let found: Vec<Outcome<'a>> = found.collect();
        if !found.iter().any(Outcome::is_valid) {
            let detail = "must validate at least one schema (anyOf)";
            out.add(invalid(path, item, detail));
            nearest(found).into_iter().for_each(|it| out.part(it));
            return;
        }
        for one in found.iter().filter(|it| it.is_valid()) {
            out.look(one);
        }
    }

    fn one<'a>(
        &mut self,
        item: &Item<'a>,
        all: &[Id],
        path: &Path<'_>,
        trail: Option<&Trail<'_>>,
        out: &mut Outcome<'a>,
    ) {
        let found = all.iter().map(|it| self.value(item, *it, path, trail));
        let mut found: Vec<Outcome<'a>> = found.collect();
        let valid: Vec<usize> = (0..found.len())
            .filter(|it| found[*it].is_valid())
            .collect();
        if let [only] = valid[..] {
            return out.same(found.swap_remove(only));
        }
        let mut detail = "must validate one and only one schema (oneOf). Found ".to_owned();
        let _ = match valid.len() {
            0 => write!(detail, "none valid"),
            many => write!(detail, "{many} valid alternatives"),
        };
        out.add(invalid(path, item, &detail));
        if valid.is_empty() {
            nearest(found).into_iter().for_each(|it| out.part(it));
        }
    }
}

/// Whether as many items as are wanted are what `contains` asks for.
fn contained<'a>(
    item: &Item<'a>,
    count: i64,
    (least, most): (i64, Option<i64>),
    path: &Path<'_>,
    out: &mut Outcome<'a>,
) {
    let mut wrong = |bound: &str, count: i64| {
        let detail = format!("should have at {bound} {count} items as in contains");
        out.add(invalid(path, item, &detail));
    };
    if count < least {
        wrong("least", least);
    }
    if let Some(most) = most.filter(|most| count > *most) {
        wrong("most", most);
    }
}

/// Of alternatives that fail the one with the least against it: that one was meant.
fn nearest(found: Vec<Outcome<'_>>) -> Option<Outcome<'_>> {
    found.into_iter().min_by_key(|it| it.problems.len())
}

fn is_match(pattern: &crate::kube::pattern::Pattern, text: &str) -> bool {
    pattern.is_match(text) == Some(true)
}

fn required<'a>(path: &Path<'_>, item: &Item<'a>, name: &str, message: String) -> Problem<'a> {
    let field = path.key(name).in_schema();
    Problem {
        rule: "api-required",
        said: format!("{field} in body is required"),
        field: field.trim_start_matches('.').to_owned(),
        node: item.node,
        message,
        guess: None,
    }
}

/// The name of the type of a value, as messages have it.
fn type_of(data: &Data<'_>) -> &'static str {
    match data {
        Data::Null => "null",
        Data::Bool(_) => "boolean",
        Data::Int(_) => "integer",
        Data::Float(_) => "number",
        Data::Str(_) => "string",
        Data::List(_) => "array",
        Data::Map(_) => "object",
    }
}

/// A problem of the value itself.
fn invalid<'a>(path: &Path<'_>, item: &Item<'a>, detail: &str) -> Problem<'a> {
    match item.data {
        Data::List(_) | Data::Map(_) => {
            let value = format!("\"{}\"", type_of(&item.data));
            Problem::of_schema("api-invalid", path, item, &value, detail)
        }
        _ => Problem::of_schema("api-invalid", path, item, &shown(item), detail),
    }
}
