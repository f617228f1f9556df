package main

// jobScenario runs one Job of any pattern to its end, or near.
func jobScenario(seed uint64) *Scenario {
	random := newRandom("job", seed)
	s := newScript(random)
	template := podTemplate(image(1), dict{"app": "work"})
	pod := template["spec"].(dict)
	pod["restartPolicy"] = "Never"
	spec := dict{"template": template}
	indexed := random.chance(45)
	completions := 1
	switch {
	case indexed:
		completions = random.between(1, 8)
		spec["completionMode"], spec["completions"] = "Indexed", completions
		spec["parallelism"] = random.between(1, 5)
	case random.chance(20):
		// A work queue: no completions.
		completions = random.between(1, 4)
		spec["parallelism"] = completions
	case random.chance(75):
		completions = random.between(1, 8)
		spec["completions"], spec["parallelism"] = completions, random.between(0, 5)
	}
	s.jobLimits(spec, pod, indexed, completions)
	object := dict{
		"apiVersion": "batch/v1", "kind": "Job",
		"metadata": dict{"name": "work"}, "spec": spec,
	}
	objects := manifest(object)
	for range random.between(6, 18) {
		s.jobEvent(object, indexed, completions)
	}
	scenario := s.scenario("job", seed, objects)
	scenario.Terminating = random.chance(25)
	if scenario.Terminating {
		// Deleted pods are let go now and then.
		for index := 2; index < len(scenario.Steps); index += random.between(2, 4) {
			scenario.Steps = append(scenario.Steps[:index:index],
				append([]Step{{Do: Event{Terminated: &PodsChosen{Revision: "any", Count: 3}}}}, scenario.Steps[index:]...)...)
		}
	}
	return scenario
}

// jobLimits says when the Job gives up, and on what.
func (s *script) jobLimits(spec, pod dict, indexed bool, completions int) {
	if s.chance(70) {
		spec["backoffLimit"] = s.between(0, 4)
	}
	perIndex := indexed && s.chance(30)
	if perIndex {
		spec["backoffLimitPerIndex"] = s.between(0, 2)
		delete(spec, "backoffLimit")
		if s.chance(60) {
			spec["maxFailedIndexes"] = s.between(0, completions)
		}
	}
	if s.chance(25) {
		spec["activeDeadlineSeconds"] = s.between(5, 120)
	}
	if s.chance(20) {
		spec["ttlSecondsAfterFinished"] = s.between(0, 60)
	}
	if s.chance(15) {
		spec["suspend"] = true
	}
	if indexed && s.chance(30) {
		spec["successPolicy"] = dict{"rules": s.successRules(completions)}
	}
	policy := s.chance(30)
	if policy {
		spec["podFailurePolicy"] = dict{"rules": s.failureRules(perIndex)}
	} else if s.chance(15) && !perIndex {
		pod["restartPolicy"] = "OnFailure"
	}
	if s.chance(25) {
		spec["podReplacementPolicy"] = "Failed"
		if !policy {
			spec["podReplacementPolicy"] = pick(s.Random, "Failed", "TerminatingOrFailed")
		}
	}
}

func (s *script) successRules(completions int) []any {
	rule := dict{}
	if s.chance(60) {
		rule["succeededIndexes"] = pick(s.Random, "0", "0-1", "1", "0,2")
		if completions < 3 {
			rule["succeededIndexes"] = "0"
		}
		if s.chance(40) {
			rule["succeededCount"] = 1
		}
	} else {
		rule["succeededCount"] = s.between(1, completions)
	}
	return []any{rule}
}

func (s *script) failureRules(perIndex bool) []any {
	actions := []string{"FailJob", "Ignore", "Count"}
	if perIndex {
		actions = append(actions, "FailIndex")
	}
	var rules []any
	for range s.between(1, 3) {
		rule := dict{"action": pick(s.Random, actions...)}
		if s.chance(30) {
			rule["onPodConditions"] = []any{dict{"type": "DisruptionTarget", "status": "True"}}
		} else {
			codes := dict{"operator": pick(s.Random, "In", "NotIn"), "values": []any{pick(s.Random, 1, 3, 42)}}
			if s.chance(40) {
				codes["containerName"] = "main"
			}
			rule["onExitCodes"] = codes
		}
		rules = append(rules, rule)
	}
	return rules
}

func (s *script) jobEvent(object dict, indexed bool, completions int) {
	some := func() *PodsChosen {
		if indexed && s.chance(50) {
			chosen := &PodsChosen{Indexes: []int{s.between(0, completions-1)}}
			if s.chance(40) {
				chosen.Indexes = append(chosen.Indexes, s.between(0, completions-1))
			}
			return chosen
		}
		return &PodsChosen{Revision: "any", Count: s.between(1, 3)}
	}
	failing := func() *PodsChosen {
		chosen := some()
		if s.chance(60) {
			code := int32(pick(s.Random, 1, 3, 42))
			chosen.ExitCode = &code
		} else if s.chance(40) {
			chosen.Reason = "DisruptionTarget"
		}
		return chosen
	}
	resume := 5
	if object["spec"].(dict)["suspend"] == true {
		resume = 60
	}
	s.weighted(
		weighted{20, func() { s.add(Event{Ready: some()}) }},
		weighted{26, func() { s.add(Event{Succeed: some()}) }},
		weighted{22, func() { s.add(Event{Fail: failing()}) }},
		weighted{5, func() { s.add(Event{Vanish: some()}) }},
		weighted{4, func() { s.add(Event{Delete: some()}) }},
		weighted{4, func() { s.add(Event{Restart: &Restarts{Count: s.between(1, 2), Times: s.between(1, 3)}}) }},
		weighted{24, func() { s.advance(1, 25) }},
		weighted{5, func() { s.advance(40, 400) }},
		weighted{resume, func() {
			s.change(object, func(spec dict) { spec["suspend"] = spec["suspend"] != true })
		}},
		weighted{6, func() {
			if spec := object["spec"].(dict); spec["parallelism"] != nil {
				s.change(object, func(spec dict) { spec["parallelism"] = s.between(0, 5) })
			}
		}},
		weighted{3, func() { s.resize(object, indexed) }},
	)
}

// resize changes an Indexed Job's completions, which needs the same parallelism.
func (s *script) resize(object dict, indexed bool) {
	spec := object["spec"].(dict)
	if !indexed || spec["successPolicy"] != nil || spec["maxFailedIndexes"] != nil {
		return
	}
	s.change(object, func(spec dict) {
		size := s.between(1, 6)
		spec["completions"], spec["parallelism"] = size, size
	})
}
