//! Anchors, aliases and merge keys: what is written once and is in several places.
//!
//! An alias is a copy of a slice of the arena. Kubernetes bounds how much of a
//! document may come from aliases; the same rule, counted the same way and
//! before anything is copied, keeps memory bounded here. It bounds one document;
//! what the documents of a run may bring together is bounded by
//! [`allowed_copies`].

use super::build::{Builder, Key, MAX_REFUSED};
use super::event::{Event, Events, Problem, Reason};
use super::key;
use super::stored::{NodeData, Stored, Text};
use super::yaml::MAX_DEPTH;
use std::collections::HashMap;

/// Up to that many decoded values, 99 of 100 may come from aliases.
const RATIO_LOW: f64 = 400_000.0;
/// From that many on, only one of ten.
const RATIO_HIGH: f64 = 4_000_000.0;
/// How many nodes of anchors inside merges are kept.
const MAX_DETACHED: usize = 1_000_000;

/// How many nodes the aliases of all sources together may bring, whatever their size.
/// No document that Kubernetes takes has more of them than this and its own size allow.
const SHARED_COPIES: usize = 1_000_000;

/// How many nodes the aliases of a source may bring that has `size` bytes and is one
/// of that many: its part of [`SHARED_COPIES`], and one for each byte. The manifests of
/// people have fewer than one for a hundred bytes.
pub(super) fn allowed_copies(size: usize, sources: usize) -> usize {
    SHARED_COPIES / sources.max(1) + size
}

/// What an anchor stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    /// A collection that has not ended yet, which an alias must not refer to.
    Open,
    Scalar(NodeData, Option<Reason>),
    Range(Slice),
}

/// A collection that an anchor stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    /// Whether it is among [`Anchors::detached`] and not in the arena.
    pub(super) detached: bool,
    pub(super) start: u32,
    pub(super) end: u32,
    /// How many values decoding it costs.
    pub(super) cost: u64,
}

/// The anchors of a document, and what decoding it has cost so far.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    known: HashMap<String, Anchor>,
    /// Start and name of the anchored collections of the arena, in the order in
    /// which they ended.
    ranges: Vec<(u32, String)>,
    /// Values decoded so far, counted as Kubernetes' decoder counts them.
    pub(super) cost: u64,
    /// How many of them inside aliases.
    aliased: u64,
    /// Anchored collections that stood inside the value of a `<<`, which is no
    /// node of its own in the end.
    detached: Vec<NodeData>,
    /// How many more nodes aliases may bring.
    pub(super) copies: usize,
}

impl Anchors {
    /// No anchors yet, whose aliases may bring that many nodes.
    pub(super) fn new(copies: usize) -> Self {
        Self {
            copies,
            ..Self::default()
        }
    }

    pub(super) fn define(&mut self, name: &str, anchor: Anchor) {
        self.known.insert(name.to_owned(), anchor);
    }

    /// The collection of an open anchor has ended; a new anchor of that name stays.
    pub(super) fn close(&mut self, name: &str, slice: Slice) {
        if let Some(known @ Anchor::Open) = self.known.get_mut(name) {
            *known = Anchor::Range(slice);
            self.ranges.push((slice.start, name.to_owned()));
        }
    }

    /// Counts an alias to something of that cost; false if it is one too many.
    fn allow(&mut self, cost: u64) -> bool {
        self.cost += 1 + cost;
        self.aliased += cost;
        let (all, aliased) = (self.cost as f64, self.aliased as f64);
        let scale = ((all - RATIO_LOW) / (RATIO_HIGH - RATIO_LOW)).clamp(0.0, 1.0);
        let allowed = 0.99 - 0.89 * scale;
        !(self.aliased > 100 && self.cost > 1000 && aliased / all > allowed)
    }

    /// Keeps the anchors whose collections are in `tail`, which leaves the arena at `base`.
    fn detach(&mut self, tail: &[NodeData], base: u32) -> Result<(), Problem> {
        let to = u32::try_from(self.detached.len()).unwrap_or(u32::MAX);
        let mut any = false;
        // Those that began in the tail ended last.
        while let Some((start, name)) = self.ranges.pop_if(|it| it.0 >= base) {
            if let Some(Anchor::Range(slice)) = self.known.get_mut(&name)
                && !slice.detached
                && slice.start == start
            {
                any = true;
                *slice = Slice {
                    detached: true,
                    start: start - base + to,
                    end: slice.end - base + to,
                    cost: slice.cost,
                };
            }
        }
        if !any {
            return Ok(());
        }
        if self.detached.len() + tail.len() > MAX_DETACHED {
            let at = tail.first().map_or(0, |data| data.span.start as usize);
            return Err(Problem::new(Reason::ExcessiveAliasing, at, at));
        }
        self.detached.extend(tail.iter().map(|data| NodeData {
            parent: data.parent.wrapping_sub(base).wrapping_add(to),
            end: data.end - base + to,
            ..*data
        }));
        Ok(())
    }
}

impl<E: Events> Builder<'_, E> {
    /// Puts a copy of what the alias refers to in the next slot.
    pub(super) fn expand(
        &mut self,
        event: &Event,
        as_key: bool,
        as_merge: bool,
        parent: u32,
        depth: usize,
    ) -> Result<(), Problem> {
        let at = event.span.start as usize;
        let problem = |reason| Problem::new(reason, at, at);
        let name = event.anchor.unwrap_or_default().text(self.text);
        let anchor = self.anchors.known.get(name).copied();
        match anchor.ok_or_else(|| problem(Reason::UnknownAnchor))? {
            Anchor::Open => Err(problem(Reason::SelfReference)),
            Anchor::Scalar(..) if as_merge => Err(problem(Reason::MergeValue)),
            Anchor::Scalar(data, reason) => {
                if !self.anchors.allow(1) {
                    return Err(problem(Reason::ExcessiveAliasing));
                }
                let data = NodeData {
                    parent,
                    aliased: true,
                    ..data
                };
                let text = match data.stored {
                    Stored::Str(text) => text,
                    _ => Text::Source(data.span),
                };
                self.push_scalar(data, text, reason)
            }
            Anchor::Range(_) if as_key => Err(problem(Reason::ComplexKey)),
            Anchor::Range(slice) => {
                if !self.anchors.allow(slice.cost) {
                    return Err(problem(Reason::ExcessiveAliasing));
                }
                let copies = (slice.end - slice.start) as usize;
                let left = self.anchors.copies.checked_sub(copies);
                self.anchors.copies = left.ok_or_else(|| problem(Reason::TooManyCopies))?;
                let id = self.next_id();
                self.copy(slice, parent)?;
                let top = self.nodes.get(id as usize).map(|data| data.stored);
                if as_merge && !matches!(top, Some(Stored::Map { .. })) {
                    return Err(problem(Reason::MergeValue));
                }
                if depth + self.depth_of(id) > MAX_DEPTH {
                    return Err(problem(Reason::TooDeep));
                }
                self.completed(id)
            }
        }
    }

    /// Appends a copy of an anchored collection to the arena.
    fn copy(&mut self, slice: Slice, parent: u32) -> Result<(), Problem> {
        let Slice { start, end, .. } = slice;
        let to = self.next_id();
        for id in start..end {
            let arena = match slice.detached {
                true => &self.anchors.detached,
                false => &self.nodes,
            };
            let Some(&data) = arena.get(id as usize) else {
                break;
            };
            self.nodes.push(NodeData {
                parent: match id == start {
                    true => parent,
                    false => data.parent - start + to,
                },
                end: data.end - start + to,
                aliased: true,
                ..data
            });
        }
        let copied = |&(id, problem): &(u32, Problem)| {
            let inside = !slice.detached && (start..end).contains(&id);
            inside.then(|| (id - start + to, problem))
        };
        let copies: Vec<_> = self.refused.iter().filter_map(copied).collect();
        self.refused.extend(copies);
        match self.refused.get(MAX_REFUSED) {
            Some((_, problem)) => Err(*problem),
            None => Ok(()),
        }
    }

    /// How deep the collections in the subtree at `id` nest, itself included.
    fn depth_of(&self, id: u32) -> usize {
        let nodes = self.nodes.get(id as usize..).unwrap_or_default();
        let (mut open, mut deepest) = (Vec::new(), 0);
        for (at, data) in (id..).zip(nodes) {
            while open.last().is_some_and(|&end| end <= at) {
                open.pop();
            }
            if matches!(data.stored, Stored::Map { .. } | Stored::Seq(_)) {
                open.push(data.end);
                deepest = deepest.max(open.len());
            }
        }
        deepest
    }

    /// Replaces the value of a `<<`, which is the last subtree of the arena, by the
    /// entries that it brings into `parent`; returns how many.
    pub(super) fn merge(&mut self, value: u32, parent: u32) -> Result<u32, Problem> {
        let tail = self.nodes.split_off(value as usize);
        let sources = merge_sources(&tail, value)?;
        self.anchors.detach(&tail, value)?;
        let mut moves = Vec::new();
        let mut entries = 0;
        for source in sources {
            let map = &tail[(source - value) as usize];
            let to = self.next_id();
            moves.push((source + 1, map.end, to));
            let mut at = source + 1;
            while at < map.end {
                entries += 1;
                self.move_entry(&tail, value, at, (source + 1, to), parent);
                at = tail[(at + 1 - value) as usize].end;
            }
        }
        self.rebase(value, &moves);
        Ok(entries)
    }

    /// Moves one key and its value from `tail`, which starts at id `base`.
    fn move_entry(
        &mut self,
        tail: &[NodeData],
        base: u32,
        key_id: u32,
        (from, to): (u32, u32),
        parent: u32,
    ) {
        let value_end = tail[(key_id + 1 - base) as usize].end;
        for id in key_id..value_end {
            let data = tail[(id - base) as usize];
            let direct = id <= key_id + 1;
            self.nodes.push(NodeData {
                parent: if direct {
                    parent
                } else {
                    data.parent - from + to
                },
                end: data.end - from + to,
                aliased: true,
                ..data
            });
        }
        let key_node = key_id - from + to;
        if let Some(NodeData {
            stored: Stored::Str(name),
            replaced: false,
            ..
        }) = tail.get((key_id - base) as usize).copied()
        {
            let hash = key::hash(self.characters(name));
            self.keys.push(Key {
                hash,
                node: key_node,
            });
        }
    }

    /// Lets refused nodes follow the nodes that a merge has moved.
    fn rebase(&mut self, from: u32, moves: &[(u32, u32, u32)]) {
        let moved = |id: u32| {
            let hit = moves.iter().find(|it| (it.0..it.1).contains(&id));
            hit.map(|it| id - it.0 + it.2)
        };
        self.refused
            .retain_mut(|it| match (it.0 < from, moved(it.0)) {
                (true, _) => true,
                (false, Some(id)) => {
                    it.0 = id;
                    true
                }
                (false, None) => false,
            });
    }
}

/// The mappings that a merge takes its entries from, in order of application.
fn merge_sources(tail: &[NodeData], base: u32) -> Result<Vec<u32>, Problem> {
    let refuse = |data: &NodeData| {
        let at = data.span.start as usize;
        Problem::new(Reason::MergeValue, at, at)
    };
    let Some(top) = tail.first() else {
        return Ok(Vec::new());
    };
    match top.stored {
        Stored::Map { .. } => Ok(vec![base]),
        Stored::Seq(_) => {
            let mut items = Vec::new();
            let mut at = base + 1;
            while let Some(item) = tail.get((at - base) as usize) {
                if !matches!(item.stored, Stored::Map { .. }) {
                    return Err(refuse(item));
                }
                items.push(at);
                at = item.end;
            }
            // Earlier items win, so they come last.
            items.reverse();
            Ok(items)
        }
        _ => Err(refuse(top)),
    }
}
