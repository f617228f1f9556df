package main

import (
	"sort"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

func statefulSetState(c *Cluster) any {
	type podState struct {
		Name        string `json:"name"`
		Revision    string `json:"revision"`
		Ready       bool   `json:"ready"`
		Phase       string `json:"phase"`
		Terminating bool   `json:"terminating,omitempty"`
	}
	type status struct {
		Replicas  int32 `json:"replicas"`
		Ready     int32 `json:"readyReplicas"`
		Available int32 `json:"availableReplicas"`
		Current   int32 `json:"currentReplicas"`
		Updated   int32 `json:"updatedReplicas"`
	}
	type state struct {
		Pods      []podState `json:"pods"`
		Actions   []string   `json:"actions"`
		Status    status     `json:"status"`
		Claims    []string   `json:"claims"`
		RolledOut bool       `json:"rolledOut"`
	}
	set := all[*appsv1.StatefulSet](c, "StatefulSet")[0]
	out := state{
		Pods:    []podState{},
		Actions: c.ordinalActions(set.Spec.PodManagementPolicy == appsv1.ParallelPodManagement),
		Status: status{
			set.Status.Replicas, set.Status.ReadyReplicas, set.Status.AvailableReplicas,
			set.Status.CurrentReplicas, set.Status.UpdatedReplicas,
		},
		Claims:    []string{},
		RolledOut: set.Status.CurrentRevision == set.Status.UpdateRevision,
	}
	pods := c.owned(set.UID)
	sort.Slice(pods, func(i, j int) bool { return ordinal(pods[i].Name) < ordinal(pods[j].Name) })
	for _, pod := range pods {
		revision := "old"
		if c.isNew(pod) {
			revision = "new"
		}
		out.Pods = append(out.Pods, podState{
			pod.Name, revision, podutil.IsPodReady(pod), string(pod.Status.Phase), terminating(pod),
		})
	}
	for _, claim := range all[*v1.PersistentVolumeClaim](c, "PersistentVolumeClaim") {
		out.Claims = append(out.Claims, claim.Name)
	}
	sort.Strings(out.Claims)
	return out
}

// ordinalActions says what happened to pods, in order. With Parallel one sync
// acts on many pods at once, and has its actions sorted: creations first, then
// by ordinal.
func (c *Cluster) ordinalActions(parallel bool) []string {
	var actions []Action
	for _, action := range c.actions {
		if action.kind == "Pod" {
			actions = append(actions, action)
		}
	}
	if parallel {
		sort.SliceStable(actions, func(i, j int) bool {
			left, right := actions[i], actions[j]
			if left.sync != right.sync {
				return left.sync < right.sync
			}
			if left.verb != right.verb {
				return left.verb < right.verb
			}
			return ordinal(metaOf(left.object).GetName()) < ordinal(metaOf(right.object).GetName())
		})
	}
	texts := []string{}
	for _, action := range actions {
		texts = append(texts, action.verb+" "+metaOf(action.object).GetName())
	}
	return texts
}

func ordinal(name string) int {
	number, err := strconv.Atoi(name[strings.LastIndex(name, "-")+1:])
	if err != nil {
		panic(err)
	}
	return number
}
