//! A PodDisruptionBudget: which pods it covers and how many it keeps.

use super::label_selector;
use crate::kube::int_or_percent::{IntOrString, Rounding};
use crate::kube::selector::Selector;
use crate::parse::{Node, Value};
use crate::resolve::Resource;

/// A PodDisruptionBudget.
#[derive(Clone, Copy, Debug)]
pub struct DisruptionBudget<'a> {
    /// The object.
    pub resource: Resource<'a>,
}

/// How many pods a budget keeps.
#[derive(Clone, Copy, Debug)]
pub struct Guard<'a> {
    /// Where it is written.
    pub node: Node<'a>,
    /// The amount.
    pub amount: IntOrString<'a>,
    /// Whether it is `minAvailable`, and not `maxUnavailable`.
    pub is_min: bool,
}

/// A value that is a 32-bit integer or a string.
#[must_use]
pub fn int_or_string(node: Node<'_>) -> Option<IntOrString<'_>> {
    match node.value() {
        Value::Int(number) => i32::try_from(number).ok().map(IntOrString::Int),
        Value::Str(text) => Some(IntOrString::Str(text)),
        _ => None,
    }
}

impl<'a> DisruptionBudget<'a> {
    /// `resource` as a budget, when it is one.
    #[must_use]
    pub fn new(resource: Resource<'a>) -> Option<Self> {
        let fits = resource.is("policy", "PodDisruptionBudget");
        fits.then_some(Self { resource })
    }

    /// The selector; `None` where it is malformed or matches nothing: a missing
    /// one, and before `policy/v1` an empty one too.
    #[must_use]
    pub fn selector(&self) -> Option<Selector<'a>> {
        let selector = label_selector(self.selector_node()?)?;
        let nothing = selector.is_empty() && self.resource.version() != "v1";
        (!nothing).then_some(selector)
    }

    /// `spec.selector`.
    #[must_use]
    pub fn selector_node(&self) -> Option<Node<'a>> {
        self.resource.spec()?.get("selector")
    }

    /// `minAvailable` or `maxUnavailable`; `None` where neither is valid. Only
    /// one of them is allowed.
    #[must_use]
    pub fn guard(&self) -> Option<Guard<'a>> {
        let spec = self.resource.spec()?;
        let read = |key: &str| {
            let node = spec.get(key)?;
            let amount = int_or_string(node)?;
            let valid = matches!(amount, IntOrString::Int(_)) || amount.percent().is_some();
            valid.then_some(Guard {
                node,
                amount,
                is_min: key == "minAvailable",
            })
        };
        read("maxUnavailable").or_else(|| read("minAvailable"))
    }
}

impl Guard<'_> {
    /// How many of `expected` healthy pods may be evicted, all others healthy:
    /// percentages are rounded up, as the controller does it.
    #[must_use]
    pub fn allowed(&self, expected: i32) -> i64 {
        let amount = self.amount.scaled(expected, Rounding::Up).unwrap_or(0);
        let whole = i64::from(expected);
        match self.is_min {
            true => (whole - amount).max(0),
            false => amount.clamp(0, whole),
        }
    }

    /// Whether no pod may ever be evicted, however many there are.
    #[must_use]
    pub fn blocks_all(&self) -> bool {
        match self.is_min {
            true => self.amount.percent().is_some_and(|percent| percent >= 100),
            false => self.amount == IntOrString::Int(0) || self.amount.percent() == Some(0),
        }
    }
}
