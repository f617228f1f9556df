//! The rules of a definition: `x-kubernetes-validations`.

use super::path::Path;
use super::problem::{Problem, shown};
use crate::cel::{Programs, Stop};
use crate::kube::go::Quoted;
use crate::schema::{Data, Item, Kind, Rule, Schema};
use std::fmt::Write as _;

/// Steps that all rules of one object may take together; the server's own limit
/// is of the same size.
const BUDGET: u64 = 10_000_000;
/// Longest message that an expression may make, in bytes.
const MESSAGE: usize = 5 * 1024;

/// Evaluates all rules for `item` and what is in it.
pub(super) fn check<'a>(
    item: &Item<'a>,
    schema: &Schema,
    programs: &Programs,
    out: &mut Vec<Problem<'a>>,
) {
    let mut walk = Walk {
        programs,
        budget: BUDGET,
        out,
    };
    walk.value(item, schema, schema, &Path::TOP);
}

struct Walk<'w, 'a> {
    programs: &'w Programs,
    budget: u64,
    out: &'w mut Vec<Problem<'a>>,
}

impl<'a> Walk<'_, 'a> {
    /// `rules` is the schema whose rules are asked, `schema` the one that says
    /// what the value is: they differ inside of `allOf`.
    fn value(&mut self, item: &Item<'a>, rules: &Schema, schema: &Schema, path: &Path<'_>) {
        if !rules.has_rules || item.data == Data::Null || self.budget == 0 {
            return;
        }
        for rule in &rules.rules {
            self.rule(item, rule, schema, path);
        }
        let junctors = rules.values.as_ref().and_then(|it| it.junctors.as_ref());
        for all_of in junctors.into_iter().flat_map(|it| &it.all_of) {
            self.value(item, all_of, schema, path);
        }
        match &item.data {
            Data::List(items) => {
                if let (Some(rules), Some(schema)) = (&rules.items, &schema.items) {
                    for (index, value) in items.iter().enumerate() {
                        self.value(value, rules, schema, &path.index(index));
                    }
                }
            }
            Data::Map(fields) => {
                for field in fields {
                    let name = field.name.as_ref();
                    if let (Some(rules), Some(schema)) = (rules.additional(), schema.additional()) {
                        self.value(&field.item, rules, schema, &path.key(name));
                    }
                    let inner = (rules.properties.get(name), schema.properties.get(name));
                    if let (Some(rules), Some(schema)) = inner {
                        self.value(&field.item, rules, schema, &path.field(name));
                    }
                }
            }
            _ => {}
        }
    }

    fn rule(&mut self, item: &Item<'a>, rule: &Rule, schema: &Schema, path: &Path<'_>) {
        if rule.rule.trim().is_empty() {
            return;
        }
        let Some(program) = self.programs.get(&rule.rule) else {
            return;
        };
        // There is no value before this one to compare with.
        if program.uses_old_self() && !rule.optional_old_self {
            return;
        }
        match program.holds(item, schema, &mut self.budget) {
            Ok(true) => {}
            Ok(false) => {
                let problem = self.broken(item, rule, schema, path);
                self.out.push(problem);
            }
            Err(Stop::Error(reason)) => {
                let kind = Quoted(schema.kind.map_or("", Kind::name)).to_string();
                let told = told(rule);
                let message = format!("Invalid value: {kind}: {reason} evaluating rule: {told}");
                self.out
                    .push(Problem::new("api-invalid", path, item, message));
            }
            // An integer where a string was thought of, or the other way round.
            Err(Stop::Overload) if schema.int_or_string => {
                let message = format!(
                    "Invalid value: \"\": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: {}",
                    told(rule)
                );
                self.out
                    .push(Problem::new("api-invalid", path, item, message));
            }
            // What cannot be evaluated here, or not in time, gives no verdict.
            Err(Stop::Overload | Stop::Cost) => {}
        }
    }

    fn broken(
        &mut self,
        item: &Item<'a>,
        rule: &Rule,
        schema: &Schema,
        path: &Path<'_>,
    ) -> Problem<'a> {
        let made = rule.message_expression.as_ref().and_then(|text| {
            let program = self.programs.get(text)?;
            let made = program.text(item, schema, &mut self.budget).ok()?;
            let made = made.trim();
            let fits = !made.is_empty() && made.len() <= MESSAGE && !made.contains('\n');
            fits.then(|| made.to_owned())
        });
        let detail = made.unwrap_or_else(|| match rule.message.trim() {
            "" => format!("failed rule: {}", rule.rule.trim()),
            message => message.to_owned(),
        });
        let value = match schema.kind {
            Some(Kind::Object | Kind::Array) => String::new(),
            _ => format!(": {}", shown(item)),
        };
        let (name, message) = match rule.reason.as_deref() {
            Some("FieldValueForbidden") => ("api-forbidden", format!("Forbidden: {detail}")),
            Some("FieldValueRequired") => ("api-required", format!("Required value: {detail}")),
            Some("FieldValueDuplicate") => ("api-duplicate", format!("Duplicate value{value}")),
            _ => ("api-invalid", format!("Invalid value{value}: {detail}")),
        };
        let mut problem = Problem::new(name, path, item, message);
        let (below, node) = resolve(item, schema, &rule.field_path);
        if !below.is_empty() {
            problem.field = format!("{}{below}", problem.field);
            problem.field = problem.field.trim_start_matches('.').to_owned();
            problem.node = node.node;
        }
        problem
    }
}

/// What the server calls a rule that failed to give a value.
fn told(rule: &Rule) -> &str {
    match rule.message.trim() {
        "" => rule.rule.trim(),
        message => message,
    }
}

/// The path that a `fieldPath` leads to, as the server writes it, and the last
/// value on it that is there.
fn resolve<'i, 'a>(item: &'i Item<'a>, schema: &Schema, path: &str) -> (String, &'i Item<'a>) {
    let (mut text, mut at, mut missing) = (String::new(), item, false);
    let mut schema = Some(schema);
    for name in steps(path) {
        let is_named = schema.is_none_or(|it| !it.properties.is_empty());
        let _ = match is_named {
            true => write!(text, ".{name}"),
            false => write!(text, "[{name}]"),
        };
        match at.get(&name).filter(|_| !missing) {
            Some(inner) => at = inner,
            None => missing = true,
        }
        schema = schema.and_then(|it| it.field(&name));
    }
    (text, at)
}

/// The names in `.a['b'].c`.
fn steps(path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("['") {
            let (name, after) = quoted.split_once("']").unwrap_or((quoted, ""));
            found.push(name.replace("\\'", "'").replace("\\\\", "\\"));
            rest = after;
        } else {
            let bare = rest.strip_prefix('.').unwrap_or(rest);
            let end = bare.find(['.', '[']).unwrap_or(bare.len());
            found.push(bare[..end].to_owned());
            rest = match end {
                0 => bare.get(1..).unwrap_or_default(),
                _ => &bare[end..],
            };
        }
    }
    found
}
