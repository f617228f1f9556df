package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
)

// schema is the part of an OpenAPI 2 schema that the table keeps.
type schema struct {
	Ref          string             `json:"$ref"`
	Type         string             `json:"type"`
	Format       string             `json:"format"`
	Properties   map[string]*schema `json:"properties"`
	Additional   *schema            `json:"additionalProperties"`
	Items        *schema            `json:"items"`
	Required     []string           `json:"required"`
	ListType     string             `json:"x-kubernetes-list-type"`
	ListMapKeys  []string           `json:"x-kubernetes-list-map-keys"`
	PatchKey     string             `json:"x-kubernetes-patch-merge-key"`
	PatchPolicy  string             `json:"x-kubernetes-patch-strategy"`
	Kinds        []groupVersionKind `json:"x-kubernetes-group-version-kind"`
	defaultValue map[string]string
	enumValues   map[string][]string
}

type groupVersionKind struct {
	Group   string `json:"group"`
	Version string `json:"version"`
	Kind    string `json:"kind"`
}

type operation struct {
	Kind groupVersionKind `json:"x-kubernetes-group-version-kind"`
}

type document struct {
	Definitions map[string]*schema                    `json:"definitions"`
	Paths       map[string]map[string]json.RawMessage `json:"paths"`
}

// resource is how the API serves a kind.
type resource struct {
	plural      string
	scoped      bool // namespaced is known
	namespaced  bool
	subresource bool
}

func readDocument(path string) (*document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	read := &document{}
	return read, json.Unmarshal(text, read)
}

var (
	collectionPath  = regexp.MustCompile(`^/(?:api|apis/[^/]+)/[^/]+(/namespaces/\{namespace\})?/([a-z]+)/?$`)
	subresourcePath = regexp.MustCompile(`^/(?:api|apis/[^/]+)/[^/]+(/namespaces/\{namespace\})?/[a-z]+/\{name\}/([a-z]+)$`)
)

// resources says for each kind under which name and scope it is served.
func (d *document) resources() map[groupVersionKind]resource {
	found := map[groupVersionKind]resource{}
	for path, operations := range d.Paths {
		parts, sub := collectionPath.FindStringSubmatch(path), false
		if parts == nil {
			parts, sub = subresourcePath.FindStringSubmatch(path), true
		}
		if parts == nil || strings.Contains(path, "/watch/") {
			continue
		}
		for _, verb := range []string{"post", "put", "get"} {
			var one operation
			if raw, ok := operations[verb]; !ok || json.Unmarshal(raw, &one) != nil || one.Kind.Kind == "" {
				continue
			}
			known, seen := found[one.Kind]
			if !seen || (known.subresource && !sub) {
				known = resource{plural: parts[2], subresource: sub, scoped: true}
			}
			if known.subresource == sub {
				known.namespaced = known.namespaced || parts[1] != ""
			}
			found[one.Kind] = known
		}
	}
	return found
}

// annotate adds what only the Go types say to the definitions: enum values
// and default values.
func (d *document) annotate(packages map[string]*goPackage, isEnum func(goName) bool) {
	for _, pkg := range packages {
		for name := range pkg.types {
			definition := d.Definitions[goName{pkg.path, name}.definition()]
			if definition == nil {
				continue
			}
			definition.defaultValue = map[string]string{}
			definition.enumValues = map[string][]string{}
			for _, field := range flatten(packages, goName{pkg.path, name}, 0) {
				annotateField(definition, field, packages, isEnum)
			}
		}
	}
}

func annotateField(definition *schema, field goField, packages map[string]*goPackage, isEnum func(goName) bool) {
	if value := resolveDefault(field, packages); value != "" {
		definition.defaultValue[field.json] = value
	}
	base := resolveAlias(packages, field.base)
	if from := packages[base.pkg]; from != nil && isEnum(base) {
		definition.enumValues[field.json] = from.members[base.name]
	}
}

// resolveDefault gives a +default marker as JSON; `ref(Constant)` is looked up.
func resolveDefault(field goField, packages map[string]*goPackage) string {
	value := field.value
	name, isRef := strings.CutPrefix(value, "ref(")
	if isRef {
		value = ""
		name = strings.TrimSuffix(name, ")")
		name = name[strings.LastIndex(name, ".")+1:]
		if from := packages[field.base.pkg]; from != nil {
			value = from.constants[name]
		}
	}
	if !json.Valid([]byte(value)) || value == "{}" || value == "null" || value == `""` {
		return ""
	}
	return value
}

// flatten gives the fields of a struct with those of its embedded structs.
func flatten(packages map[string]*goPackage, name goName, depth int) []goField {
	name = resolveAlias(packages, name)
	pkg := packages[name.pkg]
	if pkg == nil || pkg.types[name.name] == nil || depth > 8 {
		return nil
	}
	var all []goField
	for _, field := range pkg.types[name.name].fields {
		if field.embedded {
			all = append(all, flatten(packages, field.base, depth+1)...)
		} else {
			all = append(all, field)
		}
	}
	return all
}
