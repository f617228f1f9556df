package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/apis/core"
	"plimsoll/oracle/verdict/cases"

	sigsyaml "sigs.k8s.io/yaml"
)

func init() {
	commands["record-update"] = recordUpdate
	commands["verdict-update"] = verdictUpdate
}

// verdictUpdate answers for one old and one new object in two files.
func verdictUpdate(arguments []string) {
	if len(arguments) != 2 {
		fail(fmt.Errorf("verdict-update OLD NEW"))
	}
	var objects [2][]byte
	for index, path := range arguments {
		data, err := os.ReadFile(path)
		if err == nil {
			objects[index], err = sigsyaml.YAMLToJSONStrict(data)
		}
		if err != nil {
			fail(err)
		}
	}
	var head struct{ APIVersion, Kind string }
	if err := json.Unmarshal(objects[0], &head); err != nil {
		fail(err)
	}
	version, err := schema.ParseGroupVersion(head.APIVersion)
	if err != nil {
		fail(err)
	}
	line := Line{Kind: head.APIVersion + "/" + head.Kind}
	stored, ok := store(version.WithKind(head.Kind), objects[0])
	if !ok {
		fail(fmt.Errorf("the old object is refused itself"))
	}
	var was, now any
	for data, into := range map[*[]byte]*any{&objects[0]: &was, &objects[1]: &now} {
		if err := json.Unmarshal(*data, into); err != nil {
			fail(err)
		}
	}
	change := update(&line, version.WithKind(head.Kind), stored, was, now)
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(struct {
		Line
		Change string `json:"change"`
	}{line, change})
}

// recordUpdate prints the bases and then one case a line, as record does.
func recordUpdate(arguments []string) {
	flags := flag.NewFlagSet("record-update", flag.ExitOnError)
	seed := flags.Int64("seed", 1, "start of the random numbers")
	count := flags.Int("count", 1000, "number of cases, shared evenly by the kinds")
	kind := flags.String("kind", "", "only this kind")
	messages := flags.Bool("messages", false, "with the messages of the errors, and the warnings")
	_ = flags.Parse(arguments)
	kinds := map[string][]base{}
	table := map[string]json.RawMessage{}
	var order []string
	for _, one := range bases() {
		if *kind != "" && one.kind != *kind {
			continue
		}
		// What this minor refuses itself cannot be updated.
		if _, ok := store(one.gvk, one.json); !ok {
			continue
		}
		if len(kinds[one.kind]) == 0 {
			order = append(order, one.kind)
		}
		kinds[one.kind] = append(kinds[one.kind], one)
		table[one.name] = one.json
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(cases.Head{Minor: currentMinor, Seed: *seed, Bases: table}); err != nil {
		fail(err)
	}
	random := rand.New(rand.NewSource(*seed))
	for index := 0; index < *count; index++ {
		of := kinds[order[index%len(order)]]
		if err := enc.Encode(pair(random, of[random.Intn(len(of))], *messages)); err != nil {
			fail(err)
		}
	}
}

// pair makes an accepted object and a change of it.
func pair(random *rand.Rand, one base, messages bool) cases.UpdateCase {
	typed, err := schemeOf(one.gvk.Group).New(one.gvk)
	if err != nil {
		fail(err)
	}
	made := cases.UpdateCase{Base: one.name, Old: []step{}}
	generator := &generator{random, reflect.TypeOf(typed)}
	var object any = nil
	var stored runtime.Object
	for try := 0; stored == nil && try < 4; try++ {
		object, made.Old = generator.mutate(one)
		stored, _ = store(one.gvk, text(object))
	}
	if stored == nil {
		made.Old = []step{}
		if err := json.Unmarshal(one.json, &object); err != nil {
			fail(err)
		}
		var ok bool
		if stored, ok = store(one.gvk, one.json); !ok {
			made.Errors = []string{"status old"}
			return made
		}
	}
	was := cases.Clone(object)
	object, made.New = generator.edit(object)
	line := Line{}
	made.Change = update(&line, one.gvk, stored, was, object)
	made.Errors = line.Texts(messages)
	if messages {
		made.Warnings = line.Warnings
	}
	return made
}

func text(object any) []byte {
	data, err := json.Marshal(object)
	if err != nil {
		fail(err)
	}
	return data
}

// watched are parts of paths at which updates have rules of their own.
var watched = []string{"selector", "clusterIP", "ipFam", "type", "roleRef", "provisioner", "parameters", "reclaimPolicy",
	"volumeBindingMode", "handler", "immutable", "data", "volumeClaimTemplates", "serviceName", "podManagementPolicy",
	"completion", "parallelism", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy", "suspend",
	"value", "preemptionPolicy", "scopes", "controller", "addressType", "storage", "volume", "activeDeadlineSeconds",
	"tolerations", "schedulingGates", "image", "healthCheckNodePort", "loadBalancerClass", "driver", "nodeAffinity"}

// edit changes an object as mutate does, rather where updates have rules, and
// never what identifies it.
func (g *generator) edit(object any) (any, []step) {
	steps := []step{}
	object = cases.Clone(object)
	count := 1 + g.Intn(10)/8
	for tries := 0; count > 0 && tries < 60; tries++ {
		next, ok := g.step(object)
		if !ok || identifies(next.Path) {
			continue
		}
		if tries < 20 && tries%2 == 0 && !isWatched(next.Path) {
			continue
		}
		next.Value = cases.Clone(next.Value)
		object = cases.Apply(object, next)
		steps = append(steps, next)
		count--
	}
	return object, steps
}

func identifies(path []any) bool {
	if len(path) == 0 || len(path) == 1 && path[0] == "metadata" {
		return true
	}
	if path[0] != "metadata" {
		return path[0] == "status"
	}
	return path[1] != "labels" && path[1] != "annotations" && path[1] != "finalizers" && path[1] != "ownerReferences"
}

func isWatched(path []any) bool {
	for _, step := range path {
		name, _ := step.(string)
		for _, part := range watched {
			if strings.Contains(name, part) {
				return true
			}
		}
	}
	return false
}

// store creates an object and returns what the server keeps of it; false when
// it is refused.
func store(gvk schema.GroupVersionKind, data []byte) (stored runtime.Object, ok bool) {
	defer func() {
		if problem := recover(); problem != nil {
			stored, ok = nil, false
		}
	}()
	object, err := decode(gvk, data)
	if err != nil {
		return nil, false
	}
	found := strategies[gvk.GroupKind()]
	accessor, err := meta.Accessor(object)
	if err != nil || accessor.GetName() == "" {
		return nil, false
	}
	ctx := requestContext(gvk, found.resource, "create", &warnings{})
	ctx = request.WithNamespace(ctx, scopeOf(found.strategy, accessor))
	rest.FillObjectMetaSystemFields(accessor)
	if svc, ok := object.(*core.Service); ok {
		if err := allocate(svc); err != nil {
			return nil, false
		}
	}
	if err := rest.BeforeCreate(found.strategy, ctx, object); err != nil {
		return nil, false
	}
	accessor.SetResourceVersion("1")
	keep(object)
	return object, true
}

func scopeOf(strategy strategy, accessor interface {
	GetNamespace() string
	SetNamespace(string)
}) string {
	if !strategy.NamespaceScoped() {
		accessor.SetNamespace("")
		return ""
	}
	if accessor.GetNamespace() == "" {
		return "default"
	}
	return accessor.GetNamespace()
}

// update applies the manifest now to what is stored of the manifest was, and says
// what has changed.
func update(line *Line, gvk schema.GroupVersionKind, stored runtime.Object, was, now any) string {
	found := strategies[gvk.GroupKind()]
	// Some mistakes show only before the patch.
	if _, err := decode(gvk, text(now)); err != nil {
		line.Errors = decodeErrors(err)
		return ""
	}
	typed, err := schemeOf(gvk.Group).New(gvk)
	if err != nil {
		fail(err)
	}
	object, err := decode(gvk, text(carry(reflect.TypeOf(typed), was, cases.Clone(now), encode(gvk, stored))))
	if err != nil {
		line.Errors = decodeErrors(err)
		return ""
	}
	recorder := &warnings{}
	old, err := meta.Accessor(stored)
	if err != nil {
		fail(err)
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		fail(err)
	}
	// What the server itself has set stays, as in a patch.
	accessor.SetResourceVersion(old.GetResourceVersion())
	accessor.SetUID(old.GetUID())
	accessor.SetNamespace(old.GetNamespace())
	accessor.SetGenerateName(old.GetGenerateName())
	accessor.SetManagedFields(old.GetManagedFields())
	ctx := requestContext(gvk, found.resource, "update", recorder)
	ctx = request.WithNamespace(ctx, scopeOf(found.strategy, accessor))
	defer func() {
		if problem := recover(); problem != nil {
			line.Errors = cases.Refused("Status", "", fmt.Sprint("panic: ", problem))
		}
	}()
	if svc, ok := object.(*core.Service); ok {
		carryService(svc, stored.(*core.Service))
		if err := allocate(svc); err != nil {
			finish(line, err, recorder)
			return ""
		}
	}
	dropRepeatedOwners(accessor, recorder)
	err = rest.BeforeUpdate(found.strategy, ctx, object, stored)
	finish(line, err, recorder)
	return changeOf(object, stored)
}

// changeOf compares what clients write.
func changeOf(object, stored runtime.Object) string {
	if one, other := templateOf(object), templateOf(stored); one != nil && other != nil &&
		!equality.Semantic.DeepEqual(one, other) {
		return "template"
	}
	a, b := object.DeepCopyObject(), stored.DeepCopyObject()
	for _, it := range []runtime.Object{a, b} {
		accessor, err := meta.Accessor(it)
		if err != nil {
			fail(err)
		}
		accessor.SetGeneration(0)
		accessor.SetCreationTimestamp(old0)
		accessor.SetManagedFields(nil)
	}
	if equality.Semantic.DeepEqual(a, b) {
		return "nothing"
	}
	return "object"
}
