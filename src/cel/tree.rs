//! An expression as the server checks it: operators are calls, and macros are the
//! loops that they stand for. Nodes know the byte that messages point at.

use super::ast::{Expr, ExprKind as Source, Fold, Init, Macro, Op};

/// The number of a node.
pub(super) type Id = usize;

/// What a loop gathers in; no name that a text could have.
const GATHERED: &str = "@result";
const UNUSED: &str = "#unused";

/// Most nodes; macros that write a part twice can make many more out of a few.
const NODES: usize = 20_000;

/// All nodes of an expression; the last one is the whole.
pub(super) struct Tree<'e> {
    pub(super) nodes: Vec<Node<'e>>,
    /// The first minor release that knows all macros.
    pub(super) since: u8,
    minor: u8,
}

pub(super) struct Node<'e> {
    pub(super) at: u32,
    pub(super) form: NodeKind<'e>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Literal<'e> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Str(&'e str),
    Bytes(&'e [u8]),
}

pub(super) enum NodeKind<'e> {
    Literal(Literal<'e>),
    Ident(&'e str),
    /// A field, and whether it is only asked for.
    Select(Id, &'e str, bool),
    Call(&'e str, Option<Id>, Vec<Id>),
    List(Vec<(bool, Id)>),
    Map(Vec<(bool, Id, Id)>),
    Object(&'e str, Vec<(&'e Init, Id)>),
    Loop(Box<Loop<'e>>),
}

/// A loop over a list or mapping, which gathers a value.
pub(super) struct Loop<'e> {
    pub(super) range: Id,
    pub(super) first: &'e str,
    pub(super) second: Option<&'e str>,
    pub(super) gathered: &'e str,
    pub(super) start: Id,
    pub(super) condition: Id,
    pub(super) step: Id,
    pub(super) result: Id,
}

impl<'e> Tree<'e> {
    /// The tree of an expression for a minor release.
    pub(super) fn of(expr: &'e Expr, minor: u8) -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            since: 0,
            minor,
        };
        tree.lower(expr);
        tree
    }

    /// Whether the expression was too large to be made out.
    pub(super) fn is_cut(&self) -> bool {
        self.nodes.len() > NODES
    }

    /// The whole.
    pub(super) fn root(&self) -> Id {
        self.nodes.len() - 1
    }

    fn add(&mut self, at: u32, form: NodeKind<'e>) -> Id {
        self.nodes.push(Node { at, form });
        self.nodes.len() - 1
    }

    fn call(&mut self, at: u32, name: &'e str, args: Vec<Id>) -> Id {
        self.add(at, NodeKind::Call(name, None, args))
    }

    fn literal(&mut self, at: u32, of: Literal<'e>) -> Id {
        self.add(at, NodeKind::Literal(of))
    }

    /// The depth is that of parsing.
    fn lower(&mut self, expr: &'e Expr) -> Id {
        let at = expr.at;
        if self.is_cut() {
            return self.literal(at, Literal::Null);
        }
        if let Some(it) = literal(expr) {
            return self.literal(at, it);
        }
        let form = match &expr.form {
            Source::Ident(name) => NodeKind::Ident(name),
            Source::Select(of, name, false) => NodeKind::Select(self.lower(of), name, false),
            Source::Select(of, name, true) => {
                let of = self.lower(of);
                let name = self.literal(at, Literal::Str(name));
                NodeKind::Call("_?._", None, vec![of, name])
            }
            Source::Has(of, name) => NodeKind::Select(self.lower(of), name, true),
            Source::Index(of, index, optional) => {
                let name = if *optional { "_[?_]" } else { "_[_]" };
                NodeKind::Call(name, None, vec![self.lower(of), self.lower(index)])
            }
            Source::Call(name, target, args) => {
                let target = target.as_deref().map(|it| self.lower(it));
                NodeKind::Call(name, target, self.all(args))
            }
            Source::Object(name, fields) => {
                let fields = fields.iter().map(|it| (it, self.lower(&it.value)));
                NodeKind::Object(name, fields.collect())
            }
            Source::List(items) => {
                let items = items
                    .iter()
                    .map(|(optional, it)| (*optional, self.lower(it)));
                NodeKind::List(items.collect())
            }
            Source::Map(entries) => {
                let entry = |(optional, key, value): &'e (bool, Expr, Expr)| {
                    (*optional, self.lower(key), self.lower(value))
                };
                NodeKind::Map(entries.iter().map(entry).collect())
            }
            Source::Not(of) => NodeKind::Call("!_", None, vec![self.lower(of)]),
            Source::Neg(of) => NodeKind::Call("-_", None, vec![self.lower(of)]),
            Source::And(all) => NodeKind::Call("_&&_", None, self.all(all)),
            Source::Or(all) => NodeKind::Call("_||_", None, self.all(all)),
            Source::If(a, b, c) => NodeKind::Call(
                "_?_:_",
                None,
                vec![self.lower(a), self.lower(b), self.lower(c)],
            ),
            Source::Binary(op, a, b) => {
                NodeKind::Call(name_of(*op), None, vec![self.lower(a), self.lower(b)])
            }
            Source::Macro(it) => return self.expand(at, it),
            // The others are literals.
            _ => NodeKind::Literal(Literal::Null),
        };
        self.add(at, form)
    }

    fn all(&mut self, all: &'e [Expr]) -> Vec<Id> {
        all.iter().map(|it| self.lower(it)).collect()
    }

    fn expand(&mut self, at: u32, it: &'e Macro) -> Id {
        let (since, name) = match it.fold {
            Fold::SortBy => (35, "sortBy"),
            Fold::OptMap => (29, "optMap"),
            Fold::OptFlatMap => (29, "optFlatMap"),
            Fold::TransformMap => (33, "transformMap"),
            Fold::TransformMapEntry => (33, "transformMapEntry"),
            Fold::Map if it.second.is_some() => (33, "transformList"),
            Fold::All if it.second.is_some() => (33, "all"),
            Fold::Exists if it.second.is_some() => (33, "exists"),
            Fold::ExistsOne if it.second.is_some() => (33, "existsOne"),
            _ => (0, ""),
        };
        self.since = self.since.max(since);
        if self.minor < since {
            return self.plain(at, name, it);
        }
        match it.fold {
            Fold::OptMap | Fold::OptFlatMap => return self.optional(at, it),
            Fold::SortBy => return self.sort(at, it),
            _ => {}
        }
        let range = self.lower(&it.range);
        self.looped(at, it, range)
    }

    /// A macro that came later than the release: it is a call there.
    fn plain(&mut self, at: u32, name: &'static str, it: &'e Macro) -> Id {
        let target = self.lower(&it.range);
        let mut args = vec![self.add(it.places[0], NodeKind::Ident(&it.first))];
        if let Some(second) = &it.second {
            args.push(self.add(it.places[1], NodeKind::Ident(second)));
        }
        for inner in it.filter.iter().chain([&it.body]) {
            args.push(self.lower(inner));
        }
        self.add(at, NodeKind::Call(name, Some(target), args))
    }

    fn gathered(&mut self, at: u32) -> Id {
        self.add(at, NodeKind::Ident(GATHERED))
    }

    /// The start, the condition, the step and the result of a loop that asks
    /// something of each entry until one decides.
    fn deciding(&mut self, at: u32, it: &'e Macro) -> [Id; 4] {
        let is_all = it.fold == Fold::All;
        let start = self.literal(at, Literal::Bool(is_all));
        let mut now = self.gathered(at);
        if !is_all {
            now = self.call(at, "!_", vec![now]);
        }
        let condition = self.call(at, "@not_strictly_false", vec![now]);
        let (now, body) = (self.gathered(at), self.lower(&it.body));
        let step = self.call(at, if is_all { "_&&_" } else { "_||_" }, vec![now, body]);
        [start, condition, step, self.gathered(at)]
    }

    /// [`Tree::deciding`] of one that counts.
    fn counting(&mut self, at: u32, it: &'e Macro) -> [Id; 4] {
        let start = self.literal(at, Literal::Int(0));
        let condition = self.literal(at, Literal::Bool(true));
        let body = self.lower(&it.body);
        let (now, one) = (self.gathered(at), self.literal(at, Literal::Int(1)));
        let more = self.call(at, "_+_", vec![now, one]);
        let now = self.gathered(at);
        let step = self.call(at, "_?_:_", vec![body, more, now]);
        let (now, one) = (self.gathered(at), self.literal(at, Literal::Int(1)));
        [
            start,
            condition,
            step,
            self.call(at, "_==_", vec![now, one]),
        ]
    }

    /// A macro as a loop over `range`.
    fn looped(&mut self, at: u32, it: &'e Macro, range: Id) -> Id {
        let [start, condition, step, result] = match it.fold {
            Fold::All | Fold::Exists => self.deciding(at, it),
            Fold::ExistsOne => self.counting(at, it),
            fold => {
                let is_map = matches!(fold, Fold::TransformMap | Fold::TransformMapEntry);
                let empty = match is_map {
                    true => NodeKind::Map(Vec::new()),
                    false => NodeKind::List(Vec::new()),
                };
                let start = self.add(at, empty);
                let condition = self.literal(at, Literal::Bool(true));
                let step = self.gathering(at, it);
                [start, condition, step, self.gathered(at)]
            }
        };
        self.add(
            at,
            NodeKind::Loop(Box::new(Loop {
                range,
                first: &it.first,
                second: it.second.as_deref(),
                gathered: GATHERED,
                start,
                condition,
                step,
                result,
            })),
        )
    }

    /// One step of a macro that makes a list or mapping.
    fn gathering(&mut self, at: u32, it: &'e Macro) -> Id {
        let is_filter = it.fold == Fold::Filter;
        let filter = match is_filter {
            true => Some(&it.body),
            false => it.filter.as_ref(),
        };
        let filter = filter.map(|it| self.lower(it));
        let now = self.gathered(at);
        let body = match is_filter {
            true => self.add(at, NodeKind::Ident(&it.first)),
            false => self.lower(&it.body),
        };
        let step = match it.fold {
            Fold::TransformMap => {
                let key = self.add(at, NodeKind::Ident(&it.first));
                self.call(at, "cel.@mapInsert", vec![now, key, body])
            }
            Fold::TransformMapEntry => self.call(at, "cel.@mapInsert", vec![now, body]),
            _ => {
                let item = self.add(at, NodeKind::List(vec![(false, body)]));
                self.call(at, "_+_", vec![now, item])
            }
        };
        match filter {
            Some(filter) => {
                let now = self.gathered(at);
                self.call(at, "_?_:_", vec![filter, step, now])
            }
            None => step,
        }
    }

    /// A name for a value: a loop over nothing.
    fn bound(
        &mut self,
        at: u32,
        name: &'e str,
        value: Id,
        body: impl FnOnce(&mut Self) -> Id,
    ) -> Id {
        let range = self.add(at, NodeKind::List(Vec::new()));
        let condition = self.literal(at, Literal::Bool(false));
        let step = self.add(at, NodeKind::Ident(name));
        let result = body(self);
        self.add(
            at,
            NodeKind::Loop(Box::new(Loop {
                range,
                first: UNUSED,
                second: None,
                gathered: name,
                start: value,
                condition,
                step,
                result,
            })),
        )
    }

    fn optional(&mut self, at: u32, it: &'e Macro) -> Id {
        let target = self.lower(&it.range);
        let has = self.add(at, NodeKind::Call("hasValue", Some(target), Vec::new()));
        let target = self.lower(&it.range);
        let value = self.add(at, NodeKind::Call("value", Some(target), Vec::new()));
        let made = self.bound(at, &it.first, value, |tree| tree.lower(&it.body));
        let made = match it.fold {
            Fold::OptMap => self.call(at, "optional.of", vec![made]),
            _ => made,
        };
        let none = self.call(at, "optional.none", Vec::new());
        self.call(at, "_?_:_", vec![has, made, none])
    }

    fn sort(&mut self, at: u32, it: &'e Macro) -> Id {
        const INPUT: &str = "@__sortBy_input__";
        let target = self.lower(&it.range);
        self.bound(at, INPUT, target, |tree| {
            let range = tree.add(at, NodeKind::Ident(INPUT));
            let keys = tree.looped(at, it, range);
            let input = tree.add(at, NodeKind::Ident(INPUT));
            tree.add(
                at,
                NodeKind::Call("@sortByAssociatedKeys", Some(input), vec![keys]),
            )
        })
    }
}

fn literal(expr: &Expr) -> Option<Literal<'_>> {
    Some(match &expr.form {
        Source::Null => Literal::Null,
        Source::Bool(it) => Literal::Bool(*it),
        Source::Int(it) => Literal::Int(*it),
        Source::Uint(it) => Literal::Uint(*it),
        Source::Double(it) => Literal::Double(*it),
        Source::Str(it) => Literal::Str(it),
        Source::Bytes(it) => Literal::Bytes(it),
        _ => return None,
    })
}

fn name_of(op: Op) -> &'static str {
    match op {
        Op::Eq => "_==_",
        Op::Ne => "_!=_",
        Op::Lt => "_<_",
        Op::Le => "_<=_",
        Op::Gt => "_>_",
        Op::Ge => "_>=_",
        Op::In => "@in",
        Op::Add => "_+_",
        Op::Sub => "_-_",
        Op::Mul => "_*_",
        Op::Div => "_/_",
        Op::Rem => "_%_",
    }
}
