//! The language server's view of documents: what is open, what is on disk, and
//! where findings are.

use crate::lsp_client::{self, Client, Folder, on, once, range, twice};
use proptest::prelude::*;
use serde_json::{Value, json};

const RULE: &str = "env-duplicate";

#[test]
fn opening_changing_and_closing() {
    let mut client = Client::start(json!({}), &[]);
    let uri = "file:///nowhere/pod.yaml";
    client.open(uri, &twice("a"));
    let found = client.wait_for(uri, RULE);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["range"], range((11, 12), (11, 13)));
    assert_eq!(found[0]["source"], "plimsoll");
    assert_eq!(found[0]["severity"], 2);
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.starts_with("`A` is already set above"), "{message}");
    let related = &found[0]["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], uri);
    assert_eq!(related["location"]["range"], range((9, 12), (9, 13)));

    client.change(
        uri,
        2,
        &json!([{ "range": range((9, 12), (9, 13)), "text": "B" }]),
    );
    client.wait_without(uri, RULE);
    assert_eq!(client.log.last(), Some(&(uri.to_owned(), Some(2))));
    client.change(
        uri,
        3,
        &json!([{ "range": range((9, 12), (9, 13)), "text": "A" }]),
    );
    client.wait_for(uri, RULE);
    client.close(uri);
    client.wait(uri, <[Value]>::is_empty);
    assert_eq!(client.log.last(), Some(&(uri.to_owned(), None)));
    assert!(client.leave());
}

#[test]
fn closing_gives_the_file_on_disk_back() {
    let folder = Folder::new(&[("a.yaml", &twice("a")), ("b.yaml", &once("b"))]);
    let mut client = Client::start(json!({}), &[&folder]);
    let (a, b) = (folder.uri("a.yaml"), folder.uri("b.yaml"));
    client.wait_for(&a, RULE);
    client.open(&a, &once("a"));
    client.wait_without(&a, RULE);
    client.close(&a);
    client.wait_for(&a, RULE);
    client.open(&b, &twice("b"));
    client.wait_for(&b, RULE);
    client.close(&b);
    client.wait_without(&b, RULE);
    assert!(client.leave());
}

#[test]
fn positions_are_in_the_agreed_encoding() {
    let text = twice("a").replace('\n', "\r\n");
    let text = text
        .replace("- name: A", "- name: \"가😀\"")
        .replace("image:", "\"image\":");
    let text = text.replacen("    - name: \"가", "    - { 😀: é, name: \"가", 2);
    let text = text.replace("😀\"\r\n      value: '1'", "😀\" }");
    let text = text.replace("😀\"\r\n      value: '2'", "😀\" }");
    let wanted = json!(["utf-32", "utf-8"]);
    let cases = [
        (json!({}), "utf-16", (21, 26)),
        (
            json!({ "positionEncodings": ["utf-7", "utf-8"] }),
            "utf-8",
            (24, 33),
        ),
        (json!({ "positionEncodings": wanted }), "utf-32", (20, 24)),
    ];
    for (general, name, (start, end)) in cases {
        let (mut client, server) = Client::waiting();
        client.listen(server);
        let capabilities = json!({ "general": general });
        let result = client.initialize(capabilities, &[]);
        assert_eq!(result["capabilities"]["positionEncoding"], name);
        client.open("untitled:pod", &text);
        let found = client.wait_for("untitled:pod", RULE);
        let expected = range((10, start), (10, end));
        assert_eq!(found[0]["range"], expected, "{name}: {text}");
        // Edits are read in the same units: the second name becomes another one.
        let inside = range((10, start + 1), (10, start + 1));
        client.change(
            "untitled:pod",
            2,
            &json!([{ "range": inside, "text": "x" }]),
        );
        client.wait_without("untitled:pod", RULE);
        assert!(client.leave());
    }
}

#[test]
fn files_that_change_on_disk_are_read_again() {
    let watches = json!({ "workspace": {
        "didChangeWatchedFiles": { "dynamicRegistration": true }
    }});
    let folder = Folder::new(&[("a.yaml", &twice("a"))]);
    let mut client = Client::start(watches, &[&folder]);
    let (a, b) = (folder.uri("a.yaml"), folder.uri("sub/b.yml"));
    client.wait_for(&a, RULE);
    assert_eq!(client.asked[0].method, "client/registerCapability");
    let event = |client: &Client, uri: &str, kind: u8| {
        let params = json!({ "changes": [{ "uri": uri, "type": kind }] });
        client.notify("workspace/didChangeWatchedFiles", params);
    };
    folder.write("a.yaml", &once("a"));
    event(&client, &a, 2);
    client.wait_without(&a, RULE);
    folder.write("sub/b.yml", &twice("b"));
    event(&client, &b, 1);
    client.wait_for(&b, RULE);
    folder.write(".gitignore", "sub/\n");
    event(&client, &folder.uri(".gitignore"), 1);
    client.wait(&b, <[Value]>::is_empty);
    folder.write("a.yaml", &twice("a"));
    event(&client, &a, 2);
    client.wait_for(&a, RULE);
    folder.remove("a.yaml");
    event(&client, &a, 3);
    client.wait(&a, <[Value]>::is_empty);
    assert!(client.leave());
}

#[test]
fn without_watchers_a_save_looks_at_the_disk() {
    let folder = Folder::new(&[("a.yaml", &once("a")), ("b.yaml", &twice("b"))]);
    let mut client = Client::start(json!({}), &[&folder]);
    client.wait_for(&folder.uri("b.yaml"), RULE);
    assert!(client.asked.is_empty());
    folder.write("b.yaml", &once("b"));
    client.open(&folder.uri("a.yaml"), &once("a"));
    client.notify("textDocument/didSave", on(&folder.uri("a.yaml")));
    client.wait_without(&folder.uri("b.yaml"), RULE);
    assert!(client.leave());
}

#[test]
fn folders_come_and_go_and_nest() {
    let outer = Folder::new(&[("a.yaml", &twice("a")), ("inner/b.yaml", &twice("b"))]);
    let other = Folder::new(&[("c.yaml", &twice("c"))]);
    let mut client = Client::start(json!({}), &[&outer]);
    let uris = [
        outer.uri("a.yaml"),
        outer.uri("inner/b.yaml"),
        other.uri("c.yaml"),
    ];
    client.wait_for(&uris[0], RULE);
    client.wait_for(&uris[1], RULE);
    client.open(&uris[2], &once("c"));
    client.wait(&uris[2], |_| true);
    let change = |client: &Client, added: &[String], removed: &[String]| {
        let folders = |uris: &[String]| -> Vec<Value> {
            uris.iter()
                .map(|uri| json!({ "uri": uri, "name": "x" }))
                .collect()
        };
        let event = json!({ "added": folders(added), "removed": folders(removed) });
        client.notify(
            "workspace/didChangeWorkspaceFolders",
            json!({ "event": event }),
        );
    };
    change(&client, &[outer.uri("inner"), other.uri("")], &[]);
    client.open("untitled:mark", &twice("mark"));
    client.wait_for("untitled:mark", RULE);
    assert_eq!(
        client.published[&uris[1]].len(),
        client.published[&uris[0]].len()
    );
    client.close(&uris[2]);
    client.wait_for(&uris[2], RULE);
    change(&client, &[], &[outer.uri(""), other.uri("")]);
    client.wait(&uris[0], <[Value]>::is_empty);
    client.wait(&uris[2], <[Value]>::is_empty);
    assert!(!client.published[&uris[1]].is_empty());
    assert!(client.leave());
}

#[test]
fn what_is_no_manifest_is_left_alone() {
    let mut client = Client::start(json!({}), &[]);
    let document = json!({
        "uri": "file:///x/README.md", "languageId": "markdown", "version": 1, "text": twice("a"),
    });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    client.open("file:///x/a.yaml", &twice("a"));
    client.wait_for("file:///x/a.yaml", RULE);
    let uris: Vec<&String> = client.published.keys().collect();
    assert_eq!(uris, ["file:///x/a.yaml"]);
    let hover = json!({
        "textDocument": { "uri": "file:///x/README.md" },
        "position": { "line": 11, "character": 12 },
    });
    assert_eq!(
        client.request("textDocument/hover", hover).unwrap(),
        Value::Null
    );
    assert!(client.leave());
}

#[test]
fn the_templates_of_a_chart_are_no_yaml_yet() {
    let folder = Folder::new(&[
        ("chart/Chart.yaml", "name: x\n"),
        ("chart/templates/a.yaml", "a: {{ .Values.a }}\n"),
        ("chart/crds/a.yaml", "apiVersion: {{\n"),
    ]);
    let mut client = Client::start(json!({}), &[&folder]);
    client.open(
        &folder.uri("chart/templates/a.yaml"),
        "a: {{ .Values.b }}\n",
    );
    client.open(&folder.uri("chart/templates/sub/b.yaml"), "{{ x\n");
    client.wait_for(&folder.uri("chart/crds/a.yaml"), "yaml-syntax");
    assert_eq!(client.published.len(), 1, "{:?}", client.log);
    assert!(client.leave());
}

#[test]
fn a_uri_that_no_parser_takes_is_answered_as_the_client_spells_it() {
    let folder = Folder::new(&[("[한 글].yaml", &once("a"))]);
    let mut client = Client::start(json!({}), &[&folder]);
    for name in ["[한 글].yaml", "%5B%ED%95%9C%20%EA%B8%80%5d.yaml"] {
        let uri = folder.uri(name);
        client.open(&uri, &twice("a"));
        client.wait_for(&uri, RULE);
        client.close(&uri);
        client.wait_without(&uri, RULE);
    }
    assert!(client.leave());
}

#[test]
fn a_burst_of_changes_is_checked_once() {
    let (mut client, server) = Client::waiting();
    let uri = "file:///nowhere/pod.yaml";
    let id = client.send("initialize", lsp_client::initialize(json!({}), &[]));
    client.open(uri, &twice("a"));
    for version in 2..=100 {
        client.replace(uri, version, &twice(&format!("a{version}")));
    }
    client.listen(server);
    client.answer(&id).unwrap();
    client.wait_for(uri, RULE);
    assert_eq!(client.log, [(uri.to_owned(), Some(100))]);
    assert!(client.leave());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// After any edits the server says what it says of the same text opened again.
    #[test]
    fn edited_equals_opened(
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..4u32, "[ :\\-A\n😀{]{0,3}"),
            1..6,
        ),
    ) {
        let mut client = Client::start(json!({}), &[]);
        let mut lines: Vec<Vec<char>> = twice("a").lines().map(|it| it.chars().collect()).collect();
        client.open("file:///edited/a.yaml", &twice("a"));
        let mut version = 1;
        for (at, length, insert) in edits {
            version += 1;
            let line = at.index(lines.len());
            let from = at.index(lines[line].len() + 1);
            let to = (from + length as usize).min(lines[line].len());
            let units = |n: usize| -> u32 {
                lines[line][..n].iter().map(|c| c.len_utf16() as u32).sum()
            };
            let range = range((line as u32, units(from)), (line as u32, units(to)));
            client.change("file:///edited/a.yaml", version, &json!([{ "range": range, "text": insert }]));
            let head: String = lines[line][..from].iter().collect();
            let tail: String = lines[line][to..].iter().collect();
            let text = format!("{head}{insert}{tail}");
            lines.splice(line..=line, text.split('\n').map(|it| it.chars().collect()));
        }
        let text: Vec<String> = lines.iter().map(|it| it.iter().collect()).collect();
        client.open("file:///opened/a.yaml", &format!("{}\n", text.join("\n")));
        let pull = |client: &mut Client, uri: &str| {
            let report = client.request("textDocument/diagnostic", on(uri)).unwrap();
            let text = report["items"].to_string();
            text.replace(uri, "")
        };
        let opened = pull(&mut client, "file:///opened/a.yaml");
        prop_assert_eq!(pull(&mut client, "file:///edited/a.yaml"), opened);
        prop_assert!(client.leave());
    }
}
