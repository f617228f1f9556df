// Command custom says what the API server would answer when custom resources
// are created: decoding, pruning, defaulting, schema and rules of
// k8s.io/apiextensions-apiserver, without a server.
//
//	go run ./custom FILE|DIR...
//
// takes all CustomResourceDefinitions of the arguments as installed and prints
// one JSON line for each of their custom resources. With
//
//	go run ./custom record -seed N -count M [-rules] [-updates]
//
// it makes definitions and objects of its own and prints them with the answers,
// as fixtures/custom holds them.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Line is the answer for one custom resource.
type Line struct {
	File     string  `json:"file"`
	Document int     `json:"document"`
	Kind     string  `json:"kind"`
	Name     string  `json:"name"`
	Accepted bool    `json:"accepted"`
	Errors   []Error `json:"errors,omitempty"`
}

// Error is one cause of a refusal. Type is "Decode" for what is refused before
// validation, else the type of the field error.
type Error struct {
	Type    string `json:"type"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "record" {
		record(os.Args[2:])
		return
	}
	var found []document
	for _, root := range os.Args[1:] {
		walk := func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !isManifest(path) && path != root {
				return err
			}
			data, err := os.ReadFile(path)
			if err == nil {
				found = append(found, documents(path, data)...)
			}
			return err
		}
		if err := filepath.WalkDir(root, walk); err != nil {
			fail(err)
		}
	}
	installed := map[string][]*definition{}
	for _, one := range found {
		if one.kind != "CustomResourceDefinition" {
			continue
		}
		made, err := define(one.data)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s#%d: %v\n", one.file, one.index, err)
			continue
		}
		installed[made.key()] = append(installed[made.key()], made)
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, one := range found {
		group, version, ok := strings.Cut(one.apiVersion, "/")
		if !ok {
			continue
		}
		candidates := installed[group+"/"+one.kind]
		if len(candidates) == 0 {
			continue
		}
		line := Line{File: one.file, Document: one.index, Kind: one.apiVersion + "/" + one.kind, Name: one.name}
		for _, candidate := range candidates {
			errs := candidate.judge(version, one.data)
			if len(errs) == 0 {
				line.Accepted, line.Errors = true, nil
				break
			}
			line.Errors = errs
		}
		if err := enc.Encode(line); err != nil {
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
	fmt.Fprintln(os.Stderr, "custom:", err)
	os.Exit(2)
}
