//! Files of a volume that lie over one another.

use crate::kube::go::Quoted;
use crate::server::at::At;
use crate::server::report::Api;

/// A file of a volume, and what it comes from.
struct File<'a> {
    at: At<'a>,
    path: &'a str,
    source: String,
}

/// Warns of the volumes of a pod.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, volumes: At<'a>) {
    for volume in volumes.items() {
        for (kind, source) in volume.set(["configMap", "secret", "downwardAPI", "projected"]) {
            if kind == "projected" {
                all(api, volume, source);
            } else if source.has("items") {
                plain(api, volume, source, &said(kind, source));
            }
        }
    }
}

/// A source of files as the server calls it.
fn said(kind: &str, source: At<'_>) -> String {
    match kind {
        "configMap" => format!("ConfigMap {}", Quoted(source.str_of("name"))),
        "secret" => format!("Secret {}", Quoted(source.str_of("secretName"))),
        _ => "DownwardAPI".to_owned(),
    }
}

fn plain<'a>(api: &mut Api<'a, '_>, volume: At<'a>, source: At<'a>, what: &str) {
    let files: Vec<File<'a>> = items(source, "").collect();
    if files.len() > 1 {
        overlaps(api, volume, what, &files);
    }
}

fn items<'a>(source: At<'a>, from: &str) -> impl Iterator<Item = File<'a>> {
    source.items_of("items").map(move |item| File {
        at: item.get("path"),
        path: item.str_of("path").trim_end_matches('/'),
        source: from.to_owned(),
    })
}

fn all<'a>(api: &mut Api<'a, '_>, volume: At<'a>, projected: At<'a>) {
    let name = Quoted(volume.str_of("name"));
    let mut files: Vec<File<'a>> = Vec::new();
    for source in projected.items_of("sources") {
        if source
            .node()
            .is_none_or(|it| it.entries().all(|it| it.value.is_null()))
        {
            let said = format!("volume {name} (Projected) has no sources provided");
            api.warn_text(source, said);
            continue;
        }
        of_source(source, &mut files);
    }
    overlaps(api, volume, "Projected", &files);
}

/// The files of the first kind of source that is there.
fn of_source<'a>(source: At<'a>, files: &mut Vec<File<'a>>) {
    let named = |kind: &str, at: At<'a>, key| format!("{kind} {}", Quoted(at.str_of(key)));
    let (config, secret) = (source.get("configMap"), source.get("secret"));
    let (info, token) = (source.get("downwardAPI"), source.get("serviceAccountToken"));
    let bundle = source.get("clusterTrustBundle");
    let certificate = source.get("podCertificate");
    let mut one = |at: At<'a>, source: String| {
        let path = at.str().trim_end_matches('/');
        files.push(File { at, path, source });
    };
    if config.has("items") {
        files.extend(items(config, &named("ConfigMap", config, "name")));
    } else if secret.has("items") {
        files.extend(items(secret, &named("Secret", secret, "name")));
    } else if info.has("items") {
        files.extend(items(info, "DownwardAPI"));
    } else if token.is_set() {
        one(token.get("path"), "ServiceAccountToken".to_owned());
    } else if bundle.is_set() {
        let key = if bundle.has("name") {
            "name"
        } else {
            "signerName"
        };
        one(bundle.get("path"), named("ClusterTrustBundle", bundle, key));
    } else if certificate.is_set() {
        for (key, what) in [
            ("certificateChainPath", "PodCertificate chain"),
            ("keyPath", "PodCertificate key"),
            ("credentialBundlePath", "PodCertificate credential bundle"),
        ] {
            if !certificate.str_of(key).is_empty() {
                one(certificate.get(key), what.to_owned());
            }
        }
    }
}

fn overlaps<'a>(api: &mut Api<'a, '_>, volume: At<'a>, what: &str, files: &[File<'a>]) {
    let lies_in = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let shown = |file: &File<'a>| {
        if file.source.is_empty() {
            Quoted(file.path).to_string()
        } else {
            format!("{} ({})", Quoted(file.path), file.source)
        }
    };
    for (index, file) in files.iter().enumerate() {
        let before = files[..index].iter();
        for other in before.filter(|it| !it.path.is_empty() && !file.path.is_empty()) {
            if lies_in(file.path, other.path) || lies_in(other.path, file.path) {
                let said = format!(
                    "volume {} ({what}): overlapping paths: {} with {}",
                    Quoted(volume.str_of("name")),
                    shown(file),
                    shown(other)
                );
                api.warn_text(file.at, said);
            }
        }
    }
}
