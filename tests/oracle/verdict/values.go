package main

import (
	"reflect"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

type jsonField struct {
	name string
	of   reflect.Type
}

func indirect(of reflect.Type) reflect.Type {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	// They are written as the schema that they hold.
	if of == schemaOrArrayType || of == schemaOrBoolType {
		return schemaType
	}
	return of
}

// jsonFields lists the fields that a struct has in JSON, embedded ones included.
func jsonFields(of reflect.Type) []jsonField {
	var found []jsonField
	for index := 0; index < of.NumField(); index++ {
		field := of.Field(index)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
		case name == "" && field.Anonymous:
			found = append(found, jsonFields(indirect(field.Type))...)
		case name != "":
			found = append(found, jsonField{name, field.Type})
		}
	}
	return found
}

func childType(of reflect.Type, key string) (reflect.Type, bool) {
	switch of.Kind() {
	case reflect.Map:
		return of.Elem(), true
	case reflect.Struct:
		if opaque(of) {
			return nil, false
		}
		for _, field := range jsonFields(of) {
			if field.name == key {
				return field.of, true
			}
		}
	}
	return nil, false
}

var (
	schemaType        = reflect.TypeFor[apiextensions.JSONSchemaProps]()
	schemaOrArrayType = reflect.TypeFor[apiextensions.JSONSchemaPropsOrArray]()
	schemaOrBoolType  = reflect.TypeFor[apiextensions.JSONSchemaPropsOrBool]()
	anyType           = reflect.TypeFor[apiextensions.JSON]()
)

var (
	quantityType  = reflect.TypeFor[resource.Quantity]()
	intStringType = reflect.TypeFor[intstr.IntOrString]()
	timeType      = reflect.TypeFor[metav1.Time]()
	microTimeType = reflect.TypeFor[metav1.MicroTime]()
	durationType  = reflect.TypeFor[metav1.Duration]()
	rawType       = reflect.TypeFor[runtime.RawExtension]()
)

func opaque(of reflect.Type) bool {
	return of == quantityType || of == intStringType || of == timeType ||
		of == microTimeType || of == durationType || of == rawType
}

func (g *generator) pick(pool []any) any {
	return pool[g.Intn(len(pool))]
}

// value makes a value of the type for a field of that name.
func (g *generator) value(of reflect.Type, name string, depth int) any {
	of = indirect(of)
	switch of {
	case quantityType:
		return g.pick(quantities)
	case intStringType:
		return g.pick(intStrings)
	case timeType:
		return "2024-01-02T03:04:05Z"
	case microTimeType:
		return "2024-01-02T03:04:05.000000Z"
	case durationType:
		return "30s"
	case anyType:
		return g.pick(list("A", 1, true, 2.5, map[string]any{}, []any{"a", "a"}, map[string]any{"name": "x", "odd": 1}))
	case rawType:
		return map[string]any{}
	}
	switch of.Kind() {
	case reflect.Bool:
		return g.Intn(2) == 0
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint32, reflect.Uint64:
		return g.pick(integers(name))
	case reflect.String:
		return g.text(name)
	case reflect.Slice:
		if of.Elem().Kind() == reflect.Uint8 {
			return g.pick([]any{"", "YQ==", "e30=", "bm90IGpzb24="})
		}
		items := []any{}
		for count := g.Intn(3); count > 0; count-- {
			items = append(items, g.value(of.Elem(), name, depth+1))
		}
		return items
	case reflect.Map:
		entries := map[string]any{}
		for count := g.Intn(3); count > 0; count-- {
			entries[g.pick(mapKeys(name)).(string)] = g.value(of.Elem(), name+"/value", depth+1)
		}
		return entries
	case reflect.Struct:
		return g.structure(of, depth)
	}
	return nil
}

func (g *generator) structure(of reflect.Type, depth int) any {
	entries := map[string]any{}
	fields := jsonFields(of)
	for _, field := range fields {
		likely := 3
		if len(fields) > 6 {
			likely = 5
		}
		if depth < 5 && g.Intn(likely) == 0 || len(fields) <= 2 && g.Intn(4) > 0 {
			entries[field.name] = g.value(field.of, pool(of, field.name), depth+1)
		}
	}
	return entries
}

// pool names the texts for a field: those of its type, or of all fields of that name.
func pool(of reflect.Type, name string) string {
	own := of.Name() + "." + name
	if texts[own] != nil || expressions[own] != nil {
		return own
	}
	return name
}

func (g *generator) text(name string) any {
	if only, ok := expressions[name]; ok {
		return g.pick(only)
	}
	if pool, ok := texts[name]; ok && g.Intn(4) > 0 {
		return g.pick(pool)
	}
	return g.pick(anyText)
}

func list(values ...any) []any { return values }

var long = strings.Repeat("a", 64)

var quantities = list("1", "100m", "-1", "0", "1.5", "2Gi", "128Mi", "1e3", "0.0001", "3M", 2, "4Mi", "1Ki", "16Ei")

var intStrings = list(0, 1, 2, 80, -1, 65535, 65536, "25%", "0%", "100%", "101%", "http", "HTTP", "", "a-very-long-port-name", "-5%", "1.5%", "3", "web--x")

var anyText = list("", "a", "web", "Bad_Name", "-x", "x-", long, strings.Repeat("a.", 128)+"a", "a.b", "a/b", "a/b/c", "../x", "/abs", "é", "with space", "UPPER", "1", "true", "example.com/x", "None", "Always", "*", "kubernetes.io/x")

func integers(name string) []any {
	switch {
	case strings.HasSuffix(name, "ort"):
		return list(0, 1, 80, 8080, 443, 65535, 65536, -1, 30080, 29999, 32768)
	case strings.HasSuffix(name, "ode"):
		return list(0, 420, 511, 512, 1023, 1024, -1)
	case strings.HasPrefix(name, "runAs") || name == "fsGroup" || name == "supplementalGroups":
		return list(0, 1000, -1, 2147483647, 2147483648)
	case name == "weight":
		return list(0, 1, 50, 100, 101, -1)
	case name == "values":
		return list(0, 1, 2, 255, 42)
	case strings.HasSuffix(name, "Percent") || name == "matchingPrecedence" || strings.HasSuffix(name, "Priority") || name == "groupPriorityMinimum":
		return list(-1, 0, 1, 2, 50, 100, 101, 1000, 1001, 10000, 10001, 20000, 20001)
	case name == "queues" || name == "handSize" || name == "queueLengthLimit":
		return list(-1, 0, 1, 2, 6, 8, 64, 128, 512, 10000000, 10000001)
	case name == "timeoutSeconds":
		return list(-1, 0, 1, 2, 5, 30, 31, 100, 86400, 86401)
	case name == "expirationSeconds":
		return list(-1, 0, 1, 599, 600, 601, 3600, 4294967296, 4294967297)
	case name == "completions" || name == "parallelism" || name == "maxFailedIndexes":
		return list(-1, 0, 1, 3, 10, 10000, 10001, 100000, 100001)
	}
	if name == "priority" {
		return list(-1, 0, 5, 2000000000, 2000001000)
	}
	return list(-1, 0, 1, 2, 5, 30, 100, 600, 601, 3600, 86400, 86401, 2147483647)
}

func mapKeys(name string) []any {
	switch name {
	case "limits", "requests", "capacity", "hard", "overhead", "max", "min", "default", "defaultRequest",
		"maxLimitRequestRatio", "allocatable", "podFixed":
		return list("cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu", "storage", "pods",
			"bogus", "example.com/Bad_", "kubernetes.io/x", "requests.cpu", "limits.memory", "count/jobs.batch",
			"services", "requests.nvidia.com/gpu", "attachable-volumes-x", "configmaps", "persistentvolumeclaims", "")
	case "annotations":
		return list("a", "example.com/a", "Example.com/A", "bad key", "/x", "a/b/c", "", long,
			"container.seccomp.security.alpha.kubernetes.io/web", "seccomp.security.alpha.kubernetes.io/pod",
			"container.apparmor.security.beta.kubernetes.io/web", "controller.kubernetes.io/pod-deletion-cost",
			"scheduler.alpha.kubernetes.io/preferred-zone", "kubernetes.io/config.mirror",
			"container.apparmor.security.beta.kubernetes.io/nope", "service.kubernetes.io/topology-mode",
			"service.kubernetes.io/topology-aware-hints", "service.beta.kubernetes.io/load-balancer-source-ranges",
			"kubernetes.io/service-account.name", "kubernetes.io/ingress.class",
			"volume.beta.kubernetes.io/storage-class", "storageclass.kubernetes.io/is-default-class",
			"scheduler.alpha.kubernetes.io/critical-pod", "security.alpha.kubernetes.io/sysctls", "volume.beta.kubernetes.io/mount-options",
			"kubernetes.io/enforce-mountable-secrets")
	case "data", "binaryData", "stringData":
		return list("a", "key.txt", "bad key", "..", "..x", ".", "", long, strings.Repeat("k", 254),
			"tls.crt", "tls.key", "username", "password", ".dockerconfigjson", ".dockercfg", "ssh-privatekey")
	}
	return list("app", "tier", "example.com/tier", "bad key", "/x", "a/b/c", "", long, "-x", "x.", "Example.com/a", "kubernetes.io/hostname", "beta.kubernetes.io/arch")
}

var names = list("web", "db", "a", "Bad_Name", "a.b", "", long, strings.Repeat("a.", 127)+"b", "x-", "1", "data", "config", "UPPER")

var texts = map[string][]any{
	"accessModes":                            list("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod", "rwo", ""),
	"action":                                 list("FailJob", "Ignore", "Count", "FailIndex", "Restart", "RestartAllContainers", "bogus", ""),
	"add":                                    list("NET_ADMIN", "CAP_SYS_ADMIN", "ALL"),
	"addressType":                            list("IPv4", "IPv6", "FQDN", "x", ""),
	"addresses":                              list("10.0.0.1", "fd00::1", "x", "a.example.com", "127.0.0.1", "2001:DB8::1"),
	"admissionReviewVersions":                list("v1", "v1beta1", "x", "Bad_"),
	"apiGroup":                               list("rbac.authorization.k8s.io", "apps", "", "Bad_", "example.com"),
	"apiGroups":                              list("", "apps", "*", "Bad_", "example.com"),
	"apiVersion":                             list("v1", "apps/v1", "a/b/c", "", "metadata.k8s.io/v1"),
	"apiVersions":                            list("v1", "*", "", "v1beta1", "Bad_"),
	"appProtocol":                            list("kubernetes.io/h2c", "http", "bad proto", ""),
	"bindMountOptions":                       list("noexec", "nodev", "nosuid", "x"),
	"cidr":                                   list("10.0.0.0/8", "10.0.0.1/8", "bad", "::/0", "010.0.0.0/8", "", "FD00::/64", "fd00:0::/64"),
	"clusterIP":                              list("None", "10.0.0.10", "bad", "", "10.0.0.010", "::1", "fd00::1"),
	"clusterIPs":                             list("None", "10.0.0.10", "fd00::1", "bad", "10.0.0.11", "fd00:0::1"),
	"completionMode":                         list("Indexed", "NonIndexed", "indexed", ""),
	"concurrencyPolicy":                      list("Allow", "Forbid", "Replace", "allow", ""),
	"conditionType":                          list("example.com/ready", "bad type", "Ready", ""),
	"container":                              list("web", "Bad_", ""),
	"controller":                             list("example.com/c", "bad key", "", "a/b/c/d"),
	"devicePath":                             list("/dev/xvda", "/data", "..", "", "/dev/../x"),
	"dnsPolicy":                              list("ClusterFirst", "None", "Default", "ClusterFirstWithHostNet", "clusterfirst", ""),
	"drop":                                   list("ALL"),
	"effect":                                 list("NoSchedule", "PreferNoSchedule", "NoExecute", "noexecute", ""),
	"except":                                 list("10.1.0.0/16", "192.168.0.0/16", "bad", "10.0.0.0/8", "fd00:0::/80"),
	"externalIPs":                            list("1.2.3.4", "127.0.0.1", "bad", "0.0.0.0", "2001:DB8::1"),
	"externalName":                           list("example.com", "example.com.", "bad_name", "", "*.x.com"),
	"externalTrafficPolicy":                  list("Cluster", "Local", "local", ""),
	"failurePolicy":                          list("Fail", "Ignore", "x", ""),
	"fieldPath":                              list("metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.podIP", "status.podIPs", "status.hostIP", "status.hostIPs", "metadata.labels['app']", "metadata.annotations['a.b/c']", "metadata.labels['bad key']", "metadata.labels", "metadata.annotations", "spec.bogus", "metadata.name['x']", "", "status.phase", "spec.host"),
	"finalizers":                             list("kubernetes", "example.com/f", "foregroundDeletion", "orphan", "bad", "bad key", ""),
	"fsGroupChangePolicy":                    list("OnRootMismatch", "Always", "never", ""),
	"fsGroupPolicy":                          list("File", "None", "ReadWriteOnceWithFSType", "x", ""),
	"generateName":                           list("web-", "Bad_", "a", "x--", ""),
	"handler":                                list("runc", "Bad_", ""),
	"host":                                   list("example.com", "*.example.com", "bad_host", "1.2.3.4", "*.", "", "*"),
	"hostIP":                                 list("", "10.0.0.1", "x"),
	"hostname":                               list("web", "Bad_", "a.b", ""),
	"hostnames":                              list("a.example.com", "bad_host", "", "UP"),
	"hosts":                                  list("example.com", "*.example.com", "bad_host", ""),
	"image":                                  list("nginx:1.27", "", " nginx", "nginx:latest", "UPPER/x", "a@sha256:x"),
	"imagePullPolicy":                        list("Always", "IfNotPresent", "Never", "always", ""),
	"ingressClassName":                       list("nginx", "Bad_", ""),
	"internalTrafficPolicy":                  list("Cluster", "Local", "local", ""),
	"ip":                                     list("10.0.0.1", "10.0.0", "010.0.0.1", "::1", "fe80::1", "127.0.0.1", "0.0.0.0", "169.254.1.1", "2001:db8::1", "x", "", "224.0.0.1", "::ffff:1.2.3.4", "2001:DB8::1", "fd00:0::1"),
	"ipFamilies":                             list("IPv4", "IPv6", "ipv4", ""),
	"ipFamilyPolicy":                         list("SingleStack", "PreferDualStack", "RequireDualStack", "x", ""),
	"key":                                    list("app", "tier", "bad key", "", "a/b/c", "example.com/x", "key.txt", "..", "beta.kubernetes.io/os", "node-role.kubernetes.io/master"),
	"keyType":                                list("RSA3072", "ED25519", "x", ""),
	"kind":                                   list("ServiceAccount", "User", "Group", "Role", "ClusterRole", "Deployment", "PersistentVolumeClaim", "bogus", "", "Pod", "Node", "ConfigMap"),
	"loadBalancerClass":                      list("example.com/lb", "bad class", ""),
	"loadBalancerSourceRanges":               list("10.0.0.0/8", " 10.0.0.0/8 ", "10.0.0.1", "bad", "10.0.0.1/8", "010.0.0.0/8", "FD00::/8"),
	"localhostProfile":                       list("profile.json", "../x", "/abs", "", " padded "),
	"managedBy":                              list("kubernetes.io/job-controller", "example.com/ctl", "noprefix", "", "example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
	"matchLabelKeys":                         list("app", "tier", "bad key", "pod-template-hash"),
	"matchPolicy":                            list("Exact", "Equivalent", "x", ""),
	"medium":                                 list("", "Memory", "HugePages", "HugePages-2Mi", "x"),
	"mismatchLabelKeys":                      list("app", "tier", "bad key"),
	"mountPath":                              list("/data", "/config", "relative", "", "/data", "/a:b", "/"),
	"mountPropagation":                       list("None", "HostToContainer", "Bidirectional", "none", ""),
	"nameservers":                            list("1.1.1.1", "8.8.8.8", "x", "01.1.1.1", "::1", "FD00::1"),
	"namespace":                              list("default", "Bad_NS", "a.b", ""),
	"namespaces":                             list("default", "Bad_NS", "a.b", "", "*"),
	"nodeAffinityPolicy":                     list("Honor", "Ignore", "honor", ""),
	"nodeName":                               list("node-1", "Bad_", ""),
	"nodeTaintsPolicy":                       list("Honor", "Ignore", "honor", ""),
	"nonResourceURLs":                        list("/healthz", "*", "/a/*", "", "healthz", "/a b", "//x", "/a*", "/*/a", "/a/*/*", "/"),
	"operations":                             list("CREATE", "UPDATE", "*", "x", "", "DELETE", "CONNECT", "create"),
	"operator":                               list("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Equal", "exists", ""),
	"parameters":                             list("x"),
	"path":                                   list("/", "/healthz", "rel/path", "../up", "", "a/../b", "/mnt/data", "/a//b", "/a/./b", "/a/../b", "/a%2fb", "..x", "/.", "x", "/validate", "/a/", "//", "/Bad_/x", "validate"),
	"pathType":                               list("Prefix", "Exact", "ImplementationSpecific", "prefix", ""),
	"persistentVolumeReclaimPolicy":          list("Retain", "Delete", "Recycle", "keep", ""),
	"podManagementPolicy":                    list("OrderedReady", "Parallel", "bogus", ""),
	"podReplacementPolicy":                   list("Failed", "TerminatingOrFailed", "failed", ""),
	"policy":                                 list("OrderedReady", "Parallel", "bogus", ""),
	"policyTypes":                            list("Ingress", "Egress", "ingress", ""),
	"preemptionPolicy":                       list("Never", "PreemptLowerPriority", "never", ""),
	"priorityClassName":                      list("high", "system-node-critical", "system-cluster-critical", "Bad_", ""),
	"procMount":                              list("Default", "Unmasked", "masked", ""),
	"protocol":                               list("TCP", "UDP", "SCTP", "HTTP", "tcp", "", "HTTP1", "HTTP2"),
	"provisioner":                            list("example.com/p", "Bad_", "kubernetes.io/no-provisioner", ""),
	"pullPolicy":                             list("Always", "IfNotPresent", "Never", "always", ""),
	"reclaimPolicy":                          list("Retain", "Delete", "Recycle", "keep", ""),
	"recursiveReadOnly":                      list("Disabled", "Enabled", "IfPossible", "on", ""),
	"reference":                              list("nginx:1", ""),
	"reinvocationPolicy":                     list("Never", "IfNeeded", "x", ""),
	"resource":                               list("limits.cpu", "requests.cpu", "limits.memory", "requests.memory", "limits.ephemeral-storage", "limits.hugepages-2Mi", "cpu", "bogus", "services", "deployments", "a/b", ""),
	"resourceName":                           list("cpu", "memory", "disk", ""),
	"resources":                              list("pods", "*", "pods/log", "*/*", "pods/*", "", "deployments", "*/status", "pods/status", "a/b/c", "/x", "x/"),
	"restartPolicy":                          list("Always", "Never", "OnFailure", "always", "", "NotRequired", "RestartContainer"),
	"runtimeClassName":                       list("gvisor", "Bad_", ""),
	"schedule":                               list("* * * * *", "@daily", "@every 1h", "0 0 31 2 *", "60 * * * *", "* * * * * *", "bad", "", "TZ=UTC * * * * *", "CRON_TZ=UTC 0 1 * * *", "*/5 0-6 * jan mon", "0 0 * * 7"),
	"schedulerName":                          list("default-scheduler", ""),
	"scheme":                                 list("HTTP", "HTTPS", "http", "ftp", ""),
	"scope":                                  list("Namespace", "Cluster", "x", ""),
	"scopeName":                              list("BestEffort", "PriorityClass", "Terminating", "bogus", "", "CrossNamespacePodAffinity"),
	"scopes":                                 list("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "PriorityClass", "bogus", ""),
	"seLinuxChangePolicy":                    list("Recursive", "MountOption", "x", ""),
	"searches":                               list("svc.cluster.local", ".", "a_b.c", "bad..x", "-x.", ""),
	"selectPolicy":                           list("Max", "Min", "Disabled", "x", ""),
	"serviceAccount":                         list("robot", "other", ""),
	"serviceAccountName":                     list("robot", "Bad_", ""),
	"serviceName":                            list("web", "Bad_", "a.b", ""),
	"sessionAffinity":                        list("None", "ClientIP", "none", ""),
	"sideEffects":                            list("None", "NoneOnDryRun", "Some", "Unknown", "x", ""),
	"signerName":                             list("example.com/signer", "kubernetes.io/kube-apiserver-client", "kubernetes.io/legacy-unknown", "kubernetes.io/kubelet-serving", "bad", "a.b.c/d/e", "example.com/Bad_", "Example.com/x", ""),
	"stopSignal":                             list("SIGTERM", "SIGKILL", "SIGUSR1", "bogus", ""),
	"storageClassName":                       list("fast", "Bad_Class", ""),
	"subPath":                                list("a", "a/b", "/abs", "../up", "a/../b", ""),
	"subPathExpr":                            list("$(A)", "/abs", "../up", ""),
	"subdomain":                              list("web", "Bad_", "a.b", ""),
	"succeededIndexes":                       list("0", "0-2", "0,2-3", "3-1", "x", "0-100", "1,1", ""),
	"supplementalGroupsPolicy":               list("Merge", "Strict", "merge", ""),
	"terminationMessagePolicy":               list("File", "FallbackToLogsOnError", "file", ""),
	"timeZone":                               list("UTC", "Europe/Berlin", "Etc/UTC", "Nowhere/Land", "local", "Local", "", "../etc", "europe/berlin", "America/Argentina/Buenos_Aires"),
	"topologyKey":                            list("kubernetes.io/hostname", "topology.kubernetes.io/zone", "", "bad key", "a/b/c", "failure-domain.beta.kubernetes.io/zone"),
	"trafficDistribution":                    list("PreferClose", "PreferSameZone", "PreferSameNode", "x", ""),
	"type":                                   list("RollingUpdate", "Recreate", "OnDelete", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "Localhost", "RuntimeDefault", "Unconfined", "Directory", "File", "Socket", "Bogus", "Container", "Pod", "PersistentVolumeClaim", "Utilization", "Value", "AverageValue", "Resource", "Pods", "Object", "External", "ContainerResource", "Opaque", "kubernetes.io/tls", "kubernetes.io/dockerconfigjson", "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth", "kubernetes.io/service-account-token", "kubernetes.io/dockercfg", "Percent", "", "Ready", "Limited", "Exempt", "Queue", "Reject", "ByUser", "ByNamespace", "Warning", "Normal"),
	"unhealthyPodEvictionPolicy":             list("IfHealthyBudget", "AlwaysAllow", "x", ""),
	"url":                                    list("https://example.com/x", "http://example.com", "bad", "https://a?b=c", "", "https://", "https://user:pw@host/x", "https://host/x#frag", "https://host:443/a b", "://x", "https://h%zz", "https://[::1]/x", "https://host:port/"),
	"values":                                 list("a", "bad value", "", "longxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "1"),
	"verbs":                                  list("get", "*", "", "list", "watch", "bogus", "proxy"),
	"volumeAttributesClassName":              list("gold", "Bad_", ""),
	"volumeBindingMode":                      list("Immediate", "WaitForFirstConsumer", "x", ""),
	"volumeLifecycleModes":                   list("Persistent", "Ephemeral", "x", ""),
	"volumeMode":                             list("Filesystem", "Block", "block", ""),
	"whenDeleted":                            list("Retain", "Delete", "keep", ""),
	"whenScaled":                             list("Retain", "Delete", "keep", ""),
	"whenUnsatisfiable":                      list("DoNotSchedule", "ScheduleAnyway", "Maybe", ""),
	"policyName":                             list("policy", "Bad_", "a.b", ""),
	"validationActions":                      list("Deny", "Warn", "Audit", "deny", ""),
	"parameterNotFoundAction":                list("Deny", "Allow", "x", ""),
	"patchType":                              list("JSONPatch", "ApplyConfiguration", "x", ""),
	"reason":                                 list("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized", "", "Started"),
	"message":                                list("m", "", " ", "two\nlines", "  a\n "),
	"group":                                  list("apps", "metrics.k8s.io", "", "Bad_", "a.b.c"),
	"version":                                list("v1", "v1beta1", "Bad_", "1v", ""),
	"podCIDR":                                list("10.244.1.0/24", "fd00::/64", "bad", "10.244.1.1/24", ""),
	"podCIDRs":                               list("10.244.1.0/24", "10.244.2.0/24", "fd00::/64", "fd01::/64", "bad", "", "FD00::/64"),
	"providerID":                             list("aws:///x", ""),
	"driverName":                             list("example.com/p", "Bad_", "a/b/c", ""),
	"attacher":                               list("csi.example.com", "Bad_", "a_b", "-x", ""),
	"driver":                                 list("csi.example.com", "gpu.example.com", "Bad_", "a_b", "-x", ""),
	"audience":                               list("a", "b", ""),
	"topologyKeys":                           list("topology.kubernetes.io/zone", "a", "bad key", "a/b/c", ""),
	"nodeID":                                 list("n1", ""),
	"persistentVolumeName":                   list("pv", "Bad_", "a.b", ""),
	"usages":                                 list("client auth", "server auth", "digital signature", "key encipherment", "any", "bogus", ""),
	"binaryVersion":                          list("1.33.0", "1.31.0", "1.33", "v1.33.0", "1.33.0-beta.1", "01.2.3", ""),
	"emulationVersion":                       list("1.33.0", "1.32.0", "1.34.0", "1.33", "x", ""),
	"JSONSchemaProps.type":                   list("object", "array", "string", "integer", "number", "boolean", "null", "any", ""),
	"JSONSchemaProps.format":                 list("int32", "date", "date-time", "byte", "odd", ""),
	"JSONSchemaProps.pattern":                list("^a$", "[", "(?=a)", "^[a-z]{1,3}$", ""),
	"JSONSchemaProps.required":               list("size", "mode", "other"),
	"JSONSchemaProps.x-kubernetes-list-type": list("map", "set", "atomic", "odd"),
	"JSONSchemaProps.x-kubernetes-map-type":  list("granular", "atomic", "odd"),
	"JSONSchemaProps.x-kubernetes-list-map-keys":         list("name", "protocol", "other", "name"),
	"JSONSchemaProps.$ref":                               list("#/definitions/a"),
	"JSONSchemaProps.id":                                 list("a", ""),
	"ValidationRule.rule":                                list("true", "self == self", "1 +", "", " ", "foo(1)"),
	"ValidationRule.message":                             list("m", "", " ", "a\nb"),
	"ValidationRule.messageExpression":                   list("'m'", "", " ", "1 +"),
	"ValidationRule.reason":                              list("FieldValueInvalid", "FieldValueRequired", "Odd", ""),
	"ValidationRule.fieldPath":                           list(".size", ".other", "", " ", ".items"),
	"CustomResourceColumnDefinition.type":                list("integer", "string", "date", "odd", ""),
	"CustomResourceColumnDefinition.format":              list("int32", "date", "odd", ""),
	"CustomResourceColumnDefinition.jsonPath":            list(".spec.a", "spec.a", ".", ""),
	"SelectableField.jsonPath":                           list(".spec.mode", ".spec.size", ".metadata.name", ".spec.items", "spec", ".spec['a']", ""),
	"CustomResourceDefinitionVersion.name":               list("v1", "v1beta1", "V1", "1", "v2", ""),
	"CustomResourceDefinitionVersion.deprecationWarning": list("w", "", long+long+long+long+long, "a\tb"),
	"CustomResourceDefinitionSpec.group":                 list("example.com", "x", "Bad.com", "x.k8s.io", ""),
	"CustomResourceDefinitionSpec.scope":                 list("Cluster", "Namespaced", "odd", ""),
	"CustomResourceDefinitionNames.plural":               list("widgets", "Widgets", "1w", ""),
	"CustomResourceDefinitionNames.singular":             list("widget", "Widget", ""),
	"CustomResourceDefinitionNames.kind":                 list("Widget", "widget", "W_x", "WidgetList", ""),
	"CustomResourceDefinitionNames.listKind":             list("WidgetList", "Widget", "W_x", ""),
	"CustomResourceConversion.strategy":                  list("None", "Webhook", "odd", ""),
	"WebhookConversion.conversionReviewVersions":         list("v1", "v1beta1", "v2", "V1"),
	"CustomResourceSubresourceScale.specReplicasPath":    list(".spec.size", ".status.size", "spec.size", ""),
	"CustomResourceSubresourceScale.statusReplicasPath":  list(".status.size", ".spec.size", "x", ""),
	"CustomResourceSubresourceScale.labelSelectorPath":   list(".status.s", ".spec.s", ".x", "x", ""),
	"strategy":             list("OldestEmulationVersion", "example.com/s", "bogus", "a/b/c", "bad key/x", ""),
	"leaseName":            list("ctl", "Bad_", ""),
	"cidrs":                list("10.96.0.0/24", "10.97.0.0/24", "fd00::/112", "bad", "10.0.0.1/8"),
	"allocationMode":       list("ExactCount", "All", "x", ""),
	"deviceClassName":      list("gpu.example.com", "Bad_", "a.b", ""),
	"matchAttribute":       list("gpu.example.com/model", "model", "a/b/c", "Bad_/x", "gpu.example.com/bad-id", ""),
	"requests":             list("gpu", "either", "either/big", "nope", "either/nope", ""),
	"extendedResourceName": list("example.com/gpu", "gpu", "Bad_/x", "kubernetes.io/x", "requests.example.com/x", ""),
	"reportingController":  list("example.com/ctl", "ctl", "bad key", ""),
	"reportingInstance":    list("node-1", ""),
	"strategyType":         list("x"),
	"requester":            list("example.com/drainer", "drainer", "k8s.io/x", "Node.Kubernetes.io/x", "a/b/c", ""),
	"intent":               list("Eviction", "Withdrawn", "odd", ""),
	"uid":                  list("11111111-2222-3333-4444-555555555555", "11111111-2222-3333-4444-55555555555G", "1", ""),
	"trustBundle":          list("", "x", "-----BEGIN CERTIFICATE-----\nbm9wZQ==\n-----END CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\nbm9wZQ==\n-----END PRIVATE KEY-----\n"),
	"annotations/value":    list("", "runtime/default", "unconfined", "localhost/a.json", "localhost/", "docker/default", "x", "1", "-5"),
	"name":                 names, "containerName": names, "targetContainerName": names, "claimName": names, "secretName": names,
	"volumeName": names, "podGroupName": names, "metricName": names,
}

// expressions are texts in CEL: of the right type, or no CEL at all.
var expressions = map[string][]any{
	"CELDeviceSelector.expression":    list("device.driver == 'gpu.example.com'", "device.attributes['gpu.example.com'].model == 'a'", "device.capacity['gpu.example.com'].memory.compareTo(quantity('1Gi')) >= 0", "'gpu.example.com' in device.attributes", "true", "", "  ", "1 +", "a b", "[1, 2", "true)"),
	"MatchCondition.expression":       list("true", "object.metadata.name.startsWith('a')", "has(object.spec) && request.operation == 'CREATE'", "oldObject == null", "[1, 2].all(x, x > 0)", " true ", "object.spec.replicas <= 5 // comment", "", "  ", "1 +", "a b", "[1, 2", "true)"),
	"Validation.expression":           list("true", "object.metadata.name.startsWith('a')", "has(object.spec) && request.operation == 'CREATE'", "oldObject == null", "[1, 2].all(x, x > 0)", " true ", "object.spec.replicas <= 5 // comment", "", "  ", "1 +", "a b", "[1, 2", "true)"),
	"Variable.expression":             list("true", "object.metadata.name.startsWith('a')", "has(object.spec) && request.operation == 'CREATE'", "oldObject == null", "[1, 2].all(x, x > 0)", " true ", "object.spec.replicas <= 5 // comment", "1", "'a'", "object.spec", "", "  ", "1 +", "a b", "[1, 2", "true)"),
	"Validation.messageExpression":    list("'a'", "'x' + string(1)", "", "  ", "1 +", "a b", "[1, 2", "true)"),
	"AuditAnnotation.valueExpression": list("'a'", "null", "", "  ", "1 +", "a b", "[1, 2", "true)"),
	"ApplyConfiguration.expression":   list("Object{metadata: Object.metadata{labels: {'a': 'b'}}}", "", "  ", "1 +", "a b", "[1, 2", "true)"),
	"JSONPatch.expression":            list("[JSONPatch{op: 'add', path: '/a', value: 'b'}]", "", "  ", "1 +", "a b", "[1, 2", "true)"),
}
