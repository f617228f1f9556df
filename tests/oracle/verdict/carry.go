package main

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

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

// carry gives a new manifest what the server has set in the live object and
// neither manifest speaks of: what remains after a patch.
func carry(old, new, live any) any {
	switch now := new.(type) {
	case map[string]any:
		was, _ := old.(map[string]any)
		set, _ := live.(map[string]any)
		for key, value := range set {
			_, before := was[key]
			mine, after := now[key]
			switch {
			case key == "strategy" || key == "status":
				// kubectl tells the server to keep nothing else of it.
			case after && before:
				now[key] = carry(was[key], mine, value)
			case after:
				now[key] = carry(nil, mine, value)
			case !before:
				now[key] = value
			}
		}
	case []any:
		was, _ := old.([]any)
		set, _ := live.([]any)
		if len(was) != len(now) || len(set) != len(now) {
			return new
		}
		for index := range now {
			if sameItem(was[index], now[index]) {
				now[index] = carry(was[index], now[index], set[index])
			}
		}
	}
	return new
}

// sameItem tells whether a patch takes two items of a list for one.
func sameItem(one, other any) bool {
	a, ok := one.(map[string]any)
	b, also := other.(map[string]any)
	if !ok || !also {
		return false
	}
	for _, key := range []string{"name", "port", "containerPort", "mountPath", "devicePath", "key", "ip", "type", "topologyKey"} {
		if !reflect.DeepEqual(a[key], b[key]) {
			return false
		}
	}
	return true
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
