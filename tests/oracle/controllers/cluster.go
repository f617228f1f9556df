package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	fakediscovery "k8s.io/client-go/discovery/fake"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/scale"
	scalefake "k8s.io/client-go/scale/fake"
	core "k8s.io/client-go/testing"
	"k8s.io/client-go/util/flowcontrol"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/controller/cronjob"
	"k8s.io/kubernetes/pkg/controller/daemon"
	"k8s.io/kubernetes/pkg/controller/deployment"
	"k8s.io/kubernetes/pkg/controller/disruption"
	"k8s.io/kubernetes/pkg/controller/job"
	"k8s.io/kubernetes/pkg/controller/replicaset"
	"k8s.io/kubernetes/pkg/controller/replication"
	"k8s.io/kubernetes/pkg/controller/statefulset"
	"k8s.io/kubernetes/pkg/controller/ttlafterfinished"
)

// burst is how many pods a ReplicaSet may create or delete in one sync, as the
// controller manager has it.
const burst = 500

// Cluster is an API with the controllers that run against it.
type Cluster struct {
	api     store
	workers []worker
	cancel  context.CancelFunc

	// now is the scenario's time; the clock may be a part of a second further.
	now time.Time
	// bind gives pods of DaemonSets their node at once, as the scheduler would.
	bind bool
	// What controllers did since the step began, some of it side by side.
	lock    sync.Mutex
	actions []Action
	// syncs counts all items that were let through, to tell actions of one
	// sync from those of the next.
	syncs int
	// sets has the image of each ReplicaSet that a Deployment ever made, by name.
	sets map[string]string
	// podsCreated counts the pods that controllers ever created.
	podsCreated int
	// choices has what there was to choose from when a sync began to delete pods.
	choices []choice
	// blurred is set once chance decided which of several pods went.
	blurred bool
	// parted is set where chance decides how the scenario goes on.
	parted bool
	// ranked has pods told apart by all that ReplicaSets rank them by.
	ranked bool
}

// Action is one write of a controller to a pod or a claim.
type Action struct {
	sync   int
	verb   string
	kind   string
	object runtime.Object
}

// worker is one running controller with the gate before it.
type worker struct {
	name string
	kind *Kind
	gate *Gate
}

// start has how each controller is made; in the order in which they act.
var start = []struct {
	name, kind string
	make       func(context.Context, informers.SharedInformerFactory, kubernetes.Interface) (runnable, error)
}{
	{"cronjob", "CronJob", func(ctx context.Context, f informers.SharedInformerFactory, c kubernetes.Interface) (runnable, error) {
		return cronjob.NewControllerV2(ctx, f.Batch().V1().Jobs(), f.Batch().V1().CronJobs(), c)
	}},
	{"job", "Job", func(ctx context.Context, f informers.SharedInformerFactory, c kubernetes.Interface) (runnable, error) {
		return job.NewController(ctx, c, f.Core().V1().Pods(), f.Batch().V1().Jobs(),
			f.Scheduling().V1beta1().Workloads(), f.Scheduling().V1beta1().PodGroups())
	}},
	{"ttl", "Job", func(ctx context.Context, f informers.SharedInformerFactory, c kubernetes.Interface) (runnable, error) {
		return ttlafterfinished.New(ctx, f.Batch().V1().Jobs(), c), nil
	}},
	{"deployment", "Deployment", func(ctx context.Context, f informers.SharedInformerFactory, c kubernetes.Interface) (runnable, error) {
		return deployment.NewDeploymentController(ctx, f.Apps().V1().Deployments(), f.Apps().V1().ReplicaSets(), f.Core().V1().Pods(), c)
	}},
	{"replicaset", "ReplicaSet", func(ctx context.Context, f informers.SharedInformerFactory, c kubernetes.Interface) (runnable, error) {
		return replicaset.NewReplicaSetController(ctx, f.Apps().V1().ReplicaSets(), f.Core().V1().Pods(), c, burst), nil
	}},
	{"replication", "ReplicationController", func(ctx context.Context, f informers.SharedInformerFactory, c kubernetes.Interface) (runnable, error) {
		return replication.NewReplicationManager(ctx, f.Core().V1().Pods(), f.Core().V1().ReplicationControllers(), c, burst), nil
	}},
	{"statefulset", "StatefulSet", func(ctx context.Context, f informers.SharedInformerFactory, c kubernetes.Interface) (runnable, error) {
		return statefulset.NewStatefulSetController(ctx, f.Core().V1().Pods(), f.Apps().V1().StatefulSets(),
			f.Core().V1().PersistentVolumeClaims(), f.Apps().V1().ControllerRevisions(), c), nil
	}},
	{"daemonset", "DaemonSet", func(ctx context.Context, f informers.SharedInformerFactory, c kubernetes.Interface) (runnable, error) {
		return daemon.NewDaemonSetsController(ctx, f.Apps().V1().DaemonSets(), f.Apps().V1().ControllerRevisions(),
			f.Core().V1().Pods(), f.Core().V1().Nodes(), c, flowcontrol.NewBackOff(time.Second, 15*time.Minute))
	}},
	{"disruption", "PodDisruptionBudget", func(ctx context.Context, f informers.SharedInformerFactory, c kubernetes.Interface) (runnable, error) {
		return disruption.NewDisruptionController(ctx, f.Core().V1().Pods(), f.Policy().V1().PodDisruptionBudgets(),
			f.Core().V1().ReplicationControllers(), f.Apps().V1().ReplicaSets(), f.Apps().V1().Deployments(),
			f.Apps().V1().StatefulSets(), c, mapper(), noScales(), served()), nil
	}},
}

// runnable is what all controllers are.
type runnable interface {
	Run(ctx context.Context, workers int)
}

// mapper knows the kinds that own pods without a scale of their own.
func mapper() meta.RESTMapper {
	mapper := meta.NewDefaultRESTMapper(nil)
	for _, kind := range kinds {
		mapper.Add(kind.version.WithKind(kind.kind), meta.RESTScopeNamespace)
	}
	return mapper
}

// noScales has a scale of nothing: the controller asks it only for owners that
// have none.
func noScales() scale.ScalesGetter {
	client := &scalefake.FakeScaleClient{}
	client.AddReactor("get", "*", func(action core.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewNotFound(action.GetResource().GroupResource(), "")
	})
	return client
}

// served lists the resources without their scales.
func served() discovery.DiscoveryInterface {
	lists := map[string]*metav1.APIResourceList{}
	found := &fakediscovery.FakeDiscovery{Fake: &core.Fake{}}
	for _, kind := range kinds {
		version := kind.version.String()
		if lists[version] == nil {
			lists[version] = &metav1.APIResourceList{GroupVersion: version}
			found.Resources = append(found.Resources, lists[version])
		}
		lists[version].APIResources = append(lists[version].APIResources, metav1.APIResource{Name: kind.resource, Kind: kind.kind})
	}
	return found
}

// startCluster runs the controllers that the scenario is about, against objects in
// memory.
func startCluster(controller controller, keepTerminating bool) *Cluster {
	api := newAPI(keepTerminating)
	cluster := newCluster(controller, api)
	api.acted = cluster.acted
	cluster.start(controller, client(api), nil)
	return cluster
}

func newCluster(controller controller, api store) *Cluster {
	return &Cluster{
		api: api, sets: map[string]string{}, bind: controller.name == "daemonset",
		ranked: slices.Contains(controller.runs, "replicaset") && controller.name != "disruption",
	}
}

// start makes the controllers and runs them; made hears of their informers before.
func (c *Cluster) start(controller controller, clients kubernetes.Interface, made func(informers.SharedInformerFactory)) {
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	factory := informers.NewSharedInformerFactory(clients, 0)
	var all []runnable
	for _, one := range start {
		if !slices.Contains(controller.runs, one.name) {
			continue
		}
		made, err := one.make(ctx, factory, clients)
		if err != nil {
			panic(err)
		}
		all = append(all, made)
		kind := kindByName(one.kind)
		c.workers = append(c.workers, worker{one.name, kind, gateQueue(made, one.name == "replication")})
	}
	if made != nil {
		made(factory)
	}
	factory.StartWithContext(ctx)
	for _, one := range all {
		go run(ctx, one)
	}
}

func run(ctx context.Context, controller runnable) { controller.Run(ctx, 1) }

func (c *Cluster) stop() {
	c.cancel()
	for _, worker := range c.workers {
		worker.gate.ShutDown()
	}
}

func (c *Cluster) acted(verb string, kind *Kind, object runtime.Object) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if verb == "create" && kind.kind == "Pod" {
		c.podsCreated++
	}
	if verb == "delete" && kind.kind == "Pod" {
		c.noteChoice()
	}
	if set, ok := object.(*appsv1.ReplicaSet); ok && verb == "create" {
		template := set.Spec.Template
		c.sets[set.Name] = strings.TrimSpace(template.Spec.Containers[0].Image + " " + template.Annotations[restartedAt])
	}
	c.actions = append(c.actions, Action{c.syncs, verb, kind.kind, object.DeepCopyObject()})
}

// setImages lists the images of all ReplicaSets in the order of their names,
// each with when it was restarted.
func (c *Cluster) setImages() []string {
	var images []string
	for _, name := range slices.Sorted(maps.Keys(c.sets)) {
		images = append(images, c.sets[name])
	}
	return images
}

func (c *Cluster) beginStep() {
	c.actions, c.choices = nil, nil
	for _, worker := range c.workers {
		worker.gate.beginStep()
	}
}

// settle lets the controllers act, each in its turn over all its objects from
// the oldest on, until none has anything left to do at this time.
func (c *Cluster) settle() error {
	const rounds = 1000
	for range rounds {
		progressed := false
		for _, worker := range c.workers {
			c.api.rest()
			items := worker.gate.take()
			c.byCreation(worker.kind, items)
			for _, item := range items {
				progressed = true
				c.syncs++
				worker.gate.pass(item)
				c.api.rest()
				if err := worker.finish(item, c.api); err != nil {
					return err
				}
			}
		}
		progressed = c.schedule() || progressed
		progressed = collect(c.api) || progressed
		if !progressed {
			return nil
		}
	}
	return fmt.Errorf("the controllers come to no rest")
}

// finish waits for a worker that sleeps amid its work, as after a conflict. Such
// sleeps are short, so that the clock stays within its second.
func (w *worker) finish(item string, api store) error {
	const (
		nap  = 10 * time.Millisecond
		most = 50
	)
	for range most {
		if !w.gate.busy() {
			return nil
		}
		time.Sleep(nap)
		api.rest()
	}
	return fmt.Errorf("%s does not finish its work on %s", w.name, item)
}

func (c *Cluster) byCreation(kind *Kind, items []string) {
	sequence := func(item string) int { return c.api.sequence(kind, item) }
	sort.Slice(items, func(i, j int) bool {
		left, right := sequence(items[i]), sequence(items[j])
		if left != right {
			return left < right
		}
		return items[i] < items[j]
	})
}

// schedule binds the pods of DaemonSets to the node they were made for.
func (c *Cluster) schedule() bool {
	if !c.bind {
		return false
	}
	changed := false
	for _, pod := range c.pods() {
		node := targetNode(pod)
		if pod.Spec.NodeName == "" && node != "" && pod.DeletionTimestamp == nil {
			changed = true
			c.api.overwrite(kindByName("Pod"), key(pod), func(object runtime.Object) {
				object.(*v1.Pod).Spec.NodeName = node
			})
		}
	}
	return changed
}

func kindByName(name string) *Kind {
	for _, kind := range kinds {
		if kind.kind == name {
			return kind
		}
	}
	return nil
}

// all lists the objects of a type, oldest first.
func all[T runtime.Object](c *Cluster, kind string) []T {
	var found []T
	for _, object := range c.api.list(kindByName(kind)) {
		found = append(found, object.(T))
	}
	return found
}

// pods lists all pods: those of the oldest owner first, then the oldest. Which
// of its equal pods an owner deletes is left to chance, so pods of the same
// second are told apart by what they are before they are by their sequence.
// The pods of a StatefulSet or an Indexed Job are in the order of their ordinals.
func (c *Cluster) pods() []*v1.Pod {
	age := map[types.UID]int{}
	for _, kind := range kinds {
		for index, object := range c.api.list(kind) {
			age[metaOf(object).GetUID()] = index
		}
	}
	newness := map[string]int{}
	compare := func(left, right *v1.Pod) int {
		owner := func(pod *v1.Pod) int {
			if ref := metav1.GetControllerOf(pod); ref != nil {
				return age[ref.UID]
			}
			return -1
		}
		if order := cmp.Compare(owner(left), owner(right)); order != 0 {
			return order
		}
		if order := cmp.Compare(place(left), place(right)); order != 0 {
			return order
		}
		if order := left.CreationTimestamp.Compare(right.CreationTimestamp.Time); order != 0 {
			return order
		}
		order := cmp.Or(
			cmp.Compare(class(left), class(right)),
			readySince(left).Compare(readySince(right)),
			cmp.Compare(newness[left.Name], newness[right.Name]),
			cmp.Compare(sharedNode(left), sharedNode(right)),
		)
		if order != 0 || !c.ranked {
			return order
		}
		return cmp.Or(cmp.Compare(cost(left), cost(right)), cmp.Compare(restarts(left), restarts(right)))
	}
	pods := all[*v1.Pod](c, "Pod")
	for _, pod := range pods {
		if c.isNew(pod) {
			newness[pod.Name] = 1
		}
	}
	slices.SortStableFunc(pods, compare)
	return pods
}

// place is the pod's ordinal in its StatefulSet, or its index in its Job; 0 for
// others.
func place(pod *v1.Pod) int {
	if index, err := strconv.Atoi(pod.Annotations[batchv1.JobCompletionIndexAnnotation]); err == nil {
		return index
	}
	if owner := metav1.GetControllerOf(pod); owner != nil && owner.Kind == "StatefulSet" {
		return ordinal(pod.Name)
	}
	return 0
}

// readySince is when the pod's readiness last changed; zero when it never did.
func readySince(pod *v1.Pod) time.Time {
	_, condition := podutil.GetPodCondition(&pod.Status, v1.PodReady)
	if condition == nil {
		return time.Time{}
	}
	return condition.LastTransitionTime.Time
}

func (c *Cluster) deployments() []*appsv1.Deployment { return all[*appsv1.Deployment](c, "Deployment") }

func (c *Cluster) replicaSets() []*appsv1.ReplicaSet { return all[*appsv1.ReplicaSet](c, "ReplicaSet") }

func (c *Cluster) jobs() []*batchv1.Job { return all[*batchv1.Job](c, "Job") }

// owned lists the pods that the object controls, oldest first.
func (c *Cluster) owned(uid types.UID) []*v1.Pod {
	var pods []*v1.Pod
	for _, pod := range c.pods() {
		if owner := metav1.GetControllerOf(pod); owner != nil && owner.UID == uid {
			pods = append(pods, pod)
		}
	}
	return pods
}

// due is when the worker looks at the object again by itself.
func (c *Cluster) due(name string, object metav1.Object) (time.Duration, bool) {
	for _, worker := range c.workers {
		if worker.name == name {
			return worker.gate.next(key(object))
		}
	}
	return 0, false
}
