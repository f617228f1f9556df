//! The messages of the protocol, as far as they are read and written here.
//!
//! They are written down instead of taken from a crate of all protocol types:
//! it is a small part of the protocol, what a client sends beyond it is passed
//! over, and no URI that a client sends is too odd to be taken.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A line and a character in it, both from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) character: u32,
}

/// A half-open range.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Range {
    pub(super) start: Position,
    pub(super) end: Position,
}

/// A document by its URI, with its version where the message has one.
#[derive(Debug, Deserialize)]
pub(super) struct DocumentId {
    pub(super) uri: String,
    pub(super) version: Option<i64>,
}

/// `textDocument/didOpen`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidOpen {
    pub(super) text_document: OpenedDocument,
}

/// A document as it was opened.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenedDocument {
    pub(super) uri: String,
    #[serde(default)]
    pub(super) language_id: String,
    pub(super) version: i64,
    pub(super) text: String,
}

/// `textDocument/didChange`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidChange {
    pub(super) text_document: DocumentId,
    pub(super) content_changes: Vec<Change>,
}

/// A change of a part of the text, or the whole new text.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Change {
    pub(super) range: Option<Range>,
    pub(super) text: String,
}

/// All messages that name a document and nothing else that matters here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OnDocument {
    pub(super) text_document: DocumentId,
}

/// `workspace/didChangeWatchedFiles`.
#[derive(Debug, Deserialize)]
pub(super) struct DidChangeWatchedFiles {
    pub(super) changes: Vec<FileEvent>,
}

/// What happened to a file.
#[derive(Debug, Deserialize)]
pub(super) struct FileEvent {
    pub(super) uri: String,
    /// 1 created, 2 changed, 3 deleted.
    #[serde(rename = "type")]
    pub(super) kind: u8,
}

/// `workspace/didChangeWorkspaceFolders`.
#[derive(Debug, Deserialize)]
pub(super) struct DidChangeWorkspaceFolders {
    pub(super) event: FoldersEvent,
}

/// The folders that came and went.
#[derive(Debug, Deserialize)]
pub(super) struct FoldersEvent {
    #[serde(default)]
    pub(super) added: Vec<DocumentId>,
    #[serde(default)]
    pub(super) removed: Vec<DocumentId>,
}

/// `textDocument/hover`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AtPosition {
    pub(super) text_document: DocumentId,
    pub(super) position: Position,
}

/// `textDocument/codeAction`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeActionParams {
    pub(super) text_document: DocumentId,
    pub(super) range: Range,
    #[serde(default)]
    pub(super) context: CodeActionContext,
}

/// What kinds of action are asked for; all where it is absent.
#[derive(Debug, Default, Deserialize)]
pub(super) struct CodeActionContext {
    pub(super) only: Option<Vec<String>>,
}

/// `textDocument/diagnostic`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentDiagnosticParams {
    pub(super) text_document: DocumentId,
    pub(super) previous_result_id: Option<String>,
}

/// `workspace/diagnostic`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkspaceDiagnosticParams {
    #[serde(default)]
    pub(super) previous_result_ids: Vec<PreviousResult>,
}

/// What a client has of a document.
#[derive(Debug, Deserialize)]
pub(super) struct PreviousResult {
    pub(super) uri: String,
    pub(super) value: String,
}

/// `$/cancelRequest`.
#[derive(Debug, Deserialize)]
pub(super) struct Cancel {
    pub(super) id: lsp_server::RequestId,
}

/// A finding, as an editor takes it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Diagnostic {
    pub(super) range: Range,
    /// 1 error, 2 warning, 3 information.
    pub(super) severity: u8,
    pub(super) code: &'static str,
    pub(super) source: &'static str,
    pub(super) message: String,
    /// 1 unnecessary, 2 deprecated.
    #[serde(skip_serializing_if = "<[u8]>::is_empty")]
    pub(super) tags: &'static [u8],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_information: Vec<RelatedInformation>,
}

/// A second place of a finding.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct RelatedInformation {
    pub(super) location: Location,
    pub(super) message: String,
}

/// A range of a document.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct Location {
    pub(super) uri: String,
    pub(super) range: Range,
}

/// `textDocument/publishDiagnostics`.
#[derive(Debug, Serialize)]
pub(super) struct PublishDiagnostics<'a> {
    pub(super) uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<i64>,
    pub(super) diagnostics: &'a [Diagnostic],
}

/// The answer to a pull: all diagnostics, or word that they are as before.
#[derive(Debug, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(super) enum DiagnosticReport {
    Full {
        result_id: String,
        items: Vec<Diagnostic>,
    },
    Unchanged {
        result_id: String,
    },
}

/// The answer to `workspace/diagnostic`.
#[derive(Debug, Serialize)]
pub(super) struct WorkspaceReport {
    pub(super) items: Vec<WorkspaceDocumentReport>,
}

/// One document of a [`WorkspaceReport`].
#[derive(Debug, Serialize)]
pub(super) struct WorkspaceDocumentReport {
    pub(super) uri: String,
    pub(super) version: Option<i64>,
    #[serde(flatten)]
    pub(super) report: DiagnosticReport,
}

/// The answer to a hover.
#[derive(Debug, Serialize)]
pub(super) struct Hover {
    pub(super) contents: Markdown,
    pub(super) range: Range,
}

/// Text to be rendered.
#[derive(Debug, Serialize)]
pub(super) struct Markdown {
    pub(super) kind: &'static str,
    pub(super) value: String,
}

/// A change that an editor offers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeAction {
    pub(super) title: String,
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) diagnostics: Vec<Diagnostic>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_preferred: Option<bool>,
    pub(super) edit: WorkspaceEdit,
}

/// Changes by document.
#[derive(Debug, Serialize)]
pub(super) struct WorkspaceEdit {
    pub(super) changes: BTreeMap<String, Vec<TextEdit>>,
}

/// Replaces a range.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TextEdit {
    pub(super) range: Range,
    pub(super) new_text: String,
}

/// An object of a file, for the outline.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentSymbol {
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) kind: u8,
    pub(super) range: Range,
    pub(super) selection_range: Range,
}

/// [`DocumentSymbol`] for clients that know only the older form.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SymbolInformation {
    pub(super) name: String,
    pub(super) kind: u8,
    pub(super) location: Location,
    pub(super) container_name: String,
}

/// What a client said of itself in `initialize`. Read field by field, so that a
/// capability of a shape nobody foresaw costs that capability and not the session.
#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    pub(super) encoding: super::lines::Encoding,
    /// URIs of the workspace's folders.
    pub(super) folders: Vec<String>,
    pub(super) pulls_diagnostics: bool,
    pub(super) refreshes_diagnostics: bool,
    pub(super) watches_files: bool,
    pub(super) nests_symbols: bool,
}

impl Client {
    /// Reads the parameters of `initialize`.
    pub(super) fn new(params: &Value) -> Self {
        let can = |path: &str| {
            let pointer = format!("/capabilities/{path}");
            params
                .pointer(&pointer)
                .is_some_and(|it| *it == Value::Bool(true))
        };
        let encodings = params.pointer("/capabilities/general/positionEncodings");
        let encodings = encodings.and_then(Value::as_array).into_iter().flatten();
        let encoding = encodings
            .filter_map(Value::as_str)
            .find_map(super::lines::Encoding::named);
        let pulls = params.pointer("/capabilities/textDocument/diagnostic");
        Self {
            encoding: encoding.unwrap_or_default(),
            folders: folders(params),
            pulls_diagnostics: pulls.is_some_and(Value::is_object),
            refreshes_diagnostics: can("workspace/diagnostics/refreshSupport"),
            watches_files: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            nests_symbols: can("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
        }
    }
}

/// The workspace's folders; older clients name one root, by URI or by path.
fn folders(params: &Value) -> Vec<String> {
    let text = |key: &str| params.get(key).and_then(Value::as_str).map(str::to_owned);
    match params.get("workspaceFolders").and_then(Value::as_array) {
        Some(folders) => {
            let uri = |folder: &Value| folder.get("uri")?.as_str().map(str::to_owned);
            folders.iter().filter_map(uri).collect()
        }
        None => {
            let path = || text("rootPath").map(|it| super::uri::from_path(it.as_ref()));
            text("rootUri").or_else(path).into_iter().collect()
        }
    }
}
