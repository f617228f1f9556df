package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
)

// listener stands between the controllers and the server: it hears of what they make
// and delete, and where no kubelet takes its time over them, has pods deleted at once.
type listener struct {
	next   http.RoundTripper
	served *Served
	acted  func(verb string, kind *Kind, object runtime.Object)
}

// RoundTrip implements http.RoundTripper.
func (l *listener) RoundTrip(request *http.Request) (*http.Response, error) {
	kind, name := l.named(request.URL.Path)
	if kind == nil {
		return l.next.RoundTrip(request)
	}
	var before runtime.Object
	if request.Method == http.MethodDelete {
		if object := l.served.made(kind); l.served.send(l.served.request("GET", kind, "default/"+name), object) == nil {
			before = object
		}
		if kind.kind == "Pod" && !l.served.keepTerminating {
			request = atOnce(request)
		}
	}
	response, err := l.next.RoundTrip(request)
	if err != nil || response.StatusCode >= 300 {
		return response, err
	}
	if before != nil && metaOf(before).GetDeletionTimestamp() == nil {
		l.acted("delete", kind, before)
	}
	if request.Method == http.MethodPost && name == "" {
		l.created(kind, response)
	}
	return response, nil
}

// created reads the object out of the answer, and puts the answer back.
func (l *listener) created(kind *Kind, response *http.Response) {
	data, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(data))
	if err != nil {
		return
	}
	if object, _, err := scheme.Codecs.UniversalDeserializer().Decode(data, nil, nil); err == nil {
		l.acted("create", kind, object)
	}
}

// named finds the kind and the name in a path; subresources have none.
func (l *listener) named(path string) (*Kind, string) {
	_, rest, ok := strings.Cut(path, "/namespaces/default/")
	if !ok {
		return nil, ""
	}
	parts := strings.Split(rest, "/")
	if len(parts) > 2 {
		return nil, ""
	}
	for _, kind := range kinds {
		if kind.resource == parts[0] {
			return kind, strings.Join(parts[1:], "")
		}
	}
	return nil, ""
}

// atOnce is the same deletion without grace.
func atOnce(request *http.Request) *http.Request {
	options := map[string]any{"kind": "DeleteOptions", "apiVersion": "v1"}
	if request.Body != nil {
		data, err := io.ReadAll(request.Body)
		_ = request.Body.Close()
		if err == nil && len(data) > 0 {
			_ = json.Unmarshal(data, &options)
		}
	}
	options["gracePeriodSeconds"] = 0
	data, err := json.Marshal(options)
	if err != nil {
		panic(err)
	}
	request = request.Clone(request.Context())
	request.Body = io.NopCloser(bytes.NewReader(data))
	request.ContentLength = int64(len(data))
	request.Header.Set("Content-Type", "application/json")
	return request
}
