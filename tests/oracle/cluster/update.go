package main

import (
	"encoding/json"
	"hash/fnv"
	"reflect"
	"slices"

	crd "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
	aggregation "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	"plimsoll/oracle/verdict/cases"
)

func init() {
	commands["update"] = command{keeping, update}
	if err := crd.AddToScheme(scheme.Scheme); err != nil {
		fail(err)
	}
	if err := aggregation.AddToScheme(scheme.Scheme); err != nil {
		fail(err)
	}
}

// update makes the old object of each case, and has the server judge the patch that
// `kubectl apply` makes of the new one.
func update(client *Client, options options) {
	recording := readRecording(options.path())
	known := make([]cases.UpdateCase, len(recording.lines))
	// Cases of one kind take each other's names, so they come one after the other.
	queues := make([][]int, workers)
	for index, line := range recording.lines {
		into(line, &known[index])
		queue := int(kindHash(recording.head.Bases[known[index].Base]) % workers)
		queues[queue] = append(queues[queue], index)
	}
	answers := make([]cases.Line, len(known))
	changes := make([]string, len(known))
	each(workers, func(queue int) func() {
		for _, index := range queues[queue] {
			one := known[index]
			old := recording.object(one.Base, one.Old)
			answers[index], changes[index] = client.judgeUpdate(old, recording.object(one.Base, one.Old, one.New))
		}
		return func() {}
	})
	tally := newTally(options)
	recording.writeHead(tally)
	for index, was := range known {
		line := answers[index]
		now := cases.UpdateCase{
			Base: was.Base, Old: was.Old, New: was.New, Errors: line.Texts(true), Warnings: line.Warnings, Change: changes[index],
		}
		was.Warnings, now.Warnings = shown(was.Errors, was.Warnings), shown(now.Errors, now.Warnings)
		if now.Errors == nil && was.Errors == nil && now.Change != was.Change {
			// What changes is told where warnings are.
			was.Warnings, now.Warnings = append(was.Warnings, "changes "+was.Change), append(now.Warnings, "changes "+now.Change)
		}
		tally.add(line.Kind, line.Unknown, answer{was.Errors, was.Warnings}, answer{now.Errors, now.Warnings}, now)
	}
	tally.finish()
}

// kindHash is the same for objects of one resource.
func kindHash(object []byte) uint32 {
	var head Head
	into(object, &head)
	hash := fnv.New32()
	_, _ = hash.Write([]byte(head.Kind))
	return hash.Sum32()
}

// given are parts of the metadata that the server sets itself: a manifest that has
// them came from another live object, and says nothing of this one.
var given = []string{"uid", "resourceVersion", "deletionGracePeriodSeconds", "selfLink"}

// isForeign tells whether the manifest was taken from a live object.
func isForeign(manifest []byte) bool {
	var head struct{ Metadata map[string]any }
	_ = json.Unmarshal(manifest, &head)
	return slices.ContainsFunc(given, func(name string) bool { return head.Metadata[name] != nil })
}

// judgeUpdate makes the old object, asks what comes of the new one, and removes the
// old one. The kind counts as unknown where there is nothing to ask: the old object
// is refused, or kubectl itself refuses to make a patch.
func (c *Client) judgeUpdate(old, new []byte) (line cases.Line, change string) {
	var head Head
	_ = json.Unmarshal(new, &head)
	line.Kind = head.APIVersion + "/" + head.Kind
	path, ok := c.path(head)
	if !ok || head.Metadata.Name == "" || isForeign(old) || isForeign(new) {
		line.Unknown = true
		return line, ""
	}
	made := c.send("POST", path+"?fieldValidation=Strict", "application/json", old)
	if made.Code >= 300 {
		line.Unknown = true
		return line, string(made.Body)
	}
	into(made.Body, &head)
	path += "/" + head.Metadata.Name
	defer c.remove(path)
	live := c.keep(path, made.Body, head)
	patch, err := patchOf(head, old, new, live)
	if err != nil {
		line.Unknown = true
		return line, err.Error()
	}
	reply := c.send("PATCH", path+trial, string(types.StrategicMergePatchType), patch)
	if reply.Code < 300 {
		change = changeOf(live, reply.Body)
	}
	reply.tell(&line)
	return line, change
}

// keep gives a created object what controllers give it before long, and returns it.
func (c *Client) keep(path string, live []byte, head Head) []byte {
	if head.Kind != "PersistentVolumeClaim" {
		return live
	}
	var claim struct {
		Spec struct {
			Resources struct {
				Requests any `json:"requests"`
			}
		}
	}
	into(live, &claim)
	status := map[string]any{"status": map[string]any{"phase": "Bound", "capacity": claim.Spec.Resources.Requests}}
	reply := c.send("PATCH", path+"/status", string(types.MergePatchType), text(status))
	if reply.Code >= 300 {
		return live
	}
	return reply.Body
}

// patchOf is what `kubectl apply` sends.
func patchOf(head Head, old, new, live []byte) ([]byte, error) {
	typed, err := scheme.Scheme.New(head.kind())
	if err != nil {
		return nil, err
	}
	meta, err := strategicpatch.NewPatchMetaFromStruct(typed)
	if err != nil {
		return nil, err
	}
	return strategicpatch.CreateThreeWayMergePatch(old, new, live, meta, true)
}

// remove deletes an object at once, whatever holds it.
func (c *Client) remove(path string) {
	c.send("PATCH", path, string(types.MergePatchType), []byte(`{"metadata":{"finalizers":null}}`))
	reply := c.send("DELETE", path, "application/json", []byte(`{"gracePeriodSeconds":0,"propagationPolicy":"Background"}`))
	var left struct {
		Kind string
		Spec struct{ Finalizers []string }
	}
	if json.Unmarshal(reply.Body, &left) == nil && left.Kind == "Namespace" {
		var object map[string]any
		into(reply.Body, &object)
		object["spec"] = map[string]any{}
		c.send("PUT", path+"/finalize", "application/json", text(object))
	}
}

// changeOf says what differs between two objects of which clients write something:
// nothing, object, or template where that of the pods does.
func changeOf(live, now []byte) string {
	var objects [2]map[string]any
	into(live, &objects[0])
	into(now, &objects[1])
	if !reflect.DeepEqual(templateOf(objects[0]), templateOf(objects[1])) {
		return "template"
	}
	for _, object := range objects {
		metadata := object["metadata"].(map[string]any)
		for _, name := range []string{"generation", "managedFields", "resourceVersion"} {
			delete(metadata, name)
		}
		// Controllers inside the server may have written it in the meantime.
		delete(object, "status")
	}
	if reflect.DeepEqual(objects[0], objects[1]) {
		return "nothing"
	}
	return "object"
}

// templateOf is the template of the pods that a controller makes from the object.
func templateOf(object map[string]any) any {
	if object["kind"] == "PodTemplate" {
		return nil
	}
	spec, _ := object["spec"].(map[string]any)
	if job, ok := spec["jobTemplate"].(map[string]any); ok {
		spec, _ = job["spec"].(map[string]any)
	}
	return spec["template"]
}
