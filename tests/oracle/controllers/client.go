package main

import (
	"encoding/json"
	"fmt"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	core "k8s.io/client-go/testing"
)

// client is the typed client that controllers get, in front of the API.
func client(api *API) *fake.Clientset {
	client := &fake.Clientset{}
	client.AddReactor("*", "*", func(action core.Action) (bool, runtime.Object, error) {
		object, err := api.react(action)
		return true, object, err
	})
	client.AddWatchReactor("*", func(action core.Action) (bool, watch.Interface, error) {
		return true, api.watch(action.GetResource()), nil
	})
	return client
}

func (a *API) react(action core.Action) (runtime.Object, error) {
	if action.GetResource().Resource == "events" {
		return &v1.Event{}, nil
	}
	kind := kindOf(action.GetResource())
	if kind == nil {
		return nil, fmt.Errorf("no such resource: %v", action.GetResource())
	}
	switch action := action.(type) {
	case core.CreateActionImpl:
		created, err := a.create(kind, action.Namespace, action.Object)
		if err == nil {
			a.acted("create", kind, created)
		}
		return created, err
	case core.UpdateActionImpl:
		object := action.Object.DeepCopyObject()
		return a.update(kind, key(metaOf(object)), action.Subresource, func(runtime.Object) (runtime.Object, error) {
			return object, nil
		})
	case core.PatchActionImpl:
		return a.update(kind, action.Namespace+"/"+action.Name, action.Subresource, func(old runtime.Object) (runtime.Object, error) {
			return patched(old, action.PatchType, action.Patch)
		})
	case core.DeleteActionImpl:
		at := action.Namespace + "/" + action.Name
		a.lock.Lock()
		object, ok := a.get(kind, at)
		a.lock.Unlock()
		if ok && metaOf(object).GetDeletionTimestamp() == nil {
			a.acted("delete", kind, object)
		}
		return nil, a.remove(kind, at, action.DeleteOptions)
	case core.GetActionImpl:
		a.lock.Lock()
		defer a.lock.Unlock()
		object, ok := a.get(kind, action.Namespace+"/"+action.Name)
		if !ok {
			return nil, notFound(kind, action.Name)
		}
		return object.DeepCopyObject(), nil
	case core.ListActionImpl:
		return a.listed(kind)
	}
	return nil, fmt.Errorf("no such verb: %s %s", action.GetVerb(), kind.resource)
}

// listed has all objects; the typed client selects among them.
func (a *API) listed(kind *Kind) (runtime.Object, error) {
	list, err := scheme.Scheme.New(kind.version.WithKind(kind.kind + "List"))
	if err != nil {
		return nil, err
	}
	var copies []runtime.Object
	for _, object := range a.list(kind) {
		copies = append(copies, object.DeepCopyObject())
	}
	if err := meta.SetList(list, copies); err != nil {
		return nil, err
	}
	accessor, err := meta.ListAccessor(list)
	if err != nil {
		return nil, err
	}
	a.lock.Lock()
	defer a.lock.Unlock()
	accessor.SetResourceVersion(fmt.Sprint(a.version))
	return list, nil
}

func patched(old runtime.Object, form types.PatchType, patch []byte) (runtime.Object, error) {
	before, err := json.Marshal(old)
	if err != nil {
		return nil, err
	}
	var after []byte
	switch form {
	case types.StrategicMergePatchType:
		after, err = strategicpatch.StrategicMergePatch(before, patch, old)
	case types.MergePatchType:
		after, err = jsonpatch.MergePatch(before, patch)
	case types.JSONPatchType:
		var decoded jsonpatch.Patch
		if decoded, err = jsonpatch.DecodePatch(patch); err == nil {
			after, err = decoded.Apply(before)
		}
	default:
		err = fmt.Errorf("no such patch: %s", form)
	}
	if err != nil {
		return nil, err
	}
	object, err := scheme.Scheme.New(gvkOf(old))
	if err != nil {
		return nil, err
	}
	return object, json.Unmarshal(after, object)
}
