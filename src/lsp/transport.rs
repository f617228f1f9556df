//! Messages over standard input and output.
//!
//! The frames are read here and not by `lsp_server`, for two reasons: a frame
//! whose body is not a message is answered with an error instead of ending the
//! session, and what is read goes into a channel without bound, so that the
//! session sees all that waits (a burst of edits) before it starts to work.

use lsp_server::{Connection, ErrorCode, Message};
use serde_json::{Value, json};
use std::io::{self, BufRead, Read as _, Write as _};
use std::thread::{self, JoinHandle};

/// The longest header line that is read, in bytes; they have about 30.
const HEADER_LINE: u64 = 4096;

/// The longest message that is taken, in bytes.
const BODY: u64 = 1 << 30;

/// The server's end of a connection over standard input and output, and the
/// thread that writes: it ends once the connection is dropped and all is written.
pub(super) fn stdio() -> (Connection, JoinHandle<()>) {
    let (server, client) = Connection::memory();
    let Connection { sender, receiver } = client;
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Some(frame) = read_frame(&mut input) {
            match frame.and_then(|body| parse(&body)) {
                Ok(message) => {
                    if sender.send(message).is_err() {
                        break;
                    }
                }
                Err(refusal) => write_frame(&refusal.response()),
            }
        }
    });
    let writer = thread::spawn(move || {
        for message in receiver {
            if let Ok(Value::Object(mut object)) = serde_json::to_value(message) {
                object.insert("jsonrpc".to_owned(), json!("2.0"));
                write_frame(&Value::Object(object));
            }
        }
    });
    (server, writer)
}

/// Why something that came in is not a message.
#[derive(Debug)]
struct Refusal {
    code: ErrorCode,
    message: String,
    id: Value,
}

impl Refusal {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            id: Value::Null,
        }
    }

    fn response(&self) -> Value {
        let error = json!({ "code": self.code as i32, "message": self.message });
        json!({ "jsonrpc": "2.0", "id": self.id, "error": error })
    }
}

/// The body of the next frame; `None` at the end of the input. After a header
/// that cannot be understood, reading continues with the next line.
fn read_frame(input: &mut impl BufRead) -> Option<Result<Vec<u8>, Refusal>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        let read = input.take(HEADER_LINE).read_until(b'\n', &mut line);
        if read.ok()? == 0 {
            return None;
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            break;
        }
        length = content_length(line).or(length);
    }
    let Some(length) = length.filter(|&length| length <= BODY) else {
        let message = "expected a header `Content-Length: …` of at most 1 GiB";
        return Some(Err(Refusal::new(ErrorCode::ParseError, message)));
    };
    let mut body = Vec::new();
    let read = input.take(length).read_to_end(&mut body).ok()?;
    (read as u64 == length).then_some(Ok(body))
}

fn content_length(line: &[u8]) -> Option<u64> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    let named = name.trim().eq_ignore_ascii_case("content-length");
    named.then(|| value.trim().parse().ok()).flatten()
}

/// A body as a message. A request that is not a valid one is refused under its own
/// id; the id of anything else (a response gone wrong) is not ours to use, as the
/// client would take the refusal for the answer to a request of its own.
fn parse(body: &[u8]) -> Result<Message, Refusal> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::new(ErrorCode::ParseError, error.to_string()))?;
    let (id, method) = (value.get("id").cloned(), value.get("method"));
    let message = match (&id, method) {
        (Some(_), Some(_)) => serde_json::from_value(value).map(Message::Request),
        (None, Some(_)) => serde_json::from_value(value).map(Message::Notification),
        (_, None) => {
            let response = serde_json::from_value(value).map(Message::Response);
            let refuse = |it: serde_json::Error| invalid(Value::Null, &it);
            return response.map_err(refuse);
        }
    };
    message.map_err(|error| invalid(id.unwrap_or_default(), &error))
}

fn invalid(id: Value, error: &serde_json::Error) -> Refusal {
    let message = format!("not a message of JSON-RPC 2.0: {error}");
    let refusal = Refusal::new(ErrorCode::InvalidRequest, message);
    Refusal { id, ..refusal }
}

/// Writes one frame at once. A client that no longer reads has gone, and closes
/// our input as well; there is nobody to tell.
fn write_frame(message: &Value) {
    let body = message.to_string();
    let mut output = io::stdout().lock();
    let _ = write!(output, "Content-Length: {}\r\n\r\n{body}", body.len());
    let _ = output.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(mut input: &[u8]) -> Vec<Result<String, ErrorCode>> {
        std::iter::from_fn(|| read_frame(&mut input))
            .map(|frame| match frame {
                Ok(body) => Ok(String::from_utf8_lossy(&body).into_owned()),
                Err(refusal) => Err(refusal.code),
            })
            .collect()
    }

    #[test]
    fn frames_are_found_again_after_a_bad_header() {
        let input = b"Content-Length: 2\r\n\r\n{}nonsense\r\n\r\ncontent-length:3\r\n\
            Content-Type: x\r\n\r\n[1]Content-Length: -1\r\n\r\nContent-Length: 9\r\n\r\ncut";
        let bad = || Err(ErrorCode::ParseError);
        let expected = [Ok("{}".to_owned()), bad(), Ok("[1]".to_owned()), bad()];
        assert_eq!(format!("{:?}", frames(input)), format!("{expected:?}"));
    }

    #[test]
    fn an_endless_header_and_an_absurd_length_are_refused() {
        let mut input = vec![b'x'; 10_000];
        input.extend(b"\r\n\r\nContent-Length: 99999999999\r\n\r\n");
        let refused = frames(&input);
        assert_eq!(refused.len(), 2);
        assert!(refused.iter().all(Result::is_err));
    }

    #[test]
    fn what_is_no_message_is_refused_under_its_id() {
        let refusal = parse(br#"{"id": 1.5, "method": "x"}"#).err();
        let refusal = refusal.map(|it| (it.code as i32, it.id));
        assert_eq!(refusal, Some((-32600, json!(1.5))));
        let refusal = parse(b"{").err().map(|it| (it.code as i32, it.id));
        assert_eq!(refusal, Some((-32700, Value::Null)));
        assert!(parse(b"[]").is_err());
        let refusal = parse(br#"{"id": 1}"#).err().map(|it| it.id);
        assert_eq!(refusal, Some(Value::Null));
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
    }
}
