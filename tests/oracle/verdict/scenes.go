package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"math/rand"
	"os"

	"plimsoll/oracle/verdict/cases"
)

func init() {
	commands["record-admission"] = recordAdmission
}

// edited is a part of an object that admission plugins look at, and what stands there.
type edited struct {
	path   []any
	values []any
}

// admitted has those parts by kind. The values hold what a plugin refuses, and what it
// just lets pass.
var admitted = map[string][]edited{
	"Pod": {
		{list("spec", "priority"), list(0, 5, -1, 2000000000, 2000001000)},
		{list("spec", "priorityClassName"), list("", "high", "system-node-critical", "system-cluster-critical")},
		{list("spec", "preemptionPolicy"), list("Never", "PreemptLowerPriority", "", "odd")},
		{list("spec", "overhead"), list(fields{}, fields{"cpu": "1"}, fields{"memory": "1Gi", "cpu": "100m"}, nil)},
		{list("spec", "runtimeClassName"), list("gvisor", "", "kata")},
		{list("spec", "serviceAccountName"), list("", "robot", "default", "Bad_")},
		{list("spec", "serviceAccount"), list("", "robot")},
		{list("spec", "automountServiceAccountToken"), list(true, false)},
		{list("spec", "imagePullSecrets"), list([]any{}, []any{fields{"name": "pull"}}, []any{fields{"name": ""}})},
		{list("spec", "tolerations"), list([]any{}, []any{fields{"operator": "Exists"}}, []any{fields{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}})},
		{list("metadata", "annotations"), list(fields{}, fields{"kubernetes.io/config.mirror": "x"}, fields{"kubernetes.io/config.mirror": ""})},
		{list("spec", "nodeName"), list("", "node-1")},
		{list("spec", "volumes"), list([]any{},
			[]any{fields{"name": "a", "secret": fields{"secretName": "s"}}}, []any{fields{"name": "a", "secret": fields{}}},
			[]any{fields{"name": "kube-api-access-x", "emptyDir": fields{}}},
			[]any{fields{"name": "a", "projected": fields{"sources": []any{fields{"secret": fields{"name": "s"}}}}}},
			[]any{fields{"name": "a", "projected": fields{"sources": []any{fields{"serviceAccountToken": fields{"path": "t"}}}}}},
			[]any{fields{"name": "a", "csi": fields{"driver": "x.example.com", "nodePublishSecretRef": fields{"name": "s"}}}},
			[]any{fields{"name": "a", "azureFile": fields{"secretName": "s", "shareName": "y"}}},
			[]any{fields{"name": "a", "cephfs": fields{"monitors": []any{"m"}, "secretRef": fields{"name": "s"}}}},
			[]any{fields{"name": "a", "cinder": fields{"volumeID": "v", "secretRef": fields{"name": "s"}}}},
			[]any{fields{"name": "a", "flexVolume": fields{"driver": "example.com/x", "secretRef": fields{"name": "s"}}}},
			[]any{fields{"name": "a", "rbd": fields{"monitors": []any{"m"}, "image": "i", "secretRef": fields{"name": "s"}}}},
			[]any{fields{"name": "a", "scaleIO": fields{"gateway": "g", "system": "s", "volumeName": "v", "secretRef": fields{"name": "s"}}}},
			[]any{fields{"name": "a", "iscsi": fields{"targetPortal": "1.2.3.4", "iqn": "iqn.2001-04.com.example:storage", "lun": 0, "secretRef": fields{"name": "s"}}}},
			[]any{fields{"name": "a", "storageos": fields{"volumeName": "v", "secretRef": fields{"name": "s"}}}})},
		{list("spec", "containers"), list(
			[]any{fields{"name": "web", "image": "nginx:1"}},
			[]any{fields{"name": "web", "image": "nginx:1", "env": []any{fields{"name": "A", "valueFrom": fields{"secretKeyRef": fields{"name": "s", "key": "k"}}}}}},
			[]any{fields{"name": "web", "image": "nginx:1", "envFrom": []any{fields{"secretRef": fields{"name": "s"}}}}},
			[]any{fields{"name": "web", "image": "nginx:1", "envFrom": []any{fields{"configMapRef": fields{"name": "s"}}}}})},
	},
	"CertificateSigningRequest": {
		{list("spec", "signerName"), list("kubernetes.io/kube-apiserver-client", "kubernetes.io/kubelet-serving", "example.com/signer")},
		{list("spec", "request"), list("bm9wZQ==", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUFBPQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K")},
		{list("spec", "usages"), list([]any{"client auth"}, []any{})},
	},
	"PriorityClass": {
		{list("metadata", "name"), list("high", "system-x", "system-node-critical", "system-cluster-critical")},
		{list("value"), list(0, 1000000000, 1000000001, 2000000000, 2000001000, -5)},
		{list("globalDefault"), list(true, false)},
		{list("preemptionPolicy"), list("Never", "PreemptLowerPriority", "odd")},
	},
	"Node": {
		{list("spec"), list(fields{}, fields{"taints": []any{fields{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}}},
			fields{"taints": []any{fields{"key": "node.kubernetes.io/not-ready", "value": "x", "effect": "NoSchedule"}}})},
	},
}

// recordAdmission prints the bases and then one case a line, as record does, but changes
// only what admission plugins look at.
func recordAdmission(arguments []string) {
	flags := flag.NewFlagSet("record-admission", flag.ExitOnError)
	seed := flags.Int64("seed", 1, "start of the random numbers")
	count := flags.Int("count", 1000, "number of cases")
	_ = flags.Parse(arguments)
	var chosen []base
	table := map[string]json.RawMessage{}
	for _, one := range bases() {
		if admitted[one.kind] != nil {
			chosen = append(chosen, one)
			table[one.name] = one.json
		}
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(cases.Head{Minor: currentMinor, Seed: *seed, Bases: table}); err != nil {
		fail(err)
	}
	random := rand.New(rand.NewSource(*seed))
	for range *count {
		one := chosen[random.Intn(len(chosen))]
		var object any
		if err := json.Unmarshal(one.json, &object); err != nil {
			fail(err)
		}
		steps := []step{}
		for range 1 + random.Intn(3) {
			parts := admitted[one.kind]
			part := parts[random.Intn(len(parts))]
			next := step{Path: part.path, Drop: random.Intn(6) == 0}
			if !next.Drop {
				next.Value = cases.Clone(part.values[random.Intn(len(part.values))])
			}
			object = cases.Apply(object, next)
			steps = append(steps, next)
		}
		if err := enc.Encode(answer(one, steps, text(object), true)); err != nil {
			fail(err)
		}
	}
}
