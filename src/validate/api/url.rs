//! URLs of webhooks as Go's `net/url` takes them apart, with its reasons.

use crate::kube::go::Quoted;
use std::net::{IpAddr, Ipv6Addr};

/// The parts that the server looks at.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Url<'a> {
    /// In lower case, empty where there is none.
    pub(super) scheme: String,
    /// `user:password`.
    pub(super) user: Option<&'a str>,
    /// With its port.
    pub(super) host: &'a str,
    /// Behind the question mark.
    pub(super) query: &'a str,
    /// Behind the number sign.
    pub(super) fragment: &'a str,
}

/// Takes a URL apart; it may be relative.
///
/// # Errors
/// With Go's whole message.
pub(super) fn parse(text: &str) -> Result<Url<'_>, String> {
    let (url, fragment) = text.split_once('#').unwrap_or((text, ""));
    let failed = |of: &str, why: String| format!("parse {}: {why}", Quoted(of));
    let mut parts = parse_plain(url).map_err(|why| failed(url, why))?;
    unescapes(fragment, Part::Other).map_err(|why| failed(text, why))?;
    parts.fragment = fragment;
    Ok(parts)
}

fn parse_plain(text: &str) -> Result<Url<'_>, String> {
    if text.bytes().any(|it| it < b' ' || it == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let (scheme, rest) = scheme(text)?;
    let mut url = Url {
        scheme: scheme.to_ascii_lowercase(),
        ..Url::default()
    };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    url.query = query;
    if !rest.starts_with('/') {
        let first = rest.split('/').next().unwrap_or_default();
        if scheme.is_empty() && first.contains(':') {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
        if !scheme.is_empty() {
            return Ok(url);
        }
    }
    let mut path = rest;
    let is_remote = !scheme.is_empty() || !rest.starts_with("///");
    if let Some(rest) = rest.strip_prefix("//").filter(|_| is_remote) {
        let end = rest.find('/').unwrap_or(rest.len());
        path = &rest[end..];
        let authority = &rest[..end];
        let (user, at) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        host(&url.scheme, at)?;
        url.host = at;
        url.user = user;
        if let Some(user) = user {
            let plain = |it: u8| it.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&it);
            if !user.bytes().all(plain) {
                return Err("net/url: invalid userinfo".to_owned());
            }
            unescapes(user, Part::Other)?;
        }
    }
    unescapes(path, Part::Other)?;
    Ok(url)
}

fn scheme(text: &str) -> Result<(&str, &str), String> {
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
    /// Only some characters may stand here, and only others may be escaped.
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

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
            let said = parse(text).err().unwrap_or_default();
            let whole = format!("parse {}: {why}", Quoted(text));
            assert_eq!(said, if why.is_empty() { "" } else { &whole }, "{text}");
        }
    }

    #[test]
    fn a_url_has_parts() {
        let url = parse("HTTPS://u:p@h:1/x?q=1#f").unwrap();
        assert_eq!(url.scheme, "https");
        assert_eq!((url.user, url.host), (Some("u:p"), "h:1"));
        assert_eq!((url.query, url.fragment), ("q=1", "f"));
    }
}
