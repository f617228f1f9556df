package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	sigsyaml "sigs.k8s.io/yaml"
)

// Random makes the parameters of scenarios; the same for the same seed.
type Random struct{ *rand.Rand }

func newRandom(controller string, seed uint64) Random {
	stream := uint64(0)
	for _, letter := range controller {
		stream = stream*31 + uint64(letter)
	}
	return Random{rand.New(rand.NewPCG(seed, stream))}
}

// chance is true in so many parts of a hundred.
func (r Random) chance(percent int) bool { return r.IntN(100) < percent }

// between has both ends.
func (r Random) between(low, high int) int { return low + r.IntN(high-low+1) }

func pick[T any](r Random, from ...T) T { return from[r.IntN(len(from))] }

// percentOr is an integer up to high or a percentage.
func (r Random) percentOr(high int) any {
	if r.chance(50) {
		return fmt.Sprintf("%d%%", pick(r, 0, 1, 10, 20, 25, 30, 33, 50, 75, 100))
	}
	return r.between(0, high)
}

// weighted is one of several things to do, each with its weight.
type weighted struct {
	weight int
	do     func()
}

func (r Random) weighted(choices ...weighted) {
	sum := 0
	for _, choice := range choices {
		sum += choice.weight
	}
	at := r.IntN(sum)
	for _, choice := range choices {
		if at -= choice.weight; at < 0 {
			choice.do()
			return
		}
	}
}

// dict is a part of a manifest.
type dict = map[string]any

func manifest(objects ...dict) string {
	var texts []string
	for _, object := range objects {
		text, err := sigsyaml.Marshal(object)
		if err != nil {
			panic(err)
		}
		texts = append(texts, string(text))
	}
	return strings.Join(texts, "---\n")
}

// clone copies nested dicts, so that a changed manifest leaves the first alone.
func clone(value any) any {
	switch value := value.(type) {
	case dict:
		copied := dict{}
		for name, one := range value {
			copied[name] = clone(one)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for index, one := range value {
			copied[index] = clone(one)
		}
		return copied
	}
	return value
}

// podTemplate has one container of the given image.
func podTemplate(image string, labels dict) dict {
	return dict{
		"metadata": dict{"labels": labels},
		"spec":     dict{"containers": []any{dict{"name": "main", "image": image}}},
	}
}

func image(version int) string { return fmt.Sprintf("app:%d", version) }

// usualStart is when most scenarios begin.
var usualStart = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// script collects the steps of a scenario.
type script struct {
	Random
	steps []Step
}

func newScript(random Random) *script {
	return &script{random, []Step{{Do: Event{Settle: true}}}}
}

func (s *script) add(event Event) { s.steps = append(s.steps, Step{Do: event}) }

func (s *script) apply(objects ...dict) { s.add(Event{Apply: manifest(objects...)}) }

func (s *script) advance(low, high int) {
	s.add(Event{Advance: fmt.Sprintf("%ds", s.between(low, high))})
}

func (s *script) scenario(controller string, seed uint64, objects string) *Scenario {
	scenario := &Scenario{
		Name:    fmt.Sprintf("%s-%d", controller, seed),
		Seed:    seed,
		Start:   usualStart,
		Objects: objects,
		Steps:   s.steps,
	}
	switch controller {
	case "deployment", "replicaset", "statefulset", "daemonset":
		// Numbers of its own keep the scenarios without a quota as they are.
		quota(newRandom("quota of "+controller, seed), scenario)
	}
	later(controller, seed, scenario)
	crowd(controller, seed, scenario)
	harsh(controller, seed, scenario)
	return scenario
}

// quota bounds the pods of some scenarios, and moves the bound now and then.
func quota(random Random, scenario *Scenario) {
	// Which of the pods that a StatefulSet makes side by side is refused is the
	// order of goroutines.
	if !random.chance(15) || strings.Contains(scenario.Objects, "podManagementPolicy: Parallel") {
		return
	}
	capacity := random.between(0, 12)
	scenario.Capacity = &capacity
	for at := random.between(2, 8); at < len(scenario.Steps); at += random.between(3, 8) {
		changed := random.between(0, 14)
		scenario.Steps = slices.Insert(scenario.Steps, at, Step{Do: Event{Capacity: &changed}})
	}
}
