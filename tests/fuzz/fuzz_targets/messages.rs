//! Messages of a client that keeps to nothing: the language server answers or ignores them,
//! and ends when the client is gone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lsp_server::{Connection, Message, Notification, Request};
use plimsoll::config::Config;
use plimsoll::lsp;
use serde_json::{Value, json};
use std::sync::LazyLock;

static CONFIG: LazyLock<Config> = LazyLock::new(Config::default);

const METHODS: [&str; 16] = [
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    "textDocument/didSave",
    "textDocument/diagnostic",
    "workspace/diagnostic",
    "textDocument/hover",
    "textDocument/codeAction",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWorkspaceFolders",
    "$/cancelRequest",
    "initialize",
    "shutdown",
    "textDocument/completion",
    "exit",
];

/// A document that the client edits, whatever the other messages are.
const URI: &str = "untitled:a.yaml";

fn params(method: &str, text: &str) -> Value {
    if let Ok(value) = serde_json::from_str(text) {
        return value;
    }
    let number = text.len() as u32;
    let position = json!({"line": number % 7, "character": number % 31});
    match method {
        "textDocument/didOpen" => {
            json!({"textDocument": {"uri": URI, "languageId": "yaml", "version": 1, "text": text}})
        }
        "textDocument/didChange" => json!({
            "textDocument": {"uri": URI, "version": number},
            "contentChanges": [{"range": {"start": position, "end": position}, "text": text}],
        }),
        "textDocument/codeAction" => json!({
            "textDocument": {"uri": URI},
            "range": {"start": position, "end": position},
            "context": {"diagnostics": []},
        }),
        _ => json!({"textDocument": {"uri": URI}, "position": position}),
    }
}

fuzz_target!(|messages: Vec<(u8, &str)>| {
    let (server, client) = Connection::memory();
    let served = std::thread::spawn(move || lsp::serve(&server, &CONFIG));
    let reader = client.receiver.clone();
    let drained = std::thread::spawn(move || reader.iter().for_each(drop));
    let first = json!({"capabilities": {"textDocument": {"diagnostic": {}}}});
    let hello = Request::new(0.into(), "initialize".to_owned(), first);
    let _ = client.sender.send(Message::Request(hello));
    let ready = Notification::new("initialized".to_owned(), json!({}));
    let _ = client.sender.send(Message::Notification(ready));
    for (number, (method, text)) in (1i32..).zip(messages) {
        let is_request = method & 16 != 0;
        let method = METHODS[usize::from(method % 16)];
        let params = params(method, text);
        let message = match is_request {
            true => Message::Request(Request::new(number.into(), method.to_owned(), params)),
            false => Message::Notification(Notification::new(method.to_owned(), params)),
        };
        if client.sender.send(message).is_err() {
            break;
        }
    }
    drop(client);
    served.join().expect("the server does not panic");
    drained.join().expect("nothing is sent after the end");
});
