//! URLs as Go's `net/url` reads them; `format: uri` and `url()` of rules do.

/// The parts of a URL, as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Url<'a> {
    /// Without its colon, as written.
    pub scheme: &'a str,
    /// Name or address and port.
    pub host: &'a str,
    /// From the first slash on, still escaped.
    pub path: &'a str,
    /// Behind the question mark, still escaped.
    pub query: &'a str,
}

impl<'a> Url<'a> {
    /// An absolute URL or an absolute path; `None` for what Go refuses.
    #[must_use]
    pub fn parse_request(text: &'a str) -> Option<Self> {
        if text.is_empty() || text.bytes().any(|it| it < b' ' || it == 0x7f) {
            return None;
        }
        if text == "*" {
            return Some(Self {
                path: "*",
                ..Self::default()
            });
        }
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        if !rest.starts_with('/') {
            let opaque = Self {
                scheme,
                query,
                ..Self::default()
            };
            return (!scheme.is_empty()).then_some(opaque);
        }
        let (host, path) = match rest.strip_prefix("//").filter(|_| !scheme.is_empty()) {
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                let authority = &rest[..end];
                let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
                (is_user(user) && is_host(host)).then_some((host, &rest[end..]))?
            }
            None => ("", rest),
        };
        is_escaped_well(path).then_some(Self {
            scheme,
            host,
            path,
            query,
        })
    }

    /// The host without its port, and the port; an address without its brackets.
    #[must_use]
    pub fn host_and_port(&self) -> (&'a str, &'a str) {
        let (name, port) = match self.host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => (name, port),
            _ => (self.host, ""),
        };
        let bare = name.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        (bare.unwrap_or(name), port)
    }
}

fn split_scheme(text: &str) -> Option<(&str, &str)> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at > 0 => return Some((&text[..at], &text[at + 1..])),
            ':' => return None,
            _ => break,
        }
    }
    Some(("", text))
}

fn is_user(text: &str) -> bool {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&it);
    text.bytes().all(plain) && is_escaped_well(text)
}

fn is_host(host: &str) -> bool {
    let is_port = |text: &str| text.is_empty() || text.strip_prefix(':').is_some_and(is_digits);
    if let Some(rest) = host.strip_prefix('[') {
        let Some((address, port)) = rest.rsplit_once(']') else {
            return false;
        };
        let address = address.split('%').next().unwrap_or_default();
        return is_port(port) && address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let name = host.find(':').map_or(host, |at| &host[..at]);
    let plain = |it: u8| {
        it >= 0x80 || it.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=[]<>\"%".contains(&it)
    };
    is_port(&host[name.len()..]) && name.bytes().all(plain) && is_escaped_well(name)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether each percent sign has two digits after it.
fn is_escaped_well(text: &str) -> bool {
    let mut parts = text.split('%');
    parts.next();
    parts.all(|it| it.len() > 1 && it.bytes().take(2).all(|it| it.is_ascii_hexdigit()))
}

/// `text` with its escapes replaced; bytes that are no UTF-8 become U+FFFD.
#[must_use]
pub fn unescape(text: &str, plus_is_blank: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let digit = |it: u8| {
            char::from(it)
                .to_digit(16)
                .and_then(|it| u8::try_from(it).ok())
        };
        match (byte, after) {
            (b'%', [high, low, tail @ ..]) => {
                if let (Some(high), Some(low)) = (digit(*high), digit(*low)) {
                    bytes.push(high * 16 + low);
                    rest = tail;
                    continue;
                }
                bytes.push(byte);
            }
            (b'+', _) if plus_is_blank => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_absolute() {
        let all = Url::parse_request("https://u:p@example.com:80/a%20b?x=1").unwrap();
        assert_eq!(
            (all.scheme, all.host, all.path),
            ("https", "example.com:80", "/a%20b")
        );
        assert_eq!(all.host_and_port(), ("example.com", "80"));
        for good in [
            "/a",
            "mailto:x",
            "http://[::1]:80/",
            "http://",
            "*",
            "a+b:c",
        ] {
            assert!(Url::parse_request(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "a/b",
            ":a",
            "http://a:b/",
            "http://::1/",
            "/%zz",
            "http://a b/",
            "../x",
        ] {
            assert!(Url::parse_request(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn escapes_are_replaced() {
        assert_eq!(unescape("a%20b+c%", true), "a b c%");
    }
}
