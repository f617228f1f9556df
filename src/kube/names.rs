//! Names and keys: what the API server lets an identifier look like.
//!
//! Each check answers with the server's own messages, in its order, because
//! findings quote them. The rules and texts are those of
//! `k8s.io/apimachinery/pkg/util/validation`; lengths count bytes. The good path
//! allocates nothing.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// Longest DNS label, and longest name part of a label key, in bytes.
pub const LABEL_MAX: usize = 63;
/// Longest DNS subdomain, and longest ConfigMap or Secret key, in bytes.
pub const SUBDOMAIN_MAX: usize = 253;
/// Longest port name, in bytes.
pub const PORT_NAME_MAX: usize = 15;
/// What all keys and values of an object's annotations may take together, in bytes.
pub const ANNOTATIONS_TOTAL_MAX: usize = 256 * 1024;

/// No check has more complaints than this about one value.
const MOST_FAULTS: usize = 5;

/// What the API server says against a value: one or more messages, in its order.
///
/// The server reports each message as an error of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Faults {
    messages: [&'static str; MOST_FAULTS],
    count: usize,
}

impl Faults {
    const NONE: Self = Self {
        messages: [""; MOST_FAULTS],
        count: 0,
    };

    fn one(message: &'static str) -> Self {
        let mut faults = Self::NONE;
        faults.add(message);
        faults
    }

    fn add(&mut self, message: &'static str) {
        if let Some(slot) = self.messages.get_mut(self.count) {
            *slot = message;
            self.count += 1;
        }
    }

    fn add_if(&mut self, wrong: bool, message: &'static str) {
        if wrong {
            self.add(message);
        }
    }

    fn into_result(self) -> Result<(), Self> {
        if self.count == 0 { Ok(()) } else { Err(self) }
    }
}

impl Deref for Faults {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        self.messages.get(..self.count).unwrap_or_default()
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The messages, joined as the server joins them where it makes one error of several.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, message) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            f.write_str(message)?;
        }
        Ok(())
    }
}

fn lower_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether `text` starts with an `edge` byte, ends with one and has only `inner` ones between.
fn framed(text: &[u8], edge: fn(u8) -> bool, inner: fn(u8) -> bool) -> bool {
    match text {
        [] => false,
        [only] => edge(*only),
        [first, middle @ .., last] => {
            edge(*first) && edge(*last) && middle.iter().all(|byte| inner(*byte))
        }
    }
}

fn dns_label_shape(text: &[u8]) -> bool {
    framed(text, lower_or_digit, |byte| {
        lower_or_digit(byte) || byte == b'-'
    })
}

fn subdomain_shape(text: &str) -> bool {
    text.as_bytes()
        .split(|byte| *byte == b'.')
        .all(dns_label_shape)
}

/// A lowercase RFC 1123 label, at most [`LABEL_MAX`] bytes: names of namespaces,
/// containers, volumes, StatefulSets, and of Services from 1.36 on.
///
/// # Errors
/// With the server's messages.
pub fn dns_label(text: &str) -> Result<(), Faults> {
    let mut faults = Faults::NONE;
    faults.add_if(text.len() > LABEL_MAX, "must be no more than 63 characters");
    if !dns_label_shape(text.as_bytes()) {
        faults.add(if subdomain_shape(text) {
            "must not contain dots"
        } else {
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
        });
    }
    faults.into_result()
}

/// A lowercase RFC 1123 subdomain, at most [`SUBDOMAIN_MAX`] bytes: names of most objects.
///
/// # Errors
/// With the server's messages.
pub fn dns_subdomain(text: &str) -> Result<(), Faults> {
    let mut faults = Faults::NONE;
    faults.add_if(
        text.len() > SUBDOMAIN_MAX,
        "must be no more than 253 characters",
    );
    faults.add_if(
        !subdomain_shape(text),
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    );
    faults.into_result()
}

/// An RFC 1035 label, at most [`LABEL_MAX`] bytes: names of Services before 1.36.
///
/// # Errors
/// With the server's messages.
pub fn dns_1035_label(text: &str) -> Result<(), Faults> {
    let mut faults = Faults::NONE;
    faults.add_if(text.len() > LABEL_MAX, "must be no more than 63 characters");
    let lettered = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    faults.add_if(
        !lettered || !dns_label_shape(text.as_bytes()),
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    );
    faults.into_result()
}

/// `*.` before a DNS subdomain, at most [`SUBDOMAIN_MAX`] bytes: hosts of Ingress rules.
///
/// # Errors
/// With the server's messages.
pub fn wildcard_subdomain(text: &str) -> Result<(), Faults> {
    let mut faults = Faults::NONE;
    faults.add_if(
        text.len() > SUBDOMAIN_MAX,
        "must be no more than 253 characters",
    );
    faults.add_if(
        !text.strip_prefix("*.").is_some_and(subdomain_shape),
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    );
    faults.into_result()
}

/// A `generateName` as the server judges it: its trailing `-` stands for what
/// will be appended, so it is masked before the check of a whole name.
#[must_use]
pub fn generate_name_masked(prefix: &str) -> Cow<'_, str> {
    // The server drops two bytes and adds one letter: `web-` becomes `wea`.
    match prefix.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => match rest.get(..rest.len() - 1) {
            Some(kept) => Cow::Owned(format!("{kept}a")),
            None => Cow::Borrowed(prefix),
        },
        _ => Cow::Borrowed(prefix),
    }
}

/// A port name as containers, probes and Services give it: an IANA service name.
///
/// # Errors
/// With the server's messages.
pub fn port_name(text: &str) -> Result<(), Faults> {
    let bytes = text.as_bytes();
    let mut faults = Faults::NONE;
    faults.add_if(
        bytes.len() > PORT_NAME_MAX,
        "must be no more than 15 characters",
    );
    faults.add_if(
        bytes.is_empty() || !bytes.iter().all(|b| lower_or_digit(*b) || *b == b'-'),
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    );
    faults.add_if(
        !bytes.iter().any(u8::is_ascii_lowercase),
        "must contain at least one letter (a-z)",
    );
    faults.add_if(text.contains("--"), "must not contain consecutive hyphens");
    faults.add_if(
        text.starts_with('-') || text.ends_with('-'),
        "must not begin or end with a hyphen",
    );
    faults.into_result()
}

/// A C identifier.
///
/// # Errors
/// With the server's message.
pub fn c_identifier(text: &str) -> Result<(), Faults> {
    let wordy = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let opened = text.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    if wordy && opened {
        return Ok(());
    }
    Err(Faults::one(
        "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')",
    ))
}

/// The name of an environment variable, as the server checked it before 1.32.
///
/// # Errors
/// With the server's messages.
pub fn env_var_name(text: &str) -> Result<(), Faults> {
    let mut faults = Faults::NONE;
    let opened = text.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    faults.add_if(
        !opened || !text.bytes().all(key_byte),
        "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')",
    );
    add_directory_faults(text, &mut faults);
    faults.into_result()
}

/// The name of an environment variable, as the server checks it from 1.32 on.
///
/// # Errors
/// With the server's messages.
pub fn env_var_name_relaxed(text: &str) -> Result<(), Faults> {
    let mut faults = Faults::NONE;
    faults.add_if(
        text.is_empty(),
        "environment variable name must be non-empty",
    );
    faults.add_if(
        !text.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'='),
        "a valid environment variable name must consist only of printable ASCII characters other than '='",
    );
    faults.into_result()
}

fn key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// A key that becomes a file name must not lead out of its directory.
fn add_directory_faults(text: &str, faults: &mut Faults) {
    match text {
        "." => faults.add("must not be '.'"),
        ".." => faults.add("must not be '..'"),
        _ => faults.add_if(text.starts_with(".."), "must not start with '..'"),
    }
}

/// A key of a ConfigMap's or Secret's data.
///
/// # Errors
/// With the server's messages.
pub fn config_map_key(text: &str) -> Result<(), Faults> {
    let mut faults = Faults::NONE;
    faults.add_if(
        text.len() > SUBDOMAIN_MAX,
        "must be no more than 253 characters",
    );
    faults.add_if(
        text.is_empty() || !text.bytes().all(key_byte),
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    );
    add_directory_faults(text, &mut faults);
    faults.into_result()
}

/// A name that only has to fit into a path of the API: names of RBAC objects and
/// of others that are not DNS names.
///
/// # Errors
/// With the server's messages.
pub fn path_segment(text: &str) -> Result<(), Faults> {
    match text {
        "." => return Err(Faults::one("may not be '.'")),
        ".." => return Err(Faults::one("may not be '..'")),
        _ => {}
    }
    let mut faults = Faults::NONE;
    faults.add_if(text.contains('/'), "may not contain '/'");
    faults.add_if(text.contains('%'), "may not contain '%'");
    faults.into_result()
}

/// The name of an HTTP header of a probe or hook.
///
/// # Errors
/// With the server's message.
pub fn http_header_name(text: &str) -> Result<(), Faults> {
    let shaped = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if shaped && !text.is_empty() {
        return Ok(());
    }
    Err(Faults::one(
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
    ))
}

fn label_name_shape(text: &[u8]) -> bool {
    framed(text, |byte| byte.is_ascii_alphanumeric(), key_byte)
}

/// A qualified name: a label key, a taint key, an extended resource.
///
/// # Errors
/// With the server's messages.
pub fn label_key(text: &str) -> Result<(), Faults> {
    qualified_name(text, subdomain_shape)
}

/// The key of an annotation: a qualified name whose letters may be of either case.
///
/// # Errors
/// With the server's messages.
pub fn annotation_key(text: &str) -> Result<(), Faults> {
    qualified_name(text, |prefix| {
        prefix.as_bytes().split(|byte| *byte == b'.').all(|label| {
            framed(
                label,
                |byte| byte.is_ascii_alphanumeric(),
                |byte| byte.is_ascii_alphanumeric() || byte == b'-',
            )
        })
    })
}

fn qualified_name(text: &str, prefix_shape: fn(&str) -> bool) -> Result<(), Faults> {
    let mut faults = Faults::NONE;
    let name = match text.split_once('/') {
        None => text,
        Some((_, name)) if name.contains('/') => {
            return Err(Faults::one(
                "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
            ));
        }
        Some(("", name)) => {
            faults.add("prefix part must be non-empty");
            name
        }
        Some((prefix, name)) => {
            faults.add_if(
                prefix.len() > SUBDOMAIN_MAX,
                "prefix part must be no more than 253 bytes",
            );
            faults.add_if(
                !prefix_shape(prefix),
                "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
            );
            name
        }
    };
    faults.add_if(name.is_empty(), "name part must be non-empty");
    faults.add_if(
        name.len() > LABEL_MAX,
        "name part must be no more than 63 bytes",
    );
    faults.add_if(
        !label_name_shape(name.as_bytes()),
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    );
    faults.into_result()
}

/// The value of a label.
///
/// # Errors
/// With the server's messages.
pub fn label_value(text: &str) -> Result<(), Faults> {
    let mut faults = Faults::NONE;
    faults.add_if(text.len() > LABEL_MAX, "must be no more than 63 bytes");
    faults.add_if(
        !text.is_empty() && !label_name_shape(text.as_bytes()),
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    );
    faults.into_result()
}
