//! Image references: `nginx`, `ghcr.io/acme/web:1.2@sha256:…`.
//!
//! Read as the kubelet and container runtimes read them, by
//! `github.com/distribution/reference` (`ParseNormalizedNamed`): what is before
//! the first `/` is a registry only if it looks like a host, everything else is on
//! Docker Hub, and a name without a slash there is in `library/`.

use std::fmt;
use std::ops::Range;

/// The registry of a reference that names none.
pub const DEFAULT_REGISTRY: &str = "docker.io";
/// The tag that is pulled when there is neither tag nor digest.
pub const DEFAULT_TAG: &str = "latest";
/// The old name of the default registry, which means the same.
const LEGACY_REGISTRY: &str = "index.docker.io";
/// Where the default registry keeps names without a slash.
const LIBRARY: &str = "library/";
/// Longest repository path, in bytes, `library/` included.
const PATH_MAX: usize = 255;
const TAG_MAX: usize = 128;
/// Least hexadecimal digits of anything that is taken for a digest.
const DIGEST_HEX_MIN: usize = 32;

/// Why a text is not an image reference; displayed in the runtimes' words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImageError<'a> {
    /// 64 hexadecimal digits could be the name or the identifier of an image.
    Identifier(&'a str),
    /// The repository has capital letters; the flag says whether `library/` is put before it.
    Uppercase(&'a str, bool),
    /// It would be a reference in lower case, but where the capitals are is not told.
    UppercaseSomewhere,
    /// It does not have the form of a reference.
    Format,
    /// The repository has more than 255 bytes.
    TooLong,
    /// The digest's algorithm or digits are malformed.
    DigestFormat,
    /// The digest does not have the length of its algorithm.
    DigestLength,
    /// The digest's algorithm is none of sha256, sha384 and sha512.
    DigestUnsupported,
}

impl fmt::Display for ImageError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identifier(text) => {
                return write!(
                    f,
                    "invalid repository name ({text}), cannot specify 64-byte hexadecimal strings"
                );
            }
            Self::Uppercase(name, library) => {
                let library = if *library { LIBRARY } else { "" };
                return write!(
                    f,
                    "invalid reference format: repository name ({library}{name}) must be lowercase"
                );
            }
            Self::UppercaseSomewhere => "repository name must be lowercase",
            Self::Format => "invalid reference format",
            Self::TooLong => "repository name must not be more than 255 characters",
            Self::DigestFormat => "invalid checksum digest format",
            Self::DigestLength => "invalid checksum digest length",
            Self::DigestUnsupported => "unsupported digest algorithm",
        })
    }
}

impl std::error::Error for ImageError<'_> {}

/// When the kubelet pulls an image.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PullPolicy {
    /// At every start of a container.
    Always,
    /// When the node does not have it.
    IfNotPresent,
    /// Never.
    Never,
}

impl PullPolicy {
    /// What the API server fills in for a container that gives no `imagePullPolicy`.
    #[must_use]
    pub fn default_for(image: &str) -> Self {
        // The server looks at the tag alone, even beside a digest, and not at
        // whether the reference is valid.
        match Image::parse(image) {
            Ok(image) if image.effective_tag() == Some(DEFAULT_TAG) => Self::Always,
            _ => Self::IfNotPresent,
        }
    }

    /// The policy of that name in the API.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "Always" => Some(Self::Always),
            "IfNotPresent" => Some(Self::IfNotPresent),
            "Never" => Some(Self::Never),
            _ => None,
        }
    }
}

/// An image reference: the text, and where its parts are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Image<'a> {
    text: &'a str,
    /// Bytes of the registry; 0 if none is written.
    registry: usize,
    /// Where the repository ends.
    name_end: usize,
    /// Where the tag ends; [`Image::name_end`] if there is none.
    tag_end: usize,
    /// A first component that is neither host nor on Docker Hub (`my_host.local/x`).
    unhosted: bool,
}

impl<'a> Image<'a> {
    /// Reads a reference.
    ///
    /// # Errors
    /// If the kubelet would refuse to pull it (`InvalidImageName`).
    pub fn parse(text: &'a str) -> Result<Self, ImageError<'a>> {
        if text.len() == 64 && text.bytes().all(lower_hex) {
            return Err(ImageError::Identifier(text));
        }
        let registry = registry_length(text);
        let start = if registry == 0 { 0 } else { registry + 1 };
        let (host, rest) = (&text[..registry], &text[start..]);
        let library = on_default_registry(host) && !rest.contains('/');

        let name = rest.split_once(':').map_or(rest, |(name, _)| name);
        if !is_lowercase(name) {
            return Err(ImageError::Uppercase(name, library));
        }
        let Some(shape) = Shape::of(host, rest) else {
            let (host, rest) = (host.to_lowercase(), rest.to_lowercase());
            return Err(match Shape::of(&host, &rest) {
                Some(_) => ImageError::UppercaseSomewhere,
                None => ImageError::Format,
            });
        };
        let image = Self {
            text,
            registry: if shape.hosted { registry } else { 0 },
            name_end: start + shape.name,
            tag_end: start + shape.name + shape.tag,
            unhosted: !shape.hosted,
        };
        let implied = if library { LIBRARY.len() } else { 0 };
        if implied + image.repository().len() > PATH_MAX {
            return Err(ImageError::TooLong);
        }
        image.digest().map_or(Ok(()), check_digest)?;
        Ok(image)
    }

    /// The registry as written, with its port; `None` if the text names none.
    #[must_use]
    pub fn registry(self) -> Option<&'a str> {
        (self.registry > 0).then(|| &self.text[..self.registry])
    }

    /// The registry that it is pulled from, with its port.
    ///
    /// Empty for a first component that is not a host name but has a dot or colon,
    /// which runtimes then cannot pull.
    #[must_use]
    pub fn domain(self) -> &'a str {
        match self.registry() {
            None if self.unhosted => "",
            None | Some(LEGACY_REGISTRY) => DEFAULT_REGISTRY,
            Some(registry) => registry,
        }
    }

    /// The repository as written, without registry, tag and digest.
    #[must_use]
    pub fn repository(self) -> &'a str {
        &self.text[self.repository_range()]
    }

    /// Whether the runtime puts `library/` before the repository.
    #[must_use]
    pub fn is_library(self) -> bool {
        self.domain() == DEFAULT_REGISTRY && !self.repository().contains('/')
    }

    /// The tag as written.
    #[must_use]
    pub fn tag(self) -> Option<&'a str> {
        self.tag_range().map(|range| &self.text[range])
    }

    /// The digest as written, such as `sha256:…`.
    #[must_use]
    pub fn digest(self) -> Option<&'a str> {
        self.digest_range().map(|range| &self.text[range])
    }

    /// The tag as written, `latest` if there is neither tag nor digest.
    #[must_use]
    pub fn effective_tag(self) -> Option<&'a str> {
        match self.digest() {
            None => Some(self.tag().unwrap_or(DEFAULT_TAG)),
            Some(_) => self.tag(),
        }
    }

    /// The bytes of the repository in the text.
    #[must_use]
    pub fn repository_range(self) -> Range<usize> {
        let start = if self.registry > 0 {
            self.registry + 1
        } else {
            0
        };
        start..self.name_end
    }

    /// The bytes of the tag in the text, without the colon.
    #[must_use]
    pub fn tag_range(self) -> Option<Range<usize>> {
        (self.tag_end > self.name_end).then(|| self.name_end + 1..self.tag_end)
    }

    /// The bytes of the digest in the text, without the `@`.
    #[must_use]
    pub fn digest_range(self) -> Option<Range<usize>> {
        (self.text.len() > self.tag_end).then(|| self.tag_end + 1..self.text.len())
    }

    /// The full name without tag and digest, such as `docker.io/library/nginx`.
    #[must_use]
    pub fn full_name(self) -> String {
        let library = if self.is_library() { LIBRARY } else { "" };
        match self.domain() {
            "" => self.repository().to_owned(),
            domain => format!("{domain}/{library}{}", self.repository()),
        }
    }

    /// The shortest name that means the same, without tag and digest, such as `nginx`.
    #[must_use]
    pub fn familiar_name(self) -> &'a str {
        if self.domain() != DEFAULT_REGISTRY {
            return &self.text[..self.name_end];
        }
        match self.repository().strip_prefix(LIBRARY) {
            Some(name) if !name.contains('/') => name,
            _ => self.repository(),
        }
    }
}

/// The whole reference in normal form, with tag and digest as written.
impl fmt::Display for Image<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.full_name(), &self.text[self.name_end..])
    }
}

fn on_default_registry(host: &str) -> bool {
    matches!(host, "" | DEFAULT_REGISTRY | LEGACY_REGISTRY)
}

/// How many bytes before the first slash are meant as a registry.
fn registry_length(text: &str) -> usize {
    match text.split_once('/') {
        Some((first, _)) if looks_like_host(first) => first.len(),
        _ => 0,
    }
}

fn looks_like_host(first: &str) -> bool {
    first == "localhost" || first.contains(['.', ':']) || !is_lowercase(first)
}

/// Whether putting it in lower case leaves it as it is.
fn is_lowercase(text: &str) -> bool {
    text.chars().flat_map(char::to_lowercase).eq(text.chars())
}

/// The parts of a reference behind its registry, in bytes.
struct Shape {
    hosted: bool,
    /// The repository.
    name: usize,
    /// The tag and the colon before it.
    tag: usize,
}

impl Shape {
    /// Finds the parts, if the text has the form of a reference.
    fn of(host: &str, rest: &str) -> Option<Self> {
        let hosted = host.is_empty() || is_host(host);
        if !hosted && !is_path_component(host) {
            return None;
        }
        let name = rest.find([':', '@']).unwrap_or(rest.len());
        let (path, behind) = rest.split_at(name);
        let tag = behind.find('@').unwrap_or(behind.len());
        let (tagged, digested) = behind.split_at(tag);
        let well_formed = path.split('/').all(is_path_component)
            && tagged.strip_prefix(':').map_or(tagged.is_empty(), is_tag)
            && digested
                .strip_prefix('@')
                .map_or(digested.is_empty(), is_digest);
        well_formed.then_some(Self { hosted, name, tag })
    }
}

/// A host name or an IPv6 address in brackets, with or without a port.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[') {
        Some(inside) => {
            let Some((address, port)) = inside.split_once(']') else {
                return false;
            };
            let hex = |b: u8| b.is_ascii_hexdigit() || b == b':';
            if address.is_empty() || !address.bytes().all(hex) {
                return false;
            }
            ("", port)
        }
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let labelled = |label: &str| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        !label.is_empty()
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let digits = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    (text.starts_with('[') || name.split('.').all(labelled))
        && (port.is_empty() || port.strip_prefix(':').is_some_and(digits))
}

/// Lower-case letters and digits, held together by `.`, `_`, `__` or any number of `-`.
fn is_path_component(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let mut rest = text.as_bytes();
    loop {
        let length = rest.iter().take_while(|b| word(**b)).count();
        rest = &rest[length..];
        if length == 0 {
            return false;
        }
        let separator = match rest {
            [] => return true,
            [b'_', b'_', ..] => 2,
            [b'.' | b'_', ..] => 1,
            _ => rest.iter().take_while(|b| **b == b'-').count(),
        };
        rest = &rest[separator..];
    }
}

fn is_tag(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=TAG_MAX).contains(&text.len())
        && text.bytes().all(|b| word(b) || b == b'.' || b == b'-')
        && text.bytes().next().is_some_and(word)
}

fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else {
        return false;
    };
    let lettered = |part: &str| {
        part.bytes().all(|b| b.is_ascii_alphanumeric())
            && part.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
    };
    algorithm.split(['-', '_', '+', '.']).all(lettered)
        && hex.len() >= DIGEST_HEX_MIN
        && hex.bytes().all(|b| b.is_ascii_hexdigit())
}

fn lower_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')
}

/// Checks a text that [`is_digest`] against the algorithms that exist.
fn check_digest(text: &str) -> Result<(), ImageError<'static>> {
    let (algorithm, hex) = text.split_once(':').ok_or(ImageError::DigestFormat)?;
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ if algorithm.bytes().any(|b| b.is_ascii_uppercase()) => {
            return Err(ImageError::DigestFormat);
        }
        _ => return Err(ImageError::DigestUnsupported),
    };
    if hex.len() != length {
        return Err(ImageError::DigestLength);
    }
    if !hex.bytes().all(lower_hex) {
        return Err(ImageError::DigestFormat);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
