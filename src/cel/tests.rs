//! What expressions give for a small object.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::parse::parse;
use crate::schema::{Definition, Met, build};
use crate::source::Source;

const CRD: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: example.com
  scope: Cluster
  names: {kind: Widget}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          a: {type: integer}
          b: {type: number}
          s: {type: string}
          when: {type: string, format: date-time}
          list: {type: array, items: {type: integer}}
          set: {type: array, x-kubernetes-list-type: set, items: {type: string}}
          map: {type: object, additionalProperties: {type: string}}
          any: {x-kubernetes-int-or-string: true}
          in-dash: {type: string}
          namespace: {type: string}
";
const OBJECT: &str = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: x}, a: 5, b: 2, s: web-1, when: '2026-02-28T10:00:00Z', list: [3, 1, 2], set: [p, q], map: {k: v}, any: 50%, in-dash: d, namespace: ns}";

fn eval_within(text: &str, mut budget: u64) -> Result<bool, Stop> {
    let crd = parse(&Source::new("crd.yaml", CRD), 0);
    let definition = Definition::new(crd.documents[0].root().unwrap(), 0).unwrap();
    let object = parse(&Source::new("a.yaml", OBJECT), 0);
    let schema = &definition.versions[0].schema;
    let node = object.documents[0].root().unwrap();
    let mut met = Met::default();
    let item = build(node, schema, true, &mut met);
    let program = Program::new(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let subject = Subject {
        item: &item,
        schema,
        old: None,
        optional: false,
    };
    program.holds(subject, &mut budget)
}

fn eval(text: &str) -> Result<bool, Stop> {
    eval_within(text, BUDGET)
}

#[test]
fn expressions_hold() {
    for text in [
        "self.a == 5 && self.b == 2.0 && self.a > self.b",
        "self.s.matches('^web-[0-9]$') && r'\\d'.size() == 2",
        "self.when.getFullYear() == 2026 && self.when < timestamp('2027-01-01T00:00:00Z')",
        "self.list.all(x, x > 0) && self.list.exists_one(x, x == 3) && !self.list.isSorted()",
        "self.list.map(x, x * 2) == [6, 2, 4] && self.list.filter(x, x > 1).size() == 2",
        "self.set == ['q', 'p'] && self.set + ['p', 'z'] == ['p', 'q', 'z']",
        "'k' in self.map && self.map['k'] == 'v' && self.map.k == 'v' && !('q' in self.map)",
        "self.in__dash__dash == 'd' && self.__namespace__ == 'ns'",
        "type(self.any) == string && self.any.endsWith('%')",
        "self.?missing.orValue('d') == 'd' && self.?s.hasValue() && self.map[?'q'].orValue('z') == 'z'",
        "(self.a > 3 ? 'big' : 'small') == 'big' && 'big' in ['big', 'small']",
        "'%s is %d of %.2f'.format(['a', 5, 2.5]) == 'a is 5 of 2.50'",
        "quantity('1Gi').isGreaterThan(quantity('900Mi'))",
        "quantity('1').add(quantity('500m')).compareTo(quantity('1500m')) == 0",
        "ip('10.0.0.1').family() == 4 && cidr('10.0.0.0/8').containsIP('10.1.2.3')",
        "url('https://a.b:80/c?x=1').getHostname() == 'a.b'",
        "url('https://a.b/?x=1').getQuery()['x'] == ['1']",
        "semver('1.10.0').isGreaterThan(semver('1.9.3')) && semver('v1.2', true).minor() == 2",
        "sets.contains([1, 2, 3], [2]) && sets.intersects([1], [1, 2]) && sets.equivalent([1, 2], [2, 1])",
        "!format.dns1123Label().validate('a-b').hasValue() && format.dns1123Label().validate('A').hasValue()",
        "[1, 2, 3].sum() == 6 && [[1], [2]].flatten() == [1, 2] && [3, 1].sort() == [1, 3]",
        "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2} && [5, 6].transformList(i, v, i + v) == [5, 7]",
        "dyn(1) == 1.0 && 1u == 1u && -9223372036854775808 < 0 && 0x10 == 16",
        "self.list[0] / 0 == 1 || true",
        "optional.of(5).optMap(x, x + 1).value() == 6 && [?optional.none(), 1] == [1]",
        "duration('90m').getHours() == 1 && 'a' + \"b\" == '''ab''' && b'a'.size() == 1",
    ] {
        assert_eq!(eval(text), Ok(true), "{text}");
    }
}

#[test]
fn failures_are_told_as_the_server_does() {
    let failure = |text: &str| eval(text).unwrap_err();
    assert_eq!(
        failure("self.missing == 1"),
        Stop::error("no such key: missing")
    );
    assert_eq!(
        failure("self.list[7] == 1"),
        Stop::error("index out of bounds: 7")
    );
    assert_eq!(
        failure("1 / (self.a - 5) == 1"),
        Stop::error("division by zero")
    );
    assert_eq!(
        failure("9223372036854775807 + self.a > 0"),
        Stop::error("integer overflow")
    );
    for call in [
        "matches(self.s + '(')",
        "find('a').matches('(' + self.s)",
        "findAll(self.s + '(') == []",
    ] {
        let Stop::Error(why) = failure(&format!("self.s.{call}")) else {
            panic!("{call}");
        };
        assert!(
            why.starts_with("error parsing regexp: missing closing ): `"),
            "{why}"
        );
    }
    assert_eq!(failure("self.a + self.s == 'x'"), Stop::Overload);
}

#[test]
fn what_is_no_expression_is_refused() {
    for text in [
        "",
        "1 +",
        "self.",
        "a..b",
        "'x",
        "[1",
        "1 2",
        "self.a ? 1",
        "has(self)",
        "in",
    ] {
        assert!(Program::new(text).is_err(), "{text}");
    }
    let deep = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(Program::new(&deep).is_err());
    assert!(Program::new(&"-".repeat(5000)).is_err());
    assert!(Program::new(&format!("1{}", " + 1".repeat(5000))).is_err());
    assert!(Program::new(&format!("true{}", " && true".repeat(5000))).is_ok());
}

#[test]
fn hostile_rules_end() {
    let list: Vec<String> = (0..60).map(|it| it.to_string()).collect();
    let list = format!("[{}]", list.join(", "));
    let nested = (0..5).fold("true".to_owned(), |inner, n| {
        format!("{list}.all(x{n}, {inner})")
    });
    assert_eq!(eval(&nested), Err(Stop::Cost));
    assert_eq!(eval("lists.range(100000000).size() > 1"), Err(Stop::Cost));
    let double = |inner: String, _| format!("{inner}.replace('a', 'aa')");
    let doubling = (0..40).fold("'aa'".to_owned(), double);
    assert_eq!(eval(&format!("{doubling} == ''")), Err(Stop::Cost));
    assert_eq!(eval_within("self.list.all(x, x > 0)", 3), Err(Stop::Cost));
}

/// What the server says of a rule about the object of the other tests.
fn ruled(text: &str, minor: u8) -> Result<Ruled, Refused> {
    let source = Source::new("crd.yaml", CRD);
    let parsed = parse(&source, 0);
    let root = parsed.documents[0].root().unwrap();
    let versions = root.get("spec").and_then(|it| it.get("versions"));
    let version = versions.and_then(|it| it.items().next()).unwrap();
    let schema = version
        .get("schema")
        .and_then(|it| it.get("openAPIV3Schema"));
    let shape = Shape::of(schema.unwrap(), true).unwrap();
    rule(text, &shape, false, minor)
}

#[test]
fn rules_are_held_to_their_types() {
    let line = |text: &str| match ruled(text, 37) {
        Ok(_) => "ok".to_owned(),
        Err(Refused::Mistakes(it)) => it.lines().next().unwrap_or_default().to_owned(),
        Err(other) => format!("{other:?}"),
    };
    for (text, wanted) in [
        ("self.a > 1 && self.metadata.name != ''", "ok"),
        ("self.any == 'x' || self.any < 3", "ok"),
        ("self.list.map(x, x * 2).exists(x, x == self.a)", "ok"),
        ("self.?s.orValue('none').startsWith('n')", "ok"),
        ("self.map.all(k, v, k < v)", "ok"),
        ("self == oldSelf", "ok"),
        (
            "self.a == 'x'",
            "ERROR: <input>:1:8: found no matching overload for '_==_' applied to '(int, string)'",
        ),
        (
            "self.s.size(1) > 0",
            "ERROR: <input>:1:12: found no matching overload for 'size' applied to 'string.(int)'",
        ),
        (
            "true && self.none",
            "ERROR: <input>:1:13: undefined field 'none'",
        ),
        (
            "1 < 2 ||\n  foo(self)",
            "ERROR: <input>:2:6: undeclared reference to 'foo' (in container '')",
        ),
        (
            "self.list.all(x, x)",
            "ERROR: <input>:1:18: expected type 'bool' but found 'int'",
        ),
        (
            "self.a.b == 1",
            "ERROR: <input>:1:7: type 'int' does not support field selection",
        ),
        (
            "[1, 'a'] == []",
            "ERROR: <input>:1:5: expected type 'int' but found 'string'",
        ),
        (
            "self.s.matches('(')",
            "ERROR: <input>:1:16: invalid matches argument",
        ),
        ("self.a", "Type(\"int\")"),
    ] {
        assert_eq!(line(text), wanted, "{text}");
    }
}

#[test]
fn functions_come_with_releases() {
    for (text, since) in [
        ("self.s.find('a') != ''", 0),
        ("self.a < 1.5", 29),
        ("sign(quantity(self.s)) == 1", 29),
        ("sets.contains(self.list, [1])", 30),
        ("isIP(self.s)", 31),
        ("format.dns1123Label().validate(self.s).hasValue()", 32),
        ("self.map.all(k, v, k != v)", 33),
        ("isSemver(self.s)", 34),
        ("self.list.sort() == self.list", 35),
    ] {
        let made = ruled(text, 37).unwrap();
        assert_eq!(made.since, since, "{text}");
        if since > 0 {
            assert!(ruled(text, since).is_ok(), "{text}");
            assert!(ruled(text, since - 1).is_err(), "{text}");
        }
    }
    assert!(ruled("self.list.includes(1)", 37).is_err());
}

#[test]
fn what_multiplies_costs() {
    let cost = |text: &str| ruled(text, 37).unwrap().cost;
    let (one, all) = (cost("self.a > 1"), cost("self.list.all(x, x > 1)"));
    assert_eq!(one, 3);
    assert!(all > 1_000_000, "{all}");
    let squared = cost("self.list.all(x, self.list.all(y, x == y))");
    assert!(squared / all > 1_000_000, "{squared}");
}

#[test]
fn hostile_expressions_are_judged_in_time() {
    let chain = (0..40).fold("self.?a".to_owned(), |inner, _| {
        format!("{inner}.optMap(x, x)")
    });
    assert_eq!(
        ruled(&format!("{chain}.hasValue()"), 37),
        Err(Refused::Limit)
    );
    // Each level makes a type that is twice as large.
    let nested = (0..40).rev().fold("true".to_owned(), |inner, n| {
        let last = n.max(1) - 1;
        format!("[{{x{last}: x{last}}}].all(x{n}, {inner})")
    });
    let nested = nested.replace("{x0: x0}].all(x0", "{1: 1}].all(x0");
    assert_eq!(ruled(&nested, 37), Err(Refused::Limit));
    let list = format!("{}self.list{}", "[".repeat(60), "]".repeat(60));
    assert!(ruled(&format!("{list}.size() == 1"), 37).is_ok());
    let text = format!("true{}", " && self.a > 1".repeat(2000));
    assert!(ruled(&text, 37).is_ok());
}
