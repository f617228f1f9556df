//! Findings, pushed to the client or pulled by it.

use super::convert;
use super::project::Checked;
use super::protocol::{
    Diagnostic, DiagnosticReport, DocumentDiagnosticParams, PublishDiagnostics,
    WorkspaceDiagnosticParams, WorkspaceDocumentReport, WorkspaceReport,
};
use super::uri;
use super::workspace::Workspace;
use rustc_hash::FxBuildHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher as _;

/// What the client was last told of one document.
#[derive(PartialEq, Debug)]
struct Told {
    version: Option<i64>,
    diagnostics: Vec<Diagnostic>,
}

/// What the client was told, by URI as the client spells it.
#[derive(Debug, Default)]
pub(super) struct Published(BTreeMap<String, Told>);

impl Published {
    /// Tells the client, through `send`, what is new since the last time; what
    /// vanished is taken back. Closed files without findings are not mentioned.
    pub(super) fn update(
        &mut self,
        workspace: &Workspace,
        mut send: impl FnMut(PublishDiagnostics<'_>),
    ) {
        let mut before = std::mem::take(&mut self.0);
        for document in workspace.documents() {
            let now = Told {
                version: document.file.version(),
                diagnostics: convert::diagnostics(document, workspace.encoding),
            };
            let uri = &document.file.uri;
            let told = before.remove(uri);
            let news = told.as_ref() != Some(&now);
            let nothing = now.version.is_none() && now.diagnostics.is_empty();
            if news && !(nothing && told.is_none()) {
                send(PublishDiagnostics {
                    uri,
                    version: now.version,
                    diagnostics: &now.diagnostics,
                });
            }
            if !nothing {
                self.0.insert(uri.clone(), now);
            }
        }
        for (uri, told) in &before {
            if !told.diagnostics.is_empty() {
                send(PublishDiagnostics {
                    uri,
                    version: None,
                    diagnostics: &[],
                });
            }
        }
    }
}

/// `textDocument/diagnostic`. An unknown document has no findings.
pub(super) fn of_document(
    workspace: &mut Workspace,
    params: DocumentDiagnosticParams,
) -> DiagnosticReport {
    let encoding = workspace.encoding;
    let document = workspace.document(&params.text_document.uri);
    let items = document.map(|it| convert::diagnostics(it, encoding));
    let previous = params.previous_result_id;
    report(items.unwrap_or_default(), previous.as_deref())
}

/// `workspace/diagnostic`: every document that has findings, and those that the
/// client knows of.
pub(super) fn of_workspace(
    workspace: &mut Workspace,
    params: WorkspaceDiagnosticParams,
) -> WorkspaceReport {
    workspace.check();
    let previous = params.previous_result_ids.into_iter();
    let mut previous: HashMap<String, (String, String)> = previous
        .map(|it| (uri::canonical(&it.uri), (it.uri, it.value)))
        .collect();
    let mut items = Vec::new();
    for document in workspace.documents() {
        let known = previous.remove(&uri::canonical(&document.file.uri));
        let (_, known) = known.unzip();
        items.extend(of_one(workspace, document, known));
    }
    let gone = previous
        .into_values()
        .map(|(uri, _)| WorkspaceDocumentReport {
            uri,
            version: None,
            report: report(Vec::new(), None),
        });
    items.extend(gone);
    WorkspaceReport { items }
}

fn of_one(
    workspace: &Workspace,
    document: Checked<'_>,
    known: Option<String>,
) -> Option<WorkspaceDocumentReport> {
    if document.findings.is_empty() && known.is_none() {
        return None;
    }
    let items = convert::diagnostics(document, workspace.encoding);
    Some(WorkspaceDocumentReport {
        uri: document.file.uri.clone(),
        version: document.file.version(),
        report: report(items, known.as_deref()),
    })
}

/// The id of a result is a hash of it, so that nothing has to be kept for it.
fn report(items: Vec<Diagnostic>, known: Option<&str>) -> DiagnosticReport {
    let text = serde_json::to_string(&items).unwrap_or_default();
    let result_id = format!("{:016x}", FxBuildHasher.hash_one(&text));
    if known == Some(result_id.as_str()) {
        DiagnosticReport::Unchanged { result_id }
    } else {
        DiagnosticReport::Full { result_id, items }
    }
}
