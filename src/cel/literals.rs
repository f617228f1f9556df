//! What is wrong with literals in an expression whose types are right: invalid
//! durations, points in time and patterns, formats that do not fit what they
//! are given, lists and mappings of several types.

use super::check::{Fault, Types};
use super::tree::{Id, Literal, NodeKind, Tree};
use super::types::Type;
use crate::kube::{duration, pattern, time};

/// All such mistakes.
pub(super) fn check(
    tree: &Tree<'_>,
    types: &Types<'_>,
    shown: &dyn Fn(&Type<'_>) -> String,
) -> Vec<Fault> {
    let mut literals = Literals {
        tree,
        types,
        shown,
        faults: Vec::new(),
    };
    for wanted in ["duration", "timestamp", "matches"] {
        literals.arguments(wanted);
    }
    literals.visit(tree.root());
    literals.formats();
    literals.faults
}

struct Literals<'c, 's> {
    tree: &'c Tree<'c>,
    types: &'c Types<'s>,
    shown: &'c dyn Fn(&Type<'_>) -> String,
    faults: Vec<Fault>,
}

impl<'c> Literals<'c, '_> {
    fn fault(&mut self, id: Id, message: String) {
        let at = self.tree.nodes[id].at;
        self.faults.push(Fault { at, message });
    }

    fn text(&self, id: Id) -> Option<&'c str> {
        match self.tree.nodes[id].form {
            NodeKind::Literal(Literal::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// Literals that a function is called with.
    fn arguments(&mut self, wanted: &str) {
        for node in &self.tree.nodes {
            let NodeKind::Call(name, _, args) = &node.form else {
                continue;
            };
            let first = args.first().filter(|_| *name == wanted);
            let Some((id, text)) = first.and_then(|id| Some((*id, self.text(*id)?))) else {
                continue;
            };
            let is_valid = match wanted {
                "duration" => duration::parse(text).is_ok(),
                "timestamp" => time::parse_rfc3339(text).is_ok(),
                _ => pattern::is_valid(text),
            };
            if !is_valid {
                self.fault(id, format!("invalid {wanted} argument"));
            }
        }
    }

    /// Lists and mappings, but for what is given to a format.
    fn visit(&mut self, id: Id) {
        let tree = self.tree;
        match &tree.nodes[id].form {
            NodeKind::Literal(_) | NodeKind::Ident(_) => {}
            NodeKind::Select(of, _, _) => self.visit(*of),
            NodeKind::Call("format", Some(_), _) => {}
            NodeKind::Call(_, target, args) => {
                target.iter().chain(args).for_each(|it| self.visit(*it));
            }
            NodeKind::List(items) => {
                items.iter().for_each(|(_, it)| self.visit(*it));
                self.alike(items.iter().copied(), true);
            }
            NodeKind::Map(entries) => {
                for (_, key, value) in entries {
                    self.visit(*key);
                    self.visit(*value);
                }
                self.alike(entries.iter().map(|(_, key, _)| (false, *key)), false);
                self.alike(entries.iter().map(|it| (it.0, it.2)), false);
            }
            NodeKind::Object(_, fields) => fields.iter().for_each(|(_, it)| self.visit(*it)),
            NodeKind::Loop(it) => {
                for id in [it.range, it.start, it.condition, it.step, it.result] {
                    self.visit(id);
                }
            }
        }
    }

    /// All are of the type of the first.
    fn alike(&mut self, all: impl Iterator<Item = (bool, Id)>, only_first: bool) {
        let mut wanted: Option<Type<'_>> = None;
        for (optional, id) in all {
            let found = match (optional, &self.types.of[id]) {
                (true, Type::Optional(of)) => (**of).clone(),
                (_, of) => of.clone(),
            };
            let Some(wanted) = &wanted else {
                wanted = Some(found);
                continue;
            };
            if !wanted.is_exactly(&found) {
                let (wanted, found) = ((self.shown)(wanted), (self.shown)(&found));
                self.fault(id, format!("expected type '{wanted}' but found '{found}'"));
                if only_first {
                    return;
                }
            }
        }
    }

    /// `"…".format([…])`
    fn formats(&mut self) {
        for (id, node) in self.tree.nodes.iter().enumerate() {
            let NodeKind::Call("format", Some(target), args) = &node.form else {
                continue;
            };
            let (Some(text), [list]) = (self.text(*target), &args[..]) else {
                continue;
            };
            let NodeKind::List(items) = &self.tree.nodes[*list].form else {
                continue;
            };
            if let Err((at, message)) = self.format(text, items) {
                self.fault(at.unwrap_or(id), message);
            }
        }
    }

    fn format(&self, text: &str, items: &[(bool, Id)]) -> Result<(), (Option<Id>, String)> {
        let mut rest = text;
        let mut asked = 0;
        while let Some(at) = rest.find('%') {
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                rest = after;
                continue;
            }
            if rest.is_empty() {
                return Err((None, "unexpected end of string".to_owned()));
            }
            let Some((_, item)) = items.get(asked) else {
                return Err((None, format!("index {asked} out of range")));
            };
            asked += 1;
            let unread = |why: &str| (None, format!("could not parse formatting clause: {why}"));
            if let Some(after) = rest.strip_prefix('.') {
                rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
                if rest.is_empty() {
                    return Err(unread(
                        "error while parsing precision: could not find end of precision specifier",
                    ));
                }
                if rest.len() == after.len() {
                    return Err(unread(
                        "error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing \"\": invalid syntax",
                    ));
                }
            }
            let Some(verb) = rest.chars().next() else {
                continue;
            };
            rest = &rest[verb.len_utf8()..];
            match self.clause(verb, *item) {
                None => {
                    let why = format!("unrecognized formatting clause \"{verb}\"");
                    return Err(unread(&why));
                }
                Some(Ok(())) => {}
                Some(Err((bad, why))) => {
                    let given = match &self.types.of[bad] {
                        of @ Type::Object(_) => (self.shown)(of),
                        of => of.name().to_owned(),
                    };
                    let message = format!("error during formatting: {why}, was given {given}");
                    return Err((Some(bad), message));
                }
            }
        }
        if items.len() > asked {
            let count = items.len();
            let message = format!(
                "too many arguments supplied to string.format (expected {asked}, got {count})"
            );
            return Err((None, message));
        }
        Ok(())
    }

    /// Whether a value fits what a letter asks for; `None` where there is no such
    /// letter.
    fn clause(&self, verb: char, item: Id) -> Option<Result<(), (Id, &'static str)>> {
        use Type as T;
        let of = &self.types.of[item];
        let (fits, why) = match verb {
            's' => {
                return Some(self.printable(item).map_err(|bad| (bad, "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps")));
            }
            'd' => (
                matches!(of, T::Int | T::Uint),
                "decimal clause can only be used on integers",
            ),
            'f' => (
                matches!(of, T::Double | T::Str),
                "fixed-point clause can only be used on doubles",
            ),
            'e' => (
                matches!(of, T::Double | T::Str),
                "scientific clause can only be used on doubles",
            ),
            'b' => (
                matches!(of, T::Int | T::Uint | T::Bool),
                "only integers and bools can be formatted as binary",
            ),
            'x' | 'X' => (
                matches!(of, T::Int | T::Uint | T::Str | T::Bytes),
                "only integers, byte buffers, and strings can be formatted as hex",
            ),
            'o' => (
                matches!(of, T::Int | T::Uint),
                "octal clause can only be used on integers",
            ),
            _ => return None,
        };
        Some(match fits || matches!(of, T::Dyn) {
            true => Ok(()),
            false => Err((item, why)),
        })
    }

    fn printable(&self, id: Id) -> Result<(), Id> {
        use Type as T;
        match &self.types.of[id] {
            T::Error | T::Param(_) | T::Optional(_) | T::Object(_) | T::Named(_) => return Err(id),
            T::Opaque(_) | T::Built(_) | T::Variables => return Err(id),
            _ => {}
        }
        match &self.tree.nodes[id].form {
            NodeKind::List(items) => items.iter().try_for_each(|(_, it)| self.printable(*it)),
            NodeKind::Map(entries) => entries.iter().try_for_each(|(_, key, value)| {
                self.printable(*key)?;
                self.printable(*value)
            }),
            _ => Ok(()),
        }
    }
}
