//go:build minor134

package main

import (
	"k8s.io/kubernetes/pkg/registry/resource/resourceclaim"
	"k8s.io/pod-security-admission/policy"
)

// currentMinor is the Kubernetes minor of the modules in go-1.34.mod.
const currentMinor = 34

func claimStrategy() strategy {
	return resourceclaim.NewStrategy(namespaces)
}

func newEvaluator(checks []policy.Check) (policy.Evaluator, error) {
	return policy.NewEvaluator(checks)
}
