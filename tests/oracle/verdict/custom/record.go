package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"math/rand"
	"os"
	"sort"
)

// batch is a definition with objects of its kind.
type batch struct {
	Definition any    `json:"crd"`
	Cases      []Case `json:"cases"`
}

// Case is an object, for an update with the one before, and the server's errors, each as `type field` and, on the
// next line, its message.
type Case struct {
	Before any      `json:"was,omitempty"`
	Object any      `json:"o"`
	Errors []string `json:"e,omitempty"`
}

// record prints definitions that it makes up, each with objects and answers.
func record(arguments []string) {
	flags := flag.NewFlagSet("record", flag.ExitOnError)
	seed := flags.Int64("seed", 1, "start of the random numbers")
	count := flags.Int("count", 1000, "number of objects")
	each := flags.Int("each", 40, "objects of a definition")
	rules := flags.Bool("rules", false, "with rules in CEL")
	updates := flags.Bool("updates", false, "objects that take the place of others")
	_ = flags.Parse(arguments)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	g := &generator{Rand: rand.New(rand.NewSource(*seed)), rules: *rules, updates: *updates}
	for made := 0; made < *count; {
		crd, schema := g.definition()
		data, err := json.Marshal(crd)
		if err != nil {
			fail(err)
		}
		ready, err := define(data)
		if err != nil {
			if os.Getenv("SHOW_REFUSED") != "" {
				os.Stderr.WriteString(err.Error() + "\n")
			}
			continue
		}
		one := batch{Definition: crd}
		for range *each {
			if *updates {
				if made := g.update(ready, schema); made != nil {
					one.Cases = append(one.Cases, *made)
				}
				continue
			}
			object := g.object(schema)
			data, err := json.Marshal(object)
			if err != nil {
				fail(err)
			}
			one.Cases = append(one.Cases, Case{Object: object, Errors: texts(ready.judge("v1", data))})
		}
		made += *each
		if err := enc.Encode(one); err != nil {
			fail(err)
		}
	}
}

func texts(errs []Error) []string {
	short := map[string]string{
		"FieldValueRequired": "required", "FieldValueInvalid": "invalid", "FieldValueNotSupported": "unsupported",
		"FieldValueDuplicate": "duplicate", "FieldValueForbidden": "forbidden", "FieldValueTooLong": "too-long",
		"FieldValueTooMany": "too-many", "FieldValueTypeInvalid": "type", "Decode": "decode", "Status": "status",
	}
	seen := map[string]bool{}
	var found []string
	for _, one := range errs {
		kind := one.Type
		if name, ok := short[kind]; ok {
			kind = name
		}
		text := kind + " " + one.Field + "\n" + one.Message
		if !seen[text] {
			found = append(found, text)
		}
		seen[text] = true
	}
	sort.Strings(found)
	return found
}
