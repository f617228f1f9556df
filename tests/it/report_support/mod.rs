//! Runs made by hand, so that formats are tested and nothing else.

use plimsoll::engine::{Report, Summary};
use plimsoll::finding::{Finding, ObjectRef, Place, Severity};
use plimsoll::fix::{Edit, Fix};
use plimsoll::report::{Format, RenderOptions, Run};
use plimsoll::source::{Source, Span};
use plimsoll::unchecked::{Unchecked, Why};

pub(crate) const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: web
        image: nginx:latest
        env:
        - name: LEVEL
          value: info
        - name: LEVEL
          value: debug
";

pub(crate) const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
";

/// The place of the `nth` (from 0) `needle` in `sources[source]`.
pub(crate) fn place(sources: &[Source], source: usize, needle: &str, nth: usize) -> Place {
    let text = sources[source].text();
    let (at, _) = text.match_indices(needle).nth(nth).unwrap();
    Place {
        source: source as u32,
        span: Span::from_usize(at, at + needle.len()),
    }
}

/// A finding with everything, and one with nothing but a place.
pub(crate) fn sample() -> (Vec<Source>, Report) {
    let sources = vec![
        Source::new("k8s/deployment.yaml", DEPLOYMENT),
        Source::new("k8s/service é.yaml", SERVICE),
    ];
    let object = ObjectRef {
        api_version: "apps/v1".into(),
        kind: "Deployment".into(),
        namespace: "shop".into(),
        name: "web".into(),
    };
    let second = place(&sources, 0, "LEVEL", 1);
    let mut duplicate = Finding::new(
        "env-duplicate",
        Severity::Warning,
        second,
        "`LEVEL` is set 100% twice".into(),
    )
    .with_help("remove one, or:\nthe other")
    .with_field("spec.template.spec.containers[0].env[1].name")
    .with_related(place(&sources, 0, "LEVEL", 0), "first set here")
    .with_related(place(&sources, 1, "app: web", 0), "selected here")
    .with_fix(Fix::safe(
        "rename it",
        vec![Edit {
            span: second.span,
            text: "LOG_LEVEL".into(),
        }],
    ));
    duplicate.object = Some(object);
    let bare = Finding::new(
        "yaml-syntax",
        Severity::Error,
        place(&sources, 1, "{app", 0),
        "no \"quotes\"".into(),
    );
    let report = Report {
        findings: vec![duplicate, bare],
        summary: Summary {
            files: 2,
            documents: 2,
            objects: 2,
            errors: 1,
            warnings: 1,
            ..Summary::default()
        },
        unrecognized: Vec::new(),
    };
    (sources, report)
}

/// What `format` writes.
pub(crate) fn write(
    format: &str,
    look: &RenderOptions,
    sources: &[Source],
    report: &Report,
) -> String {
    let mut out = Vec::new();
    let run = Run {
        report,
        sources,
        unchecked: &[Unchecked {
            path: "k8s/own.yaml".to_owned(),
            why: Why::Ignored(".ignore"),
        }],
    };
    (Format::named(format).unwrap().write)(&run, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What `format` writes of [`sample`].
pub(crate) fn written(format: &str) -> String {
    let (sources, report) = sample();
    write(format, &RenderOptions::default(), &sources, &report)
}
