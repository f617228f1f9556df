//! An expression as a tree.

/// An operator between two values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

/// What a macro does with the entries of a collection, or with an optional.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fold {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
    TransformMap,
    TransformMapEntry,
    SortBy,
    OptMap,
    OptFlatMap,
}

/// The value of a field in an object that is built.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Init {
    pub(super) at: u32,
    pub(super) optional: bool,
    pub(super) field: Box<str>,
    pub(super) value: Expr,
}

/// A macro over a collection.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Macro {
    pub(super) fold: Fold,
    pub(super) range: Expr,
    /// The variable of the item; of the index or key where there are two.
    pub(super) first: Box<str>,
    /// The variable of the value, where there are two.
    pub(super) second: Option<Box<str>>,
    /// Where the variables are.
    pub(super) places: [u32; 2],
    /// What chooses the entries that are looked at.
    pub(super) filter: Option<Expr>,
    pub(super) body: Expr,
}

/// An expression, and the byte of its text that messages about it point at: the
/// operator, the bracket or the point that makes it, else where it starts.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Expr {
    pub(super) at: u32,
    pub(super) form: ExprKind,
}

/// What an expression is.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum ExprKind {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Str(Box<str>),
    Bytes(Box<[u8]>),
    Ident(Box<str>),
    /// `a.b`, and `a.?b` when optional.
    Select(Box<Expr>, Box<str>, bool),
    /// `has(a.b)`
    Has(Box<Expr>, Box<str>),
    /// `a[b]`, and `a[?b]` when optional.
    Index(Box<Expr>, Box<Expr>, bool),
    /// `f(b)` or `a.f(b)`
    Call(Box<str>, Option<Box<Expr>>, Vec<Expr>),
    /// `Type{field: value}`: its fields with the places of their colons.
    Object(Box<str>, Vec<Init>),
    /// Items; those marked are left out when they are absent optionals.
    List(Vec<(bool, Expr)>),
    /// Entries, likewise.
    Map(Vec<(bool, Expr, Expr)>),
    Not(Box<Expr>),
    Neg(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
    Macro(Box<Macro>),
}
