//! The language server's manners: order, errors, cancelling and leaving.

use crate::lsp_client::{Client, initialize, on, range, twice};
use plimsoll::config::Config;
use serde_json::{Value, json};

const URI: &str = "file:///nowhere/pod.yaml";

fn code(answer: Result<Value, lsp_server::ResponseError>) -> i32 {
    answer.expect_err("an error").code
}

#[test]
fn nothing_is_answered_before_initialize() {
    let (mut client, server) = Client::waiting();
    client.listen(server);
    assert_eq!(
        code(client.request("textDocument/hover", json!({}))),
        -32002
    );
    client.open(URI, &twice("a"));
    let result = client.initialize(json!({}), &[]);
    assert_eq!(result["serverInfo"]["name"], "plimsoll");
    assert_eq!(
        code(client.request("initialize", initialize(json!({}), &[]))),
        -32600
    );
    client.open(URI, &twice("a"));
    client.wait_for(URI, "env-duplicate");
    assert!(client.leave());
}

#[test]
fn nothing_is_answered_after_shutdown() {
    let mut client = Client::start(json!({}), &[]);
    assert_eq!(
        client.request("shutdown", Value::Null).unwrap(),
        Value::Null
    );
    assert_eq!(
        code(client.request("textDocument/hover", json!({}))),
        -32600
    );
    assert_eq!(code(client.request("shutdown", Value::Null)), -32600);
    client.open(URI, &twice("a"));
    assert!(client.exit());
}

#[test]
fn leaving_without_shutdown_is_out_of_order() {
    assert!(!Client::start(json!({}), &[]).exit());
    let (mut client, server) = Client::waiting();
    client.listen(server);
    assert!(!client.exit());
    let (client, server) = Client::waiting();
    drop(client);
    assert!(!plimsoll::lsp::serve(&server, &Config::default()));
}

#[test]
fn what_is_not_understood_gets_an_error_and_harms_nothing() {
    const REQUESTS: [&str; 4] = [
        "textDocument/hover",
        "textDocument/codeAction",
        "textDocument/documentSymbol",
        "textDocument/diagnostic",
    ];
    const NOTIFICATIONS: [&str; 9] = [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeWorkspaceFolders",
        "$/cancelRequest",
        "$/setTrace",
        "nonsense",
    ];
    let mut client = Client::start(json!({}), &[]);
    assert_eq!(
        code(client.request("textDocument/unheardOf", json!({}))),
        -32601
    );
    for params in [
        Value::Null,
        json!([]),
        json!({}),
        json!({ "textDocument": 1 }),
    ] {
        for method in REQUESTS {
            let answer = client.request(method, params.clone());
            assert_eq!(code(answer), -32602, "{method} {params}");
        }
        for method in NOTIFICATIONS {
            client.notify(method, params.clone());
        }
    }
    client.change(URI, 7, &json!([{ "text": "a: b" }]));
    client.close(URI);
    client.open(URI, &twice("a"));
    client.wait_for(URI, "env-duplicate");
    assert!(client.leave());
}

#[test]
fn a_document_that_nobody_opened_has_nothing() {
    let mut client = Client::start(json!({}), &[]);
    for uri in [URI, "", "untitled:x", "file:///%zz"] {
        let mut params = on(uri);
        params["position"] = json!({ "line": 0, "character": 0 });
        params["range"] = range((0, 0), (9, 9));
        let mut ask = |method: &str| client.request(method, params.clone()).unwrap();
        assert_eq!(ask("textDocument/hover"), Value::Null);
        assert_eq!(ask("textDocument/codeAction"), json!([]));
        assert_eq!(ask("textDocument/documentSymbol"), json!([]));
        assert_eq!(ask("textDocument/diagnostic")["items"], json!([]));
    }
    assert!(client.leave());
}

#[test]
fn odd_parameters_of_initialize_are_passed_over() {
    for params in [
        Value::Null,
        json!([1]),
        json!({ "capabilities": 1, "workspaceFolders": "x", "rootUri": 5 }),
        json!({ "workspaceFolders": [1, { "uri": 2 }, { "uri": "http://x/" }] }),
        json!({ "rootPath": "/does/not/exist", "capabilities": { "general": [] } }),
    ] {
        let (mut client, server) = Client::waiting();
        client.listen(server);
        let result = client.request("initialize", params).unwrap();
        assert_eq!(result["capabilities"]["positionEncoding"], "utf-16");
        client.notify("initialized", json!({}));
        client.open(URI, &twice("a"));
        client.wait_for(URI, "env-duplicate");
        assert!(client.leave());
    }
}

#[test]
fn a_request_that_was_cancelled_while_it_waited_is_not_worked_on() {
    let (mut client, server) = Client::waiting();
    let start = client.send("initialize", initialize(json!({}), &[]));
    client.open(URI, &twice("a"));
    let hover = json!({
        "textDocument": { "uri": URI }, "position": { "line": 11, "character": 12 },
    });
    let first = client.send("textDocument/hover", hover.clone());
    let second = client.send("textDocument/hover", hover);
    client.notify("$/cancelRequest", json!({ "id": 2 }));
    client.notify("$/cancelRequest", json!({ "id": 99 }));
    client.listen(server);
    client.answer(&start).unwrap();
    assert_eq!(code(client.answer(&first)), -32800);
    assert!(client.answer(&second).unwrap().is_object());
    assert!(client.leave());
}

#[test]
fn what_a_client_asked_before_it_vanished_is_not_worked_on() {
    let (mut client, server) = Client::waiting();
    client.send("initialize", initialize(json!({}), &[]));
    client.notify("initialized", json!({}));
    client.open(URI, &twice("a"));
    for version in 2..20_000 {
        client.replace(URI, version, &twice("a"));
        client.send("textDocument/diagnostic", on(URI));
    }
    let said = client.vanish();
    assert!(!plimsoll::lsp::serve(&server, &Config::default()));
    drop(server);
    assert_eq!(said.count(), 0);
}
