package main

import (
	"context"
	"encoding/json"
	"errors"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
)

// transition makes a rule that compares a value with the one before.
func (g *generator) transition(kind string) node {
	rule := node{"rule": pick(g, map[string][]string{
		"string":  {"self == oldSelf", "self.startsWith(oldSelf) || size(self) < 3", "size(self) >= size(oldSelf)", "oldSelf != 'Always' || self == 'Always'"},
		"integer": {"self == oldSelf", "self >= oldSelf", "self - oldSelf < 3", "oldSelf < 5 || self > 2"},
		"number":  {"self == oldSelf", "self <= oldSelf"},
		"boolean": {"self == oldSelf", "!oldSelf || self"},
		"either":  {"self == oldSelf"},
		"array":   {"self == oldSelf", "size(self) >= size(oldSelf)", "oldSelf.all(x, x in self)"},
		"object":  {"self == oldSelf", "size(self) >= 0", "has(oldSelf.alpha) == has(self.alpha)"},
	}[kind])}
	if g.chance(25) {
		name := "oldSelf.value()"
		rule["optionalOldSelf"] = true
		rule["rule"] = pick(g, []string{"!oldSelf.hasValue() || self == " + name, "oldSelf.orValue(self) == self", "oldSelf.hasValue()", "oldSelf.optMap(x, x == self).orValue(true)"})
	}
	if g.chance(30) {
		rule["message"] = "may not change so"
	}
	return rule
}

// ready is the object as it is stored, or why it is not.
func (d *definition) ready(data []byte) (*unstructured.Unstructured, []Error) {
	one := d.versions["v1"]
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(data); err != nil {
		return nil, []Error{{"Decode", "", err.Error()}}
	}
	if errs := d.coerce(one, object); len(errs) > 0 {
		return nil, errs
	}
	defaulting.Default(object.UnstructuredContent(), one.structural)
	return object, nil
}

// judgeUpdate puts an object in the place of another and returns why that is
// refused. The other one need not be acceptable: definitions change.
func (d *definition) judgeUpdate(old, data []byte) ([]Error, bool) {
	stored, errs := d.ready(old)
	if len(errs) > 0 {
		return nil, false
	}
	object, errs := d.ready(data)
	if len(errs) > 0 {
		return errs, true
	}
	strategy := d.versions["v1"].strategy.(rest.RESTUpdateStrategy)
	ctx := request.WithRequestInfo(context.Background(), &request.RequestInfo{IsResourceRequest: true, Verb: "update"})
	namespace := ""
	if strategy.NamespaceScoped() {
		namespace = "default"
	}
	ctx = request.WithNamespace(ctx, namespace)
	for _, one := range []*unstructured.Unstructured{stored, object} {
		one.SetNamespace(namespace)
		one.SetResourceVersion("1")
		one.SetUID("u")
	}
	err := rest.BeforeUpdate(strategy, ctx, object, stored)
	if err == nil {
		return nil, true
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []Error{{"Status", "", err.Error()}}, true
	}
	var found []Error
	for _, cause := range status.Status().Details.Causes {
		found = append(found, Error{string(cause.Type), cause.Field, cause.Message})
	}
	return found, true
}

// after is a copy of an object with something changed.
func (g *generator) after(schema, old node) node {
	data, err := json.Marshal(old)
	if err != nil {
		fail(err)
	}
	made := node{}
	if err := json.Unmarshal(data, &made); err != nil {
		fail(err)
	}
	other, _ := g.valid(schema).(node)
	for range 1 + g.Intn(3) {
		g.blend(made, other, schema, 0)
	}
	if g.chance(15) {
		g.spoil(made, "spec")
	}
	return made
}

// blend takes over one value of another object.
func (g *generator) blend(into, from, schema node, depth int) {
	properties, _ := schema["properties"].(node)
	names := keys(properties)
	if len(names) == 0 {
		return
	}
	name := pick(g, names)
	if depth == 0 {
		name = "spec"
	}
	value, there := from[name]
	mine, isNode := into[name].(node)
	theirs, both := value.(node)
	inner, known := properties[name].(node)
	list, isList := into[name].([]any)
	switch {
	case isNode && both && known && (depth == 0 || g.chance(70)):
		g.blend(mine, theirs, inner, depth+1)
	case isList && len(list) > 1 && g.chance(40):
		list[0], list[len(list)-1] = list[len(list)-1], list[0]
	case isList && len(list) > 0 && g.chance(50):
		at := g.Intn(len(list))
		if item, ok := list[at].(node); ok {
			items, _ := inner["items"].(node)
			other, _ := g.valid(items).(node)
			g.blend(item, other, items, 1)
		} else if others, ok := value.([]any); ok && len(others) > 0 {
			list[at] = others[0]
		}
	case there:
		into[name] = value
	case depth > 0:
		delete(into, name)
	}
}

// update makes a pair of objects and its answer; none where the server could not
// have the first one.
func (g *generator) update(d *definition, schema node) *Case {
	old := g.object(schema)
	old["metadata"] = node{"name": "one"}
	new := g.after(schema, old)
	before, err := json.Marshal(old)
	if err != nil {
		fail(err)
	}
	after, err := json.Marshal(new)
	if err != nil {
		fail(err)
	}
	errs, decided := d.judgeUpdate(before, after)
	if !decided {
		return nil
	}
	return &Case{Before: json.RawMessage(before), Object: json.RawMessage(after), Errors: texts(errs)}
}
