package main

import (
	"fmt"
	"sort"
	"strings"

	v1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"k8s.io/apimachinery/pkg/types"
)

func replicaSetState(c *Cluster) any {
	type state struct {
		Pods        int   `json:"pods"`
		Ready       int   `json:"ready"`
		Available   int32 `json:"available"`
		Terminating int   `json:"terminating"`
		Replicas    int32 `json:"replicas"`
		Created     int   `json:"created"`
		// Deleted has the class of each pod that the controller deleted.
		Deleted []string `json:"deleted"`
		// DeletedDetail tells the same pods more exactly, unless chance chose.
		DeletedDetail *[]string `json:"deletedDetail,omitempty"`
	}
	out := state{Deleted: []string{}, DeletedDetail: c.deletedDetail()}
	var uid types.UID
	for _, set := range c.replicaSets() {
		uid, out.Available, out.Replicas = set.UID, set.Status.AvailableReplicas, set.Status.Replicas
	}
	for _, set := range all[*v1.ReplicationController](c, "ReplicationController") {
		uid, out.Available, out.Replicas = set.UID, set.Status.AvailableReplicas, set.Status.Replicas
	}
	pods := c.owned(uid)
	out.Pods, out.Ready = countActive(pods)
	for _, pod := range pods {
		if terminating(pod) {
			out.Terminating++
		}
	}
	for _, action := range c.actions {
		pod, ok := action.object.(*v1.Pod)
		switch {
		case ok && action.verb == "create":
			out.Created++
		case ok && action.verb == "delete":
			out.Deleted = append(out.Deleted, class(pod))
		}
	}
	sort.Strings(out.Deleted)
	return out
}

// class is what counts first when a ReplicaSet chooses which pods go.
func class(pod *v1.Pod) string {
	switch {
	case pod.Spec.NodeName == "":
		return "unassigned"
	case pod.Status.Phase == v1.PodPending:
		return "pending"
	case !podutil.IsPodReady(pod):
		return "notReady"
	}
	return "ready"
}

// detail adds what counts next: the node when it is shared, and the times of
// becoming ready and of creation, in seconds since the usual start.
func detail(pod *v1.Pod) string {
	parts := []string{class(pod)}
	if node := sharedNode(pod); node != "" {
		parts = append(parts, "on "+node)
	}
	if cost := cost(pod); cost != 0 {
		parts = append(parts, fmt.Sprintf("cost %d", cost))
	}
	if restarts := restarts(pod); restarts != 0 {
		parts = append(parts, fmt.Sprintf("restarts %d", restarts))
	}
	if podutil.IsPodReady(pod) {
		_, condition := podutil.GetPodCondition(&pod.Status, v1.PodReady)
		parts = append(parts, fmt.Sprintf("ready %d", int(condition.LastTransitionTime.Sub(usualStart).Seconds())))
	}
	parts = append(parts, fmt.Sprintf("created %d", int(pod.CreationTimestamp.Sub(usualStart).Seconds())))
	return strings.Join(parts, " ")
}

// sharedNode is empty for pods on a node of their own.
func sharedNode(pod *v1.Pod) string {
	if strings.HasPrefix(pod.Spec.NodeName, ownNode) {
		return ""
	}
	return pod.Spec.NodeName
}

// replicaSetScenario scales a ReplicaSet (or a ReplicationController) whose
// pods are in every state, so that the choice of who goes is put to the test.
func replicaSetScenario(seed uint64) *Scenario {
	random := newRandom("replicaset", seed)
	s := newScript(random)
	spec := dict{
		"replicas": random.between(0, 12),
		"selector": dict{"matchLabels": dict{"app": "web"}},
		"template": podTemplate(image(1), dict{"app": "web"}),
	}
	object := dict{
		"apiVersion": "apps/v1", "kind": "ReplicaSet",
		"metadata": dict{"name": "web"}, "spec": spec,
	}
	if random.chance(20) {
		object["apiVersion"], object["kind"] = "v1", "ReplicationController"
		spec["selector"] = dict{"app": "web"}
	}
	if random.chance(35) {
		spec["minReadySeconds"] = random.between(1, 30)
	}
	objects := manifest(object)
	terminating := random.chance(25)
	for range random.between(6, 14) {
		s.replicaSetEvent(object, terminating)
	}
	scenario := s.scenario("replicaset", seed, objects)
	scenario.Terminating = terminating
	return scenario
}

func (s *script) replicaSetEvent(object dict, terminating bool) {
	some := func() *PodsChosen { return &PodsChosen{Revision: "any", Count: s.between(1, 5)} }
	placed := func() *PodsChosen {
		chosen := some()
		if s.chance(50) {
			chosen.Node = pick(s.Random, "a", "b", "c")
		}
		return chosen
	}
	choices := []weighted{
		{22, func() { s.add(Event{Ready: placed()}) }},
		{12, func() { s.add(Event{Schedule: placed()}) }},
		{28, func() { s.change(object, func(spec dict) { spec["replicas"] = s.between(0, 12) }) }},
		{8, func() { s.add(Event{Unready: some()}) }},
		{6, func() { s.add(Event{Fail: some()}) }},
		{3, func() { s.add(Event{Succeed: some()}) }},
		{5, func() { s.add(Event{Vanish: some()}) }},
		{3, func() { s.add(Event{Delete: some()}) }},
		{18, func() { s.advance(1, 40) }},
		{4, func() { s.advance(100, 5000) }},
		{3, func() { s.stray() }},
	}
	if terminating {
		choices = append(choices, weighted{15, func() { s.add(Event{Terminated: some()}) }})
	}
	s.weighted(choices...)
}

// stray applies a bare pod that the set adopts.
func (s *script) stray() {
	pod := podTemplate(image(1), dict{"app": "web"})
	pod["apiVersion"], pod["kind"] = "v1", "Pod"
	pod["metadata"].(dict)["name"] = fmt.Sprintf("stray-%d", len(s.steps))
	s.apply(pod)
}
