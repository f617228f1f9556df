package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"regexp"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
)

// oneSecond has clients believe that all objects were made in the same second: in a
// recorded scenario no time passes unless it says so, and controllers rank by age.
type oneSecond struct {
	next http.RoundTripper
	// at is the second as JSON has it, as long as any other.
	at []byte
}

// created is a time of creation; whether of an object or of a template, which has none.
var created = regexp.MustCompile(`"creationTimestamp":"[^"]{20}"`)

// inOneSecond is the configuration for such clients. What they exchange is JSON.
func inOneSecond(config *rest.Config, second time.Time) *rest.Config {
	config = rest.CopyConfig(config)
	config.ContentType, config.AcceptContentTypes = runtime.ContentTypeJSON, runtime.ContentTypeJSON
	config.DisableCompression = true
	at := []byte(`"creationTimestamp":"` + second.UTC().Format(time.RFC3339) + `"`)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return &oneSecond{next, at} })
	return config
}

// RoundTrip implements http.RoundTripper. What is sent has no time of creation: the
// server keeps its own.
func (o *oneSecond) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body != nil && request.Method == http.MethodPut {
		data, err := io.ReadAll(request.Body)
		_ = request.Body.Close()
		if err != nil {
			return nil, err
		}
		data = created.ReplaceAll(data, []byte(`"creationTimestamp":null`))
		request = request.Clone(request.Context())
		request.Body = io.NopCloser(bytes.NewReader(data))
		request.ContentLength = int64(len(data))
	}
	response, err := o.next.RoundTrip(request)
	if err == nil {
		response.Body = &rewritten{body: response.Body, lines: bufio.NewReader(response.Body), at: o.at}
	}
	return response, err
}

// rewritten is a body of which each line, an event of a watch, is given out anew.
type rewritten struct {
	body  io.Closer
	lines *bufio.Reader
	at    []byte
	left  []byte
	err   error
}

// Read implements io.Reader.
func (r *rewritten) Read(into []byte) (int, error) {
	for len(r.left) == 0 && r.err == nil {
		r.left, r.err = r.lines.ReadBytes('\n')
		r.left = created.ReplaceAllLiteral(r.left, r.at)
	}
	if len(r.left) == 0 {
		return 0, r.err
	}
	count := copy(into, r.left)
	r.left = r.left[count:]
	return count, nil
}

// Close implements io.Closer.
func (r *rewritten) Close() error { return r.body.Close() }
