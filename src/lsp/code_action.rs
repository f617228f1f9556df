//! Code actions: the fixes of findings, one by one or all safe ones of a file.

use super::convert;
use super::lines::Encoding;
use super::project::Checked;
use super::protocol::{CodeAction, CodeActionParams};
use super::workspace::Workspace;
use crate::finding::Finding;
use crate::fix::{self, Fix};
use crate::source::Span;

const QUICK_FIX: &str = "quickfix";
const FIX_ALL: &str = "source.fixAll.plimsoll";

/// The kinds of action that are offered.
pub(super) const KINDS: [&str; 2] = [QUICK_FIX, FIX_ALL];

/// `textDocument/codeAction`.
pub(super) fn code_actions(workspace: &mut Workspace, params: CodeActionParams) -> Vec<CodeAction> {
    let encoding = workspace.encoding;
    let Some(document) = workspace.document(&params.text_document.uri) else {
        return Vec::new();
    };
    let only = params.context.only.as_deref();
    let mut actions = Vec::new();
    if wanted(only, QUICK_FIX) {
        let range = document.text.lines().span(params.range, encoding);
        actions.extend(quick_fixes(document, range, encoding));
    }
    if wanted(only, FIX_ALL) {
        actions.extend(fix_all(document, encoding));
    }
    actions
}

/// Whether `kind` is asked for: by its name, or by that of a kind above it
/// (`source` and `source.fixAll` stand for `source.fixAll.plimsoll`).
fn wanted(only: Option<&[String]>, kind: &str) -> bool {
    let covers = |asked: &String| {
        let rest = kind.strip_prefix(asked.as_str());
        rest.is_some_and(|rest| asked.is_empty() || rest.is_empty() || rest.starts_with('.'))
    };
    only.is_none_or(|only| only.iter().any(covers))
}

fn quick_fixes(
    document: Checked<'_>,
    range: Span,
    encoding: Encoding,
) -> impl Iterator<Item = CodeAction> {
    let touches = move |finding: &&Finding| {
        let span = finding.place.span;
        span.start <= range.end && range.start <= span.end
    };
    let here = document.findings.iter().filter(touches);
    here.filter_map(move |finding| {
        let fix = finding.fix.as_ref()?;
        Some(CodeAction {
            title: title(fix),
            kind: QUICK_FIX,
            diagnostics: vec![convert::diagnostic(document, finding, encoding)],
            is_preferred: fix.safe.then_some(true),
            edit: convert::workspace_edit(document, &fix.edits, encoding),
        })
    })
}

fn title(fix: &Fix) -> String {
    let mut letters = fix.title.chars();
    let first = letters.next().map(char::to_uppercase);
    let title: String = first.into_iter().flatten().chain(letters).collect();
    if fix.safe {
        title
    } else {
        format!("{title} (changes what runs)")
    }
}

/// All safe fixes of a file. One that overlaps an earlier one is left for the
/// next time.
fn fix_all(document: Checked<'_>, encoding: Encoding) -> Option<CodeAction> {
    let fixes = document.findings.iter().filter_map(|it| it.fix.as_ref());
    let chosen = fix::compatible(fixes.filter(|fix| fix.safe));
    let edits = fix::ordered(chosen.into_iter().flat_map(|it| &it.edits).collect());
    (!edits.is_empty()).then(|| CodeAction {
        title: "Apply all safe fixes of plimsoll".to_owned(),
        kind: FIX_ALL,
        diagnostics: Vec::new(),
        is_preferred: None,
        edit: convert::workspace_edit(document, edits, encoding),
    })
}
