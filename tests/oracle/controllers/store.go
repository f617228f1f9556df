package main

import (
	"testing/synctest"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// store is what a scenario does with the API: that in memory, or a server. Objects
// are named as namespace/name.
type store interface {
	// list has the objects in the order of their creation.
	list(kind *Kind) []runtime.Object
	holds(kind *Kind, at string) bool
	// sequence is the object's place in the order of creation.
	sequence(kind *Kind, at string) int
	create(kind *Kind, namespace string, object runtime.Object) (runtime.Object, error)
	update(kind *Kind, at, subresource string, change func(old runtime.Object) (runtime.Object, error)) (runtime.Object, error)
	// overwrite changes an object as its owner (the kubelet, a node) would.
	overwrite(kind *Kind, at string, change func(runtime.Object))
	remove(kind *Kind, at string, options metav1.DeleteOptions) error
	// force removes a pod with no grace, terminated ends that of a deleted one.
	force(at string)
	terminated(at string)
	// keeps tells whether deleted pods stay until they are terminated.
	keeps() bool
	// limit sets how many pods there may be that have not ended.
	limit(pods *int)
	// rest returns when the controllers have seen and done what there is.
	rest()
}

var _ store = &API{}

func (a *API) rest() { synctest.Wait() }

func (a *API) keeps() bool { return a.keepTerminating }

func (a *API) holds(kind *Kind, at string) bool {
	a.lock.Lock()
	defer a.lock.Unlock()
	_, exists := a.get(kind, at)
	return exists
}

func (a *API) sequence(kind *Kind, at string) int {
	a.lock.Lock()
	defer a.lock.Unlock()
	if found, ok := a.objects[kind.gvr()][at]; ok {
		return found.sequence
	}
	return 0
}

func (a *API) limit(pods *int) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.capacity = pods
}

func (a *API) force(at string) {
	keep := a.keepTerminating
	a.keepTerminating = false
	// A pod that someone else removed first is gone as well.
	_ = a.remove(kindByName("Pod"), at, metav1.DeleteOptions{})
	a.keepTerminating = keep
}

// collect deletes what no owner is left of, as the garbage collector.
func collect(in store) bool {
	uids := map[types.UID]bool{}
	for _, kind := range kinds {
		for _, object := range in.list(kind) {
			uids[metaOf(object).GetUID()] = true
		}
	}
	changed := false
	for _, kind := range kinds {
		for _, object := range in.list(kind) {
			accessor := metaOf(object)
			owners := accessor.GetOwnerReferences()
			kept := len(owners) == 0 || accessor.GetDeletionTimestamp() != nil
			for _, owner := range owners {
				kept = kept || uids[owner.UID]
			}
			if !kept && in.remove(kind, key(accessor), metav1.DeleteOptions{}) == nil {
				changed = true
			}
		}
	}
	return changed
}
