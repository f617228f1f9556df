// Command decode says for each Kubernetes document whether the API machinery's
// own strict decoder takes it.
//
//	go run ./decode FILE|DIR…
//
// Each document gives one line of JSON:
// {"file", "doc", "gvk", "known", "ok", "errors": […]}. Documents are split as
// kubectl splits them. "known" is whether the scheme has the group, version and
// kind; an error of a decode is either the one error at which it stopped, or
// all unknown and duplicate fields. A `List` is judged item by item ("item").
// Given `-`, it reads one {"file", "text"} a line instead.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	"sigs.k8s.io/yaml"
)

type verdict struct {
	File   string   `json:"file"`
	Doc    int      `json:"doc"`
	Item   int      `json:"item"`
	GVK    string   `json:"gvk"`
	Known  bool     `json:"known"`
	OK     bool     `json:"ok"`
	Errors []string `json:"errors,omitempty"`
}

type judge struct {
	decoder *serializer.Serializer
	scheme  *runtime.Scheme
	out     *json.Encoder
}

func newJudge(out io.Writer) (*judge, error) {
	types := scheme.Scheme
	for _, add := range []func(*runtime.Scheme) error{
		apiextensionsv1.AddToScheme, apiextensionsv1beta1.AddToScheme, apiregistrationv1.AddToScheme,
	} {
		if err := add(types); err != nil {
			return nil, err
		}
	}
	options := serializer.SerializerOptions{Yaml: true, Strict: true}
	decoder := serializer.NewSerializerWithOptions(serializer.DefaultMetaFactory, types, types, options)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return &judge{decoder, types, encoder}, nil
}

func (j *judge) text(file string, text []byte) error {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for doc := 0; ; doc++ {
		chunk, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return j.out.Encode(verdict{File: file, Doc: doc, Item: -1, Errors: []string{err.Error()}})
		}
		if err := j.document(file, doc, chunk); err != nil {
			return err
		}
	}
}

func (j *judge) document(file string, doc int, chunk []byte) error {
	one := verdict{File: file, Doc: doc, Item: -1}
	var object struct {
		metav1.TypeMeta `json:",inline"`
		Items           []json.RawMessage `json:"items"`
	}
	asJSON, err := yaml.YAMLToJSON(chunk)
	if err != nil || json.Unmarshal(asJSON, &object) != nil || object.Kind != "List" || object.APIVersion != "v1" {
		return j.out.Encode(j.decode(one, chunk))
	}
	for i, item := range object.Items {
		one.Item = i
		if err := j.out.Encode(j.decode(one, item)); err != nil {
			return err
		}
	}
	return nil
}

func (j *judge) decode(one verdict, chunk []byte) verdict {
	defer func() {
		if failed := recover(); failed != nil {
			one.Errors = []string{fmt.Sprintf("panic: %v", failed)}
		}
	}()
	kind := schema.GroupVersionKind{}
	_, found, err := j.decoder.Decode(chunk, nil, nil)
	if found != nil {
		kind = *found
	}
	one.GVK = kind.GroupVersion().String() + "/" + kind.Kind
	one.Known = j.scheme.Recognizes(kind)
	one.OK = err == nil
	if strict, ok := runtime.AsStrictDecodingError(err); ok {
		for _, each := range strict.Errors() {
			one.Errors = append(one.Errors, each.Error())
		}
	} else if err != nil {
		one.Errors = []string{err.Error()}
	}
	return one
}

func (j *judge) stream(in io.Reader) error {
	lines := bufio.NewReaderSize(in, 1<<20)
	decoder := json.NewDecoder(lines)
	for {
		var one struct{ File, Text string }
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := j.text(one.File, []byte(one.Text)); err != nil {
			return err
		}
	}
}

func (j *judge) path(root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".yaml", ".yml", ".json":
		default:
			if path != root {
				return nil
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return j.text(path, text)
	})
}

func main() {
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	judge, err := newJudge(out)
	for _, argument := range flag.Args() {
		if err != nil {
			break
		}
		if argument == "-" {
			err = judge.stream(os.Stdin)
		} else {
			err = judge.path(argument)
		}
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
