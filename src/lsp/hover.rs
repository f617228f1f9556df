//! Hover: the documentation of the rules that found something here.

use super::protocol::{AtPosition, Hover, Markdown};
use super::workspace::Workspace;
use crate::rule::Rule;
use crate::rules;
use std::fmt::Write as _;

/// `textDocument/hover`.
pub(super) fn hover(workspace: &mut Workspace, params: AtPosition) -> Option<Hover> {
    let encoding = workspace.encoding;
    let document = workspace.document(&params.text_document.uri)?;
    let lines = document.text.lines();
    let offset = lines.offset(params.position, encoding);
    let here = document.findings.iter().filter(|finding| {
        let span = finding.place.span;
        span.start <= offset && offset <= span.end
    });
    let mut seen: Vec<&Rule> = Vec::new();
    let mut covered = None;
    for finding in here {
        let Some(rule) = rules::find(finding.rule) else {
            continue;
        };
        if seen.iter().all(|it| it.name != rule.name) {
            seen.push(rule);
        }
        covered = covered.map_or(Some(finding.place.span), |span: crate::source::Span| {
            Some(span.cover(finding.place.span))
        });
    }
    let pages: Vec<String> = seen.into_iter().map(page).collect();
    Some(Hover {
        contents: Markdown {
            kind: "markdown",
            value: pages.join("\n---\n\n"),
        },
        range: lines.range(covered?, encoding),
    })
}

/// The page of a rule, as Markdown for people.
fn page(rule: &Rule) -> String {
    let mut page = format!("**{}**: {}\n\n", rule.name, rule.summary);
    for line in rule.docs.trim().lines() {
        match line.strip_prefix("```yaml") {
            Some(kind) => {
                let _ = writeln!(page, "{}\n```yaml", heading(kind));
            }
            None => {
                let _ = writeln!(page, "{line}");
            }
        }
    }
    page
}

/// The words after the opening fence say what an example is there for: they are
/// for the tests, and a renderer drops them.
fn heading(words: &str) -> &'static str {
    match words.split_whitespace().next() {
        Some("bad") => "Bad:\n",
        Some("good") => "Good:\n",
        Some("fixed") => "Fixed:\n",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_says_what_its_examples_are() {
        for rule in rules::ALL {
            let page = page(rule);
            assert!(page.starts_with(&format!("**{}**", rule.name)));
            let fences = page.lines().filter(|it| it.starts_with("```"));
            assert!(
                fences.clone().all(|it| matches!(it, "```" | "```yaml")),
                "{page}"
            );
            assert_eq!(fences.count() % 2, 0, "{page}");
        }
    }
}
