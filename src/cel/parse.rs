//! Tokens to an expression, by CEL's grammar; macros are recognised here.

use super::ast::{Expr, ExprKind, Init, Op};
use super::escape::is_reserved;
use super::lex::{Placed, Token, tokens};
use super::macros::{fold, folded, refused};

/// Expressions inside of expressions; parsing and evaluating must not exhaust
/// the stack.
const DEPTH: u32 = 100;
const TOO_DEEP: &str = "expression recursion limit exceeded";

/// Why a text is not an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The byte of the expression at which it shows.
    pub at: usize,
    /// What is wrong; `{token}` stands for the token that is there.
    pub message: String,
    /// What else is wrong.
    pub also: Vec<SyntaxError>,
}

impl SyntaxError {
    /// Whether the expression is only deeper than can be looked into here.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        self.message.ends_with(TOO_DEEP) || self.also.iter().any(Self::is_limit)
    }
}

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Expr, SyntaxError> {
    let (tokens, wrong) = tokens(text);
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
    };
    let made = parser.whole();
    let mut wrong = wrong.into_iter().map(|(at, length)| SyntaxError {
        at,
        message: format!(
            "Syntax error: token recognition error at: '{}'",
            &text[at..at + length]
        ),
        also: Vec::new(),
    });
    match wrong.next() {
        None => made,
        // What is not a token is skipped.
        Some(first) => Err(SyntaxError {
            also: wrong.chain(made.err()).collect(),
            ..first
        }),
    }
}

/// What is read, and how far.
pub(super) struct Parser<'t> {
    pub(super) tokens: Vec<Placed<'t>>,
    pub(super) at: usize,
    depth: u32,
}

/// What was read, or why not.
pub(super) type Parsed<T> = Result<T, SyntaxError>;

impl<'t> Parser<'t> {
    fn whole(&mut self) -> Parsed<Expr> {
        let expr = self.expr()?;
        match (self.peek(), self.tokens.len() - self.at) {
            (Token::End, _) => Ok(expr),
            // What comes before the end can be skipped, what comes after it cannot.
            (_, 2) => self.fail("extraneous input '{token}' expecting <EOF>"),
            _ => self.fail("mismatched input '{token}' expecting <EOF>"),
        }
    }

    pub(super) fn peek(&self) -> &Token<'t> {
        self.tokens
            .get(self.at)
            .map_or(&Token::End, |(_, token)| token)
    }

    fn next(&mut self) -> Token<'t> {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    pub(super) fn take(&mut self, mark: &str) -> bool {
        let found = matches!(self.peek(), Token::Mark(it) if *it == mark);
        self.at += usize::from(found);
        found
    }

    /// The byte that the next token starts at.
    fn place(&self) -> u32 {
        let at = self.tokens.get(self.at).map_or(0, |(at, _)| *at);
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// Goes one expression deeper; every way down passes here.
    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        match self.depth > DEPTH {
            true => self.fail(TOO_DEEP),
            false => Ok(()),
        }
    }

    fn expr(&mut self) -> Parsed<Expr> {
        self.deeper()?;
        let condition = self.or()?;
        let at = self.place();
        let expr = if self.take("?") {
            let then = self.or()?;
            self.demand(":")?;
            let other = self.expr()?;
            made(
                at,
                ExprKind::If(condition.into(), then.into(), other.into()),
            )
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn or(&mut self) -> Parsed<Expr> {
        self.logic("||", Self::and, ExprKind::Or)
    }

    fn and(&mut self) -> Parsed<Expr> {
        self.logic("&&", Self::relation, ExprKind::And)
    }

    /// Operands of one operator, whatever their number.
    fn logic(
        &mut self,
        mark: &str,
        part: fn(&mut Self) -> Parsed<Expr>,
        many: fn(Vec<Expr>) -> ExprKind,
    ) -> Parsed<Expr> {
        let first = part(self)?;
        let mut at = self.place();
        if !self.take(mark) {
            return Ok(first);
        }
        let (mut ops, mut all) = (vec![at], vec![first, part(self)?]);
        loop {
            at = self.place();
            if !self.take(mark) {
                // The server balances the tree.
                return Ok(made(ops[ops.len() / 2], many(all)));
            }
            ops.push(at);
            all.push(part(self)?);
        }
    }

    fn relation(&mut self) -> Parsed<Expr> {
        self.binary(Self::sum, |token| {
            Some(match token {
                Token::Mark("==") => Op::Eq,
                Token::Mark("!=") => Op::Ne,
                Token::Mark("<=") => Op::Le,
                Token::Mark(">=") => Op::Ge,
                Token::Mark("<") => Op::Lt,
                Token::Mark(">") => Op::Gt,
                Token::Ident("in") => Op::In,
                _ => return None,
            })
        })
    }

    fn sum(&mut self) -> Parsed<Expr> {
        self.binary(Self::product, |token| {
            Some(match token {
                Token::Mark("+") => Op::Add,
                Token::Mark("-") => Op::Sub,
                _ => return None,
            })
        })
    }

    fn product(&mut self) -> Parsed<Expr> {
        self.binary(Self::unary, |token| {
            Some(match token {
                Token::Mark("*") => Op::Mul,
                Token::Mark("/") => Op::Div,
                Token::Mark("%") => Op::Rem,
                _ => return None,
            })
        })
    }

    /// Operators of one rank, from left to right. Each makes the tree deeper.
    fn binary(
        &mut self,
        part: fn(&mut Self) -> Parsed<Expr>,
        op: fn(&Token<'t>) -> Option<Op>,
    ) -> Parsed<Expr> {
        let mut left = part(self)?;
        let before = self.depth;
        let mut at = self.place();
        while let Some(op) = op(self.peek()) {
            self.at += 1;
            self.deeper()?;
            let right = part(self)?;
            left = made(at, ExprKind::Binary(op, left.into(), right.into()));
            at = self.place();
        }
        self.depth = before;
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let at = self.place();
        let mut count = 0;
        while self.take("!") {
            count += 1;
        }
        if count > 0 {
            let inner = self.member()?;
            return Ok(match count % 2 {
                0 => inner,
                _ => made(at, ExprKind::Not(inner.into())),
            });
        }
        while self.take("-") {
            count += 1;
        }
        if count == 1 {
            // The least integer has no positive counterpart.
            let literal = match self.peek() {
                Token::Int(digits) => match integer(&format!("-{digits}")) {
                    Some(value) => Some(ExprKind::Int(value)),
                    None => return self.fail("invalid int literal"),
                },
                Token::Double(it) => Some(ExprKind::Double(-it)),
                _ => None,
            };
            if let Some(literal) = literal {
                self.at += 1;
                return self.postfix(made(at, literal));
            }
        }
        let inner = self.member()?;
        Ok(match count % 2 {
            0 => inner,
            _ => made(at, ExprKind::Neg(inner.into())),
        })
    }

    fn member(&mut self) -> Parsed<Expr> {
        let primary = self.primary()?;
        self.postfix(primary)
    }

    fn postfix(&mut self, mut expr: Expr) -> Parsed<Expr> {
        let before = self.depth;
        loop {
            let at = self.place();
            if self.take(".") {
                self.deeper()?;
                let optional = self.take("?");
                let name = self.ident(if optional { ".?" } else { "." })?;
                let open = self.place();
                expr = if !optional && self.take("(") {
                    let args = self.list()?;
                    self.call(open, Some(expr), name, args)?
                } else {
                    made(at, ExprKind::Select(expr.into(), name, optional))
                };
            } else if self.take("[") {
                self.deeper()?;
                let optional = self.take("?");
                let index = self.expr()?;
                self.demand("]")?;
                expr = made(at, ExprKind::Index(expr.into(), index.into(), optional));
            } else if *self.peek() == Token::Mark("{")
                && let Some(kind) = type_name(&expr)
            {
                self.at += 1;
                self.deeper()?;
                expr = made(at, ExprKind::Object(kind.into(), self.fields()?));
            } else {
                self.depth = before;
                return Ok(expr);
            }
        }
    }

    /// The fields of an object that is built.
    fn fields(&mut self) -> Parsed<Vec<Init>> {
        self.sequence("}", |parser| {
            let optional = parser.take("?");
            let field = parser.ident("")?;
            let at = parser.place();
            parser.demand(":")?;
            let value = parser.expr()?;
            Ok(Init {
                at,
                optional,
                field,
                value,
            })
        })
    }

    /// What is between commas up to `end`; a last comma may be there.
    fn sequence<T>(&mut self, end: &str, part: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut found = Vec::new();
        while !self.take(end) {
            found.push(part(self)?);
            if self.take(",") {
                continue;
            }
            if !self.take(end) {
                let message = format!("mismatched input '{{token}}' expecting {{'{end}', ','}}");
                return self.fail(&message);
            }
            break;
        }
        Ok(found)
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let (start, at) = (self.at, self.place());
        let literal = match self.next() {
            Token::Int(digits) => integer(digits).map(ExprKind::Int),
            Token::Uint(digits) => unsigned(digits).map(ExprKind::Uint),
            Token::Double(it) => Some(ExprKind::Double(it)),
            Token::Str(it) => Some(ExprKind::Str(it.into())),
            Token::Bytes(it) => Some(ExprKind::Bytes(it.into())),
            Token::Mark("(") => {
                let inner = self.expr()?;
                self.demand(")")?;
                return Ok(inner);
            }
            Token::Mark("[") => {
                Some(ExprKind::List(self.sequence("]", |parser| {
                    Ok((parser.take("?"), parser.expr()?))
                })?))
            }
            Token::Mark("{") => Some(ExprKind::Map(self.sequence("}", |parser| {
                let optional = parser.take("?");
                let key = parser.expr()?;
                parser.demand(":")?;
                Ok((optional, key, parser.expr()?))
            })?)),
            Token::Mark(".") => {
                let at = self.place();
                let name = self.ident(".")?;
                return self.named(at, &name);
            }
            Token::Ident(name) if name != "in" => return self.named(at, name),
            _ => None,
        };
        match literal {
            Some(literal) => Ok(made(at, literal)),
            None => {
                self.at = start;
                self.no_expression()
            }
        }
    }

    fn named(&mut self, at: u32, name: &str) -> Parsed<Expr> {
        let literal = match name {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "null" => ExprKind::Null,
            it if is_reserved(it) => {
                return Err(SyntaxError {
                    at: usize::try_from(at).unwrap_or_default(),
                    message: format!("reserved identifier: {it}"),
                    also: Vec::new(),
                });
            }
            _ => {
                let open = self.place();
                if self.take("(") {
                    let args = self.list()?;
                    return self.call(open, None, name.into(), args);
                }
                ExprKind::Ident(name.into())
            }
        };
        Ok(made(at, literal))
    }

    /// What a function is called with.
    fn list(&mut self) -> Parsed<Vec<Expr>> {
        let mut found = Vec::new();
        if self.take(")") {
            return Ok(found);
        }
        loop {
            found.push(self.expr()?);
            if !self.take(",") {
                self.demand(")")?;
                return Ok(found);
            }
        }
    }

    fn call(&self, at: u32, target: Option<Expr>, name: Box<str>, args: Vec<Expr>) -> Parsed<Expr> {
        let form = match (target, &*name, args.len()) {
            (None, "has", 1) => match args.into_iter().next() {
                Some(Expr {
                    form: ExprKind::Select(of, field, false),
                    ..
                }) => ExprKind::Has(of, field),
                first => {
                    let at = first.map_or(at, |it| it.at);
                    return refused(at, "invalid argument to has() macro");
                }
            },
            (None, _, _) => ExprKind::Call(name, None, args),
            (Some(range), _, count) => match fold(&name, count) {
                Some(fold) => folded(fold, at, &name, range, args)?,
                None => ExprKind::Call(name, Some(range.into()), args),
            },
        };
        Ok(made(at, form))
    }
}

fn made(at: u32, form: ExprKind) -> Expr {
    Expr { at, form }
}

/// The name of a type, as in `Object.metadata`.
fn type_name(expr: &Expr) -> Option<String> {
    let (mut parts, mut at) = (Vec::new(), expr);
    loop {
        match &at.form {
            ExprKind::Select(base, name, false) => {
                parts.push(&**name);
                at = base;
            }
            ExprKind::Ident(name) => {
                parts.push(&**name);
                parts.reverse();
                return Some(parts.join("."));
            }
            _ => return None,
        }
    }
}

fn integer(digits: &str) -> Option<i64> {
    let (sign, bare) = digits
        .strip_prefix('-')
        .map_or(("", digits), |bare| ("-", bare));
    match bare.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(&format!("{sign}{hex}"), 16).ok(),
        None => digits.parse().ok(),
    }
}

fn unsigned(digits: &str) -> Option<u64> {
    match digits.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}
