//! CustomResourceDefinitions: names, versions, conversion, columns.
//!
//! The server turns what all versions have in common into fields of the
//! definition itself before it looks, and names those.

mod columns;
mod openapi;
mod rules;
mod schema;
mod structure;
mod survey;

use crate::custom::Path;
use crate::kube::go::Quoted;
use crate::kube::names::{self, Faults};
use crate::kube::url::Url;
use crate::parse::Node;
use crate::server::Check;
use crate::server::at::At;
use crate::server::meta::{self, Identity};
use crate::server::report::Api;
use crate::server::webhook;

/// The annotation with which groups of Kubernetes' own are approved.
const APPROVED: &str = "api-approved.kubernetes.io";

/// The check of a kind, if it is that of definitions.
pub(crate) fn check_of(group: &str, version: &str, kind: &str) -> Option<Check> {
    let is_definition = (group, kind) == ("apiextensions.k8s.io", "CustomResourceDefinition");
    (is_definition && version == "v1").then_some(check)
}

fn check<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let identity = Identity {
        name: names::dns_subdomain,
        namespaced: false,
    };
    let metadata = top.get("metadata");
    meta::plain(api, metadata, identity);
    let spec = top.get("spec");
    let wanted = format!(
        "{}.{}",
        spec.at(["names", "plural"]).str(),
        spec.get("group").str()
    );
    let name = meta::name(metadata);
    if !name.is_empty() && name != wanted {
        let detail = "must be spec.names.plural+\".\"+spec.group";
        api.invalid_text(metadata.get("name"), &name, detail);
    }
    let prefix = metadata.get("generateName");
    if !prefix.str().is_empty() && prefix.str() != wanted {
        let detail = "must be spec.names.plural+\".\"+spec.group";
        api.invalid_text(prefix, prefix.str(), detail);
    }
    check_group(api, spec.get("group"));
    let scope = spec.get("scope");
    if scope.str().is_empty() {
        api.required(scope, "");
    } else {
        api.one_of(scope, "", &["Cluster", "Namespaced"]);
    }
    check_versions(api, spec);
    check_names(api, spec.get("names"));
    let preserve = spec.get("preserveUnknownFields");
    if preserve.is_true() {
        let detail = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
        api.invalid(preserve, true, detail);
        let strategy = spec.at(["conversion", "strategy"]);
        if strategy.is_set() && strategy.str() != "None" {
            let detail = "must be None if spec.preserveUnknownFields is true";
            api.invalid_text(strategy, strategy.str(), detail);
        }
    }
    check_conversion(api, spec.get("conversion"));
    check_approval(api, top);
}

/// What the server says of several faults at once.
fn joined(faults: &Faults) -> String {
    let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
    all.join(",")
}

fn check_label<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if let Err(faults) = names::dns_1035_label(at.str()) {
        api.invalid_text(at, at.str(), &joined(&faults));
    }
}

fn check_group<'a>(api: &mut Api<'a, '_>, group: At<'a>) {
    let text = group.str();
    if text.is_empty() {
        api.required(group, "");
    } else if let Err(faults) = names::dns_subdomain(text) {
        api.invalid_text(group, text, &joined(&faults));
    } else if !text.contains('.') {
        api.invalid_text(group, text, "should be a domain with at least one dot");
    }
}

fn check_names<'a>(api: &mut Api<'a, '_>, names: At<'a>) {
    let kind = names.get("kind").str();
    let list = names.get("listKind");
    for key in ["plural", "kind"] {
        if names.get(key).str().is_empty() {
            api.required(names.get(key), "");
        }
    }
    if kind.is_empty() {
        // What they are made from is missing.
        for key in ["singular", "listKind"] {
            if names.get(key).str().is_empty() {
                api.required(names.get(key), "");
            }
        }
    }
    for key in ["plural", "singular"] {
        if !names.get(key).str().is_empty() {
            check_label(api, names.get(key));
        }
    }
    let singular = names.get("singular");
    let derived = kind.to_lowercase();
    if singular.str().is_empty()
        && !kind.is_empty()
        && let Err(faults) = names::dns_1035_label(&derived)
    {
        api.invalid_text(singular, &derived, &joined(&faults));
    }
    let listed = match list.str() {
        "" if kind.is_empty() => String::new(),
        "" => format!("{kind}List"),
        text => text.to_owned(),
    };
    for (at, text) in [(names.get("kind"), kind), (list, listed.as_str())] {
        if let Err(faults) = names::dns_1035_label(&text.to_lowercase())
            && !text.is_empty()
        {
            let detail = format!(
                "may have mixed case, but should otherwise match: {}",
                joined(&faults)
            );
            api.invalid_text(at, text, &detail);
        }
    }
    if !kind.is_empty() && kind == list.str() {
        api.invalid_text(list, kind, "kind and listKind may not be the same");
    }
    for key in ["shortNames", "categories"] {
        for item in names.get(key).items() {
            check_label(api, item);
        }
    }
}

/// Which fields all versions write alike.
#[derive(Clone, Copy)]
struct Shared {
    schema: bool,
    subresources: bool,
    columns: bool,
    selectable: bool,
}

impl Shared {
    fn of<'a>(versions: At<'a>) -> Self {
        let alike = |key: &str| {
            let value = |it: At<'a>| it.node().and_then(|it| it.get(key));
            let mut all = versions.items().map(value);
            let first = all.next();
            first.is_none_or(|first| all.all(|it| is_same(first, it)))
        };
        Self {
            schema: alike("schema"),
            subresources: alike("subresources"),
            columns: alike("additionalPrinterColumns"),
            selectable: alike("selectableFields"),
        }
    }
}

/// Whether two values are the same, or both not there.
fn is_same(one: Option<Node<'_>>, other: Option<Node<'_>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.equals(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn check_versions<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let versions = spec.get("versions");
    let stored = versions
        .items()
        .filter(|it| it.get("storage").is_true())
        .count();
    let shared = Shared::of(versions);
    let has_schema = |it: &At<'a>| it.at(["schema", "openAPIV3Schema"]).is_set();
    let no_shared_schema = !shared.schema || !versions.items().any(|it| has_schema(&it));
    let mut seen: Vec<&str> = Vec::new();
    let mut repeated = false;
    for (index, version) in versions.items().enumerate() {
        let name = version.get("name").str();
        repeated |= seen.contains(&name);
        seen.push(name);
        if no_shared_schema && !has_schema(&version) {
            api.required(version.at(["schema", "openAPIV3Schema"]), "");
        }
        check_version(api, version, index, shared);
    }
    let mut invalid = |detail: &str| api.invalid_node(versions, detail);
    if repeated {
        invalid("must contain unique version names");
    }
    if stored != 1 {
        invalid("must have exactly one version marked as storage version");
    }
    check_stored(api, versions);
}

fn check_version<'a>(api: &mut Api<'a, '_>, version: At<'a>, index: usize, shared: Shared) {
    let top = Path::TOP;
    let spec = top.field("spec");
    let list = spec.field("versions");
    let at = list.index(index);
    let is_first = index == 0;
    let name = version.get("name");
    check_label(api, name);
    if let Err(faults) = names::dns_1035_label(name.str())
        && is_first
        && !name.str().is_empty()
    {
        let message = format!("Invalid value: {}: {}", Quoted(name.str()), joined(&faults));
        let field = "spec.version".to_owned();
        api.at_path("api-invalid", name.place().0, field, message);
    }
    check_deprecation(api, version);
    let schema = version.at(["schema", "openAPIV3Schema"]).node();
    if let Some(node) = schema.filter(|_| is_first || !shared.schema) {
        let has_status = version.at(["subresources", "status"]).is_set();
        let holder = match shared.schema {
            true => spec.field("validation"),
            false => at.field("schema"),
        };
        schema::check(api, node, &holder.field("openAPIV3Schema"), has_status);
    }
    // What all versions share is looked at once.
    let holder = |shared: bool| if shared { &spec } else { &at };
    if is_first || !shared.subresources {
        columns::check_scale(api, version, holder(shared.subresources));
    }
    if is_first || !shared.columns {
        columns::check_columns(api, version, holder(shared.columns));
    }
    if is_first || !shared.selectable {
        columns::check_selectable(api, version, holder(shared.selectable));
    }
}

/// The server notes the first version that is stored, and expects no other.
fn check_stored<'a>(api: &mut Api<'a, '_>, versions: At<'a>) {
    let stored = |it: &At<'a>| it.get("storage").is_true();
    let first = versions.items().find(stored);
    let field = || "status.storedVersions".to_owned();
    let (node, _) = versions.place();
    let Some(first) = first else {
        let message = "Invalid value: null: must have at least one stored version".to_owned();
        return api.at_path("api-invalid", node, field(), message);
    };
    let mut known = Some(first.get("name").str());
    for version in versions.items() {
        let name = version.get("name").str();
        if known == Some(name) {
            known = None;
        } else if stored(&version) {
            let noted = first.get("name").str();
            let message =
                format!("Invalid value: [\"{noted}\"]: must have the storage version {name}");
            api.at_path("api-invalid", node, field(), message);
        }
    }
}

fn check_deprecation<'a>(api: &mut Api<'a, '_>, version: At<'a>) {
    let warning = version.get("deprecationWarning");
    let Some(text) = warning.written() else {
        return;
    };
    if !version.get("deprecated").is_true() {
        api.invalid_text(warning, text, "can only be set for deprecated versions");
        return;
    }
    if text.len() > 256 {
        api.invalid_text(warning, text, "must be <= 256 characters long");
    }
    if text.is_empty() {
        api.invalid_text(warning, text, "must not be an empty string");
    }
    if let Some((at, _)) = text.char_indices().find(|(_, c)| c.is_control()) {
        let detail = format!(
            "must only contain printable UTF-8 characters; non-printable character found at index {at}"
        );
        api.invalid_text(warning, text, &detail);
    }
}

fn check_conversion<'a>(api: &mut Api<'a, '_>, conversion: At<'a>) {
    if !conversion.is_set() {
        return;
    }
    let strategy = conversion.get("strategy");
    if strategy.str().is_empty() {
        api.required(strategy, "");
    } else {
        api.one_of(strategy, "", &["None", "Webhook"]);
    }
    let first = api.count();
    let hook = conversion.get("webhook");
    let config = hook.get("clientConfig");
    let reviews = hook.get("conversionReviewVersions");
    if strategy.str() != "Webhook" {
        let detail = "should not be set when strategy is not set to Webhook";
        if config.is_set() {
            api.forbidden(config, detail);
        }
        if !reviews.is_empty() {
            api.forbidden(reviews, detail);
        }
    } else {
        let (url, service) = (config.get("url"), config.get("service"));
        if !config.is_set() {
            api.required(config, "required when strategy is set to Webhook");
        } else if url.is_set() == service.is_set() {
            api.required(config, "exactly one of url or service is required");
        } else if url.is_set() {
            webhook::client_url(api, url);
        } else {
            webhook::client_service(api, service);
        }
        check_reviews(api, reviews);
    }
    let (from, to) = ("spec.conversion.webhook.", "spec.conversion.");
    api.rename(
        first,
        "spec.conversion.webhook.clientConfig",
        "spec.conversion.webhookClientConfig",
    );
    api.rename(first, from, to);
}

fn check_reviews<'a>(api: &mut Api<'a, '_>, reviews: At<'a>) {
    let mut seen: Vec<&str> = Vec::new();
    if reviews.is_empty() {
        return api.required(reviews, "");
    }
    for version in reviews.items() {
        if seen.contains(&version.str()) {
            api.invalid_text(version, version.str(), "duplicate version");
            continue;
        }
        seen.push(version.str());
        if let Err(faults) = names::dns_1035_label(version.str()) {
            api.faults(version, version.str(), Err(faults));
        }
    }
    if !seen.contains(&"v1") && !seen.contains(&"v1beta1") {
        api.invalid_node(reviews, "must include at least one of v1, v1beta1");
    }
}

/// Groups of Kubernetes' own need to be approved by it.
fn check_approval<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let group = top.at(["spec", "group"]).str();
    let of = |domain: &str| {
        group
            .strip_suffix(domain)
            .is_some_and(|it| it.is_empty() || it.ends_with('.'))
    };
    if !of("k8s.io") && !of("kubernetes.io") {
        return;
    }
    let at = top.at(["metadata", "annotations"]).keyed(APPROVED);
    let text = at.str();
    let lead = format!(
        "protected groups must have approval annotation {}",
        Quoted(APPROVED)
    );
    let see = "see https://github.com/kubernetes/enhancements/pull/1111";
    let url = Url::parse_request(text).filter(|it| !it.host.is_empty() && !it.scheme.is_empty());
    if text.is_empty() {
        api.required(at, &format!("{lead}, {see}"));
    } else if !text.starts_with("unapproved") && url.is_none() {
        let detail =
            format!("{lead} with either a URL or a reason starting with \"unapproved\", {see}");
        api.invalid_text(at, text, &detail);
    }
}
