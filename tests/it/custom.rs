//! Replays recorded answers of the API server about custom resources: for
//! definitions and objects that the oracle made up, the same ones are refused, at
//! the same fields, in the same words.

use crate::{custom_support, known, recorded};

#[test]
fn custom_resources_are_judged_as_the_server_does() {
    replay("custom/schemas");
}

#[test]
fn rules_are_evaluated_as_the_server_does() {
    replay("custom/rules");
}

#[test]
fn updates_are_judged_as_the_server_does() {
    // A value of a wrong type that stays as it was has none in CEL; what the server
    // says of rules that come upon one is known at the value itself only.
    replay("custom/updates");
}

fn replay(name: &str) {
    let text = recorded::read(&format!("{name}.jsonl"));
    let (mut refused, mut different) = (0, Vec::new());
    for (number, case) in (1..).zip(custom_support::cases(&text)) {
        refused += usize::from(!case.server.is_empty() || case.is_vague);
        if !case.is_equal() {
            let (server, here): (Vec<_>, Vec<_>) =
                (case.server.keys().collect(), case.here.keys().collect());
            let (definition, object) = (case.definition, &case.object);
            different.push(known::line(&format!(
                "{number} server {server:?} here {here:?} {definition} {object}"
            )));
        }
    }
    assert!(refused > 500, "{refused} refusals only");
    known::hold(&format!("{name}.differences"), &different);
}

#[test]
fn a_changed_definition_is_heeded_again() {
    use plimsoll::config::Config;
    use plimsoll::engine::{Cache, Engine};
    use plimsoll::source::Source;
    let crd = |kind: &str| {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: widgets.example.com}}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {{kind: Widget, plural: widgets}}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, properties: {{size: {{type: {kind}}}}}}}}}}}}}\n"
        )
    };
    let widget =
        "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 3, siez: 1}\n";
    let mut sources = vec![
        Source::new("a.yaml", widget),
        Source::new("crd.yaml", crd("string")),
    ];
    let engine = Engine::new(Config::default());
    let mut cache = Cache::default();
    let names = |sources: &[Source], cache: &mut Cache| -> Vec<String> {
        let report = engine.check_again(sources, cache);
        let found = report.findings.into_iter();
        found
            .map(|it| format!("{} {}", it.rule, it.message))
            .collect()
    };
    let unknown = "unknown-field unknown field \"siez\"";
    assert_eq!(names(&sources, &mut cache), [unknown]);
    sources[0] = Source::new("a.yaml", widget.replace(", siez: 1", ""));
    let wrong = "api-type Invalid value: \"integer\": spec.size in body must be of type string: \"integer\"";
    assert_eq!(names(&sources, &mut cache), [wrong]);
    sources[1] = Source::new("crd.yaml", crd("integer"));
    assert!(names(&sources, &mut cache).is_empty());
    sources[1] = Source::new("crd.yaml", crd("boolean"));
    assert_eq!(names(&sources, &mut cache).len(), 1);
    sources.pop();
    assert!(names(&sources, &mut cache).is_empty());
}
