package main

import (
	"encoding/json"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"plimsoll/oracle/verdict/cases"
)

// definitions is where definitions are made.
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

// definition is a CustomResourceDefinition with one version, v1.
type definition struct {
	client *Client
	group  string
	object map[string]any
	// path is where its objects are made.
	path string
}

func (d *definition) name() string {
	return d.object["metadata"].(map[string]any)["name"].(string)
}

// install makes the definition with a schema that takes everything, so that objects
// can be stored which its own one refuses.
func (d *definition) install() {
	permissive := cases.Clone(d.object).(map[string]any)
	for _, one := range permissive["spec"].(map[string]any)["versions"].([]any) {
		one.(map[string]any)["schema"] = map[string]any{"openAPIV3Schema": map[string]any{
			"type": "object", "x-kubernetes-preserve-unknown-fields": true,
		}}
	}
	if reply := d.client.send("POST", definitions, "application/json", text(permissive)); reply.Code >= 300 {
		fail(fmt.Errorf("the server refuses a definition: %s", reply.Body))
	}
	var spec struct {
		Scope string
		Names struct{ Plural string }
	}
	into(text(permissive["spec"]), &spec)
	d.path = "/apis/" + d.group + "/v1/"
	if spec.Scope == "Namespaced" {
		d.path += "namespaces/default/"
	}
	d.path += spec.Names.Plural
	d.until(func() bool { return d.client.send("GET", d.path, "application/json", nil).Code == 200 })
}

// tighten gives the definition its own schema. It is in force once the server does
// not take a specification that is a number any more.
func (d *definition) tighten() {
	patch := text(map[string]any{"spec": d.object["spec"]})
	reply := d.client.send("PATCH", definitions+"/"+d.name(), string(types.MergePatchType), patch)
	if reply.Code >= 300 {
		fail(fmt.Errorf("the server refuses a schema: %s", reply.Body))
	}
	var names struct {
		Spec struct{ Names struct{ Kind string } }
	}
	into(text(d.object), &names)
	probe := text(map[string]any{
		"apiVersion": d.group + "/v1", "kind": names.Spec.Names.Kind, "metadata": map[string]any{"name": "probe"}, "spec": 5,
	})
	d.until(func() bool { return d.client.send("POST", d.path+trial, "application/json", probe).Code >= 300 })
}

// store keeps an object under another name, with its status; the name is empty where
// the server does not take it.
func (d *definition) store(name string, data []byte) string {
	var object map[string]any
	into(data, &object)
	metadata, ok := object["metadata"].(map[string]any)
	if !ok {
		return ""
	}
	metadata["name"] = name
	made := d.client.send("POST", d.path, "application/json", text(object))
	if made.Code >= 300 {
		return ""
	}
	if status, ok := object["status"]; ok {
		patch := text(map[string]any{"status": status})
		d.client.send("PATCH", d.path+"/"+name+"/status", string(types.MergePatchType), patch)
	}
	return name
}

// until asks again until the answer is yes.
func (d *definition) until(ask func() bool) {
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if ask() {
			return
		}
	}
	shown, _ := json.Marshal(d.object)
	fail(fmt.Errorf("a definition is not served: %s", shown))
}
