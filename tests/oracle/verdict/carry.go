package main

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/core"
)

var old0 metav1.Time

// keep gives a created object what controllers give it before long.
func keep(object runtime.Object) {
	switch it := object.(type) {
	case *core.PersistentVolumeClaim:
		it.Status.Phase = core.ClaimBound
		it.Status.Capacity = maps.Clone(it.Spec.Resources.Requests)
	case *core.Service:
		if it.Spec.Type == core.ServiceTypeExternalName {
			return
		}
		if it.Spec.ClusterIP == "" {
			it.Spec.ClusterIP = "10.96.0.10"
			if len(it.Spec.IPFamilies) > 0 && it.Spec.IPFamilies[0] == core.IPv6Protocol {
				it.Spec.ClusterIP = "fd00::10"
			}
			it.Spec.ClusterIPs = []string{it.Spec.ClusterIP}
		}
	}
}

// carry gives a new manifest of the type what the server has set in the live object
// and neither manifest speaks of: what remains after a patch.
func carry(of reflect.Type, old, new, live any) any {
	of = indirect(of)
	now, ok := new.(map[string]any)
	set, also := live.(map[string]any)
	if !ok || !also {
		return new
	}
	was, _ := old.(map[string]any)
	for key, value := range set {
		_, before := was[key]
		mine, after := now[key]
		child, known := childType(of, key)
		switch {
		case key == "strategy" || key == "status":
			// kubectl tells the server to keep nothing else of it.
		case after && mergeKey(of, key) != "":
			now[key] = carryItems(indirect(child).Elem(), mergeKey(of, key), was[key], mine, value)
		case after && known:
			now[key] = carry(child, was[key], mine, value)
		case !after && !before:
			now[key] = value
		}
	}
	return new
}

// mergeKey is the field by which a patch knows the items of a list; empty where it
// puts one list in the place of the other, and where of an item nothing is kept.
func mergeKey(of reflect.Type, name string) string {
	if of.Kind() != reflect.Struct {
		return ""
	}
	for _, field := range reflect.VisibleFields(of) {
		own, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if own == name && field.Tag.Get("patchStrategy") == "merge" && indirect(field.Type).Kind() == reflect.Slice {
			return field.Tag.Get("patchMergeKey")
		}
	}
	return ""
}

// carryItems carries into each item of a list from the live item with its key.
func carryItems(of reflect.Type, key string, old, new, live any) any {
	items, ok := new.([]any)
	if !ok {
		return new
	}
	for index, item := range items {
		if found := itemOf(live, key, item); found != nil {
			items[index] = carry(of, itemOf(old, key, item), item, found)
		}
	}
	return items
}

// itemOf is the item of a list that a patch takes for this one.
func itemOf(list any, key string, item any) any {
	wanted, _ := item.(map[string]any)
	items, _ := list.([]any)
	for _, one := range items {
		if fields, ok := one.(map[string]any); ok && wanted[key] != nil && reflect.DeepEqual(fields[key], wanted[key]) {
			return one
		}
	}
	return nil
}

// encode is the object as clients see it.
func encode(gvk schema.GroupVersionKind, object runtime.Object) any {
	data, err := runtime.Encode(serializer.NewCodecFactory(schemeOf(gvk.Group)).LegacyCodec(gvk.GroupVersion()), object)
	if err != nil {
		fail(err)
	}
	var found any
	if err := json.Unmarshal(data, &found); err != nil {
		fail(err)
	}
	return found
}

// carryService does what the registry of Services does before its strategy.
func carryService(after, before *core.Service) {
	if after.Spec.Type == core.ServiceTypeExternalName || before.Spec.Type == core.ServiceTypeExternalName {
		return
	}
	now, was := &after.Spec, &before.Spec
	if now.ClusterIP == "" {
		now.ClusterIP = was.ClusterIP
	}
	if len(now.ClusterIPs) == 0 && now.ClusterIP == was.ClusterIP {
		now.ClusterIPs = was.ClusterIPs
	}
	if now.ClusterIP != was.ClusterIP && slices.Equal(now.ClusterIPs, was.ClusterIPs) {
		now.ClusterIPs = nil
		if now.ClusterIP != "" {
			now.ClusterIPs = []string{now.ClusterIP}
		}
	}
	if len(now.IPFamilies) == 0 {
		now.IPFamilies = was.IPFamilies
	}
	if now.IPFamilyPolicy == nil {
		now.IPFamilyPolicy = was.IPFamilyPolicy
	}
	if now.Type == core.ServiceTypeLoadBalancer && was.Type == now.Type && now.HealthCheckNodePort == 0 {
		now.HealthCheckNodePort = was.HealthCheckNodePort
	}
	taken := map[int32]bool{}
	for _, port := range now.Ports {
		taken[port.NodePort] = true
	}
	known := map[string]int32{}
	for _, port := range was.Ports {
		known[port.Name] = port.NodePort
	}
	for index := range now.Ports {
		if port := &now.Ports[index]; port.NodePort == 0 && !taken[known[port.Name]] && now.Type != core.ServiceTypeClusterIP {
			port.NodePort = known[port.Name]
		}
	}
}

// templateOf is the template of the pods that an object makes.
func templateOf(object runtime.Object) any {
	switch it := object.(type) {
	case *apps.Deployment:
		return &it.Spec.Template
	case *apps.ReplicaSet:
		return &it.Spec.Template
	case *apps.StatefulSet:
		return &it.Spec.Template
	case *apps.DaemonSet:
		return &it.Spec.Template
	case *core.ReplicationController:
		return it.Spec.Template
	case *batch.Job:
		return &it.Spec.Template
	case *batch.CronJob:
		return &it.Spec.JobTemplate.Spec.Template
	}
	return nil
}
