package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"plimsoll/oracle/verdict/cases"
)

func init() {
	commands["custom"] = command{foreign, custom}
}

// batch is a definition with objects of its kind, as verdict/custom records it.
type batch struct {
	Definition json.RawMessage `json:"crd"`
	Cases      []customCase    `json:"cases"`
}

// customCase is an object, for an update with the one before, and the errors.
type customCase struct {
	Before json.RawMessage `json:"was,omitempty"`
	Object json.RawMessage `json:"o"`
	Errors []string        `json:"e,omitempty"`
}

// custom installs the recorded definitions, each in a group of its own, and has the
// server judge the objects.
func custom(client *Client, options options) {
	data, err := os.ReadFile(options.path())
	if err != nil {
		fail(err)
	}
	var batches []batch
	for _, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		var one batch
		into(line, &one)
		batches = append(batches, one)
	}
	tally := newTally(options)
	for index, one := range batches {
		made := batch{Definition: one.Definition}
		lines := client.judgeCustom(one, index)
		for at, was := range one.Cases {
			now := customCase{was.Before, was.Object, lines[at].Texts(true)}
			made.Cases = append(made.Cases, now)
			tally.add("custom", lines[at].Unknown, answer{Errors: was.Errors}, answer{Errors: now.Errors}, now)
		}
		if !tally.differences {
			tally.out.Flush()
			tally.print(made)
		}
	}
	tally.finish()
}

// judgeCustom installs a definition, in a group of its own so that nothing is left
// over from another, and answers for the objects.
func (c *Client) judgeCustom(of batch, number int) []cases.Line {
	group := fmt.Sprintf("g%d.example.com", number)
	inGroup := func(data []byte) []byte { return bytes.ReplaceAll(data, []byte("example.com"), []byte(group)) }
	made := definition{client: c, group: group}
	into(inGroup(of.Definition), &made.object)
	made.install()
	stored := make([]metav1.ObjectMeta, len(of.Cases))
	for index, one := range of.Cases {
		if one.Before != nil {
			stored[index] = made.store(fmt.Sprintf("one-%d", index), inGroup(one.Before))
		}
	}
	made.tighten()
	lines := make([]cases.Line, len(of.Cases))
	each(len(of.Cases), func(index int) func() {
		one := of.Cases[index]
		line := &lines[index]
		line.Kind = "custom"
		switch {
		case one.Before == nil:
			c.send("POST", made.path+trial, "application/json", inGroup(one.Object)).tell(line)
		case stored[index].Name == "":
			line.Unknown = true
		default:
			data := inPlaceOf(stored[index], inGroup(one.Object))
			c.send("PUT", made.path+"/"+stored[index].Name+trial, "application/json", data).tell(line)
		}
		return func() {}
	})
	c.send("DELETE", definitions+"/"+made.name(), "application/json", nil)
	return lines
}
