package main

import "strings"

// value makes a value that schema may hold for: it follows what is easy to follow.
func (g *generator) value(schema any, definitions map[string]any, depth int) any {
	fields, ok := schema.(map[string]any)
	if !ok || depth <= 0 {
		return g.any(1)
	}
	if ref, ok := fields["$ref"].(string); ok && g.Intn(3) > 0 {
		name := ref[strings.LastIndex(ref, "/")+1:]
		if inner, ok := definitions[name]; ok {
			return g.value(inner, definitions, depth-1)
		}
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		if all, ok := fields[key].([]any); ok && g.Intn(3) > 0 {
			return g.value(pick(g, all), definitions, depth-1)
		}
	}
	if values, ok := fields["enum"].([]any); ok && g.Intn(4) > 0 {
		return pick(g, values)
	}
	if value, ok := fields["const"]; ok && g.Intn(4) > 0 {
		return value
	}
	switch {
	case has(fields, "properties", "required", "patternProperties", "minProperties", "dependencies",
		"dependentRequired", "dependentSchemas", "propertyNames", "unevaluatedProperties", "maxProperties"):
		return g.mapping(fields, definitions, depth)
	case has(fields, "items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"):
		return g.sequence(fields, definitions, depth)
	}
	if name, ok := fields["type"].(string); ok && g.Intn(5) > 0 {
		return g.of(name)
	}
	if has(fields, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf") {
		return pick(g, numbers)
	}
	if has(fields, "pattern", "minLength", "maxLength", "format") {
		return pick(g, texts)
	}
	return g.any(2)
}

func has(fields map[string]any, names ...string) bool {
	for _, name := range names {
		if _, ok := fields[name]; ok {
			return true
		}
	}
	return false
}

func (g *generator) mapping(fields, definitions map[string]any, depth int) any {
	made := map[string]any{}
	if properties, ok := fields["properties"].(map[string]any); ok {
		for _, name := range keys {
			if inner, ok := properties[name]; ok && g.Intn(4) > 0 {
				made[name] = g.value(inner, definitions, depth-1)
			}
		}
	}
	if names, ok := fields["required"].([]any); ok {
		for _, name := range names {
			if _, ok := made[name.(string)]; !ok && g.Intn(6) > 0 {
				made[name.(string)] = g.any(1)
			}
		}
	}
	if g.Intn(2) == 0 {
		made[pick(g, keys)] = g.any(1)
	}
	return made
}

func (g *generator) sequence(fields, definitions map[string]any, depth int) any {
	made := []any{}
	first, ok := fields["prefixItems"].([]any)
	if !ok {
		first, _ = fields["items"].([]any)
	}
	for _, inner := range first {
		made = append(made, g.value(inner, definitions, depth-1))
	}
	for range g.Intn(3) {
		made = append(made, g.value(fields["items"], definitions, depth-1))
	}
	if inner, ok := fields["contains"]; ok && g.Intn(2) == 0 {
		made = append(made, g.value(inner, definitions, depth-1))
	}
	return made
}

func (g *generator) of(name string) any {
	switch name {
	case "null":
		return nil
	case "boolean":
		return g.Intn(2) == 0
	case "integer":
		return g.Intn(12) - 2
	case "number":
		return pick(g, numbers)
	case "string":
		return pick(g, texts)
	case "array":
		return []any{g.any(0), g.any(0)}
	}
	return map[string]any{pick(g, keys): g.any(0)}
}

func (g *generator) any(depth int) any {
	if depth <= 0 {
		return g.of(pick(g, types[:5]))
	}
	return g.of(pick(g, types))
}

// mutate changes something in a value.
func (g *generator) mutate(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if len(value) > 0 && g.Intn(2) == 0 {
			for _, name := range keys {
				if inner, ok := value[name]; ok {
					value[name] = g.mutate(inner)
					return value
				}
			}
		}
		name := pick(g, keys)
		if _, ok := value[name]; ok {
			delete(value, name)
		} else {
			value[name] = g.any(1)
		}
		return value
	case []any:
		if len(value) > 0 {
			at := g.Intn(len(value))
			value[at] = g.mutate(value[at])
			if g.Intn(3) == 0 {
				return append(value, value[at])
			}
			return value
		}
		return append(value, g.any(1))
	}
	return g.any(1)
}
