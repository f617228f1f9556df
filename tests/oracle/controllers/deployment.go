package main

import (
	"sort"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	deploymentutil "k8s.io/kubernetes/pkg/controller/deployment/util"
)

// setState is one ReplicaSet of a Deployment.
type setState struct {
	Revision  int64 `json:"revision"`
	Spec      int32 `json:"spec"`
	Pods      int   `json:"pods"`
	Ready     int   `json:"ready"`
	Available int32 `json:"available"`
}

func deploymentState(c *Cluster) any {
	type state struct {
		Old         []setState        `json:"old"`
		New         *setState         `json:"new"`
		Total       int32             `json:"total"`
		Available   int32             `json:"available"`
		Updated     int32             `json:"updated"`
		Terminating int               `json:"terminating"`
		Conditions  map[string]string `json:"conditions"`
		Revision    int64             `json:"revision"`
		// Deleted has the pods that the sets deleted, unless chance chose.
		Deleted *[]string `json:"deletedDetail,omitempty"`
	}
	deployment := c.deployments()[0]
	status := deployment.Status
	out := state{
		Old:        []setState{},
		Total:      status.Replicas,
		Available:  status.AvailableReplicas,
		Updated:    status.UpdatedReplicas,
		Conditions: map[string]string{},
		Deleted:    c.deletedDetail(),
	}
	// The sets of a Deployment look at nodes that chance may have chosen.
	c.parted = c.blurred
	out.Revision, _ = deploymentutil.Revision(deployment)
	newest := c.newReplicaSet(deployment)
	for _, set := range c.ownedSets(deployment) {
		pods := c.owned(set.UID)
		for _, pod := range pods {
			if terminating(pod) {
				out.Terminating++
			}
		}
		one := setState{Spec: *set.Spec.Replicas, Available: set.Status.AvailableReplicas}
		one.Revision, _ = deploymentutil.Revision(set)
		one.Pods, one.Ready = countActive(pods)
		if newest != nil && set.UID == newest.UID {
			out.New = &one
		} else {
			out.Old = append(out.Old, one)
		}
	}
	sort.SliceStable(out.Old, func(i, j int) bool { return out.Old[i].Revision < out.Old[j].Revision })
	for _, condition := range status.Conditions {
		switch condition.Type {
		case appsv1.DeploymentProgressing:
			out.Conditions["Progressing"] = condition.Reason
		case appsv1.DeploymentAvailable:
			out.Conditions["Available"] = string(condition.Status)
		case appsv1.DeploymentReplicaFailure:
			if condition.Status == v1.ConditionTrue {
				out.Conditions["ReplicaFailure"] = condition.Reason
			}
		}
	}
	return out
}
