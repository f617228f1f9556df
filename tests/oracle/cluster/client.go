package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/validation/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"plimsoll/oracle/verdict/cases"
)

// Client sends bodies as they are, and reads what the server says of them.
type Client struct {
	http      *http.Client
	host      string
	resources map[schema.GroupVersionKind]metav1.APIResource
	// services is held while one is made, which takes addresses and ports.
	services sync.Mutex
	// namespaces are those that were asked for.
	namespaces sync.Map
}

// Reply is what the server sent back.
type Reply struct {
	Code     int
	Body     []byte
	Warnings []string
}

// NewClient asks the server for what it serves.
func NewClient(config *rest.Config) (*Client, error) {
	transport, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	client := &Client{http: transport, host: config.Host}
	// Devices may be asked for with administrative access, as elsewhere.
	label := []byte(`{"metadata":{"labels":{"resource.kubernetes.io/admin-access":"true"}}}`)
	client.send("PATCH", "/api/v1/namespaces/default", string(types.MergePatchType), label)
	return client, client.Discover(config)
}

// Discover asks again for what is served, after definitions came or went.
func (c *Client) Discover(config *rest.Config) error {
	found, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	_, lists, err := found.ServerGroupsAndResources()
	if err != nil {
		return err
	}
	c.resources = map[schema.GroupVersionKind]metav1.APIResource{}
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return err
		}
		for _, resource := range list.APIResources {
			if !strings.Contains(resource.Name, "/") {
				c.resources[version.WithKind(resource.Kind)] = resource
			}
		}
	}
	return nil
}

// Head is what the way to an object is made of.
type Head struct {
	APIVersion, Kind string
	Metadata         struct{ Name, Namespace string }
}

// kind is the group, version and kind.
func (h Head) kind() schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(h.APIVersion, h.Kind)
}

// path is where objects of the kind are made; false where the server has no such
// kind, or no request can name the namespace.
func (c *Client) path(of Head) (string, bool) {
	gvk := of.kind()
	resource, ok := c.resources[gvk]
	if !ok {
		return "", false
	}
	prefix := "/apis/" + gvk.Group + "/" + gvk.Version
	if gvk.Group == "" {
		prefix = "/api/" + gvk.Version
	}
	if !resource.Namespaced {
		return prefix + "/" + resource.Name, true
	}
	namespace := of.Metadata.Namespace
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	if len(path.IsValidPathSegmentName(namespace)) > 0 {
		return "", false
	}
	c.makeNamespace(namespace)
	return prefix + "/namespaces/" + url.PathEscape(namespace) + "/" + resource.Name, true
}

// makeNamespace sees to it that there is such a namespace, if there can be one:
// admission of pods looks at its labels.
func (c *Client) makeNamespace(name string) {
	if _, known := c.namespaces.LoadOrStore(name, true); known || name == metav1.NamespaceDefault {
		return
	}
	object := map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name}}
	c.send("POST", "/api/v1/namespaces", "application/json", text(object))
}

// send makes a request. The server ends the stream of one that it panics on.
func (c *Client) send(method, path, contentType string, body []byte) Reply {
	request, err := http.NewRequest(method, c.host+path, bytes.NewReader(body))
	if err != nil {
		fail(err)
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil && strings.Contains(err.Error(), "INTERNAL_ERROR") {
		return Reply{Code: http.StatusInternalServerError, Body: []byte(`{"message":"panic"}`)}
	}
	if err != nil {
		fail(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		fail(err)
	}
	reply := Reply{Code: response.StatusCode, Body: data}
	found, _ := utilnet.ParseWarningHeaders(response.Header["Warning"])
	for _, one := range found {
		if !deprecated.MatchString(one.Text) {
			reply.Warnings = append(reply.Warnings, one.Text)
		}
	}
	return reply
}

// deprecated is the warning on a version itself, which comes with every request for
// it whatever the object; the other oracles leave it out.
var deprecated = regexp.MustCompile(`^\S+ \S+ is deprecated in v`)

// trial are the parameters of requests that must be judged in full and change nothing.
const trial = "?dryRun=All&fieldValidation=Strict&fieldManager=plimsoll"

// judge has the server create an object, without keeping it.
func (c *Client) judge(data []byte) cases.Line {
	var head Head
	// A mistake in here is the server's to find.
	_ = json.Unmarshal(data, &head)
	line := cases.Line{Kind: head.APIVersion + "/" + head.Kind}
	path, ok := c.path(head)
	if !ok {
		line.Unknown = true
		return line
	}
	if head.Kind == "Service" && bytes.Contains(data, []byte("nodePort")) {
		c.judgeService(&line, path, data)
		return line
	}
	c.send("POST", path+trial, "application/json", data).tell(&line)
	return line
}

// judgeService makes the object and removes it: on trial the server does not look
// whether node ports can be had.
func (c *Client) judgeService(line *cases.Line, path string, data []byte) {
	c.services.Lock()
	defer c.services.Unlock()
	reply := c.send("POST", path+"?fieldValidation=Strict", "application/json", data)
	reply.tell(line)
	if reply.Code < 300 {
		var made Head
		into(reply.Body, &made)
		c.remove(path + "/" + made.Metadata.Name)
	}
}

// tell writes the answer into a line.
func (r Reply) tell(line *cases.Line) {
	line.Warnings = r.Warnings
	if r.Code < 300 {
		line.Accepted = true
		return
	}
	var status metav1.Status
	if err := json.Unmarshal(r.Body, &status); err != nil {
		line.Errors = cases.Refused("Status", "", fmt.Sprintf("%d %s", r.Code, r.Body))
		return
	}
	switch {
	case status.Reason == metav1.StatusReasonAlreadyExists:
		// It is looked for last of all.
		line.Accepted = true
	case status.Details != nil && len(status.Details.Causes) > 0:
		for _, cause := range status.Details.Causes {
			line.Errors = append(line.Errors, cases.Refused(string(cause.Type), cause.Field, cause.Message)...)
		}
	case status.Reason == metav1.StatusReasonBadRequest:
		line.Errors = decodeErrors(status.Message)
	default:
		line.Errors = cases.Refused("Status", "", status.Message)
	}
}

// handled is what the server puts before the decoder's own words.
var handled = regexp.MustCompile(`^.* in version ".*?" cannot be handled as an? \S+: `)

// another is where one strict error ends and the next begins.
var another = regexp.MustCompile(`, (unknown field|duplicate field) "`)

// decodeErrors takes the list of what strict decoding found apart again.
func decodeErrors(message string) []cases.Error {
	message = message[len(handled.FindString(message)):]
	list, ok := strings.CutPrefix(message, "strict decoding error: ")
	if !ok {
		return cases.Refused("Decode", "", message)
	}
	var found []cases.Error
	for _, text := range strings.Split(another.ReplaceAllString(list, "\x00$1 \""), "\x00") {
		field := ""
		if parts := strings.SplitN(text, `"`, 3); len(parts) == 3 {
			field = parts[1]
		}
		found = append(found, cases.Refused("Decode", field, text)...)
	}
	return found
}
