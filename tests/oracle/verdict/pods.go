package main

import (
	"math/rand"
	"strings"
)

// podMaker makes pods and Deployments that keep or break the Pod Security
// Standards in every way; the same seed makes the same ones.
type podMaker struct{ *rand.Rand }

type fields = map[string]any

// shorten leaves out what all messages have: the object, and the policy.
func shorten(text, policy string) string {
	_, text, ok := strings.Cut(text, `PodSecurity "`+policy+`": `)
	if !ok {
		return ""
	}
	return text
}

func (m podMaker) object() any {
	metadata, spec := m.pod()
	if m.Intn(3) > 0 {
		metadata["name"] = "x"
		return fields{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
	}
	metadata["labels"] = fields{"app": "x"}
	delete(spec, "ephemeralContainers")
	template := fields{"metadata": metadata, "spec": spec}
	return fields{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": fields{"name": "x"},
		"spec": fields{"selector": fields{"matchLabels": fields{"app": "x"}}, "template": template}}
}

func (m podMaker) maybe(of int) bool { return m.Intn(of) == 0 }

func one[T any](m podMaker, from ...T) T { return from[m.Intn(len(from))] }

func (m podMaker) pod() (fields, fields) {
	metadata, spec := fields{}, fields{}
	// Some pods are good in most ways, so that single violations stand alone.
	good := m.maybe(2)
	names := []string{"a", "b", "c", "d"}
	for _, list := range []string{"initContainers", "containers"} {
		var items []any
		for count := m.Intn(3); count > 0 || list == "containers" && len(items) == 0; count-- {
			items = append(items, m.container(names[0], good))
			names = names[1:]
			if len(names) == 1 {
				break
			}
		}
		if items != nil {
			spec[list] = items
		}
	}
	if good || m.maybe(2) {
		spec["securityContext"] = m.podContext(good)
	}
	for _, key := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		if m.maybe(8) {
			spec[key] = m.maybe(2)
		}
	}
	if m.maybe(4) {
		spec["hostUsers"] = m.maybe(2)
	}
	if m.maybe(8) {
		spec["os"] = fields{"name": one(m, "linux", "windows")}
	}
	if m.maybe(3) {
		spec["volumes"] = m.volumes()
	}
	if m.maybe(4) {
		metadata["annotations"] = m.annotations()
	}
	return metadata, spec
}

func (m podMaker) annotations() fields {
	found := fields{}
	for count := 1 + m.Intn(2); count > 0; count-- {
		switch m.Intn(3) {
		case 0:
			found["container.apparmor.security.beta.kubernetes.io/"+one(m, "a", "b")] =
				one(m, "runtime/default", "localhost/x", "unconfined", "")
		case 1:
			found["seccomp.security.alpha.kubernetes.io/pod"] = one(m, "runtime/default", "unconfined", "docker/default", "localhost/x")
		case 2:
			found["container.seccomp.security.alpha.kubernetes.io/"+one(m, "a", "b", "z")] =
				one(m, "runtime/default", "unconfined", "docker/default", "localhost/x")
		}
	}
	return found
}

func (m podMaker) volumes() []any {
	var found []any
	for index, count := 0, 1+m.Intn(3); index < count; index++ {
		volume := one(m,
			fields{"hostPath": fields{"path": "/x"}}, fields{"emptyDir": fields{}}, fields{}, fields{"nfs": fields{"server": "s", "path": "/x"}},
			fields{"configMap": fields{"name": "x"}}, fields{"csi": fields{"driver": "x.example.com"}}, fields{"secret": fields{"secretName": "x"}},
			fields{"persistentVolumeClaim": fields{"claimName": "x"}}, fields{"gitRepo": fields{"repository": "x"}},
			fields{"iscsi": fields{"targetPortal": "1.2.3.4", "iqn": "iqn.2001-04.com.example:storage", "lun": 0}},
			fields{"awsElasticBlockStore": fields{"volumeID": "x"}}, fields{"gcePersistentDisk": fields{"pdName": "x"}},
			fields{"azureFile": fields{"secretName": "x", "shareName": "y"}}, fields{"rbd": fields{"monitors": []any{"x"}, "image": "y"}},
			fields{"cephfs": fields{"monitors": []any{"x"}}}, fields{"fc": fields{"targetWWNs": []any{"50060e801049cfd1"}, "lun": 0}},
			fields{"flexVolume": fields{"driver": "example.com/x"}}, fields{"image": fields{"reference": "x"}},
			fields{"downwardAPI": fields{}}, fields{"projected": fields{"sources": []any{fields{"configMap": fields{"name": "x"}}}}})
		named := fields{"name": []string{"u", "v", "w"}[index]}
		for key, value := range volume {
			named[key] = value
		}
		found = append(found, named)
	}
	return found
}

func (m podMaker) podContext(good bool) fields {
	found := m.shared(good)
	if m.maybe(6) {
		var items []any
		names := []string{"kernel.shm_rmid_forced", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
			"net.ipv4.tcp_rmem", "net.ipv4.tcp_notsent_lowat", "kernel.msgmax", "net.core.somaxconn", "net.ipv4.ping_group_range"}
		for _, index := range m.Perm(len(names))[:1+m.Intn(3)] {
			items = append(items, fields{"name": names[index], "value": "1"})
		}
		found["sysctls"] = items
	}
	return found
}

// shared is what pods and containers have alike.
func (m podMaker) shared(good bool) fields {
	found := fields{}
	rare := 5
	if good {
		found["runAsNonRoot"] = true
		found["seccompProfile"] = fields{"type": "RuntimeDefault"}
		rare = 12
	}
	if m.maybe(rare) {
		found["runAsNonRoot"] = m.maybe(2)
	}
	if m.maybe(rare) {
		found["runAsUser"] = m.Intn(2)
	}
	if m.maybe(rare) {
		kind := one(m, "RuntimeDefault", "Unconfined", "Localhost")
		found["seccompProfile"] = fields{"type": kind}
		if kind == "Localhost" {
			found["seccompProfile"] = fields{"type": kind, "localhostProfile": "x"}
		}
	}
	if m.maybe(rare) {
		kind := one(m, "RuntimeDefault", "Unconfined", "Localhost")
		found["appArmorProfile"] = fields{"type": kind}
		if kind == "Localhost" {
			found["appArmorProfile"] = fields{"type": kind, "localhostProfile": "x"}
		}
	}
	if m.maybe(rare) {
		options := fields{"type": one(m, "container_t", "container_engine_t", "spc_t", "", "other_t")}
		if m.maybe(3) {
			options["user"] = one(m, "", "u")
		}
		if m.maybe(3) {
			options["role"] = one(m, "", "r")
		}
		found["seLinuxOptions"] = options
	}
	if m.maybe(3 * rare) {
		found["windowsOptions"] = fields{"hostProcess": m.maybe(2)}
	}
	return found
}

func (m podMaker) container(name string, good bool) fields {
	found := fields{"name": name, "image": "x"}
	context := m.shared(false)
	if good {
		context = fields{"allowPrivilegeEscalation": false, "capabilities": fields{"drop": []any{"ALL"}}}
		if m.maybe(4) {
			context = m.shared(true)
		}
	}
	if m.maybe(8) {
		context["privileged"] = m.maybe(2)
	}
	if m.maybe(6) && context["privileged"] != true {
		context["allowPrivilegeEscalation"] = m.maybe(2)
	}
	if m.maybe(5) {
		capabilities := fields{}
		for _, key := range []string{"add", "drop"} {
			var items []any
			for count := m.Intn(3); count > 0; count-- {
				items = append(items, one(m, "ALL", "NET_BIND_SERVICE", "CHOWN", "NET_RAW", "SYS_ADMIN", "KILL", "all"))
			}
			if items != nil {
				capabilities[key] = items
			}
		}
		context["capabilities"] = capabilities
	}
	if m.maybe(10) {
		context["procMount"] = one(m, "Default", "Unmasked")
	}
	if len(context) > 0 && !m.maybe(10) {
		found["securityContext"] = context
	}
	if m.maybe(5) {
		port := fields{"containerPort": 8000 + m.Intn(3)}
		if m.maybe(2) {
			port["hostPort"] = port["containerPort"]
		}
		found["ports"] = []any{port}
	}
	if name != "a" && name != "b" {
		return found
	}
	if m.maybe(6) {
		found["readinessProbe"] = fields{"httpGet": fields{"port": 80, "host": one(m, "", "h.example.com", "127.0.0.1")}}
		found["livenessProbe"] = fields{"tcpSocket": fields{"port": 80, "host": one(m, "", "i.example.com")}}
	}
	if m.maybe(8) {
		found["lifecycle"] = fields{"preStop": fields{"httpGet": fields{"port": 80, "path": "/", "host": one(m, "", "j.example.com")}}}
	}
	return found
}
