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

#[test]
fn help_says_where_a_field_of_a_custom_resource_belongs() {
    use plimsoll::config::Config;
    use plimsoll::engine::Engine;
    use plimsoll::source::Source;
    let crd = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer}
              a: {type: object, properties: {twice: {type: string}}}
              b: {type: object, properties: {twice: {type: string}}}
              backends:
                type: array
                items:
                  type: object
                  properties:
                    host: {type: string}
                    tls: {type: object, properties: {secret: {type: string}}}
          status:
            type: object
            properties: {phase: {type: string}}
";
    let help = |below: &str| {
        let widget =
            format!("apiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: a}}\n{below}");
        let sources = [Source::new("a.yaml", widget), Source::new("b.yaml", crd)];
        let report = Engine::new(Config::default()).check(&sources);
        let helps = report.findings.into_iter().filter_map(|it| it.help);
        helps.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(help("size: 1\n"), "`size` belongs to spec");
    assert_eq!(
        help("spec: {backends: [{host: a}], tls: {}}\n"),
        "`tls` belongs to spec.backends[]"
    );
    assert_eq!(
        help("spec: {backends: [{host: a}, {host: b, secret: x}]}\n"),
        "`secret` belongs to spec.backends[1].tls"
    );
    assert_eq!(
        help("spec: {backends: [{tls: {host: b}}]}\n"),
        "`host` belongs to spec.backends[0]"
    );
    assert_eq!(
        help("spec: {spec: {size: 1}}\n"),
        "`spec` belongs to the top level"
    );
    // Two places are as near as each other, and nobody writes a status.
    let none = "remove it: the definition of Widget has no such field";
    assert_eq!(help("spec: {twice: x}\n"), none);
    assert_eq!(
        help("spec: {b: {}, twice: x}\n"),
        "`twice` belongs to spec.b"
    );
    assert_eq!(help("phase: x\n"), none);
    assert_eq!(help("spec: {siez: 1}\n"), "did you mean `size`?");
}
