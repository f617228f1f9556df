//! Moves entries of a manifest to another place, with their comments.
//!
//! Only what is written by indentation is moved, and only where the result is
//! sure: the document is read once more with the change, and there must be
//! nothing else in it that has changed.

mod block;

use crate::fix::{self, Edit, Fix};
use crate::parse::{self, Document, Entry, Node, Style, Value};
use crate::source::{Source, Span};
use block::{Block, newline, row_end};

/// Longer documents are not read again, so that a file full of mistakes does not
/// take forever.
const LONGEST: u32 = 64 << 10;

/// How far a new mapping is indented.
const STEP: usize = 2;

/// One step down from a mapping to where an entry belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'c> {
    /// The field to enter.
    pub(super) name: &'c str,
    /// Whether it holds a list, whose item has to be the only one.
    pub(super) is_list: bool,
}

/// A fix that moves `entry` down `steps` from the mapping `from`, which holds it,
/// directly or further up. Missing mappings on the way are created.
pub(super) fn relocate(entry: Entry<'_>, from: Node<'_>, steps: &[Step<'_>]) -> Option<Fix> {
    if !is_movable(entry.key.document()) {
        return None;
    }
    let target = Target::find(from, steps)?;
    if let At::End(map) = target.at
        && target.missing.is_empty()
        && map.entry(entry.name()).is_some()
    {
        return None;
    }
    let block = Block::of(entry)?;
    let edits = match target.at {
        // What it belongs to is not there: it is put around it.
        At::End(map) if Some(map) == entry.key.parent() => vec![block.wrapped(&target.missing)],
        // A new mapping elsewhere may be a choice of another kind, as volumes have them.
        At::End(_) if !target.missing.is_empty() && Some(from) != entry.key.parent() => {
            return None;
        }
        _ => carry(&block, &target)?,
    };
    let mut way = way_to(from);
    for step in steps {
        way.push(Way::Key(step.name.to_owned()));
        way.extend(step.is_list.then_some(Way::Index(0)));
    }
    if !is_sure(&[entry], &way, &target.missing, &edits) {
        return None;
    }
    let claim = match target.at {
        At::End(map) => (!target.missing.is_empty()).then(|| map.span().start),
        At::Empty(entry) => Some(entry.key.span().start),
    };
    let title = format!("move {} to {}", entry.name(), shown(&way));
    Some(Fix::risky(title, edits).claiming(claim))
}

/// The edits that indent `fields`, which are right below the empty `parent`, so
/// that they become its value.
pub(super) fn indent(parent: Entry<'_>, fields: &[Entry<'_>]) -> Option<Vec<Edit>> {
    let document = parent.key.document();
    let (first, last) = (fields.first()?, fields.last()?);
    let map = parent.key.parent()?;
    if !is_movable(document) || !is_block(map) {
        return None;
    }
    let text = document.text();
    let start = row_end(text, parent.key.span().end as usize);
    let above = text.get(start..first.key.span().start as usize)?;
    let end = Block::of(*last)?.end();
    let rows = text.get(start..end)?;
    if above.contains(['\n', '\t', '-']) || rows.contains('\t') {
        return None;
    }
    let mut out = String::with_capacity(rows.len() + 64);
    for row in rows.split_inclusive('\n') {
        if !row.trim().is_empty() {
            out.push_str(&" ".repeat(STEP));
        }
        out.push_str(row);
    }
    let edits = vec![Edit {
        span: Span::from_usize(start, end),
        text: out,
    }];
    let mut way = way_to(map);
    way.push(Way::Key(parent.name().to_owned()));
    is_sure(fields, &way, &[], &edits).then_some(edits)
}

/// Whether a document is short enough, and free of aliases, whose anchors must
/// stay before them.
fn is_movable(document: &Document) -> bool {
    let mut nodes = (0..).map_while(|id| document.node(id));
    document.span().len() <= LONGEST && !nodes.any(Node::is_aliased)
}

fn is_block(node: Node<'_>) -> bool {
    node.style() == Style::Block
}

/// The mapping that is to take an entry.
struct Target<'a, 'c> {
    at: At<'a>,
    /// Mappings that have to be made in it, from the outside in.
    missing: Vec<&'c str>,
}

#[derive(Clone, Copy)]
enum At<'a> {
    /// In a mapping.
    End(Node<'a>),
    /// Below a key that has no value yet.
    Empty(Entry<'a>),
}

impl<'a, 'c> Target<'a, 'c> {
    fn find(from: Node<'a>, steps: &[Step<'c>]) -> Option<Self> {
        let mut at = from;
        for (index, step) in steps.iter().enumerate() {
            if !at.is_map() || !is_block(at) {
                return None;
            }
            match at.entry(step.name) {
                None => return Self::new(At::End(at), &steps[index..]),
                Some(entry) if entry.value.is_null() => {
                    let is_written = step.is_list || !entry.value.raw().is_empty();
                    let rest = &steps[index + 1..];
                    return (!is_written).then(|| Self::new(At::Empty(entry), rest))?;
                }
                Some(entry) if step.is_list => {
                    let mut items = entry.value.items();
                    at = items.next()?;
                    if items.next().is_some() {
                        return None;
                    }
                }
                Some(entry) => at = entry.value,
            }
        }
        let fits = at.is_map() && is_block(at);
        fits.then(|| Self::new(At::End(at), &[]))?
    }

    fn new(at: At<'a>, missing: &[Step<'c>]) -> Option<Self> {
        let is_sure = missing.iter().all(|it| !it.is_list);
        let missing = missing.iter().map(|it| it.name).collect();
        is_sure.then_some(Self { at, missing })
    }
}

/// Takes a block out where it is, and puts it in at the target.
fn carry(block: &Block<'_>, target: &Target<'_, '_>) -> Option<Vec<Edit>> {
    let text = block.text();
    let (at, mut column) = match target.at {
        At::End(map) => {
            let first = map.entries().next()?;
            let holds = |it: &Entry<'_>| it.value.span().contains(block.span());
            let after = map.entries().find(holds).or_else(|| map.entries().last())?;
            (Block::of(after)?.end(), block::column(text, first.key)?)
        }
        At::Empty(entry) => {
            let column = block::column(text, entry.key)? + STEP;
            (row_end(text, entry.key.span().end as usize), column)
        }
    };
    let end = newline(text);
    let mut new = String::new();
    for name in &target.missing {
        new.push_str(&format!("{}{name}:{end}", " ".repeat(column)));
        column += STEP;
    }
    new.push_str(&block.at_column(column));
    let gone = block.removal()?;
    if !text[..at].ends_with('\n') {
        // The last line of the text has no end: now another one is the last.
        let lead = if gone.end as usize == at { "" } else { end };
        new = format!("{lead}{}", new.trim_end_matches(['\r', '\n']));
    }
    let at = Span::from_usize(at, at);
    let out = |span| Edit {
        span,
        text: String::new(),
    };
    if gone.contains(at) {
        let mut edit = out(gone);
        edit.text = new;
        return (at.start == gone.end || at.start == gone.start).then(|| vec![edit]);
    }
    let edits = vec![
        out(gone),
        Edit {
            span: at,
            text: new,
        },
    ];
    Some(edits)
}

/// A step from the top of a document.
enum Way {
    Key(String),
    Index(usize),
}

fn shown(way: &[Way]) -> String {
    let mut path = String::new();
    for step in way {
        match step {
            Way::Key(key) if path.is_empty() => path.push_str(key),
            Way::Key(key) => path.push_str(&format!(".{key}")),
            Way::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    match path.is_empty() {
        true => "the top level".to_owned(),
        false => path,
    }
}

fn way_to(node: Node<'_>) -> Vec<Way> {
    let mut way = Vec::new();
    let mut at = node;
    while let Some(parent) = at.parent() {
        way.push(match at.key() {
            Some(key) => Way::Key(key.as_str().unwrap_or_default().to_owned()),
            None => Way::Index(at.number()),
        });
        at = parent;
    }
    way.reverse();
    way
}

/// Whether the edits do what they are meant to and nothing else: the document
/// holds the same texts as before and those in `made`, and the entries are at
/// the end of `way` with the same values.
fn is_sure(entries: &[Entry<'_>], way: &[Way], made: &[&str], edits: &[Edit]) -> bool {
    let Some(document) = entries.first().map(|it| it.key.document()) else {
        return false;
    };
    let start = document.span().start;
    let inside = |edit: &Edit| {
        let (from, to) = (edit.span.start.checked_sub(start)?, edit.span.end - start);
        Some(Edit {
            span: Span::new(from, to),
            text: edit.text.clone(),
        })
    };
    let edits: Option<Vec<Edit>> = edits.iter().map(inside).collect();
    let before = document.span().text(document.text());
    let Some(after) = edits.and_then(|it| fix::apply(before, &it)) else {
        return false;
    };
    let parsed = parse::parse(&Source::new("", after), 0);
    let (Some(old), [new]) = (document.root(), parsed.documents.as_slice()) else {
        return false;
    };
    let Some(new) = new.root() else { return false };
    let mut wanted = texts(old);
    wanted.extend(made.iter().map(|it| format!("{:?}", Value::Str(it))));
    wanted.sort();
    let mut found = texts(new);
    found.sort();
    let step = |at: Node<'_>, step: &Way| match step {
        Way::Key(key) => Some(at.document().node(at.get(key)?.id())?.id()),
        Way::Index(index) => Some(at.items().nth(*index)?.id()),
    };
    let place = way
        .iter()
        .try_fold(new, |at, it| new.document().node(step(at, it)?));
    let stands = |entry: &Entry<'_>| {
        let now = place.and_then(|it| it.entry(entry.name()));
        now.is_some_and(|it| texts(it.value) == texts(entry.value))
    };
    wanted == found && entries.iter().all(stands)
}

/// The scalars of a tree, keys included, in order.
fn texts(node: Node<'_>) -> Vec<String> {
    let document = node.document();
    let ids = node.id()..node.id() + node.size();
    let nodes = ids.filter_map(|id| document.node(id));
    let scalars = nodes.filter(|it| !it.is_map() && !it.is_seq() && !it.is_null());
    scalars.map(|it| format!("{:?}", it.value())).collect()
}

#[cfg(test)]
mod tests;
