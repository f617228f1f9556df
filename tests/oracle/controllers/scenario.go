package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/features"
)

// kubernetesVersion is that of the modules in go.mod.
const kubernetesVersion = "1.37.1"

// Scenario is one line of a recorded file.
type Scenario struct {
	Name       string `json:"name"`
	Controller string `json:"controller"`
	Recorder   string `json:"recorder"`
	Kubernetes string `json:"kubernetes"`
	Seed       uint64 `json:"seed"`
	// Start is the clock at step 0, in whole seconds.
	Start time.Time `json:"start"`
	// Terminating keeps deleted pods until an event lets them go.
	Terminating bool `json:"terminating,omitempty"`
	// Capacity is how many pods there may be that have not ended, as by a quota;
	// any number when absent.
	Capacity *int `json:"capacity,omitempty"`
	// Minor is set for one before that of Kubernetes, whose feature gates hold.
	Minor int `json:"minor,omitempty"`
	// Sets has the images (and the time of a restart) of a Deployment's
	// ReplicaSets in the order of their names, which are hashes: it decides
	// between those of one second.
	Sets []string `json:"sets,omitempty"`
	// Objects is what was applied before step 0, as YAML.
	Objects string `json:"objects"`
	Steps   []Step `json:"steps"`
}

// Step is one event and the state in which the controllers came to rest.
type Step struct {
	Do    Event           `json:"do"`
	State json.RawMessage `json:"state"`
}

// Event has exactly one field set, but for pods that fail and others that succeed
// at the same time.
type Event struct {
	Settle     bool        `json:"settle,omitempty"`
	Schedule   *PodsChosen `json:"schedule,omitempty"`
	Ready      *PodsChosen `json:"ready,omitempty"`
	Unready    *PodsChosen `json:"unready,omitempty"`
	Fail       *PodsChosen `json:"fail,omitempty"`
	Succeed    *PodsChosen `json:"succeed,omitempty"`
	Vanish     *PodsChosen `json:"vanish,omitempty"`
	Delete     *PodsChosen `json:"delete,omitempty"`
	Terminated *PodsChosen `json:"terminated,omitempty"`
	Restart    *Restarts   `json:"restart,omitempty"`
	Cost       *PodsChosen `json:"cost,omitempty"`
	Finish     *JobsChosen `json:"finish,omitempty"`
	Drop       *JobsChosen `json:"drop,omitempty"`
	Advance    string      `json:"advance,omitempty"`
	Apply      string      `json:"apply,omitempty"`
	Remove     string      `json:"remove,omitempty"`
	Nodes      *string     `json:"nodes,omitempty"`
	Capacity   *int        `json:"capacity,omitempty"`
}

// namesNodes is whether what comes of it depends on which of several nodes has
// which pods.
func (e *Event) namesNodes() bool {
	for _, chosen := range []*PodsChosen{e.Ready, e.Unready, e.Fail, e.Succeed, e.Vanish, e.Delete, e.Terminated} {
		if chosen != nil && len(chosen.Nodes) > 0 {
			return true
		}
	}
	return e.Nodes != nil
}

// PodsChosen says which pods an event is about: the oldest Count of a
// revision, or those that are named, on the nodes, or of the indexes.
type PodsChosen struct {
	Revision string   `json:"revision,omitempty"`
	Count    int      `json:"count,omitempty"`
	Names    []string `json:"names,omitempty"`
	Nodes    []string `json:"nodes,omitempty"`
	Indexes  []int    `json:"indexes,omitempty"`
	Owner    string   `json:"owner,omitempty"`

	// Cost is what deleting the pods costs from then on.
	Cost int `json:"cost,omitempty"`
	// Node is where unassigned pods are put; each on a node of its own when empty.
	Node string `json:"node,omitempty"`
	// ExitCode, Container and Reason tell how a failing pod ended. Reason
	// DisruptionTarget sets that condition; Evicted is the pod's own reason.
	ExitCode  *int32 `json:"exitCode,omitempty"`
	Container string `json:"container,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// Restarts says that the kubelet restarted containers: in the oldest Count
// pods, so many Times each.
type Restarts struct {
	Count int `json:"count"`
	Times int `json:"times"`
}

// JobsChosen says which Jobs of a CronJob end: the oldest Count unfinished. Those
// that somebody deletes are the oldest Count, ended or not.
type JobsChosen struct {
	Count     int    `json:"count"`
	Condition string `json:"condition,omitempty"`
}

// Run plays the scenario against the real controllers and fills in the states.
// Each is played several times, since the controllers iterate over maps and
// sort unstably. What differs from run to run is left out: the parts of the state that the
// controller lists as chance, and the steps from where anything else differs.
func Run(t *testing.T, controller controller, scenario *Scenario) error {
	scenario.Recorder = "tests/oracle/controllers"
	scenario.Kubernetes = kubernetesVersion
	scenario.Controller = controller.name
	repeats := controller.repeats
	if scenario.Capacity != nil {
		// Pods that are made side by side compete for the last places.
		repeats = max(repeats, 10)
	}
	if plays > 0 {
		repeats = plays
	}
	runs := make([]Scenario, repeats)
	for index := range runs {
		runs[index] = *scenario
		runs[index].Steps = slices.Clone(scenario.Steps)
		var err error
		synctest.Test(t, func(*testing.T) { err = play(controller, &runs[index]) })
		if err != nil {
			return err
		}
	}
	scenario.Steps = scenario.Steps[:0]
	scenario.Sets = runs[0].Sets
	blurred := false
	for at := range shortest(runs) {
		var states []json.RawMessage
		for _, run := range runs {
			states = append(states, run.Steps[at].State)
		}
		if !blurred && (!equal(states) || lacks(states[0], controller.chance)) {
			blurred = true
		}
		if blurred && runs[0].Steps[at].Do.namesNodes() {
			logChance(scenario.Name, at, runs[0].Steps[at].Do, states)
			break
		}
		for index := range states {
			if blurred {
				states[index] = without(states[index], controller.chance)
			}
		}
		if !equal(states) {
			logChance(scenario.Name, at, runs[0].Steps[at].Do, states)
			break
		}
		scenario.Steps = append(scenario.Steps, Step{runs[0].Steps[at].Do, states[0]})
	}
	return nil
}

// shortest is how many steps all of the runs have.
func shortest(runs []Scenario) int {
	steps := len(runs[0].Steps)
	for _, run := range runs {
		steps = min(steps, len(run.Steps))
	}
	return steps
}

// lacks tells whether a state was recorded without one of the keys, since chance
// was seen to decide it.
func lacks(state json.RawMessage, keys []string) bool {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(state, &fields); err != nil {
		panic(err)
	}
	for _, key := range keys {
		if _, ok := fields[key]; !ok {
			return true
		}
	}
	return false
}

func equal(states []json.RawMessage) bool {
	for _, state := range states {
		if !bytes.Equal(state, states[0]) {
			return false
		}
	}
	return true
}

// verbose is set to see on stderr where runs part.
var verbose bool

// plays overrides how often each scenario is played.
var plays int

func logChance(name string, at int, event Event, states []json.RawMessage) {
	if !verbose {
		return
	}
	text, _ := json.Marshal(event)
	fmt.Fprintf(os.Stderr, "%s step %d %s\n", name, at, text)
	for _, state := range states {
		fmt.Fprintf(os.Stderr, "  %s\n", state)
	}
}

// without leaves keys out of a state.
func without(state json.RawMessage, keys []string) json.RawMessage {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(state, &fields); err != nil {
		panic(err)
	}
	for _, key := range keys {
		delete(fields, key)
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return text
}

// fraction is how far past the whole second the controllers' clock stands:
// stored times have whole seconds, so that nothing is of age zero.
const fraction = time.Millisecond

// setGates makes the feature gates those that the minor has by default, as far as
// they matter to scenarios; 0 is the minor of the modules.
func setGates(minor int) error {
	// On in 1.35.0, off again from 1.35.4 on, and on in 1.37.
	stateful := minor == 0 || minor >= 37
	return utilfeature.DefaultMutableFeatureGate.SetFromMap(map[string]bool{
		string(features.MaxUnavailableStatefulSet): stateful,
	})
}

func play(controller controller, scenario *Scenario) error {
	// A moment before the start, so that informers are in step at the start.
	const lead = 10 * time.Second
	time.Sleep(time.Until(scenario.Start.Add(-lead)))
	if err := setGates(scenario.Minor); err != nil {
		return err
	}
	cluster := startCluster(controller, scenario.Terminating)
	cluster.api.limit(scenario.Capacity)
	defer cluster.stop()
	cluster.now = scenario.Start.Add(fraction)
	time.Sleep(time.Until(cluster.now))
	synctest.Wait()
	if err := cluster.apply(scenario.Objects); err != nil {
		return err
	}
	if len(scenario.Steps) == 0 || !scenario.Steps[0].Do.Settle {
		return fmt.Errorf("the first step is to settle")
	}
	for index := range scenario.Steps {
		step := &scenario.Steps[index]
		cluster.beginStep()
		if err := cluster.do(&step.Do); err != nil {
			return fmt.Errorf("step %d: %w", index, err)
		}
		if err := cluster.settle(); err != nil {
			return fmt.Errorf("step %d: %w", index, err)
		}
		state, err := json.Marshal(controller.state(cluster))
		if err != nil {
			return err
		}
		step.State = state
		if cluster.parted {
			scenario.Steps = scenario.Steps[:index+1]
			break
		}
	}
	scenario.Sets = cluster.setImages()
	return nil
}
