//! `x-kubernetes-validations`: whether the rules of a schema are complete, of the
//! right types, and cheap enough.

use super::openapi::SchemaWalk;
use super::schema::{is_true, text};
use super::survey::Survey;
use crate::cel::{self, Refused, Shape};
use crate::custom::{self, Path};
use crate::kube::go::Quoted;
use crate::parse::Node;
use crate::schema::Schema;
use crate::server::shape;

/// The types of error that a rule may give.
const REASONS: [&str; 4] = [
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueInvalid",
    "FieldValueRequired",
];

/// The release from which there are rules.
const RULES: u8 = 25;
/// Most that one expression, and all of a definition, may cost by the estimate.
const COST: u64 = 10_000_000;
const TOTAL_COST: u64 = 100_000_000;
/// How many of the most expensive expressions are told.
const TOLD: usize = 4;

/// What the rules at a schema see.
#[derive(Clone, Copy)]
pub(super) struct Seen<'s> {
    declared: Declared<'s>,
    /// How many values of the schema an object can hold; any number when `None`.
    count: Option<u64>,
    /// The highest schema above in whose values an old one cannot be told.
    uncorrelated: Option<&'s Path<'s>>,
}

/// What is known of the type of the values.
#[derive(Clone, Copy)]
enum Declared<'s> {
    /// No rule asked for it yet.
    Unasked,
    /// A rule above does not see it.
    Unseen,
    /// Rules can see no such values.
    Hidden,
    Known(&'s Shape),
}

impl<'s> Seen<'s> {
    /// The whole object.
    pub(super) const ROOT: Seen<'static> = Seen {
        declared: Declared::Unasked,
        count: Some(1),
        uncorrelated: None,
    };
    /// What alternatives hold, whose rules are not looked at.
    pub(super) const NOTHING: Seen<'static> = Seen::ROOT;

    /// The declared type of `node`, where it has to be made here.
    pub(super) fn made(
        self,
        node: Node<'_>,
        is_root: bool,
        is_asked: bool,
    ) -> Option<Option<Shape>> {
        let is_asked = is_asked
            && match self.declared {
                Declared::Unasked => has_rules(node),
                Declared::Unseen => true,
                _ => false,
            };
        let is_whole = is_root || is_true(node, "x-kubernetes-embedded-resource");
        is_asked.then(|| Shape::of(node, is_whole))
    }

    /// With what [`Seen::made`] gave.
    pub(super) fn here<'o>(self, own: Option<&'o Option<Shape>>) -> Seen<'o>
    where
        's: 'o,
    {
        Seen {
            declared: match own {
                Some(Some(shape)) => Declared::Known(shape),
                Some(None) => Declared::Hidden,
                None => self.declared,
            },
            ..self
        }
    }

    /// As many as there are values in those of `node`.
    fn counted(self, node: Node<'_>) -> Self {
        let bound = |key: &str| {
            let most = node.get(key).and_then(Node::as_i64)?;
            Some(u64::try_from(most).unwrap_or_default())
        };
        let factor = match text(node, "type") {
            "object" if node.get("additionalProperties").is_some() => bound("maxProperties"),
            "array" => bound("maxItems"),
            _ => Some(1),
        };
        let counts = self.count.zip(factor);
        Self {
            count: counts.map(|(a, b)| a.saturating_mul(b)),
            ..self
        }
    }

    /// What `find` finds in the type.
    fn inside(self, find: impl FnOnce(&'s Shape) -> Option<&'s Shape>) -> Self {
        let declared = match self.declared {
            Declared::Known(shape) => find(shape).map_or(Declared::Unseen, Declared::Known),
            other => other,
        };
        Self { declared, ..self }
    }

    /// The items of `node`.
    pub(super) fn item<'o>(self, node: Node<'_>, path: &'o Path<'o>) -> Seen<'o>
    where
        's: 'o,
    {
        let is_list = text(node, "x-kubernetes-list-type") != "map";
        let inside = self.counted(node).inside(Shape::element);
        Seen {
            uncorrelated: inside.uncorrelated.or(is_list.then_some(path)),
            ..inside
        }
    }

    /// The values of `node`, by keys.
    pub(super) fn value(self, node: Node<'_>) -> Self {
        self.counted(node).inside(Shape::element)
    }

    /// The fields of `node`, of which [`Seen::property`] is one.
    pub(super) fn fields(self, node: Node<'_>) -> Self {
        self.counted(node)
    }

    /// One of [`Seen::fields`].
    pub(super) fn property(self, name: &str) -> Self {
        self.inside(|it| it.property(name))
    }
}

fn has_rules(node: Node<'_>) -> bool {
    let rules = node.get("x-kubernetes-validations");
    rules.is_some_and(|it| it.items().next().is_some())
}

/// What is wrong with the rules of a schema, and what they cost together.
#[derive(Default)]
pub(super) struct Faults<'a> {
    said: Vec<(&'static str, Node<'a>, String, String)>,
    total: u64,
    /// The most expensive expressions, the worst first.
    worst: Vec<(u64, Node<'a>, String)>,
}

impl<'a> Faults<'a> {
    fn push(&mut self, rule: &'static str, node: Node<'a>, path: &Path<'_>, message: String) {
        self.said.push((rule, node, path.in_object(), message));
    }

    /// Notes what an expression costs.
    fn observe(&mut self, node: Node<'a>, path: &Path<'_>, what: &str, cost: u64) {
        if cost > COST {
            let message = format!("Forbidden: {}", exceeding(what, cost, COST));
            self.push("api-forbidden", node, path, message);
        }
        self.total = self.total.saturating_add(cost);
        if cost >= TOTAL_COST / 100 {
            self.worst.push((cost, node, path.in_object()));
            self.worst.sort_by_key(|it| std::cmp::Reverse(it.0));
            self.worst.truncate(TOLD);
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "it is shown with one digit")]
fn exceeding(what: &str, cost: u64, most: u64) -> String {
    let factor = cost as f64 / most as f64;
    let factor = match factor {
        it if it > 100.0 => "more than 100x".to_owned(),
        it if it < 1.5 => format!("{it:.6}x"),
        it => format!("{it:.1}x"),
    };
    format!(
        "{what} exceeds budget by factor of {factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)"
    )
}

/// A rule as the server shows it.
fn shown(rule: Node<'_>) -> String {
    let mut out = String::from("{");
    let names = [
        ("Rule", "rule"),
        ("Message", "message"),
        ("MessageExpression", "messageExpression"),
        ("Reason", "reason"),
        ("FieldPath", "fieldPath"),
    ];
    for (name, key) in names {
        out.push_str(&format!("\"{name}\":"));
        match rule.get(key).and_then(Node::as_str) {
            None if name == "Reason" => out.push_str("null"),
            text => shape::text(text.unwrap_or_default(), &mut out),
        }
        out.push(',');
    }
    let optional = rule.get("optionalOldSelf").and_then(Node::as_bool);
    let optional = optional.map_or("null".to_owned(), |it| it.to_string());
    out.push_str(&format!("\"OptionalOldSelf\":{optional}}}"));
    out
}

impl<'a> SchemaWalk<'_, 'a, '_> {
    /// The rules that are at `node`.
    pub(super) fn rules(&mut self, node: Node<'a>, path: &Path<'_>) {
        let list = path.field("x-kubernetes-validations");
        let rules = node.get("x-kubernetes-validations");
        for (index, rule) in rules.into_iter().flat_map(Node::items).enumerate() {
            let at = list.index(index);
            self.message(rule, &at);
            let made = text(rule, "messageExpression");
            if !made.is_empty() && made.trim().is_empty() {
                let detail = "messageExpression must be non-empty if specified";
                self.required(rule, &at.field("messageExpression"), detail);
            }
            let reason = text(rule, "reason");
            if let Some(it) = rule.get("reason").filter(|_| !REASONS.contains(&reason)) {
                self.unsupported(it, &at.field("reason"), reason, &REASONS);
            }
            if let Some(it) = rule.get("fieldPath") {
                self.field_path(node, it, &at.field("fieldPath"));
            }
        }
    }

    /// The rule and what it says when it is broken.
    fn message(&mut self, rule: Node<'a>, at: &Path<'_>) {
        let (expression, message) = (text(rule, "rule"), text(rule, "message"));
        let place = rule.get("message").unwrap_or(rule);
        let at_message = at.field("message");
        if expression.trim().is_empty() {
            self.required(rule, &at.field("rule"), "rule is not specified");
        } else if !message.is_empty() && message.trim().is_empty() {
            self.invalid(
                place,
                &at_message,
                message,
                "must be non-empty if specified",
            );
        } else if message.trim().contains('\n') {
            self.invalid(place, &at_message, message, "must not contain line breaks");
        } else if expression.trim().contains('\n') && message.trim().is_empty() {
            let detail = "message must be specified if rule contains line breaks";
            self.required(rule, &at_message, detail);
        }
    }

    fn field_path(&mut self, schema: Node<'a>, path: Node<'a>, at: &Path<'_>) {
        let field = path.as_str().unwrap_or_default();
        if field.is_empty() {
            return;
        }
        if field.trim().is_empty() {
            self.invalid(path, at, field, "must be non-empty if specified");
        }
        if field.contains('\n') {
            self.invalid(path, at, field, "must not contain line breaks");
        }
        if Survey::of(schema).is_plain && !custom::is_field_path(&Schema::of(schema), field) {
            self.invalid(path, at, field, "must be a valid path");
        }
    }

    /// The types and the costs of the expressions that are at `node`.
    pub(super) fn expressions(&mut self, node: Node<'a>, path: &Path<'_>, seen: Seen<'_>) {
        // Before they were beta, the server left rules out.
        if !has_rules(node) || self.api.minor_of_expressions() < RULES {
            return;
        }
        let list = path.field("x-kubernetes-validations");
        let rules = node.get("x-kubernetes-validations").into_iter();
        let Declared::Known(shape) = seen.declared else {
            let why = "internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations";
            let message = format!("Internal error: {why}");
            return self.faults.push("api-invalid", node, &list, message);
        };
        for (index, rule) in rules.flat_map(Node::items).enumerate() {
            self.expression(rule, &list.index(index), shape, seen);
        }
    }

    fn expression(&mut self, rule: Node<'a>, at: &Path<'_>, shape: &Shape, seen: Seen<'_>) {
        let Some(node) = rule.get("rule") else { return };
        let expression = text(rule, "rule");
        let is_optional = is_true(rule, "optionalOldSelf");
        let minor = self.api.minor_of_expressions();
        let made = cel::rule(expression, shape, is_optional, minor);
        let at_rule = at.field("rule");
        let ruled = match made {
            Ok(ruled) => Some(ruled),
            Err(Refused::Limit) => return,
            Err(refused) => {
                self.refuse(rule, node, &at_rule, refused, "");
                None
            }
        };
        if let Some(ruled) = ruled {
            self.api.since(ruled.since);
            let count = seen.count.unwrap_or_else(|| shape.cardinality());
            let cost = ruled.cost.saturating_mul(count);
            self.faults
                .observe(node, &at_rule, "estimated rule cost", cost);
            self.told(rule, at, shape, minor);
        }
        if !ruled.is_some_and(|it| it.uses_old_self) {
            if let Some(it) = rule
                .get("optionalOldSelf")
                .filter(|it| it.as_bool().is_some())
            {
                let detail = "may not be set if oldSelf is not used in rule";
                let message = format!("Invalid value: {}: {detail}", it.raw());
                let at = at.field("optionalOldSelf");
                self.faults.push("api-invalid", it, &at, message);
            }
        } else if let Some(path) = seen.uncorrelated {
            let value = Quoted(expression);
            let path = path.in_object();
            let message = format!(
                "Invalid value: {value}: oldSelf cannot be used on the uncorrelatable portion of the schema within {path}"
            );
            self.faults.push("api-invalid", node, &at_rule, message);
        }
    }

    /// What a broken rule says.
    fn told(&mut self, rule: Node<'a>, at: &Path<'_>, shape: &Shape, minor: u8) {
        let key = "messageExpression";
        let at = at.field(key);
        let (Some(node), expression) = (rule.get(key), text(rule, key)) else {
            return;
        };
        if expression.is_empty() {
            return;
        }
        let is_optional = is_true(rule, "optionalOldSelf");
        match cel::message(expression, shape, is_optional, minor) {
            Ok(told) => {
                self.api.since(told.since);
                let what = "estimated messageExpression cost";
                self.faults.observe(node, &at, what, told.cost);
            }
            Err(Refused::Limit) => {}
            Err(refused) => self.refuse(rule, node, &at, refused, "messageExpression "),
        }
    }

    /// An expression that cannot be compiled; `lead` says which it is.
    fn refuse(
        &mut self,
        rule: Node<'a>,
        node: Node<'a>,
        at: &Path<'_>,
        refused: Refused,
        lead: &str,
    ) {
        self.api.since(self.api.minor_of_expressions());
        let detail = match refused {
            Refused::Mistakes(it) => format!("{lead}compilation failed: {it}"),
            Refused::Program(it) if lead.is_empty() => {
                format!("program instantiation failed: {it}")
            }
            Refused::Program(it) => format!("{lead}instantiation failed: {it}"),
            Refused::Type(_) if lead.is_empty() => {
                "cel expression must evaluate to a bool".to_owned()
            }
            Refused::Type(_) => format!("{lead}must evaluate to a string"),
            Refused::Limit => return,
        };
        let message = format!("Invalid value: {}: {detail}", shown(rule));
        self.faults.push("api-invalid", node, at, message);
    }

    /// Reports what was found, and whether all rules together cost too much.
    pub(super) fn tell_faults(&mut self, node: Node<'a>, path: &Path<'_>) {
        let faults = std::mem::take(&mut self.faults);
        for (rule, node, field, message) in faults.said {
            self.api.at_path(rule, node, field, message);
        }
        if faults.total <= TOTAL_COST {
            return;
        }
        for (_, node, field) in faults.worst {
            let message = "Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";
            self.api
                .at_path("api-forbidden", node, field, message.to_owned());
        }
        let what = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
        let message = format!("Forbidden: {}", exceeding(what, faults.total, TOTAL_COST));
        self.api
            .at_path("api-forbidden", node, path.in_object(), message);
    }
}
