package main

import "math/rand"

// drafts by the name that $schema gives them; "" says nothing.
var drafts = []int{4, 6, 7, 2019, 2020, 0}

var names = map[int]string{
	4:    "http://json-schema.org/draft-04/schema#",
	6:    "http://json-schema.org/draft-06/schema#",
	7:    "http://json-schema.org/draft-07/schema#",
	2019: "https://json-schema.org/draft/2019-09/schema",
	2020: "https://json-schema.org/draft/2020-12/schema",
}

var (
	keys     = []string{"a", "b", "c", "ab", "x-1"}
	texts    = []string{"", "a", "ab", "abc", "x-1", "é", "10.0.0.1", "2024-02-29", "2024-01-01T00:00:00Z", "ab12"}
	patterns = []string{"^a", "b$", "^[a-z]+$", "^x-", "\\d", "^.{2}$"}
	numbers  = []any{0, 1, -1, 2, 3, 7, 10, 0.5, 1.5, -2.5, 0.3, 1e3, 100000}
	formats  = []string{"ipv4", "date", "date-time"}
	types    = []string{"null", "boolean", "integer", "number", "string", "array", "object"}
)

type generator struct {
	*rand.Rand
	draft int
	names []string
	refs  []string
}

func pick[T any](g *generator, from []T) T { return from[g.Intn(len(from))] }

func (g *generator) since(draft int) bool { return g.draft == 0 || g.draft >= draft }

func (g *generator) mark(schema map[string]any) {
	if name := names[g.draft]; name != "" {
		schema["$schema"] = name
	}
}

// home is where definitions stand.
func (g *generator) home() string {
	if g.since(2019) {
		return "$defs"
	}
	return "definitions"
}

func (g *generator) references() []string {
	refs := []string{"#", "other.json#/definitions/far"}
	for _, name := range g.names {
		refs = append(refs, "#/"+g.home()+"/"+name)
	}
	return refs
}

func (g *generator) list(depth int) []any {
	made := []any{}
	for range 1 + g.Intn(3) {
		made = append(made, g.schema(depth))
	}
	return made
}

func (g *generator) named(depth int, from []string) map[string]any {
	made := map[string]any{}
	for range 1 + g.Intn(3) {
		made[pick(g, from)] = g.schema(depth)
	}
	return made
}

func (g *generator) some(from []string) []any {
	made := []any{}
	for _, one := range from {
		if g.Intn(3) == 0 {
			made = append(made, one)
		}
	}
	if len(made) == 0 {
		made = append(made, from[0])
	}
	return made
}

func (g *generator) schema(depth int) any {
	if g.since(6) && g.Intn(14) == 0 {
		return g.Intn(3) > 0
	}
	made := map[string]any{}
	if depth <= 0 {
		g.scalar(made)
		return made
	}
	for range 1 + g.Intn(3) {
		switch g.Intn(5) {
		case 0, 1:
			g.scalar(made)
		case 2:
			g.object(made, depth-1)
		case 3:
			g.array(made, depth-1)
		default:
			g.logic(made, depth-1)
		}
	}
	// What stands beside a reference counts from 2019 on; before, the library looks
	// at some of it.
	if ref, ok := made["$ref"]; ok && !g.since(2019) {
		return map[string]any{"$ref": ref}
	}
	return made
}

func (g *generator) scalar(made map[string]any) {
	switch g.Intn(12) {
	case 0, 1:
		made["type"] = pick(g, types)
	case 2:
		made["type"] = g.some(types)
	case 3:
		made["enum"] = []any{pick(g, texts), pick(g, numbers), pick(g, []any{nil, true, []any{1}, map[string]any{"a": 1}})}
	case 4:
		if g.since(6) {
			made["const"] = pick(g, []any{pick(g, texts), pick(g, numbers), nil, false, []any{}, map[string]any{"a": 1.0}})
		}
	case 5:
		g.bounds(made, "inimum")
	case 6:
		g.bounds(made, "aximum")
	case 7:
		made["multipleOf"] = pick(g, []any{1, 2, 0.5, 0.1, 1.5, 3})
	case 8:
		made["minLength"] = g.Intn(3)
	case 9:
		made["maxLength"] = g.Intn(4)
	case 10:
		made["pattern"] = pick(g, patterns)
	case 11:
		made["format"] = pick(g, formats)
	}
}

func (g *generator) bounds(made map[string]any, name string) {
	first, other := "m"+name, "exclusiveM"+name
	if g.draft == 4 {
		made[first] = pick(g, numbers)
		made[other] = g.Intn(2) == 0
		return
	}
	if g.Intn(2) == 0 {
		first = other
	}
	made[first] = pick(g, numbers)
}

func (g *generator) object(made map[string]any, depth int) {
	switch g.Intn(9) {
	case 0, 1, 2:
		made["properties"] = g.named(depth, keys)
		if g.Intn(2) == 0 {
			made["additionalProperties"] = g.Intn(2) == 0
		}
	case 3:
		made["patternProperties"] = g.named(depth, patterns)
		made["additionalProperties"] = g.schema(depth)
	case 4:
		made["required"] = g.some(keys)
	case 5:
		made["minProperties"] = g.Intn(3)
	case 6:
		made["maxProperties"] = 1 + g.Intn(3)
	case 7:
		if g.since(6) {
			made["propertyNames"] = g.schema(0)
		}
	case 8:
		g.dependencies(made, depth)
	}
	if g.since(2019) && g.Intn(8) == 0 {
		made["unevaluatedProperties"] = pick(g, []any{false, map[string]any{"type": "integer"}})
	}
}

func (g *generator) dependencies(made map[string]any, depth int) {
	switch {
	case g.since(2019) && g.Intn(2) == 0:
		made["dependentRequired"] = map[string]any{pick(g, keys): g.some(keys)}
	case g.since(2019):
		made["dependentSchemas"] = g.named(depth, keys)
	case g.Intn(2) == 0:
		made["dependencies"] = g.named(depth, keys)
	default:
		made["dependencies"] = map[string]any{pick(g, keys): g.some(keys)}
	}
}

func (g *generator) array(made map[string]any, depth int) {
	switch g.Intn(7) {
	case 0, 1:
		made["items"] = g.schema(depth)
	case 2:
		if g.since(2020) {
			made["prefixItems"] = g.list(depth)
		} else {
			made["items"] = g.list(depth)
			if g.Intn(2) == 0 {
				made["additionalItems"] = g.schema(depth)
			}
		}
	case 3:
		made["minItems"] = g.Intn(3)
	case 4:
		made["maxItems"] = 1 + g.Intn(3)
	case 5:
		made["uniqueItems"] = true
	case 6:
		if g.since(6) {
			made["contains"] = g.schema(0)
		}
		if g.since(2019) && g.Intn(2) == 0 {
			made["minContains"] = g.Intn(3)
			made["maxContains"] = 1 + g.Intn(2)
		}
	}
	if g.since(2019) && g.Intn(8) == 0 {
		made["unevaluatedItems"] = pick(g, []any{false, map[string]any{"type": "integer"}})
	}
}

func (g *generator) logic(made map[string]any, depth int) {
	switch g.Intn(7) {
	case 0:
		made["allOf"] = g.list(depth)
	case 1:
		made["anyOf"] = g.list(depth)
	case 2:
		made["oneOf"] = g.list(depth)
	case 3:
		made["not"] = g.schema(depth)
	case 4:
		if g.since(7) {
			made["if"] = g.schema(depth)
			made["then"] = g.schema(depth)
			if g.Intn(2) == 0 {
				made["else"] = g.schema(depth)
			}
		}
	default:
		made["$ref"] = pick(g, g.refs)
	}
}
