//! URLs as Go's `net/url` takes them apart, with its reasons: those of webhooks,
//! `format: uri`, and `url()` of rules.

use super::go::Quoted;
use std::net::{IpAddr, Ipv6Addr};

/// The parts of a URL.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Url<'a> {
    /// In lower case and without its colon; empty where there is none.
    pub scheme: String,
    /// `user:password`.
    pub user: Option<&'a str>,
    /// Name or address and port.
    pub host: &'a str,
    /// From the first slash on, still escaped.
    pub path: &'a str,
    /// Behind the question mark, still escaped.
    pub query: &'a str,
    /// Behind the number sign.
    pub fragment: &'a str,
}

impl<'a> Url<'a> {
    /// Takes a URL apart; it may be relative.
    ///
    /// # Errors
    /// With Go's whole message.
    pub fn parse(text: &'a str) -> Result<Self, String> {
        let (url, fragment) = text.split_once('#').unwrap_or((text, ""));
        let failed = |of: &str, why: String| format!("parse {}: {why}", Quoted(of));
        let mut parts = Self::read(url, false).map_err(|why| failed(url, why))?;
        unescapes(fragment, Part::Other).map_err(|why| failed(text, why))?;
        parts.fragment = fragment;
        Ok(parts)
    }

    /// An absolute URL or an absolute path, as a request for it has; `None` for what
    /// Go refuses.
    #[must_use]
    pub fn parse_request(text: &'a str) -> Option<Self> {
        match text {
            "" => None,
            "*" => Some(Self {
                path: "*",
                ..Self::default()
            }),
            text => Self::read(text, true).ok(),
        }
    }

    fn read(text: &'a str, is_request: bool) -> Result<Self, String> {
        if text.bytes().any(|it| it < b' ' || it == 0x7f) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut url = Self {
            scheme: scheme.to_ascii_lowercase(),
            query,
            ..Self::default()
        };
        let has_scheme = !scheme.is_empty();
        if !rest.starts_with('/') {
            let first = rest.split('/').next().unwrap_or_default();
            if has_scheme {
                return Ok(url);
            }
            if is_request {
                return Err("invalid URI for request".to_owned());
            }
            if first.contains(':') {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        url.path = rest;
        let has_host = has_scheme || !is_request && !rest.starts_with("///");
        if let Some(rest) = rest.strip_prefix("//").filter(|_| has_host) {
            let end = rest.find('/').unwrap_or(rest.len());
            url.path = &rest[end..];
            url.read_authority(&rest[..end])?;
        }
        unescapes(url.path, Part::Other)?;
        Ok(url)
    }

    fn read_authority(&mut self, authority: &'a str) -> Result<(), String> {
        let (user, at) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        host(&self.scheme, at)?;
        (self.host, self.user) = (at, user);
        let Some(user) = user else { return Ok(()) };
        let plain = |it: u8| it.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&it);
        if !user.bytes().all(plain) {
            return Err("net/url: invalid userinfo".to_owned());
        }
        unescapes(user, Part::Other)
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

fn split_scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at > 0 => return Ok((&text[..at], &text[at + 1..])),
            ':' => return Err("missing protocol scheme".to_owned()),
            _ => break,
        }
    }
    Ok(("", text))
}

fn host(scheme: &str, host: &str) -> Result<(), String> {
    let port = |text: &str| {
        let digits = text.strip_prefix(':');
        let is_fine = digits.is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()));
        if is_fine || text.is_empty() {
            Ok(())
        } else {
            Err(format!("invalid port {} after host", Quoted(text)))
        }
    };
    match host.rfind('[') {
        Some(0) => {
            let Some(end) = host.rfind(']') else {
                return Err("missing ']' in host".to_owned());
            };
            port(&host[end + 1..])?;
            let name = &host[1..end];
            unescapes(name, Part::Host)?;
            let bare = name.split('%').next().unwrap_or_default();
            if bare.parse::<Ipv6Addr>().is_ok() {
                Ok(())
            } else if bare.parse::<IpAddr>().is_ok() {
                Err("invalid IP-literal".to_owned())
            } else {
                let why = "unable to parse IP";
                Err(format!("invalid host: ParseAddr({}): {why}", Quoted(name)))
            }
        }
        Some(_) => Err("invalid IP-literal".to_owned()),
        None => {
            let strict = matches!(scheme, "http" | "https");
            let colon = if strict {
                host.find(':')
            } else {
                host.rfind(':')
            };
            if let Some(colon) = colon {
                port(&host[colon..])?;
            }
            unescapes(host, Part::Host)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Only some characters may be here, and only others may be escaped.
    Host,
    Other,
}

/// Whether each percent sign has two digits after it.
fn unescapes(text: &str, part: Part) -> Result<(), String> {
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'%' {
            let digits = text.as_bytes().get(at + 1..at + 3).unwrap_or_default();
            let is_escape = digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit);
            let is_ascii = digits.first().is_some_and(|it| (b'0'..b'8').contains(it));
            if !is_escape || part == Part::Host && is_ascii && digits != b"25" {
                let shown = text.get(at..text.len().min(at + 3)).unwrap_or("%");
                return Err(format!("invalid URL escape {}", Quoted(shown)));
            }
        }
        let known = byte.is_ascii_alphanumeric()
            || byte >= 0x80
            || b"-_.~!$&'()*+,;=:[]<>\"%".contains(&byte);
        if part == Part::Host && !known {
            let shown = text.get(at..=at).unwrap_or_default();
            return Err(format!("invalid character {} in host name", Quoted(shown)));
        }
    }
    Ok(())
}

/// `text` with its escapes replaced; bytes that are not UTF-8 become U+FFFD.
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
            (&*all.scheme, all.host, all.path),
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

    #[test]
    fn reasons_are_those_of_go() {
        for (text, why) in [
            ("://x", "missing protocol scheme"),
            ("https://h%zz", "invalid URL escape \"%zz\""),
            ("https://h:p/", "invalid port \":p\" after host"),
            ("https://a b/", "invalid character \" \" in host name"),
            ("a:b/c", ""),
            ("1:b", "first path segment in URL cannot contain colon"),
        ] {
            let said = Url::parse(text).err().unwrap_or_default();
            let whole = format!("parse {}: {why}", Quoted(text));
            assert_eq!(said, if why.is_empty() { "" } else { &whole }, "{text}");
        }
    }

    #[test]
    fn a_url_has_parts() {
        let url = Url::parse("HTTPS://u:p@h:1/x?q=1#f").unwrap();
        assert_eq!(url.scheme, "https");
        assert_eq!((url.user, url.host), (Some("u:p"), "h:1"));
        assert_eq!((url.query, url.fragment), ("q=1", "f"));
    }
}
