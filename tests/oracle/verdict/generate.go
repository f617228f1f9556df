package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand"
	"reflect"
	"sort"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"plimsoll/oracle/verdict/cases"
	sigsyaml "sigs.k8s.io/yaml"
)

//go:embed bases.yaml
var basesText string

// base is a valid object that cases are made from.
type base struct {
	name string
	kind string
	gvk  schema.GroupVersionKind
	json []byte
}

// step is one change to a base.
type step = cases.Step

func bases() []base {
	var found []base
	counts := map[string]int{}
	for _, document := range strings.Split(basesText, "\n---\n") {
		data, err := sigsyaml.YAMLToJSONStrict([]byte(document))
		if err != nil {
			fail(fmt.Errorf("%w in %s", err, document))
		}
		var head struct{ APIVersion, Kind string }
		if err := json.Unmarshal(data, &head); err != nil {
			fail(err)
		}
		version, err := schema.ParseGroupVersion(head.APIVersion)
		if err != nil {
			fail(err)
		}
		kind, ok := servedVersion(version.WithKind(head.Kind))
		if !ok {
			continue
		}
		if kind.GroupVersion() != version {
			data = []byte(strings.Replace(string(data), head.APIVersion, kind.GroupVersion().String(), 1))
		}
		counts[head.Kind]++
		name := fmt.Sprintf("%s-%d", head.Kind, counts[head.Kind])
		found = append(found, base{name, head.Kind, kind, data})
	}
	return found
}

// servedVersion is the version of the kind or, where this minor does not serve
// it, the newest that it does; false for kinds that it does not have.
func servedVersion(gvk schema.GroupVersionKind) (schema.GroupVersionKind, bool) {
	if _, ok := strategies[gvk.GroupKind()]; !ok {
		return gvk, false
	}
	versions := schemeOf(gvk.Group).VersionsForGroupKind(gvk.GroupKind())
	for _, version := range append([]schema.GroupVersion{gvk.GroupVersion()}, versions...) {
		if other := version.WithKind(gvk.Kind); served(other) {
			return other, true
		}
	}
	return gvk, false
}

// generator makes cases; the same seed makes the same ones.
type generator struct {
	*rand.Rand
	of reflect.Type
}

// place is a value inside an object: where it is, what Go type it has, and the
// type of what holds it.
type place struct {
	path []any
	of   reflect.Type
	name string
	now  any
}

// mutate returns a changed object and the steps that lead to it.
func (g *generator) mutate(one base) (any, []step) {
	var object any
	if err := json.Unmarshal(one.json, &object); err != nil {
		fail(err)
	}
	var steps []step
	count := 1
	switch g.Intn(10) {
	case 0:
		count = 0
	case 1, 2:
		count = 2
	case 3:
		count = 3
	}
	for ; count > 0; count-- {
		next, ok := g.step(object)
		if !ok {
			continue
		}
		// What was taken from the object must not change with it.
		next.Value = cases.Clone(next.Value)
		object = cases.Apply(object, next)
		steps = append(steps, next)
	}
	return object, steps
}

func (g *generator) step(object any) (step, bool) {
	places := g.places(object)
	if len(places) == 0 {
		return step{}, false
	}
	at := places[g.Intn(len(places))]
	if len(at.path) == 0 || at.path[0] == "status" {
		return step{}, false
	}
	switch now := at.now.(type) {
	case map[string]any:
		return g.changeMap(at, now)
	case []any:
		if indirect(at.of).Kind() == reflect.Slice {
			return g.changeList(at, now)
		}
	}
	if g.Intn(4) == 0 {
		return step{Path: at.path, Drop: true}, true
	}
	return step{Path: at.path, Value: g.value(at.of, at.name, 0)}, true
}

func (g *generator) changeMap(at place, now map[string]any) (step, bool) {
	of := indirect(at.of)
	if g.Intn(6) == 0 {
		return step{Path: at.path, Drop: true}, true
	}
	if of.Kind() == reflect.Map {
		key := g.pick(mapKeys(at.name)).(string)
		return step{Path: extend(at.path, key), Value: g.value(of.Elem(), at.name+"/value", 0)}, true
	}
	if of.Kind() != reflect.Struct {
		return step{}, false
	}
	fields := jsonFields(of)
	if len(fields) == 0 {
		return step{}, false
	}
	name := fields[g.Intn(len(fields))].name
	for try := 0; try < 3; try++ {
		if _, there := now[name]; !there {
			break
		}
		name = fields[g.Intn(len(fields))].name
	}
	for _, field := range fields {
		if field.name == name && !skipped(at.path, name) {
			return step{Path: extend(at.path, name), Value: g.value(field.of, pool(of, name), 0)}, true
		}
	}
	return step{}, false
}

func (g *generator) changeList(at place, now []any) (step, bool) {
	switch choice := g.Intn(8); {
	case choice == 0:
		return step{Path: at.path, Drop: true}, true
	case choice == 1:
		return step{Path: at.path, Value: []any{}}, true
	case choice <= 3 && len(now) > 0:
		// The same item twice.
		return step{Path: extend(at.path, len(now)), Value: now[g.Intn(len(now))]}, true
	case choice == 4 && len(now) > 1:
		return step{Path: extend(at.path, g.Intn(len(now))), Drop: true}, true
	}
	item := g.value(indirect(at.of).Elem(), at.name, 0)
	return step{Path: extend(at.path, len(now)), Value: item}, true
}

// places lists every value of the object with its type, in a fixed order.
func (g *generator) places(object any) []place {
	var found []place
	var walk func(at place)
	walk = func(at place) {
		found = append(found, at)
		of := indirect(at.of)
		switch now := at.now.(type) {
		case map[string]any:
			for _, key := range sortedKeys(now) {
				child, ok := childType(of, key)
				if !ok || len(at.path) == 0 && (key == "kind" || key == "apiVersion") {
					continue
				}
				name := pool(of, key)
				if of.Kind() == reflect.Map {
					name = at.name + "/value"
				}
				walk(place{extend(at.path, key), child, name, now[key]})
			}
		case []any:
			if of.Kind() != reflect.Slice {
				return
			}
			for index, item := range now {
				walk(place{extend(at.path, index), of.Elem(), at.name, item})
			}
		}
	}
	walk(place{nil, g.of, "", object})
	return found
}

func skipped(path []any, name string) bool {
	if len(path) == 0 {
		return name == "kind" || name == "apiVersion" || name == "status"
	}
	return path[0] == "metadata" && len(path) == 1 &&
		(name == "managedFields" || name == "creationTimestamp" || name == "deletionTimestamp")
}

func extend(path []any, step any) []any {
	return append(append([]any{}, path...), step)
}

func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
