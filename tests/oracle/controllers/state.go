package main

import (
	"cmp"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	deploymentutil "k8s.io/kubernetes/pkg/controller/deployment/util"
)

// controller is one kind of scenario: what runs, what is recorded, and how
// random ones are made.
type controller struct {
	name string
	runs []string
	// repeats is how often each scenario is played to see what is left to chance,
	// and chance has the parts of the state that may differ.
	repeats  int
	chance   []string
	state    func(*Cluster) any
	scenario func(seed uint64) *Scenario
}

var controllers = []controller{
	{"deployment", []string{"deployment", "replicaset"}, 3, nil, deploymentState, deploymentScenario},
	{"replicaset", []string{"replicaset", "replication"}, 6, []string{"deletedDetail"}, replicaSetState, replicaSetScenario},
	{"statefulset", []string{"statefulset"}, 3, nil, statefulSetState, statefulSetScenario},
	{"daemonset", []string{"daemonset"}, 8, []string{"nodes"}, daemonSetState, daemonSetScenario},
	{"job", []string{"job", "ttl"}, 8, nil, jobState, jobScenario},
	{"cronjob", []string{"cronjob"}, 2, nil, cronJobState, cronJobScenario},
	{"disruption", []string{"deployment", "replicaset", "replication", "statefulset", "job", "disruption"},
		3, nil, disruptionState, disruptionScenario},
}

func named(name string) (controller, bool) {
	for _, one := range controllers {
		if one.name == name {
			return one, true
		}
	}
	return controller{}, false
}

// seconds says a duration as Go does, whole seconds up.
func seconds(duration time.Duration) string {
	return duration.Round(time.Second).String()
}

// newReplicaSet is the one of the Deployment's present template.
func (c *Cluster) newReplicaSet(deployment *appsv1.Deployment) *appsv1.ReplicaSet {
	return deploymentutil.FindNewReplicaSet(deployment, c.ownedSets(deployment))
}

func (c *Cluster) ownedSets(deployment *appsv1.Deployment) []*appsv1.ReplicaSet {
	var sets []*appsv1.ReplicaSet
	for _, set := range c.replicaSets() {
		if metav1.IsControlledBy(set, deployment) {
			sets = append(sets, set)
		}
	}
	return sets
}

// newestHash is the revision hash of the DaemonSet's newest template.
func (c *Cluster) newestHash(set string) string {
	var newest *appsv1.ControllerRevision
	for _, one := range all[*appsv1.ControllerRevision](c, "ControllerRevision") {
		owner := metav1.GetControllerOf(one)
		if owner != nil && owner.Name == set && (newest == nil || one.Revision > newest.Revision) {
			newest = one
		}
	}
	if newest == nil {
		return ""
	}
	return newest.Labels[appsv1.ControllerRevisionHashLabelKey]
}

func countActive(pods []*v1.Pod) (count, ready int) {
	for _, pod := range pods {
		if !active(pod) {
			continue
		}
		count++
		if podutil.IsPodReady(pod) {
			ready++
		}
	}
	return count, ready
}

// sinceStart is a time in seconds since the usual start.
func sinceStart(at time.Time) *int {
	whole := int(at.Sub(usualStart).Seconds())
	return &whole
}

// sortNumbers sorts texts that are numbers.
func sortNumbers(texts []string) {
	slices.SortFunc(texts, func(left, right string) int {
		return cmp.Or(cmp.Compare(len(left), len(right)), cmp.Compare(left, right))
	})
}
