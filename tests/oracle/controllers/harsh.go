package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// harsh puts into some scenarios what their scripts seldom come to: ends of many
// kinds at the same time, Jobs that give up or succeed by several rules, Jobs that
// somebody deletes, daemons in the network of the host, and no deadline at all.
func harsh(controller string, seed uint64, scenario *Scenario) {
	// Numbers of its own keep the other scenarios as they are.
	random := newRandom("harsh of "+controller, seed)
	if !random.chance(35) {
		return
	}
	switch controller {
	case "deployment":
		random.everywhere(scenario, controller, func(spec dict) {
			spec["progressDeadlineSeconds"] = math.MaxInt32
			if spec["revisionHistoryLimit"] == nil {
				spec["revisionHistoryLimit"] = math.MaxInt32
			}
		})
	case "statefulset":
		random.moveThePartition(scenario)
	case "daemonset":
		if random.chance(60) {
			random.everywhere(scenario, controller, func(spec dict) {
				spec["template"].(dict)["spec"].(dict)["hostNetwork"] = true
			})
		}
		random.behind(scenario, 30, func() Event {
			return Event{Succeed: &PodsChosen{Revision: pick(random, "any", "new", "old"), Count: random.between(1, 3)}}
		})
	case "job":
		random.harshJob(scenario)
	case "cronjob":
		random.behind(scenario, 25, func() Event {
			return Event{Drop: &JobsChosen{Count: random.between(1, 2)}}
		})
	}
}

// everywhere changes the objects from the start on, and whatever is applied later.
func (r Random) everywhere(scenario *Scenario, controller string, change func(spec dict)) {
	if object := lastOf(changed[controller], scenario.Objects); object != nil {
		before := manifest(object)
		change(object["spec"].(dict))
		if strings.Contains(scenario.Objects, before) {
			scenario.Objects = strings.Replace(scenario.Objects, before, manifest(object), 1)
		}
	}
	for index := range scenario.Steps {
		step := &scenario.Steps[index].Do
		if object := lastOf(changed[controller], step.Apply); object != nil {
			change(object["spec"].(dict))
			step.Apply = manifest(object)
		}
	}
}

// behind puts an event behind some of the steps.
func (r Random) behind(scenario *Scenario, percent int, event func() Event) {
	var steps []Step
	for _, step := range scenario.Steps {
		steps = append(steps, step)
		if r.chance(percent) {
			steps = append(steps, Step{Do: event()})
		}
	}
	scenario.Steps = steps
}

// moveThePartition rolls a set out ordinal by ordinal, as one does by hand.
func (r Random) moveThePartition(scenario *Scenario) {
	object := lastOf(changed["statefulset"], scenario.Objects)
	for _, step := range scenario.Steps {
		if applied := lastOf(changed["statefulset"], step.Do.Apply); applied != nil {
			object = applied
		}
	}
	if object == nil {
		return
	}
	spec := object["spec"].(dict)
	replicas := r.between(2, 7)
	spec["replicas"] = replicas
	spec["template"].(dict)["spec"].(dict)["containers"].([]any)[0].(dict)["image"] = image(99)
	amount := pick[any](r, 1, 2, "30%", "60%", "100%")
	for partition := replicas; partition >= 0; partition -= r.between(1, 3) {
		spec["updateStrategy"] = dict{"type": "RollingUpdate", "rollingUpdate": dict{
			"partition": partition, "maxUnavailable": amount,
		}}
		scenario.Steps = append(scenario.Steps, Step{Do: Event{Apply: manifest(object)}})
		for range r.between(0, 3) {
			scenario.Steps = append(scenario.Steps, Step{Do: Event{Ready: &PodsChosen{Revision: "any", Count: r.between(1, 3)}}})
			if r.chance(30) {
				seconds := fmt.Sprintf("%ds", r.between(1, 25))
				scenario.Steps = append(scenario.Steps, Step{Do: Event{Advance: seconds}})
			}
		}
	}
}

// harshJob gives up on single indexes, succeeds by one of several rules, and has
// pods that fail while others succeed.
func (r Random) harshJob(scenario *Scenario) {
	object := lastOf(changed["job"], scenario.Objects)
	indexed := object["spec"].(dict)["completionMode"] == "Indexed"
	if indexed && r.chance(50) {
		perIndex := r.between(0, 2)
		var rules []any
		for _, action := range []string{"FailIndex", "Ignore", "Count", "FailJob"} {
			if r.chance(60) {
				rules = append(rules, dict{"action": action, "onExitCodes": dict{
					"operator": "In", "values": []any{pick(r, 1, 3, 42)},
				}})
			}
		}
		if r.chance(50) {
			rules = append(rules, dict{"action": pick(r, "Ignore", "FailIndex"), "onPodConditions": []any{
				dict{"type": "DisruptionTarget", "status": "True"},
			}})
		}
		// Some are not to be changed later.
		r.everywhere(scenario, "job", func(spec dict) {
			spec["backoffLimitPerIndex"] = perIndex
			delete(spec, "backoffLimit")
			spec["template"].(dict)["spec"].(dict)["restartPolicy"] = "Never"
			spec["podReplacementPolicy"] = "Failed"
			if len(rules) > 0 {
				spec["podFailurePolicy"] = dict{"rules": rules}
			} else {
				delete(spec, "podFailurePolicy")
			}
		})
	}
	completions := number(object["spec"].(dict)["completions"])
	if indexed && completions > 2 && r.chance(40) {
		rules := []any{
			dict{"succeededIndexes": pick(r, "0-1", "0,2", "1-2", "0-2"), "succeededCount": r.between(1, 2)},
			dict{"succeededIndexes": pick(r, "0", "1", "2")},
			dict{"succeededCount": r.between(1, completions)},
		}
		// An elastic Job cannot have them: its steps that change the size go.
		rules = rules[r.IntN(3):]
		r.everywhere(scenario, "job", func(spec dict) {
			spec["successPolicy"] = dict{"rules": rules}
			spec["completions"] = completions
		})
	}
	for index := range scenario.Steps {
		step := &scenario.Steps[index].Do
		if step.Fail != nil && r.chance(35) {
			step.Succeed = &PodsChosen{Revision: "any", Count: r.between(1, 2)}
		}
	}
	if indexed && r.chance(60) {
		for range r.between(2, 8) {
			chosen := &PodsChosen{Indexes: []int{r.between(0, max(completions-1, 0))}}
			event := Event{Succeed: chosen}
			if r.chance(50) {
				code := int32(pick(r, 1, 3, 42))
				chosen.ExitCode = &code
				event = Event{Fail: chosen}
			}
			at := r.between(1, len(scenario.Steps))
			scenario.Steps = slices.Insert(scenario.Steps, at, Step{Do: event})
		}
	}
}
