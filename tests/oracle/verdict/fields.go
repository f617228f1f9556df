package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func init() {
	commands["fields"] = listFields
}

// listFields prints which optional fields of the types of all kinds are held
// otherwise than most: scalars by pointer, for which absent differs from zero,
// and objects by value, for which absent is as good as empty. The two lists of
// src/same/fields.rs are made of it.
func listFields([]string) {
	found := map[string]bool{}
	seen := map[reflect.Type]bool{}
	for kind := range strategies {
		for _, version := range schemeOf(kind.Group).VersionsForGroupKind(kind) {
			if version.Version != "v1" && version.Version != "v2" {
				continue
			}
			object, err := schemeOf(kind.Group).New(version.WithKind(kind.Kind))
			if err != nil {
				fail(err)
			}
			visit(reflect.TypeOf(object).Elem(), seen, found)
		}
	}
	var lines []string
	for line := range found {
		lines = append(lines, line)
	}
	sort.Strings(lines)
	fmt.Println(strings.Join(lines, "\n"))
}

var scalars = map[reflect.Type]bool{
	reflect.TypeOf(resource.Quantity{}): true, reflect.TypeOf(intstr.IntOrString{}): true,
	reflect.TypeOf(metav1.Time{}): true, reflect.TypeOf(metav1.MicroTime{}): true, reflect.TypeOf(runtime.RawExtension{}): true,
}

func visit(of reflect.Type, seen map[reflect.Type]bool, found map[string]bool) {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		visit(of.Elem(), seen, found)
		return
	case reflect.Struct:
	default:
		return
	}
	if seen[of] || scalars[of] {
		return
	}
	seen[of] = true
	visitFields(of, of.Name(), seen, found)
}

func visitFields(of reflect.Type, owner string, seen map[reflect.Type]bool, found map[string]bool) {
	for index := 0; index < of.NumField(); index++ {
		field := of.Field(index)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" && field.Anonymous {
			visitFields(field.Type, owner, seen, found)
			continue
		}
		if name == "" || name == "-" || name == "status" {
			continue
		}
		at := field.Type
		pointer := at.Kind() == reflect.Pointer
		if pointer {
			at = at.Elem()
		}
		switch at.Kind() {
		case reflect.Slice, reflect.Map:
		case reflect.Struct:
			if scalars[at] {
				if pointer {
					found["pointer "+owner+"."+name] = true
				}
			} else if !pointer {
				found["value "+owner+"."+name] = true
			}
		default:
			if pointer {
				found["pointer "+owner+"."+name] = true
			}
		}
		visit(field.Type, seen, found)
	}
}
