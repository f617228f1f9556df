package main

import (
	"slices"
	"sort"
	"strconv"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	kube "k8s.io/kubernetes/pkg/controller"
)

// crowd puts the pods of some scenarios on nodes that they share, gives them costs
// of deletion and restarts: all that decides which pod of a set goes first.
func crowd(name string, seed uint64, scenario *Scenario) {
	if name != "deployment" && name != "replicaset" {
		return
	}
	// Numbers of its own keep the other scenarios as they are.
	random := newRandom("crowd of "+name, seed)
	if !random.chance(40) {
		return
	}
	var steps []Step
	for index, step := range scenario.Steps {
		if ready := step.Do.Ready; ready != nil && random.chance(70) {
			most := ready.Count
			for count := random.between(1, 3); count < most; count += random.between(1, 4) {
				placed := &PodsChosen{Revision: ready.Revision, Count: count, Node: pick(random, "a", "b", "c", "")}
				steps = append(steps, Step{Do: Event{Schedule: placed}})
			}
			node := pick(random, "a", "b", "c", "")
			step.Do.Ready = &PodsChosen{Revision: ready.Revision, Count: most, Node: node}
		}
		steps = append(steps, step)
		if index == 0 || !random.chance(25) {
			continue
		}
		chosen := &PodsChosen{Revision: pick(random, "any", "new", "old"), Count: random.between(1, 4)}
		if name == "replicaset" {
			// A set by itself has one revision only.
			chosen.Revision = "any"
		}
		if random.chance(60) {
			chosen.Cost = pick(random, -1, 1, 5, 100)
			steps = append(steps, Step{Do: Event{Cost: chosen}})
		} else {
			restart := &Restarts{Count: random.between(1, 4), Times: random.between(1, 3)}
			steps = append(steps, Step{Do: Event{Restart: restart}})
		}
	}
	scenario.Steps = steps
}

// choice is what there was when a sync began to delete pods.
type choice struct {
	sync int
	pods []*v1.Pod
	// above has the owner of each ReplicaSet that has one.
	above map[types.UID]types.UID
}

// noteChoice keeps what there is before the first deletion of a sync.
func (c *Cluster) noteChoice() {
	if len(c.choices) > 0 && c.choices[len(c.choices)-1].sync == c.syncs {
		return
	}
	noted := choice{sync: c.syncs, above: map[types.UID]types.UID{}}
	for _, object := range c.api.list(kindByName("Pod")) {
		noted.pods = append(noted.pods, object.(*v1.Pod))
	}
	for _, object := range c.api.list(kindByName("ReplicaSet")) {
		if owner := metav1.GetControllerOf(metaOf(object)); owner != nil {
			noted.above[metaOf(object).GetUID()] = owner.UID
		}
	}
	c.choices = append(c.choices, noted)
}

// deletedDetail tells the pods that ReplicaSets deleted in this step; nil from
// where chance decided.
func (c *Cluster) deletedDetail() *[]string {
	details := []string{}
	for _, one := range c.choices {
		var deleted []*v1.Pod
		for _, action := range c.actions {
			pod, ok := action.object.(*v1.Pod)
			if ok && action.verb == "delete" && action.sync == one.sync {
				deleted = append(deleted, pod)
				details = append(details, detail(pod))
			}
		}
		c.blurred = c.blurred || one.isChance(deleted)
	}
	if c.blurred {
		return nil
	}
	sort.Strings(details)
	return &details
}

// isChance tells whether another order of the pods to choose from, which come out
// of a map, could have led to others being deleted: some that went and some that
// stayed rank the same, or the ranks contradict each other.
func (one choice) isChance(deleted []*v1.Pod) bool {
	owner := metav1.GetControllerOf(deleted[0]).UID
	var pods []*v1.Pod
	for _, pod := range one.pods {
		if ref := metav1.GetControllerOf(pod); ref != nil && ref.UID == owner && kube.IsPodActive(pod) {
			pods = append(pods, pod)
		}
	}
	if len(pods) == len(deleted) {
		return false
	}
	beside := map[string]int{}
	for _, pod := range one.pods {
		ref := metav1.GetControllerOf(pod)
		related := ref != nil && one.above[owner] != "" && one.above[ref.UID] == one.above[owner]
		if related && kube.IsPodActive(pod) {
			beside[pod.Spec.NodeName]++
		}
	}
	ranked := kube.ActivePodsWithRanks{Pods: pods, Now: metav1.Now()}
	for _, pod := range pods {
		ranked.Rank = append(ranked.Rank, beside[pod.Spec.NodeName])
	}
	isDeleted := func(at int) bool {
		return slices.ContainsFunc(deleted, func(pod *v1.Pod) bool { return pod.UID == pods[at].UID })
	}
	for at := range pods {
		for other := range pods {
			if ranked.Less(at, other) || ranked.Less(other, at) {
				continue
			}
			if isDeleted(at) != isDeleted(other) && detail(pods[at]) != detail(pods[other]) {
				return true
			}
		}
	}
	return contradicts(ranked)
}

// contradicts tells whether there are pods that can be in no order.
func contradicts(pods kube.ActivePodsWithRanks) bool {
	ties := func(a, b int) bool { return !pods.Less(a, b) && !pods.Less(b, a) }
	for a := range pods.Pods {
		for b := range pods.Pods {
			for c := range pods.Pods {
				if (pods.Less(a, b) || ties(a, b)) && pods.Less(b, c) && !pods.Less(a, c) {
					return true
				}
			}
		}
	}
	return false
}

// cost is what the pod says that its deletion costs.
func cost(pod *v1.Pod) int {
	number, _ := strconv.Atoi(pod.Annotations[v1.PodDeletionCost])
	return number
}

// restarts is the most of any of its containers.
func restarts(pod *v1.Pod) int32 {
	most := int32(0)
	for _, status := range pod.Status.ContainerStatuses {
		most = max(most, status.RestartCount)
	}
	return most
}
