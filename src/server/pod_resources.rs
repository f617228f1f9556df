//! Resources of a pod as a whole.

use super::at::At;
use super::pod::PodContext;
use super::report::Api;
use super::resources::{self, Owner};
use crate::kube::quantity::Quantity;

/// `spec.resources`.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, scope: &PodContext<'a, '_>) {
    let spec = scope.spec;
    let at = spec.get("resources");
    if !at.is_set() {
        return;
    }
    if spec.at(["os", "name"]).str() == "windows" {
        return api.forbidden(at, "may not be set for a windows pod");
    }
    if at.has("claims") {
        api.forbidden(
            at.get("claims"),
            "claims may not be set for Resources at pod-level",
        );
    }
    let claims = spec.get("resourceClaims");
    resources::check(api, at, Owner::Pod, false, claims);
    for (name, request) in at.get("requests").entries() {
        let sum = requested(spec, name, scope.is_pod);
        if let Some(most) = request.quantity()
            && sum > most
        {
            let text = request.printed_quantity();
            let detail =
                format!("must be greater than or equal to aggregate container requests of {sum}");
            api.invalid_text(request, &text, &detail);
        }
    }
    for (index, container) in spec.items_of("containers").enumerate() {
        for (name, limit) in container.at(["resources", "limits"]).entries() {
            let most = at.get("limits").keyed(name);
            if let (Some(own), Some(all)) = (limit.quantity(), most.quantity())
                && own > all
            {
                let text = limit.printed_quantity();
                let detail = format!(
                    "must be less than or equal to pod limits of {}",
                    most.printed_quantity()
                );
                let before = api.count();
                api.invalid_text(at.get("\u{0}").showing(limit), &text, &detail);
                let path = format!("containers[{index}][{name}].limits");
                api.rename(before, "\u{0}", &path);
            }
        }
    }
}

/// What the containers of a pod request together at most.
fn requested(spec: At<'_>, name: &str, is_pod: bool) -> Quantity {
    let of = |container: At<'_>| {
        let at = container.get("resources");
        let find = |at: At<'_>| {
            let found = at.entries().find(|(key, _)| *key == name);
            found.and_then(|(_, it)| it.quantity())
        };
        let limit = find(at.get("limits")).filter(|_| is_pod);
        find(at.get("requests")).or(limit).unwrap_or(Quantity::ZERO)
    };
    let mut sum = Quantity::ZERO;
    for container in spec.items_of("containers") {
        sum += of(container);
    }
    let (mut sidecars, mut start) = (Quantity::ZERO, Quantity::ZERO);
    for container in spec.items_of("initContainers") {
        let own = of(container);
        if container.str_of("restartPolicy") == "Always" {
            sum += own;
            sidecars += own;
            start = start.max(sidecars);
        } else {
            start = start.max(sidecars + own);
        }
    }
    sum.max(start)
}
