package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"sync"
	"time"

	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"

	v1 "k8s.io/api/core/v1"
)

// API is the API server's part: objects in memory, changed through the
// registry's strategies, and watched. Objects are of the external versions.
type API struct {
	lock     sync.Mutex
	objects  map[schema.GroupVersionResource]map[string]*entry
	watchers map[schema.GroupVersionResource][]*watcher
	version  int
	created  int

	// keepTerminating has pods keep their deletion timestamp until the kubelet
	// of the scenario lets them go; else they are gone at once.
	keepTerminating bool
	// capacity is how many pods there may be that have not ended; any number if nil.
	capacity *int
	// acted hears of what controllers do, before it is done.
	acted func(verb string, kind *Kind, object runtime.Object)
}

// entry is one object with its place in the order of creation.
type entry struct {
	object   runtime.Object
	sequence int
}

func newAPI(keepTerminating bool) *API {
	return &API{
		objects:         map[schema.GroupVersionResource]map[string]*entry{},
		watchers:        map[schema.GroupVersionResource][]*watcher{},
		keepTerminating: keepTerminating,
	}
}

// watcher never blocks who writes.
type watcher struct {
	events chan watch.Event
	stop   func()
}

func (w *watcher) ResultChan() <-chan watch.Event { return w.events }
func (w *watcher) Stop()                          { w.stop() }

func (a *API) watch(gvr schema.GroupVersionResource) watch.Interface {
	a.lock.Lock()
	defer a.lock.Unlock()
	w := &watcher{events: make(chan watch.Event, 10_000)}
	w.stop = func() {
		a.lock.Lock()
		defer a.lock.Unlock()
		all := a.watchers[gvr]
		for index, other := range all {
			if other == w {
				a.watchers[gvr] = append(all[:index:index], all[index+1:]...)
				close(w.events)
			}
		}
	}
	a.watchers[gvr] = append(a.watchers[gvr], w)
	return w
}

func (a *API) notify(kind *Kind, event watch.EventType, object runtime.Object) {
	for _, w := range a.watchers[kind.gvr()] {
		w.events <- watch.Event{Type: event, Object: object.DeepCopyObject()}
	}
}

// wholeSeconds sends the object through JSON, which has no parts of a second.
func wholeSeconds(object runtime.Object) runtime.Object {
	text, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	again := reflect.New(reflect.TypeOf(object).Elem()).Interface().(runtime.Object)
	if err := json.Unmarshal(text, again); err != nil {
		panic(err)
	}
	return again
}

func key(object metav1.Object) string {
	return object.GetNamespace() + "/" + object.GetName()
}

func metaOf(object runtime.Object) metav1.Object {
	accessor, err := meta.Accessor(object)
	if err != nil {
		panic(err)
	}
	return accessor
}

// put stores the object under a new resource version and tells the watchers.
func (a *API) put(kind *Kind, object runtime.Object, event watch.EventType, sequence int) runtime.Object {
	a.version++
	object = wholeSeconds(object)
	accessor := metaOf(object)
	accessor.SetResourceVersion(strconv.Itoa(a.version))
	object.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
	if a.objects[kind.gvr()] == nil {
		a.objects[kind.gvr()] = map[string]*entry{}
	}
	a.objects[kind.gvr()][key(accessor)] = &entry{object, sequence}
	a.notify(kind, event, object)
	return object.DeepCopyObject()
}

// drop removes the object for good.
func (a *API) drop(kind *Kind, at string) {
	found := a.objects[kind.gvr()][at]
	delete(a.objects[kind.gvr()], at)
	a.version++
	object := found.object.DeepCopyObject()
	metaOf(object).SetResourceVersion(strconv.Itoa(a.version))
	a.notify(kind, watch.Deleted, object)
}

func notFound(kind *Kind, name string) error {
	return apierrors.NewNotFound(kind.gvr().GroupResource(), name)
}

// get is the stored object itself: not to be changed.
func (a *API) get(kind *Kind, at string) (runtime.Object, bool) {
	found, ok := a.objects[kind.gvr()][at]
	if !ok {
		return nil, false
	}
	return found.object, true
}

// list has the objects in the order of their creation.
func (a *API) list(kind *Kind) []runtime.Object {
	a.lock.Lock()
	defer a.lock.Unlock()
	return a.held(kind)
}

// held is list for who has the lock.
func (a *API) held(kind *Kind) []runtime.Object {
	var entries []*entry
	for _, one := range a.objects[kind.gvr()] {
		entries = append(entries, one)
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].sequence < entries[j].sequence })
	objects := make([]runtime.Object, len(entries))
	for index, one := range entries {
		objects[index] = one.object
	}
	return objects
}

func (a *API) context(kind *Kind, namespace, verb string) context.Context {
	ctx := request.WithRequestInfo(context.Background(), &request.RequestInfo{
		IsResourceRequest: true,
		Verb:              verb,
		APIGroup:          kind.version.Group,
		APIVersion:        kind.version.Version,
		Resource:          kind.resource,
	})
	return request.WithNamespace(ctx, namespace)
}

func internal(kind *Kind, object runtime.Object) (runtime.Object, error) {
	object = object.DeepCopyObject()
	legacyscheme.Scheme.Default(object)
	version := schema.GroupVersion{Group: kind.version.Group, Version: runtime.APIVersionInternal}
	return legacyscheme.Scheme.ConvertToVersion(object, version)
}

func external(kind *Kind, object runtime.Object) (runtime.Object, error) {
	object, err := legacyscheme.Scheme.ConvertToVersion(object, kind.version)
	if err != nil {
		return nil, err
	}
	legacyscheme.Scheme.Default(object)
	return object, nil
}

// create does as the create handler and its registry.
func (a *API) create(kind *Kind, namespace string, object runtime.Object) (runtime.Object, error) {
	a.lock.Lock()
	defer a.lock.Unlock()
	inner, err := internal(kind, object)
	if err != nil {
		return nil, err
	}
	accessor := metaOf(inner)
	accessor.SetNamespace("")
	if kind.strategy.NamespaceScoped() {
		accessor.SetNamespace(namespace)
	}
	a.created++
	if accessor.GetName() == "" && accessor.GetGenerateName() != "" {
		accessor.SetName(fmt.Sprintf("%s%05d", accessor.GetGenerateName(), a.created))
	}
	rest.FillObjectMetaSystemFields(accessor)
	accessor.SetUID(types.UID(fmt.Sprintf("00000000-0000-0000-0000-%012d", a.created)))
	if err := rest.BeforeCreate(kind.strategy, a.context(kind, namespace, "create"), inner); err != nil {
		return nil, err
	}
	if _, ok := a.get(kind, key(accessor)); ok {
		return nil, apierrors.NewAlreadyExists(kind.gvr().GroupResource(), accessor.GetName())
	}
	if kind.kind == "Pod" && a.isFull() {
		return nil, apierrors.NewForbidden(kind.gvr().GroupResource(), accessor.GetName(), fmt.Errorf("exceeded quota"))
	}
	stored, err := external(kind, inner)
	if err != nil {
		return nil, err
	}
	return a.put(kind, stored, watch.Added, a.created), nil
}

// isFull tells whether a quota has no room for one more pod; pods count until they
// end or are gone.
func (a *API) isFull() bool {
	if a.capacity == nil {
		return false
	}
	count := 0
	for _, one := range a.objects[coreV1.WithResource("pods")] {
		phase := one.object.(*v1.Pod).Status.Phase
		if phase != v1.PodFailed && phase != v1.PodSucceeded {
			count++
		}
	}
	return count >= *a.capacity
}

// update does as the update handler and its registry; change makes the new
// object out of a copy of the stored one.
func (a *API) update(kind *Kind, at, subresource string, change func(old runtime.Object) (runtime.Object, error)) (runtime.Object, error) {
	a.lock.Lock()
	defer a.lock.Unlock()
	old, ok := a.get(kind, at)
	if !ok {
		return nil, notFound(kind, at)
	}
	object, err := change(old.DeepCopyObject())
	if err != nil {
		return nil, err
	}
	accessor := metaOf(object)
	given := accessor.GetResourceVersion()
	if given != "" && given != metaOf(old).GetResourceVersion() {
		return nil, apierrors.NewConflict(kind.gvr().GroupResource(), at, fmt.Errorf("the object has been modified"))
	}
	accessor.SetResourceVersion(metaOf(old).GetResourceVersion())
	inner, err := internal(kind, object)
	if err != nil {
		return nil, err
	}
	before, err := internal(kind, old)
	if err != nil {
		return nil, err
	}
	var strategy rest.RESTUpdateStrategy = kind.strategy
	if subresource == "status" {
		strategy = kind.status
	}
	if err := rest.BeforeUpdate(strategy, a.context(kind, metaOf(old).GetNamespace(), "update"), inner, before); err != nil {
		return nil, err
	}
	stored, err := external(kind, inner)
	if err != nil {
		return nil, err
	}
	return a.replace(kind, at, stored), nil
}

// replace stores a changed object: nothing happens when it is equal, and an
// object whose deletion waited for its last finalizer is gone.
func (a *API) replace(kind *Kind, at string, object runtime.Object) runtime.Object {
	found := a.objects[kind.gvr()][at]
	object.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
	object = wholeSeconds(object)
	if apiequality.Semantic.DeepEqual(found.object, object) {
		return object
	}
	object = a.put(kind, object, watch.Modified, found.sequence)
	accessor := metaOf(object)
	grace := accessor.GetDeletionGracePeriodSeconds()
	if accessor.GetDeletionTimestamp() != nil && len(accessor.GetFinalizers()) == 0 && (grace == nil || *grace == 0) {
		a.drop(kind, at)
	}
	return object
}

// overwrite changes an object as its owner (the kubelet, a node) would, without
// the registry's checks.
func (a *API) overwrite(kind *Kind, at string, change func(runtime.Object)) {
	a.lock.Lock()
	defer a.lock.Unlock()
	old, ok := a.get(kind, at)
	if !ok {
		return
	}
	object := old.DeepCopyObject()
	change(object)
	a.replace(kind, at, object)
}

// remove deletes with the grace period that the server would give.
func (a *API) remove(kind *Kind, at string, options metav1.DeleteOptions) error {
	a.lock.Lock()
	defer a.lock.Unlock()
	old, ok := a.get(kind, at)
	if !ok {
		return notFound(kind, at)
	}
	accessor := metaOf(old)
	if wanted := options.Preconditions; wanted != nil && wanted.UID != nil && *wanted.UID != accessor.GetUID() {
		return apierrors.NewConflict(kind.gvr().GroupResource(), at, fmt.Errorf("the UID differs"))
	}
	grace := a.grace(old, options)
	if grace == 0 && len(accessor.GetFinalizers()) == 0 {
		a.drop(kind, at)
		return nil
	}
	object := old.DeepCopyObject()
	accessor = metaOf(object)
	if accessor.GetDeletionTimestamp() != nil {
		return nil
	}
	deleted := metav1.NewTime(time.Now().Add(time.Duration(grace) * time.Second))
	accessor.SetDeletionTimestamp(&deleted)
	accessor.SetDeletionGracePeriodSeconds(&grace)
	accessor.SetGeneration(accessor.GetGeneration() + 1)
	a.replace(kind, at, object)
	return nil
}

// grace is how long, in seconds, a deleted object may stay: only pods that run
// on a node have that.
func (a *API) grace(object runtime.Object, options metav1.DeleteOptions) int64 {
	pod, ok := object.(*v1.Pod)
	if !ok || !a.keepTerminating || pod.Spec.NodeName == "" ||
		pod.Status.Phase == v1.PodFailed || pod.Status.Phase == v1.PodSucceeded {
		return 0
	}
	if options.GracePeriodSeconds != nil {
		return *options.GracePeriodSeconds
	}
	if seconds := pod.Spec.TerminationGracePeriodSeconds; seconds != nil {
		return *seconds
	}
	return v1.DefaultTerminationGracePeriodSeconds
}

// terminated ends the grace period of a deleted pod.
func (a *API) terminated(at string) {
	a.overwrite(kindOf(coreV1.WithResource("pods")), at, func(object runtime.Object) {
		none := int64(0)
		metaOf(object).SetDeletionGracePeriodSeconds(&none)
	})
}
