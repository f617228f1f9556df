package main

import "fmt"

// statefulSetScenario starts, rolls, scales and breaks one StatefulSet.
func statefulSetScenario(seed uint64) *Scenario {
	random := newRandom("statefulset", seed)
	s := newScript(random)
	spec := dict{
		"serviceName": "web",
		"replicas":    random.between(0, 6),
		"selector":    dict{"matchLabels": dict{"app": "web"}},
		"template":    podTemplate(image(1), dict{"app": "web"}),
	}
	if random.chance(40) {
		spec["podManagementPolicy"] = "Parallel"
	}
	if random.chance(70) {
		spec["updateStrategy"] = random.setStrategy()
	}
	start := 0
	if random.chance(20) {
		start = random.between(1, 4)
		spec["ordinals"] = dict{"start": start}
	}
	if random.chance(25) {
		spec["minReadySeconds"] = random.between(1, 20)
	}
	if random.chance(40) {
		s.claims(spec)
	}
	if random.chance(20) {
		spec["revisionHistoryLimit"] = random.between(0, 2)
	}
	object := dict{
		"apiVersion": "apps/v1", "kind": "StatefulSet",
		"metadata": dict{"name": "web"}, "spec": spec,
	}
	objects := manifest(object)
	terminating := random.chance(30)
	if random.chance(80) {
		s.allReady(spec)
	}
	version := 1
	for range random.between(6, 16) {
		s.setEvent(object, &version, start, terminating)
	}
	scenario := s.scenario("statefulset", seed, objects)
	scenario.Terminating = terminating
	if newRandom("minor of statefulset", seed).chance(20) {
		scenario.Minor = 36
	}
	return scenario
}

func (r Random) setStrategy() dict {
	if r.chance(15) {
		return dict{"type": "OnDelete"}
	}
	update := dict{}
	if r.chance(45) {
		update["partition"] = r.between(0, 6)
	}
	if r.chance(55) {
		update["maxUnavailable"] = pick[any](r, 1, 2, 3, "25%", "34%", "50%", "100%")
	}
	return dict{"type": "RollingUpdate", "rollingUpdate": update}
}

// claims gives the set a claim for each pod, with what becomes of it.
func (s *script) claims(spec dict) {
	spec["volumeClaimTemplates"] = []any{dict{
		"metadata": dict{"name": "data"},
		"spec": dict{
			"accessModes": []any{"ReadWriteOnce"},
			"resources":   dict{"requests": dict{"storage": "1Gi"}},
		},
	}}
	if s.chance(60) {
		spec["persistentVolumeClaimRetentionPolicy"] = dict{
			"whenDeleted": pick(s.Random, "Retain", "Delete"),
			"whenScaled":  pick(s.Random, "Retain", "Delete"),
		}
	}
}

// allReady makes pod after pod ready until all are there.
func (s *script) allReady(spec dict) {
	wait, _ := spec["minReadySeconds"].(int)
	for range spec["replicas"].(int) {
		s.add(Event{Ready: &PodsChosen{Revision: "any", Count: 9}})
		if wait > 0 {
			s.add(Event{Advance: fmt.Sprintf("%ds", wait)})
		}
		if spec["podManagementPolicy"] == "Parallel" {
			return
		}
	}
}

func (s *script) setEvent(object dict, version *int, start int, terminating bool) {
	some := func() *PodsChosen {
		if s.chance(60) {
			return &PodsChosen{Names: []string{fmt.Sprintf("web-%d", start+s.between(0, 5))}}
		}
		return &PodsChosen{Revision: pick(s.Random, "any", "new", "old"), Count: s.between(1, 3)}
	}
	choices := []weighted{
		{25, func() { s.add(Event{Ready: &PodsChosen{Revision: "any", Count: s.between(1, 3)}}) }},
		{8, func() { s.add(Event{Ready: some()}) }},
		{14, func() { *version++; s.newImage(object, *version) }},
		{4, func() { s.newImage(object, s.between(1, *version)) }},
		{10, func() { s.change(object, func(spec dict) { spec["replicas"] = s.between(0, 6) }) }},
		{7, func() { s.change(object, func(spec dict) { spec["updateStrategy"] = s.setStrategy() }) }},
		{6, func() { s.add(Event{Unready: some()}) }},
		{5, func() { s.add(Event{Fail: some()}) }},
		{2, func() { s.add(Event{Succeed: some()}) }},
		{5, func() { s.add(Event{Vanish: some()}) }},
		{4, func() { s.add(Event{Delete: some()}) }},
		{10, func() { s.advance(1, 30) }},
	}
	if terminating {
		choices = append(choices, weighted{30, func() {
			s.add(Event{Terminated: &PodsChosen{Revision: "any", Count: s.between(1, 3)}})
		}})
	}
	s.weighted(choices...)
}
