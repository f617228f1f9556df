//! Checks of what the kernel confines containers with: AppArmor, SELinux and
//! seccomp profiles.

use super::containers::violation;
use super::subject::{
    Subject, Values, Violation, containers, context, deepest, name, plural, quoted, setters, text,
};
use crate::kube::go::Quoted;
use crate::parse::Node;

const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";

fn is_usual(kind: &str) -> bool {
    matches!(kind, "RuntimeDefault" | "Localhost")
}

/// Types of profiles that are set and may not be.
#[derive(Default)]
struct Bad<'a> {
    pod: bool,
    containers: Vec<&'a str>,
    values: Values,
    places: Vec<Node<'a>>,
}

impl<'a> Bad<'a> {
    fn new(subject: &Subject<'a>, key: &str) -> Self {
        let mut bad = Self::default();
        bad.pod = subject.context(key).is_some_and(|it| bad.add(it));
        for container in &subject.containers {
            if context(*container, key).is_some_and(|it| bad.add(it)) {
                bad.containers.push(name(*container));
            }
        }
        bad
    }

    /// Notes a profile unless it is a usual one.
    fn add(&mut self, profile: Node<'a>) -> bool {
        let kind = profile.get("type");
        if is_usual(text(kind)) {
            return false;
        }
        self.values.insert(text(kind).to_owned());
        self.places.push(kind.unwrap_or(profile));
        true
    }
}

pub(super) fn app_armor<'a>(subject: &Subject<'a>, _: u64) -> Option<Violation<'a>> {
    let mut bad = Bad::new(subject, "appArmorProfile");
    bad.containers = app_armor_containers(subject, &mut bad);
    let mut notes = Vec::new();
    for (key, value) in subject.annotations() {
        let text = value.as_str().unwrap_or_default();
        let allowed =
            text.is_empty() || text == "runtime/default" || text.starts_with("localhost/");
        if key.starts_with(APP_ARMOR) && !allowed {
            notes.push(format!("{key}={}", Quoted(text)));
            bad.places.push(value);
        }
    }
    notes.sort();
    let mut who = setters(bad.pod, &bad.containers);
    if !notes.is_empty() {
        let lead = if who.is_empty() { "" } else { " and " };
        who += lead;
        who += plural("annotation", "annotations", notes.len());
    }
    let values: Vec<String> = bad.values.into_iter().chain(notes).collect();
    let reason = if values.len() == 1 {
        "forbidden AppArmor profile"
    } else {
        "forbidden AppArmor profiles"
    };
    let detail = || {
        format!(
            "{who} must not set AppArmor profile type to {}",
            quoted(&values)
        )
    };
    violation(who.as_bytes(), reason, detail, bad.places)
}

/// The containers with a bad profile. On creation of a Pod the server writes what
/// an annotation says into the field, where it differs from the pod's own profile.
fn app_armor_containers<'a>(subject: &Subject<'a>, bad: &mut Bad<'a>) -> Vec<&'a str> {
    let own = subject.context("appArmorProfile");
    let own = text(own.and_then(|it| it.get("type")));
    let unconfined = |container: Node<'_>| {
        let is_its = |key: &str| key.strip_prefix(APP_ARMOR) == Some(name(container));
        let mut all = subject.annotations();
        let note = all.find(|(key, _)| is_its(key));
        note.and_then(|(_, value)| value.as_str()) == Some("unconfined")
    };
    let synced = subject.is_pod && !subject.is_windows() && own != "Unconfined";
    let mut names = Vec::new();
    for container in &subject.containers {
        let is_bad = match context(*container, "appArmorProfile") {
            Some(profile) => !is_usual(text(profile.get("type"))),
            None => synced && unconfined(*container),
        };
        if is_bad {
            names.push(name(*container));
        }
        if is_bad && context(*container, "appArmorProfile").is_none() {
            bad.values.insert("Unconfined".to_owned());
        }
    }
    names
}

pub(super) fn se_linux<'a>(subject: &Subject<'a>, version: u64) -> Option<Violation<'a>> {
    let mut bad = SeLinux::default();
    let own = subject.context("seLinuxOptions");
    let pod = own.is_some_and(|it| bad.add(it, version));
    let mut names = Vec::new();
    for container in &subject.containers {
        let options = context(*container, "seLinuxOptions");
        if options.is_some_and(|it| bad.add(it, version)) {
            names.push(name(*container));
        }
    }
    let who = setters(pod, &names);
    let mut what = Vec::new();
    if !bad.types.is_empty() {
        let noun = plural("type", "types", bad.types.len());
        what.push(format!("{noun} {}", quoted(&bad.types)));
    }
    if bad.user {
        what.push("user may not be set".to_owned());
    }
    if bad.role {
        what.push("role may not be set".to_owned());
    }
    let detail = || {
        format!(
            "{who} set forbidden securityContext.seLinuxOptions: {}",
            what.join("; ")
        )
    };
    violation(&what, "seLinuxOptions", detail, bad.places)
}

/// SELinux options that may not be.
#[derive(Default)]
struct SeLinux<'a> {
    types: Values<&'a str>,
    user: bool,
    role: bool,
    places: Vec<Node<'a>>,
}

impl<'a> SeLinux<'a> {
    fn add(&mut self, options: Node<'a>, version: u64) -> bool {
        let before = self.places.len();
        let kind = options.get("type");
        let allowed = match text(kind) {
            "" | "container_t" | "container_init_t" | "container_kvm_t" => true,
            "container_engine_t" => version >= 31,
            _ => false,
        };
        if !allowed {
            self.types.insert(text(kind));
            self.places.extend(kind);
        }
        for (key, set) in [("user", &mut self.user), ("role", &mut self.role)] {
            let at = options.get(key);
            if !text(at).is_empty() {
                *set = true;
                self.places.extend(at);
            }
        }
        self.places.len() > before
    }
}

/// Seccomp profiles were annotations until 1.19.
pub(super) fn seccomp_if_set<'a>(subject: &Subject<'a>, version: u64) -> Option<Violation<'a>> {
    if version < 19 {
        return seccomp_annotations(subject);
    }
    seccomp_types(Bad::new(subject, "seccompProfile"))
}

fn seccomp_annotations<'a>(subject: &Subject<'a>) -> Option<Violation<'a>> {
    let (mut values, mut places) = (Values::new(), Vec::new());
    for (key, value) in subject.annotations() {
        let of_container = key.strip_prefix(SECCOMP_CONTAINER);
        let is_there = |it: &str| subject.containers.iter().any(|one| name(*one) == it);
        let text = value.as_str().unwrap_or_default();
        let allowed =
            matches!(text, "runtime/default" | "docker/default") || text.starts_with("localhost/");
        if !allowed && (key == SECCOMP_POD || of_container.is_some_and(is_there)) {
            values.insert(format!("{key}={}", Quoted(text)));
            places.push(value);
        }
    }
    let values: Vec<String> = values.into_iter().collect();
    let detail = || {
        let noun = plural("annotation", "annotations", values.len());
        format!("forbidden {noun} {}", values.join(", "))
    };
    violation(&values, "seccompProfile", detail, places)
}

fn seccomp_types(bad: Bad<'_>) -> Option<Violation<'_>> {
    let who = setters(bad.pod, &bad.containers);
    let values = quoted(&bad.values);
    let detail = || format!("{who} must not set securityContext.seccompProfile.type to {values}");
    violation(who.as_bytes(), "seccompProfile", detail, bad.places)
}

pub(super) fn seccomp<'a>(subject: &Subject<'a>, version: u64) -> Option<Violation<'a>> {
    if version >= 25 && subject.is_windows() {
        return None;
    }
    let bad = Bad::new(subject, "seccompProfile");
    if bad.pod || !bad.containers.is_empty() {
        return seccomp_types(bad);
    }
    if subject.context("seccompProfile").is_some() {
        return None;
    }
    let keys = ["securityContext", "seccompProfile"];
    let all = subject.containers.iter();
    let missing: Vec<Node<'a>> = all.copied().filter(|it| it.at(&keys).is_none()).collect();
    let names: Vec<&str> = missing.iter().map(|it| name(*it)).collect();
    let places = missing.iter().map(|it| deepest(*it, &keys)).collect();
    let detail = || {
        format!(
            "pod or {} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"",
            containers(&names)
        )
    };
    violation(&missing, "seccompProfile", detail, places)
}
