package main

// deploymentScenario rolls, scales, pauses and breaks one Deployment.
func deploymentScenario(seed uint64) *Scenario {
	random := newRandom("deployment", seed)
	s := newScript(random)
	replicas := random.replicas()
	spec := dict{
		"replicas": replicas,
		"selector": dict{"matchLabels": dict{"app": "web"}},
		"template": podTemplate(image(1), dict{"app": "web"}),
	}
	recreate := random.chance(15)
	if recreate {
		spec["strategy"] = dict{"type": "Recreate"}
	} else if random.chance(80) {
		spec["strategy"] = dict{"rollingUpdate": random.rollingUpdate()}
	}
	minReady := 0
	if random.chance(35) {
		minReady = random.between(1, 30)
		spec["minReadySeconds"] = minReady
	}
	if random.chance(30) {
		spec["progressDeadlineSeconds"] = minReady + random.between(1, 60)
	}
	if random.chance(30) {
		spec["revisionHistoryLimit"] = random.between(0, 2)
	}
	if random.chance(4) {
		spec["paused"] = true
	}
	object := dict{
		"apiVersion": "apps/v1", "kind": "Deployment",
		"metadata": dict{"name": "web"}, "spec": spec,
	}
	objects := manifest(object)
	terminating := random.chance(25) || recreate && random.chance(50)
	if random.chance(85) {
		s.add(Event{Ready: &PodsChosen{Revision: "new", Count: max(replicas, 1)}})
		if minReady > 0 && random.chance(80) {
			s.advance(minReady, minReady+5)
		}
		s.newImage(object, 2)
	}
	version := 2
	for range random.between(5, 14) {
		s.deploymentEvent(object, &version, terminating)
	}
	scenario := s.scenario("deployment", seed, objects)
	scenario.Terminating = terminating
	return scenario
}

func (r Random) replicas() int {
	if r.chance(30) {
		return pick(r, 1, 2, 3, 10)
	}
	return r.between(0, 12)
}

// rollingUpdate is never zero for both, which the server refuses.
func (r Random) rollingUpdate() dict {
	update := dict{}
	if r.chance(80) {
		update["maxSurge"] = r.percentOr(5)
	}
	if r.chance(80) {
		update["maxUnavailable"] = r.percentOr(5)
	}
	none := func(value any) bool { return value == 0 || value == "0%" }
	if none(update["maxSurge"]) && none(update["maxUnavailable"]) {
		update["maxSurge"] = 1
	}
	return update
}

// change applies the object after a change of its spec.
func (s *script) change(object dict, change func(spec dict)) {
	change(object["spec"].(dict))
	s.apply(object)
}

// newImage changes the template of a workload.
func (s *script) newImage(object dict, version int) {
	s.change(object, func(spec dict) {
		pod := spec["template"].(dict)["spec"].(dict)
		pod["containers"].([]any)[0].(dict)["image"] = image(version)
	})
}

func (s *script) deploymentEvent(object dict, version *int, terminating bool) {
	some := func(revision string) *PodsChosen {
		return &PodsChosen{Revision: revision, Count: s.between(1, 4)}
	}
	spec := object["spec"].(dict)
	choices := []weighted{
		{26, func() { s.add(Event{Ready: some("new")}) }},
		{6, func() { s.add(Event{Ready: some(pick(s.Random, "any", "old"))}) }},
		{12, func() { *version++; s.newImage(object, *version) }},
		{6, func() { s.newImage(object, s.between(1, *version)) }},
		{10, func() { s.change(object, func(spec dict) { spec["replicas"] = s.replicas() }) }},
		{5, func() {
			s.change(object, func(spec dict) {
				if spec["paused"] == true {
					delete(spec, "paused")
				} else {
					spec["paused"] = true
				}
			})
		}},
		{3, func() {
			strategy, _ := spec["strategy"].(dict)
			if strategy["type"] == nil {
				s.change(object, func(spec dict) { spec["strategy"] = dict{"rollingUpdate": s.rollingUpdate()} })
			}
		}},
		{5, func() { s.add(Event{Unready: some(pick(s.Random, "any", "old", "new"))}) }},
		{5, func() { s.add(Event{Fail: some(pick(s.Random, "any", "old", "new"))}) }},
		{5, func() { s.add(Event{Vanish: some(pick(s.Random, "any", "old", "new"))}) }},
		{12, func() { s.advance(1, 40) }},
		{3, func() { s.advance(400, 900) }},
	}
	if spec["paused"] == true {
		choices = append(choices, weighted{20, func() {
			s.change(object, func(spec dict) { delete(spec, "paused") })
		}})
	}
	if terminating {
		choices = append(choices, weighted{25, func() { s.add(Event{Terminated: some("any")}) }})
	}
	s.weighted(choices...)
}
