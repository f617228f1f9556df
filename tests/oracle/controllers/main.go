// Command controllers runs the real controllers of Kubernetes (deployment,
// replicaset, replication, statefulset, daemon, job, cronjob, disruption,
// ttl-after-finished) through scripted scenarios and prints what they did, one
// JSON line a scenario.
//
//	go run . record                                     writes fixtures/simulate/*.jsonl
//	go run . generate --seed N --count M --controller X  prints unseen scenarios
//	go run . run FILE...                                 runs the steps of given scenarios anew
//	go run . replay --kubeconfig FILE FILE...            plays them against a real API server
//	go run . adoptions                                  whose pods a workload takes that is created anew
//
// With --plays 1 many scenarios cost little; what differs then may be chance, so
// it is to be run anew with more plays than usual.
//
// The controllers are started whole, with their own informers, event handlers
// and workers, against an API held in memory that applies the registry's own
// strategies (defaulting, generation, validation). Time is that of a synctest
// bubble: it stands still while controllers work and moves only when the
// scenario says so.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	// Zones of the schedules, wherever this runs.
	_ "time/tzdata"

	"github.com/go-logr/logr"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/job"
)

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("one of record, generate, run"))
	}
	command, arguments := os.Args[1], os.Args[2:]
	flags := flag.NewFlagSet(command, flag.ExitOnError)
	seed := flags.Uint64("seed", 1, "where the random scenarios start")
	count := flags.Int("count", 50, "scenarios of each controller")
	only := flags.String("controller", "", "one controller; all when empty")
	folder := flags.String("into", "../../../fixtures/simulate", "where record writes")
	flags.IntVar(&plays, "plays", 0, "how often each scenario is played; as the controller needs it when 0")
	flags.BoolVar(&verbose, "chance", false, "where runs of one scenario part, to stderr")
	log := flags.Bool("log", false, "what the controllers log, to stderr")
	kubeconfig := flags.String("kubeconfig", "", "the server to replay against, as cluster serve prints it")
	if err := flags.Parse(arguments); err != nil {
		fail(err)
	}
	if !*log {
		klog.SetLogger(logr.Discard())
	}
	// The usual handlers slow down who has many errors.
	utilruntime.ErrorHandlers = nil
	time.Local = time.UTC
	job.SyncJobBatchPeriod = 0
	var work func(*testing.T) error
	switch command {
	case "record":
		work = func(t *testing.T) error { return record(t, *folder, *only) }
	case "generate":
		work = func(t *testing.T) error { return generate(t, *only, *seed, *count) }
	case "adoptions":
		work = recordAdoptions
	case "run":
		work = func(t *testing.T) error { return rerun(t, flags.Args()) }
	case "replay":
		if err := replay(*kubeconfig, flags.Args()); err != nil {
			fail(err)
		}
		return
	default:
		fail(fmt.Errorf("no such command: %s", command))
	}
	inTest(work)
}

// inTest calls work with a testing.T, without which there is no bubble.
func inTest(work func(*testing.T) error) {
	os.Args = os.Args[:1]
	body := func(t *testing.T) {
		if err := work(t); err != nil {
			fail(err)
		}
		os.Exit(0)
	}
	testing.Main(
		func(_, _ string) (bool, error) { return true, nil },
		[]testing.InternalTest{{Name: "scenarios", F: body}}, nil, nil)
}

// recorded is how many scenarios of each controller the fixtures hold.
var recorded = map[string]int{
	"deployment":  48,
	"replicaset":  32,
	"statefulset": 40,
	"daemonset":   32,
	"job":         40,
	"cronjob":     32,
	"disruption":  32,
}

// found are seeds whose scenarios once showed the simulator wrong.
var found = map[string][]uint64{
	"deployment": {9090000110},
	"replicaset": {4000001},
	"daemonset":  {8228000219, 8228000303},
	"job":        {920011000633},
	"disruption": {8228000277},
}

// record writes the fixtures, always from the same seeds.
func record(t *testing.T, folder, only string) error {
	for _, controller := range controllers {
		if only != "" && only != controller.name {
			continue
		}
		file, err := os.Create(filepath.Join(folder, controller.name+".jsonl"))
		if err != nil {
			return err
		}
		out := bufio.NewWriter(file)
		for seed := range recorded[controller.name] {
			if err := emit(t, out, controller, uint64(seed)); err != nil {
				return err
			}
		}
		for _, seed := range found[controller.name] {
			if err := emit(t, out, controller, seed); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
	}
	return nil
}

// generate prints count scenarios of each controller (or of only one).
func generate(t *testing.T, only string, seed uint64, count int) error {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, controller := range controllers {
		if only != "" && only != controller.name {
			continue
		}
		for index := range count {
			// Scenarios of one seed are apart from those of the next.
			if err := emit(t, out, controller, seed*1_000_000+uint64(index)); err != nil {
				return err
			}
		}
	}
	return nil
}

// emit generates one scenario, runs it and writes its line.
func emit(t *testing.T, out *bufio.Writer, controller controller, seed uint64) error {
	scenario := controller.scenario(seed)
	return write(t, out, controller, scenario)
}

func write(t *testing.T, out *bufio.Writer, controller controller, scenario *Scenario) error {
	if err := Run(t, controller, scenario); err != nil {
		fmt.Fprintf(os.Stderr, "%s is left out: %v\n", scenario.Name, err)
		return nil
	}
	if len(scenario.Steps) < 3 {
		fmt.Fprintf(os.Stderr, "%s is left out: the rest is left to chance\n", scenario.Name)
		return nil
	}
	return encode(out, scenario)
}

func encode(out *bufio.Writer, value any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(value)
}

// rerun runs the scenarios of files again; their recorded states are ignored.
func rerun(t *testing.T, paths []string) error {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, path := range paths {
		var failed error
		err := eachScenario(path, func(controller controller, scenario *Scenario) {
			if failed == nil {
				failed = write(t, out, controller, scenario)
			}
		})
		if err := cmp.Or(err, failed); err != nil {
			return err
		}
	}
	return nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "controllers:", err)
	os.Exit(2)
}
