//! What the language server offers beside pushed diagnostics: pulled ones,
//! hover, code actions, symbols; and findings across files.

use crate::lsp_client::{Client, Folder, of_rule, on, once, range, twice};
use plimsoll::config::{Config, Selector};
use serde_json::{Value, json};

const RULE: &str = "env-duplicate";

fn pulls() -> Value {
    json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    })
}

#[test]
fn a_document_is_pulled_and_is_unchanged_until_it_changes() {
    let mut client = Client::start(pulls(), &[]);
    let uri = "file:///nowhere/pod.yaml";
    client.open(uri, &twice("a"));
    let pull = |client: &mut Client, previous: &Value| {
        let mut params = on(uri);
        params["previousResultId"] = previous.clone();
        client.request("textDocument/diagnostic", params).unwrap()
    };
    let first = pull(&mut client, &Value::Null);
    assert_eq!(first["kind"], "full");
    let items = first["items"].as_array().unwrap();
    assert_eq!(of_rule(items, RULE).len(), 1);
    let again = pull(&mut client, &first["resultId"]);
    assert_eq!(
        again,
        json!({ "kind": "unchanged", "resultId": first["resultId"] })
    );
    client.replace(uri, 2, &once("a"));
    let changed = pull(&mut client, &first["resultId"]);
    assert_eq!(changed["kind"], "full");
    assert!(of_rule(changed["items"].as_array().unwrap(), RULE).is_empty());
    client.close(uri);
    assert_eq!(pull(&mut client, &Value::Null)["items"], json!([]));
    assert!(
        client.published.is_empty(),
        "a client that pulls is not told as well"
    );
    assert!(client.leave());
}

#[test]
fn the_workspace_is_pulled() {
    let folder = Folder::new(&[("a.yaml", &twice("a")), ("b.yaml", &twice("b"))]);
    let mut client = Client::start(pulls(), &[&folder]);
    let pull = |client: &mut Client, previous: Value| -> Vec<Value> {
        let params = json!({ "previousResultIds": previous });
        let report = client.request("workspace/diagnostic", params).unwrap();
        report["items"].as_array().unwrap().clone()
    };
    let first = pull(&mut client, json!([]));
    let uris: Vec<&Value> = first.iter().map(|it| &it["uri"]).collect();
    assert_eq!(uris, [&folder.uri("a.yaml"), &folder.uri("b.yaml")]);
    assert!(
        first
            .iter()
            .all(|it| it["kind"] == "full" && it["version"].is_null())
    );
    let known = first
        .iter()
        .map(|it| json!({ "uri": it["uri"], "value": it["resultId"] }));
    let known = Value::from(known.collect::<Vec<_>>());
    folder.remove("a.yaml");
    let changes = json!([{ "uri": folder.uri("a.yaml"), "type": 3 }]);
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": changes }),
    );
    client.open(&folder.uri("b.yaml"), &twice("b"));
    let second = pull(&mut client, known);
    let asked: Vec<&str> = client.asked.iter().map(|it| it.method.as_str()).collect();
    assert_eq!(asked, ["workspace/diagnostic/refresh"]);
    let of = |uri: String| second.iter().find(|it| it["uri"] == *uri).unwrap();
    assert_eq!(of(folder.uri("a.yaml"))["items"], json!([]));
    assert_eq!(of(folder.uri("b.yaml"))["kind"], "unchanged");
    assert_eq!(of(folder.uri("b.yaml"))["version"], 1);
    assert!(client.leave());
}

fn service(selector: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  \
         selector: {{app: {selector}}}\n  ports:\n  - port: 80\n"
    )
}

fn deployment(label: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  \
         selector: {{matchLabels: {{app: {label}}}}}\n  template:\n    metadata:\n      \
         labels: {{app: {label}}}\n    spec:\n      containers:\n      - name: web\n        \
         image: registry.example.com/app:1.2.3\n        ports:\n        - containerPort: 80\n"
    )
}

#[test]
fn a_service_on_disk_is_held_against_a_deployment_in_a_buffer() {
    const NO_PODS: &str = "service-no-pods";
    let folder = Folder::new(&[
        ("deployment.yaml", &deployment("web")),
        ("service.yaml", &service("web")),
    ]);
    let mut client = Client::start(json!({}), &[&folder]);
    let (deployed, served) = (folder.uri("deployment.yaml"), folder.uri("service.yaml"));
    client.open(&deployed, &deployment("webb"));
    client.wait_for(&served, NO_PODS);
    client.replace(&deployed, 2, &deployment("web"));
    client.wait_without(&served, NO_PODS);
    client.replace(&deployed, 3, &deployment("wep"));
    client.wait_for(&served, NO_PODS);
    client.close(&deployed);
    client.wait_without(&served, NO_PODS);
    // A file that is in the buffer only counts as well.
    client.open(&served, &service("webs"));
    client.wait_for(&served, NO_PODS);
    client.open(&folder.uri("new.yaml"), &deployment("webs"));
    client.wait_without(&served, NO_PODS);
    assert!(client.leave());
}

#[test]
fn hover_shows_the_page_of_the_rule() {
    let mut client = Client::start(json!({}), &[]);
    let uri = "file:///nowhere/pod.yaml";
    client.open(uri, &twice("a"));
    let mut hover = |line: u32, character: u32| {
        let params = json!({
            "textDocument": { "uri": uri },
            "position": { "line": line, "character": character },
        });
        client.request("textDocument/hover", params).unwrap()
    };
    for character in [12, 13] {
        let shown = hover(11, character);
        assert_eq!(shown["range"], range((11, 12), (11, 13)));
        assert_eq!(shown["contents"]["kind"], "markdown");
        let text = shown["contents"]["value"].as_str().unwrap();
        assert!(text.contains("**env-duplicate**"), "{text}");
        assert!(text.contains("```yaml\n"), "{text}");
    }
    assert_eq!(hover(0, 4), Value::Null);
    assert!(client.leave());
}

#[test]
fn fixes_are_offered_one_by_one_and_all_safe_ones_at_once() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: 😀\nspec:\n  containers:\n  \
        - {name: é, image: 'a:1', env: [{name: A, value: 5}]}\n  - name: b\n    \
        env: [{name: A, value: 5}]\n    image: 'a:1'\n    securityContext: {capabilities: {add: [CAP_KILL]}}\n";
    let uri = "file:///nowhere/pod.yaml";
    let (mut client, server) = Client::waiting();
    let mut config = Config::default();
    config.select(Selector::All);
    client.listen_with(server, config);
    client.initialize(json!({}), &[]);
    client.open(uri, text);
    let mut ask = |range: Value, only: Option<&str>| -> Vec<Value> {
        let only = only.map(|only| json!([only]));
        let context = json!({ "diagnostics": [], "only": only });
        let params = json!({
            "textDocument": { "uri": uri }, "range": range, "context": context,
        });
        let actions = client.request("textDocument/codeAction", params).unwrap();
        actions.as_array().unwrap().clone()
    };
    let safe = ask(range((6, 51), (6, 51)), Some("quickfix"));
    assert_eq!(safe.len(), 1, "{safe:?}");
    assert_eq!(safe[0]["kind"], "quickfix");
    assert_eq!(safe[0]["isPreferred"], true);
    assert_eq!(safe[0]["diagnostics"][0]["code"], "api-type");
    let edits = safe[0]["edit"]["changes"][uri].as_array().unwrap();
    assert_eq!(edits.len(), 1);
    assert_eq!(
        apply(text, edits),
        text.replacen("value: 5", "value: \"5\"", 1)
    );

    let risky = ask(range((10, 0), (10, 99)), Some("quickfix"));
    let risky = risky
        .iter()
        .find(|it| it["diagnostics"][0]["code"] == "capability-spelling");
    let risky = risky.unwrap();
    assert!(risky.get("isPreferred").is_none());
    assert!(
        risky["title"].as_str().unwrap().starts_with("Write `KILL`"),
        "{risky}"
    );

    for only in ["source.fixAll", "source.fixAll.plimsoll"] {
        let all = ask(range((0, 0), (0, 0)), Some(only));
        assert_eq!(all.len(), 1, "{all:?}");
        let edits = all[0]["edit"]["changes"][uri].as_array().unwrap();
        assert_eq!(apply(text, edits), text.replace("value: 5", "value: \"5\""));
    }
    assert!(ask(range((0, 0), (9, 0)), Some("refactor")).is_empty());
    assert!(ask(range((0, 0), (9, 0)), Some("source.fix")).is_empty());
    assert!(ask(range((0, 0), (11, 0)), None).len() >= 4);
    assert!(client.leave());
}

/// What an editor makes of edits that are all on one line each.
fn apply(text: &str, edits: &[Value]) -> String {
    let mut lines: Vec<Vec<u16>> = text
        .split('\n')
        .map(|it| it.encode_utf16().collect())
        .collect();
    for edit in edits.iter().rev() {
        let at = |end: &str, what: &str| edit["range"][end][what].as_u64().unwrap() as usize;
        assert_eq!(at("start", "line"), at("end", "line"));
        let new = edit["newText"].as_str().unwrap().encode_utf16();
        let range = at("start", "character")..at("end", "character");
        lines[at("start", "line")].splice(range, new);
    }
    let lines = lines.iter().map(|it| String::from_utf16(it).unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn symbols_are_the_objects_of_a_file() {
    let text = format!(
        "{}---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  \
         metadata: {{name: 이름, namespace: shop}}\n- {{apiVersion: v1, kind: Secret}}\n---\na: b\n",
        twice("pod")
    );
    let nested = json!({ "textDocument": { "documentSymbol": {
        "hierarchicalDocumentSymbolSupport": true,
    }}});
    let uri = "file:///nowhere/pod.yaml";
    let names = ["Pod/pod", "ConfigMap/shop/이름", "Secret"];
    for (capabilities, is_nested) in [(nested, true), (json!({}), false)] {
        let mut client = Client::start(capabilities, &[]);
        client.open(uri, &text);
        let symbols = client
            .request("textDocument/documentSymbol", on(uri))
            .unwrap();
        let symbols = symbols.as_array().unwrap();
        let found: Vec<&Value> = symbols.iter().map(|it| &it["name"]).collect();
        assert_eq!(found, names);
        let config = &symbols[1];
        if is_nested {
            assert_eq!(config["detail"], "v1");
            assert_eq!(config["selectionRange"], range((19, 19), (19, 21)));
        } else {
            assert_eq!(config["location"]["uri"], uri);
        }
        assert!(client.leave());
    }
}
