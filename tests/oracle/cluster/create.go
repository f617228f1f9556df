package main

import (
	"encoding/json"

	"plimsoll/oracle/verdict/cases"
)

func init() {
	commands["create"] = command{foreign, create}
}

// create has the server judge the cases that the verdict oracle recorded.
func create(client *Client, options options) {
	recording := readRecording(options.path())
	objects := make([][]byte, len(recording.lines))
	known := make([]cases.Case, len(recording.lines))
	for index, line := range recording.lines {
		into(line, &known[index])
		objects[index] = recording.object(known[index].Base, known[index].Steps)
	}
	tally := newTally(options)
	recording.writeHead(tally)
	each(len(objects), func(index int) func() {
		line := client.judge(objects[index])
		return func() {
			was := known[index]
			now := cases.Case{Base: was.Base, Steps: was.Steps, Errors: line.Texts(true), Warnings: line.Warnings}
			was.Warnings, now.Warnings = shown(was.Errors, was.Warnings), shown(now.Errors, now.Warnings)
			tally.add(line.Kind, line.Unknown, answer{was.Errors, was.Warnings}, answer{now.Errors, now.Warnings}, now)
		}
	})
	tally.finish()
}

// shown are warnings where a recording has them: with what is accepted.
func shown(errors, warnings []string) []string {
	if len(errors) > 0 {
		return nil
	}
	return warnings
}

func into(data []byte, value any) {
	if err := json.Unmarshal(data, value); err != nil {
		fail(err)
	}
}
