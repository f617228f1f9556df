package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strings"

	"plimsoll/oracle/verdict/cases"
)

func init() {
	commands["record-expressions"] = recordExpressions
}

// recordExpressions prints definitions with rules, and policies with expressions,
// valid and not, with the server's answers, as `record` prints its cases:
//
//	go run . record-expressions -seed N -count M [-messages]
func recordExpressions(arguments []string) {
	flags := flag.NewFlagSet("record-expressions", flag.ExitOnError)
	seed := flags.Int64("seed", 1, "start of the random numbers")
	count := flags.Int("count", 1000, "number of cases")
	messages := flags.Bool("messages", false, "with the messages of the errors")
	_ = flags.Parse(arguments)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	emit := func(value any) {
		if err := enc.Encode(value); err != nil {
			fail(err)
		}
	}
	known := map[string]base{}
	table := map[string]json.RawMessage{}
	for _, one := range bases() {
		switch one.name {
		case "CustomResourceDefinition-2", "ValidatingAdmissionPolicy-2", "MutatingAdmissionPolicy-1":
			known[one.name] = one
			table[one.name] = one.json
		}
	}
	emit(map[string]any{"minor": currentMinor, "seed": *seed, "bases": table})
	random := rand.New(rand.NewSource(*seed))
	for made := 0; made < *count; {
		writer := &writer{Rand: random, mistakes: random.Intn(3) == 0}
		name, steps := "CustomResourceDefinition-2", []step(nil)
		switch random.Intn(8) {
		case 0:
			name = "ValidatingAdmissionPolicy-2"
			steps = writer.policy()
		case 1:
			name = "MutatingAdmissionPolicy-1"
			steps = writer.mutations()
		default:
			steps = writer.definition()
		}
		one := known[name]
		var decoded any
		if err := json.Unmarshal(one.json, &decoded); err != nil {
			fail(err)
		}
		for _, next := range steps {
			decoded = cases.Apply(decoded, step{Path: next.Path, Value: cases.Clone(next.Value)})
		}
		data, err := json.Marshal(decoded)
		if err != nil {
			fail(err)
		}
		// The server iterates over maps: what it does not always say is left out.
		first, second := answer(one, steps, data, *messages), answer(one, steps, data, *messages)
		if fmt.Sprint(unnamed(first.Errors)) == fmt.Sprint(unnamed(second.Errors)) {
			first.Errors = unnamed(first.Errors)
			emit(first)
			made++
		}
	}
}

// unnamed leaves the number out of the name that types of `self` get.
func unnamed(errors []string) []string {
	var found []string
	for _, text := range errors {
		parts := strings.Split(text, "selfType")
		for index := range parts {
			if index > 0 {
				parts[index] = strings.TrimLeft(parts[index], "0123456789")
			}
		}
		found = append(found, strings.Join(parts, "selfType"))
	}
	sort.Strings(found)
	return found
}

// writer writes schemas, and expressions about them.
type writer struct {
	*rand.Rand
	mistakes bool
	names    int
}

type object = map[string]any

// variable is an expression of a known type.
type variable struct {
	text string
	// of is the schema of its values; kind is what their type is called here.
	of   object
	kind string
}

func (w *writer) chance(percent int) bool { return w.Intn(100) < percent }

func (w *writer) one(from ...string) string { return from[w.Intn(len(from))] }

var schemaNames = []string{"alpha", "beta", "gamma", "delta", "size", "mode", "in-dash", "with.dot", "namespace", "if", "a__b", "x/y", "9lives", "ünder"}

func escapedName(name string) string {
	switch name {
	case "if":
		return "__if__"
	case "a__b":
		return "a__underscores__b"
	case "x/y":
		return "x__slash__y"
	case "namespace":
		return "__namespace__"
	}
	return strings.NewReplacer("-", "__dash__", ".", "__dot__").Replace(name)
}

func (w *writer) schema(depth int) object {
	bound := func(of object, key string, percent int) {
		if w.chance(percent) {
			of[key] = []int{0, 1, 3, 10, 64, 256, 1000, 30000}[w.Intn(8)]
		}
	}
	choice := w.Intn(18)
	if depth > 3 {
		choice = w.Intn(10)
	}
	var made object
	switch choice {
	case 0, 1:
		made = object{"type": "integer"}
	case 2:
		made = object{"type": "number"}
	case 3:
		made = object{"type": "boolean"}
	case 4, 5, 6:
		made = object{"type": "string"}
		bound(made, "maxLength", 50)
		if w.chance(15) {
			made["enum"] = []any{"Always", "Never"}
		}
	case 7:
		made = object{"type": "string", "format": w.one("date", "date-time", "duration", "byte", "uuid")}
	case 8:
		made = object{"x-kubernetes-int-or-string": true}
		bound(made, "maxLength", 30)
	case 9:
		made = object{"type": "object", "x-kubernetes-preserve-unknown-fields": true}
		if w.chance(20) {
			made = object{"x-kubernetes-preserve-unknown-fields": true}
		}
	case 10, 11, 12:
		made = object{"type": "array", "items": w.schema(depth + 1)}
		bound(made, "maxItems", 70)
		if w.chance(20) {
			made["items"] = object{"type": "object", "required": []any{"name"}, "properties": object{"name": object{"type": "string", "maxLength": 20}, "port": w.ruled(object{"type": "integer"})}}
			made["x-kubernetes-list-type"] = "map"
			made["x-kubernetes-list-map-keys"] = []any{"name"}
		}
	case 13, 14:
		made = object{"type": "object", "additionalProperties": w.schema(depth + 1)}
		bound(made, "maxProperties", 70)
	default:
		made = w.structure(depth)
	}
	if made["type"] == nil || made["type"] == "array" && w.chance(50) {
		return made
	}
	return w.ruled(made)
}

func (w *writer) structure(depth int) object {
	properties := object{}
	var required []any
	for count := 1 + w.Intn(5); count > 0; count-- {
		name := schemaNames[w.Intn(len(schemaNames))]
		if properties[name] == nil {
			properties[name] = w.schema(depth + 1)
			if w.chance(30) {
				required = append(required, name)
			}
		}
	}
	made := object{"type": "object", "properties": properties}
	if len(required) > 0 {
		made["required"] = required
	}
	if w.chance(8) {
		made["x-kubernetes-embedded-resource"] = true
	}
	if w.chance(10) {
		made["x-kubernetes-map-type"] = w.one("atomic", "granular")
	}
	return made
}

// ruled adds rules to a schema, now and then.
func (w *writer) ruled(schema object) object {
	if !w.chance(30) {
		return schema
	}
	var rules []any
	for count := 1 + w.Intn(2); count > 0; count-- {
		rules = append(rules, w.rule(schema))
	}
	schema["x-kubernetes-validations"] = rules
	return schema
}

func (w *writer) rule(schema object) object {
	self := variable{"self", schema, kindOfSchema(schema)}
	rule := object{"rule": w.expression("bool", []variable{self}, 0)}
	if w.chance(15) {
		old := variable{"oldSelf", schema, self.kind}
		if w.chance(40) {
			rule["optionalOldSelf"] = w.chance(70)
			if rule["optionalOldSelf"] == true {
				old = variable{"oldSelf.value()", schema, self.kind}
			}
		}
		rule["rule"] = w.one("self == oldSelf", "oldSelf == self || "+w.expression("bool", []variable{self, old}, 0), w.expression("bool", []variable{old}, 0))
	} else if w.chance(3) {
		rule["optionalOldSelf"] = w.chance(50)
	}
	switch w.Intn(8) {
	case 0, 1:
		rule["message"] = "must hold"
	case 2, 3:
		rule["messageExpression"] = w.expression("string", []variable{self}, 1)
	}
	return rule
}

func (w *writer) definition() []step {
	root := w.structure(0)
	delete(root, "x-kubernetes-embedded-resource")
	root = w.ruled(root)
	return []step{{Path: []any{"spec", "versions", 0, "schema", "openAPIV3Schema"}, Value: root}}
}

func kindOfSchema(schema object) string {
	if schema["x-kubernetes-int-or-string"] == true {
		return "dyn"
	}
	switch schema["type"] {
	case "integer":
		return "int"
	case "number":
		return "double"
	case "boolean":
		return "bool"
	case "string":
		switch schema["format"] {
		case "date", "date-time":
			return "timestamp"
		case "duration":
			return "duration"
		case "byte":
			return "bytes"
		}
		return "string"
	case "array":
		return "list"
	case "object":
		if _, ok := schema["additionalProperties"].(object); ok {
			return "map"
		}
		return "object"
	}
	return "none"
}

// reached lists what can be reached from variables.
func reached(from []variable) []variable {
	found := append([]variable{}, from...)
	for index := 0; index < len(found) && len(found) < 60; index++ {
		at := found[index]
		properties, _ := at.of["properties"].(object)
		for _, name := range sortedKeys(properties) {
			inner := properties[name].(object)
			if name == "9lives" || name == "ünder" {
				// No expression can name these.
				continue
			}
			found = append(found, variable{at.text + "." + escapedName(name), inner, kindOfSchema(inner)})
		}
	}
	return found
}

func (w *writer) pick(kind string, from []variable) (variable, bool) {
	var fitting []variable
	for _, one := range reached(from) {
		if one.kind == kind {
			fitting = append(fitting, one)
		}
	}
	if len(fitting) == 0 {
		return variable{}, false
	}
	return fitting[w.Intn(len(fitting))], true
}

func (w *writer) fresh() string {
	w.names++
	return fmt.Sprintf("v%d", w.names)
}

var allKinds = []string{"bool", "int", "double", "string", "bytes", "timestamp", "duration", "list", "map", "object", "dyn", "optional"}

// expression writes one of a kind; where mistakes are to be made, now and then of
// another.
func (w *writer) expression(kind string, from []variable, depth int) string {
	if w.mistakes && w.chance(4) {
		switch w.Intn(6) {
		case 0:
			return "self.nothing"
		case 1:
			return w.one("unknown", "foo(self)", "self.foo()", "timestamp('x')", "duration('1y')", "'a'.matches('(')", "[1, 'a'].size()", "'%d'.format(['a'])", "self +", "true ? 1", "size()", "type(self) == timestamp", "self.find('[')", "has(self)", "Foo{a: 1}", "math.greatest(1, 2)", "self.exists(x.y, true)", "{'a': 1, 2: 'b'}.size()", "1 in self.all(x, x)", "'%s %s'.format([self])", "self.in", "if", "\"open", "1..2", "self[", "@", "self.9lives", "self.ünder", "-self", "!self")
		}
		kind = allKinds[w.Intn(len(allKinds))]
	}
	if depth < 4 && w.chance(75) {
		if text := w.compound(kind, from, depth+1); text != "" {
			return text
		}
	}
	if one, ok := w.pick(kind, from); ok {
		return one.text
	}
	switch kind {
	case "bool":
		return w.one("true", "false", "1 < 2")
	case "int":
		return w.one("1", "-3", "42", "0x1F")
	case "double":
		return w.one("1.5", "-2e3", "0.0")
	case "string":
		return w.one("'a'", "\"Always\"", "''", "r'a\\d'", "'ünï'")
	case "bytes":
		return "b'abc'"
	case "timestamp":
		return "timestamp('2026-01-01T00:00:00Z')"
	case "duration":
		return w.one("duration('1h')", "duration('3s')")
	case "list":
		return w.one("['a', 'b']", "[1, 2, 3]", "[]", "[[1], [2]]")
	case "map":
		return w.one("{'a': 1}", "{}", "{'a': 'b', 'c': 'd'}")
	case "optional":
		return w.one("optional.of(1)", "optional.none()", "optional.ofNonZeroValue('a')")
	case "object":
		return from[0].text
	}
	return w.one("dyn(1)", "dyn('a')")
}

func (w *writer) compound(kind string, from []variable, depth int) string {
	of := func(kind string) string { return w.expression(kind, from, depth) }
	switch kind {
	case "bool":
		return w.condition(from, depth)
	case "int":
		switch w.Intn(14) {
		case 0, 1:
			return fmt.Sprintf("size(%s)", of(w.one("string", "list", "map")))
		case 2:
			return fmt.Sprintf("%s.size()", of(w.one("string", "list", "map", "bytes")))
		case 3:
			return fmt.Sprintf("(%s %s %s)", of("int"), w.one("+", "-", "*", "/", "%"), of("int"))
		case 4:
			return fmt.Sprintf("int(%s)", of(w.one("string", "double", "int", "timestamp")))
		case 5:
			return fmt.Sprintf("%s.indexOf(%s)", of("string"), of("string"))
		case 6:
			return fmt.Sprintf("%s.%s()", of("timestamp"), w.one("getFullYear", "getMonth", "getHours", "getDayOfWeek"))
		case 7:
			return fmt.Sprintf("%s.getSeconds()", of("duration"))
		case 8:
			return fmt.Sprintf("%s.map(%s, 1).sum()", of(w.one("list", "map")), w.fresh())
		case 9:
			return fmt.Sprintf("quantity(%s).%s", of("string"), w.one("sign()", "asInteger()", "compareTo(quantity('1'))"))
		case 10:
			return fmt.Sprintf("-(%s)", of("int"))
		case 11:
			return fmt.Sprintf("ip(%s).family()", of("string"))
		case 12:
			return fmt.Sprintf("semver(%s).major()", of("string"))
		}
		return fmt.Sprintf("[%s, %s].%s()", of("int"), of("int"), w.one("max", "min", "sum"))
	case "double":
		return w.one(fmt.Sprintf("double(%s)", of(w.one("int", "string"))), fmt.Sprintf("(%s * %s)", of("double"), of("double")), fmt.Sprintf("quantity(%s).asApproximateFloat()", of("string")))
	case "string":
		switch w.Intn(16) {
		case 0, 1:
			return fmt.Sprintf("(%s + %s)", of("string"), of("string"))
		case 2:
			return fmt.Sprintf("string(%s)", of(w.one("int", "double", "bool", "timestamp", "duration", "bytes", "string")))
		case 3:
			return fmt.Sprintf("%s.%s()", of("string"), w.one("lowerAscii", "upperAscii", "trim"))
		case 4:
			return fmt.Sprintf("%s.replace(%s, %s)", of("string"), of("string"), of("string"))
		case 5:
			return fmt.Sprintf("%s.substring(%s)", of("string"), of("int"))
		case 6:
			return fmt.Sprintf("%s.charAt(%s)", of("string"), of("int"))
		case 7:
			return fmt.Sprintf("%s.split(%s).join(%s)", of("string"), of("string"), of("string"))
		case 8:
			return fmt.Sprintf("'%%s is %%d'.format([%s, %s])", of(w.one("string", "list", "bool")), of("int"))
		case 9:
			return fmt.Sprintf("%s.find(%s)", of("string"), w.one("'[a-z]+'", "'^x'", of("string")))
		case 10:
			return fmt.Sprintf("url(%s).%s()", of("string"), w.one("getHost", "getScheme", "getEscapedPath"))
		case 11:
			return fmt.Sprintf("(%s ? %s : %s)", of("bool"), of("string"), of("string"))
		case 12:
			return fmt.Sprintf("%s.map(%s, string(%s)).join(', ')", of("list"), "z", "z")
		case 13:
			return fmt.Sprintf("strings.quote(%s)", of("string"))
		case 14:
			return fmt.Sprintf("%s.replace(%s, %s, 2)", of("string"), w.one("'a'", "'ab'", "''"), w.one("'b'", "'xyz'", "''"))
		}
		return fmt.Sprintf("%s.findAll(%s)[0]", of("string"), w.one("'[a-z]+'", "'a'"))
	case "bytes":
		return fmt.Sprintf("bytes(%s)", of("string"))
	case "timestamp":
		return w.one(fmt.Sprintf("timestamp(%s)", of("string")), fmt.Sprintf("(%s + %s)", of("timestamp"), of("duration")))
	case "duration":
		return w.one(fmt.Sprintf("duration(%s)", of("string")), fmt.Sprintf("(%s - %s)", of("timestamp"), of("timestamp")))
	case "list":
		name := w.fresh()
		switch w.Intn(9) {
		case 0:
			return fmt.Sprintf("%s.split(%s)", of("string"), w.one("','", of("string")))
		case 1:
			return w.over("filter", from, depth)
		case 2:
			return fmt.Sprintf("%s.map(%s, %s)", of("map"), name, w.one(name, name+" + 'x'", name+".size()", "[ "+name+"]"))
		case 3:
			return fmt.Sprintf("(%s + %s)", of("list"), of("list"))
		case 4:
			return fmt.Sprintf("[%s, %s]", of("string"), of("string"))
		case 5:
			return fmt.Sprintf("%s.map(%s, %s, %s)", of("list"), name, w.one("true", name+" == "+name), w.one(name, "1", "'a'"))
		case 6:
			return fmt.Sprintf("%s.findAll('[a-c]', 3)", of("string"))
		case 7:
			return fmt.Sprintf("%s.%s", of("list"), w.one("sort()", "distinct()", "slice(0, 2)", "reverse()", "flatten()", "sortBy(e, e)"))
		}
		return fmt.Sprintf("%s.transformList(i, %s, %s)", of("list"), name, w.one("i", name, "[i]"))
	case "map":
		return w.one(fmt.Sprintf("{%s: %s}", of("string"), of("int")), fmt.Sprintf("%s.transformMap(k, v, %s)", of("map"), w.one("v", "k", "1")), fmt.Sprintf("{'a': %s, 'b': %s}", of("string"), of("string")))
	case "dyn":
		return fmt.Sprintf("dyn(%s)", of(w.one("int", "string", "list")))
	case "optional":
		one, ok := w.pick("object", from)
		properties, _ := one.of["properties"].(object)
		if names := sortedKeys(properties); ok && len(names) > 0 {
			return fmt.Sprintf("%s.?%s", one.text, escapedName(names[w.Intn(len(names))]))
		}
		return w.one(fmt.Sprintf("%s[?'a']", of("map")), fmt.Sprintf("%s[?0]", of("list")), fmt.Sprintf("optional.of(%s)", of("string")))
	}
	return ""
}

// over writes a macro over a list or mapping that is there.
func (w *writer) over(macro string, from []variable, depth int) string {
	name := w.fresh()
	if one, ok := w.pick("list", from); ok && w.chance(70) {
		if items, is := one.of["items"].(object); is {
			inner := append([]variable{{name, items, kindOfSchema(items)}}, from...)
			if w.chance(15) && macro != "filter" {
				return fmt.Sprintf("%s.%s(i, %s, i > 0 || %s)", one.text, macro, name, w.expression("bool", inner, depth))
			}
			return fmt.Sprintf("%s.%s(%s, %s)", one.text, macro, name, w.expression("bool", inner, depth))
		}
	}
	if one, ok := w.pick("map", from); ok && w.chance(80) {
		if values, is := one.of["additionalProperties"].(object); is {
			key := variable{name, object{"type": "string"}, "string"}
			value := variable{one.text + "[" + name + "]", values, kindOfSchema(values)}
			inner := append([]variable{key, value}, from...)
			return fmt.Sprintf("%s.%s(%s, %s)", one.text, macro, name, w.expression("bool", inner, depth))
		}
	}
	list := w.expression("list", from, depth)
	return fmt.Sprintf("%s.%s(%s, %s)", list, macro, name, w.one(name+" == "+name, "true", w.expression("bool", from, depth)))
}

func (w *writer) condition(from []variable, depth int) string {
	of := func(kind string) string { return w.expression(kind, from, depth) }
	switch w.Intn(24) {
	case 0:
		return fmt.Sprintf("%s && %s", of("bool"), of("bool"))
	case 1:
		return fmt.Sprintf("(%s || %s || %s)", of("bool"), of("bool"), of("bool"))
	case 2:
		return fmt.Sprintf("!(%s)", of("bool"))
	case 3, 4:
		return fmt.Sprintf("%s %s %s", of("int"), w.one("<", "<=", ">", ">=", "==", "!="), of("int"))
	case 5:
		return fmt.Sprintf("%s %s %s", of("int"), w.one("<", ">="), of("double"))
	case 6, 7:
		return fmt.Sprintf("%s %s %s", of("string"), w.one("==", "!=", "<", ">="), of("string"))
	case 8:
		return fmt.Sprintf("%s.%s(%s)", of("string"), w.one("startsWith", "endsWith", "contains"), of("string"))
	case 9:
		return fmt.Sprintf("%s.matches(%s)", of("string"), w.one("'^[a-z]+$'", "'a'", of("string")))
	case 10:
		return fmt.Sprintf("%s in [%s, %s]", of("string"), of("string"), of("string"))
	case 11:
		return fmt.Sprintf("%s in %s", of("string"), of("map"))
	case 12:
		kind := w.one("list", "map", "object", "duration", "timestamp", "bytes", "dyn", "optional")
		return fmt.Sprintf("%s %s %s", of(kind), w.one("==", "!="), of(kind))
	case 13, 14, 15:
		return w.over(w.one("all", "exists", "exists_one"), from, depth)
	case 16, 17:
		var there []string
		for _, one := range reached(from) {
			if strings.Contains(one.text, ".") {
				there = append(there, one.text)
			}
		}
		if len(there) > 0 {
			return fmt.Sprintf("%shas(%s)", w.one("", "!"), there[w.Intn(len(there))])
		}
		return "true"
	case 18:
		return fmt.Sprintf("%s(%s)", w.one("isURL", "isIP", "isCIDR", "isQuantity", "isSemver"), of("string"))
	case 19:
		kind := w.one("int", "string", "bool", "list")
		return fmt.Sprintf("type(%s) == %s", of(w.one(kind, "dyn")), kind)
	case 20:
		return fmt.Sprintf("%s.hasValue()", of("optional"))
	case 21:
		return fmt.Sprintf("%s.optMap(o, o == o).orValue(%s)", of("optional"), of("bool"))
	case 22:
		return w.one(
			fmt.Sprintf("sets.%s(%s, %s)", w.one("contains", "equivalent", "intersects"), of("list"), of("list")),
			fmt.Sprintf("%s.isSorted()", of("list")),
			fmt.Sprintf("format.dns1123Label().validate(%s).hasValue()", of("string")),
			fmt.Sprintf("format.named(%s).hasValue()", of("string")),
			fmt.Sprintf("cidr(%s).containsIP(%s)", of("string"), of("string")),
			fmt.Sprintf("cidr(%s).containsCIDR(cidr(%s))", of("string"), of("string")),
			fmt.Sprintf("ip.isCanonical(%s)", of("string")),
			fmt.Sprintf("quantity(%s).isLessThan(quantity(%s))", of("string"), of("string")),
			fmt.Sprintf("quantity(%s) == quantity(%s)", of("string"), of("string")),
			fmt.Sprintf("url(%s) == url(%s)", of("string"), of("string")))
	}
	return fmt.Sprintf("(%s ? %s : %s)", of("bool"), of("bool"), of("bool"))
}

// requested is what policies see.
func requested() []variable {
	text := object{"type": "string"}
	user := object{"type": "object", "properties": object{"username": text, "groups": object{"type": "array", "items": text}, "extra": object{"type": "object", "additionalProperties": object{"type": "array", "items": text}}}}
	kind := object{"type": "object", "properties": object{"group": text, "version": text, "kind": text}}
	request := object{"type": "object", "properties": object{"name": text, "operation": text, "userInfo": user, "kind": kind, "requestKind": kind, "dryRun": object{"type": "boolean"}}}
	labels := object{"type": "object", "additionalProperties": text}
	namespace := object{"type": "object", "properties": object{"metadata": object{"type": "object", "properties": object{"name": text, "labels": labels, "generation": object{"type": "integer"}}}}}
	return []variable{{"object", nil, "dyn"}, {"object.spec.replicas", nil, "dyn"}, {"oldObject.metadata.name", nil, "dyn"}, {"request", request, "object"}, {"namespaceObject", namespace, "object"}}
}

func (w *writer) variables(from []variable) ([]any, []variable) {
	var found []any
	for count := w.Intn(4); count > 0; count-- {
		kind, name := allKinds[w.Intn(len(allKinds)-2)], w.fresh()
		found = append(found, object{"name": name, "expression": w.expression(kind, from, 1)})
		from = append(from, variable{"variables." + name, nil, kind})
	}
	if w.mistakes && w.chance(10) {
		from = append(from, variable{"variables.later", nil, "string"})
	}
	return found, from
}

func (w *writer) policy() []step {
	from := requested()
	var steps []step
	if w.chance(40) {
		steps = append(steps, step{Path: []any{"spec", "paramKind"}, Value: object{"apiVersion": "v1", "kind": "ConfigMap"}})
		from = append(from, variable{"params.data", nil, "dyn"})
	} else if w.mistakes && w.chance(20) {
		from = append(from, variable{"params.data", nil, "dyn"})
	}
	conditions := []any{object{"name": "one", "expression": w.one(w.expression("bool", from, 1), "authorizer.group('').resource('pods').check('create').allowed()", "authorizer.requestResource.check('get').reason() == 'a'")}}
	variables, from := w.variables(from)
	if len(variables) > 0 {
		steps = append(steps, step{Path: []any{"spec", "variables"}, Value: variables})
	}
	one := object{"expression": w.expression("bool", from, 0)}
	if w.chance(30) {
		one["messageExpression"] = w.expression("string", from, 1)
	}
	steps = append(steps, step{Path: []any{"spec", "validations"}, Value: []any{one}}, step{Path: []any{"spec", "matchConditions"}, Value: conditions})
	if w.chance(40) {
		value := w.one(w.expression("string", from, 1), "null", w.expression("bool", from, 1)+" ? 'a' : null")
		steps = append(steps, step{Path: []any{"spec", "auditAnnotations"}, Value: []any{object{"key": "k", "valueExpression": value}}})
	}
	return steps
}

func (w *writer) mutations() []step {
	from := append(requested(), variable{"params.data", nil, "dyn"})
	variables, from := w.variables(from)
	text := func() string { return w.expression("string", from, 2) }
	apply := w.one(
		"Object{spec: Object.spec{replicas: "+w.expression("int", from, 1)+"}}",
		"Object{metadata: Object.metadata{labels: {'a': "+text()+"}}}",
		"Object{metadata: Object.metadata{?labels: "+w.expression("optional", from, 1)+"}}",
		w.expression(w.one("map", "dyn", "bool"), from, 1))
	patch := w.one(
		"[JSONPatch{op: 'add', path: '/a/' + jsonpatch.escapeKey("+text()+"), value: "+w.expression("dyn", from, 1)+"}]",
		"[JSONPatch{op: "+text()+", path: "+w.expression(w.one("string", "string", "int"), from, 2)+"}]",
		"["+w.expression(w.one("map", "dyn"), from, 1)+"]",
		w.expression("bool", from, 1)+" ? [JSONPatch{op: 'remove', path: '/x'}] : []")
	return []step{
		{Path: []any{"spec", "variables"}, Value: variables},
		{Path: []any{"spec", "mutations", 0, "applyConfiguration", "expression"}, Value: apply},
		{Path: []any{"spec", "mutations", 1, "jsonPatch", "expression"}, Value: patch},
	}
}
