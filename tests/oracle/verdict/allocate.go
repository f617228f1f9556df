package main

import (
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"k8s.io/kubernetes/pkg/api/service"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/capabilities"
	"k8s.io/kubernetes/pkg/registry/core/service/portallocator"
)

func init() {
	// As clusters are set up: privileged pods are a matter of admission.
	capabilities.Setup(true, 0)
}

const (
	firstNodePort = 30000
	lastNodePort  = 32767
)

// allocate does what the registry of Services does before its strategy: it
// completes the cluster IPs and takes the node ports that are asked for.
func allocate(svc *core.Service) error {
	spec := &svc.Spec
	if spec.ClusterIP != "" && len(spec.ClusterIPs) == 0 {
		spec.ClusterIPs = []string{spec.ClusterIP}
	}
	if spec.Type == core.ServiceTypeExternalName {
		return nil
	}
	invalid := func(errs field.ErrorList) error {
		return apierrors.NewInvalid(core.Kind("Service"), svc.Name, errs)
	}
	if errs := validation.ValidateServiceClusterIPsRelatedFields(svc, nil); len(errs) > 0 {
		return invalid(errs)
	}
	if spec.Type == core.ServiceTypeNodePort || spec.Type == core.ServiceTypeLoadBalancer {
		if errs := allocateNodePorts(spec.Ports); len(errs) > 0 {
			return invalid(errs)
		}
	}
	if service.NeedsHealthCheck(svc) && spec.HealthCheckNodePort == 0 {
		spec.HealthCheckNodePort = lastNodePort
	}
	return nil
}

// allocateNodePorts takes the node ports that are asked for: ports of one number share
// theirs, so that it is asked for at the first of them.
func allocateNodePorts(ports []core.ServicePort) field.ErrorList {
	shared, taken := map[int32]int32{}, map[int32]bool{}
	for index, port := range ports {
		wanted, known := port.NodePort, shared[port.Port]
		for _, later := range ports[index:] {
			if known == 0 && wanted == 0 && later.Port == port.Port {
				wanted = later.NodePort
			}
		}
		if wanted == 0 || wanted == known {
			continue
		}
		var err error
		if wanted < firstNodePort || wanted > lastNodePort {
			err = &portallocator.ErrNotInRange{ValidPorts: "30000-32767"}
		} else if taken[wanted] {
			err = portallocator.ErrAllocated
		}
		if err != nil {
			at := field.NewPath("spec", "ports").Index(index).Child("nodePort")
			return field.ErrorList{field.Invalid(at, wanted, err.Error())}
		}
		taken[wanted] = true
		if known == 0 {
			shared[port.Port] = wanted
		}
	}
	return nil
}
