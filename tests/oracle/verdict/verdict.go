package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	crdscheme "k8s.io/apiextensions-apiserver/pkg/apiserver"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/endpoints/handlers"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	aggscheme "k8s.io/kube-aggregator/pkg/apiserver/scheme"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/core"
	"plimsoll/oracle/verdict/cases"

	_ "k8s.io/kubernetes/pkg/apis/admissionregistration/install"
	_ "k8s.io/kubernetes/pkg/apis/apiserverinternal/install"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/certificates/install"
	_ "k8s.io/kubernetes/pkg/apis/coordination/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/discovery/install"
	_ "k8s.io/kubernetes/pkg/apis/events/install"
	_ "k8s.io/kubernetes/pkg/apis/flowcontrol/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/node/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	_ "k8s.io/kubernetes/pkg/apis/resource/install"
	_ "k8s.io/kubernetes/pkg/apis/scheduling/install"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
	_ "k8s.io/kubernetes/pkg/apis/storagemigration/install"
)

// verdict answers for one object.
func verdict(data []byte) Line {
	var head struct{ APIVersion, Kind string }
	if err := json.Unmarshal(data, &head); err != nil {
		return Line{Errors: cases.Refused("Decode", "", err.Error())}
	}
	line := Line{Kind: head.APIVersion + "/" + head.Kind}
	version, err := schema.ParseGroupVersion(head.APIVersion)
	if err != nil {
		line.Errors = cases.Refused("Decode", "apiVersion", err.Error())
		return line
	}
	create(&line, version.WithKind(head.Kind), data)
	return line
}

// schemeOf is the scheme that the group's server works with.
func schemeOf(group string) *runtime.Scheme {
	switch group {
	case "apiextensions.k8s.io":
		return crdscheme.Scheme
	case "apiregistration.k8s.io":
		return aggscheme.Scheme
	}
	return legacyscheme.Scheme
}

// served tells whether this minor still serves the version; the scheme knows
// removed ones too.
func served(gvk schema.GroupVersionKind) bool {
	// It tells nothing of its life, and no server has had it since 1.23.
	if gvk.Group == "rbac.authorization.k8s.io" && gvk.Version == "v1alpha1" {
		return false
	}
	object, err := schemeOf(gvk.Group).New(gvk)
	if err != nil {
		return false
	}
	removed, ok := object.(interface{ APILifecycleRemoved() (int, int) })
	if !ok {
		return true
	}
	major, minor := removed.APILifecycleRemoved()
	return major > 1 || minor > currentMinor
}

// decode reads strictly into the internal version, with defaults, as the
// create handler does.
func decode(gvk schema.GroupVersionKind, data []byte) (runtime.Object, error) {
	codecs := serializer.NewCodecFactory(schemeOf(gvk.Group), serializer.EnableStrict)
	internal := schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal}
	object, _, err := codecs.UniversalDecoder(internal).Decode(data, &gvk, nil)
	return object, err
}

func create(line *Line, gvk schema.GroupVersionKind, data []byte) {
	found, ok := strategies[gvk.GroupKind()]
	if !ok || !served(gvk) {
		line.Unknown = true
		return
	}
	object, err := decode(gvk, data)
	if err != nil {
		line.Errors = decodeErrors(err)
		return
	}
	recorder := &warnings{}
	ctx := requestContext(gvk, found.resource, "create", recorder)
	accessor, err := meta.Accessor(object)
	if err != nil {
		line.Errors = cases.Refused("Internal", "", err.Error())
		return
	}
	namespace := "default"
	if accessor.GetNamespace() != "" {
		namespace = accessor.GetNamespace()
	}
	if !found.strategy.NamespaceScoped() {
		namespace = ""
		accessor.SetNamespace("")
	}
	ctx = request.WithNamespace(ctx, namespace)
	if accessor.GetName() == "" && accessor.GetGenerateName() != "" {
		accessor.SetName(found.strategy.GenerateName(accessor.GetGenerateName()))
	}
	rest.FillObjectMetaSystemFields(accessor)
	asked := admissionRequest(gvk, found.resource, accessor.GetName(), namespace, object)
	refused := mutate(ctx, asked)
	dropRepeatedOwners(accessor, recorder)
	// The server answers a panic of its validation with an internal error.
	defer func() {
		if problem := recover(); problem != nil {
			line.Errors = cases.Refused("Status", "", fmt.Sprint("panic: ", problem))
		}
	}()
	if svc, ok := object.(*core.Service); ok {
		if err := allocate(svc); err != nil {
			finish(line, err, recorder)
			return
		}
	}
	err = rest.BeforeCreate(found.strategy, ctx, object)
	finish(line, err, recorder)
	// The server asks these only of what is valid. Who has fixed a pod meets them next; of
	// other kinds they read the very field that was refused.
	if _, ok := object.(*core.Pod); ok || err == nil {
		refused = append(refused, validate(ctx, asked)...)
	}
	if len(refused) > 0 {
		line.Accepted = false
		line.Errors = append(line.Errors, refused...)
	}
}

// dropRepeatedOwners does as the handlers of creation and update before they ask the strategy.
func dropRepeatedOwners(object metav1.Object, recorder *warnings) {
	var kept []metav1.OwnerReference
	var repeated []string
	for _, owner := range object.GetOwnerReferences() {
		same := func(other metav1.OwnerReference) bool { return equality.Semantic.DeepEqual(owner, other) }
		if slices.ContainsFunc(kept, same) {
			repeated = append(repeated, string(owner.UID))
		} else {
			kept = append(kept, owner)
		}
	}
	if len(repeated) > 0 {
		object.SetOwnerReferences(kept)
		recorder.AddWarning("", fmt.Sprintf(handlers.DuplicateOwnerReferencesWarningFormat, strings.Join(repeated, ", ")))
	}
}

// finish writes the outcome of a strategy into the line.
func finish(line *Line, err error, recorder *warnings) {
	line.Warnings = recorder.texts
	if err == nil {
		line.Accepted = true
		return
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		line.Errors = cases.Refused("Status", "", err.Error())
		return
	}
	for _, cause := range status.Status().Details.Causes {
		line.Errors = append(line.Errors, cases.Refused(string(cause.Type), cause.Field, cause.Message)...)
	}
}

func requestContext(gvk schema.GroupVersionKind, resource, verb string, recorder *warnings) context.Context {
	ctx := request.WithRequestInfo(context.Background(), &request.RequestInfo{
		IsResourceRequest: true,
		Verb:              verb,
		APIGroup:          gvk.Group,
		APIVersion:        gvk.Version,
		Resource:          resource,
	})
	return warning.WithWarningRecorder(ctx, recorder)
}

func decodeErrors(err error) []Error {
	strict, ok := runtime.AsStrictDecodingError(err)
	if !ok {
		return cases.Refused("Decode", "", err.Error())
	}
	var found []Error
	for _, one := range strict.Errors() {
		found = append(found, cases.Refused("Decode", quoted(one.Error()), one.Error())...)
	}
	return found
}

// quoted is the field path that strict decoding names in quotes.
func quoted(text string) string {
	_, rest, ok := strings.Cut(text, `"`)
	if !ok {
		return ""
	}
	field, _, _ := strings.Cut(rest, `"`)
	return field
}

// warnings collects what the server would warn about.
type warnings struct{ texts []string }

// AddWarning implements warning.Recorder.
func (w *warnings) AddWarning(_, text string) {
	w.texts = append(w.texts, text)
}

var _ warning.Recorder = &warnings{}
