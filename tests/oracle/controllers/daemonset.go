package main

import (
	"fmt"
	"sort"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

func daemonSetState(c *Cluster) any {
	type nodeState struct {
		Old         int `json:"old"`
		New         int `json:"new"`
		Ready       int `json:"ready"`
		Terminating int `json:"terminating,omitempty"`
		Ended       int `json:"ended,omitempty"`
	}
	type status struct {
		Desired      int32 `json:"desired"`
		Current      int32 `json:"current"`
		Ready        int32 `json:"ready"`
		Available    int32 `json:"available"`
		Updated      int32 `json:"updated"`
		Misscheduled int32 `json:"misscheduled"`
	}
	type state struct {
		Nodes map[string]*nodeState `json:"nodes"`
		// Shape has the same without the names, sorted: which of several nodes
		// comes first in an update is left to chance.
		Shape  []string `json:"shape"`
		Status status   `json:"status"`
	}
	set := all[*appsv1.DaemonSet](c, "DaemonSet")[0]
	out := state{map[string]*nodeState{}, []string{}, status{
		set.Status.DesiredNumberScheduled, set.Status.CurrentNumberScheduled, set.Status.NumberReady,
		set.Status.NumberAvailable, set.Status.UpdatedNumberScheduled, set.Status.NumberMisscheduled,
	}}
	for _, node := range all[*v1.Node](c, "Node") {
		out.Nodes[node.Name] = &nodeState{}
	}
	for _, pod := range c.owned(set.UID) {
		node := out.Nodes[targetNode(pod)]
		switch {
		case node == nil:
		case terminating(pod):
			node.Terminating++
		case !active(pod):
			node.Ended++
		default:
			if c.isNew(pod) {
				node.New++
			} else {
				node.Old++
			}
			if podutil.IsPodReady(pod) {
				node.Ready++
			}
		}
	}
	for _, node := range out.Nodes {
		out.Shape = append(out.Shape, fmt.Sprintf("old %d new %d ready %d terminating %d ended %d",
			node.Old, node.New, node.Ready, node.Terminating, node.Ended))
	}
	sort.Strings(out.Shape)
	return out
}
