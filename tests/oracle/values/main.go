// Command values records how Kubernetes' own Go code reads value types:
// quantities, names, addresses, image references, cron schedules and more.
//
// The inputs are made from a seed, nasty ones included; each row of an output
// file is one input and what the real code says of it. The tests of src/kube
// replay the rows. Run it in tests/oracle:
//
//	go run ./values -seed 1 -out ../../fixtures/values
//
// and, to compare on inputs that are not committed, with any other seed:
//
//	go run ./values -seed 7 -rows 20000 -out "$DIR"
//	PLIMSOLL_GOLDEN="$DIR" cargo test --test it values::
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
)

// A recorder makes one row from random choices.
type recorder struct {
	file    string
	columns []string
	rows    int
	row     func(*random, *texts) []any
}

func main() {
	seed := flag.Int64("seed", 1, "seed of the inputs")
	rows := flag.Int("rows", 0, "rows in each file (0: as committed)")
	out := flag.String("out", "", "folder to write to")
	flag.Parse()
	if *out == "" {
		log.Fatal("-out is required")
	}
	// The zones that come with Go, whatever the machine has.
	os.Setenv("ZONEINFO", filepath.Join(runtime.GOROOT(), "lib", "time", "zoneinfo.zip"))
	for _, r := range recorders() {
		if *rows > 0 {
			r.rows = *rows
		}
		if err := r.write(*seed, *out); err != nil {
			log.Fatal(err)
		}
	}
}

func recorders() []recorder {
	return []recorder{
		quantities(), quantityPairs(), names(), addresses(), images(), schedules(),
		durations(), times(), zones(), quotes(), percentages(), selectors(), nodeSelectors(), patterns(),
	}
}

func (r recorder) write(seed int64, folder string) error {
	random := newRandom(seed)
	texts := &texts{index: map[string]int{}}
	var body bytes.Buffer
	for range r.rows {
		line, err := encode(r.row(random, texts))
		if err != nil {
			return err
		}
		body.Write(line)
	}
	header, err := encode(map[string]any{
		"recorder": "tests/oracle/values",
		"go":       runtime.Version(),
		"modules":  modules(),
		"seed":     seed,
		"columns":  r.columns,
		"texts":    texts.all,
	})
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(folder, r.file))
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(file)
	buffered.Write(header)
	buffered.Write(body.Bytes())
	if err := buffered.Flush(); err != nil {
		return err
	}
	return file.Close()
}

func encode(value any) ([]byte, error) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return line.Bytes(), err
}

func modules() map[string]string {
	versions := map[string]string{}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return versions
	}
	for _, module := range info.Deps {
		switch module.Path {
		case "k8s.io/apimachinery", "k8s.io/component-helpers", "github.com/robfig/cron/v3",
			"github.com/distribution/reference":
			versions[module.Path] = module.Version
		}
	}
	return versions
}

// texts keeps messages that many rows share once, in the header.
type texts struct {
	all   []string
	index map[string]int
}

func (t *texts) of(messages []string) []int {
	numbers := []int{}
	for _, message := range messages {
		number, known := t.index[message]
		if !known {
			number = len(t.all)
			t.index[message] = number
			t.all = append(t.all, message)
		}
		numbers = append(numbers, number)
	}
	return numbers
}

// message is the error as a JSON string, or null.
func message(err error) any {
	if err == nil {
		return nil
	}
	return err.Error()
}
