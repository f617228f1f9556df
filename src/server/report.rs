//! The findings of this stage, one function for each error type of the API, and
//! the checks that all kinds share.

use super::at::At;
use super::shape::{self, Shape};
use crate::catalog::Minor;
use crate::finding::{Finding, Place, Severity};
use crate::kube::go::Quoted;
use crate::kube::ip::{self, Strictness};
use crate::kube::names::{self, Faults};
use crate::parse::Node;
use crate::resolve::Resource;
use crate::source::Span;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt::{Display, Write as _};
use std::hash::BuildHasher as _;

/// What the server says of a number below zero.
const NEGATIVE: &str = "must be greater than or equal to 0";

/// A check of a name.
pub(crate) type NameCheck = fn(&str) -> Result<(), Faults>;

/// What a validation works in: it takes the findings about one object.
pub(crate) struct Api<'a, 'o> {
    /// The object.
    pub(crate) resource: Resource<'a>,
    /// The release of Kubernetes that judges it.
    minor: Minor,
    /// The oldest release that would judge the same.
    oldest: Cell<u8>,
    out: &'o mut Vec<Finding>,
    first: usize,
    /// By their hash, the findings that were added.
    known: HashSet<u64>,
    /// How many findings are left out, and the rule of the first.
    more: usize,
    more_of: &'static str,
}

/// How many findings of one object are reported one by one.
const MOST: usize = 200;

impl<'a, 'o> Api<'a, 'o> {
    pub(crate) fn new(resource: Resource<'a>, minor: Minor, out: &'o mut Vec<Finding>) -> Self {
        let first = out.len();
        Self {
            resource,
            minor,
            oldest: Cell::new(0),
            out,
            first,
            known: HashSet::new(),
            more: 0,
            more_of: "",
        }
    }

    /// Whether further findings are only counted. Who would compare each item of a list
    /// with each stops then.
    pub(crate) fn is_full(&self) -> bool {
        self.out.len() - self.first >= MOST
    }

    /// Says how many findings were left out.
    pub(crate) fn close(self) {
        if self.more == 0 {
            return;
        }
        let node = self.resource.node;
        let place = Place {
            source: node.document().source(),
            span: node.head(),
        };
        let message = format!("and {} more problems in this object", self.more);
        let mut finding = Finding::new(self.more_of, severity_of(self.more_of), place, message);
        finding.document = node.document().index();
        finding.object = Some(self.resource.reference());
        self.out.push(finding);
    }

    /// How many findings there are so far.
    pub(crate) fn count(&self) -> usize {
        self.out.len() - self.first + self.more
    }

    /// Whether the release is 1.`minor` or later.
    ///
    /// This is the only way to ask: what is asked tells how far the verdict holds.
    pub(crate) fn since(&self, minor: u8) -> bool {
        let is_since = self.minor.number() >= minor;
        if is_since {
            self.oldest.set(self.oldest.get().max(minor));
        }
        is_since
    }

    /// The release whose libraries of expressions are at hand. Who asks says with
    /// [`Api::since`] how far back what it found holds.
    pub(crate) fn minor_of_expressions(&self) -> u8 {
        self.minor.number()
    }

    /// Runs what releases from 1.`minor` on check in addition. Older ones answer
    /// otherwise only to an object of which it says something.
    pub(crate) fn from(&mut self, minor: u8, check: impl FnOnce(&mut Self)) {
        if self.minor.number() < minor {
            return;
        }
        let before = self.count();
        check(self);
        if self.count() > before {
            self.since(minor);
        }
    }

    /// The oldest release whose verdict is the same: older ones answer otherwise
    /// to something that was asked.
    pub(crate) fn oldest_alike(&self) -> Minor {
        Minor::new(self.oldest.get())
    }

    /// The server names some fields otherwise than it reads them: renames in
    /// the paths of the findings from number `first` on.
    pub(crate) fn rename(&mut self, first: usize, from: &str, to: &str) {
        self.rename_where(first, |_| true, [from, to]);
    }

    /// [`Api::rename`] of the paths that it is about.
    pub(crate) fn rename_where(
        &mut self,
        first: usize,
        is: impl Fn(&str) -> bool,
        [from, to]: [&str; 2],
    ) {
        for finding in self.out.iter_mut().skip(self.first + first) {
            if let Some(field) = finding.field.as_mut().filter(|field| is(field)) {
                *field = field.replacen(from, to, 1);
            }
        }
        self.forget();
    }

    /// Says what to do about the findings from number `first` on: for words of the server
    /// that mislead.
    pub(crate) fn help(&mut self, first: usize, help: &str) {
        for finding in self.out.iter_mut().skip(self.first + first) {
            finding.help = Some(help.to_owned());
        }
    }

    /// Takes back the findings about a field from number `first` on.
    pub(crate) fn withdraw(&mut self, first: usize, at: At<'a>) {
        let path = at.path(self.resource.node);
        let mut index = 0;
        let from = self.first + first;
        self.out.retain(|finding| {
            index += 1;
            index <= from || finding.field.as_deref() != Some(&*path)
        });
        self.forget();
    }

    /// [`Api::withdraw`] of a field and of all that it holds.
    pub(crate) fn withdraw_below(&mut self, first: usize, at: At<'a>) {
        let path = at.path(self.resource.node);
        let mut index = 0;
        let from = self.first + first;
        self.out.retain(|finding| {
            index += 1;
            index <= from || !is_within(finding, &path)
        });
        self.forget();
    }

    /// What was taken back or renamed may be said again.
    fn forget(&mut self) {
        let hasher = self.known.hasher().clone();
        let hash = |it: &Finding| hasher.hash_one((it.rule, &it.field, &it.message));
        let known: Vec<u64> = self.out[self.first..].iter().map(hash).collect();
        self.known.clear();
        self.known.extend(known);
    }

    /// Whether there is a finding about a field or about what it holds.
    pub(crate) fn has_below(&self, at: At<'a>) -> bool {
        let path = at.path(self.resource.node);
        let mut said = self.out[self.first..].iter();
        said.any(|finding| is_within(finding, &path))
    }

    /// A finding about `node` under a path of its own.
    pub(crate) fn at_path(
        &mut self,
        rule: &'static str,
        node: Node<'a>,
        field: String,
        message: String,
    ) {
        self.add(rule, (node, node.head()), Some(field), message);
    }

    fn push(&mut self, rule: &'static str, at: At<'a>, message: String) {
        let field = Some(at.path(self.resource.node)).filter(|path| !path.is_empty());
        self.add(rule, at.place(), field, message);
    }

    fn add(
        &mut self,
        rule: &'static str,
        (node, span): (Node<'a>, Span),
        field: Option<String>,
        message: String,
    ) {
        let hash = self.known.hasher().hash_one((rule, &field, &message));
        if !self.known.insert(hash) {
            return;
        }
        if self.is_full() {
            self.more += 1;
            self.more_of = if self.more == 1 { rule } else { self.more_of };
            return;
        }
        let place = Place {
            source: node.document().source(),
            span,
        };
        let mut finding = Finding::new(rule, severity_of(rule), place, message);
        finding.document = node.document().index();
        finding.object = Some(self.resource.reference());
        finding.field = field;
        self.out.push(finding);
    }

    /// A warning about a field, which the server puts before it.
    pub(crate) fn warn(&mut self, at: At<'a>, said: &str) {
        let path = at.path(self.resource.node);
        self.warn_text(at, format!("{path}: {said}"));
    }

    /// [`Api::warn`] where something is written.
    pub(crate) fn warn_if_set(&mut self, at: At<'a>, said: &str) {
        if at.is_set() {
            self.warn(at, said);
        }
    }

    /// A warning in which the server does not name the field, or not in front.
    pub(crate) fn warn_text(&mut self, at: At<'a>, said: String) {
        self.push("api-warning", at, said);
    }

    pub(crate) fn required(&mut self, at: At<'a>, detail: &str) {
        self.push("api-required", at, with_detail("Required value", detail));
    }

    /// What the schema requires too: from 1.36 on it reports first, without a detail.
    pub(crate) fn required_by_schema(&mut self, at: At<'a>, detail: &str) {
        let detail = if self.since(36) { "" } else { detail };
        self.required(at, detail);
    }

    /// [`Api::required_by_schema`] for what the schema forbids.
    pub(crate) fn forbidden_by_schema(&mut self, at: At<'a>, detail: &str) {
        let detail = if self.since(36) { "" } else { detail };
        self.forbidden(at, detail);
    }

    /// [`Api::duplicate`] of an object of a known type.
    pub(crate) fn duplicate_object(&mut self, at: At<'a>, shape: &Shape) {
        self.duplicate(at, shape::json(at, shape));
    }

    /// [`Api::unsupported`] of an object of a known type.
    pub(crate) fn unsupported_object(&mut self, at: At<'a>, shape: &Shape, supported: &[&str]) {
        self.unsupported_shown(at, &shape::json(at, shape), supported);
    }

    pub(crate) fn forbidden(&mut self, at: At<'a>, detail: &str) {
        self.push("api-forbidden", at, with_detail("Forbidden", detail));
    }

    /// A value that is shown as it is: a number, a boolean, JSON.
    pub(crate) fn invalid(&mut self, at: At<'a>, value: impl Display, detail: &str) {
        let head = format!("Invalid value: {value}");
        self.push("api-invalid", at, with_detail(&head, detail));
    }

    /// An invalid value that the server does not show.
    pub(crate) fn invalid_plain(&mut self, at: At<'a>, detail: &str) {
        self.push("api-invalid", at, with_detail("Invalid value", detail));
    }

    /// What the server fails at; it refuses the object too.
    pub(crate) fn internal(&mut self, at: At<'a>, detail: &str) {
        self.push("api-invalid", at, format!("Internal error: {detail}"));
    }

    /// A value that is shown in quotes.
    pub(crate) fn invalid_text(&mut self, at: At<'a>, value: &str, detail: &str) {
        self.invalid(at, Quoted(value), detail);
    }

    /// A list or map of plain values.
    pub(crate) fn invalid_node(&mut self, at: At<'a>, detail: &str) {
        self.invalid_object(at, &Shape::Plain, detail);
    }

    /// An object of a known type.
    pub(crate) fn invalid_object(&mut self, at: At<'a>, shape: &Shape, detail: &str) {
        self.invalid(at, shape::json(at, shape), detail);
    }

    /// [`Api::invalid_object`] that shows another value than the one it points at.
    pub(crate) fn invalid_shown(&mut self, at: At<'a>, shown: At<'a>, shape: &Shape, detail: &str) {
        self.invalid(at, shape::json(shown, shape), detail);
    }

    pub(crate) fn unsupported(&mut self, at: At<'a>, value: &str, supported: &[&str]) {
        self.unsupported_shown(at, &Quoted(value).to_string(), supported);
    }

    /// [`Api::unsupported`] of a value that is shown as it is.
    pub(crate) fn unsupported_shown(&mut self, at: At<'a>, shown: &str, supported: &[&str]) {
        let mut message = format!("Unsupported value: {shown}");
        for (index, one) in supported.iter().enumerate() {
            let lead = if index == 0 {
                ": supported values: "
            } else {
                ", "
            };
            let _ = write!(message, "{lead}{}", Quoted(one));
        }
        self.push("api-unsupported", at, message);
    }

    pub(crate) fn duplicate(&mut self, at: At<'a>, value: impl Display) {
        self.push("api-duplicate", at, format!("Duplicate value: {value}"));
    }

    pub(crate) fn not_found(&mut self, at: At<'a>, value: &str, detail: &str) {
        let head = format!("Not found: {}", Quoted(value));
        self.push("api-not-found", at, with_detail(&head, detail));
    }

    pub(crate) fn too_long(&mut self, at: At<'a>, most: usize) {
        let message = format!("Too long: may not be more than {most} bytes");
        self.push("api-too-long", at, message);
    }

    /// [`Api::too_long`] where the schema says it, in characters.
    pub(crate) fn too_long_by_schema(&mut self, at: At<'a>, most: usize) {
        let message = format!("Too long: may not be more than {most} characters");
        self.push("api-too-long", at, message);
    }

    pub(crate) fn too_many(&mut self, at: At<'a>, count: usize, most: usize) {
        let message = format!("Too many: {count}: must have at most {most} items");
        self.push("api-too-many", at, message);
    }

    pub(crate) fn faults(&mut self, at: At<'a>, value: &str, result: Result<(), Faults>) {
        if let Err(faults) = result {
            for fault in faults.iter() {
                self.invalid_text(at, value, &self.worded(fault));
            }
        }
    }

    /// All that is wrong with a label, in one message.
    pub(crate) fn joined(&self, faults: &Faults) -> String {
        let all: Vec<_> = faults.iter().map(|it| self.worded(it)).collect();
        all.join(";")
    }

    /// What is wrong with a label, as the release puts it.
    fn worded(&self, fault: &'static str) -> Cow<'static, str> {
        const KEY: &str = "a valid label key";
        let is_newer = fault.starts_with(KEY) || fault.ends_with(" bytes");
        if !is_newer || self.since(35) {
            return Cow::Borrowed(fault);
        }
        let older = fault.replacen(KEY, "a qualified name", 1);
        Cow::Owned(older.replacen(" bytes", " characters", 1))
    }

    /// A text that must pass `check`; what is not a string was reported before.
    pub(crate) fn named(&mut self, at: At<'a>, check: NameCheck) {
        if let Some(text) = at.text() {
            self.faults(at, text, check(text));
        }
    }

    /// [`Api::named`] where something is written.
    pub(crate) fn named_if_set(&mut self, at: At<'a>, check: NameCheck) {
        if !at.str().is_empty() {
            self.named(at, check);
        }
    }

    /// A text that must be there and pass `check`.
    pub(crate) fn required_name(&mut self, at: At<'a>, check: NameCheck) {
        if self.required_text(at) {
            self.named(at, check);
        }
    }

    /// Reports a text that is absent or empty; true when there is one.
    pub(crate) fn required_text(&mut self, at: At<'a>) -> bool {
        if at.text() == Some("") {
            self.required(at, "");
        }
        !at.str().is_empty()
    }

    /// A text that must be one of `supported`; absent it counts as `default`.
    pub(crate) fn one_of(&mut self, at: At<'a>, default: &str, supported: &[&str]) {
        let Some(text) = at.text() else { return };
        let value = if text.is_empty() { default } else { text };
        if !supported.contains(&value) {
            self.unsupported(at, value, supported);
        }
    }

    /// [`Api::one_of`] where something is written, the empty text included.
    pub(crate) fn one_of_if_set(&mut self, at: At<'a>, supported: &[&str]) {
        if let Some(text) = at.written()
            && !supported.contains(&text)
        {
            self.unsupported(at, text, supported);
        }
    }

    pub(crate) fn not_negative(&mut self, at: At<'a>) {
        if let Some(value) = at.int()
            && value < 0
        {
            self.invalid(at, value, NEGATIVE);
        }
    }

    pub(crate) fn not_negative_quantity(&mut self, at: At<'a>) {
        if at.quantity().is_some_and(|it| it.is_negative()) {
            let text = at.printed_quantity();
            self.invalid_text(at, &text, NEGATIVE);
        }
    }

    /// An integer between two bounds, where one is written.
    pub(crate) fn within(&mut self, at: At<'a>, least: i64, most: i64) {
        if let Some(value) = at.int()
            && !(least..=most).contains(&value)
        {
            let detail = format!("must be between {least} and {most}, inclusive");
            self.invalid(at, value, &detail);
        }
    }

    pub(crate) fn port_number(&mut self, at: At<'a>, value: i64) {
        if !(1..=65535).contains(&value) {
            self.invalid(at, value, "must be between 1 and 65535, inclusive");
        }
    }

    pub(crate) fn ip(&mut self, at: At<'a>, text: &str) -> bool {
        let result = ip::parse_ip(text, self.strictness());
        if let Err(error) = &result {
            self.invalid_text(at, text, &error.to_string());
        }
        result.is_ok()
    }

    pub(crate) fn cidr(&mut self, at: At<'a>, text: &str) {
        if let Err(error) = ip::parse_cidr(text, self.strictness()) {
            self.invalid_text(at, text, &error.to_string());
        }
    }

    fn strictness(&self) -> Strictness {
        if self.since(36) {
            Strictness::Strict
        } else {
            Strictness::Legacy
        }
    }

    /// The name of a Service, which may start with a digit from 1.36 on.
    pub(crate) fn service_name(&self) -> NameCheck {
        if self.since(36) {
            names::dns_label
        } else {
            names::dns_1035_label
        }
    }
}

fn severity_of(rule: &str) -> Severity {
    match rule {
        "api-warning" => Severity::Warning,
        _ => Severity::Error,
    }
}

fn is_within(finding: &Finding, path: &str) -> bool {
    let field = finding.field.as_deref();
    let rest = field.and_then(|field| field.strip_prefix(path));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn with_detail(head: &str, detail: &str) -> String {
    if detail.is_empty() {
        head.to_owned()
    } else {
        format!("{head}: {detail}")
    }
}
