package main

import (
	"fmt"
	"strings"
)

// rule makes a rule in CEL for a value of the schema.
func (g *generator) rule(schema node, kind string) node {
	rule := node{"rule": g.expression(schema, kind)}
	switch g.Intn(6) {
	case 0, 1:
		rule["message"] = "must hold"
	case 2:
		rule["messageExpression"] = g.message(schema, kind)
	}
	if g.chance(15) {
		rule["reason"] = pick(g, []string{"FieldValueInvalid", "FieldValueForbidden", "FieldValueRequired", "FieldValueDuplicate"})
	}
	if properties, ok := schema["properties"].(node); ok && kind == "object" && g.chance(20) {
		name := pick(g, keys(properties))
		if !strings.ContainsAny(name, ".-") {
			rule["fieldPath"] = "." + name
		} else {
			rule["fieldPath"] = "['" + name + "']"
		}
	}
	return rule
}

func (g *generator) message(schema node, kind string) string {
	switch kind {
	case "string":
		return pick(g, []string{"'is ' + self", "'%s is bad'.format([self])", "self.upperAscii()"})
	case "integer":
		return pick(g, []string{"'is ' + string(self)", "'%d is bad'.format([self])", "'n' + string(10 / self)"})
	case "array":
		return "'has ' + string(size(self))"
	}
	return "'is ' + 'bad'"
}

var escaped = strings.NewReplacer("-", "__dash__", ".", "__dot__")

// expression joins one to three conditions about a value.
func (g *generator) expression(schema node, kind string) string {
	one := g.condition("self", schema, kind, 0)
	switch g.Intn(6) {
	case 0:
		return one + " && " + g.condition("self", schema, kind, 0)
	case 1:
		return one + " || " + g.condition("self", schema, kind, 0)
	case 2:
		return "!(" + one + ")"
	case 3:
		return one + " ? " + g.condition("self", schema, kind, 0) + " : " + g.condition("self", schema, kind, 0)
	}
	return one
}

var stringConditions = []string{
	"%s.startsWith('a')", "%s.endsWith('e')", "size(%s) < 4", "%s.size() %% 2 == 0", "%s.contains('b')",
	"%s.matches('^[a-z]+$')", "%s.matches('^[a-z0-9-]+$')", "%s == 'Always'", "%s != ''", "%s in ['Always', 'Never', 'abc']",
	"%s.lowerAscii() == 'tcp'", "%s.upperAscii() == 'TCP'", "%s.indexOf('b') > 0", "%s.lastIndexOf('c') >= 1", "%s.split('-').size() == 2",
	"%s.split('').size() > 2", "%s.replace('a', 'bb').size() > 3", "%s.substring(1) == 'bc'", "%s.substring(0, 1) == 'a'", "%s.charAt(0) == 'a'",
	"%s.trim() == %[1]s", "%s.find('[0-9]+') != ''", "%s.findAll('[a-c]').size() == 2", "isURL(%s) && url(%[1]s).getScheme() == 'https'",
	"isIP(%s)", "isIP(%s) ? ip(%[1]s).family() == 4 : true", "isCIDR(%s) ? cidr(%[1]s).prefixLength() > 7 : true", "isQuantity(%s)",
	"isQuantity(%s) && quantity(%[1]s).isGreaterThan(quantity('4'))", "!format.dns1123Label().validate(%s).hasValue()",
	"format.qualifiedName().validate(%s).hasValue()", "isSemver(%s)", "string(%s) == %[1]s", "%s < 'b'", "%s + 'x' > 'ax'",
	"int(%s) > 5", "double(%s) > 5.0", "quantity(%s).sign() == 1", "duration(%s) > duration('5s')", "url(%s).getHost() == 'example.com'",
	"%s.matches('^(.*)-[0-9]$')", "bytes(%s).size() == size(%[1]s)", "'%%s!'.format([%s]) == 'abc!'", "type(%s) == string", "%s.reverse() == %[1]s",
}

var integerConditions = []string{
	"%s > 3", "%s %% 2 == 0", "%s * 2 < 12", "%s - 5 >= 0", "%s / 3 == 1", "%s in [1, 2, 3, 5, 7]", "%s == 7 || %[1]s < 3",
	"string(%s) == '5'", "double(%s) > 4.5", "10 / %s > 1", "-%s < -2", "%s < 9223372036854775807 - 5", "%s != 3 && %[1]s != 4", "%s <= 6.5",
	"dyn(%s) == dyn(3.0)", "[1, %s].max() == %[1]s", "[3, %s, 5].isSorted()", "[%s, 2].sum() < 9", "uint(%s) > 2u", "%s %% 0 == 1",
}

var numberConditions = []string{"%s > 1.0", "%s < 7.5", "%s * 2.0 == 3.0", "%s != 0.25", "int(%s) == 2", "%s >= 2", "string(%s) == '1.5'"}

var eitherConditions = []string{
	"type(%s) == int ? %[1]s < 4 : %[1]s.endsWith('%%')", "type(%s) == string", "type(%s) == int && %[1]s == 5", "%s == '50%%'", "string(%s) != 'text'",
}

func (g *generator) condition(at string, schema node, kind string, depth int) string {
	fill := func(from []string) string { return fmt.Sprintf(pick(g, from), at) }
	if schema["nullable"] == true && at != "self" {
		return fmt.Sprintf("(%s == null || (%s))", at, g.condition(at, without(schema, "nullable"), kind, depth))
	}
	switch kind {
	case "string":
		switch schema["format"] {
		case "date", "date-time":
			return fill([]string{"%s > timestamp('2026-01-01T00:00:00Z')", "%s.getFullYear() == 2026", "%s.getMonth() == 1"})
		case "duration":
			return fill([]string{"%s > duration('1h')", "%s.getMinutes() == 90"})
		case "byte":
			return fill([]string{"size(%s) > 2", "string(%s) == 'hello'"})
		}
		return fill(stringConditions)
	case "integer":
		return fill(integerConditions)
	case "number":
		return fill(numberConditions)
	case "boolean":
		return fill([]string{"%s", "!%s", "%s == true"})
	case "either":
		return fill(eitherConditions)
	case "array":
		return g.listCondition(at, schema, depth)
	}
	return g.objectCondition(at, schema, depth)
}

func without(schema node, key string) node {
	copied := node{}
	for name, value := range schema {
		if name != key {
			copied[name] = value
		}
	}
	return copied
}

func kindOf(schema node) string {
	if schema["x-kubernetes-int-or-string"] == true {
		return "either"
	}
	kind, _ := schema["type"].(string)
	return kind
}

func (g *generator) listCondition(at string, schema node, depth int) string {
	items := schema["items"].(node)
	variable := fmt.Sprintf("x%d", depth)
	inner := func() string { return g.condition(variable, items, kindOf(items), depth+1) }
	if depth > 2 {
		return "size(" + at + ") < 3"
	}
	switch g.Intn(12) {
	case 0, 1, 2:
		return fmt.Sprintf("%s.all(%s, %s)", at, variable, inner())
	case 3, 4:
		return fmt.Sprintf("%s.exists(%s, %s)", at, variable, inner())
	case 5:
		return fmt.Sprintf("%s.exists_one(%s, %s)", at, variable, inner())
	case 6:
		return fmt.Sprintf("%s.filter(%s, %s).size() < 2", at, variable, inner())
	case 7:
		return fmt.Sprintf("size(%s) != 2", at)
	case 8:
		return fmt.Sprintf("%s[0] == %s[size(%s) - 1]", at, at, at)
	case 9:
		return fmt.Sprintf("%s.map(%s, %s).exists(y, y)", at, variable, inner())
	}
	if kind := kindOf(items); (kind == "string" || kind == "integer") && items["format"] == nil && items["nullable"] != true {
		return pick(g, []string{at + ".isSorted()", at + " == " + at, at + ".min() == " + at + ".max()", "sets.contains(" + at + ", " + at + ")", at + ".indexOf(" + at + "[0]) == 0"})
	}
	return at + ".all(a, " + at + ".exists_one(b, a == b))"
}

func (g *generator) objectCondition(at string, schema node, depth int) string {
	if other, ok := schema["additionalProperties"].(node); ok {
		key := fmt.Sprintf("k%d", depth)
		switch g.Intn(4) {
		case 0:
			return fmt.Sprintf("%s.all(%s, %s.size() < 3)", at, key, key)
		case 1:
			return fmt.Sprintf("'k1' in %s", at)
		case 2:
			return fmt.Sprintf("%s.exists(%s, %s)", at, key, g.condition(at+"["+key+"]", other, kindOf(other), depth+1))
		}
		return fmt.Sprintf("size(%s) < 2", at)
	}
	properties, _ := schema["properties"].(node)
	names := keys(properties)
	if len(names) == 0 || depth > 2 {
		return pick(g, []string{"true", at + " == " + at})
	}
	name := pick(g, names)
	inner := properties[name].(node)
	field := at + "." + escaped.Replace(name)
	condition := g.condition(field, inner, kindOf(inner), depth+1)
	switch g.Intn(8) {
	case 0:
		return "has(" + field + ")"
	case 1:
		return condition
	case 2:
		return fmt.Sprintf("%s.?%s.hasValue()", at, escaped.Replace(name))
	case 3:
		if kindOf(inner) == "string" && inner["format"] == nil && inner["nullable"] != true {
			return fmt.Sprintf("%s.?%s.orValue('abc') != 'a'", at, escaped.Replace(name))
		}
	}
	return fmt.Sprintf("!has(%s) || %s", field, condition)
}
