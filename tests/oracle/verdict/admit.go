package main

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/initializer"
	"k8s.io/apiserver/pkg/authentication/user"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/apis/core"
	systemclasses "k8s.io/kubernetes/pkg/apis/scheduling/v1"
	"k8s.io/kubernetes/plugin/pkg/admission/certificates/subjectrestriction"
	"k8s.io/kubernetes/plugin/pkg/admission/defaulttolerationseconds"
	"k8s.io/kubernetes/plugin/pkg/admission/nodetaint"
	"k8s.io/kubernetes/plugin/pkg/admission/podtopologylabels"
	"k8s.io/kubernetes/plugin/pkg/admission/priority"
	"k8s.io/kubernetes/plugin/pkg/admission/runtimeclass"
	"k8s.io/kubernetes/plugin/pkg/admission/serviceaccount"
)

// The admission plugins, of those on by default, that judge or change an object by
// itself, in the server's order. Left out are those that ask for quotas, limits,
// webhooks, policies and the labels of namespaces, and those that only add finalizers
// or the default class of a claim or an Ingress.
var admitting = []struct {
	name     string
	register func(*admission.Plugins)
}{
	{serviceaccount.PluginName, serviceaccount.Register},
	{nodetaint.PluginName, nodetaint.Register},
	{priority.PluginName, priority.Register},
	{defaulttolerationseconds.PluginName, defaulttolerationseconds.Register},
	{runtimeclass.PluginName, runtimeclass.Register},
	{subjectrestriction.PluginName, subjectrestriction.Register},
	{podtopologylabels.PluginName, podtopologylabels.Register},
}

// admitter holds the plugins, and the objects that they ask for.
type admitter struct {
	plugins  []admission.Interface
	accounts cache.Indexer
	classes  cache.Indexer
	runtimes cache.Indexer
}

var theAdmitter = sync.OnceValue(newAdmitter)

func newAdmitter() *admitter {
	client := fake.NewSimpleClientset()
	factory := informers.NewSharedInformerFactory(client, 0)
	found := &admitter{
		accounts: factory.Core().V1().ServiceAccounts().Informer().GetIndexer(),
		classes:  factory.Scheduling().V1().PriorityClasses().Informer().GetIndexer(),
		runtimes: factory.Node().V1().RuntimeClasses().Informer().GetIndexer(),
	}
	plugins := admission.NewPlugins()
	never := make(chan struct{})
	setUp := initializer.New(client, nil, factory, nil, utilfeature.DefaultFeatureGate, nil, never, nil)
	for _, one := range admitting {
		one.register(plugins)
		plugin, err := plugins.InitPlugin(one.name, nil, setUp)
		if err != nil {
			fail(err)
		}
		found.plugins = append(found.plugins, plugin)
	}
	factory.Start(never)
	factory.WaitForCacheSync(never)
	for _, class := range systemclasses.SystemPriorityClasses() {
		_ = found.classes.Add(class)
	}
	return found
}

// know makes sure that the cluster has what a pod names, as the pod needs it: what other
// objects say is no matter of this one. Classes that only the system may make are not there.
func (a *admitter) know(object runtime.Object, namespace string) {
	pod, ok := object.(*core.Pod)
	if !ok {
		return
	}
	account := pod.Spec.ServiceAccountName
	if account == "" {
		account = serviceaccount.DefaultServiceAccountName
	}
	_ = a.accounts.Add(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: account}})
	if name := pod.Spec.PriorityClassName; name != "" && !isSystem(name) {
		class := &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Value: 1000}
		if pod.Spec.Priority != nil {
			class.Value = *pod.Spec.Priority
		}
		policy := corev1.PreemptLowerPriority
		if pod.Spec.PreemptionPolicy != nil {
			policy = corev1.PreemptionPolicy(*pod.Spec.PreemptionPolicy)
		}
		class.PreemptionPolicy = &policy
		_ = a.classes.Update(class)
	}
	if name := pod.Spec.RuntimeClassName; name != nil {
		class := &nodev1.RuntimeClass{ObjectMeta: metav1.ObjectMeta{Name: *name}, Handler: "a"}
		if len(pod.Spec.Overhead) > 0 {
			fixed := map[corev1.ResourceName]resource.Quantity{}
			for key, value := range pod.Spec.Overhead {
				fixed[corev1.ResourceName(key)] = value
			}
			class.Overhead = &nodev1.Overhead{PodFixed: fixed}
		}
		_ = a.runtimes.Update(class)
	}
}

func isSystem(class string) bool {
	return len(class) > 7 && class[:7] == "system-"
}

// attributesOf describes the creation of an object to the plugins.
func attributesOf(object runtime.Object, gvk schema.GroupVersionKind, resource, namespace, name string) admission.Attributes {
	admin := &user.DefaultInfo{Name: "admin", Groups: []string{user.SystemPrivilegedGroup}}
	return admission.NewAttributesRecord(object, nil, gvk, namespace, name,
		gvk.GroupVersion().WithResource(resource), "", admission.Create, &metav1.CreateOptions{}, false, admin)
}

// mutate lets the plugins change the object, as the server does before it validates.
func (a *admitter) mutate(ctx context.Context, attributes admission.Attributes) error {
	for _, plugin := range a.plugins {
		one, ok := plugin.(admission.MutationInterface)
		if !ok || !one.Handles(admission.Create) {
			continue
		}
		if err := one.Admit(ctx, attributes, interfacesOf(attributes)); err != nil {
			return err
		}
	}
	return nil
}

// validate asks the plugins about the object that passed validation.
func (a *admitter) validate(ctx context.Context, attributes admission.Attributes) error {
	for _, plugin := range a.plugins {
		one, ok := plugin.(admission.ValidationInterface)
		if !ok || !one.Handles(admission.Create) {
			continue
		}
		if err := one.Validate(ctx, attributes, interfacesOf(attributes)); err != nil {
			return err
		}
	}
	return nil
}

func interfacesOf(attributes admission.Attributes) admission.ObjectInterfaces {
	return admission.NewObjectInterfacesFromScheme(schemeOf(attributes.GetKind().Group))
}
