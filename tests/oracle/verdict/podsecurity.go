package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"

	admissionv1 "k8s.io/api/admission/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/pod-security-admission/admission"
	admissionapi "k8s.io/pod-security-admission/admission/api"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/metrics"
	"k8s.io/pod-security-admission/policy"
)

func init() {
	commands["pod-security"] = podSecurity
}

// PodSecurityCase is a generated pod or Deployment with what the admission plugin
// says of it under each level and version.
type PodSecurityCase struct {
	Object json.RawMessage `json:"o"`
	// Said has the message by policy, as `baseline:v1.30`; allowed is left out,
	// and so is what the version before says as well.
	Said map[string]string `json:"p,omitempty"`
}

// podSecurity prints generated objects with the plugin's words on them:
//
//	go run . pod-security -seed N -count M
func podSecurity(arguments []string) {
	flags := flag.NewFlagSet("pod-security", flag.ExitOnError)
	seed := flags.Int64("seed", 1, "start of the random numbers")
	count := flags.Int("count", 1000, "number of cases")
	_ = flags.Parse(arguments)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]any{"minor": currentMinor, "seed": *seed}); err != nil {
		fail(err)
	}
	random := podMaker{rand.New(rand.NewSource(*seed))}
	plugin := newPlugin()
	for made, tries := 0, 0; made < *count; tries++ {
		if tries > 100*(*count) {
			fail(fmt.Errorf("the server refuses all objects"))
		}
		data, err := json.Marshal(random.object())
		if err != nil {
			fail(err)
		}
		said, ok := plugin.judge(data)
		if !ok {
			continue
		}
		made++
		if err := enc.Encode(PodSecurityCase{data, said}); err != nil {
			fail(err)
		}
	}
}

// plugin is the admission plugin with the labels of the only namespace.
type plugin struct {
	admission.Admission
	labels map[string]string
}

func newPlugin() *plugin {
	evaluator, err := newEvaluator(policy.DefaultChecks())
	if err != nil {
		fail(err)
	}
	it := &plugin{}
	it.Admission = admission.Admission{
		Configuration: &admissionapi.PodSecurityConfiguration{Defaults: admissionapi.PodSecurityDefaults{
			Enforce: "privileged", EnforceVersion: "latest",
			Audit: "privileged", AuditVersion: "latest",
			Warn: "privileged", WarnVersion: "latest",
		}},
		Evaluator:       evaluator,
		Metrics:         nothing{},
		NamespaceGetter: it,
		PodLister:       it,
	}
	if err := it.CompleteConfiguration(); err != nil {
		fail(err)
	}
	if err := it.ValidateConfiguration(); err != nil {
		fail(err)
	}
	return it
}

func (it *plugin) GetNamespace(context.Context, string) (*corev1.Namespace, error) {
	found := &corev1.Namespace{}
	found.Labels = it.labels
	return found, nil
}

func (it *plugin) ListPods(context.Context, string) ([]*corev1.Pod, error) { return nil, nil }

// nothing records no metrics.
type nothing struct{}

func (nothing) RecordEvaluation(metrics.Decision, api.LevelVersion, metrics.Mode, api.Attributes) {}
func (nothing) RecordExemption(api.Attributes)                                                    {}
func (nothing) RecordError(bool, api.Attributes)                                                  {}

// judge asks for all levels and versions; false when the server refuses the object
// before the plugin sees it.
func (it *plugin) judge(data []byte) (map[string]string, bool) {
	var head struct{ Kind string }
	if err := json.Unmarshal(data, &head); err != nil {
		fail(err)
	}
	gvk := schema.GroupVersionKind{Version: "v1", Kind: head.Kind}
	resource, mode := "pods", "enforce"
	var create rest.RESTCreateStrategy = pod.Strategy
	var external runtime.Object = &corev1.Pod{}
	if head.Kind == "Deployment" {
		gvk.Group = "apps"
		resource, mode = "deployments", "warn"
		create, external = deployment.Strategy, &appsv1.Deployment{}
	}
	object, err := decode(gvk, data)
	if err != nil {
		fail(fmt.Errorf("%w in %s", err, data))
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		fail(err)
	}
	rest.FillObjectMetaSystemFields(accessor)
	ctx := request.WithNamespace(requestContext(gvk, resource, "create", &warnings{}), "default")
	if err := rest.BeforeCreate(create, ctx, object); err != nil {
		return nil, false
	}
	if err := legacyscheme.Scheme.Convert(object, external, nil); err != nil {
		fail(err)
	}
	said := map[string]string{}
	attributes := &api.AttributesRecord{
		Name: "x", Namespace: "default", Kind: gvk, Operation: admissionv1.Create, Object: external,
		Resource: schema.GroupVersionResource{Group: gvk.Group, Version: "v1", Resource: resource},
	}
	for _, level := range []string{"privileged", "baseline", "restricted"} {
		before := ""
		for minor := 0; minor <= currentMinor+1; minor++ {
			version := fmt.Sprintf("v1.%d", minor)
			if minor > currentMinor {
				version = "latest"
			}
			it.labels = map[string]string{
				"pod-security.kubernetes.io/" + mode:              level,
				"pod-security.kubernetes.io/" + mode + "-version": version,
			}
			if mode == "enforce" {
				it.labels["pod-security.kubernetes.io/warn"] = "privileged"
			}
			response := it.Validate(ctx, attributes)
			text := ""
			for _, warning := range response.Warnings {
				text = warning
			}
			if !response.Allowed {
				text = response.Result.Message
			}
			policy := level + ":" + version
			if short := shorten(text, policy); short != before || version == "latest" {
				said[policy] = short
				before = short
			}
		}
	}
	return said, true
}
