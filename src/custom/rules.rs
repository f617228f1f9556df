//! The rules of a definition: `x-kubernetes-validations`.

use super::correlate::{Correlated, counterpart};
use super::path::Path;
use super::problem::{Problem, go_type, shown};
use crate::cel::{Programs, Stop, Subject};
use crate::kube::go::Quoted;
use crate::schema::{Data, Item, Kind, Rule, Schema};
use std::fmt::Write as _;

/// Steps that all rules of one object may take together; the server's own limit
/// is of the same size.
const BUDGET: u64 = 10_000_000;
/// Longest message that an expression may make, in bytes.
const MESSAGE: usize = 5 * 1024;

/// Evaluates all rules for `item` and what is in it; `was` is the object that it
/// takes the place of.
pub(super) fn check<'a>(
    item: &Item<'a>,
    schema: &Schema,
    programs: &Programs,
    was: Option<Correlated<'_>>,
    out: &mut Vec<Problem<'a>>,
) {
    let mut walk = RuleRun {
        programs,
        budget: BUDGET,
        out,
    };
    let before = Before {
        value: was.map(|it| it.old),
        own: was,
        above: None,
    };
    walk.value(item, (schema, schema), &Path::TOP, before);
}

/// What is known of a value before an update.
#[derive(Clone, Copy, Default)]
struct Before<'i> {
    /// The value for `oldSelf`.
    value: Option<&'i Item<'i>>,
    /// The value with its predecessor, where the schema has both.
    own: Option<Correlated<'i>>,
    /// The nearest value around that has one.
    above: Option<Correlated<'i>>,
}

impl<'i> Before<'i> {
    /// Whether what is wrong here was so before.
    fn is_same(&self) -> bool {
        self.own.or(self.above).is_some_and(Correlated::is_same)
    }

    fn key(self, name: &str) -> Self {
        let value = self.value.and_then(|it| it.get(name));
        match self.own {
            None => Self { value, ..self },
            Some(_) if self.above.is_none() && matches!(name, "apiVersion" | "kind") => Self {
                value,
                ..Self::default()
            },
            Some(own) => Self {
                value,
                own: own.key(name),
                above: self.own,
            },
        }
    }

    fn index(self, item: &Item<'_>, index: usize, schema: &Schema) -> Self {
        let value = self.value.and_then(|it| counterpart(it, item, schema));
        match self.own {
            None => Self { value, ..self },
            Some(own) => Self {
                value,
                own: own.index(index),
                above: self.own,
            },
        }
    }
}

struct RuleRun<'w, 'a> {
    programs: &'w Programs,
    budget: u64,
    out: &'w mut Vec<Problem<'a>>,
}

impl<'a> RuleRun<'_, 'a> {
    /// Of the two schemas the first is the one whose rules are asked, and the second
    /// the one that says what the value is: they differ inside of `allOf`.
    fn value(
        &mut self,
        item: &Item<'a>,
        (rules, schema): (&Schema, &Schema),
        path: &Path<'_>,
        before: Before<'_>,
    ) {
        if !rules.has_rules || item.data == Data::Null || self.budget == 0 {
            return;
        }
        for rule in &rules.rules {
            self.rule(item, rule, schema, (path, before));
        }
        let junctors = rules.values.as_ref().and_then(|it| it.junctors.as_ref());
        for all_of in junctors.into_iter().flat_map(|it| &it.all_of) {
            let before = Before {
                own: None,
                ..before
            };
            self.value(item, (all_of, schema), path, before);
        }
        match &item.data {
            Data::List(items) => {
                if let (Some(inner), Some(known)) = (&rules.items, &schema.items) {
                    for (index, value) in items.iter().enumerate() {
                        let before = before.index(value, index, rules);
                        self.value(value, (inner, known), &path.index(index), before);
                    }
                }
            }
            Data::Map(fields) => {
                for field in fields {
                    let name = field.name.as_ref();
                    let before = before.key(name);
                    if let (Some(rules), Some(schema)) = (rules.additional(), schema.additional()) {
                        self.value(&field.item, (rules, schema), &path.key(name), before);
                    }
                    let inner = (rules.properties.get(name), schema.properties.get(name));
                    if let (Some(rules), Some(schema)) = inner {
                        self.value(&field.item, (rules, schema), &path.field(name), before);
                    }
                }
            }
            _ => {}
        }
    }

    fn rule(
        &mut self,
        item: &Item<'a>,
        rule: &Rule,
        schema: &Schema,
        (path, before): (&Path<'_>, Before<'_>),
    ) {
        if rule.rule.trim().is_empty() {
            return;
        }
        let Some(program) = self.programs.get(&rule.rule) else {
            return;
        };
        // There is no value before this one to compare with.
        let is_transition = program.uses_old_self();
        if is_transition && !rule.optional_old_self && before.value.is_none() {
            return;
        }
        let subject = Subject {
            item,
            schema,
            old: before.value,
            optional: rule.optional_old_self,
        };
        let wrong = ill_typed(subject, rule, is_transition);
        let held = match wrong {
            Some(reason) => Err(Stop::Error(reason)),
            None => program.holds(subject, &mut self.budget),
        };
        match held {
            Ok(true) => {}
            // What was broken before may stay so.
            Ok(false) if !is_transition && before.is_same() => {}
            Ok(false) => {
                let problem = self.broken(subject, item, rule, path);
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
        subject: Subject<'_>,
        item: &Item<'a>,
        rule: &Rule,
        path: &Path<'_>,
    ) -> Problem<'a> {
        let schema = subject.schema;
        let subject = Subject {
            optional: false,
            ..subject
        };
        let made = rule.message_expression.as_ref().and_then(|text| {
            let program = self.programs.get(text)?;
            if program.uses_old_self() && subject.old.is_none() {
                return None;
            }
            let made = program.text(subject, &mut self.budget).ok()?;
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

/// Why a rule finds a value of a wrong type, if it asks for one.
fn ill_typed(subject: Subject<'_>, rule: &Rule, is_transition: bool) -> Option<String> {
    let asks = |_: &String| rule.rule.replace("oldSelf", "").contains("self");
    let own = mismatch(subject.item, subject.schema).filter(asks);
    let old = subject.old.filter(|_| is_transition && !subject.optional);
    own.or_else(|| mismatch(old?, subject.schema))
}

/// Why a value has none in CEL. Such values are there only where an update leaves
/// them as they are.
fn mismatch(item: &Item<'_>, schema: &Schema) -> Option<String> {
    let data = &item.data;
    let lead = "invalid data, expected";
    if *data == Data::Null {
        let reason = "invalid data, got null for schema with nullable=false";
        return (!schema.nullable).then(|| reason.to_owned());
    }
    if schema.int_or_string {
        let fits = matches!(data, Data::Str(_) | Data::Int(_));
        let wanted = "XIntOrString value to be either a string or integer";
        return (!fits).then(|| format!("{lead} {wanted}"));
    }
    let (fits, wanted) = match schema.kind? {
        Kind::Object if matches!(data, Data::Map(_)) => return None,
        Kind::Array if matches!(data, Data::List(_)) => return None,
        Kind::Object => {
            return Some(format!(
                "{lead} a map for the provided schema with type=object"
            ));
        }
        Kind::Array => {
            return Some(format!(
                "{lead} an array for the provided schema with type=array"
            ));
        }
        Kind::String => (matches!(data, Data::Str(_)), "string"),
        Kind::Boolean => (matches!(data, Data::Bool(_)), "bool"),
        Kind::Integer => {
            let fits = match data {
                Data::Float(it) => it.fract() == 0.0 && it.abs() < 9.2e18,
                data => matches!(data, Data::Int(_)),
            };
            (fits, "int")
        }
        Kind::Number => (matches!(data, Data::Int(_) | Data::Float(_)), "float"),
    };
    (!fits).then(|| format!("{lead} {wanted}, got {}", go_type(data)))
}

/// What the server calls a rule that failed to give a value.
fn told(rule: &Rule) -> &str {
    match rule.message.trim() {
        "" => rule.rule.trim(),
        message => message,
    }
}

/// The path that a `fieldPath` refers to, as the server writes it, and the last
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
pub(super) fn steps(path: &str) -> Vec<String> {
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
