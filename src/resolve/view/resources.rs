//! Amounts of compute resources.

use crate::kube::quantity::Quantity;
use crate::parse::{Node, Value};
use std::borrow::Cow;

/// A quantity under `requests` or `limits`, as written.
#[derive(Clone, Debug)]
pub struct ResourceAmount<'a> {
    /// Where it is written.
    pub node: Node<'a>,
    /// Its text: `500m`, `1`, `0.5`.
    pub text: Cow<'a, str>,
}

impl<'a> ResourceAmount<'a> {
    /// A string or a number; nothing else is a quantity.
    #[must_use]
    pub fn read(node: Node<'a>) -> Option<Self> {
        let text = match node.value() {
            Value::Str(text) => Cow::Borrowed(text),
            Value::Int(number) => Cow::Owned(number.to_string()),
            Value::Uint(number) => Cow::Owned(number.to_string()),
            Value::Float(number) => Cow::Owned(number.to_string()),
            _ => return None,
        };
        Some(Self { node, text })
    }

    /// What it amounts to; `None` when the text is not a quantity.
    #[must_use]
    pub fn quantity(&self) -> Option<Quantity> {
        Quantity::parse_field(&self.text).ok()
    }
}
