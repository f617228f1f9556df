//! The language server: the findings of the command line, while one types.
//!
//! A session is one thread. It takes all messages that wait before it checks,
//! so a burst of edits costs one check; and a check looks only at the files that
//! changed, then at all objects together. Open buffers are laid over the files
//! of the workspace, so a Service in one file is checked against the Deployment in
//! an unsaved other.
//!
//! The parts: [`transport`] reads and writes frames, [`protocol`] has the shapes
//! of the messages, [`workspace`], [`project`] and [`text`] keep what is known,
//! [`convert`] puts findings into the words of the protocol, and each feature has
//! a file of its own. To add one: its file, one line in [`Session::answer`], and
//! its name in [`capabilities`].

mod code_action;
mod convert;
mod diagnostics;
mod disk;
mod hover;
mod lines;
mod project;
mod protocol;
mod symbols;
mod text;
mod transport;
mod uri;
mod workspace;

use crate::config::Config;
use diagnostics::Published;
use lsp_server::{
    Connection, ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError,
};
use protocol::{
    Cancel, Client, DidChange, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidOpen,
    OnDocument,
};
use rustc_hash::FxHashSet;
use serde::{Deserialize as _, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::process::ExitCode;
use workspace::Workspace;

/// Serves one client over standard input and output with the settings `config`,
/// until it says `exit` or closes its end. As the protocol has it, the exit code is 0 when it said
/// `shutdown` before, and 1 when not. Standard output must not be locked.
#[must_use]
pub fn run(config: &Config) -> ExitCode {
    let (connection, writer) = transport::stdio();
    let orderly = serve(&connection, config);
    drop(connection);
    let written = writer.join().is_ok();
    ExitCode::from(u8::from(!(orderly && written)))
}

/// Serves one client over `connection`; true when it said `shutdown` before it left.
#[must_use]
pub fn serve(connection: &Connection, config: &Config) -> bool {
    let mut inbox = Inbox::new(connection);
    let mut phase = Phase::New(config);
    while let Some(message) = inbox.next(|| phase.idle()) {
        match message {
            Message::Request(request) if inbox.cancelled.remove(&request.id) => {
                let code = ErrorCode::RequestCanceled;
                refuse(connection, request.id, code, "cancelled by the client");
            }
            Message::Request(request) => phase.request(connection, request),
            message if is_exit(&message) => break,
            Message::Notification(notification) => {
                if let Phase::Running(session) = &mut phase {
                    session.notify(notification);
                }
            }
            // All that is asked of the client is to register watchers and to
            // pull again; if it refuses, there is nothing else to try.
            Message::Response(_) => {}
        }
    }
    matches!(phase, Phase::ShutDown)
}

/// What came in and waits.
struct Inbox<'a> {
    connection: &'a Connection,
    waiting: VecDeque<Message>,
    /// Requests that wait and are not wanted any more.
    cancelled: FxHashSet<RequestId>,
    /// Whether the client has said `exit`.
    is_exiting: bool,
}

fn is_exit(message: &Message) -> bool {
    matches!(message, Message::Notification(it) if it.method == "exit")
}

impl<'a> Inbox<'a> {
    fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            waiting: VecDeque::new(),
            cancelled: FxHashSet::default(),
            is_exiting: false,
        }
    }

    /// The next message; `None` when the client is gone. Calls `idle` when
    /// nothing waits.
    fn next(&mut self, idle: impl FnOnce()) -> Option<Message> {
        self.receive();
        if self.waiting.is_empty() {
            // What was cancelled and did not wait has been answered already.
            self.cancelled.clear();
            idle();
            let message = self.connection.receiver.recv().ok()?;
            self.waiting.push_back(message);
            self.receive();
        }
        self.waiting.pop_front()
    }

    /// Takes in what has come. Nobody waits for answers once the client has closed its end
    /// without saying `exit`, so that nothing is left to do then.
    fn receive(&mut self) {
        loop {
            let message = match self.connection.receiver.try_recv() {
                Ok(message) => message,
                Err(error) => {
                    if error.is_disconnected() && !self.is_exiting {
                        self.waiting.clear();
                    }
                    return;
                }
            };
            if let Message::Notification(it) = &message
                && it.method == "$/cancelRequest"
                && let Ok(cancel) = Cancel::deserialize(&it.params)
            {
                self.cancelled.insert(cancel.id);
            }
            self.is_exiting |= is_exit(&message);
            self.waiting.push_back(message);
        }
    }
}

/// How far the conversation has come.
enum Phase<'a> {
    /// Nothing but `initialize` is answered.
    New(&'a Config),
    Running(Box<Session<'a>>),
    /// Nothing is answered; the client is to say `exit`.
    ShutDown,
}

impl<'a> Phase<'a> {
    fn request(&mut self, connection: &'a Connection, request: Request) {
        let Request { id, method, params } = request;
        match (&mut *self, method.as_str()) {
            (Self::New(config), "initialize") => {
                let client = Client::new(&params);
                let capabilities = capabilities(&client);
                let _ = connection
                    .sender
                    .send(Response::new_ok(id, capabilities).into());
                let session = Session::new(connection, client, config);
                *self = Self::Running(Box::new(session));
            }
            (Self::New(_), _) => {
                let code = ErrorCode::ServerNotInitialized;
                refuse(connection, id, code, "expected `initialize` first");
            }
            (Self::Running(_), "shutdown") => {
                let _ = connection.sender.send(Response::new_ok(id, ()).into());
                *self = Self::ShutDown;
            }
            (Self::Running(session), _) => {
                let result = session.answer(&method, params);
                let response = Response {
                    id,
                    response_result: result,
                };
                let _ = connection.sender.send(response.into());
            }
            (Self::ShutDown, _) => {
                let code = ErrorCode::InvalidRequest;
                refuse(connection, id, code, "the server is shut down");
            }
        }
    }

    fn idle(&mut self) {
        if let Self::Running(session) = self {
            session.publish();
        }
    }
}

fn refuse(connection: &Connection, id: RequestId, code: ErrorCode, message: &str) {
    let response = Response::new_err(id, code as i32, message.to_owned());
    let _ = connection.sender.send(response.into());
}

/// The answer to `initialize`.
fn capabilities(client: &Client) -> Value {
    json!({
        "capabilities": {
            "positionEncoding": client.encoding.name(),
            "textDocumentSync": { "openClose": true, "change": 2, "save": true },
            "diagnosticProvider": {
                "identifier": "plimsoll",
                "interFileDependencies": true,
                "workspaceDiagnostics": true,
            },
            "hoverProvider": true,
            "codeActionProvider": { "codeActionKinds": code_action::KINDS },
            "documentSymbolProvider": true,
            "workspace": {
                "workspaceFolders": { "supported": true, "changeNotifications": true },
            },
        },
        "serverInfo": { "name": "plimsoll", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// A client that said `initialize`, and what it has open.
struct Session<'a> {
    connection: &'a Connection,
    client: Client,
    workspace: Workspace,
    published: Published,
    /// Something may have changed since the client was last told.
    unpublished: bool,
    requests: i32,
}

impl<'a> Session<'a> {
    fn new(connection: &'a Connection, client: Client, config: &Config) -> Self {
        Self {
            connection,
            workspace: Workspace::new(&client.folders, client.encoding, config.clone()),
            client,
            published: Published::default(),
            unpublished: false,
            requests: 0,
        }
    }

    /// One line for each request that is understood.
    fn answer(&mut self, method: &str, params: Value) -> Result<Value, ResponseError> {
        let Self {
            workspace, client, ..
        } = self;
        match method {
            "textDocument/hover" => reply(params, |it| hover::hover(workspace, it)),
            "textDocument/codeAction" => {
                reply(params, |it| code_action::code_actions(workspace, it))
            }
            "textDocument/documentSymbol" => reply(params, |it: OnDocument| {
                symbols::symbols(workspace, &it, client.nests_symbols)
            }),
            "textDocument/diagnostic" => {
                reply(params, |it| diagnostics::of_document(workspace, it))
            }
            "workspace/diagnostic" => reply(params, |it| diagnostics::of_workspace(workspace, it)),
            "initialize" => Err(error(ErrorCode::InvalidRequest, "already initialized")),
            _ => {
                let message = format!("`{method}` is not supported");
                Err(error(ErrorCode::MethodNotFound, message))
            }
        }
    }

    /// Takes over what the client did. What cannot be understood is skipped:
    /// a notification has no answer.
    fn notify(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        let understood = match method.as_str() {
            "initialized" => {
                self.watch();
                Some(())
            }
            "textDocument/didOpen" => {
                take(params, |it: DidOpen| self.workspace.open(it.text_document))
            }
            "textDocument/didChange" => take(params, |it: DidChange| self.workspace.change(it)),
            "textDocument/didClose" => take(params, |it: OnDocument| {
                self.workspace.close(&it.text_document.uri);
            }),
            // Without watchers this is the moment to look at the disk.
            "textDocument/didSave" if !self.client.watches_files => {
                self.workspace.reload();
                Some(())
            }
            "workspace/didChangeWatchedFiles" => take(params, |it: DidChangeWatchedFiles| {
                self.workspace.files_changed(&it.changes);
                self.refresh();
            }),
            "workspace/didChangeWorkspaceFolders" => {
                take(params, |it: DidChangeWorkspaceFolders| {
                    let uris = |it: Vec<protocol::DocumentId>| -> Vec<String> {
                        it.into_iter().map(|it| it.uri).collect()
                    };
                    let (added, removed) = (uris(it.event.added), uris(it.event.removed));
                    self.workspace.change_folders(&added, &removed);
                    self.refresh();
                })
            }
            _ => None,
        };
        self.unpublished |= understood.is_some();
    }

    /// Tells the client what is new. One that pulls is told nothing, or it would
    /// show everything twice.
    fn publish(&mut self) {
        if !std::mem::take(&mut self.unpublished) || self.client.pulls_diagnostics {
            return;
        }
        self.workspace.check();
        let connection = self.connection;
        self.published.update(&self.workspace, |params| {
            let method = "textDocument/publishDiagnostics".to_owned();
            let _ = connection
                .sender
                .send(Notification::new(method, params).into());
        });
    }

    /// Has a client that pulls do so again.
    fn refresh(&mut self) {
        if self.client.pulls_diagnostics && self.client.refreshes_diagnostics {
            self.request("workspace/diagnostic/refresh", Value::Null);
        }
    }

    /// Has the client tell of files that change outside of it. An ignore file or
    /// a chart decides on files beside it.
    fn watch(&mut self) {
        if self.client.watches_files {
            let globs = ["**/*.{yaml,yml,json}", "**/.gitignore", "**/.ignore"];
            let watchers = globs.map(|glob| json!({ "globPattern": glob }));
            let registration = json!({
                "id": "files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": { "watchers": watchers },
            });
            let params = json!({ "registrations": [registration] });
            self.request("client/registerCapability", params);
        }
    }

    fn request(&mut self, method: &str, params: Value) {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        let request = Request::new(id, method.to_owned(), params);
        let _ = self.connection.sender.send(request.into());
    }
}

/// Answers a request, when its parameters are what the protocol says.
fn reply<P: DeserializeOwned, R: Serialize>(
    params: Value,
    answer: impl FnOnce(P) -> R,
) -> Result<Value, ResponseError> {
    let params = serde_json::from_value(params)
        .map_err(|it| error(ErrorCode::InvalidParams, it.to_string()))?;
    serde_json::to_value(answer(params))
        .map_err(|it| error(ErrorCode::InternalError, it.to_string()))
}

/// Hands over the parameters of a notification, when they are what the protocol says.
fn take<P: DeserializeOwned>(params: Value, act: impl FnOnce(P)) -> Option<()> {
    serde_json::from_value(params).ok().map(act)
}

fn error(code: ErrorCode, message: impl Into<String>) -> ResponseError {
    ResponseError {
        code: code as i32,
        message: message.into(),
        data: None,
    }
}
