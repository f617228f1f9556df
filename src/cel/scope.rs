//! The names that an expression uses and nothing declares.

use super::ast::Expr;
use super::functions;

/// The first such name.
pub(super) fn undeclared(expr: &Expr) -> Option<&str> {
    search(expr, &mut vec!["self", "oldSelf"])
}

/// The depth is that of parsing.
fn search<'e>(expr: &'e Expr, known: &mut Vec<&'e str>) -> Option<&'e str> {
    match expr {
        Expr::Ident(name) => {
            let is_known = known.contains(&&**name) || functions::type_named(name).is_some();
            (!is_known).then_some(&**name)
        }
        Expr::Select(of, _, _) | Expr::Has(of, _) | Expr::Not(of) | Expr::Neg(of) => {
            search(of, known)
        }
        Expr::Index(a, b, _) | Expr::Binary(_, a, b) => {
            search(a, known).or_else(|| search(b, known))
        }
        Expr::Call(_, target, args) => {
            let is_space = |it: &Expr| matches!(it, Expr::Ident(it) if functions::is_namespace(it));
            let target = target.as_deref().filter(|it| !is_space(it));
            let found = target.and_then(|it| search(it, known));
            found.or_else(|| args.iter().find_map(|it| search(it, known)))
        }
        Expr::List(items) => items.iter().find_map(|(_, it)| search(it, known)),
        Expr::Map(entries) => {
            let entry = |(_, key, value): &'e (bool, Expr, Expr)| {
                search(key, known).or_else(|| search(value, known))
            };
            entries.iter().find_map(entry)
        }
        Expr::And(all) | Expr::Or(all) => all.iter().find_map(|it| search(it, known)),
        Expr::If(a, b, c) => [a, b, c].into_iter().find_map(|it| search(it, known)),
        Expr::Macro(it) => {
            if let Some(name) = search(&it.range, known) {
                return Some(name);
            }
            let before = known.len();
            known.push(&it.first);
            known.extend(it.second.as_deref());
            let filter = it.filter.iter().find_map(|it| search(it, known));
            let found = filter.or_else(|| search(&it.body, known));
            known.truncate(before);
            found
        }
        _ => None,
    }
}
