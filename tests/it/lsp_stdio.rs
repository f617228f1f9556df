//! The language server as editors start it: the binary, over its standard
//! input and output.

use crate::lsp_client::{initialize, twice};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
        }
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.input.write_all(bytes).unwrap();
        self.input.flush().unwrap();
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    fn call(&mut self, id: i32, method: &str, params: Value) {
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.send(&message);
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(
                self.output.read_line(&mut line).unwrap() > 0,
                "the server has left"
            );
            let line = line.strip_suffix("\r\n").unwrap();
            if line.is_empty() {
                break;
            }
            length = line
                .strip_prefix("Content-Length: ")
                .unwrap()
                .parse()
                .unwrap();
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        let message: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(message["jsonrpc"], "2.0");
        message
    }

    /// The exit code, after everything was read.
    fn leave(mut self) -> i32 {
        drop(self.input);
        let mut rest = Vec::new();
        self.output.read_to_end(&mut rest).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&rest),
            "",
            "nothing but what was asked for"
        );
        self.child.wait().unwrap().code().unwrap()
    }
}

#[test]
fn a_session_from_start_to_exit() {
    for arguments in [&["lsp", "--stdio"][..], &["server"]] {
        let mut server = Server::start(arguments);
        server.call(1, "initialize", initialize(json!({}), &[]));
        assert_eq!(server.receive()["result"]["serverInfo"]["name"], "plimsoll");
        server.notify("initialized", json!({}));
        let document = json!({
            "uri": "file:///nowhere/a.yaml", "languageId": "yaml", "version": 3,
            "text": twice("가😀"),
        });
        server.notify("textDocument/didOpen", json!({ "textDocument": document }));
        let published = server.receive();
        assert_eq!(published["method"], "textDocument/publishDiagnostics");
        assert_eq!(published["params"]["version"], 3);
        let found = published["params"]["diagnostics"].as_array().unwrap();
        assert!(found.iter().any(|it| it["code"] == "env-duplicate"));
        server.call(2, "shutdown", Value::Null);
        assert_eq!(
            server.receive(),
            json!({ "jsonrpc": "2.0", "id": 2, "result": null })
        );
        server.notify("exit", Value::Null);
        assert_eq!(server.leave(), 0);
    }
}

#[test]
fn garbage_is_answered_and_the_session_goes_on() {
    let mut server = Server::start(&["lsp"]);
    let code = |message: Value| (message["id"].clone(), message["error"]["code"].clone());
    server.raw(b"what is this?\r\n\r\n");
    assert_eq!(code(server.receive()), (Value::Null, json!(-32700)));
    server.raw(b"Content-Length: 5\r\n\r\n{nope");
    assert_eq!(code(server.receive()), (Value::Null, json!(-32700)));
    server.raw(b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc");
    assert_eq!(code(server.receive()), (Value::Null, json!(-32700)));
    server.send(&json!({ "jsonrpc": "2.0", "id": 1.5, "method": "initialize" }));
    assert_eq!(code(server.receive()), (json!(1.5), json!(-32600)));
    server.send(&json!([]));
    assert_eq!(code(server.receive()), (Value::Null, json!(-32600)));
    server.call(7, "initialize", json!({}));
    assert_eq!(server.receive()["id"], 7);
    server.call(8, "shutdown", Value::Null);
    assert_eq!(server.receive()["id"], 8);
    server.notify("exit", Value::Null);
    assert_eq!(server.leave(), 0);
}

#[test]
fn a_client_that_goes_without_a_word_leaves_exit_code_1() {
    let mut server = Server::start(&["lsp"]);
    server.call(1, "initialize", json!({}));
    server.receive();
    assert_eq!(server.leave(), 1);
    let mut server = Server::start(&["lsp"]);
    server.raw(b"Content-Length: 100\r\n\r\n{");
    assert_eq!(server.leave(), 1);
}
