package main

import (
	"fmt"
	"math/rand"
)

// generator makes definitions and objects; the same seed makes the same ones.
type generator struct {
	*rand.Rand
	rules bool
	// With rules that compare with what was before.
	updates bool
}

type node = map[string]any

var fieldNames = []string{"alpha", "beta", "gamma", "delta", "size", "mode", "items", "in-dash", "with.dot", "ns_x"}

func (g *generator) chance(percent int) bool { return g.Intn(100) < percent }

func pick[T any](g *generator, from []T) T { return from[g.Intn(len(from))] }

// definition makes a CustomResourceDefinition and returns its schema too.
func (g *generator) definition() (node, node) {
	spec := g.objectSchema(0)
	schema := node{"type": "object", "properties": node{"spec": spec, "status": node{"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}
	if g.chance(50) {
		schema["required"] = []any{"spec"}
	}
	version := node{"name": "v1", "served": true, "storage": true, "schema": node{"openAPIV3Schema": schema}}
	if g.chance(40) {
		resources := node{"status": node{}}
		if g.chance(50) {
			resources["scale"] = node{"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"}
		}
		version["subresources"] = resources
	}
	if g.rules && g.chance(30) {
		schema["x-kubernetes-validations"] = []any{g.rule(schema, "object")}
	}
	return node{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": node{"name": "widgets.example.com"},
		"spec": node{
			"group": "example.com", "scope": pick(g, []string{"Namespaced", "Cluster"}),
			"names":    node{"kind": "Widget", "plural": "widgets"},
			"versions": []any{version},
		},
	}, schema
}

func (g *generator) objectSchema(depth int) node {
	schema := node{"type": "object"}
	switch choice := g.Intn(20); {
	case choice < 3 && depth > 0:
		schema["additionalProperties"] = g.schema(depth + 1)
		g.bounds(schema, "minProperties", "maxProperties", 3)
	case choice == 3 && depth > 0:
		schema["x-kubernetes-preserve-unknown-fields"] = true
	case choice == 4 && depth > 0:
		schema["x-kubernetes-preserve-unknown-fields"] = true
		schema["x-kubernetes-embedded-resource"] = true
	default:
		properties := node{}
		for range 1 + g.Intn(4) {
			properties[pick(g, fieldNames)] = g.schema(depth + 1)
		}
		schema["properties"] = properties
		names := keys(properties)
		if g.chance(40) && !(g.rules && g.chance(80)) {
			schema["required"] = []any{pick(g, names)}
		}
		if g.chance(8) {
			schema["x-kubernetes-preserve-unknown-fields"] = true
		}
		g.junctors(schema, names, properties)
		if g.chance(10) {
			g.bounds(schema, "minProperties", "maxProperties", 4)
		}
	}
	return schema
}

// junctors adds alternatives that speak of the fields of an object.
func (g *generator) junctors(schema node, names []string, properties node) {
	required := func() any {
		inner := node{"required": []any{pick(g, names)}}
		name := pick(g, names)
		if kind, _ := properties[name].(node)["type"].(string); kind == "string" && g.chance(40) {
			inner["properties"] = node{name: node{"maxLength": 1 + g.Intn(4)}}
		} else if kind == "integer" && g.chance(40) {
			inner["properties"] = node{name: node{"minimum": g.Intn(6)}}
		}
		return inner
	}
	switch g.Intn(14 + g.quiet()) {
	case 0:
		schema["oneOf"] = []any{required(), required()}
	case 1:
		schema["anyOf"] = []any{required(), required()}
	case 2:
		schema["allOf"] = []any{required(), required()}
	case 3:
		schema["not"] = required()
	}
}

func (g *generator) bounds(schema node, least, most string, limit int) {
	low := g.Intn(limit)
	if g.chance(50) {
		schema[least] = low
	}
	if g.chance(60) {
		schema[most] = low + g.Intn(limit)
	}
}

func (g *generator) schema(depth int) node {
	var schema node
	kind := pick(g, []string{"string", "string", "integer", "number", "boolean", "either", "array", "array", "object", "object"})
	if depth > 3 && (kind == "array" || kind == "object") {
		kind = "string"
	}
	switch kind {
	case "string":
		schema = g.stringSchema()
	case "integer", "number":
		schema = g.numberSchema(kind)
	case "boolean":
		schema = node{"type": "boolean"}
	case "either":
		schema = node{"x-kubernetes-int-or-string": true}
		if g.chance(30) {
			schema["anyOf"] = []any{node{"type": "integer"}, node{"type": "string"}}
			schema["pattern"] = "^[0-9]+%?$"
		}
	case "array":
		schema = g.arraySchema(depth)
	default:
		schema = g.objectSchema(depth)
	}
	if g.chance(12) {
		schema["nullable"] = true
	}
	if g.chance(12) && kind != "object" && kind != "array" {
		schema["default"] = g.valid(schema)
	}
	if g.rules && g.chance(35) {
		schema["x-kubernetes-validations"] = []any{g.rule(schema, kind)}
	}
	if g.updates && g.chance(25) {
		rules, _ := schema["x-kubernetes-validations"].([]any)
		schema["x-kubernetes-validations"] = append(rules, g.transition(kind))
	}
	return schema
}

func (g *generator) stringSchema() node {
	schema := node{"type": "string"}
	if g.rules && g.chance(70) {
		return schema
	}
	switch g.Intn(8) {
	case 0, 1:
		schema["enum"] = []any{"Always", "Never", "sometimes"}[:1+g.Intn(3)]
	case 2:
		schema["pattern"] = pick(g, []string{`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`, `^\d+[smh]$`, `^[^/]+$`, `[A-Z]`, `^(a|b)\.c$`, `^\S*$`})
	case 3, 4:
		schema["format"] = pick(g, []string{"uri", "email", "hostname", "ipv4", "ipv6", "cidr", "mac", "uuid", "uuid4", "byte", "date", "date-time", "duration", "hexcolor", "k8s-short-name", "unknown-format", "password"})
	default:
		g.bounds(schema, "minLength", "maxLength", 6)
	}
	return schema
}

func (g *generator) numberSchema(kind string) node {
	schema := node{"type": kind}
	if g.chance(30) && kind == "integer" {
		schema["format"] = pick(g, []string{"int32", "int64"})
	}
	if g.chance(15) && kind == "number" {
		schema["format"] = pick(g, []string{"float", "double"})
	}
	if g.rules && g.chance(70) {
		return schema
	}
	low := g.Intn(10)
	if g.chance(40) {
		schema["minimum"] = low
		schema["exclusiveMinimum"] = g.chance(20)
	}
	if g.chance(40) {
		schema["maximum"] = low + g.Intn(20)
		schema["exclusiveMaximum"] = g.chance(20)
	}
	if g.chance(15) {
		schema["multipleOf"] = 1 + g.Intn(4)
	}
	if g.chance(10) {
		schema["enum"] = []any{1, 2, 3}
	}
	return schema
}

func (g *generator) arraySchema(depth int) node {
	schema := node{"type": "array", "items": g.schema(depth + 1)}
	items := schema["items"].(node)
	switch choice := g.Intn(10); {
	case choice < 2 && items["type"] != "object" && items["type"] != "array":
		delete(items, "nullable")
		schema["x-kubernetes-list-type"] = "set"
	case choice < 5:
		properties := node{"name": node{"type": "string"}, "port": node{"type": "integer"}, "protocol": node{"type": "string", "default": "TCP"}}
		schema["items"] = node{"type": "object", "properties": properties, "required": []any{"name"}}
		schema["x-kubernetes-list-type"] = "map"
		names := [][]any{{"name"}, {"name", "protocol"}}
		schema["x-kubernetes-list-map-keys"] = pick(g, names)
	}
	if !g.rules || g.chance(20) {
		g.bounds(schema, "minItems", "maxItems", 3)
	}
	return schema
}

func keys(of node) []string {
	var names []string
	for _, name := range append(append([]string{}, fieldNames...), "name", "port", "protocol", "spec", "status") {
		if _, ok := of[name]; ok {
			names = append(names, name)
		}
	}
	return names
}

// object makes an object under the schema, most often with something wrong.
func (g *generator) object(schema node) node {
	made, _ := g.valid(schema).(node)
	made["apiVersion"] = "example.com/v1"
	made["kind"] = "Widget"
	made["metadata"] = node{"name": "one"}
	switch g.Intn(30 + g.quiet()) {
	case 0:
		made["metadata"] = node{"name": "One"}
	case 1:
		made["metadata"] = node{"name": "one", "labels": node{"a b": "c"}}
	case 2:
		made["metadata"] = node{"name": "one", "lables": node{"a": "c"}}
	case 3:
		made["metadata"] = node{"generateName": "one-"}
	}
	for range g.spoils() {
		g.spoil(made, "spec")
	}
	return made
}

// quiet makes what has nothing to do with rules rarer where rules are tried.
func (g *generator) quiet() int {
	if g.rules {
		return 200
	}
	return 0
}

func (g *generator) spoils() int {
	if g.rules && g.chance(85) {
		return 0
	}
	return g.Intn(3)
}

// valid makes a value that is of the type at least.
func (g *generator) valid(schema node) any {
	if enum, ok := schema["enum"].([]any); ok && g.chance(90) {
		return pick(g, enum)
	}
	if schema["x-kubernetes-int-or-string"] == true {
		return pick(g, []any{5, "50%", "text", 0})
	}
	switch schema["type"] {
	case "string":
		return g.text(schema)
	case "integer":
		return g.Intn(16)
	case "number":
		return pick(g, []any{1.5, 2, 0.25, 7, 12, 3e9, 1e22})
	case "boolean":
		return g.chance(50)
	case "array":
		list := []any{}
		for range g.Intn(4) {
			list = append(list, g.valid(schema["items"].(node)))
		}
		return list
	}
	made := node{}
	properties, _ := schema["properties"].(node)
	for _, name := range keys(properties) {
		if g.chance(75) || name == "spec" || name == "name" {
			made[name] = g.valid(properties[name].(node))
		}
	}
	if other, ok := schema["additionalProperties"].(node); ok {
		for range g.Intn(4) {
			made[pick(g, []string{"k1", "k2", "a/b", "x.y"})] = g.valid(other)
		}
	}
	if schema["x-kubernetes-embedded-resource"] == true {
		made["apiVersion"] = pick(g, []any{"v1", "a/b/c", "apps/v1", ""})
		made["kind"] = pick(g, []any{"Pod", "pod_x", ""})
		made["metadata"] = pick(g, []any{node{"name": "x"}, node{"name": "x", "nmae": "y"}, node{"labels": node{"a": "b"}}})
		made["extra"] = 1
	}
	return made
}

func (g *generator) text(schema node) string {
	if format, ok := schema["format"].(string); ok {
		good := map[string]string{"uri": "https://example.com/a?b=c", "email": "a@example.com", "hostname": "example.com", "ipv4": "10.0.0.1",
			"ipv6": "fe80::1", "cidr": "10.0.0.0/8", "mac": "01:23:45:67:89:ab", "uuid": "6f1d2c3b-1a2b-4c3d-9e8f-0123456789ab",
			"uuid4": "6f1d2c3b-1a2b-4c3d-9e8f-0123456789ab", "byte": "aGVsbG8=", "date": "2026-02-28", "date-time": "2026-02-28T10:00:00Z",
			"duration": "1h30m", "hexcolor": "#a0b1c2", "k8s-short-name": "a-b"}
		if g.chance(60) {
			return good[format]
		}
		return pick(g, []string{"", "x", "a b", "10.0.0.256", "2026-02-30", "http//x", "fe80::g", "5", "A-b", "YQ=", "/path", "x@y", "1 week"})
	}
	return pick(g, []string{"a", "abc", "Always", "web-1", "10s", "a.c", "x/y", "", "TCP", "UDP", "héllo", "long-enough-to-matter", "a<b&c"})
}

// spoil changes something below the field of an object.
func (g *generator) spoil(holder node, name string) {
	switch value := holder[name].(type) {
	case node:
		names := keys(value)
		for other := range value {
			if other == "k1" || other == "a/b" {
				names = append(names, other)
				break
			}
		}
		choice := g.Intn(10)
		switch {
		case choice == 0:
			value[pick(g, []string{"unknown", "alhpa", "Beta"})] = pick(g, []any{"x", 1, node{"a": 1}})
		case choice == 1 && len(names) > 0:
			delete(value, pick(g, names))
		case choice == 2 && name != "spec":
			holder[name] = g.odd()
		case len(names) > 0:
			g.spoil(value, pick(g, names))
		}
	case []any:
		if len(value) == 0 {
			holder[name] = pick(g, []any{[]any{nil}, []any{"x"}, node{}, "x"})
			return
		}
		switch g.Intn(4) {
		case 0:
			holder[name] = append(value, value[0])
		case 1:
			holder[name] = append(value, g.odd())
		default:
			inner := node{"items": value[0]}
			g.spoil(inner, "items")
			value[0] = inner["items"]
		}
	default:
		holder[name] = g.odd()
	}
}

func (g *generator) odd() any {
	return pick(g, []any{nil, true, 0, -1, 3, 7, 100, 2147483648, 1.5, 1e30, "", "x", "abcdefghij", []any{}, []any{1}, node{}, node{"a": 1}, "Never", fmt.Sprint(g.Intn(50))})
}
