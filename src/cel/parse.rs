//! Tokens to an expression, by CEL's grammar; macros are recognised here.

use super::ast::{Expr, Fold, Macro, Op};
use super::lex::{Token, tokens};

/// Expressions inside of expressions; parsing and evaluating must not exhaust
/// the stack.
const DEPTH: u32 = 100;

/// Names that may stand for nothing.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// Why a text is no expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The byte of the expression at which it shows.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Expr, SyntaxError> {
    let tokens = tokens(text).map_err(|(at, message)| SyntaxError { at, message })?;
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
    };
    let expr = parser.expr()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => parser.fail("extraneous input"),
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    depth: u32,
}

type Parsed<T> = Result<T, SyntaxError>;

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens
            .get(self.at)
            .map_or(&Token::End, |(_, token)| token)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn fail<T>(&self, message: &str) -> Parsed<T> {
        let at = self.tokens.get(self.at.min(self.tokens.len() - 1));
        Err(SyntaxError {
            at: at.map_or(0, |(at, _)| *at),
            message: format!("Syntax error: {message}"),
        })
    }

    fn take(&mut self, mark: &str) -> bool {
        let found = matches!(self.peek(), Token::Mark(it) if *it == mark);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, mark: &str) -> Parsed<()> {
        match self.take(mark) {
            true => Ok(()),
            false => self.fail(&format!("expecting '{mark}'")),
        }
    }

    fn ident(&mut self) -> Parsed<Box<str>> {
        match self.next() {
            Token::Ident(name) => Ok(name.into()),
            _ => {
                self.at -= 1;
                self.fail("expecting a name")
            }
        }
    }

    /// Goes one expression deeper; every way down passes here.
    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        match self.depth > DEPTH {
            true => self.fail("expression recursion limit exceeded"),
            false => Ok(()),
        }
    }

    fn expr(&mut self) -> Parsed<Expr> {
        self.deeper()?;
        let condition = self.or()?;
        let expr = if self.take("?") {
            let then = self.or()?;
            self.expect(":")?;
            let other = self.expr()?;
            Expr::If(condition.into(), then.into(), other.into())
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn or(&mut self) -> Parsed<Expr> {
        let mut all = vec![self.and()?];
        while self.take("||") {
            all.push(self.and()?);
        }
        Ok(single(all, Expr::Or))
    }

    fn and(&mut self) -> Parsed<Expr> {
        let mut all = vec![self.relation()?];
        while self.take("&&") {
            all.push(self.relation()?);
        }
        Ok(single(all, Expr::And))
    }

    fn relation(&mut self) -> Parsed<Expr> {
        const OPS: &[(&str, Op)] = &[
            ("==", Op::Eq),
            ("!=", Op::Ne),
            ("<=", Op::Le),
            (">=", Op::Ge),
            ("<", Op::Lt),
            (">", Op::Gt),
        ];
        self.binary(Self::sum, |parser| {
            if matches!(parser.peek(), Token::Ident(name) if name == "in") {
                parser.at += 1;
                return Some(Op::In);
            }
            OPS.iter()
                .find(|(mark, _)| parser.take(mark))
                .map(|(_, op)| *op)
        })
    }

    fn sum(&mut self) -> Parsed<Expr> {
        const OPS: &[(&str, Op)] = &[("+", Op::Add), ("-", Op::Sub)];
        self.binary(Self::product, |parser| {
            OPS.iter()
                .find(|(mark, _)| parser.take(mark))
                .map(|(_, op)| *op)
        })
    }

    fn product(&mut self) -> Parsed<Expr> {
        const OPS: &[(&str, Op)] = &[("*", Op::Mul), ("/", Op::Div), ("%", Op::Rem)];
        self.binary(Self::unary, |parser| {
            OPS.iter()
                .find(|(mark, _)| parser.take(mark))
                .map(|(_, op)| *op)
        })
    }

    /// Operators of one rank, from left to right. Each makes the tree deeper.
    fn binary(
        &mut self,
        part: fn(&mut Self) -> Parsed<Expr>,
        op: impl Fn(&mut Self) -> Option<Op>,
    ) -> Parsed<Expr> {
        let mut left = part(self)?;
        let before = self.depth;
        while let Some(op) = op(self) {
            self.deeper()?;
            let right = part(self)?;
            left = Expr::Binary(op, left.into(), right.into());
        }
        self.depth = before;
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Expr> {
        if self.take("!") {
            self.deeper()?;
            let inner = self.unary()?;
            self.depth -= 1;
            return Ok(Expr::Not(inner.into()));
        }
        if self.take("-") {
            // The least integer has no positive counterpart.
            if let Token::Int(digits) = self.peek().clone() {
                self.at += 1;
                let Some(value) = integer(&format!("-{digits}")) else {
                    return self.fail("invalid int literal");
                };
                return self.postfix(Expr::Int(value));
            }
            self.deeper()?;
            let inner = self.unary()?;
            self.depth -= 1;
            return Ok(match inner {
                Expr::Double(it) => Expr::Double(-it),
                inner => Expr::Neg(inner.into()),
            });
        }
        let primary = self.primary()?;
        self.postfix(primary)
    }

    fn postfix(&mut self, mut expr: Expr) -> Parsed<Expr> {
        let before = self.depth;
        loop {
            if self.take(".") {
                self.deeper()?;
                let optional = self.take("?");
                let name = self.ident()?;
                expr = if !optional && self.take("(") {
                    let args = self.list(")")?;
                    self.call(Some(expr), name, args)?
                } else {
                    Expr::Select(expr.into(), name, optional)
                };
            } else if self.take("[") {
                self.deeper()?;
                let optional = self.take("?");
                let index = self.expr()?;
                self.expect("]")?;
                expr = Expr::Index(expr.into(), index.into(), optional);
            } else if let Some(kind) = type_name(&expr)
                && self.take("{")
            {
                self.deeper()?;
                // No type is known here; it is told as a function that is not.
                expr = Expr::Call(kind.into(), None, self.fields()?);
            } else {
                self.depth = before;
                return Ok(expr);
            }
        }
    }

    /// The fields of an object that is built, of which only the values are kept.
    fn fields(&mut self) -> Parsed<Vec<Expr>> {
        let mut found = Vec::new();
        while !self.take("}") {
            self.take("?");
            self.ident()?;
            self.expect(":")?;
            found.push(self.expr()?);
            if !self.take(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(found)
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let at = self.at;
        let literal = match self.next() {
            Token::Int(digits) => integer(&digits).map(Expr::Int),
            Token::Uint(digits) => unsigned(&digits).map(Expr::Uint),
            Token::Double(it) => Some(Expr::Double(it)),
            Token::Str(it) => Some(Expr::Str(it.into())),
            Token::Bytes(it) => Some(Expr::Bytes(it.into())),
            Token::Mark("(") => {
                let inner = self.expr()?;
                self.expect(")")?;
                Some(inner)
            }
            Token::Mark("[") => Some(Expr::List(self.items()?)),
            Token::Mark("{") => Some(Expr::Map(self.entries()?)),
            Token::Mark(".") => {
                let name = self.ident()?;
                return self.named(name);
            }
            Token::Ident(name) => return self.named(name.into()),
            _ => None,
        };
        match literal {
            Some(literal) => Ok(literal),
            None => {
                self.at = at;
                self.fail("mismatched input")
            }
        }
    }

    fn named(&mut self, name: Box<str>) -> Parsed<Expr> {
        if self.take("(") {
            let args = self.list(")")?;
            return self.call(None, name, args);
        }
        match &*name {
            "true" => Ok(Expr::Bool(true)),
            "false" => Ok(Expr::Bool(false)),
            "null" => Ok(Expr::Null),
            "in" => self.fail("mismatched input 'in'"),
            it if RESERVED.contains(&it) => self.fail(&format!("reserved identifier: {it}")),
            _ => Ok(Expr::Ident(name)),
        }
    }

    fn list(&mut self, end: &str) -> Parsed<Vec<Expr>> {
        let mut found = Vec::new();
        while !self.take(end) {
            found.push(self.expr()?);
            if !self.take(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok(found)
    }

    fn items(&mut self) -> Parsed<Vec<(bool, Expr)>> {
        let mut found = Vec::new();
        while !self.take("]") {
            found.push((self.take("?"), self.expr()?));
            if !self.take(",") {
                self.expect("]")?;
                break;
            }
        }
        Ok(found)
    }

    fn entries(&mut self) -> Parsed<Vec<(bool, Expr, Expr)>> {
        let mut found = Vec::new();
        while !self.take("}") {
            let optional = self.take("?");
            let key = self.expr()?;
            self.expect(":")?;
            found.push((optional, key, self.expr()?));
            if !self.take(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(found)
    }

    fn call(&self, target: Option<Expr>, name: Box<str>, args: Vec<Expr>) -> Parsed<Expr> {
        match (target, &*name, args.len()) {
            (None, "has", 1) => match args.into_iter().next() {
                Some(Expr::Select(of, field, false)) => Ok(Expr::Has(of, field)),
                _ => self.fail("invalid argument to has() macro"),
            },
            (None, _, _) => Ok(Expr::Call(name, None, args)),
            (Some(range), _, count) => match fold(&name, count) {
                Some(fold) => self.folded(fold, &name, range, args),
                None => Ok(Expr::Call(name, Some(range.into()), args)),
            },
        }
    }

    fn folded(&self, fold: Fold, name: &str, range: Expr, args: Vec<Expr>) -> Parsed<Expr> {
        let count = args.len();
        let mut args = args.into_iter();
        let mut variable = || match args.next() {
            Some(Expr::Ident(name)) => Ok(name),
            _ => self.fail("argument must be a simple name"),
        };
        let first = variable()?;
        let one = matches!(name, "map" | "filter" | "optMap" | "optFlatMap") || count == 2;
        let second = if one { None } else { Some(variable()?) };
        let filter = match name {
            "map" if count == 3 => args.next(),
            "transformList" | "transformMap" | "transformMapEntry" if count == 4 => args.next(),
            _ => None,
        };
        let Some(body) = args.next() else {
            return self.fail("missing argument");
        };
        Ok(Expr::Macro(Box::new(Macro {
            fold,
            range,
            first,
            second,
            filter,
            body,
        })))
    }
}

/// The name of a type, as in `Object.metadata`.
fn type_name(expr: &Expr) -> Option<String> {
    let (mut parts, mut at) = (Vec::new(), expr);
    loop {
        match at {
            Expr::Select(base, name, false) => {
                parts.push(&**name);
                at = base;
            }
            Expr::Ident(name) => {
                parts.push(&**name);
                parts.reverse();
                return Some(parts.join("."));
            }
            _ => return None,
        }
    }
}

fn single(mut all: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match (all.len(), all.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            all.extend(last);
            many(all)
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

/// The macro of that name and number of arguments.
fn fold(name: &str, count: usize) -> Option<Fold> {
    Some(match (name, count) {
        ("all", 2 | 3) => Fold::All,
        ("exists", 2 | 3) => Fold::Exists,
        ("exists_one", 2) | ("existsOne", 2 | 3) => Fold::ExistsOne,
        ("map", 2 | 3) | ("transformList", 3 | 4) => Fold::Map,
        ("filter", 2) => Fold::Filter,
        ("transformMap", 3 | 4) => Fold::TransformMap,
        ("transformMapEntry", 3 | 4) => Fold::TransformMapEntry,
        ("optMap", 2) => Fold::OptMap,
        ("optFlatMap", 2) => Fold::OptFlatMap,
        _ => return None,
    })
}
