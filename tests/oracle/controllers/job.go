package main

import (
	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
)

func jobState(c *Cluster) any {
	type state struct {
		Active           int32       `json:"active"`
		Ready            int32       `json:"ready"`
		Succeeded        int32       `json:"succeeded"`
		Failed           int32       `json:"failed"`
		Terminating      int32       `json:"terminating"`
		CompletedIndexes string      `json:"completedIndexes"`
		FailedIndexes    string      `json:"failedIndexes"`
		Conditions       [][2]string `json:"conditions"`
		PodsCreated      int         `json:"pods_created_total"`
		RequeueAfter     *string     `json:"requeue_after"`
		// Pods counts the objects there are: active ones, deleted ones that stay,
		// ended ones.
		Pods [3]int `json:"pods"`
		// Indexes lists those of active pods.
		Indexes []string `json:"indexes,omitempty"`
		// StartTime and the others are in seconds since the usual start.
		StartTime      *int `json:"startTime"`
		CompletionTime *int `json:"completionTime"`
		Gone           bool `json:"gone,omitempty"`
	}
	out := state{Conditions: [][2]string{}, PodsCreated: c.podsCreated}
	for _, pod := range c.pods() {
		switch {
		case active(pod):
			out.Pods[0]++
			if index, ok := pod.Annotations[batchv1.JobCompletionIndexAnnotation]; ok {
				out.Indexes = append(out.Indexes, index)
			}
		case terminating(pod):
			out.Pods[1]++
		default:
			out.Pods[2]++
		}
	}
	sortNumbers(out.Indexes)
	jobs := c.jobs()
	if len(jobs) == 0 {
		out.Gone = true
		return out
	}
	job := jobs[0]
	status := job.Status
	out.Active, out.Succeeded, out.Failed = status.Active, status.Succeeded, status.Failed
	out.CompletedIndexes = status.CompletedIndexes
	if status.Ready != nil {
		out.Ready = *status.Ready
	}
	if status.Terminating != nil {
		out.Terminating = *status.Terminating
	}
	if status.FailedIndexes != nil {
		out.FailedIndexes = *status.FailedIndexes
	}
	for _, condition := range status.Conditions {
		if condition.Status == v1.ConditionTrue {
			out.Conditions = append(out.Conditions, [2]string{string(condition.Type), condition.Reason})
		}
	}
	if after, ok := c.due("job", job); ok {
		text := seconds(after)
		out.RequeueAfter = &text
	}
	if status.StartTime != nil {
		out.StartTime = sinceStart(status.StartTime.Time)
	}
	if status.CompletionTime != nil {
		out.CompletionTime = sinceStart(status.CompletionTime.Time)
	}
	return out
}
