// Says of random values whether random JSON Schemas hold for them, by the library
// that kubeconform validates with, and in the drafts that it knows.
//
//	go run ./jsonschema -seed 1 -count 600 > cases.jsonl
//
// Each line is a schema, the files beside it, and values with the verdict.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

type verdict struct {
	Value any  `json:"v"`
	Holds bool `json:"ok"`
}

type batch struct {
	Schema any            `json:"schema"`
	Files  map[string]any `json:"files,omitempty"`
	Cases  []verdict      `json:"cases"`
}

func main() {
	seed := flag.Int64("seed", 1, "of the random numbers")
	count := flag.Int("count", 600, "schemas")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for made, at := 0, int64(0); made < *count; at++ {
		g := &generator{Rand: rand.New(rand.NewSource(*seed<<20 + at))}
		one, err := g.batch()
		if err != nil {
			continue
		}
		text, err := json.Marshal(one)
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(out, string(text))
		made++
	}
}

// batch makes a schema, and values that hold for about half of it.
func (g *generator) batch() (*batch, error) {
	one := &batch{Files: map[string]any{}}
	g.draft = drafts[g.Intn(len(drafts))]
	definitions := map[string]any{}
	g.names = []string{"one", "two", "three"}
	g.refs = g.references()
	for _, name := range g.names {
		definitions[name] = g.schema(2)
	}
	other := map[string]any{"definitions": map[string]any{"far": g.schema(2)}}
	g.mark(other)
	one.Files["other.json"] = plain(other)
	root, ok := g.schema(3).(map[string]any)
	if !ok {
		root = map[string]any{}
	}
	if !g.since(2019) {
		delete(root, "$ref")
	}
	g.mark(root)
	root[g.home()] = definitions
	one.Schema = plain(root)
	compiled, err := compile(one)
	if err != nil {
		return nil, err
	}
	for range 8 {
		value := plain(g.value(root, definitions, 5))
		for range g.Intn(3) {
			value = g.mutate(value)
		}
		one.Cases = append(one.Cases, verdict{value, compiled.Validate(reread(value)) == nil})
	}
	if !strings.Contains(marshal(one.Schema), "other.json") {
		one.Files = nil
	}
	return one, nil
}

func compile(one *batch) (schema *jsonschema.Schema, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("the library gives up")
		}
	}()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.DefaultDraft(jsonschema.Draft2020)
	for name, file := range one.Files {
		if err := c.AddResource("file:///schemas/"+name, reread(file)); err != nil {
			return nil, err
		}
	}
	if err := c.AddResource("file:///schemas/main.json", reread(one.Schema)); err != nil {
		return nil, err
	}
	return c.Compile("file:///schemas/main.json")
}

func marshal(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// plain is a value as it is after a way through JSON, and reread one with the
// numbers that the library wants.
func plain(value any) any {
	var made any
	if err := json.Unmarshal([]byte(marshal(value)), &made); err != nil {
		panic(err)
	}
	return made
}

func reread(value any) any {
	made, err := jsonschema.UnmarshalJSON(strings.NewReader(marshal(value)))
	if err != nil {
		panic(err)
	}
	return made
}
