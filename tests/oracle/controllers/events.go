package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"time"

	"bufio"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/controller/daemon/util"
	sigsyaml "sigs.k8s.io/yaml"
)

// do makes one event happen.
func (c *Cluster) do(event *Event) error {
	switch {
	case event.Settle:
		return nil
	case event.Advance != "":
		duration, err := time.ParseDuration(event.Advance)
		if err != nil {
			return err
		}
		c.now = c.now.Add(duration)
		time.Sleep(time.Until(c.now))
		return nil
	case event.Apply != "":
		return c.apply(event.Apply)
	case event.Remove != "":
		return c.removed(event.Remove)
	case event.Nodes != nil:
		return c.nodes(*event.Nodes)
	case event.Capacity != nil:
		c.api.limit(event.Capacity)
		return nil
	case event.Finish != nil:
		c.finish(event.Finish)
		return nil
	case event.Drop != nil:
		for index, job := range c.jobs() {
			if index < event.Drop.Count {
				_ = c.api.remove(kindByName("Job"), key(job), metav1.DeleteOptions{})
			}
		}
		return nil
	case event.Schedule != nil:
		c.each(event.Schedule, active, c.scheduled(event.Schedule))
	case event.Ready != nil:
		c.each(event.Ready, notReady, c.ready(event.Ready))
	case event.Unready != nil:
		c.each(event.Unready, isReady, unready)
	case event.Fail != nil:
		c.each(event.Fail, active, c.ended(event.Fail, v1.PodFailed))
		if event.Succeed != nil {
			c.each(event.Succeed, active, c.ended(event.Succeed, v1.PodSucceeded))
		}
	case event.Succeed != nil:
		c.each(event.Succeed, active, c.ended(event.Succeed, v1.PodSucceeded))
	case event.Restart != nil:
		c.each(&PodsChosen{Count: event.Restart.Count}, active, c.restarted(int32(event.Restart.Times)))
	case event.Cost != nil:
		c.each(event.Cost, active, func(pod *v1.Pod) {
			metav1.SetMetaDataAnnotation(&pod.ObjectMeta, v1.PodDeletionCost, strconv.Itoa(event.Cost.Cost))
		})
	case event.Vanish != nil:
		for _, pod := range c.chosen(event.Vanish, active) {
			c.gone(pod)
		}
	case event.Delete != nil:
		for _, pod := range c.chosen(event.Delete, active) {
			if !c.api.keeps() || pod.Spec.NodeName == "" {
				c.stopped(pod)
			}
			if err := c.api.remove(kindByName("Pod"), key(pod), metav1.DeleteOptions{}); err != nil {
				return err
			}
		}
	case event.Terminated != nil:
		for _, pod := range c.chosen(event.Terminated, terminating) {
			c.stopped(pod)
			c.api.terminated(key(pod))
		}
	default:
		return fmt.Errorf("an event that says nothing")
	}
	return nil
}

// stopped ends a pod that a finalizer will hold: its kubelet, or the pod garbage
// collector for one that has no node, lets none go without a last phase.
func (c *Cluster) stopped(pod *v1.Pod) {
	if len(pod.Finalizers) == 0 || pod.Status.Phase == v1.PodFailed || pod.Status.Phase == v1.PodSucceeded {
		return
	}
	const killed = int32(137)
	code := killed
	c.api.overwrite(kindByName("Pod"), key(pod), func(object runtime.Object) {
		pod := object.(*v1.Pod)
		if pod.Spec.NodeName == "" {
			pod.Status.Phase = v1.PodFailed
			return
		}
		c.ended(&PodsChosen{ExitCode: &code}, v1.PodFailed)(pod)
	})
}

// gone removes a pod by force, with no grace; only finalizers can hold it.
func (c *Cluster) gone(pod *v1.Pod) {
	c.stopped(pod)
	c.api.force(key(pod))
}

func active(pod *v1.Pod) bool {
	return pod.DeletionTimestamp == nil && pod.Status.Phase != v1.PodFailed && pod.Status.Phase != v1.PodSucceeded
}

func notReady(pod *v1.Pod) bool { return active(pod) && !podutil.IsPodReady(pod) }

func isReady(pod *v1.Pod) bool { return active(pod) && podutil.IsPodReady(pod) }

func terminating(pod *v1.Pod) bool { return pod.DeletionTimestamp != nil }

// chosen lists the pods an event is about among those that fit: those of the
// oldest owner first, then the oldest.
func (c *Cluster) chosen(chosen *PodsChosen, fits func(*v1.Pod) bool) []*v1.Pod {
	var pods []*v1.Pod
	for _, pod := range c.pods() {
		if !fits(pod) || c.isOrphan(pod) || !c.matches(chosen, pod) {
			continue
		}
		pods = append(pods, pod)
		if chosen.Count > 0 && len(pods) == chosen.Count {
			break
		}
	}
	return pods
}

// isOrphan tells whether the pod's owner is gone, so that it is nobody's any more.
func (c *Cluster) isOrphan(pod *v1.Pod) bool {
	ref := metav1.GetControllerOf(pod)
	if ref == nil {
		return false
	}
	for _, owner := range c.api.list(kindByName(ref.Kind)) {
		if metaOf(owner).GetUID() == ref.UID {
			return false
		}
	}
	return true
}

func (c *Cluster) matches(chosen *PodsChosen, pod *v1.Pod) bool {
	if chosen.Owner != "" {
		if c.root(pod) != chosen.Owner {
			return false
		}
	}
	if len(chosen.Names) > 0 && !slices.Contains(chosen.Names, pod.Name) {
		return false
	}
	if len(chosen.Nodes) > 0 && !slices.Contains(chosen.Nodes, targetNode(pod)) {
		return false
	}
	if len(chosen.Indexes) > 0 {
		index, err := strconv.Atoi(pod.Annotations[batchv1.JobCompletionIndexAnnotation])
		if err != nil || !slices.Contains(chosen.Indexes, index) {
			return false
		}
	}
	switch chosen.Revision {
	case "new":
		return c.isNew(pod)
	case "old":
		return !c.isNew(pod)
	}
	return true
}

// root is the name of the workload that the pod belongs to in the end.
func (c *Cluster) root(pod *v1.Pod) string {
	owner := metav1.GetControllerOf(pod)
	if owner == nil {
		return pod.Name
	}
	for _, set := range c.replicaSets() {
		if above := metav1.GetControllerOf(set); above != nil && set.UID == owner.UID {
			return above.Name
		}
	}
	return owner.Name
}

// targetNode is where the pod runs or, for a DaemonSet's, shall run.
func targetNode(pod *v1.Pod) string {
	name, err := util.GetTargetNodeName(pod)
	if err != nil {
		return pod.Spec.NodeName
	}
	return name
}

func (c *Cluster) each(chosen *PodsChosen, fits func(*v1.Pod) bool, change func(*v1.Pod)) {
	for _, pod := range c.chosen(chosen, fits) {
		c.api.overwrite(kindByName("Pod"), key(pod), func(object runtime.Object) {
			change(object.(*v1.Pod))
		})
	}
}

// ownNode begins the name of a node that has one pod only.
const ownNode = "node-of-"

// place puts a pod on a node: by default one of its own, so that the ranking by
// pods on the same node plays no part unless the scenario asks for it.
func (c *Cluster) place(pod *v1.Pod, node string) {
	if pod.Spec.NodeName != "" {
		return
	}
	pod.Spec.NodeName = node
	if node == "" {
		pod.Spec.NodeName = ownNode + pod.Name
	}
	if target := targetNode(pod); target != "" {
		pod.Spec.NodeName = target
	}
}

func (c *Cluster) scheduled(chosen *PodsChosen) func(*v1.Pod) {
	return func(pod *v1.Pod) { c.place(pod, chosen.Node) }
}

func (c *Cluster) begun(pod *v1.Pod, node string) {
	c.place(pod, node)
	now := metav1.Now()
	if pod.Status.StartTime == nil {
		pod.Status.StartTime = &now
	}
}

func (c *Cluster) ready(chosen *PodsChosen) func(*v1.Pod) {
	return func(pod *v1.Pod) {
		c.begun(pod, chosen.Node)
		pod.Status.Phase = v1.PodRunning
		condition(pod, v1.PodReady, v1.ConditionTrue)
	}
}

func unready(pod *v1.Pod) { condition(pod, v1.PodReady, v1.ConditionFalse) }

func condition(pod *v1.Pod, kind v1.PodConditionType, status v1.ConditionStatus) {
	podutil.UpdatePodCondition(&pod.Status, &v1.PodCondition{Type: kind, Status: status})
}

func (c *Cluster) ended(chosen *PodsChosen, phase v1.PodPhase) func(*v1.Pod) {
	return func(pod *v1.Pod) {
		c.begun(pod, chosen.Node)
		pod.Status.Phase = phase
		condition(pod, v1.PodReady, v1.ConditionFalse)
		if chosen.Reason == string(v1.DisruptionTarget) {
			condition(pod, v1.DisruptionTarget, v1.ConditionTrue)
		} else {
			pod.Status.Reason = chosen.Reason
		}
		code := int32(0)
		if phase == v1.PodFailed {
			code = 1
		}
		now := metav1.Now()
		restarts := map[string]int32{}
		for _, status := range pod.Status.ContainerStatuses {
			restarts[status.Name] = status.RestartCount
		}
		var statuses []v1.ContainerStatus
		for _, container := range pod.Spec.Containers {
			status := v1.ContainerStatus{Name: container.Name, RestartCount: restarts[container.Name]}
			status.State.Terminated = &v1.ContainerStateTerminated{ExitCode: code, FinishedAt: now}
			if chosen.ExitCode != nil && (chosen.Container == "" || chosen.Container == container.Name) {
				status.State.Terminated.ExitCode = *chosen.ExitCode
			} else if chosen.Container != "" {
				status.State.Terminated.ExitCode = 0
			}
			statuses = append(statuses, status)
		}
		pod.Status.ContainerStatuses = statuses
	}
}

func (c *Cluster) restarted(times int32) func(*v1.Pod) {
	return func(pod *v1.Pod) {
		c.begun(pod, "")
		pod.Status.Phase = v1.PodRunning
		if len(pod.Status.ContainerStatuses) == 0 {
			for _, container := range pod.Spec.Containers {
				pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, v1.ContainerStatus{Name: container.Name})
			}
		}
		for index := range pod.Status.ContainerStatuses {
			pod.Status.ContainerStatuses[index].RestartCount += times
		}
	}
}

// finish ends the oldest unfinished Jobs as the Job controller would.
func (c *Cluster) finish(chosen *JobsChosen) {
	left := chosen.Count
	for _, job := range c.jobs() {
		if left == 0 || len(job.Status.Conditions) > 0 || job.DeletionTimestamp != nil {
			continue
		}
		left--
		c.api.overwrite(kindByName("Job"), key(job), func(object runtime.Object) {
			job := object.(*batchv1.Job)
			now := metav1.Now()
			job.Status.Conditions = []batchv1.JobCondition{{
				Type: batchv1.JobConditionType(chosen.Condition), Status: v1.ConditionTrue, LastTransitionTime: now,
			}}
			if job.Status.StartTime == nil {
				job.Status.StartTime = &now
			}
			if chosen.Condition == string(batchv1.JobComplete) {
				job.Status.CompletionTime = &now
			}
		})
	}
}

// documents reads typed objects out of YAML.
func documents(text string) ([]runtime.Object, error) {
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader([]byte(text))))
	var objects []runtime.Object
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		data, err := sigsyaml.YAMLToJSONStrict(document)
		if err != nil {
			return nil, err
		}
		var head metav1.TypeMeta
		if err := json.Unmarshal(data, &head); err != nil {
			return nil, err
		}
		object, err := scheme.Scheme.New(schema.FromAPIVersionAndKind(head.APIVersion, head.Kind))
		if err != nil {
			return nil, err
		}
		if err := sigsyaml.UnmarshalStrict(document, object); err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
}

func gvkOf(object runtime.Object) schema.GroupVersionKind {
	found, _, err := scheme.Scheme.ObjectKinds(object)
	if err != nil {
		panic(err)
	}
	return found[0]
}

// apply creates what is new, and gives what exists its new spec.
func (c *Cluster) apply(text string) error {
	objects, err := documents(text)
	if err != nil {
		return err
	}
	for _, object := range objects {
		kind := kindNamed(gvkOf(object))
		if kind == nil {
			return fmt.Errorf("%v is not held", gvkOf(object))
		}
		accessor := metaOf(object)
		namespace := ""
		if kind.strategy.NamespaceScoped() {
			namespace = "default"
			if accessor.GetNamespace() != "" {
				namespace = accessor.GetNamespace()
			}
		}
		at := namespace + "/" + accessor.GetName()
		exists := c.api.holds(kind, at)
		if !exists {
			_, err = c.api.create(kind, namespace, object)
		} else {
			_, err = c.api.update(kind, at, "", func(old runtime.Object) (runtime.Object, error) {
				return merged(old, object), nil
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// merged is the old object with the spec, the labels and annotations of the
// new; what the server itself filled in stays.
func merged(old, wanted runtime.Object) runtime.Object {
	into, from := metaOf(old), metaOf(wanted)
	into.SetLabels(from.GetLabels())
	annotations := into.GetAnnotations()
	for name, value := range from.GetAnnotations() {
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[name] = value
	}
	into.SetAnnotations(annotations)
	if job, ok := wanted.(*batchv1.Job); ok {
		before := old.(*batchv1.Job)
		job.Spec.Selector = before.Spec.Selector
		job.Spec.Template.Labels = before.Spec.Template.Labels
	}
	reflect.ValueOf(old).Elem().FieldByName("Spec").Set(reflect.ValueOf(wanted).Elem().FieldByName("Spec"))
	return old
}

// removed deletes an object that is named as Kind/name.
func (c *Cluster) removed(what string) error {
	for _, kind := range kinds {
		name, ok := bytes.CutPrefix([]byte(what), []byte(kind.kind+"/"))
		if ok {
			return c.api.remove(kind, "default/"+string(name), metav1.DeleteOptions{})
		}
	}
	return fmt.Errorf("%q is not Kind/name", what)
}

// nodes makes the set of nodes what the text says; pods on nodes that are gone
// go with them, as the pod garbage collector has it.
func (c *Cluster) nodes(text string) error {
	objects, err := documents(text)
	if err != nil {
		return err
	}
	kind := kindByName("Node")
	wanted := map[string]bool{}
	for _, object := range objects {
		node, ok := object.(*v1.Node)
		if !ok {
			return fmt.Errorf("not a node: %T", object)
		}
		wanted[node.Name] = true
		exists := c.api.holds(kind, key(node))
		if !exists {
			if _, err := c.api.create(kind, "", node); err != nil {
				return err
			}
			continue
		}
		c.api.overwrite(kind, key(node), func(object runtime.Object) {
			old := object.(*v1.Node)
			old.Labels, old.Spec = node.Labels, node.Spec
		})
	}
	for _, node := range all[*v1.Node](c, "Node") {
		if wanted[node.Name] {
			continue
		}
		if err := c.api.remove(kind, key(node), metav1.DeleteOptions{}); err != nil {
			return err
		}
		for _, pod := range c.pods() {
			if pod.Spec.NodeName == node.Name {
				c.gone(pod)
			}
		}
	}
	return nil
}

// isNew tells whether the pod is of its workload's newest template.
func (c *Cluster) isNew(pod *v1.Pod) bool {
	owner := metav1.GetControllerOf(pod)
	if owner == nil {
		return false
	}
	switch owner.Kind {
	case "ReplicaSet":
		for _, deployment := range c.deployments() {
			if found := c.newReplicaSet(deployment); found != nil && found.UID == owner.UID {
				return true
			}
		}
		return false
	case "StatefulSet":
		for _, set := range all[*appsv1.StatefulSet](c, "StatefulSet") {
			if set.UID == owner.UID {
				return pod.Labels[appsv1.StatefulSetRevisionLabel] == set.Status.UpdateRevision
			}
		}
	case "DaemonSet":
		return pod.Labels[appsv1.ControllerRevisionHashLabelKey] == c.newestHash(owner.Name)
	}
	return true
}
