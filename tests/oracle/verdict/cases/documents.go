package cases

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
	sigsyaml "sigs.k8s.io/yaml"
)

// Judge answers for one object in JSON.
type Judge func(data []byte) Line

// Documents answers for each document of a text that is not empty, in order.
func Documents(text []byte, judge Judge) []Line {
	var lines []Line
	decoder := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for index := 0; ; index++ {
		document, err := decoder.Read()
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil {
			return append(lines, Line{Document: index, Errors: Refused("Decode", "", err.Error())})
		}
		data, err := sigsyaml.YAMLToJSONStrict(document)
		if err == nil && bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
			continue
		}
		line := Line{}
		if err == nil {
			line = judge(data)
		} else {
			line.Errors = Refused("Decode", "", err.Error())
		}
		line.Document = index
		lines = append(lines, line)
	}
}

// Files reads the manifests of files, folders and, for `-`, of standard input.
func Files(roots []string, visit func(name string, text []byte)) error {
	for _, root := range roots {
		if root == "-" {
			text, err := io.ReadAll(os.Stdin)
			if err != nil {
				return err
			}
			visit("-", text)
			continue
		}
		walk := func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !isManifest(path) && path != root {
				return err
			}
			text, err := os.ReadFile(path)
			if err == nil {
				visit(path, text)
			}
			return err
		}
		if err := filepath.WalkDir(root, walk); err != nil {
			return err
		}
	}
	return nil
}

func isManifest(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}
