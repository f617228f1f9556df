//! A client for the tests of the language server, over a connection in memory.

use lsp_server::{Connection, Message, Notification, Request, RequestId, Response, ResponseError};
use plimsoll::config::Config;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

/// A test that waits this long waits for something that never comes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Two variables of the same name: the second `A` is at fault, the first related.
pub(crate) fn twice(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nspec:\n  containers:\n  - name: c\n    \
         image: registry.example.com/app:1.2.3\n    env:\n    - name: A\n      value: '1'\n    \
         - name: A\n      value: '2'\n"
    )
}

/// The same without a fault that concerns `env-duplicate`.
pub(crate) fn once(name: &str) -> String {
    twice(name).replacen("- name: A", "- name: B", 1)
}

/// A folder that is removed again.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("plimsoll-lsp-{}-{number}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        std::fs::create_dir_all(&folder.0).unwrap();
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.0.join(name)).unwrap();
    }

    pub(crate) fn uri(&self, name: &str) -> String {
        let path = self.0.join(name);
        format!("file://{}", path.display())
            .trim_end_matches('/')
            .to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A client, with what the server told it so far.
pub(crate) struct Client {
    connection: Connection,
    server: Option<JoinHandle<bool>>,
    next: i32,
    /// The diagnostics of each document, as published last.
    pub(crate) published: BTreeMap<String, Vec<Value>>,
    /// URI and version of everything that was published, in order.
    pub(crate) log: Vec<(String, Option<i64>)>,
    /// Requests of the server.
    pub(crate) asked: Vec<Request>,
}

impl Client {
    /// A client whose server has not begun to listen.
    pub(crate) fn waiting() -> (Self, Connection) {
        let (server, connection) = Connection::memory();
        let client = Self {
            connection,
            server: None,
            next: 0,
            published: BTreeMap::new(),
            log: Vec::new(),
            asked: Vec::new(),
        };
        (client, server)
    }

    pub(crate) fn listen(&mut self, server: Connection) {
        self.listen_with(server, Config::default());
    }

    pub(crate) fn listen_with(&mut self, server: Connection, config: Config) {
        let serve = move || plimsoll::lsp::serve(&server, &config);
        self.server = Some(std::thread::spawn(serve));
    }

    /// A client of a session over `folders`.
    pub(crate) fn start(capabilities: Value, folders: &[&Folder]) -> Self {
        let (mut client, server) = Self::waiting();
        client.listen(server);
        client.initialize(capabilities, folders);
        client
    }

    pub(crate) fn initialize(&mut self, capabilities: Value, folders: &[&Folder]) -> Value {
        let id = self.send("initialize", initialize(capabilities, folders));
        let result = self.answer(&id).unwrap();
        self.notify("initialized", json!({}));
        result
    }

    pub(crate) fn notify(&self, method: &str, params: Value) {
        let message = Notification::new(method.to_owned(), params);
        self.connection.sender.send(message.into()).unwrap();
    }

    pub(crate) fn send(&mut self, method: &str, params: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        let request = Request::new(id.clone(), method.to_owned(), params);
        self.connection.sender.send(request.into()).unwrap();
        id
    }

    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, ResponseError> {
        let id = self.send(method, params);
        self.answer(&id)
    }

    /// Waits for the answer to `id`.
    pub(crate) fn answer(&mut self, id: &RequestId) -> Result<Value, ResponseError> {
        loop {
            if let Some(Response {
                id: got,
                response_result,
            }) = self.receive()
            {
                assert_eq!(got, *id, "answers come in order");
                return response_result;
            }
        }
    }

    fn receive(&mut self) -> Option<Response> {
        let message = self.connection.receiver.recv_timeout(PATIENCE);
        match message.expect("the server says something") {
            Message::Response(response) => return Some(response),
            Message::Request(request) => self.asked.push(request),
            Message::Notification(it) => {
                assert_eq!(it.method, "textDocument/publishDiagnostics");
                let uri = it.params["uri"].as_str().unwrap().to_owned();
                self.log.push((uri.clone(), it.params["version"].as_i64()));
                let diagnostics = it.params["diagnostics"].as_array().unwrap().clone();
                self.published.insert(uri, diagnostics);
            }
        }
        None
    }

    /// Waits until the diagnostics of `uri` are as `wanted`, and returns them.
    pub(crate) fn wait(&mut self, uri: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        loop {
            if let Some(found) = self.published.get(uri)
                && wanted(found)
            {
                return found.clone();
            }
            assert!(self.receive().is_none());
        }
    }

    /// Waits until `uri` has diagnostics of `rule`, and returns these.
    pub(crate) fn wait_for(&mut self, uri: &str, rule: &str) -> Vec<Value> {
        let found = self.wait(uri, |found| !of_rule(found, rule).is_empty());
        of_rule(&found, rule)
    }

    /// Waits until `uri` was published without diagnostics of `rule`.
    pub(crate) fn wait_without(&mut self, uri: &str, rule: &str) {
        self.wait(uri, |found| of_rule(found, rule).is_empty());
    }

    pub(crate) fn open(&self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Changes a document: `changes` as the protocol has them.
    pub(crate) fn change(&self, uri: &str, version: i64, changes: &Value) {
        let document = json!({ "uri": uri, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", params);
    }

    pub(crate) fn replace(&self, uri: &str, version: i64, text: &str) {
        self.change(uri, version, &json!([{ "text": text }]));
    }

    pub(crate) fn close(&self, uri: &str) {
        self.notify("textDocument/didClose", on(uri));
    }

    /// Says `shutdown` and `exit`; whether the server left in order.
    pub(crate) fn leave(mut self) -> bool {
        let answer = self.request("shutdown", Value::Null);
        assert_eq!(answer.unwrap(), Value::Null);
        self.exit()
    }

    /// Closes its end without a word; gives what the server says nevertheless.
    pub(crate) fn vanish(self) -> impl Iterator<Item = Message> {
        self.connection.receiver.into_iter()
    }

    pub(crate) fn exit(mut self) -> bool {
        self.notify("exit", Value::Null);
        self.server.take().unwrap().join().unwrap()
    }
}

/// Parameters of `initialize`.
pub(crate) fn initialize(capabilities: Value, folders: &[&Folder]) -> Value {
    let folders = folders
        .iter()
        .map(|it| json!({ "uri": it.uri(""), "name": "x" }));
    let folders: Vec<Value> = folders.collect();
    json!({ "processId": null, "capabilities": capabilities, "workspaceFolders": folders })
}

/// Parameters that name a document.
pub(crate) fn on(uri: &str) -> Value {
    json!({ "textDocument": { "uri": uri } })
}

pub(crate) fn of_rule(found: &[Value], rule: &str) -> Vec<Value> {
    let of_rule = found.iter().filter(|it| it["code"] == rule);
    of_rule.cloned().collect()
}

/// A range of the protocol.
pub(crate) fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    json!({
        "start": { "line": start.0, "character": start.1 },
        "end": { "line": end.0, "character": end.1 },
    })
}
