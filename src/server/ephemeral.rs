//! Ephemeral containers, which are only refused later: they cannot be created
//! with their pod, but the server judges them all the same.

use super::at::At;
use super::container;
use super::pod::PodContext;
use super::probe;
use super::report::Api;
use crate::kube::go::Quoted;

const FORBIDDEN: &str = "cannot be set for an Ephemeral Container";

pub(super) fn check<'a>(api: &mut Api<'a, '_>, scope: &PodContext<'a, '_>) {
    let spec = scope.spec;
    if !spec.has("ephemeralContainers") {
        return;
    }
    let others = spec
        .items_of("containers")
        .chain(spec.items_of("initContainers"));
    let others: Vec<&str> = others.map(|it| it.str_of("name")).collect();
    let mut seen = others.clone();
    for one in spec.items_of("ephemeralContainers") {
        container::common(api, one, scope);
        outer_blanks(api, one);
        let name = one.get("name");
        if seen.contains(&name.str()) {
            api.duplicate(name, Quoted(name.str()));
        } else {
            seen.push(name.str());
        }
        let target = one.get("targetContainerName");
        if !target.str().is_empty() && !others.contains(&target.str()) {
            api.not_found(target, target.str(), "");
        }
        for key in [
            "ports",
            "resources",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle",
            "resizePolicy",
            "restartPolicy",
            "restartPolicyRules",
        ] {
            let at = one.get(key);
            let empty = key == "resources" && at.is_empty()
                || key == "lifecycle" && probe::is_signal_only(at);
            // One release reads these and drops them.
            let is_dropped = |api: &Api<'a, '_>| {
                key.starts_with("restartPolicy") && !api.since(35) && api.since(34)
            };
            if at.is_set() && !empty && !is_dropped(api) {
                api.forbidden(at, FORBIDDEN);
            }
        }
        for mount in one.items_of("volumeMounts") {
            for key in ["subPath", "subPathExpr"] {
                if !mount.str_of(key).is_empty() {
                    api.forbidden(mount.get(key), FORBIDDEN);
                }
            }
        }
    }
}

/// The image of a container of a Pod has no spaces around it.
pub(super) fn outer_blanks<'a>(api: &mut Api<'a, '_>, container: At<'a>) {
    let image = container.get("image");
    if image.str().trim() != image.str() {
        api.invalid_text(
            image,
            image.str(),
            "must not have leading or trailing whitespace",
        );
    }
}
