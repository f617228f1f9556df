// Command yaml prints what Kubernetes itself reads of YAML and JSON files: one
// line for each document, its JSON or {"error":"…"}. It is the judge of
// `plimsoll parse`, which prints the same lines.
//
//	go run ./yaml FILE            the documents of one file
//	go run ./yaml DIR             of every .yaml, .yml and .json below it,
//	                              each line after the file's name and a tab
//	go run ./yaml -torture FILE   of each snippet in a torture list, as goldens
//	go run ./yaml -frames         of snippets on standard input, each framed by
//	                              its length in a line of its own; answers are
//	                              framed by the number of their lines
//	go run ./yaml -versions       the versions of the libraries
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/runtime"
	jsonutil "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/yaml"
)

func main() {
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	if len(os.Args) < 2 {
		fail(errors.New("usage: yaml FILE | DIR | -torture FILE | -frames | -versions"))
	}
	switch os.Args[1] {
	case "-versions":
		fmt.Fprintln(out, versions())
	case "-frames":
		frames(bufio.NewReaderSize(os.Stdin, 1<<20), out)
	case "-torture":
		torture(os.Args[2], out)
	default:
		read(os.Args[1], out)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}

// versions names the libraries whose behaviour is recorded.
func versions() string {
	info, _ := debug.ReadBuildInfo()
	found := []string{"go " + strings.TrimPrefix(info.GoVersion, "go")}
	for _, dep := range info.Deps {
		switch dep.Path {
		case "k8s.io/apimachinery", "sigs.k8s.io/yaml", "go.yaml.in/yaml/v2":
			found = append(found, dep.Path+" "+dep.Version)
		}
	}
	return strings.Join(found, ", ")
}

func read(path string, out io.Writer) {
	info, err := os.Stat(path)
	if err != nil {
		fail(err)
	}
	if !info.IsDir() {
		data, err := os.ReadFile(path)
		if err != nil {
			fail(err)
		}
		for _, line := range documents(data) {
			fmt.Fprintln(out, line)
		}
		return
	}
	err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		switch filepath.Ext(file) {
		case ".yaml", ".yml", ".json":
		default:
			return nil
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(path, file)
		for _, line := range documents(data) {
			fmt.Fprintf(out, "%s\t%s\n", name, line)
		}
		return nil
	})
	if err != nil {
		fail(err)
	}
}

// torture reads snippets, each after a line "=== name", and prints the goldens.
func torture(path string, out io.Writer) {
	data, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	fmt.Fprintf(out, "# recorded by: cd tests/oracle && go run ./yaml -torture ../../fixtures/yaml/torture.txt\n")
	fmt.Fprintf(out, "# %s\n", versions())
	list := "\n" + strings.TrimSuffix(string(data), "\n")
	for _, part := range strings.Split(list, "\n=== ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		fmt.Fprintf(out, "=== %s\n", name)
		for _, line := range documents([]byte(unescape(body + "\n"))) {
			if strings.HasPrefix(line, `{"error":`) {
				line = "refused"
			}
			fmt.Fprintln(out, line)
		}
	}
}

// unescape puts in what a text file cannot show: «NEL» and the like.
func unescape(text string) string {
	for strings.Contains(text, "«") {
		before, rest, _ := strings.Cut(text, "«")
		code, after, _ := strings.Cut(rest, "»")
		if code == "EOF" {
			return strings.TrimSuffix(before, "\n")
		}
		if count, ok := strings.CutPrefix(code, "*"); ok {
			n, what, _ := strings.Cut(count, " ")
			times, err := strconv.Atoi(n)
			if err != nil {
				fail(err)
			}
			text = before + strings.Repeat(what, times) + after
			continue
		}
		point, err := strconv.ParseUint(code, 16, 32)
		if err != nil {
			fail(fmt.Errorf("«%s»: %w", code, err))
		}
		text = before + string(rune(point)) + after
	}
	return text
}

func frames(in *bufio.Reader, out *bufio.Writer) {
	for {
		header, err := in.ReadString('\n')
		if err != nil {
			return
		}
		size, err := strconv.Atoi(strings.TrimSpace(header))
		if err != nil {
			fail(err)
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(in, data); err != nil {
			fail(err)
		}
		lines := documents(data)
		fmt.Fprintln(out, len(lines))
		for _, line := range lines {
			fmt.Fprintln(out, line)
		}
		if in.Buffered() == 0 {
			out.Flush()
		}
	}
}

// documents reads data as kubectl does, but goes on after an error.
func documents(data []byte) []string {
	decoded := transform.NewReader(bytes.NewReader(data), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	decoder := yaml.NewYAMLOrJSONDecoder(decoded, 4096)
	var lines []string
	for {
		raw, err := next(decoder)
		switch {
		case err == io.EOF:
			return lines
		case err != nil:
			line := refusal(err)
			// The decoder does not get past broken JSON: it says the same for ever.
			stuck := len(lines) > 0 && lines[len(lines)-1] == line && isJSONError(err)
			if stuck || err.Error() == "decoding failed as both JSON and YAML" {
				return lines
			}
			lines = append(lines, line)
		case len(raw) == 0 || string(raw) == "null":
		default:
			lines = append(lines, canonical(raw))
		}
	}
}

func isJSONError(err error) bool {
	var syntax *json.SyntaxError
	return errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF)
}

// next decodes one document; a panic in a library is an error like any other.
func next(decoder *yaml.YAMLOrJSONDecoder) (raw []byte, err error) {
	defer func() {
		if found := recover(); found != nil {
			err = fmt.Errorf("panic: %v", found)
		}
	}()
	ext := runtime.RawExtension{}
	err = decoder.Decode(&ext)
	return bytes.TrimSpace(ext.Raw), err
}

// canonical prints JSON on one line, as the decoder of objects understands it.
func canonical(raw []byte) string {
	var object interface{}
	if err := jsonutil.Unmarshal(raw, &object); err != nil {
		return refusal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value interface{}
	if err := decoder.Decode(&value); err != nil {
		return refusal(err)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return refusal(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func refusal(err error) string {
	message, _ := json.Marshal(err.Error())
	return `{"error":` + string(message) + `}`
}
