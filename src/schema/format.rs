//! The string formats of OpenAPI, as the API server checks them.

use crate::kube::ip::{Strictness, parse_cidr, parse_ip};
use crate::kube::names;
use crate::kube::pattern::Pattern;
use crate::kube::url::Url;
use crate::kube::{duration, time};
use std::sync::LazyLock;

/// Whether `text` is of `format`; formats that the server does not know hold for
/// any text.
#[must_use]
pub fn is_valid(format: &str, text: &str) -> bool {
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    match format.replace('-', "").as_str() {
        "uri" => Url::parse_request(text).is_some(),
        "email" => is_email(text),
        "hostname" => is_hostname(text),
        "ipv4" => text.contains('.') && parse_ip(text, Strictness::Legacy).is_ok(),
        "ipv6" => text.contains(':') && parse_ip(text, Strictness::Legacy).is_ok(),
        "cidr" => parse_cidr(text, Strictness::Legacy).is_ok(),
        "mac" => is_mac(text),
        "uuid" => is_uuid(text, |_, _| true),
        "uuid3" => is_uuid(text, |at, c| at != 12 || c == '3'),
        "uuid4" => is_uuid(text, |at, c| uuid_version(at, c, '4')),
        "uuid5" => is_uuid(text, |at, c| uuid_version(at, c, '5')),
        "isbn" => is_isbn10(text) || is_isbn13(text),
        "isbn10" => is_isbn10(text),
        "isbn13" => is_isbn13(text),
        "creditcard" => is_credit_card(text),
        "ssn" => {
            text.len() == 11
                && digits(&text.replace(['-', ' '], ""))
                && SSN.is_match(text) == Some(true)
        }
        "hexcolor" => {
            let bare = text.strip_prefix('#').unwrap_or(text);
            matches!(bare.len(), 3 | 6) && bare.bytes().all(|it| it.is_ascii_hexdigit())
        }
        "rgbcolor" => RGB.is_match(text) == Some(true),
        "byte" => BASE64.is_match(text) == Some(true),
        "bsonobjectid" => text.len() == 24 && text.bytes().all(|it| it.is_ascii_hexdigit()),
        "date" => is_date(text),
        "datetime" => is_date_time(text),
        "duration" => is_duration(text),
        "k8sshortname" => names::dns_label(text).is_ok(),
        "k8slongname" => names::dns_subdomain(text).is_ok(),
        _ => true,
    }
}

static SSN: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"^\d{3}[- ]?\d{2}[- ]?\d{4}$"));
static RGB: LazyLock<Pattern> = LazyLock::new(|| {
    let part = r"\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*";
    Pattern::new(&format!(r"^rgb\({part},{part},{part}\)$"))
});
static BASE64: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$")
});
static SYMBOL: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"^[\p{S}\p{L}]$"));
static CARD: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(concat!(
        r"^(4[0-9]{12}([0-9]{3})?|5[1-5][0-9]{14}|6(011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}",
        r"|3(0[0-5]|[68][0-9])[0-9]{11}|(2131|1800|35\d{3})\d{11})$"
    ))
});
static DURATION: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"(\d+)\s*([A-Za-zµ]+)"));

/// One label with at most one dash, its second character; or labels of which the
/// last is of letters only. Letters and symbols may be of any script.
fn is_hostname(text: &str) -> bool {
    let symbol = |c: char| SYMBOL.is_match(c.encode_utf8(&mut [0; 4])) == Some(true);
    let plain = |c: char| c.is_ascii_alphanumeric() || symbol(c);
    let letter = |c: char| c.is_alphabetic();
    let bounded = |label: &str| {
        let ends = label.starts_with(plain) && label.ends_with(plain);
        ends && label.chars().count() <= 63 && label.chars().all(|c| c == '-' || plain(c))
    };
    let fits = match text.rsplit_once('.') {
        Some((labels, last)) => {
            (2..=63).contains(&last.chars().count())
                && last.chars().all(letter)
                && labels.split('.').all(bounded)
        }
        None => {
            let rest: String = text.chars().skip(1).collect();
            let rest = rest.strip_prefix('-').unwrap_or(&rest);
            text.starts_with(plain) && rest.chars().count() <= 62 && rest.chars().all(plain)
        }
    };
    fits && text.len() <= 255 && text.split('.').all(|label| label.len() <= 63)
}

/// An address, alone or in angle brackets behind a name.
fn is_email(text: &str) -> bool {
    let text = text.trim();
    let address = match text.strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<').map(|(_, address)| address),
        None => Some(text),
    };
    let Some((local, domain)) = address.and_then(|it| it.rsplit_once('@')) else {
        return false;
    };
    let atom = |it: &str| {
        !it.is_empty()
            && it.chars().all(|c| {
                c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii()
            })
    };
    let quoted = local.len() > 1 && local.starts_with('"') && local.ends_with('"');
    (quoted || local.split('.').all(atom))
        && (domain.split('.').all(atom) || domain.starts_with('[') && domain.ends_with(']'))
}

fn is_mac(text: &str) -> bool {
    let hex =
        |it: &str, length: usize| it.len() == length && it.bytes().all(|it| it.is_ascii_hexdigit());
    let bytes = |separator: char| {
        matches!(text.split(separator).count(), 6 | 8 | 20)
            && text.split(separator).all(|it| hex(it, 2))
    };
    let words =
        matches!(text.split('.').count(), 3 | 4 | 10) && text.split('.').all(|it| hex(it, 4));
    bytes(':') || bytes('-') || words
}

/// Hex digits in groups of 8, 4, 4, 4 and 12; dashes between them may be left out.
/// `fits` is asked of each digit with its number.
fn is_uuid(text: &str, fits: impl Fn(usize, char) -> bool) -> bool {
    let mut count = 0;
    for c in text.chars() {
        if c == '-' && matches!(count, 8 | 12 | 16 | 20) {
            continue;
        }
        if !c.is_ascii_hexdigit() || !fits(count, c.to_ascii_lowercase()) {
            return false;
        }
        count += 1;
    }
    count == 32 && !text.contains("--")
}

fn uuid_version(at: usize, c: char, version: char) -> bool {
    match at {
        12 => c == version,
        16 => matches!(c, '8' | '9' | 'a' | 'b'),
        _ => true,
    }
}

fn compact(text: &str) -> String {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c' | '-');
    text.chars().filter(|c| !blank(*c)).collect()
}

fn is_isbn10(text: &str) -> bool {
    let text = compact(text);
    let digit = |(at, c): (usize, char)| match c {
        'X' if at == 9 => Some(10),
        _ => c.to_digit(10),
    };
    let digits: Option<Vec<u32>> = text.chars().enumerate().map(digit).collect();
    digits.is_some_and(|it| {
        it.len() == 10 && (1..).zip(&it).map(|(n, digit)| n * digit).sum::<u32>() % 11 == 0
    })
}

fn is_isbn13(text: &str) -> bool {
    let digits: Option<Vec<u32>> = compact(text).chars().map(|c| c.to_digit(10)).collect();
    digits.is_some_and(|it| {
        let weight = |at: usize| if at.is_multiple_of(2) { 1 } else { 3 };
        it.len() == 13
            && it
                .iter()
                .enumerate()
                .map(|(at, digit)| weight(at) * digit)
                .sum::<u32>()
                % 10
                == 0
    })
}

fn is_credit_card(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let value = |(at, c): (usize, char)| {
        let digit = c.to_digit(10).unwrap_or_default();
        match at % 2 {
            0 => digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        }
    };
    CARD.is_match(&digits) == Some(true)
        && digits.chars().rev().enumerate().map(value).sum::<u32>() % 10 == 0
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && time::parse_rfc3339(&format!("{text}T00:00:00Z")).is_ok()
}

fn is_date_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut parts = lower.split('t');
    let (Some(date), Some(clock)) = (parts.next(), parts.next()) else {
        return false;
    };
    is_date(date) && CLOCK.is_match(clock) == Some(true)
}

static CLOCK: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$")
});

/// As Go reads it, or with units by their names: `22 min`.
fn is_duration(text: &str) -> bool {
    const UNITS: &[&str] = &["ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk"];
    const LONG: &[&str] = &[
        "nano", "micro", "milli", "sec", "min", "hour", "day", "week",
    ];
    if duration::parse(text).is_ok() {
        return true;
    }
    let Some(found) = DURATION.regex() else {
        return false;
    };
    let mut known = false;
    for part in found.captures_iter(text) {
        let unit = part[2].to_lowercase();
        if part[1].parse::<i64>().is_err() {
            return false;
        }
        known |= UNITS.contains(&unit.as_str()) || LONG.iter().any(|it| unit.starts_with(it));
    }
    known
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        for (format, good, bad) in [
            ("email", "Ann <a@example.com>", "a.example.com"),
            ("hostname", "a-b.example.com", "a_b"),
            ("ipv4", "10.0.0.1", "::1"),
            ("ipv6", "::1", "10.0.0.1"),
            ("mac", "01:23:45:67:89:ab", "01:23:45:67:89"),
            (
                "uuid4",
                "6f1d2c3b-1a2b-4c3d-9e8f-0123456789ab",
                "6f1d2c3b-1a2b-3c3d-9e8f-0123456789ab",
            ),
            ("isbn", "0321751043", "0321751044"),
            ("isbn13", "978-0321751041", "978-0321751042"),
            ("creditcard", "4111 1111 1111 1111", "4111111111111112"),
            ("ssn", "111-22-3333", "111223333"),
            ("rgbcolor", "rgb(1, 2,3)", "rgb(256,0,0)"),
            ("byte", "YQ==", "YQ="),
            ("date", "2026-02-28", "2026-02-30"),
            ("date-time", "2026-02-28T10:00:00Z", "2026-02-28 10:00:00"),
            ("duration", "3 min", "3 parsecs"),
        ] {
            assert!(is_valid(format, good), "{format} {good}");
            assert!(!is_valid(format, bad), "{format} {bad}");
        }
    }
}
