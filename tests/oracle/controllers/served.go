package main

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	v1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// Served is the API of a real server, with what a scenario does to it by hand: it is
// kubelet, scheduler and garbage collector.
type Served struct {
	clients *kubernetes.Clientset
	// held are the kinds that the scenario has to do with.
	held            []*Kind
	informers       map[*Kind]cache.SharedIndexInformer
	keepTerminating bool
	// listed has what was read since the last change, sequences the order in which
	// objects were made.
	lock      sync.Mutex
	listed    map[*Kind][]runtime.Object
	sequences map[types.UID]int
	// gates are those of the controllers that run.
	gates func() []*Gate
}

var _ store = &Served{}

// about has the kinds that the scenarios of a controller have to do with.
var about = map[string][]string{
	"deployment":  {"Deployment", "ReplicaSet", "Pod"},
	"replicaset":  {"ReplicaSet", "ReplicationController", "Pod"},
	"statefulset": {"StatefulSet", "ControllerRevision", "PersistentVolumeClaim", "Pod"},
	"daemonset":   {"DaemonSet", "ControllerRevision", "Node", "Pod"},
	"job":         {"Job", "Pod"},
	"cronjob":     {"CronJob", "Job", "Pod"},
	"disruption": {"PodDisruptionBudget", "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet",
		"ControllerRevision", "Job", "Pod"},
}

func newServed(config *rest.Config, controller string, keepTerminating bool) (*Served, error) {
	clients, err := kubernetes.NewForConfig(config)
	var held []*Kind
	for _, kind := range kinds {
		if slices.Contains(about[controller], kind.kind) {
			held = append(held, kind)
		}
	}
	return &Served{
		clients:         clients,
		held:            held,
		informers:       map[*Kind]cache.SharedIndexInformer{},
		keepTerminating: keepTerminating,
		listed:          map[*Kind][]runtime.Object{},
		sequences:       map[types.UID]int{},
	}, err
}

// watch has the factory keep all kinds, to see how far the controllers see.
func (s *Served) watch(factory informers.SharedInformerFactory) {
	for _, kind := range s.held {
		found, err := factory.ForResource(kind.gvr())
		if err != nil {
			panic(err)
		}
		s.informers[kind] = found.Informer()
	}
}

func (s *Served) client(kind *Kind) rest.Interface {
	switch kind.version {
	case appsV1:
		return s.clients.AppsV1().RESTClient()
	case batchV1:
		return s.clients.BatchV1().RESTClient()
	case policyV1:
		return s.clients.PolicyV1().RESTClient()
	}
	return s.clients.CoreV1().RESTClient()
}

// request begins one for an object, or for all of a kind where at is empty.
func (s *Served) request(verb string, kind *Kind, at string) *rest.Request {
	request := s.client(kind).Verb(verb).Resource(kind.resource)
	namespace, name, _ := strings.Cut(at, "/")
	if at == "" {
		namespace = metav1.NamespaceDefault
	}
	if kind.strategy.NamespaceScoped() {
		request = request.Namespace(namespace)
	}
	if name != "" {
		request = request.Name(name)
	}
	return request
}

func (s *Served) send(request *rest.Request, into runtime.Object) error {
	if into == nil {
		return request.Do(context.Background()).Error()
	}
	return request.Do(context.Background()).Into(into)
}

func (s *Served) made(kind *Kind) runtime.Object {
	object, err := scheme.Scheme.New(kind.version.WithKind(kind.kind))
	if err != nil {
		panic(err)
	}
	return object
}

func (s *Served) list(kind *Kind) []runtime.Object {
	s.lock.Lock()
	defer s.lock.Unlock()
	if found, ok := s.listed[kind]; ok || !slices.Contains(s.held, kind) {
		return found
	}
	list, err := scheme.Scheme.New(kind.version.WithKind(kind.kind + "List"))
	if err == nil {
		err = s.send(s.request("GET", kind, ""), list)
	}
	if err != nil {
		panic(err)
	}
	objects, err := meta.ExtractList(list)
	if err != nil {
		panic(err)
	}
	// What is new is numbered by the version that it came with.
	slices.SortFunc(objects, func(a, b runtime.Object) int { return cmp.Compare(version(a), version(b)) })
	for _, object := range objects {
		if _, known := s.sequences[metaOf(object).GetUID()]; !known {
			s.sequences[metaOf(object).GetUID()] = len(s.sequences) + 1
		}
	}
	slices.SortFunc(objects, func(a, b runtime.Object) int {
		return cmp.Compare(s.sequences[metaOf(a).GetUID()], s.sequences[metaOf(b).GetUID()])
	})
	s.listed[kind] = objects
	return objects
}

func version(object runtime.Object) int {
	number, err := strconv.Atoi(metaOf(object).GetResourceVersion())
	if err != nil {
		panic(err)
	}
	return number
}

func (s *Served) get(kind *Kind, at string) (runtime.Object, bool) {
	for _, object := range s.list(kind) {
		if key(metaOf(object)) == at {
			return object.DeepCopyObject(), true
		}
	}
	return nil, false
}

func (s *Served) holds(kind *Kind, at string) bool {
	_, ok := s.get(kind, at)
	return ok
}

func (s *Served) sequence(kind *Kind, at string) int {
	object, ok := s.get(kind, at)
	if !ok {
		return 0
	}
	return s.sequences[metaOf(object).GetUID()]
}

// changed forgets what was read.
func (s *Served) changed() {
	s.lock.Lock()
	defer s.lock.Unlock()
	clear(s.listed)
}

func (s *Served) create(kind *Kind, namespace string, object runtime.Object) (runtime.Object, error) {
	defer s.changed()
	into := s.made(kind)
	return into, s.send(s.request("POST", kind, namespace+"/").Body(object), into)
}

func (s *Served) update(kind *Kind, at, subresource string, change func(runtime.Object) (runtime.Object, error)) (runtime.Object, error) {
	defer s.changed()
	old, ok := s.get(kind, at)
	if !ok {
		return nil, notFound(kind, at)
	}
	object, err := change(old)
	if err != nil {
		return nil, err
	}
	into := s.made(kind)
	request := s.request("PUT", kind, at)
	if subresource != "" {
		request = request.SubResource(subresource)
	}
	return into, s.send(request.Body(object), into)
}

// overwrite binds a pod that gets a node, and writes what else differs: the object,
// then its status.
func (s *Served) overwrite(kind *Kind, at string, change func(runtime.Object)) {
	old, ok := s.get(kind, at)
	if !ok {
		return
	}
	wanted := old.DeepCopyObject()
	change(wanted)
	if pod, ok := wanted.(*v1.Pod); ok && pod.Spec.NodeName != old.(*v1.Pod).Spec.NodeName {
		binding := &v1.Binding{
			ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace, UID: pod.UID},
			Target:     v1.ObjectReference{Kind: "Node", Name: pod.Spec.NodeName},
		}
		s.must(s.send(s.request("POST", kind, at).SubResource("binding").Body(binding), nil))
		old.(*v1.Pod).Spec.NodeName = pod.Spec.NodeName
	}
	s.changed()
	status := func(object runtime.Object) reflect.Value { return reflect.ValueOf(object).Elem().FieldByName("Status") }
	before, after := old.DeepCopyObject(), wanted.DeepCopyObject()
	status(before).SetZero()
	status(after).SetZero()
	if !apiequality.Semantic.DeepEqual(before, after) {
		_, err := s.update(kind, at, "", func(runtime.Object) (runtime.Object, error) { return wanted.DeepCopyObject(), nil })
		s.must(err)
	}
	if !apiequality.Semantic.DeepEqual(status(old).Interface(), status(wanted).Interface()) {
		_, err := s.update(kind, at, "status", func(now runtime.Object) (runtime.Object, error) {
			status(now).Set(status(wanted))
			return now, nil
		})
		s.must(err)
	}
}

// must ends a scenario that the server does not let happen.
func (s *Served) must(err error) {
	if err != nil {
		panic(fmt.Errorf("the server refuses an event: %w", err))
	}
}

func (s *Served) remove(kind *Kind, at string, options metav1.DeleteOptions) error {
	defer s.changed()
	if kind.kind == "Pod" && !s.keepTerminating {
		options.GracePeriodSeconds = new(int64)
	}
	background := metav1.DeletePropagationBackground
	options.PropagationPolicy = &background
	return s.send(s.request("DELETE", kind, at).Body(&options), nil)
}

func (s *Served) force(at string) {
	// A pod that someone else removed first is gone as well.
	_ = s.remove(kindByName("Pod"), at, metav1.DeleteOptions{GracePeriodSeconds: new(int64)})
}

func (s *Served) terminated(at string) { s.force(at) }

func (s *Served) keeps() bool { return s.keepTerminating }

func (s *Served) limit(pods *int) {
	if pods != nil {
		panic(fmt.Errorf("there is no quota controller"))
	}
}

// rest waits until no worker is busy, the informers hold what the server has, and
// their handlers have put before the gates what there is to put.
func (s *Served) rest() {
	const (
		nap   = 3 * time.Millisecond
		calm  = 4
		tries = 3000
	)
	s.changed()
	before, same := "", 0
	for range tries {
		seen, busy := s.seen()
		if now := seen; now == before && !busy {
			same++
		} else {
			before, same = now, 0
		}
		if same >= calm {
			return
		}
		time.Sleep(nap)
	}
	panic(fmt.Errorf("the controllers come to no rest"))
}

// seen says what is before the gates; busy while a worker is, or while the informers
// lag behind the server.
func (s *Served) seen() (text string, busy bool) {
	for _, gate := range s.gates() {
		busy = busy || gate.busy()
		text += gate.waiting()
	}
	if busy {
		s.changed()
		return text, true
	}
	for _, kind := range s.held {
		objects, known := s.list(kind), s.informers[kind].GetStore()
		count := 0
		for _, item := range known.List() {
			if namespace := metaOf(item.(runtime.Object)).GetNamespace(); namespace == "" || namespace == metav1.NamespaceDefault {
				count++
			}
		}
		busy = busy || count != len(objects)
		for _, object := range objects {
			item, exists, _ := known.GetByKey(strings.TrimPrefix(key(metaOf(object)), "/"))
			busy = busy || !exists || metaOf(item.(runtime.Object)).GetResourceVersion() != metaOf(object).GetResourceVersion()
		}
	}
	if busy {
		s.changed()
	}
	return text, busy
}

// clean removes all that a scenario left.
func (s *Served) clean() {
	for left := true; left; {
		left = false
		s.changed()
		for _, kind := range s.held {
			for _, object := range s.list(kind) {
				left = true
				at := key(metaOf(object))
				if len(metaOf(object).GetFinalizers()) > 0 {
					patch := []byte(`{"metadata":{"finalizers":null}}`)
					request := s.client(kind).Patch(types.MergePatchType).Resource(kind.resource).Name(metaOf(object).GetName())
					if kind.strategy.NamespaceScoped() {
						request = request.Namespace(metav1.NamespaceDefault)
					}
					_ = s.send(request.Body(patch), nil)
				}
				_ = s.remove(kind, at, metav1.DeleteOptions{GracePeriodSeconds: new(int64)})
			}
		}
	}
}
