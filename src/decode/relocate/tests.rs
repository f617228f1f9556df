//! Moves, as text.

#![allow(clippy::unwrap_used)]

use super::*;

fn step(name: &str) -> Step<'_> {
    let (name, is_list) = name
        .strip_suffix("[]")
        .map_or((name, false), |it| (it, true));
    Step { name, is_list }
}

/// Moves the entry at `what` to `steps` below `from`, both as keys and indices.
fn moved(text: &str, what: &str, from: &str, steps: &[&str]) -> Option<String> {
    let parsed = parse::parse(&Source::new("a.yaml", text), 0);
    let root = parsed.documents[0].root().unwrap();
    let node = |path: &str| {
        let steps = path.split('.').filter(|it| !it.is_empty());
        steps.fold(root, |at, step| match step.parse() {
            Ok(index) => at.items().nth(index).unwrap(),
            Err(_) => at.entry(step).unwrap().value,
        })
    };
    let value = node(what);
    let entry = Entry {
        key: value.key().unwrap(),
        value,
    };
    let steps: Vec<Step<'_>> = steps.iter().map(|it| step(it)).collect();
    let fix = relocate(entry, node(from), &steps)?;
    let fixed = fix::apply(text, &fix.edits).unwrap();
    // CRLF moves as LF does.
    let crlf = text.replace('\n', "\r\n");
    if !text.contains('\r') {
        let other = moved(&crlf, what, from, &steps_of(&steps));
        let other = other.unwrap();
        assert_eq!(other, fixed.replace('\n', "\r\n"));
    }
    Some(fixed)
}

fn steps_of<'s>(steps: &[Step<'s>]) -> Vec<&'s str> {
    // Names of lists are given with brackets once only.
    steps.iter().map(|it| it.name).collect()
}

const POD: &str = "spec:
  # the one
  containers:
  - name: a
    # when it ends
    restartPolicy: Never # ever
    image: b
  dnsPolicy: Default
";

#[test]
fn up_it_goes_behind_what_it_stood_in() {
    assert_eq!(
        moved(POD, "spec.containers.0.restartPolicy", "spec", &[]).unwrap(),
        "spec:
  # the one
  containers:
  - name: a
    image: b
  # when it ends
  restartPolicy: Never # ever
  dnsPolicy: Default
"
    );
}

#[test]
fn the_first_of_an_item_leaves_its_dash() {
    let text = "spec:\n  containers:\n  - restartPolicy: Never\n    name: a\n";
    assert_eq!(
        moved(text, "spec.containers.0.restartPolicy", "spec", &[]).unwrap(),
        "spec:\n  containers:\n  - name: a\n  restartPolicy: Never\n"
    );
}

#[test]
fn what_it_belongs_to_is_put_around_it() {
    let text = "c:\n- name: a\n  # why\n  limits:\n    cpu: 1\n\n    memory: 1Gi\n  image: b\n";
    assert_eq!(
        moved(text, "c.0.limits", "c.0", &["resources"]).unwrap(),
        "c:\n- name: a\n  # why\n  resources:\n    limits:\n      cpu: 1\n\n      memory: 1Gi\n  image: b\n"
    );
    let text = "c:\n- limits:\n    cpu: 1\n  image: b\n";
    assert_eq!(
        moved(text, "c.0.limits", "c.0", &["a", "b"]).unwrap(),
        "c:\n- a:\n    b:\n      limits:\n        cpu: 1\n  image: b\n"
    );
}

#[test]
fn what_is_there_takes_it_at_its_end() {
    let text = "c:\n  resources:\n      limits:\n        cpu: 1 # one\n  requests:\n    cpu: 1\n";
    assert_eq!(
        moved(text, "c.requests", "c", &["resources"]).unwrap(),
        "c:\n  resources:\n      limits:\n        cpu: 1 # one\n      requests:\n        cpu: 1\n"
    );
    let text = "c:\n  requests:\n    cpu: 1\n  resources: # none\n  d: 1\n";
    assert_eq!(
        moved(text, "c.requests", "c", &["resources"]).unwrap(),
        "c:\n  resources: # none\n    requests:\n      cpu: 1\n  d: 1\n"
    );
}

#[test]
fn a_text_without_a_last_line_break_stays_one() {
    let text = "a: 1\nb:\n  c: 2";
    assert_eq!(moved(text, "a", "", &["b"]).unwrap(), "b:\n  c: 2\n  a: 1");
    let text = "b:\n  c: 2\n  a: 1";
    assert_eq!(moved(text, "b.a", "", &[]).unwrap(), "b:\n  c: 2\na: 1");
}

#[test]
fn scalars_of_many_lines_stay_as_they_are() {
    let text = "a:\n  script: |\n    one\n      two\n\n    three\n  b: 1\nc: 1\n";
    assert_eq!(
        moved(text, "a.script", "", &[]).unwrap(),
        "a:\n  b: 1\nscript: |\n  one\n    two\n\n  three\nc: 1\n"
    );
}

#[test]
fn what_is_not_sure_is_left() {
    for (text, what, from, steps) in [
        // flow style
        ("a: {b: 1, c: 2}\n", "a.b", "", &[][..]),
        ("a:\n  b: 1\nc: {d: 1}\n", "a", "", &["c"]),
        // the only entry
        ("a:\n  b: 1\nc: 1\n", "a.b", "", &[]),
        // there already
        ("a:\n  b: 1\n  d: 1\nb: 2\n", "a.b", "", &[]),
        // which item?
        ("a: 1\nb:\n- c: 1\n- c: 2\n", "a", "", &["b[]"]),
        ("a: 1\nc: 2\n", "a", "", &["b[]"]),
        // anchors
        ("a:\n  b: &x 1\n  c: 1\nd: *x\n", "a.b", "", &[]),
        // another mapping made elsewhere
        ("a:\n  b: 1\n  c: 2\n", "a.b", "", &["d"]),
        // null in so many letters
        ("a: 1\nb: null\n", "a", "", &["b"]),
        // a second key on the line of the dash
        ("- - a: 1\n    b: 2\n- {c: 1}\n", "0.0.b", "1", &[]),
    ] {
        assert_eq!(moved(text, what, from, steps), None, "{text}");
    }
}
