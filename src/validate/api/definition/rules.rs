//! `x-kubernetes-validations`: whether the rules of a schema are complete and can
//! be read.

use super::openapi::Walk;
use super::schema::text;
use super::survey::Survey;
use crate::cel::Program;
use crate::parse::Node;
use crate::schema::Schema;
use crate::validate::custom::{self, Path};

/// The types of error that a rule may give.
const REASONS: [&str; 4] = [
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueInvalid",
    "FieldValueRequired",
];

impl<'a> Walk<'_, 'a, '_> {
    /// The rules that stand at `node`.
    pub(super) fn rules(&mut self, node: Node<'a>, path: &Path<'_>, nested: bool) {
        let list = path.field("x-kubernetes-validations");
        let rules = node.get("x-kubernetes-validations");
        let before = self.api.count();
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
        if self.expressions && !nested && self.api.count() == before {
            self.expressions(node, path);
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

    /// Whether the expressions can be read at all; their types are not checked.
    fn expressions(&mut self, node: Node<'a>, path: &Path<'_>) {
        let list = path.field("x-kubernetes-validations");
        let rules = node
            .get("x-kubernetes-validations")
            .into_iter()
            .flat_map(Node::items);
        for (index, rule) in rules.enumerate() {
            let at = list.index(index);
            for key in ["rule", "messageExpression"] {
                let Some(it) = rule
                    .get(key)
                    .filter(|it| it.as_str().is_some_and(|it| !it.trim().is_empty()))
                else {
                    continue;
                };
                let program = Program::new(it.as_str().unwrap_or_default());
                match program {
                    Err(error) => {
                        let message = format!(
                            "Invalid value: compilation failed: ERROR: {}",
                            error.message
                        );
                        self.push("api-invalid", it, &at.field(key), message);
                    }
                    Ok(program) if key == "rule" && !program.uses_old_self() => {
                        if let Some(it) = rule.get("optionalOldSelf") {
                            let detail = "may not be set if oldSelf is not used in rule";
                            let message = format!("Invalid value: {}: {detail}", it.raw());
                            self.push("api-invalid", it, &at.field("optionalOldSelf"), message);
                        }
                    }
                    Ok(_) => {}
                }
            }
        }
    }
}
