//go:build !minor134

package main

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/pod-security-admission/policy"

	_ "k8s.io/kubernetes/pkg/apis/lifecycle/install"
	"k8s.io/kubernetes/pkg/registry/lifecycle/evictionrequest"
	"k8s.io/kubernetes/pkg/registry/resource/resourceclaim"
	"k8s.io/kubernetes/pkg/registry/resource/resourcepoolstatusrequest"
	"k8s.io/kubernetes/pkg/registry/scheduling/compositepodgroup"
	"k8s.io/kubernetes/pkg/registry/scheduling/podgroup"
	"k8s.io/kubernetes/pkg/registry/scheduling/workload"
)

// currentMinor is the Kubernetes minor of the modules in go.mod.
const currentMinor = 37

// Kinds that 1.34 does not have.
func init() {
	strategies[schema.GroupKind{Group: "lifecycle.k8s.io", Kind: "EvictionRequest"}] = entry{"evictionrequests", evictionrequest.NewStrategy()}
	strategies[schema.GroupKind{Group: "resource.k8s.io", Kind: "ResourcePoolStatusRequest"}] = entry{"resourcepoolstatusrequests", resourcepoolstatusrequest.Strategy}
	strategies[schema.GroupKind{Group: "scheduling.k8s.io", Kind: "CompositePodGroup"}] = entry{"compositepodgroups", compositepodgroup.NewStrategy()}
	strategies[schema.GroupKind{Group: "scheduling.k8s.io", Kind: "PodGroup"}] = entry{"podgroups", podgroup.NewStrategy()}
	strategies[schema.GroupKind{Group: "scheduling.k8s.io", Kind: "Workload"}] = entry{"workloads", workload.Strategy}
}

func claimStrategy() strategy {
	return resourceclaim.NewStrategy(namespaces, nil)
}

func newEvaluator(checks []policy.Check) (policy.Evaluator, error) {
	return policy.NewEvaluator(checks, nil)
}
