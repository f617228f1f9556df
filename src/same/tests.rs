//! What makes a difference between two objects, and what makes none.

use super::changes;
use crate::catalog::Catalog;
use crate::parse;
use crate::resolve::{Scope, resources};
use crate::source::Source;

/// The paths at which two objects differ.
fn paths(old: &str, new: &str) -> Vec<String> {
    let parsed = [old, new].map(|text| parse::parse(&Source::new("a.yaml", text), 0));
    let [old, new] = &parsed;
    let of = |parsed: &'_ parse::Parsed| {
        let found = resources(&parsed.documents[0], "default", |_, _| Scope::Namespaced);
        found[0].node.id()
    };
    assert_eq!((of(old), of(new)), (0, 0));
    let found = |parsed| -> crate::resolve::Resource<'_> {
        let parsed: &parse::Parsed = parsed;
        resources(&parsed.documents[0], "default", |_, _| Scope::Namespaced)[0]
    };
    let (old, new) = (found(old), found(new));
    let catalog = Catalog::builtin();
    let kind = catalog.kind_of(old.api_version, old.kind);
    let kind = kind.and_then(|it| it.type_in(catalog.newest()));
    let found = changes(kind, catalog.newest(), &old, &new).into_iter();
    found.map(|it| it.path).collect()
}

fn deployment(spec: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{selector: {{matchLabels: {{app: web}}}}, {spec}\n  template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: a, {container}}}]}}}}}}"
    )
}

#[test]
fn defaults_and_notations_make_no_difference() {
    let bare = deployment("", "image: 'a:1', resources: {limits: {cpu: 1}}");
    for (spec, container) in [
        (
            "replicas: 1, ",
            "resources: {limits: {cpu: 1000m}}, image: 'a:1'",
        ),
        (
            "strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%}}, ",
            "image: 'a:1', imagePullPolicy: IfNotPresent, env: [], resources: {limits: {cpu: '1'}}",
        ),
        (
            "paused: false, ",
            "image: 'a:1', tty: false, resources: {limits: {cpu: 1.0}, requests: {}}",
        ),
    ] {
        let other = deployment(spec, container);
        assert_eq!(paths(&bare, &other), Vec::<String>::new(), "{other}");
        assert_eq!(paths(&other, &bare), Vec::<String>::new(), "{other}");
    }
}

#[test]
fn pointers_to_zero_differ_from_nothing() {
    let bare = deployment("", "image: 'a:1'");
    for (spec, container, path) in [
        ("replicas: 0, ", "image: 'a:1'", "spec.replicas"),
        (
            "",
            "image: 'a:1', securityContext: {}",
            "spec.template.spec.containers[0].securityContext",
        ),
        ("", "image: 'a:2'", "spec.template.spec.containers[0].image"),
        (
            "",
            "image: 'a:1', imagePullPolicy: Always",
            "spec.template.spec.containers[0].imagePullPolicy",
        ),
        (
            "strategy: {rollingUpdate: {maxSurge: 1}}, ",
            "image: 'a:1'",
            "spec.strategy.rollingUpdate.maxSurge",
        ),
    ] {
        assert_eq!(paths(&bare, &deployment(spec, container)), [path]);
    }
}

#[test]
fn a_default_may_hang_on_another_field() {
    let job = |spec: &str| {
        format!("apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec: {{{spec}}}")
    };
    assert_eq!(
        paths(&job("completions: 1"), &job("parallelism: 2")),
        ["spec.completions", "spec.parallelism"]
    );
    assert_eq!(
        paths(
            &job(""),
            &job("backoffLimit: 6, completions: 1, suspend: false")
        ),
        Vec::<String>::new()
    );
}
