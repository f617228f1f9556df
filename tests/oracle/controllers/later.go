package main

import (
	"slices"
	"strings"

	sigsyaml "sigs.k8s.io/yaml"
)

// later changes fields of some scenarios' objects midway that their scripts
// leave as they are: the deadline of a rollout that is under way, the zone of a
// schedule, what happens to claims. The change stays in whatever is applied
// after it.
func later(controller string, seed uint64, scenario *Scenario) {
	// Numbers of its own keep the other scenarios as they are.
	random := newRandom("later of "+controller, seed)
	if !random.chance(45) {
		return
	}
	for range random.between(1, 3) {
		if change := random.fieldChange(controller); change != nil {
			random.fromThenOn(scenario, controller, change)
		}
	}
}

// restartedAt is the annotation that rollout restart writes.
const restartedAt = "kubectl.kubernetes.io/restartedAt"

// changed has what a controller's scenarios change by applying it.
var changed = map[string][]string{
	"deployment":  {"Deployment"},
	"replicaset":  {"ReplicaSet", "ReplicationController"},
	"statefulset": {"StatefulSet"},
	"daemonset":   {"DaemonSet"},
	"job":         {"Job"},
	"cronjob":     {"CronJob"},
	"disruption":  {"PodDisruptionBudget"},
}

// fromThenOn applies a change at some step, and in all that is applied later.
func (r Random) fromThenOn(scenario *Scenario, controller string, change func(spec dict)) {
	if len(scenario.Steps) < 3 {
		return
	}
	at := r.between(2, len(scenario.Steps)-1)
	object := lastOf(changed[controller], scenario.Objects)
	for index := range scenario.Steps {
		step := &scenario.Steps[index].Do
		applied := lastOf(changed[controller], step.Apply)
		switch {
		case applied == nil:
		case index < at:
			object = applied
		default:
			change(applied["spec"].(dict))
			step.Apply = manifest(applied)
		}
	}
	if object == nil {
		return
	}
	change(object["spec"].(dict))
	step := Step{Do: Event{Apply: manifest(object)}}
	scenario.Steps = slices.Insert(scenario.Steps, at, step)
}

// lastOf is the last object of these kinds in a text.
func lastOf(kinds []string, text string) dict {
	var last dict
	for document := range strings.SplitSeq(text, "---\n") {
		var object dict
		if err := sigsyaml.Unmarshal([]byte(document), &object); err != nil {
			panic(err)
		}
		if kind, _ := object["kind"].(string); slices.Contains(kinds, kind) {
			last = object
		}
	}
	return last
}

// set is a change of one field.
func set(field string, value any) func(spec dict) {
	return func(spec dict) { spec[field] = value }
}

func (r Random) fieldChange(controller string) func(spec dict) {
	switch controller {
	case "deployment":
		return r.deploymentChange()
	case "replicaset":
		return set("minReadySeconds", r.between(0, 20))
	case "statefulset":
		return r.setChange()
	case "daemonset":
		return r.daemonChange()
	case "job":
		return r.jobChange()
	case "cronjob":
		return r.cronChange()
	case "disruption":
		return r.budgetChange()
	}
	return nil
}

func number(value any) int {
	switch value := value.(type) {
	case int:
		return value
	case int64:
		return int(value)
	case float64:
		return int(value)
	}
	return 0
}

// deploymentChange keeps the deadline later than a pod is available.
func (r Random) deploymentChange() func(spec dict) {
	ready, deadline := r.between(0, 30), r.between(1, 60)
	strategy := pick(r, dict{"type": "Recreate"}, dict{"type": "RollingUpdate", "rollingUpdate": r.rollingUpdate()})
	return pick(r,
		func(spec dict) {
			spec["minReadySeconds"] = ready
			if old, ok := spec["progressDeadlineSeconds"]; ok && number(old) <= ready {
				spec["progressDeadlineSeconds"] = ready + deadline
			}
		},
		set("revisionHistoryLimit", r.between(0, 2)),
		func(spec dict) { spec["progressDeadlineSeconds"] = number(spec["minReadySeconds"]) + deadline },
		set("strategy", strategy),
		// As rollout restart does.
		func(spec dict) {
			metadata := spec["template"].(dict)["metadata"].(dict)
			metadata["annotations"] = dict{restartedAt: "later"}
		},
		set("paused", true),
	)
}

func (r Random) setChange() func(spec dict) {
	return pick(r,
		set("minReadySeconds", r.between(0, 20)),
		set("revisionHistoryLimit", r.between(0, 2)),
		set("ordinals", dict{"start": r.between(0, 4)}),
		set("persistentVolumeClaimRetentionPolicy", dict{
			"whenDeleted": pick(r, "Retain", "Delete"),
			"whenScaled":  pick(r, "Retain", "Delete"),
		}),
		set("updateStrategy", r.setStrategy()),
	)
}

func (r Random) daemonChange() func(spec dict) {
	selector := dict{"disk": pick(r, "ssd", "hdd")}
	toleration := pick(r,
		dict{"operator": "Exists"},
		dict{"key": "dedicated", "operator": "Exists"},
		dict{"key": "dedicated", "value": "db", "effect": "NoExecute"},
	)
	pod := func(spec dict) dict { return spec["template"].(dict)["spec"].(dict) }
	return pick(r,
		set("minReadySeconds", r.between(0, 20)),
		set("revisionHistoryLimit", r.between(0, 2)),
		func(spec dict) { pod(spec)["nodeSelector"] = selector },
		func(spec dict) { delete(pod(spec), "nodeSelector") },
		func(spec dict) { pod(spec)["tolerations"] = []any{toleration} },
		set("updateStrategy", r.daemonStrategy()),
	)
}

func (r Random) jobChange() func(spec dict) {
	replacement := pick(r, "Failed", "TerminatingOrFailed")
	return pick(r,
		set("activeDeadlineSeconds", r.between(5, 120)),
		set("backoffLimit", r.between(0, 4)),
		set("ttlSecondsAfterFinished", r.between(0, 60)),
		func(spec dict) { delete(spec, "ttlSecondsAfterFinished") },
		func(spec dict) { delete(spec, "activeDeadlineSeconds") },
		func(spec dict) {
			if spec["podFailurePolicy"] == nil {
				spec["podReplacementPolicy"] = replacement
			}
		},
		func(spec dict) {
			if most, ok := spec["maxFailedIndexes"]; ok {
				spec["maxFailedIndexes"] = number(most) / 2
			}
		},
	)
}

func (r Random) cronChange() func(spec dict) {
	return pick(r,
		set("timeZone", pick(r, "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Sao_Paulo")),
		func(spec dict) { delete(spec, "timeZone") },
		set("startingDeadlineSeconds", pick(r, 5, 60, 200, 3600, 100000)),
		func(spec dict) { delete(spec, "startingDeadlineSeconds") },
		set("successfulJobsHistoryLimit", r.between(0, 3)),
		set("failedJobsHistoryLimit", r.between(0, 3)),
		set("schedule", pick(r, "@hourly", "*/7 * * * *", "0 0 */2 * 1", "30 6-16/4 * * 1-5", "@every 10m", "0 0 30 2 *")),
		set("suspend", true),
	)
}

func (r Random) budgetChange() func(spec dict) {
	return pick(r,
		set("unhealthyPodEvictionPolicy", pick(r, "AlwaysAllow", "IfHealthyBudget")),
		func(spec dict) {
			delete(spec, "minAvailable")
			delete(spec, "maxUnavailable")
		},
		set("selector", dict{"matchExpressions": []any{dict{
			"key": "tier", "operator": pick(r, "In", "NotIn"), "values": []any{"front"},
		}}}),
		set("selector", dict{"matchExpressions": []any{dict{"key": "app", "operator": "DoesNotExist"}}}),
	)
}
