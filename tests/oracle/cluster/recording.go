package main

import (
	"bytes"
	"encoding/json"
	"os"

	"plimsoll/oracle/verdict/cases"
)

// recording is a file of the verdict oracle: a head with the bases, and one case a line.
type recording struct {
	first []byte
	head  cases.Head
	lines [][]byte
}

func readRecording(path string) recording {
	data, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	found := recording{first: lines[0], lines: lines[1:]}
	into(found.first, &found.head)
	return found
}

// object is a base with steps done to it.
func (r recording) object(base string, steps ...[]cases.Step) []byte {
	var value any
	into(r.head.Bases[base], &value)
	for _, some := range steps {
		value = cases.Apply(value, some...)
	}
	return text(value)
}

// writeHead repeats the first line.
func (r recording) writeHead(tally *tally) {
	if !tally.differences {
		tally.print(json.RawMessage(r.first))
	}
}

func text(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		fail(err)
	}
	return data
}
