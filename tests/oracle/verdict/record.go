package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"reflect"

	"plimsoll/oracle/verdict/cases"
)

// record prints the bases and then one case a line with the server's answer;
// generate prints the objects themselves.
func record(arguments []string, objects bool) {
	flags := flag.NewFlagSet("record", flag.ExitOnError)
	seed := flags.Int64("seed", 1, "start of the random numbers")
	count := flags.Int("count", 1000, "number of cases, shared evenly by the kinds")
	kind := flags.String("kind", "", "only this kind")
	messages := flags.Bool("messages", false, "with the messages of the errors, and the warnings")
	_ = flags.Parse(arguments)
	var chosen []base
	kinds := map[string][]base{}
	var order []string
	for _, one := range bases() {
		if *kind != "" && one.kind != *kind {
			continue
		}
		if len(kinds[one.kind]) == 0 {
			order = append(order, one.kind)
		}
		kinds[one.kind] = append(kinds[one.kind], one)
		chosen = append(chosen, one)
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	emit := func(value any) {
		if err := enc.Encode(value); err != nil {
			fail(err)
		}
	}
	if !objects {
		table := map[string]json.RawMessage{}
		for _, one := range chosen {
			table[one.name] = one.json
		}
		emit(cases.Head{Minor: currentMinor, Seed: *seed, Bases: table})
	}
	random := rand.New(rand.NewSource(*seed))
	for index := 0; index < *count; index++ {
		of := kinds[order[index%len(order)]]
		one := of[random.Intn(len(of))]
		typed, err := schemeOf(one.gvk.Group).New(one.gvk)
		if err != nil {
			fail(err)
		}
		generator := &generator{random, reflect.TypeOf(typed)}
		object, steps := generator.mutate(one)
		data, err := json.Marshal(object)
		if err != nil {
			fail(err)
		}
		if objects {
			fmt.Fprintf(out, "%s\n", data)
			continue
		}
		emit(answer(one, steps, data, *messages))
	}
}

func answer(one base, steps []step, data []byte, messages bool) cases.Case {
	line := verdict(data)
	found := cases.Case{Base: one.name, Steps: steps, Errors: line.Texts(messages)}
	if messages {
		found.Warnings = line.Warnings
	}
	return found
}
