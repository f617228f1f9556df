package main

import "fmt"

// daemonSetScenario rolls one DaemonSet over nodes that come, go and change.
func daemonSetScenario(seed uint64) *Scenario {
	random := newRandom("daemonset", seed)
	s := newScript(random)
	spec := dict{
		"selector": dict{"matchLabels": dict{"app": "agent"}},
		"template": podTemplate(image(1), dict{"app": "agent"}),
	}
	s.placement(spec["template"].(dict)["spec"].(dict))
	if random.chance(75) {
		spec["updateStrategy"] = random.daemonStrategy()
	}
	if random.chance(30) {
		spec["minReadySeconds"] = random.between(1, 20)
	}
	if random.chance(20) {
		spec["revisionHistoryLimit"] = random.between(0, 2)
	}
	object := dict{
		"apiVersion": "apps/v1", "kind": "DaemonSet",
		"metadata": dict{"name": "agent"}, "spec": spec,
	}
	nodes := s.nodeSet()
	objects := manifest(append(nodes, object)...)
	terminating := random.chance(30)
	if random.chance(80) {
		s.add(Event{Ready: &PodsChosen{Revision: "any", Count: 20}})
		if random.chance(60) {
			s.advance(5, 30)
		}
	}
	version := 1
	for range random.between(6, 14) {
		s.daemonEvent(object, &version, terminating)
	}
	scenario := s.scenario("daemonset", seed, objects)
	scenario.Terminating = terminating
	return scenario
}

// placement restricts or widens where the pods may run.
func (s *script) placement(pod dict) {
	if s.chance(25) {
		pod["nodeSelector"] = dict{"disk": pick(s.Random, "ssd", "hdd")}
	}
	if s.chance(20) {
		pod["affinity"] = dict{"nodeAffinity": dict{"requiredDuringSchedulingIgnoredDuringExecution": dict{
			"nodeSelectorTerms": []any{dict{"matchExpressions": []any{s.expression()}}},
		}}}
	}
	if s.chance(35) {
		pod["tolerations"] = []any{pick(s.Random,
			dict{"operator": "Exists"},
			dict{"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"},
			dict{"key": "dedicated", "operator": "Equal", "value": "db", "effect": "NoExecute"},
			dict{"key": "dedicated", "value": "web"},
		)}
	}
	if s.chance(5) {
		pod["nodeName"] = "b"
	}
}

func (s *script) expression() dict {
	return pick(s.Random,
		dict{"key": "disk", "operator": "In", "values": []any{"ssd", "nvme"}},
		dict{"key": "disk", "operator": "NotIn", "values": []any{"hdd"}},
		dict{"key": "disk", "operator": "Exists"},
		dict{"key": "gpu", "operator": "DoesNotExist"},
		dict{"key": "cores", "operator": "Gt", "values": []any{"4"}},
		dict{"key": "cores", "operator": "Lt", "values": []any{"8"}},
	)
}

func (s *script) nodeSet() []dict {
	var nodes []dict
	for index := range s.between(0, 7) {
		labels := dict{"kubernetes.io/os": "linux"}
		if s.chance(60) {
			labels["disk"] = pick(s.Random, "ssd", "ssd", "hdd")
		}
		if s.chance(20) {
			labels["gpu"] = "yes"
		}
		if s.chance(40) {
			labels["cores"] = fmt.Sprint(s.between(2, 16))
		}
		spec := dict{}
		if s.chance(25) {
			spec["taints"] = []any{pick(s.Random,
				dict{"key": "dedicated", "value": "db", "effect": "NoSchedule"},
				dict{"key": "dedicated", "value": "db", "effect": "NoExecute"},
				dict{"key": "dedicated", "value": "web", "effect": "NoSchedule"},
				dict{"key": "dedicated", "value": "web", "effect": "PreferNoSchedule"},
				dict{"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"},
				dict{"key": "node.kubernetes.io/disk-pressure", "effect": "NoSchedule"},
				dict{"key": "node.kubernetes.io/network-unavailable", "effect": "NoSchedule"},
			)}
		}
		if s.chance(15) {
			spec["unschedulable"] = true
		}
		nodes = append(nodes, dict{
			"apiVersion": "v1", "kind": "Node",
			"metadata": dict{"name": string(rune('a' + index)), "labels": labels}, "spec": spec,
		})
	}
	return nodes
}

// daemonStrategy has either surge or unavailability, as the server demands.
func (r Random) daemonStrategy() dict {
	amount := pick[any](r, 1, 2, 3, "10%", "25%", "34%", "50%", "100%")
	switch r.IntN(5) {
	case 0:
		return dict{"type": "OnDelete"}
	case 1, 2:
		return dict{"type": "RollingUpdate", "rollingUpdate": dict{"maxUnavailable": amount}}
	}
	return dict{"type": "RollingUpdate", "rollingUpdate": dict{"maxSurge": amount, "maxUnavailable": 0}}
}

func (s *script) daemonEvent(object dict, version *int, terminating bool) {
	some := func() *PodsChosen {
		if s.chance(20) {
			return &PodsChosen{Nodes: []string{string(rune('a' + s.between(0, 6)))}}
		}
		return &PodsChosen{Revision: pick(s.Random, "any", "new", "old"), Count: s.between(1, 4)}
	}
	choices := []weighted{
		{25, func() { s.add(Event{Ready: &PodsChosen{Revision: "any", Count: s.between(1, 4)}}) }},
		{8, func() { s.add(Event{Ready: some()}) }},
		{18, func() { *version++; s.newImage(object, *version) }},
		{4, func() { s.newImage(object, s.between(1, *version)) }},
		{5, func() { s.change(object, func(spec dict) { spec["updateStrategy"] = s.daemonStrategy() }) }},
		{10, func() { nodes := manifest(s.nodeSet()...); s.add(Event{Nodes: &nodes}) }},
		{6, func() { s.add(Event{Unready: some()}) }},
		{4, func() { s.add(Event{Fail: some()}) }},
		{5, func() { s.add(Event{Vanish: some()}) }},
		{5, func() { s.add(Event{Delete: some()}) }},
		{12, func() { s.advance(1, 30) }},
	}
	if terminating {
		choices = append(choices, weighted{25, func() {
			s.add(Event{Terminated: &PodsChosen{Revision: "any", Count: s.between(1, 4)}})
		}})
	}
	s.weighted(choices...)
}
