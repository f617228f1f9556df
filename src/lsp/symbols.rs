//! The outline of a file: one symbol for each Kubernetes object.

use super::protocol::{DocumentSymbol, Location, OnDocument, SymbolInformation};
use super::workspace::Workspace;
use crate::parse::{self, Node};
use crate::resolve::{self, Resource, Scope};
use serde_json::{Value, json};

/// The protocol's number for an object.
const OBJECT: u8 = 19;

/// `textDocument/documentSymbol`; `nested` when the client knows the newer form.
pub(super) fn symbols(workspace: &mut Workspace, params: &OnDocument, nested: bool) -> Value {
    let encoding = workspace.encoding;
    let Some(document) = workspace.document(&params.text_document.uri) else {
        return json!([]);
    };
    let lines = document.text.lines();
    let parsed = parse::parse(&document.text.source, 0);
    let resources = parsed.documents.iter().flat_map(|document| {
        // An outline shows what is written; where it lands does not matter.
        resolve::resources(document, "", |_, _| Scope::Namespaced)
    });
    let symbols = resources.map(|resource| DocumentSymbol {
        name: title(&resource),
        detail: resource.api_version.to_owned(),
        kind: OBJECT,
        range: lines.range(resource.node.span(), encoding),
        selection_range: lines.range(name(&resource).span(), encoding),
    });
    if nested {
        return json!(symbols.collect::<Vec<_>>());
    }
    let flat = symbols.map(|symbol| SymbolInformation {
        name: symbol.name,
        kind: symbol.kind,
        location: Location {
            uri: document.file.uri.clone(),
            range: symbol.range,
        },
        container_name: symbol.detail,
    });
    json!(flat.collect::<Vec<_>>())
}

/// `Deployment/shop/web`, or the kind alone where there is no name.
fn title(resource: &Resource<'_>) -> String {
    let parts = [resource.kind, resource.namespace(), resource.name()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("/")
}

/// What to select when the symbol is chosen: the name, or else the kind. Text
/// that is here by an alias lies elsewhere, and a selection has to lie inside
/// of its symbol.
fn name<'a>(resource: &Resource<'a>) -> Node<'a> {
    let named = resource.metadata().and_then(|it| it.get("name"));
    let candidates = [named, resource.node.get("kind")];
    let inside = |node: &Node<'_>| resource.node.span().contains(node.span());
    let found = candidates.into_iter().flatten().find(inside);
    found.unwrap_or(resource.node)
}
