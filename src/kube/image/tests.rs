//! Which part of a reference is which, and what is none.

#![allow(clippy::unwrap_used)]

use super::*;

const HEX: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn a_registry_is_what_looks_like_a_host() {
    let parts = |text| {
        let image = Image::parse(text).unwrap();
        (image.registry(), image.repository(), image.tag())
    };
    assert_eq!(parts("nginx"), (None, "nginx", None));
    assert_eq!(parts("acme/web:1"), (None, "acme/web", Some("1")));
    assert_eq!(parts("localhost/web"), (Some("localhost"), "web", None));
    assert_eq!(
        parts("registry:5000/web"),
        (Some("registry:5000"), "web", None)
    );
    assert_eq!(
        parts("[::1]:5000/a/b:t"),
        (Some("[::1]:5000"), "a/b", Some("t"))
    );
    assert_eq!(parts("Acme/web"), (Some("Acme"), "web", None));
    assert_eq!(
        parts("my_host.local/web"),
        (None, "my_host.local/web", None)
    );
}

#[test]
fn names_are_completed_and_shortened() {
    let names = |text| {
        let image = Image::parse(text).unwrap();
        (image.full_name(), image.familiar_name())
    };
    assert_eq!(
        names("nginx:1"),
        ("docker.io/library/nginx".into(), "nginx")
    );
    assert_eq!(
        names("docker.io/nginx"),
        ("docker.io/library/nginx".into(), "nginx")
    );
    assert_eq!(
        names("index.docker.io/a/b"),
        ("docker.io/a/b".into(), "a/b")
    );
    assert_eq!(
        names("library/nginx"),
        ("docker.io/library/nginx".into(), "nginx")
    );
    assert_eq!(
        names("ghcr.io/a/b:1"),
        ("ghcr.io/a/b".into(), "ghcr.io/a/b")
    );
}

#[test]
fn the_tag_is_latest_only_without_a_digest() {
    let pinned = format!("nginx@sha256:{HEX}");
    assert_eq!(
        Image::parse("nginx").unwrap().effective_tag(),
        Some("latest")
    );
    assert_eq!(Image::parse(&pinned).unwrap().effective_tag(), None);
    assert_eq!(Image::parse(&pinned).unwrap().digest(), Some(&pinned[6..]));
    assert_eq!(PullPolicy::default_for("nginx"), PullPolicy::Always);
    assert_eq!(PullPolicy::default_for("nginx:1"), PullPolicy::IfNotPresent);
    assert_eq!(PullPolicy::default_for(&pinned), PullPolicy::IfNotPresent);
    let both = format!("nginx:latest@sha256:{HEX}");
    assert_eq!(PullPolicy::default_for(&both), PullPolicy::Always);
    assert_eq!(
        PullPolicy::default_for("Not An Image"),
        PullPolicy::IfNotPresent
    );
}

#[test]
fn what_is_no_reference_is_refused_with_its_reason() {
    assert_eq!(Image::parse(""), Err(ImageError::Format));
    assert_eq!(Image::parse("nginx:"), Err(ImageError::Format));
    assert_eq!(Image::parse("nginx@1"), Err(ImageError::Format));
    assert_eq!(Image::parse("https://ghcr.io/a"), Err(ImageError::Format));
    assert_eq!(Image::parse("a//b"), Err(ImageError::Format));
    assert_eq!(
        Image::parse("Nginx"),
        Err(ImageError::Uppercase("Nginx", true))
    );
    assert_eq!(Image::parse(HEX), Err(ImageError::Identifier(HEX)));
    let sha1 = format!("a@sha1:{}", &HEX[..40]);
    assert_eq!(Image::parse(&sha1), Err(ImageError::DigestUnsupported));
    let short = format!("a@sha256:{}", &HEX[..63]);
    assert_eq!(Image::parse(&short), Err(ImageError::DigestLength));
    assert_eq!(Image::parse(&"a".repeat(248)), Err(ImageError::TooLong));
    assert!(Image::parse(&"a".repeat(247)).is_ok());
}
