package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/client-go/kubernetes/fake"

	crdscheme "k8s.io/apiextensions-apiserver/pkg/apiserver"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	aggscheme "k8s.io/kube-aggregator/pkg/apiserver/scheme"
	"k8s.io/kube-aggregator/pkg/registry/apiservice"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/mutatingadmissionpolicy"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/mutatingadmissionpolicybinding"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/mutatingwebhookconfiguration"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingadmissionpolicy"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingadmissionpolicybinding"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingwebhookconfiguration"
	"k8s.io/kubernetes/pkg/registry/apiserverinternal/storageversion"
	"k8s.io/kubernetes/pkg/registry/apps/controllerrevision"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/certificates/certificates"
	"k8s.io/kubernetes/pkg/registry/certificates/clustertrustbundle"
	"k8s.io/kubernetes/pkg/registry/certificates/podcertificaterequest"
	"k8s.io/kubernetes/pkg/registry/coordination/lease"
	"k8s.io/kubernetes/pkg/registry/coordination/leasecandidate"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/endpoint"
	"k8s.io/kubernetes/pkg/registry/core/event"
	"k8s.io/kubernetes/pkg/registry/core/limitrange"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/node"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolume"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/podtemplate"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
	"k8s.io/kubernetes/pkg/registry/core/resourcequota"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/discovery/endpointslice"
	"k8s.io/kubernetes/pkg/registry/flowcontrol/flowschema"
	"k8s.io/kubernetes/pkg/registry/flowcontrol/prioritylevelconfiguration"
	"k8s.io/kubernetes/pkg/registry/networking/ingress"
	"k8s.io/kubernetes/pkg/registry/networking/ingressclass"
	"k8s.io/kubernetes/pkg/registry/networking/ipaddress"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/networking/servicecidr"
	"k8s.io/kubernetes/pkg/registry/node/runtimeclass"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrole"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrolebinding"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
	"k8s.io/kubernetes/pkg/registry/resource/deviceclass"
	"k8s.io/kubernetes/pkg/registry/resource/devicetaintrule"
	"k8s.io/kubernetes/pkg/registry/resource/resourceclaimtemplate"
	"k8s.io/kubernetes/pkg/registry/resource/resourceslice"
	"k8s.io/kubernetes/pkg/registry/scheduling/priorityclass"
	"k8s.io/kubernetes/pkg/registry/storage/csidriver"
	"k8s.io/kubernetes/pkg/registry/storage/csinode"
	"k8s.io/kubernetes/pkg/registry/storage/csistoragecapacity"
	"k8s.io/kubernetes/pkg/registry/storage/storageclass"
	"k8s.io/kubernetes/pkg/registry/storage/volumeattachment"
	"k8s.io/kubernetes/pkg/registry/storage/volumeattributesclass"
	"k8s.io/kubernetes/pkg/registry/storagemigration/storagemigration"
)

// strategy is what the registry does on create and on update.
type strategy interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
}

// namespaces is a server with one namespace, in which claims may ask for
// administrative access.
var namespaces = fake.NewSimpleClientset(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
	Name: "default", Labels: map[string]string{"resource.kubernetes.io/admin-access": "true"},
}}).CoreV1().Namespaces()

// unresolved stands where a strategy wants to know resources, to ask an
// authorizer that is not there.
type unresolved struct{}

// Resolve implements resolver.ResourceResolver.
func (unresolved) Resolve(gvk schema.GroupVersionKind) (schema.GroupVersionResource, error) {
	return schema.GroupVersionResource{}, fmt.Errorf("no resource for %v", gvk)
}

// entry is a kind with the name of its resource.
type entry struct {
	resource string
	strategy strategy
}

// strategies has the create and update path of each kind, with its resource name.
var strategies = map[schema.GroupKind]entry{
	{Kind: "Pod"}:                   {"pods", pod.Strategy},
	{Kind: "PodTemplate"}:           {"podtemplates", podtemplate.Strategy},
	{Kind: "ReplicationController"}: {"replicationcontrollers", replicationcontroller.Strategy},
	{Kind: "Service"}:               {"services", service.Strategy},
	{Kind: "Endpoints"}:             {"endpoints", endpoint.Strategy},
	{Kind: "ConfigMap"}:             {"configmaps", configmap.Strategy},
	{Kind: "Secret"}:                {"secrets", secret.Strategy},
	{Kind: "ServiceAccount"}:        {"serviceaccounts", serviceaccount.Strategy},
	{Kind: "Namespace"}:             {"namespaces", namespace.Strategy},
	{Kind: "Node"}:                  {"nodes", node.Strategy},
	{Kind: "PersistentVolume"}:      {"persistentvolumes", persistentvolume.Strategy},
	{Kind: "PersistentVolumeClaim"}: {"persistentvolumeclaims", persistentvolumeclaim.Strategy},
	{Kind: "LimitRange"}:            {"limitranges", limitrange.Strategy},
	{Kind: "ResourceQuota"}:         {"resourcequotas", resourcequota.Strategy},

	{Group: "apps", Kind: "ReplicaSet"}:         {"replicasets", replicaset.Strategy},
	{Group: "apps", Kind: "Deployment"}:         {"deployments", deployment.Strategy},
	{Group: "apps", Kind: "StatefulSet"}:        {"statefulsets", statefulset.Strategy},
	{Group: "apps", Kind: "DaemonSet"}:          {"daemonsets", daemonset.Strategy},
	{Group: "apps", Kind: "ControllerRevision"}: {"controllerrevisions", controllerrevision.Strategy},
	{Group: "batch", Kind: "Job"}:               {"jobs", job.Strategy},
	{Group: "batch", Kind: "CronJob"}:           {"cronjobs", cronjob.Strategy},

	{Group: "autoscaling", Kind: "HorizontalPodAutoscaler"}:   {"horizontalpodautoscalers", horizontalpodautoscaler.Strategy},
	{Group: "policy", Kind: "PodDisruptionBudget"}:            {"poddisruptionbudgets", poddisruptionbudget.Strategy},
	{Group: "discovery.k8s.io", Kind: "EndpointSlice"}:        {"endpointslices", endpointslice.Strategy},
	{Group: "networking.k8s.io", Kind: "Ingress"}:             {"ingresses", ingress.Strategy},
	{Group: "networking.k8s.io", Kind: "IngressClass"}:        {"ingressclasses", ingressclass.Strategy},
	{Group: "networking.k8s.io", Kind: "NetworkPolicy"}:       {"networkpolicies", networkpolicy.Strategy},
	{Group: "storage.k8s.io", Kind: "StorageClass"}:           {"storageclasses", storageclass.Strategy},
	{Group: "storage.k8s.io", Kind: "VolumeAttributesClass"}:  {"volumeattributesclasses", volumeattributesclass.Strategy},
	{Group: "storage.k8s.io", Kind: "CSIDriver"}:              {"csidrivers", csidriver.Strategy},
	{Group: "scheduling.k8s.io", Kind: "PriorityClass"}:       {"priorityclasses", priorityclass.Strategy},
	{Group: "node.k8s.io", Kind: "RuntimeClass"}:              {"runtimeclasses", runtimeclass.Strategy},
	{Group: "coordination.k8s.io", Kind: "Lease"}:             {"leases", lease.Strategy},
	{Group: "rbac.authorization.k8s.io", Kind: "Role"}:        {"roles", role.Strategy},
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"}: {"clusterroles", clusterrole.Strategy},
	{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}: {"rolebindings", rolebinding.Strategy},
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRoleBinding"}: {
		"clusterrolebindings", clusterrolebinding.Strategy},

	{Group: "admissionregistration.k8s.io", Kind: "ValidatingWebhookConfiguration"}: {
		"validatingwebhookconfigurations", validatingwebhookconfiguration.Strategy},
	{Group: "admissionregistration.k8s.io", Kind: "MutatingWebhookConfiguration"}: {
		"mutatingwebhookconfigurations", mutatingwebhookconfiguration.Strategy},
	{Group: "admissionregistration.k8s.io", Kind: "ValidatingAdmissionPolicy"}: {
		"validatingadmissionpolicies", validatingadmissionpolicy.NewStrategy(nil, nil)},
	{Group: "admissionregistration.k8s.io", Kind: "ValidatingAdmissionPolicyBinding"}: {
		"validatingadmissionpolicybindings", validatingadmissionpolicybinding.NewStrategy(nil, nil, unresolved{})},

	{Group: "admissionregistration.k8s.io", Kind: "MutatingAdmissionPolicy"}: {
		"mutatingadmissionpolicies", mutatingadmissionpolicy.NewStrategy(nil, nil)},
	{Group: "admissionregistration.k8s.io", Kind: "MutatingAdmissionPolicyBinding"}: {
		"mutatingadmissionpolicybindings", mutatingadmissionpolicybinding.NewStrategy(nil, nil, unresolved{})},

	{Kind: "Event"}:                         {"events", event.Strategy},
	{Group: "events.k8s.io", Kind: "Event"}: {"events", event.Strategy},
	{Group: "certificates.k8s.io", Kind: "CertificateSigningRequest"}:           {"certificatesigningrequests", certificates.Strategy},
	{Group: "certificates.k8s.io", Kind: "ClusterTrustBundle"}:                  {"clustertrustbundles", clustertrustbundle.Strategy},
	{Group: "certificates.k8s.io", Kind: "PodCertificateRequest"}:               {"podcertificaterequests", podcertificaterequest.NewStrategy()},
	{Group: "coordination.k8s.io", Kind: "LeaseCandidate"}:                      {"leasecandidates", leasecandidate.Strategy},
	{Group: "flowcontrol.apiserver.k8s.io", Kind: "FlowSchema"}:                 {"flowschemas", flowschema.Strategy},
	{Group: "flowcontrol.apiserver.k8s.io", Kind: "PriorityLevelConfiguration"}: {"prioritylevelconfigurations", prioritylevelconfiguration.Strategy},
	{Group: "networking.k8s.io", Kind: "IPAddress"}:                             {"ipaddresses", ipaddress.Strategy},
	{Group: "networking.k8s.io", Kind: "ServiceCIDR"}:                           {"servicecidrs", servicecidr.Strategy},
	{Group: "resource.k8s.io", Kind: "DeviceClass"}:                             {"deviceclasses", deviceclass.Strategy},
	{Group: "resource.k8s.io", Kind: "DeviceTaintRule"}:                         {"devicetaintrules", devicetaintrule.Strategy},
	{Group: "resource.k8s.io", Kind: "ResourceClaim"}:                           {"resourceclaims", claimStrategy()},
	{Group: "resource.k8s.io", Kind: "ResourceClaimTemplate"}:                   {"resourceclaimtemplates", resourceclaimtemplate.NewStrategy(namespaces)},
	{Group: "resource.k8s.io", Kind: "ResourceSlice"}:                           {"resourceslices", resourceslice.Strategy},
	{Group: "storage.k8s.io", Kind: "CSINode"}:                                  {"csinodes", csinode.Strategy},
	{Group: "storage.k8s.io", Kind: "CSIStorageCapacity"}:                       {"csistoragecapacities", csistoragecapacity.Strategy},
	{Group: "storage.k8s.io", Kind: "VolumeAttachment"}:                         {"volumeattachments", volumeattachment.Strategy},
	{Group: "storagemigration.k8s.io", Kind: "StorageVersionMigration"}:         {"storageversionmigrations", storagemigration.Strategy},
	{Group: "internal.apiserver.k8s.io", Kind: "StorageVersion"}:                {"storageversions", storageversion.Strategy},

	{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}: {
		"customresourcedefinitions", customresourcedefinition.NewStrategy(crdscheme.Scheme)},
	{Group: "apiregistration.k8s.io", Kind: "APIService"}: {
		"apiservices", apiservice.NewStrategy(aggscheme.Scheme).(strategy)},
}
