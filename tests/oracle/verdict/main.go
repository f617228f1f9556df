// Command verdict says what the API server would answer when each document of
// the given files is created: the real strict decoding, defaulting, conversion,
// strategy and warnings of Kubernetes, without a server.
//
//	go run . FILE|DIR...   or   go run . -   (paths or documents on stdin)
//
// It prints one JSON line a document.
//
//	go run . record -seed N -count M [-kind K] [-messages]
//	go run . generate -seed N -count M [-kind K]
//
// make cases out of valid objects: the first with the server's answer, as
// fixtures/verdict holds them, the second as plain objects.
//
//	go run . verdict-update OLD NEW
//	go run . record-update -seed N -count M [-kind K] [-messages]
//
// say what the server answers when a manifest is applied over an accepted one; the
// second makes such pairs.
//
//	go run . record-admission -seed N -count M
//
// does as record, and changes only what admission plugins look at.
//
//	go run . fields
//
// lists how the Go types hold optional fields.
//
//	go run . pod-security -seed N -count M
//
// makes pods and says what the Pod Security admission plugin answers under each
// level and version.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"plimsoll/oracle/verdict/cases"
)

// Line is the answer for one document.
type Line = cases.Line

// Error is one cause of a refusal.
type Error = cases.Error

// commands are the ones beside those of main, by name.
var commands = map[string]func(arguments []string){}

func main() {
	flag.Parse()
	if run, ok := commands[flag.Arg(0)]; ok {
		run(flag.Args()[1:])
		return
	}
	if flag.Arg(0) == "record" || flag.Arg(0) == "generate" {
		record(flag.Args()[1:], flag.Arg(0) == "generate")
		return
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := cases.Files(flag.Args(), func(name string, text []byte) {
		for _, line := range cases.Documents(text, verdict) {
			line.File = name
			if err := enc.Encode(line); err != nil {
				fail(err)
			}
		}
	})
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "verdict:", err)
	os.Exit(2)
}
