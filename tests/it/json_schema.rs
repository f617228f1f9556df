//! JSON Schema files: recorded verdicts of the validator that kubeconform uses are
//! replayed, and what cannot be followed is told.

use crate::json_schema_support::cases;
use crate::recorded;
use plimsoll::custom::against;
use plimsoll::parse::parse;
use plimsoll::schema::JsonSchema;
use plimsoll::source::Source;
use std::sync::Arc;

#[test]
fn values_hold_as_they_do_for_kubeconform() {
    let all = cases(&recorded::read("json-schema/cases.jsonl"));
    assert!(all.len() >= 4000);
    for case in &all {
        let (schema, value, said) = (&case.schema, &case.value, &case.said);
        assert!(
            case.is_equal(),
            "{schema}\n{value}\nrecorded: {}\nhere: {said:?}",
            case.holds
        );
    }
}

/// What is said of `value` by the schema in a file that stands beside no other.
fn said(schema: &str, value: &str) -> Vec<String> {
    let [schema, value] = [schema, value].map(|text| {
        let parsed = parse(&Source::new("x.json", text), 0);
        Arc::new(parsed.documents.into_iter().next().unwrap())
    });
    let mut load = |_: &str| Err("no such file".to_owned());
    let compiled = JsonSchema::compile("x.json", schema, &mut load);
    let all = against(&compiled, value.root().unwrap()).into_iter();
    all.map(|(rule, field, message)| format!("{rule} {field}: {message}"))
        .collect()
}

#[test]
fn what_cannot_be_followed_is_told() {
    let lead = "schema-incomplete : part of the schema was not checked: ";
    for (schema, reason) in [
        (
            r#"{"$ref": "gone.json"}"#,
            "x.json refers to \"gone.json\": gone.json: no such file",
        ),
        (
            r##"{"$ref": "#/definitions/gone"}"##,
            "x.json refers to \"#/definitions/gone\": there is nothing at #/definitions/gone",
        ),
        (
            r#"{"properties": {"a": {"$ref": "https://example.com/b.json#/c"}}}"#,
            "properties.a of x.json refers to \"https://example.com/b.json#/c\": nothing is downloaded, and b.json: no such file",
        ),
        (
            r#"{"pattern": "^(?!a)"}"#,
            "x.json has a \"pattern\" that cannot be read: \"^(?!a)\"",
        ),
        (
            r#"{"minimum": "3"}"#,
            "x.json has a \"minimum\" that cannot be read: \"3\"",
        ),
        (r#"{"items": 3}"#, "items of x.json is not a schema"),
        (
            r##"{"allOf": [{"$ref": "#"}]}"##,
            "it refers to itself endlessly",
        ),
    ] {
        assert_eq!(
            said(schema, r#"{"a": 1}"#),
            [format!("{lead}{reason}")],
            "{schema}"
        );
    }
}

#[test]
fn hostile_schemas_end() {
    let mut double = String::from("{");
    for index in 0..40 {
        let next = index + 1;
        double.push_str(&format!(
            "\"d{index}\": {{\"allOf\": [{{\"$ref\": \"#/d{next}\"}}, {{\"$ref\": \"#/d{next}\"}}]}},"
        ));
    }
    double.push_str(r##""d40": {}, "$ref": "#/d0"}"##);
    assert!(said(&double, "1")[0].contains("too many alternatives"));
    let mut long = String::from("{");
    for index in 0..1000 {
        long.push_str(&format!(
            "\"d{index}\": {{\"$ref\": \"#/d{}\"}},",
            index + 1
        ));
    }
    long.push_str(r##""d1000": {}, "$ref": "#/d0"}"##);
    assert!(said(&long, "1")[0].contains("too deep"));
    let tree = r##"{"properties": {"left": {"$ref": "#"}}, "type": "object"}"##;
    assert_eq!(said(tree, r#"{"left": {"left": {}}}"#), [""; 0]);
    assert!(
        said(tree, r#"{"left": {"left": 1}}"#)[0]
            .contains("left.left in body must be of type object")
    );
}
