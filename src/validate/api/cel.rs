//! Expressions in CEL that policies, webhooks and device selectors hold.

use super::at::At;
use super::report::Api;

/// What an expression may name beside the request and its objects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    /// `params`: a policy has parameters.
    pub(super) params: bool,
}

impl Scope {
    /// The names of a policy or webhook, with its parameters or without.
    pub(super) fn admission(params: bool) -> Self {
        Self { params }
    }
}

/// An expression that must give a boolean.
pub(super) fn boolean<'a>(_api: &mut Api<'a, '_>, _at: At<'a>, _text: &str, _scope: Scope) {}

/// An expression that must give a text.
pub(super) fn text<'a>(_api: &mut Api<'a, '_>, _at: At<'a>, _text: &str, _scope: Scope) {}

/// An expression that must give a text or nothing.
pub(super) fn text_or_null<'a>(_api: &mut Api<'a, '_>, _at: At<'a>, _text: &str, _scope: Scope) {}

/// An expression that may give anything.
pub(super) fn any<'a>(_api: &mut Api<'a, '_>, _at: At<'a>, _text: &str, _scope: Scope) {}

/// An expression that must give a patch.
pub(super) fn patch<'a>(_api: &mut Api<'a, '_>, _at: At<'a>, _text: &str, _scope: Scope) {}
