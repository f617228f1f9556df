package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// replay plays recorded scenarios against the server of a kubeconfig and prints where
// its controllers end in another state than those that were recorded. A server knows
// no clock but the real one: each scenario is played until the first step for which
// time has to pass, and no longer than its shortest period.
func replay(kubeconfig string, paths []string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	counts := map[string]*replayed{}
	for _, path := range paths {
		if err := eachScenario(path, func(controller controller, scenario *Scenario) {
			count := counts[controller.name]
			if count == nil {
				count = &replayed{}
				counts[controller.name] = count
			}
			count.play(config, controller, scenario)
		}); err != nil {
			return err
		}
	}
	total := replayed{}
	for _, one := range controllers {
		if count := counts[one.name]; count != nil {
			count.print(one.name)
			total.add(*count)
		}
	}
	total.print("all")
	return nil
}

// replayed counts scenarios and their steps.
type replayed struct {
	scenarios, steps, other, left int
}

func (r *replayed) add(other replayed) {
	r.scenarios += other.scenarios
	r.steps += other.steps
	r.other += other.other
	r.left += other.left
}

func (r *replayed) print(name string) {
	fmt.Fprintf(os.Stderr, "%-12s %4d scenarios, %5d steps, %d of them otherwise; %d scenarios left out\n",
		name, r.scenarios, r.steps, r.other, r.left)
}

// play plays one scenario and counts it. What the server does not let happen (or what
// there is nobody for, as a quota) leaves the rest of the scenario out.
func (r *replayed) play(config *rest.Config, controller controller, scenario *Scenario) {
	if scenario.Capacity != nil || scenario.Minor != 0 {
		r.left++
		return
	}
	r.scenarios++
	defer func() {
		if problem := recover(); problem != nil {
			fmt.Printf("%s stops: %v\n", scenario.Name, problem)
		}
	}()
	began := time.Now()
	// A DaemonSet counts the older pod of a node, and of one second the first by name:
	// recorded names are numbers, those of a server are not.
	ages := controller.name == "daemonset"
	if !ages {
		config = inOneSecond(config, began)
	}
	served, err := newServed(config, controller.name, scenario.Terminating)
	if err != nil {
		panic(err)
	}
	served.clean()
	defer served.clean()
	cluster := newCluster(controller, served)
	served.gates = func() []*Gate {
		var gates []*Gate
		for _, worker := range cluster.workers {
			gates = append(gates, worker.gate)
		}
		return gates
	}
	heard := rest.CopyConfig(config)
	heard.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return &listener{next: next, served: served, acted: cluster.acted}
	})
	clients, err := newServed(heard, controller.name, scenario.Terminating)
	if err != nil {
		panic(err)
	}
	// What is due later stays so.
	began = time.Now()
	clock = func() time.Time { return began }
	cluster.start(controller, clients.clients, served.watch)
	defer cluster.stop()
	served.rest()
	if err := cluster.apply(scenario.Objects); err != nil {
		panic(err)
	}
	shortest := periodIn(scenario.Objects)
	for index, step := range scenario.Steps {
		if step.Do.Advance != "" || step.Do.Capacity != nil {
			return
		}
		shortest = min(shortest, periodIn(step.Do.Apply))
		if ages {
			time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
		}
		cluster.beginStep()
		if err := cluster.do(&step.Do); err != nil {
			panic(err)
		}
		if err := cluster.settle(); err != nil {
			panic(err)
		}
		state, err := json.Marshal(controller.state(cluster))
		if err != nil {
			panic(err)
		}
		if time.Since(began) > shortest {
			return
		}
		r.steps++
		if now, was := timeless(state, step.State), timeless(step.State, step.State); !bytes.Equal(now, was) {
			r.other++
			event, _ := json.Marshal(step.Do)
			fmt.Printf("%s step %d %s\n  recorded %s\n  served   %s\n", scenario.Name, index, event, was, now)
			return
		}
	}
}

// period is a field whose seconds the controllers wait for.
var period = regexp.MustCompile(`(?:minReadySeconds|ttlSecondsAfterFinished|activeDeadlineSeconds|progressDeadlineSeconds): ([1-9]\d*)`)

// periodIn is the shortest of the periods that a manifest names; the first back-off of
// a Job has one that none names.
func periodIn(manifest string) time.Duration {
	shortest := time.Minute
	if strings.Contains(manifest, "kind: Job\n") {
		shortest = 10 * time.Second
	}
	for _, found := range period.FindAllStringSubmatch(manifest, -1) {
		if seconds, err := strconv.Atoi(found[1]); err == nil {
			shortest = min(shortest, time.Duration(seconds)*time.Second)
		}
	}
	return shortest
}

// timeless is a state without what tells the time, and without what was left to chance
// when like was recorded.
func timeless(state, like json.RawMessage) json.RawMessage {
	var fields, kept map[string]json.RawMessage
	if err := json.Unmarshal(state, &fields); err != nil {
		panic(err)
	}
	if err := json.Unmarshal(like, &kept); err != nil {
		panic(err)
	}
	for name := range fields {
		if _, ok := kept[name]; !ok {
			delete(fields, name)
		}
	}
	for _, name := range []string{"requeue_after", "startTime", "completionTime"} {
		delete(fields, name)
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return since.ReplaceAll(text, []byte("$1 *"))
}

// since is a time in the details of a deleted pod.
var since = regexp.MustCompile(`\b(created|ready) -?\d+`)

// eachScenario reads the scenarios of a file.
func eachScenario(path string, visit func(controller, *Scenario)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var scenario Scenario
		if err := json.Unmarshal(lines.Bytes(), &scenario); err != nil {
			return err
		}
		controller, ok := named(scenario.Controller)
		if !ok {
			return fmt.Errorf("%s: no controller %q", scenario.Name, scenario.Controller)
		}
		visit(controller, &scenario)
	}
	return lines.Err()
}
