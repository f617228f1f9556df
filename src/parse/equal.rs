//! Whether two values are the same to Kubernetes.

use super::node::{Node, Value};

impl Node<'_> {
    /// Whether both are the same, whatever the order of their keys; a null in a
    /// mapping is as good as nothing.
    #[must_use]
    pub fn equals(self, other: Node<'_>) -> bool {
        let given = |of: Node<'_>| of.entries().filter(|it| !it.value.is_null()).count();
        let mut waiting = vec![(self, other)];
        while let Some((one, other)) = waiting.pop() {
            let same = match (one.value(), other.value()) {
                (Value::Map(_), Value::Map(_)) => given(one) == given(other),
                (one, other) => one == other,
            };
            if !same {
                return false;
            }
            waiting.extend(one.items().zip(other.items()));
            for entry in one.entries().filter(|it| !it.value.is_null()) {
                let Some(twin) = other.get(entry.name()) else {
                    return false;
                };
                waiting.push((entry.value, twin));
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::parse;
    use crate::source::Source;

    #[test]
    fn order_and_nulls_do_not_matter() {
        let equal = |one: &str, other: &str| {
            let read = |text: &str| parse(&Source::new("a.yaml", text), 0).documents;
            let (one, other) = (read(one), read(other));
            let roots = one[0].root().zip(other[0].root());
            roots.is_some_and(|(one, other)| one.equals(other))
        };
        assert!(equal("{a: [1, {b: x}], c: null}", "{a: [1, {b: x}]}"));
        assert!(equal("{a: 1, b: 2}", "{b: 2, a: 1}"));
        assert!(!equal("{a: 1}", "{a: '1'}") && !equal("[1, 2]", "[2, 1]"));
        assert!(!equal("{a: 1, b: 2}", "{a: 1}") && !equal("[1]", "[1, 1]"));
    }
}
