package main

import (
	"encoding/json"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

// tighten gives the definition its own schema. It is in force once the server says
// something else of an object that hardly a schema takes.
func (d *definition) tighten() {
	var names struct {
		Spec struct{ Names struct{ Kind string } }
	}
	into(text(d.object), &names)
	object := text(map[string]any{
		"apiVersion": d.group + "/v1", "kind": names.Spec.Names.Kind, "metadata": map[string]any{"name": "probe"},
		"spec": 5, "probe": true,
	})
	probe := func() string {
		line := cases.Line{}
		d.client.send("POST", d.path+trial, "application/json", object).tell(&line)
		return fmt.Sprint(line.Texts(true))
	}
	before := probe()
	patch := text(map[string]any{"spec": d.object["spec"]})
	reply := d.client.send("PATCH", definitions+"/"+d.name(), string(types.MergePatchType), patch)
	if reply.Code >= 300 {
		fail(fmt.Errorf("the server refuses a schema: %s", reply.Body))
	}
	d.until(func() bool { return probe() != before })
}

// store keeps an object under another name, with its status, and returns its
// metadata; the name is empty where the server does not take it.
func (d *definition) store(name string, data []byte) metav1.ObjectMeta {
	var object map[string]any
	into(data, &object)
	metadata, ok := object["metadata"].(map[string]any)
	if !ok {
		return metav1.ObjectMeta{}
	}
	metadata["name"] = name
	made := d.client.send("POST", d.path, "application/json", text(object))
	if made.Code >= 300 {
		return metav1.ObjectMeta{}
	}
	if status, ok := object["status"]; ok {
		patch := text(map[string]any{"status": status})
		with := d.client.send("PATCH", d.path+"/"+name+"/status", string(types.MergePatchType), patch)
		if with.Code < 300 {
			made = with
		}
	}
	var stored metav1.PartialObjectMetadata
	into(made.Body, &stored)
	return stored.ObjectMeta
}

// inPlaceOf is the object named `one` as a new version of the stored one.
func inPlaceOf(stored metav1.ObjectMeta, data []byte) []byte {
	var object map[string]any
	into(data, &object)
	if metadata, ok := object["metadata"].(map[string]any); ok && metadata["name"] == "one" {
		metadata["name"], metadata["resourceVersion"] = stored.Name, stored.ResourceVersion
	}
	return text(object)
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
