//! A list of hard snippets, each read as Kubernetes reads it.
//!
//! `fixtures/yaml/torture.txt` holds the snippets, each below a line `=== name`.
//! `«D»` stands for the character U+000D, `«*3 ab»` for `ababab`, and `«EOF»` at the
//! end for no line break there. `torture.golden` holds what Kubernetes' own
//! libraries make of them; its first lines say how to record it again.
use crate::parse_support::{self, same_lines, torture};
use plimsoll::parse::lines;
use plimsoll::source::Source;
use std::collections::HashSet;

#[test]
fn every_snippet_is_read_as_kubernetes_reads_it() {
    let golden = parse_support::fixture("yaml/torture.golden");
    let expected: Vec<(String, Vec<String>)> = parse_support::sections(&golden)
        .map(|(name, body)| (name.to_owned(), body.lines().map(str::to_owned).collect()))
        .collect();
    let snippets = torture();
    assert!(snippets.len() >= 300, "only {} snippets", snippets.len());
    let names: HashSet<&str> = snippets.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(names.len(), snippets.len(), "a name is used twice");
    assert_eq!(
        expected.len(),
        snippets.len(),
        "record the golden file again"
    );

    let mut wrong = Vec::new();
    for ((name, text), (golden_name, expected)) in snippets.iter().zip(&expected) {
        assert_eq!(name, golden_name, "record the golden file again");
        let got: Vec<String> = lines(&Source::new(name.as_str(), text.as_str()))
            .map(|line| match line.starts_with("{\"error\":") {
                true => "refused".to_owned(),
                false => line,
            })
            .collect();
        if !same_lines(expected, &got) {
            let cut = |lines: &[String]| lines.join("\n").chars().take(300).collect::<String>();
            wrong.push(format!(
                "=== {name}\n{}\n  kubernetes: {}\n  plimsoll:   {}",
                text.chars().take(300).collect::<String>(),
                cut(expected),
                cut(&got)
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ\n{}",
        wrong.len(),
        snippets.len(),
        wrong.join("\n")
    );
}
