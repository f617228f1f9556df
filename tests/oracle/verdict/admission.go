package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/initializer"
	"k8s.io/apiserver/pkg/authentication/user"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/apis/core"
	nodeinternal "k8s.io/kubernetes/pkg/apis/node"
	conversion "k8s.io/kubernetes/pkg/apis/node/v1"
	"k8s.io/kubernetes/pkg/apis/scheduling"
	"plimsoll/oracle/verdict/cases"

	"k8s.io/kubernetes/plugin/pkg/admission/certificates/subjectrestriction"
	"k8s.io/kubernetes/plugin/pkg/admission/defaulttolerationseconds"
	"k8s.io/kubernetes/plugin/pkg/admission/nodetaint"
	"k8s.io/kubernetes/plugin/pkg/admission/priority"
	"k8s.io/kubernetes/plugin/pkg/admission/runtimeclass"
	"k8s.io/kubernetes/plugin/pkg/admission/serviceaccount"
)

// plugins are the admission plugins that are on by default, as far as the object decides,
// in the order in which the server asks them. Left out are those that ask who the client
// is (ClusterTrustBundleAttest), those that look at updates or subresources only
// (CertificateApproval, CertificateSigning, PersistentVolumeClaimResize,
// NodeDeclaredFeatureValidator, PodResizeValidator), those that do nothing in an empty
// cluster (DefaultIngressClass, DefaultStorageClass, LimitRanger, PodTopologyLabels,
// ResourceQuota, webhooks and policies), those that only add finalizers
// (StorageObjectInUseProtection, PodGroupProtection), NamespaceLifecycle, which asks for
// the namespace, and PodSecurity, which has a recording of its own.
var plugins = []admission.Interface{
	serviceaccount.NewServiceAccount(),
	nodetaint.NewPlugin(),
	priority.NewPlugin(),
	defaulttolerationseconds.NewDefaultTolerationSeconds(),
	runtimeclass.NewRuntimeClass(),
	subjectrestriction.NewPlugin(),
}

// surroundings is what the plugins see of the cluster: the objects that a pod names are
// there, and are as the pod needs them. A class of runtime has the overhead of the pod,
// and a class of priority its priority; only the classes that every cluster has are
// what they are.
type surroundings struct {
	pod        *core.Pod
	priorities cache.Indexer
}

var around = newSurroundings()

func newSurroundings() *surroundings {
	made := &surroundings{}
	client := fake.NewSimpleClientset()
	client.PrependReactor("get", "serviceaccounts", func(action testing.Action) (bool, runtime.Object, error) {
		get := action.(testing.GetAction)
		return true, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: get.GetNamespace(), Name: get.GetName()}}, nil
	})
	client.PrependReactor("get", "runtimeclasses", func(action testing.Action) (bool, runtime.Object, error) {
		class, err := made.runtimeClass(action.(testing.GetAction).GetName())
		return true, class, err
	})
	factory := informers.NewSharedInformerFactory(client, 0)
	made.priorities = factory.Scheduling().V1().PriorityClasses().Informer().GetIndexer()
	for _, plugin := range plugins {
		if it, ok := plugin.(initializer.WantsExternalKubeClientSet); ok {
			it.SetExternalKubeClientSet(client)
		}
		if it, ok := plugin.(initializer.WantsExternalKubeInformerFactory); ok {
			it.SetExternalKubeInformerFactory(factory)
		}
		if it, ok := plugin.(initializer.WantsFeatures); ok {
			it.InspectFeatureGates(utilfeature.DefaultFeatureGate)
		}
	}
	never := make(chan struct{})
	factory.Start(never)
	factory.WaitForCacheSync(never)
	return made
}

// runtimeClass is a class that fits the pod.
func (s *surroundings) runtimeClass(name string) (*nodev1.RuntimeClass, error) {
	class := &nodev1.RuntimeClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Handler: "x"}
	if s.pod.Spec.Overhead == nil {
		return class, nil
	}
	class.Overhead = &nodev1.Overhead{}
	return class, conversion.Convert_node_Overhead_To_v1_Overhead(&nodeinternal.Overhead{PodFixed: s.pod.Spec.Overhead}, class.Overhead, nil)
}

// fit puts the cluster in the state that the pod needs.
func (s *surroundings) fit(pod *core.Pod) error {
	s.pod = pod.DeepCopy()
	lower := corev1.PreemptLowerPriority
	var classes []any
	for _, it := range []struct {
		name  string
		value int32
	}{
		{scheduling.SystemClusterCritical, scheduling.SystemCriticalPriority},
		{scheduling.SystemNodeCritical, scheduling.SystemCriticalPriority + 1000},
	} {
		classes = append(classes, &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: it.name}, Value: it.value, PreemptionPolicy: &lower})
	}
	if name := pod.Spec.PriorityClassName; name != "" && name != scheduling.SystemClusterCritical && name != scheduling.SystemNodeCritical {
		class := &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if pod.Spec.Priority != nil {
			class.Value = *pod.Spec.Priority
		}
		if pod.Spec.PreemptionPolicy != nil {
			policy := corev1.PreemptionPolicy(*pod.Spec.PreemptionPolicy)
			class.PreemptionPolicy = &policy
		}
		classes = append(classes, class)
	}
	return s.priorities.Replace(classes, "")
}

// admissionRequest is the creation of an object as plugins see it.
func admissionRequest(gvk schema.GroupVersionKind, resource, name, namespace string, object runtime.Object) admission.Attributes {
	return admission.NewAttributesRecord(object, nil, gvk, namespace, name, gvk.GroupVersion().WithResource(resource), "",
		admission.Create, &metav1.CreateOptions{}, false, &user.DefaultInfo{Name: "admin", Groups: []string{"system:masters"}})
}

// mutate has the plugins change the object, and gives what they refuse.
func mutate(ctx context.Context, request admission.Attributes) []Error {
	if pod, ok := request.GetObject().(*core.Pod); ok {
		if err := around.fit(pod); err != nil {
			fail(err)
		}
	}
	return ask(request, func(plugin admission.Interface) error {
		if it, ok := plugin.(admission.MutationInterface); ok {
			return it.Admit(ctx, request, nil)
		}
		return nil
	})
}

// validate gives what the plugins refuse of the object when nothing changes it any more.
func validate(ctx context.Context, request admission.Attributes) []Error {
	return ask(request, func(plugin admission.Interface) error {
		if it, ok := plugin.(admission.ValidationInterface); ok {
			return it.Validate(ctx, request, nil)
		}
		return nil
	})
}

// ask gives what all plugins refuse. The server stops at the first one; who has done what
// it says meets the next.
func ask(request admission.Attributes, of func(admission.Interface) error) []Error {
	var found []Error
	for _, plugin := range plugins {
		if !plugin.Handles(request.GetOperation()) {
			continue
		}
		if err := of(plugin); err != nil {
			found = append(found, forbidden(err)...)
		}
	}
	return found
}

// forbidden is what a plugin says, without the object that it is about.
func forbidden(err error) []Error {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Reason != metav1.StatusReasonForbidden {
		return cases.Refused("Status", "", fmt.Sprint("admission: ", err))
	}
	_, reason, _ := strings.Cut(status.Status().Message, " is forbidden: ")
	return cases.Refused("Admission", "", reason)
}
