package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// kind says what a type accepts. The numbers are those of src/validate/table.rs.
type kind uint32

const (
	kindAny kind = iota
	kindObject
	kindMap
	kindList
	kindString
	kindBoolean
	kindInt32
	kindInt64
	kindNumber
	kindBytes
	kindQuantity
	kindIntOrString
	kindTime
	kindMicroTime
	kindSchemaOrBool
	kindSchemaOrArray
	kindSchemaOrStrings
)

const (
	listAtomic     = 1
	listSet        = 2
	listMap        = 3
	listPatchMerge = 4
)

// node is a type; child types are indices into catalog.nodes.
type node struct {
	kind     kind
	name     string // of an object
	list     uint32 // list type and patch strategy
	element  int    // of a map or list
	words    []string
	patchKey string
	fields   []field
}

type field struct {
	name     string
	node     int
	required bool
	value    string // default, as JSON
}

// served is a kind with its type in each minor, -1 where it is not served.
type served struct {
	resource
	lifecycle
	nodes []int
}

type catalog struct {
	releases []release
	nodes    []node
	kinds    map[groupVersionKind]*served
	enums    map[goName]bool // types marked +enum in any minor read so far
}

func newCatalog(releases []release) *catalog {
	return &catalog{releases: releases, kinds: map[groupVersionKind]*served{}, enums: map[goName]bool{}}
}

// typeModules are the modules whose types are served, with the folder of their API packages.
var typeModules = []struct{ path, folder string }{
	{"k8s.io/api", ""},
	{"k8s.io/apiextensions-apiserver", "pkg/apis"},
	{"k8s.io/kube-aggregator", "pkg/apis"},
}

// load reads one release; newer ones have been read before.
func (c *catalog) load(at int) ([]string, error) {
	one := c.releases[at]
	root, err := module("k8s.io/kubernetes", one.kubernetes())
	if err != nil {
		return nil, err
	}
	used := []string{"k8s.io/kubernetes@" + one.kubernetes()}
	packages := map[string]*goPackage{}
	for _, mod := range typeModules {
		// Of the aggregator only APIService is wanted, which has been the same for years.
		if mod.path == "k8s.io/kube-aggregator" && at != len(c.releases)-1 {
			continue
		}
		dir, err := module(mod.path, one.staging())
		if err != nil {
			return nil, err
		}
		used = append(used, mod.path+"@"+one.staging())
		path := strings.TrimSuffix(mod.path+"/"+mod.folder, "/")
		if err := readPackages(filepath.Join(dir, mod.folder), path, packages); err != nil {
			return nil, err
		}
	}
	resolvePending(packages)
	read, err := readDocument(filepath.Join(root, "api/openapi-spec/swagger.json"))
	if err != nil {
		return nil, err
	}
	for path, pkg := range packages {
		for name, one := range pkg.types {
			if one.enum {
				c.enums[goName{path, name}] = true
			}
		}
	}
	read.annotate(packages, func(name goName) bool { return c.enums[name] })
	handWritten, err := readDefaults(root, packages)
	if err != nil {
		return nil, err
	}
	for _, one := range handWritten {
		if definition := read.Definitions[one.owner.definition()]; definition != nil && definition.defaultValue != nil {
			definition.defaultValue[one.json] = one.value
		}
	}
	c.addKinds(at, read)
	c.addLifecycles(packages)
	return used, nil
}

func (c *catalog) kind(name groupVersionKind) *served {
	if c.kinds[name] == nil {
		c.kinds[name] = &served{nodes: slices.Repeat([]int{-1}, len(c.releases))}
	}
	return c.kinds[name]
}

func (c *catalog) addKinds(at int, read *document) {
	builder := &builder{catalog: c, document: read, built: map[string]int{}}
	resources := read.resources()
	for _, name := range sortedKeys(read.Definitions) {
		for _, id := range read.Definitions[name].Kinds {
			// Types of the API's own protocol are registered in every group.
			if strings.HasPrefix(name, "io.k8s.apimachinery.") && id.Group != "" {
				continue
			}
			one := c.kind(id)
			one.nodes[at] = builder.definition(name)
			if one.plural == "" {
				one.resource = resources[id]
			}
		}
	}
}

// addLifecycles keeps what the newest minor says of each kind.
func (c *catalog) addLifecycles(packages map[string]*goPackage) {
	for _, path := range sortedKeys(packages) {
		pkg := packages[path]
		version := path[strings.LastIndex(path, "/")+1:]
		for name, one := range pkg.lifecycle {
			entry := c.kind(groupVersionKind{pkg.group, version, name})
			if entry.lifecycle == (lifecycle{}) {
				entry.lifecycle = one
			}
			if kind := pkg.types[name]; entry.plural == "" && kind != nil && kind.resource {
				entry.scoped = true
				entry.namespaced = !kind.nonNamespaced
			}
		}
	}
}

// complete works out from the minors what no marker says.
func (c *catalog) complete() {
	first := c.releases[0].minor
	for name, one := range c.kinds {
		from := slices.IndexFunc(one.nodes, func(node int) bool { return node >= 0 })
		last := -1
		for i, node := range one.nodes {
			if node >= 0 {
				last = i
			}
		}
		if from > 0 && one.introduced == 0 {
			one.introduced = first + from
		}
		// A marker may announce a removal that came earlier or later.
		if last >= 0 && last < len(one.nodes)-1 {
			one.removed = first + last + 1
		} else if last >= 0 && one.removed <= first+last {
			one.removed = 0
		}
		// Types such as Status and Scale that old packages had for themselves are no kinds.
		isKind := one.scoped || strings.HasSuffix(name.Kind, "List")
		if last < 0 && (one.removed == 0 || !isKind) {
			delete(c.kinds, name)
		}
	}
}

// builder turns the definitions of one document into nodes.
type builder struct {
	catalog  *catalog
	document *document
	built    map[string]int
}

func (b *builder) add(one node) int {
	b.catalog.nodes = append(b.catalog.nodes, one)
	return len(b.catalog.nodes) - 1
}

// special are the definitions with their own reading of JSON in Go.
var special = map[string]kind{
	"io.k8s.apimachinery.pkg.api.resource.Quantity":                                         kindQuantity,
	"io.k8s.apimachinery.pkg.util.intstr.IntOrString":                                       kindIntOrString,
	"io.k8s.apimachinery.pkg.apis.meta.v1.Time":                                             kindTime,
	"io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime":                                        kindMicroTime,
	"io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1":                                         kindAny,
	"io.k8s.apimachinery.pkg.apis.meta.v1.Patch":                                            kindAny,
	"io.k8s.apimachinery.pkg.runtime.RawExtension":                                          kindAny,
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON":                         kindAny,
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool":        kindSchemaOrBool,
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray":       kindSchemaOrArray,
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": kindSchemaOrStrings,
}

func (b *builder) definition(name string) int {
	if id, done := b.built[name]; done {
		return id
	}
	id := b.add(node{})
	b.built[name] = id
	made := node{}
	from := b.document.Definitions[name]
	short := name[strings.LastIndex(name, ".")+1:]
	if kind, found := special[name]; found {
		made = node{kind: kind}
		if made.hasElement() {
			made.element = b.definition(name[:strings.LastIndex(name, "Or")])
		}
	} else {
		made = node{kind: kindObject, name: short}
		for _, property := range sortedKeys(from.Properties) {
			made.fields = append(made.fields, field{
				name:     property,
				node:     b.schema(from.Properties[property], from.enumValues[property]),
				required: slices.Contains(from.Required, property),
				value:    from.defaultValue[property],
			})
		}
	}
	b.catalog.nodes[id] = made
	return id
}

func (b *builder) schema(from *schema, enum []string) int {
	switch {
	case from.Ref != "":
		return b.definition(strings.TrimPrefix(from.Ref, "#/definitions/"))
	case from.Type == "array":
		made := node{kind: kindList, element: b.schema(from.Items, enum), words: from.ListMapKeys, patchKey: from.PatchKey}
		made.list = map[string]uint32{"atomic": listAtomic, "set": listSet, "map": listMap}[from.ListType]
		if strings.Contains(from.PatchPolicy, "merge") {
			made.list |= listPatchMerge
		}
		return b.add(made)
	case from.Additional != nil:
		return b.add(node{kind: kindMap, element: b.schema(from.Additional, enum)})
	case from.Type == "object":
		return b.add(node{kind: kindMap, element: b.add(node{kind: kindAny})})
	}
	scalars := map[[2]string]kind{
		{"string", ""}: kindString, {"string", "byte"}: kindBytes,
		{"string", "date-time"}: kindTime, {"boolean", ""}: kindBoolean,
		{"integer", "int32"}: kindInt32, {"integer", "int64"}: kindInt64, {"integer", ""}: kindInt64,
		{"number", "double"}: kindNumber, {"number", ""}: kindNumber, {"", ""}: kindAny,
	}
	kind, known := scalars[[2]string{from.Type, from.Format}]
	if !known {
		panic(fmt.Sprintf("a scalar that the table does not know: %q %q", from.Type, from.Format))
	}
	made := node{kind: kind}
	if kind == kindString {
		made.words = slices.Clone(enum)
		slices.Sort(made.words)
		made.words = slices.Compact(made.words)
	}
	return b.add(made)
}
