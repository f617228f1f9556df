//! `$(NAME)` in `env`, `command` and `args`, as the kubelet expands it.
//!
//! Read as `k8s.io/kubernetes/third_party/forked/golang/expansion` reads it:
//! `$$` stands for one `$`, so `$$(NAME)` is not a reference, and whatever is
//! between the brackets is the name.

/// The names that `text` refers to by `$(NAME)`, in order.
pub fn references(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('$')?;
            let Some(opened) = after.strip_prefix('(') else {
                // The character after the `$` is spent as well: in `$$(A)` it is a `$`.
                let mut chars = after.chars();
                chars.next();
                rest = chars.as_str();
                continue;
            };
            let Some((name, after)) = opened.split_once(')') else {
                rest = opened;
                continue;
            };
            rest = after;
            return Some(name);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_as_the_kubelet_finds_them() {
        let names = |text| references(text).collect::<Vec<_>>();
        assert_eq!(names("$(A)-$(B_C):$(d.e)"), ["A", "B_C", "d.e"]);
        assert_eq!(names("$$(A) $$$(B) $"), ["B"]);
        assert_eq!(names("$(A"), [""; 0]);
        assert_eq!(names("$(A $(B)"), ["A $(B"]);
        assert_eq!(names("$A ${B} $é$(C)"), ["C"]);
    }
}
