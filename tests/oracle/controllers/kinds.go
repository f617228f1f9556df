package main

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"

	"k8s.io/kubernetes/pkg/registry/apps/controllerrevision"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/node"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"

	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
)

// strategy is what the registry does on create and on update.
type strategy interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
}

// Kind is a resource that the API holds, with the registry's treatment of it.
type Kind struct {
	version  schema.GroupVersion
	kind     string
	resource string
	strategy strategy
	// status is nil for kinds without that subresource.
	status rest.RESTUpdateStrategy
}

func (k *Kind) gvr() schema.GroupVersionResource { return k.version.WithResource(k.resource) }

var (
	coreV1   = schema.GroupVersion{Version: "v1"}
	appsV1   = schema.GroupVersion{Group: "apps", Version: "v1"}
	batchV1  = schema.GroupVersion{Group: "batch", Version: "v1"}
	policyV1 = schema.GroupVersion{Group: "policy", Version: "v1"}
)

var kinds = []*Kind{
	{coreV1, "Pod", "pods", pod.Strategy, pod.StatusStrategy},
	{coreV1, "Node", "nodes", node.Strategy, node.StatusStrategy},
	{coreV1, "PersistentVolumeClaim", "persistentvolumeclaims", persistentvolumeclaim.Strategy, persistentvolumeclaim.StatusStrategy},
	{coreV1, "ReplicationController", "replicationcontrollers", replicationcontroller.Strategy, replicationcontroller.StatusStrategy},
	{appsV1, "ReplicaSet", "replicasets", replicaset.Strategy, replicaset.StatusStrategy},
	{appsV1, "Deployment", "deployments", deployment.Strategy, deployment.StatusStrategy},
	{appsV1, "StatefulSet", "statefulsets", statefulset.Strategy, statefulset.StatusStrategy},
	{appsV1, "DaemonSet", "daemonsets", daemonset.Strategy, daemonset.StatusStrategy},
	{appsV1, "ControllerRevision", "controllerrevisions", controllerrevision.Strategy, nil},
	{batchV1, "Job", "jobs", job.Strategy, job.StatusStrategy},
	{batchV1, "CronJob", "cronjobs", cronjob.Strategy, cronjob.StatusStrategy},
	{policyV1, "PodDisruptionBudget", "poddisruptionbudgets", poddisruptionbudget.Strategy, poddisruptionbudget.StatusStrategy},
}

func kindOf(gvr schema.GroupVersionResource) *Kind {
	for _, kind := range kinds {
		if kind.gvr() == gvr {
			return kind
		}
	}
	return nil
}

func kindNamed(gvk schema.GroupVersionKind) *Kind {
	for _, kind := range kinds {
		if kind.version.WithKind(kind.kind) == gvk {
			return kind
		}
	}
	return nil
}
