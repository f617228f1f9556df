// Command generate rewrites the schema table of plimsoll from the published
// Go modules of Kubernetes.
//
//	go run -C schemas/generate .            rewrite from ../versions.txt
//	go run -C schemas/generate . v1.38.0    add that minor (or replace its patch level) first
//	go run -C schemas/generate . -check     only say whether the committed files are up to date
//
// It reads names, types and values only; no description leaves the modules.
// Modules come through the ordinary Go module cache (GOPROXY), so a second run
// needs no network.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	versionsFile = "../versions.txt"
	tableFile    = "../catalog.bin"
	sourcesFile  = "../SOURCES.md"
)

// release is one Kubernetes version, such as v1.37.1.
type release struct {
	minor int
	patch string
}

func (r release) kubernetes() string { return fmt.Sprintf("v1.%d.%s", r.minor, r.patch) }
func (r release) staging() string    { return fmt.Sprintf("v0.%d.%s", r.minor, r.patch) }

func main() {
	log.SetFlags(0)
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(arguments []string) error {
	check := slices.Contains(arguments, "-check")
	added := slices.DeleteFunc(arguments, func(it string) bool { return it == "-check" })
	releases, err := readReleases(added)
	if err != nil {
		return err
	}
	catalog := newCatalog(releases)
	var sources []string
	for i := range releases {
		// Newest first: its enum markers are applied to the older ones too.
		at := len(releases) - 1 - i
		used, err := catalog.load(at)
		if err != nil {
			return fmt.Errorf("%s: %w", releases[at].kubernetes(), err)
		}
		sources = append(sources, used...)
		log.Printf("read %s", releases[at].kubernetes())
	}
	table, summary := catalog.encode()
	slices.Sort(sources)
	log.Printf("%s", summary)
	files := map[string][]byte{
		tableFile:    table,
		versionsFile: versionsPage(releases),
		sourcesFile:  sourcesPage(sources, summary),
	}
	for name, content := range files {
		committed, err := os.ReadFile(name)
		if check && !bytes.Equal(committed, content) {
			return fmt.Errorf("%s is not what the generator gives (%v)", name, err)
		}
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func parseRelease(text string) (release, error) {
	parts := strings.SplitN(strings.TrimPrefix(text, "v"), ".", 3)
	if len(parts) != 3 || parts[0] != "1" {
		return release{}, fmt.Errorf("%q is no version like v1.37.1", text)
	}
	minor, err := strconv.Atoi(parts[1])
	return release{minor, parts[2]}, err
}

// readReleases gives the versions of versions.txt and of the command line,
// one for each minor, ascending and without a gap.
func readReleases(added []string) ([]release, error) {
	file, err := os.Open(versionsFile)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	byMinor := map[int]release{}
	lines := bufio.NewScanner(file)
	var all []string
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line != "" && line[0] != '#' {
			all = append(all, line)
		}
	}
	for _, text := range append(all, added...) {
		one, err := parseRelease(text)
		if err != nil {
			return nil, err
		}
		byMinor[one.minor] = one
	}
	var releases []release
	for _, one := range byMinor {
		releases = append(releases, one)
	}
	slices.SortFunc(releases, func(a, b release) int { return a.minor - b.minor })
	for i, one := range releases {
		if one.minor != releases[0].minor+i {
			return nil, fmt.Errorf("the minors have a gap before 1.%d", one.minor)
		}
	}
	return releases, lines.Err()
}

func versionsPage(releases []release) []byte {
	var out strings.Builder
	out.WriteString("# One release of each Kubernetes minor in catalog.bin; see generate/main.go.\n")
	for _, one := range releases {
		fmt.Fprintln(&out, one.kubernetes())
	}
	return []byte(out.String())
}

// module gives the folder of a Go module in the module cache, fetching it if need be.
func module(path, version string) (string, error) {
	command := exec.Command("go", "mod", "download", "-json", path+"@"+version)
	// Outside of this module, so that nothing is written to its go.sum.
	command.Dir = os.TempDir()
	out, failed := command.Output()
	var answer struct{ Dir, Error string }
	if err := json.Unmarshal(out, &answer); err != nil {
		return "", fmt.Errorf("go mod download %s@%s: %v %v", path, version, failed, err)
	}
	if answer.Error != "" {
		return "", fmt.Errorf("%s", answer.Error)
	}
	return filepath.Clean(answer.Dir), nil
}

func sourcesPage(sources []string, summary string) []byte {
	var out strings.Builder
	out.WriteString("# Where catalog.bin comes from\n\n")
	out.WriteString("`catalog.bin` holds names, types and values of the Kubernetes API: no sentence of its\n")
	out.WriteString("documentation. It is derived from the Go modules below, which are\n")
	out.WriteString("Copyright The Kubernetes Authors, licensed under the Apache License, Version 2.0\n")
	out.WriteString("(`LICENSE-APACHE` in this repository has its text).\n\n")
	out.WriteString("Rewrite it with `go run -C schemas/generate .`; add a minor with\n")
	out.WriteString("`go run -C schemas/generate . v1.N.P`.\n\n")
	fmt.Fprintf(&out, "%s.\n\n| module | version |\n|---|---|\n", summary)
	for _, source := range sources {
		path, version, _ := strings.Cut(source, "@")
		fmt.Fprintf(&out, "| %s | %s |\n", path, version)
	}
	return []byte(out.String())
}
