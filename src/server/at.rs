//! A field of an object as the API server sees it: there or not, with its path.
//!
//! An absent field has a path too, because what is missing is reported where it
//! should be. Nothing is allocated until a finding needs the path as text.

use crate::kube::int_or_percent::IntOrString;
use crate::kube::quantity::Quantity;
use crate::parse::{Node, Value, key_bit};
use crate::source::Span;
use std::borrow::Cow;

/// How many steps below the last node that is there a path can name. Fields are
/// copied about for every question that is asked of them, so these are few. What lies
/// deeper is asked for, and not there; nothing so deep is ever reported.
const STEPS: usize = 4;

/// A field: the last node on its path that is there, and the steps below it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    base: Node<'a>,
    value: Option<Node<'a>>,
    /// The bits of the keys that the value has, so that nobody has to go there for
    /// one that it lacks.
    keys: u64,
    steps: [&'a str; STEPS],
    count: u8,
    /// A bit for each step that is a key in brackets, and no field.
    bracketed: u8,
}

impl<'a> At<'a> {
    /// The field that is `node`.
    pub(crate) fn new(node: Node<'a>) -> Self {
        Self {
            base: node,
            value: Some(node).filter(|node| !node.is_null()),
            keys: node.key_bits(),
            steps: [""; STEPS],
            count: 0,
            bracketed: 0,
        }
    }

    /// Made whole, and not copied and changed: a copy right after a write of a part of it
    /// would cost more than the look-up.
    fn stepped(&self, step: &'a str, is_key: bool, value: Option<Node<'a>>) -> Self {
        let [first, second, third, _] = self.steps;
        let (steps, count) = match self.count {
            0 => ([step, "", "", ""], 1),
            1 => ([first, step, "", ""], 2),
            2 => ([first, second, step, ""], 3),
            3 => ([first, second, third, step], 4),
            _ => (self.steps, self.count),
        };
        let bit = u8::from(is_key && count > self.count) << self.count;
        Self {
            base: self.base,
            value,
            keys: value.map_or(0, Node::key_bits),
            steps,
            count,
            bracketed: self.bracketed | bit,
        }
    }

    /// The field `key` of this object; a null is as good as nothing.
    #[inline(always)]
    pub(crate) fn get(&self, key: &'a str) -> Self {
        self.get_by(key, key_bit(key))
    }

    fn get_by(&self, key: &'a str, bit: u32) -> Self {
        match self.child_by(key, bit) {
            Some(node) if self.count == 0 => Self::new(node),
            value => self.stepped(key, false, value),
        }
    }

    /// What the field `key` is written in. Whoever asks for no more than that or what
    /// follows needs no path to what is mostly not there.
    #[inline(always)]
    fn child(&self, key: &str) -> Option<Node<'a>> {
        self.child_by(key, key_bit(key))
    }

    fn child_by(&self, key: &str, bit: u32) -> Option<Node<'a>> {
        match self.keys >> bit & 1 {
            0 => None,
            _ => self.value?.get(key),
        }
    }

    /// Whether the field `key` is set.
    #[inline(always)]
    pub(crate) fn has(&self, key: &str) -> bool {
        self.child(key).is_some()
    }

    /// The text of the field `key`, empty when it is absent or no string.
    #[inline(always)]
    pub(crate) fn str_of(&self, key: &str) -> &'a str {
        self.child(key).and_then(Node::as_str).unwrap_or_default()
    }

    /// The integer of the field `key`.
    #[inline(always)]
    pub(crate) fn int_of(&self, key: &str) -> Option<i64> {
        self.child(key).and_then(Node::as_i64)
    }

    /// Whether the field `key` is true.
    #[inline(always)]
    pub(crate) fn is_on(&self, key: &str) -> bool {
        self.child(key).and_then(Node::as_bool) == Some(true)
    }

    /// The items of the list in the field `key`. A null item counts as an empty one.
    #[inline(always)]
    pub(crate) fn items_of(&self, key: &str) -> impl Iterator<Item = Self> + use<'a> {
        let list = self.child(key).into_iter();
        list.flat_map(Node::items).map(At::new)
    }

    /// The field `key`, where it is set.
    pub(crate) fn find(&self, key: &'a str) -> Option<Self> {
        let node = self.child(key)?;
        Some(match self.count {
            0 => Self::new(node),
            _ => self.stepped(key, false, Some(node)),
        })
    }

    /// Those fields among `keys` that are set, in the order of `keys`.
    pub(crate) fn set(
        &self,
        keys: impl IntoIterator<Item = &'a str>,
    ) -> impl Iterator<Item = (&'a str, Self)> {
        let found = keys.into_iter().map(|key| (key, self.find(key)));
        found.filter_map(|(key, at)| Some((key, at?)))
    }

    /// [`At::get`] along several keys.
    pub(crate) fn at<const N: usize>(&self, keys: [&'a str; N]) -> Self {
        let (mut at, mut keys) = (*self, keys.into_iter());
        for key in keys.by_ref() {
            at = at.get(key);
            if !at.is_set() {
                break;
            }
        }
        keys.fold(at, |at, key| at.stepped(key, false, None))
    }

    /// [`At::get`] along fields with dots between them. What is not there of them counts
    /// as one step.
    pub(crate) fn way(&self, fields: &'a str) -> Self {
        let mut at = *self;
        let mut rest = fields;
        while let Some((first, below)) = rest.split_once('.') {
            let next = at.get(first);
            if !next.is_set() {
                break;
            }
            (at, rest) = (next, below);
        }
        match rest.contains('.') {
            true => at.stepped(rest, false, None),
            false => at.get(rest),
        }
    }

    /// The same place under a path that the server writes one step longer.
    pub(crate) fn named(&self, name: &'a str) -> Self {
        let value = self.value;
        self.stepped(name, false, value)
    }

    /// The value of `key` of this mapping, under a path with the key in brackets.
    pub(crate) fn keyed(&self, key: &'a str) -> Self {
        self.stepped(key, true, self.child(key))
    }

    /// This path, with the value of `other`: what the server copied there.
    pub(crate) fn showing(mut self, other: Self) -> Self {
        self.value = other.value;
        self.keys = other.keys;
        self
    }

    /// This path, as if nothing were there.
    pub(crate) fn hidden(mut self) -> Self {
        self.value = None;
        self.keys = 0;
        self
    }

    /// The items of a list. A null item counts as an empty one.
    pub(crate) fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        self.value.into_iter().flat_map(Node::items).map(At::new)
    }

    /// The texts of a list, empty where an item is not a string.
    pub(crate) fn strings(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.items().map(|item| item.str())
    }

    /// The entries of a mapping, each under a path with its key in brackets.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let here = *self;
        let entries = self.value.into_iter().flat_map(Node::entries);
        entries.map(move |entry| {
            let value = Some(entry.value).filter(|value| !value.is_null());
            (entry.name(), here.stepped(entry.name(), true, value))
        })
    }

    /// How many items or entries it has.
    pub(crate) fn len(&self) -> usize {
        self.value.map_or(0, |node| {
            if node.is_map() {
                node.entries().count()
            } else {
                node.items().count()
            }
        })
    }

    /// Whether it has neither items nor entries; true for what is not there.
    pub(crate) fn is_empty(&self) -> bool {
        self.value
            .is_none_or(|node| node.items().next().is_none() && node.entries().next().is_none())
    }

    /// Whether it is written and not null.
    pub(crate) fn is_set(&self) -> bool {
        self.value.is_some()
    }

    /// The node that it is written in.
    pub(crate) fn node(&self) -> Option<Node<'a>> {
        self.value
    }

    /// Its text, empty when it is absent; `None` when it is not a string.
    pub(crate) fn text(&self) -> Option<&'a str> {
        self.value.map_or(Some(""), Node::as_str)
    }

    /// Its text where one is written.
    pub(crate) fn written(&self) -> Option<&'a str> {
        self.value.and_then(Node::as_str)
    }

    /// Its text, empty when it is absent or no string.
    pub(crate) fn str(&self) -> &'a str {
        self.written().unwrap_or_default()
    }

    /// Its integer where one is written.
    pub(crate) fn int(&self) -> Option<i64> {
        self.value.and_then(Node::as_i64)
    }

    /// Its boolean where one is written.
    pub(crate) fn bool(&self) -> Option<bool> {
        self.value.and_then(Node::as_bool)
    }

    /// Whether it is written as true.
    pub(crate) fn is_true(&self) -> bool {
        self.bool() == Some(true)
    }

    /// Its integer or text where one is written.
    pub(crate) fn int_or_string(&self) -> Option<IntOrString<'a>> {
        match self.value?.value() {
            Value::Int(it) => Some(IntOrString::Int(i32::try_from(it).ok()?)),
            Value::Str(text) => Some(IntOrString::Str(text)),
            _ => None,
        }
    }

    /// Its quantity, when it is a valid one.
    pub(crate) fn quantity(&self) -> Option<Quantity> {
        Quantity::parse_field(&self.quantity_text()?).ok()
    }

    fn quantity_text(&self) -> Option<Cow<'a, str>> {
        let node = self.value?;
        match node.value() {
            Value::Str(text) => Some(Cow::Borrowed(text)),
            Value::Int(it) => Some(Cow::Owned(it.to_string())),
            Value::Float(_) => Some(Cow::Borrowed(node.raw())),
            _ => None,
        }
    }

    /// Its quantity as the server prints it; for messages.
    pub(crate) fn printed_quantity(&self) -> String {
        let text = self.quantity_text().unwrap_or_default();
        let Ok(amount) = Quantity::parse_field(&text) else {
            return String::new();
        };
        // The server rounds what it reads up to thousandths.
        let rounded = in_thousandths(amount);
        if rounded == amount {
            amount.printed(text.trim()).into_owned()
        } else {
            rounded.to_string()
        }
    }

    /// A quantity as the server prints one that is not in a list of resources, which it does
    /// not round.
    pub(crate) fn exact_quantity(&self) -> String {
        let text = self.quantity_text().unwrap_or_default();
        let amount = Quantity::parse_field(&text);
        amount.map_or_else(|_| String::new(), |it| it.printed(text.trim()).into_owned())
    }

    /// What a finding about it points at: its value, or else what it is missing in.
    pub(crate) fn place(&self) -> (Node<'a>, Span) {
        let node = self.value.unwrap_or(self.base);
        (node, node.head())
    }

    /// Its path below `top` as the server writes it.
    pub(crate) fn path(&self, top: Node<'a>) -> String {
        let mut path = self.base.path_below(top);
        for (index, step) in self.steps[..usize::from(self.count)].iter().enumerate() {
            if self.bracketed >> index & 1 == 1 {
                path.push('[');
                path.push_str(step);
                path.push(']');
            } else {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(step);
            }
        }
        path
    }
}

/// An amount rounded up to thousandths, as the server reads the amounts of resources.
pub(crate) fn in_thousandths(amount: Quantity) -> Quantity {
    const MILLI: i128 = 1_000_000;
    let nano = amount.nano();
    if nano % MILLI == 0 {
        return amount;
    }
    let up = if nano > 0 { MILLI } else { 0 };
    Quantity::from_nano(nano - nano.rem_euclid(MILLI) + up, amount.format())
}
