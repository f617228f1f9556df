package main

import (
	"fmt"

	policyv1 "k8s.io/api/policy/v1"
)

func disruptionState(c *Cluster) any {
	type state struct {
		Expected int32 `json:"expectedPods"`
		Healthy  int32 `json:"currentHealthy"`
		Desired  int32 `json:"desiredHealthy"`
		Allowed  int32 `json:"disruptionsAllowed"`
		// Condition is the reason of DisruptionAllowed.
		Condition string `json:"condition"`
	}
	budget := all[*policyv1.PodDisruptionBudget](c, "PodDisruptionBudget")[0]
	status := budget.Status
	out := state{status.ExpectedPods, status.CurrentHealthy, status.DesiredHealthy, status.DisruptionsAllowed, ""}
	for _, condition := range status.Conditions {
		if condition.Type == policyv1.DisruptionAllowedCondition {
			out.Condition = condition.Reason
		}
	}
	return out
}

// disruptionScenario has one budget over pods of several owners.
func disruptionScenario(seed uint64) *Scenario {
	random := newRandom("disruption", seed)
	s := newScript(random)
	budget := dict{"selector": s.budgetSelector()}
	amount := pick[any](random, 0, 1, 2, 3, 5, "0%", "10%", "25%", "30%", "50%", "75%", "100%")
	budget[pick(random, "minAvailable", "maxUnavailable")] = amount
	object := dict{
		"apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
		"metadata": dict{"name": "budget"}, "spec": budget,
	}
	objects := []dict{object}
	var owners []dict
	for index := range random.between(1, 3) {
		owner := s.owner(index)
		owners = append(owners, owner)
		objects = append(objects, owner)
	}
	text := manifest(objects...)
	if random.chance(70) {
		s.add(Event{Ready: &PodsChosen{Count: 30}})
	}
	for range random.between(5, 12) {
		s.disruptionEvent(object, owners)
	}
	scenario := s.scenario("disruption", seed, text)
	scenario.Terminating = random.chance(30)
	return scenario
}

func (s *script) budgetSelector() dict {
	switch s.IntN(6) {
	case 0:
		return dict{}
	case 1:
		return dict{"matchExpressions": []any{dict{"key": "app", "operator": "In", "values": []any{"app-0", "app-1"}}}}
	case 2:
		return dict{"matchLabels": dict{"tier": "front"}, "matchExpressions": []any{dict{"key": "app", "operator": "Exists"}}}
	}
	return dict{"matchLabels": dict{"tier": "front"}}
}

// owner is a workload of any kind, or a bare pod.
func (s *script) owner(index int) dict {
	name := fmt.Sprintf("app-%d", index)
	labels := dict{"app": name, "tier": pick(s.Random, "front", "front", "front", "back")}
	template := podTemplate(image(1), labels)
	spec := dict{"replicas": s.between(0, 8), "selector": dict{"matchLabels": dict{"app": name}}, "template": template}
	object := dict{"apiVersion": "apps/v1", "metadata": dict{"name": name}, "spec": spec}
	switch s.IntN(12) {
	case 0, 1, 2, 3, 4:
		object["kind"] = "Deployment"
	case 5, 6:
		object["kind"] = "ReplicaSet"
	case 7, 8:
		object["kind"] = "StatefulSet"
		spec["serviceName"], spec["podManagementPolicy"] = name, "Parallel"
	case 9:
		object["apiVersion"], object["kind"] = "v1", "ReplicationController"
		spec["selector"] = dict{"app": name}
	case 10:
		object["apiVersion"], object["kind"] = "batch/v1", "Job"
		template["spec"].(dict)["restartPolicy"] = "Never"
		object["spec"] = dict{"parallelism": s.between(1, 4), "template": template}
	case 11:
		object = template
		object["apiVersion"], object["kind"] = "v1", "Pod"
		object["metadata"].(dict)["name"] = name
	}
	return object
}

func (s *script) disruptionEvent(budget dict, owners []dict) {
	some := func() *PodsChosen {
		owner := owners[s.IntN(len(owners))]
		return &PodsChosen{Owner: owner["metadata"].(dict)["name"].(string), Count: s.between(1, 5)}
	}
	choices := []weighted{
		{45, func() { s.add(Event{Ready: some()}) }},
		{10, func() { s.add(Event{Unready: some()}) }},
		{6, func() { s.add(Event{Fail: some()}) }},
		{5, func() { s.add(Event{Succeed: some()}) }},
		{8, func() { s.add(Event{Vanish: some()}) }},
		{5, func() { s.add(Event{Delete: some()}) }},
		{5, func() { s.add(Event{Terminated: some()}) }},
		{6, func() { s.advance(1, 60) }},
		{6, func() {
			s.change(budget, func(spec dict) {
				delete(spec, "minAvailable")
				delete(spec, "maxUnavailable")
				spec[pick(s.Random, "minAvailable", "maxUnavailable")] = pick[any](s.Random, 0, 1, 3, "20%", "50%")
			})
		}},
		{12, func() {
			owner := owners[s.IntN(len(owners))]
			spec := owner["spec"].(dict)
			if _, ok := spec["replicas"]; ok {
				s.change(owner, func(spec dict) { spec["replicas"] = s.between(0, 8) })
			}
		}},
	}
	s.weighted(choices...)
}
