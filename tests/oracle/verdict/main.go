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
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Line is the answer for one document.
type Line struct {
	File     string `json:"file,omitempty"`
	Document int    `json:"document"`
	Kind     string `json:"kind,omitempty"`
	Accepted bool   `json:"accepted"`
	// Unknown is set for kinds that this server does not have.
	Unknown  bool     `json:"unknown,omitempty"`
	Errors   []Error  `json:"errors,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Error is one cause of a refusal. Type is "Decode" for what is refused before
// validation, else the type of the field error.
type Error struct {
	Type    string `json:"type"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

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
	emit := func(name string, data []byte) {
		for _, line := range Verdicts(data) {
			line.File = name
			if err := enc.Encode(line); err != nil {
				fail(err)
			}
		}
	}
	for _, arg := range flag.Args() {
		if arg == "-" {
			data, err := io.ReadAll(os.Stdin)
			if err != nil {
				fail(err)
			}
			emit("-", data)
			continue
		}
		walk := func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !isManifest(path) && path != arg {
				return err
			}
			data, err := os.ReadFile(path)
			if err == nil {
				emit(path, data)
			}
			return err
		}
		if err := filepath.WalkDir(arg, walk); err != nil {
			fail(err)
		}
	}
}

func isManifest(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "verdict:", err)
	os.Exit(2)
}
