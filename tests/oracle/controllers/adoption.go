package main

import (
	"bufio"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// adoption is a workload that is deleted with `--cascade=orphan` and created again with
// another selector, and whether the new one takes the pods of the old one.
type adoption struct {
	Kind string `json:"kind"`
	// Old is the manifest of before, New the one that takes its place.
	Old     string `json:"old"`
	New     string `json:"new"`
	Adopted bool   `json:"adopted"`
}

// selections are selectors, each with the labels of the pods that go with it.
var selections = [][2]string{
	{"{matchLabels: {app: a, tier: x}}", "{app: a, tier: x}"},
	{"{matchLabels: {app: a, tier: x}}", "{app: a, tier: x, more: y}"},
	{"{matchLabels: {app: a}}", "{app: a, tier: x}"},
	{"{matchLabels: {app: a}}", "{app: a, tier: z}"},
	{"{matchLabels: {app: a}}", "{app: a}"},
	{"{matchLabels: {tier: x}}", "{tier: x}"},
	{"{matchLabels: {app: b}}", "{app: b}"},
	{"{matchLabels: {app: b}}", "{app: b, tier: x}"},
	{"{matchLabels: {app: shop-a}}", "{app: shop-a}"},
	{"{matchLabels: {app: a, track: z}}", "{app: a, track: z}"},
	{"{matchLabels: {app: a, tier: z}}", "{app: a, tier: z}"},
	{"{matchExpressions: [{key: app, operator: In, values: [a, b]}]}", "{app: b}"},
	{"{matchExpressions: [{key: app, operator: In, values: [b, c]}]}", "{app: b}"},
	{"{matchExpressions: [{key: app, operator: NotIn, values: [a]}]}", "{app: b}"},
	{"{matchExpressions: [{key: app, operator: NotIn, values: [b]}]}", "{app: c}"},
	{"{matchExpressions: [{key: tier, operator: Exists}]}", "{tier: z}"},
	{"{matchExpressions: [{key: tier, operator: DoesNotExist}]}", "{app: a}"},
	{"{matchLabels: {app: a}, matchExpressions: [{key: tier, operator: In, values: [x]}]}", "{app: a, tier: x}"},
	{"{matchLabels: {app: a}, matchExpressions: [{key: tier, operator: In, values: [z]}]}", "{app: a, tier: z}"},
}

// workloadOf is a manifest of the kind with that selector and those labels.
func workloadOf(kind, selector, labels string) string {
	return fmt.Sprintf("apiVersion: apps/v1\nkind: %s\nmetadata: {name: a}\nspec:\n  selector: %s\n  template:\n    metadata: {labels: %s}\n    spec: {containers: [{name: a, image: 'a:1'}]}\n",
		kind, selector, labels)
}

// recordAdoptions prints what becomes of all selections, one JSON line each.
func recordAdoptions(t *testing.T) error {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	head := map[string]string{"recorder": "tests/oracle/controllers", "kubernetes": kubernetesVersion}
	if err := encode(out, head); err != nil {
		return err
	}
	kinds := [][2]string{{"Deployment", "deployment"}, {"StatefulSet", "statefulset"}, {"DaemonSet", "daemonset"}}
	for _, kind := range kinds {
		controller, _ := named(kind[1])
		for _, selection := range selections {
			one := adoption{
				Kind: kind[0],
				Old:  workloadOf(kind[0], selections[0][0], selections[0][1]),
				New:  workloadOf(kind[0], selection[0], selection[1]),
			}
			var err error
			synctest.Test(t, func(*testing.T) { err = one.play(controller) })
			if err != nil {
				return err
			}
			if err := encode(out, one); err != nil {
				return err
			}
		}
	}
	return nil
}

func (one *adoption) play(controller controller) error {
	cluster := startCluster(controller, false)
	defer cluster.stop()
	cluster.now = time.Now().Add(fraction)
	time.Sleep(time.Until(cluster.now))
	synctest.Wait()
	node := "apiVersion: v1\nkind: Node\nmetadata: {name: n, labels: {kubernetes.io/os: linux}}\n"
	step := func(event Event) error {
		cluster.beginStep()
		if err := cluster.do(&event); err != nil {
			return err
		}
		return cluster.settle()
	}
	for _, event := range []Event{{Nodes: &node}, {Apply: one.Old}, {Ready: &PodsChosen{Count: 10}}} {
		if err := step(event); err != nil {
			return err
		}
	}
	dependents := []string{"Pod", "ControllerRevision"}
	held := kindByName("Pod")
	if one.Kind == "Deployment" {
		dependents, held = []string{"ReplicaSet"}, kindByName("ReplicaSet")
	}
	before := cluster.api.list(held)
	if len(before) == 0 {
		return fmt.Errorf("%s made nothing", one.Kind)
	}
	// What the garbage collector does before an object goes whose dependents stay.
	cluster.beginStep()
	if err := cluster.api.remove(kindByName(one.Kind), "default/a", metav1.DeleteOptions{}); err != nil {
		return err
	}
	for _, name := range dependents {
		kind := kindByName(name)
		for _, object := range cluster.api.list(kind) {
			cluster.api.overwrite(kind, key(metaOf(object)), func(object runtime.Object) {
				metaOf(object).SetOwnerReferences(nil)
			})
		}
	}
	if err := cluster.settle(); err != nil {
		return err
	}
	if err := step(Event{Apply: one.New}); err != nil {
		return err
	}
	one.Adopted = true
	after := map[string]metav1.Object{}
	for _, object := range cluster.api.list(held) {
		after[string(metaOf(object).GetUID())] = metaOf(object)
	}
	for _, object := range before {
		now, ok := after[string(metaOf(object).GetUID())]
		// One that is gone was replaced, which nobody does to a stranger's.
		if ok && metav1.GetControllerOf(now) == nil {
			one.Adopted = false
		}
	}
	return nil
}
