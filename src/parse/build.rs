//! Events to the arena of a document, as Kubernetes' decoder understands them:
//! scalars resolved, keys made strings, aliases copied, merge keys expanded.

use super::alias::{Anchor, Anchors, Slice};
use super::event::{Event, Events, Kind, Problem, Reason};
use super::key;
use super::node::{NO_PARENT, Style};
use super::scalar::{self, Scalar};
use super::stored::{NodeData, Stored, Text, key_bit};
use super::yaml::MAX_DEPTH;
use crate::source::Span;

/// How many refused nodes are kept to see whether later entries replace them all.
pub(super) const MAX_REFUSED: usize = 1000;

/// How deep values of `<<` may nest that are written out there: each moves all that
/// is in it.
const MAX_MERGES: usize = 32;

/// The nodes of one document and what is doubtful about them.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<NodeData>,
    /// Written twice in one mapping: the keys that are replaced, each with the one
    /// that replaces it.
    pub(crate) duplicates: Vec<(u32, u32)>,
}

/// What an open mapping waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Slot {
    Item,
    Key,
    Value,
    /// The value of a `<<`.
    Merge,
}

/// A collection that has not ended yet.
#[derive(Debug)]
struct Open {
    node: u32,
    slot: Slot,
    count: u32,
    /// How many keys were on the stack of keys when it began.
    keys: usize,
    /// How many values of a `<<` it is inside of.
    merges: usize,
    /// The name of its anchor, and what decoding had cost before it.
    anchor: Option<(Span, u64)>,
}

/// A key of an open mapping.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) hash: u32,
    pub(super) node: u32,
}

#[derive(Debug)]
pub(super) struct Builder<'a, E> {
    pub(super) text: &'a str,
    pub(super) events: E,
    pub(super) nodes: Vec<NodeData>,
    open: Vec<Open>,
    pub(super) keys: Vec<Key>,
    pub(super) anchors: Anchors,
    /// Nodes that Kubernetes refuses, unless a later entry replaces them.
    pub(super) refused: Vec<(u32, Problem)>,
    duplicates: Vec<(u32, u32)>,
    /// End of what was read last, where a block collection ends.
    last: u32,
}

/// Bytes of text for each node, as few as manifests have: what is set aside too
/// much is given back, what is missing has to be moved.
const BYTES_PER_NODE: usize = 8;

/// How many nodes at most are set aside before there is one to see.
const MAX_SET_ASIDE: usize = 1 << 16;

/// Builds the document that `events` tell of, which has `size` bytes; the reader
/// is handed back with it.
/// `copies` is how many nodes aliases may bring, less than before in the end.
pub(crate) fn build<E: Events>(
    text: &str,
    size: usize,
    events: E,
    copies: &mut usize,
) -> (Result<Tree, Problem>, E) {
    let mut builder = Builder {
        text,
        events,
        nodes: Vec::with_capacity((size / BYTES_PER_NODE + 1).min(MAX_SET_ASIDE)),
        open: Vec::new(),
        keys: Vec::new(),
        anchors: Anchors::new(*copies),
        refused: Vec::new(),
        duplicates: Vec::new(),
        last: 0,
    };
    let result = builder.run();
    *copies = builder.anchors.copies;
    builder.nodes.shrink_to_fit();
    let tree = Tree {
        nodes: builder.nodes,
        duplicates: builder.duplicates,
    };
    (result.map(|()| tree), builder.events)
}

impl<E: Events> Builder<'_, E> {
    fn run(&mut self) -> Result<(), Problem> {
        loop {
            let event = self.events.next()?;
            match event.kind {
                Kind::Scalar(style, text) => self.scalar(event, style, text)?,
                Kind::MapStart(style) => self.start(event, style, Slot::Key)?,
                Kind::SeqStart(style) => self.start(event, style, Slot::Item)?,
                Kind::End => self.end(event.span)?,
                Kind::Alias => self.alias(event)?,
                Kind::Done => return self.check_refused(),
            }
        }
    }

    /// The id that the next node gets.
    pub(super) fn next_id(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    fn slot(&self) -> Slot {
        self.open.last().map_or(Slot::Item, |open| open.slot)
    }

    fn parent(&self) -> u32 {
        self.open.last().map_or(NO_PARENT, |open| open.node)
    }

    /// The characters of a scalar.
    pub(super) fn characters(&self, text: Text) -> &str {
        match text {
            Text::Source(span) => span.text(self.text),
            Text::Decoded(span) => span.text(self.events.decoded()),
        }
    }

    fn scalar(&mut self, event: Event, style: Style, text: Text) -> Result<(), Problem> {
        self.last = event.span.end;
        let slot = self.slot();
        let is_merge = slot == Slot::Key && self.is_merge(&event, style, text);
        self.anchors.cost += u64::from(!is_merge);
        let (stored, reason) = self.resolve(&event, style, text)?;
        let data = NodeData {
            span: event.span,
            parent: self.parent(),
            end: 0,
            stored,
            style,
            aliased: false,
            key: false,
            replaced: false,
        };
        if let Some(name) = event.anchor {
            self.anchors
                .define(name.text(self.text), Anchor::Scalar(data, reason));
        }
        if is_merge {
            self.set_slot(Slot::Merge);
            return Ok(());
        }
        self.push_scalar(data, text, reason)
    }

    /// Adds a scalar, in whatever slot is next.
    pub(super) fn push_scalar(
        &mut self,
        mut data: NodeData,
        text: Text,
        reason: Option<Reason>,
    ) -> Result<(), Problem> {
        let id = self.next_id();
        data.end = id + 1;
        let at = data.span.start as usize;
        let mut reason = reason;
        data.key = self.slot() == Slot::Key;
        if data.key {
            reason = self.make_key(&mut data, text);
        }
        if let Some(reason) = reason {
            let problem = Problem::new(reason, at, at);
            if self.refused.len() >= MAX_REFUSED {
                return Err(problem);
            }
            self.refused.push((id, problem));
        }
        self.nodes.push(data);
        self.completed(id)
    }

    /// Makes the key a string, as JSON needs it, and remembers it.
    fn make_key(&mut self, data: &mut NodeData, text: Text) -> Option<Reason> {
        if !matches!(data.stored, Stored::Str(_)) {
            data.stored = match key::canonical(data.stored, self.characters(text)) {
                key::Canonical::Same => Stored::Str(text),
                key::Canonical::Other(name) => Stored::Str(self.events.decode(&name)),
                key::Canonical::Refused(reason) => {
                    // It has no name, so that no other key replaces it.
                    data.stored = Stored::Str(text);
                    return Some(reason);
                }
            };
        }
        if let Stored::Str(name) = data.stored {
            let hash = key::hash(self.characters(name));
            let node = self.next_id();
            self.keys.push(Key { hash, node });
        }
        None
    }

    /// Whether the key is a `<<` that merges.
    fn is_merge(&self, event: &Event, style: Style, text: Text) -> bool {
        let tagged = event.tag.map(|id| self.events.tag(id));
        let merges = match tagged {
            None => style == Style::Plain,
            Some(tag) => matches!(tag, "!" | "tag:yaml.org,2002:merge"),
        };
        merges && self.characters(text) == "<<"
    }

    /// What a scalar means, and why Kubernetes cannot take it, if so.
    fn resolve(
        &mut self,
        event: &Event,
        style: Style,
        text: Text,
    ) -> Result<(Stored, Option<Reason>), Problem> {
        let meaning = match event.tag {
            None if style != Style::Plain => Scalar::Str,
            None => scalar::resolve(self.characters(text)),
            Some(id) => {
                let tag = self.events.tag(id).to_owned();
                let at = event.span.start as usize;
                if tag == "tag:yaml.org,2002:binary" {
                    let decoded = key::base64(self.characters(text));
                    let decoded = decoded.ok_or(Problem::new(Reason::Base64, at, at))?;
                    return Ok((Stored::Str(self.events.decode(&decoded)), None));
                }
                scalar::resolve_tagged(&tag, self.characters(text)).ok_or(Problem::new(
                    Reason::WrongTag,
                    at,
                    at,
                ))?
            }
        };
        Ok(match meaning {
            Scalar::Null => (Stored::Null, None),
            Scalar::Bool(it) => (Stored::Bool(it), None),
            Scalar::Int(it) => (Stored::Int(it), None),
            Scalar::Uint(it) => (Stored::Uint(it), None),
            Scalar::Float(it) if it.is_finite() => (Stored::Float(it), None),
            Scalar::Float(it) => (Stored::Float(it), Some(Reason::NotANumber)),
            Scalar::Str => (Stored::Str(text), None),
        })
    }

    fn start(&mut self, event: Event, style: Style, slot: Slot) -> Result<(), Problem> {
        let at = event.span.start as usize;
        if self.slot() == Slot::Key {
            return Err(Problem::new(Reason::ComplexKey, at, at));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::new(Reason::TooDeep, at, at));
        }
        let merges = self.open.last().map_or(0, |open| {
            open.merges + usize::from(open.slot == Slot::Merge)
        });
        if merges > MAX_MERGES {
            return Err(Problem::new(Reason::NestedMerges, at, at));
        }
        let node = self.next_id();
        let before = self.anchors.cost;
        // The list of a `<<` is walked, not decoded.
        let is_list = self.slot() == Slot::Merge && slot == Slot::Item;
        self.anchors.cost += u64::from(!is_list);
        let anchor = event.anchor.map(|name| (name, before));
        if let Some(name) = event.anchor {
            self.anchors.define(name.text(self.text), Anchor::Open);
        }
        self.nodes.push(NodeData {
            span: event.span,
            parent: self.parent(),
            end: node + 1,
            stored: match slot {
                Slot::Item => Stored::Seq(0),
                _ => Stored::Map { count: 0, keys: 0 },
            },
            style,
            aliased: false,
            key: false,
            replaced: false,
        });
        self.last = event.span.end;
        self.open.push(Open {
            node,
            slot,
            count: 0,
            keys: self.keys.len(),
            merges,
            anchor,
        });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let end = self.next_id();
        let mut keys = 0;
        if open.slot != Slot::Item {
            keys = self.key_bits(open.keys);
            self.replace_duplicates(open.keys);
            self.keys.truncate(open.keys);
        }
        if let Some(data) = self.nodes.get_mut(open.node as usize) {
            if data.style == Style::Flow {
                self.last = span.end;
            }
            data.end = end;
            data.span = Span::new(data.span.start, self.last);
            data.stored = match data.stored {
                Stored::Seq(_) => Stored::Seq(open.count),
                _ => Stored::Map {
                    count: open.count,
                    keys,
                },
            };
        }
        if let Some((name, before)) = open.anchor {
            let slice = Slice {
                detached: false,
                start: open.node,
                end,
                cost: self.anchors.cost - before,
            };
            self.anchors.close(name.text(self.text), slice);
        }
        self.completed(open.node)
    }

    fn set_slot(&mut self, slot: Slot) {
        if let Some(open) = self.open.last_mut() {
            open.slot = slot;
        }
    }

    /// A node with all below it is there; `id` is its first.
    pub(super) fn completed(&mut self, id: u32) -> Result<(), Problem> {
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        match open.slot {
            Slot::Item => open.count += 1,
            Slot::Key => open.slot = Slot::Value,
            Slot::Value => {
                open.count += 1;
                open.slot = Slot::Key;
            }
            Slot::Merge => {
                open.slot = Slot::Key;
                let parent = open.node;
                let entries = self.merge(id, parent)?;
                if let Some(open) = self.open.last_mut() {
                    open.count += entries;
                }
            }
        }
        Ok(())
    }

    fn alias(&mut self, event: Event) -> Result<(), Problem> {
        self.last = event.span.end;
        let (slot, parent) = (self.slot(), self.parent());
        let depth = self.open.len();
        self.expand(
            &event,
            slot == Slot::Key,
            slot == Slot::Merge,
            parent,
            depth,
        )
    }

    /// The bits of the keys of the mapping at the top of the stack.
    fn key_bits(&self, from: usize) -> u64 {
        let keys = self.keys.get(from..).unwrap_or_default();
        keys.iter()
            .fold(0, |bits, it| bits | 1 << key_bit(self.name(it)))
    }

    fn name(&self, key: &Key) -> &str {
        match self.nodes.get(key.node as usize).map(|data| data.stored) {
            Some(Stored::Str(text)) => self.characters(text),
            _ => "",
        }
    }

    /// Flags the keys of the mapping at the top of the stack that a later one replaces.
    fn replace_duplicates(&mut self, from: usize) {
        let keys = self.keys.get(from..).unwrap_or_default();
        for (earlier, later) in key::duplicates(keys, |it| self.name(it)) {
            let aliased = |id: u32| self.nodes.get(id as usize).is_some_and(|data| data.aliased);
            if !aliased(earlier) && !aliased(later) {
                self.duplicates.push((earlier, later));
            }
            if let Some(data) = self.nodes.get_mut(earlier as usize) {
                data.replaced = true;
            }
        }
    }

    /// Fails on the first refused node that no later entry replaces.
    fn check_refused(&mut self) -> Result<(), Problem> {
        let lives = |mut id: u32| loop {
            let Some(data) = self.nodes.get(id as usize) else {
                return true;
            };
            if data.replaced {
                return false;
            }
            let Some(parent) = self.nodes.get(data.parent as usize) else {
                return true;
            };
            // The key of a value is the node before it.
            let is_value = matches!(parent.stored, Stored::Map { .. }) && id > data.parent + 1;
            let key = self.nodes.get(id.wrapping_sub(1) as usize);
            if is_value && key.is_some_and(|key| key.replaced) {
                return false;
            }
            id = data.parent;
        };
        match self.refused.iter().find(|it| lives(it.0)) {
            Some((_, problem)) => Err(*problem),
            None => Ok(()),
        }
    }
}
