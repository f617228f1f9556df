package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
)

// answer is what a server said of one case.
type answer struct {
	Errors   []string `json:"e,omitempty"`
	Warnings []string `json:"w,omitempty"`
}

// count is how the answers for a kind compare with the recorded ones.
type count struct {
	cases, unknown, refused int
	// verdict, fields, texts and warnings count the cases in which the answers
	// are not the same: in whether the object is accepted; else in what is wrong
	// at which fields; else in its words; else in the warnings.
	verdict, fields, texts, warnings int
}

// tally compares answers, and prints those of the server, or the differences.
type tally struct {
	out         *bufio.Writer
	differences bool
	kinds       map[string]*count
}

func newTally(options options) *tally {
	return &tally{bufio.NewWriter(os.Stdout), options.differences, map[string]*count{}}
}

// add counts a case and prints it, or how it differs. Of what the server cannot be
// asked nothing is printed.
func (t *tally) add(kind string, unknown bool, recorded, served answer, line any) {
	same := true
	for _, name := range []string{kind, "all"} {
		if t.kinds[name] == nil {
			t.kinds[name] = &count{}
		}
		same = t.kinds[name].compare(unknown, recorded, served)
	}
	switch {
	case unknown:
	case !t.differences:
		t.print(line)
	case !same:
		t.print(map[string]any{"kind": kind, "recorded": recorded, "served": served, "case": line})
	}
}

// compare counts a case; whether the answers are the same.
func (c *count) compare(unknown bool, recorded, served answer) bool {
	c.cases++
	if unknown {
		c.unknown++
		return true
	}
	if len(served.Errors) > 0 {
		c.refused++
	}
	var differs *int
	switch {
	case (len(recorded.Errors) > 0) != (len(served.Errors) > 0):
		differs = &c.verdict
	case !slices.Equal(heads(recorded.Errors), heads(served.Errors)):
		differs = &c.fields
	case worded(recorded) && !slices.Equal(masked(recorded.Errors), masked(served.Errors)):
		differs = &c.texts
	case !slices.Equal(sorted(recorded.Warnings), sorted(served.Warnings)):
		differs = &c.warnings
	default:
		return true
	}
	*differs++
	return false
}

// worded is whether messages can be compared: they are recorded, and not those of a
// failure of the server itself.
func worded(recorded answer) bool {
	texts := strings.Join(recorded.Errors, "")
	return strings.Contains(texts, "\n") && !strings.Contains(texts, "status \n")
}

// madeUp is what the server makes up: the end of a name, a UID.
var madeUp = regexp.MustCompile(`-[bcdfghjklmnpqrstvwxz2456789]{5}\b|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// masked are the texts without what the server makes up.
func masked(texts []string) []string {
	var found []string
	for _, text := range texts {
		found = append(found, madeUp.ReplaceAllString(text, "-*"))
	}
	return sorted(found)
}

// heads are the errors without their messages, each once.
func heads(errors []string) []string {
	var found []string
	for _, text := range errors {
		head, _, _ := strings.Cut(text, "\n")
		found = append(found, head)
	}
	sort.Strings(found)
	return slices.Compact(found)
}

func sorted(texts []string) []string {
	texts = slices.Clone(texts)
	sort.Strings(texts)
	return slices.Compact(texts)
}

func (t *tally) print(value any) {
	enc := json.NewEncoder(t.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		fail(err)
	}
}

// finish prints the counts of each kind to standard error.
func (t *tally) finish() {
	t.out.Flush()
	names := make([]string, 0, len(t.kinds))
	for name := range t.kinds {
		names = append(names, name)
	}
	sort.Strings(names)
	row := func(cells ...any) { fmt.Fprintf(stderr, "%-60v%9v%9v%9v | %9v%9v%9v%9v\n", cells...) }
	row("kind", "cases", "refused", "unknown", "verdict", "fields", "texts", "warnings")
	for _, name := range names {
		it := t.kinds[name]
		row(name, it.cases, it.refused, it.unknown, it.verdict, it.fields, it.texts, it.warnings)
	}
}

// workers is how many requests are under way at once.
const workers = 4

// each runs ask for all numbers below count at once, and then what it returned, in order.
func each(count int, ask func(index int) func()) {
	done := make([]chan func(), count)
	for index := range done {
		done[index] = make(chan func(), 1)
	}
	var next sync.Mutex
	at := 0
	for range workers {
		go func() {
			for {
				next.Lock()
				index := at
				at++
				next.Unlock()
				if index >= count {
					return
				}
				done[index] <- ask(index)
			}
		}()
	}
	for _, one := range done {
		(<-one)()
	}
}
