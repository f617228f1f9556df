//! Events and lease candidates: what components write about themselves.

use super::at::At;
use super::meta::{self, Identity};
use super::report::Api;
use super::small::NAMESPACED;
use crate::kube::names;

/// Longest texts of an Event, in bytes.
const LONGEST: [(&str, usize); 2] = [("action", 128), ("reason", 128)];
const LONGEST_NOTE: usize = 1024;

/// An Event of the core group: all but a few of its fields are free.
pub(super) fn core<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let before = api.count();
    common(
        api,
        top,
        top.get("involvedObject"),
        top.get("reportingComponent"),
    );
    if api.count() == before {
        let identity = Identity {
            name: names::path_segment,
            namespaced: true,
        };
        meta::generic(api, top.get("metadata"), identity);
    }
}

/// An Event of `events.k8s.io`.
pub(super) fn strict<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let about = top.get("regarding");
    let about = top.get("involvedObject").showing(about);
    common(api, top, about, top.get("reportingController"));
    meta::check(api, top.get("metadata"), NAMESPACED);
    let series = top.get("series");
    if series.is_set() {
        if series.int_of("count").unwrap_or(0) < 2 {
            api.invalid_text(series.get("count"), "", "should be at least 2");
        }
        if !series.has("lastObservedTime") {
            api.required(series.get("lastObservedTime"), "");
        }
    }
    if !top.has("eventTime") {
        api.required(top.get("eventTime"), "");
    }
    let kind = top.get("type");
    if !matches!(kind.str(), "Normal" | "Warning") {
        let detail = format!("has invalid value: {}", kind.str());
        api.invalid_text(kind, "", &detail);
    }
    for (key, old) in [
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
    ] {
        if top.has(old) {
            let at = top.get(key).showing(top.get(old));
            api.invalid_text(at, "", "needs to be unset");
        }
    }
    let (count, source) = (top.get("deprecatedCount"), top.get("deprecatedSource"));
    if count.int().unwrap_or(0) != 0 {
        let at = top.get("count").showing(count);
        api.invalid_text(at, "", "needs to be unset");
    }
    if ["component", "host"]
        .iter()
        .any(|it| !source.str_of(it).is_empty())
    {
        let at = top.get("source").showing(source);
        api.invalid_text(at, "", "needs to be unset");
    }
}

fn common<'a>(api: &mut Api<'a, '_>, top: At<'a>, about: At<'a>, controller: At<'a>) {
    let object = about.showing(about);
    let (at, shown) = (object.get("namespace"), object.str_of("namespace"));
    let written = top.at(["metadata", "namespace"]).str();
    let own = if written.is_empty() {
        "default"
    } else {
        written
    };
    if names::dns_subdomain(own).is_err() && !api.since(37) {
        let at = top.at(["metadata", "namespace"]);
        let at = top.get("namespace").showing(at);
        api.faults(at, own, names::dns_subdomain(own));
    }
    let mismatch = "does not match event.namespace";
    if !top.has("eventTime") {
        let matches = if shown.is_empty() {
            own == "default"
        } else {
            own == shown
        };
        if !matches {
            api.invalid_text(at, shown, mismatch);
        }
        return;
    }
    if shown.is_empty() && !matches!(own, "default" | "kube-system") {
        api.invalid_text(at, shown, mismatch);
    }
    api.required_text(controller);
    api.named(controller, names::label_key);
    let instance = top.get("reportingInstance");
    api.required_text(instance);
    too_long(api, instance, instance.str(), 128);
    for (key, most) in LONGEST {
        api.required_text(top.get(key));
        too_long(api, top.get(key), top.str_of(key), most);
    }
    let note = if top.has("note") {
        top.get("note")
    } else {
        top.get("message")
    };
    too_long(
        api,
        top.get("message").showing(note),
        note.str(),
        LONGEST_NOTE,
    );
}

fn too_long<'a>(api: &mut Api<'a, '_>, at: At<'a>, text: &str, most: usize) {
    if text.len() > most {
        api.invalid_text(at, "", &format!("can have at most {most} characters"));
    }
}

pub(super) fn lease_candidate<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let identity = Identity {
        name: names::config_map_key,
        namespaced: true,
    };
    meta::plain(api, top.get("metadata"), identity);
    let spec = top.get("spec");
    api.required_text(spec.get("leaseName"));
    let (emulation, binary) = (spec.get("emulationVersion"), spec.get("binaryVersion"));
    let versions = [emulation, binary].map(|at| {
        let version = Version::parse(at.str());
        if version.is_none() && !at.str().is_empty() {
            api.invalid_text(at, at.str(), "must be a valid semantic version");
        }
        version
    });
    api.required_text(binary);
    let both = !emulation.str().is_empty() && !binary.str().is_empty();
    let [emulated, own] = versions.map(Option::unwrap_or_default);
    if both && own < emulated {
        let detail = "must be greater than or equal to `emulationVersion`";
        api.invalid_text(binary, binary.str(), detail);
    }
    let strategy = spec.get("strategy");
    if !api.required_text(strategy) {
        return;
    }
    if strategy.str() == "OldestEmulationVersion" && emulated == Version::default() {
        let detail = "must be specified when `strategy` is 'OldestEmulationVersion'";
        api.required(emulation, detail);
    }
    lease_strategy(api, strategy);
}

/// The strategy of a lease: the server's own, or one with a domain.
pub(super) fn lease_strategy<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let text = at.str();
    let path = at.named("strategy");
    if text.contains('/') {
        api.faults(path, text, names::label_key(text));
    } else if text != "OldestEmulationVersion" {
        api.unsupported(path, text, &["OldestEmulationVersion"]);
    }
}

/// A semantic version; the order of pre-releases is that of their parts.
#[derive(PartialEq, Eq, PartialOrd, Ord, Default)]
struct Version {
    numbers: [u64; 3],
    /// A version without a pre-release comes after those with one.
    released: bool,
    pre: Vec<Part>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Text(String),
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let text = text.split_once('+').map_or(text, |(head, _)| head);
        let (numbers, pre) = text
            .split_once('-')
            .map_or((text, None), |(a, b)| (a, Some(b)));
        let mut parts = numbers.split('.');
        let mut number = || Self::number(parts.next()?);
        let numbers = [number()?, number()?, number()?];
        if parts.next().is_some() {
            return None;
        }
        let part = |it: &str| {
            let fine = !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let digits = it.bytes().all(|b| b.is_ascii_digit());
            match (fine, digits) {
                (true, true) => Self::number(it).map(Part::Number),
                (true, false) => Some(Part::Text(it.to_owned())),
                _ => None,
            }
        };
        let parts: Option<Vec<Part>> =
            pre.map_or(Some(Vec::new()), |pre| pre.split('.').map(part).collect());
        // A zero version counts as none at all.
        let released = pre.is_none() && numbers != [0; 3];
        Some(Self {
            numbers,
            released,
            pre: parts?,
        })
    }

    /// Digits without a leading zero.
    fn number(text: &str) -> Option<u64> {
        let plain = text == "0" || !text.starts_with('0');
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        (plain && digits).then(|| text.parse().ok()).flatten()
    }
}
