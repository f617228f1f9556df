//! The functions that expressions may call, with the types that they take and
//! give: those of the language, of its extensions and of Kubernetes.
//!
//! The table is text, read once when the first expression is checked. A line is a
//! name and its overloads: `string.(int)string` is called on a string and given an
//! integer. A number in front is the first minor release that takes it in a new
//! object: servers hold back what the release before them does not know. `A`, `B`
//! stand for any type, `O` for each type that has an order, `S` for each that has a
//! sum.

use super::types::Type;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

const TABLE: &str = "
_?_:_ (bool,A,A)A
_&&_ (bool,bool)bool
_||_ (bool,bool)bool
!_ (bool)bool
-_ (double)double;(int)int
@not_strictly_false (bool)bool
_==_ (A,A)bool
_!=_ (A,A)bool
_+_ (bytes,bytes)bytes;(double,double)double;(duration,duration)duration;(duration,timestamp)timestamp;(timestamp,duration)timestamp;(int,int)int;(list(A),list(A))list(A);(string,string)string;(uint,uint)uint
_-_ (double,double)double;(duration,duration)duration;(int,int)int;(timestamp,duration)timestamp;(timestamp,timestamp)duration;(uint,uint)uint
_*_ (double,double)double;(int,int)int;(uint,uint)uint
_/_ (double,double)double;(int,int)int;(uint,uint)uint
_%_ (int,int)int;(uint,uint)uint
_<_ (O,O)bool;29:(int,double)bool;29:(int,uint)bool;29:(uint,double)bool;29:(uint,int)bool;29:(double,int)bool;29:(double,uint)bool
_[_] (list(A),int)A;(map(A,B),A)B;29:(optional(list(A)),int)optional(A);29:(optional(map(A,B)),A)optional(B)
_[?_] 29:(list(A),int)optional(A);29:(optional(list(A)),int)optional(A);29:(map(A,B),A)optional(B);29:(optional(map(A,B)),A)optional(B)
_?._ 29:(dyn,string)optional(A)
@in (A,list(A))bool;(A,map(A,B))bool
size (bytes)int;bytes.()int;(list(A))int;list(A).()int;(map(A,B))int;map(A,B).()int;(string)int;string.()int
type (A)type(A)
bool (bool)bool;(string)bool
bytes (bytes)bytes;(string)bytes
double (double)double;(int)double;(string)double;(uint)double
duration (duration)duration;(string)duration
dyn (A)dyn
int (int)int;(double)int;(duration)int;(string)int;(timestamp)int;(uint)int
string (string)string;(bool)string;(bytes)string;(double)string;(duration)string;(int)string;(timestamp)string;(uint)string;31:(net.IP)string;31:(net.CIDR)string
timestamp (timestamp)timestamp;(int)timestamp;(string)timestamp
uint (uint)uint;(double)uint;(int)uint;(string)uint
contains string.(string)bool
endsWith string.(string)bool
startsWith string.(string)bool
matches (string,string)bool;string.(string)bool
getFullYear timestamp.()int;timestamp.(string)int
getMonth timestamp.()int;timestamp.(string)int
getDayOfYear timestamp.()int;timestamp.(string)int
getDayOfMonth timestamp.()int;timestamp.(string)int
getDate timestamp.()int;timestamp.(string)int
getDayOfWeek timestamp.()int;timestamp.(string)int
getHours timestamp.()int;timestamp.(string)int;duration.()int
getMinutes timestamp.()int;timestamp.(string)int;duration.()int
getSeconds timestamp.()int;timestamp.(string)int;duration.()int
getMilliseconds timestamp.()int;timestamp.(string)int;duration.()int
charAt string.(int)string
indexOf string.(string)int;string.(string,int)int;list(A).(A)int
lastIndexOf string.(string)int;string.(string,int)int;list(A).(A)int
lowerAscii string.()string
upperAscii string.()string
replace string.(string,string)string;string.(string,string,int)string
split string.(string)list(string);string.(string,int)list(string)
substring string.(int)string;string.(int,int)string
trim string.()string
join list(string).()string;list(string).(string)string
format 30:string.(list(dyn))string
strings.quote 30:(string)string
sets.contains 30:(list(A),list(A))bool
sets.equivalent 30:(list(A),list(A))bool
sets.intersects 30:(list(A),list(A))bool
isSorted list(O).()bool
sum list(S).()S
min list(O).()O
max list(O).()O
slice 35:list(A).(int,int)list(A)
flatten 35:list(list(A)).()list(A);35:list(dyn).(int)list(dyn)
sort 35:list(O).()list(O)
@sortByAssociatedKeys 35:list(A).(list(O))list(A)
lists.range 35:(int)list(int)
reverse 35:list(A).()list(A)
distinct 35:list(A).()list(A)
includes 38:dyn.(dyn)bool
url (string)kubernetes.URL
isURL (string)bool
getScheme kubernetes.URL.()string
getHost kubernetes.URL.()string
getHostname kubernetes.URL.()string
getPort kubernetes.URL.()string
getEscapedPath kubernetes.URL.()string
getQuery kubernetes.URL.()map(string,list(string))
find string.(string)string
findAll string.(string)list(string);string.(string,int)list(string)
quantity 29:(string)kubernetes.Quantity
isQuantity 29:(string)bool
sign 29:(kubernetes.Quantity)int
isGreaterThan 29:kubernetes.Quantity.(kubernetes.Quantity)bool;34:kubernetes.Semver.(kubernetes.Semver)bool
isLessThan 29:kubernetes.Quantity.(kubernetes.Quantity)bool;34:kubernetes.Semver.(kubernetes.Semver)bool
compareTo 29:kubernetes.Quantity.(kubernetes.Quantity)int;34:kubernetes.Semver.(kubernetes.Semver)int
asApproximateFloat 29:kubernetes.Quantity.()double
asInteger 29:kubernetes.Quantity.()int
isInteger 29:kubernetes.Quantity.()bool
add 29:kubernetes.Quantity.(kubernetes.Quantity)kubernetes.Quantity;29:kubernetes.Quantity.(int)kubernetes.Quantity
sub 29:kubernetes.Quantity.(kubernetes.Quantity)kubernetes.Quantity;29:kubernetes.Quantity.(int)kubernetes.Quantity
semver 34:(string)kubernetes.Semver;34:(string,bool)kubernetes.Semver
isSemver 34:(string)bool;34:(string,bool)bool
major 34:kubernetes.Semver.()int
minor 34:kubernetes.Semver.()int
patch 34:kubernetes.Semver.()int
ip 31:(string)net.IP;31:net.CIDR.()net.IP
isIP 31:(string)bool
ip.isCanonical 31:(string)bool
family 31:net.IP.()int
isUnspecified 31:net.IP.()bool
isLoopback 31:net.IP.()bool
isLinkLocalMulticast 31:net.IP.()bool
isLinkLocalUnicast 31:net.IP.()bool
isGlobalUnicast 31:net.IP.()bool
cidr 31:(string)net.CIDR
isCIDR 31:(string)bool
containsIP 31:net.CIDR.(string)bool;31:net.CIDR.(net.IP)bool
containsCIDR 31:net.CIDR.(string)bool;31:net.CIDR.(net.CIDR)bool
prefixLength 31:net.CIDR.()int
masked 31:net.CIDR.()net.CIDR
format.named 32:(string)optional(kubernetes.NamedFormat)
validate 32:kubernetes.NamedFormat.(string)optional(list(string))
format.dns1123Label 32:()kubernetes.NamedFormat
format.dns1123Subdomain 32:()kubernetes.NamedFormat
format.dns1035Label 32:()kubernetes.NamedFormat
format.qualifiedName 32:()kubernetes.NamedFormat
format.dns1123LabelPrefix 32:()kubernetes.NamedFormat
format.dns1123SubdomainPrefix 32:()kubernetes.NamedFormat
format.dns1035LabelPrefix 32:()kubernetes.NamedFormat
format.labelValue 32:()kubernetes.NamedFormat
format.uri 32:()kubernetes.NamedFormat
format.uuid 32:()kubernetes.NamedFormat
format.byte 32:()kubernetes.NamedFormat
format.date 32:()kubernetes.NamedFormat
format.datetime 32:()kubernetes.NamedFormat
path 28:kubernetes.authorization.Authorizer.(string)kubernetes.authorization.PathCheck
group 28:kubernetes.authorization.Authorizer.(string)kubernetes.authorization.GroupCheck
serviceAccount 28:kubernetes.authorization.Authorizer.(string,string)kubernetes.authorization.Authorizer
resource 28:kubernetes.authorization.GroupCheck.(string)kubernetes.authorization.ResourceCheck
subresource 28:kubernetes.authorization.ResourceCheck.(string)kubernetes.authorization.ResourceCheck
namespace 28:kubernetes.authorization.ResourceCheck.(string)kubernetes.authorization.ResourceCheck
name 28:kubernetes.authorization.ResourceCheck.(string)kubernetes.authorization.ResourceCheck
check 28:kubernetes.authorization.PathCheck.(string)kubernetes.authorization.Decision;28:kubernetes.authorization.ResourceCheck.(string)kubernetes.authorization.Decision
errored 28:kubernetes.authorization.Decision.()bool
error 28:kubernetes.authorization.Decision.()string
allowed 28:kubernetes.authorization.Decision.()bool
reason 28:kubernetes.authorization.Decision.()string
fieldSelector 32:kubernetes.authorization.ResourceCheck.(string)kubernetes.authorization.ResourceCheck
labelSelector 32:kubernetes.authorization.ResourceCheck.(string)kubernetes.authorization.ResourceCheck
optional.of 29:(A)optional(A)
optional.ofNonZeroValue 29:(A)optional(A)
optional.none 29:()optional(A)
optional.unwrap 29:(list(optional(A)))list(A)
unwrapOpt 29:list(optional(A)).()list(A)
value 29:optional(A).()A
hasValue 29:optional(A).()bool
or 29:optional(A).(optional(A))optional(A)
orValue 29:optional(A).(A)A
first 29:list(A).()optional(A)
last 29:list(A).()optional(A)
cel.@mapInsert 33:(map(A,B),A,B)map(A,B);33:(map(A,B),map(A,B))map(A,B)
jsonpatch.escapeKey (string)string
";

/// Types that have an order, and those that have a sum.
const ORDERED: [&str; 8] = [
    "int",
    "uint",
    "double",
    "bool",
    "duration",
    "timestamp",
    "string",
    "bytes",
];
const SUMMED: [&str; 4] = ["int", "uint", "double", "duration"];

/// One way to call a function.
#[derive(Debug)]
pub(super) struct Overload {
    /// Whether it is called on the first of its parameters.
    pub(super) is_member: bool,
    /// The first minor release that takes it.
    pub(super) since: u8,
    pub(super) params: Vec<Type<'static>>,
    pub(super) result: Type<'static>,
    /// How many type parameters there are.
    pub(super) generics: usize,
}

/// All ways to call a function; none where there is no such function.
pub(super) fn overloads(name: &str) -> &'static [Overload] {
    static READ: OnceLock<FxHashMap<&'static str, Vec<Overload>>> = OnceLock::new();
    let table = READ.get_or_init(|| TABLE.lines().filter_map(line).collect());
    let name = match name {
        // All orders are of the same types.
        "_<=_" | "_>_" | "_>=_" => "_<_",
        name => name,
    };
    table.get(name).map_or(&[], Vec::as_slice)
}

fn line(text: &'static str) -> Option<(&'static str, Vec<Overload>)> {
    let (name, overloads) = text.split_once(' ')?;
    let mut found = Vec::new();
    for one in overloads.split(';') {
        let each: &[&str] = match one {
            it if it.contains(['O']) => &ORDERED,
            it if it.contains('S') && !it.contains("kubernetes") => &SUMMED,
            _ => &[""],
        };
        for of in each {
            found.push(overload(one, of));
        }
    }
    Some((name, found))
}

/// One overload; `each` is what `O` or `S` stands for.
fn overload(text: &'static str, each: &'static str) -> Overload {
    let (since, text) = text.split_once(':').unwrap_or(("0", text));
    let (target, rest) = match text.split_once(".(") {
        Some((target, rest)) => (Some(target), rest),
        None => (None, text.get(1..).unwrap_or_default()),
    };
    let end = split(rest, ')');
    let (args, result) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
    let mut params: Vec<Type<'static>> = target.into_iter().map(|it| named(it, each)).collect();
    let mut left = args;
    while !left.is_empty() {
        let end = split(left, ',');
        params.push(named(&left[..end], each));
        left = left.get(end + 1..).unwrap_or_default();
    }
    let is_generic = |letter: &str| {
        let is_part = |c: char| !c.is_ascii_alphanumeric() && c != '.';
        text.split(is_part).any(|it| it == letter)
    };
    Overload {
        is_member: target.is_some(),
        since: since.parse().unwrap_or_default(),
        params,
        result: named(result, each),
        generics: usize::from(is_generic("A")) + usize::from(is_generic("B")),
    }
}

/// Where `mark` is in `text` outside of brackets; its length when nowhere.
fn split(text: &str, mark: char) -> usize {
    let mut depth = 0;
    let at = text.char_indices().find(|(_, c)| {
        let found = depth == 0 && *c == mark;
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        found
    });
    at.map_or(text.len(), |(at, _)| at)
}

fn named(text: &'static str, each: &'static str) -> Type<'static> {
    let within = |lead: &str| text.strip_prefix(lead)?.strip_suffix(')');
    if let Some(of) = within("list(") {
        return Type::list(named(of, each));
    }
    if let Some(of) = within("optional(") {
        return Type::optional(named(of, each));
    }
    if let Some(of) = within("type(") {
        return Type::Meta(Some(Arc::new(named(of, each))));
    }
    if let Some(of) = within("map(") {
        let end = split(of, ',');
        let value = of.get(end + 1..).unwrap_or_default();
        return Type::map(named(&of[..end], each), named(value, each));
    }
    match text {
        "O" | "S" if !each.is_empty() => named(each, ""),
        "A" => Type::Param(0),
        "B" => Type::Param(1),
        "net.IP" | "net.CIDR" => Type::Opaque(text),
        other => plain(other).unwrap_or(Type::Named(other)),
    }
}

/// The type with that name and no parts.
fn plain(name: &str) -> Option<Type<'static>> {
    Some(match name {
        "bool" => Type::Bool,
        "bytes" => Type::Bytes,
        "double" => Type::Double,
        "duration" | "google.protobuf.Duration" => Type::Duration,
        "dyn" => Type::Dyn,
        "int" => Type::Int,
        "null_type" => Type::Null,
        "string" => Type::Str,
        "timestamp" | "google.protobuf.Timestamp" => Type::Time,
        "uint" => Type::Uint,
        _ => return None,
    })
}

/// What the name of a type is of.
pub(super) fn type_named(name: &str) -> Option<Type<'static>> {
    let of = match name {
        "dyn" => return None,
        "type" => return Some(Type::Meta(Some(Arc::new(Type::Meta(None))))),
        "list" => Type::list(Type::Dyn),
        "map" => Type::map(Type::Dyn, Type::Dyn),
        "optional_type" => Type::optional(Type::Dyn),
        name => plain(name)?,
    };
    Some(Type::Meta(Some(Arc::new(of))))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn the_table_is_read() {
        for (name, all) in TABLE.lines().filter_map(line) {
            for one in all {
                let of = format!("{name} {one:?}");
                assert!(!of.contains("Named(\"\")"), "{of}");
                for part in one.params.iter().chain([&one.result]) {
                    if let Type::Named(name) = part {
                        assert!(name.starts_with("kubernetes."), "{of}");
                    }
                }
            }
        }
        assert_eq!(overloads("min").len(), 8);
        assert_eq!(overloads("sum").len(), 4);
        assert_eq!(overloads("isLessThan").len(), 2);
        assert_eq!(overloads("_<=_").len(), 14);
        assert_eq!(overloads("_[_]")[1].generics, 2);
        assert!(overloads("startswith").is_empty());
    }
}
