//! IP addresses and CIDR blocks, as strictly as the API server wants them.
//!
//! Kubernetes has three grades: old fields take leading zeros and IPv4-mapped
//! IPv6 addresses, the same fields refuse both where `StrictIPCIDRValidation` is
//! on, and new fields also want the canonical spelling. The rules are those of
//! `k8s.io/apimachinery/pkg/util/validation`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How much of the legacy spelling a field takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Strictness {
    /// Leading zeros, IPv4-mapped IPv6 and host bits in a CIDR are fine.
    Legacy,
    /// None of these.
    Strict,
    /// Strict, and spelled as RFC 5952 does.
    Canonical,
}

/// Why a text is not an IP address for a field; displayed in the API server's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IpError {
    /// It is none at all.
    Invalid,
    /// A number in it has needless zeros in front.
    LeadingZeros,
    /// It is an IPv4 address dressed as IPv6.
    Mapped,
    /// It should be spelled like this.
    NotCanonical(IpAddr),
}

impl fmt::Display for IpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
            Self::LeadingZeros => "must not have leading 0s",
            Self::Mapped => "must not be an IPv4-mapped IPv6 address",
            Self::NotCanonical(ip) => return write!(f, "must be in canonical form (\"{ip}\")"),
        })
    }
}

impl std::error::Error for IpError {}

/// Why a text is not a CIDR block for a field; displayed in the API server's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CidrError {
    /// It is none at all.
    Invalid,
    /// A number in it has needless zeros in front.
    LeadingZeros,
    /// Its address is an IPv4 address dressed as IPv6.
    Mapped,
    /// The address has bits behind the prefix.
    HostBits,
    /// It should be spelled like this.
    NotCanonical(Cidr),
}

impl fmt::Display for CidrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
            Self::LeadingZeros => "must not have leading 0s in IP or prefix length",
            Self::Mapped => "must not have an IPv4-mapped IPv6 address",
            Self::HostBits => "must not have bits set beyond the prefix length",
            Self::NotCanonical(cidr) => return write!(f, "must be in canonical form (\"{cidr}\")"),
        })
    }
}

impl std::error::Error for CidrError {}

/// A block of addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cidr {
    /// The address as written, host bits included.
    pub address: IpAddr,
    /// Bits of the prefix, at most 32 or 128.
    pub prefix: u8,
}

impl Cidr {
    /// The first address of the block.
    #[must_use]
    pub fn network(self) -> IpAddr {
        match self.address {
            IpAddr::V4(ip) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix));
                Ipv4Addr::from_bits(ip.to_bits() & mask.unwrap_or(0)).into()
            }
            IpAddr::V6(ip) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix));
                Ipv6Addr::from_bits(ip.to_bits() & mask.unwrap_or(0)).into()
            }
        }
    }

    /// Whether the address is in the block; one of the other family never is.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4()
            && self.network() == Self { address, ..self }.network()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network(), self.prefix)
    }
}

/// Reads an IP address for a field of that strictness.
///
/// # Errors
/// If the API server would refuse it there.
pub fn parse_ip(text: &str, strictness: Strictness) -> Result<IpAddr, IpError> {
    let (ip, exact) = parse_sloppy(text).ok_or(IpError::Invalid)?;
    if strictness == Strictness::Legacy {
        return Ok(ip);
    }
    if !exact {
        return Err(IpError::LeadingZeros);
    }
    if is_mapped(ip) {
        return Err(IpError::Mapped);
    }
    if strictness == Strictness::Canonical && !spells(text, ip) {
        return Err(IpError::NotCanonical(ip));
    }
    Ok(ip)
}

/// Reads a CIDR block for a field of that strictness.
///
/// # Errors
/// If the API server would refuse it there.
pub fn parse_cidr(text: &str, strictness: Strictness) -> Result<Cidr, CidrError> {
    let (address, bits) = text.split_once('/').ok_or(CidrError::Invalid)?;
    let (address, exact) = parse_sloppy(address).ok_or(CidrError::Invalid)?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let prefix = match without_zeros(bits).parse::<u8>() {
        Ok(prefix) if prefix <= longest && !bits.starts_with('+') => prefix,
        _ => return Err(CidrError::Invalid),
    };
    let cidr = Cidr { address, prefix };
    if strictness == Strictness::Legacy {
        return Ok(cidr);
    }
    if !exact || without_zeros(bits) != bits {
        return Err(CidrError::LeadingZeros);
    }
    if is_mapped(address) {
        return Err(CidrError::Mapped);
    }
    if cidr.network() != address {
        return Err(CidrError::HostBits);
    }
    if strictness == Strictness::Canonical && !spells(text, cidr) {
        return Err(CidrError::NotCanonical(cidr));
    }
    Ok(cidr)
}

/// The address, and whether it is spelled without needless zeros.
fn parse_sloppy(text: &str) -> Option<(IpAddr, bool)> {
    if let Ok(ip) = text.parse() {
        return Some((ip, true));
    }
    // What is left are leading zeros, which the standard library never takes.
    let v4 = |text: &str| {
        let numbers: Vec<_> = text.split('.').map(without_zeros).collect();
        numbers.join(".")
    };
    let groups: Vec<_> = text.split(':').map(v4).collect();
    groups.join(":").parse().ok().map(|ip| (ip, false))
}

fn without_zeros(number: &str) -> &str {
    match number.trim_start_matches('0') {
        "" if !number.is_empty() => "0",
        rest if rest.starts_with(|c: char| c.is_ascii_hexdigit()) => rest,
        _ => number,
    }
}

fn is_mapped(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some())
}

/// Whether the text is how the value prints itself; compares without a copy.
fn spells(text: &str, value: impl fmt::Display) -> bool {
    struct Rest<'a>(&'a str);
    impl fmt::Write for Rest<'_> {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    let mut rest = Rest(text);
    fmt::write(&mut rest, format_args!("{value}")).is_ok() && rest.0.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Strictness::{Canonical, Legacy, Strict};

    #[test]
    fn grades_differ_on_zeros_mapping_and_spelling() {
        let ip = |text, strictness| parse_ip(text, strictness).map(|ip| ip.to_string());
        assert_eq!(ip("10.0.0.010", Legacy), Ok("10.0.0.10".into()));
        assert_eq!(ip("10.0.0.010", Strict), Err(IpError::LeadingZeros));
        assert_eq!(ip("::ffff:10.0.0.1", Strict), Err(IpError::Mapped));
        assert_eq!(ip("2001:DB8::1", Strict), Ok("2001:db8::1".into()));
        assert_eq!(
            parse_ip("2001:DB8::1", Canonical).map_err(|error| error.to_string()),
            Err("must be in canonical form (\"2001:db8::1\")".into())
        );
        for text in [
            "",
            "10.0.0",
            "10.0.0.256",
            "fe80::1%eth0",
            "1::2::3",
            "10.0.0.1 ",
            "+1.0.0.1",
        ] {
            assert_eq!(ip(text, Legacy), Err(IpError::Invalid), "{text}");
        }
    }

    #[test]
    fn blocks_have_no_host_bits() {
        let cidr = |text, strictness| parse_cidr(text, strictness).map(|cidr| cidr.to_string());
        assert_eq!(cidr("10.1.2.3/8", Legacy), Ok("10.0.0.0/8".into()));
        assert_eq!(cidr("10.1.2.3/8", Strict), Err(CidrError::HostBits));
        assert_eq!(cidr("10.0.0.0/08", Strict), Err(CidrError::LeadingZeros));
        assert_eq!(cidr("0.0.0.0/0", Canonical), Ok("0.0.0.0/0".into()));
        assert_eq!(cidr("::/0", Canonical), Ok("::/0".into()));
        for text in [
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/",
            "::/129",
            "10.0.0.0/8/8",
            "10.0.0.0/+8",
        ] {
            assert_eq!(cidr(text, Legacy), Err(CidrError::Invalid), "{text}");
        }
    }

    #[test]
    fn a_block_contains_its_addresses() {
        let block = Cidr {
            address: IpAddr::V4(Ipv4Addr::new(10, 1, 0, 0)),
            prefix: 16,
        };
        assert!(block.contains(Ipv4Addr::new(10, 1, 255, 1).into()));
        assert!(!block.contains(Ipv4Addr::new(10, 2, 0, 0).into()));
        assert!(!block.contains(Ipv6Addr::LOCALHOST.into()));
    }
}
