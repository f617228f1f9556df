package main

import (
	"fmt"
	"sort"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
)

func cronJobState(c *Cluster) any {
	type jobState struct {
		Name      string `json:"name"`
		Scheduled string `json:"scheduled"`
		State     string `json:"state"`
	}
	type state struct {
		Jobs               []jobState `json:"jobs"`
		Active             []string   `json:"active"`
		LastScheduleTime   *string    `json:"lastScheduleTime"`
		LastSuccessfulTime *string    `json:"lastSuccessfulTime"`
		RequeueAfter       *string    `json:"requeue_after"`
		Deleted            []string   `json:"deleted"`
	}
	cron := all[*batchv1.CronJob](c, "CronJob")[0]
	out := state{Jobs: []jobState{}, Active: []string{}, Deleted: []string{}}
	for _, job := range c.jobs() {
		one := jobState{job.Name, job.Annotations[batchv1.CronJobScheduledTimestampAnnotation], "active"}
		for _, condition := range job.Status.Conditions {
			if condition.Status == v1.ConditionTrue {
				one.State = string(condition.Type)
			}
		}
		out.Jobs = append(out.Jobs, one)
	}
	sort.Slice(out.Jobs, func(i, j int) bool { return out.Jobs[i].Name < out.Jobs[j].Name })
	for _, active := range cron.Status.Active {
		out.Active = append(out.Active, active.Name)
	}
	sort.Strings(out.Active)
	if at := cron.Status.LastScheduleTime; at != nil {
		text := at.UTC().Format(time.RFC3339)
		out.LastScheduleTime = &text
	}
	if at := cron.Status.LastSuccessfulTime; at != nil {
		text := at.UTC().Format(time.RFC3339)
		out.LastSuccessfulTime = &text
	}
	if after, ok := c.due("cronjob", cron); ok {
		text := seconds(after)
		out.RequeueAfter = &text
	}
	for _, action := range c.actions {
		if action.kind == "Job" && action.verb == "delete" {
			out.Deleted = append(out.Deleted, metaOf(action.object).GetName())
		}
	}
	sort.Strings(out.Deleted)
	return out
}

// cronJobScenario lets days go by over one CronJob.
func cronJobScenario(seed uint64) *Scenario {
	random := newRandom("cronjob", seed)
	s := newScript(random)
	start, schedule, zone, pace := s.calendar()
	spec := dict{
		"schedule": schedule,
		"jobTemplate": dict{"spec": dict{"template": dict{"spec": dict{
			"restartPolicy": "Never",
			"containers":    []any{dict{"name": "main", "image": image(1)}},
		}}}},
	}
	if zone != "" {
		spec["timeZone"] = zone
	}
	if random.chance(60) {
		spec["concurrencyPolicy"] = pick(random, "Forbid", "Forbid", "Replace", "Replace", "Allow")
	}
	if random.chance(35) {
		spec["startingDeadlineSeconds"] = pick(random, 5, 10, 60, 200, 3600, 100000)
	}
	if random.chance(40) {
		spec["successfulJobsHistoryLimit"] = random.between(0, 3)
	}
	if random.chance(40) {
		spec["failedJobsHistoryLimit"] = random.between(0, 3)
	}
	if random.chance(10) {
		spec["suspend"] = true
	}
	object := dict{
		"apiVersion": "batch/v1", "kind": "CronJob",
		"metadata": dict{"name": "tick"}, "spec": spec,
	}
	objects := manifest(object)
	for range random.between(8, 20) {
		s.cronEvent(object, pace)
	}
	scenario := s.scenario("cronjob", seed, objects)
	scenario.Start = start
	return scenario
}

// calendar chooses a schedule, when to look at it, and about how many seconds
// go by from run to run.
func (s *script) calendar() (start time.Time, schedule, zone string, pace int) {
	start = usualStart.Add(time.Duration(s.between(0, 364*24*3600)) * time.Second)
	if s.chance(50) {
		zone = pick(s.Random, "UTC", "Etc/UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tokyo")
	}
	if s.chance(30) {
		// The nights in which clocks change.
		zone = pick(s.Random, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
		night := map[string][]string{
			"Europe/Berlin":       {"2026-03-28T22:00:00Z", "2026-10-24T22:00:00Z"},
			"America/New_York":    {"2026-03-08T04:00:00Z", "2026-11-01T03:00:00Z"},
			"Australia/Lord_Howe": {"2026-04-04T12:00:00Z", "2026-10-03T12:00:00Z"},
		}[zone]
		parsed, err := time.Parse(time.RFC3339, pick(s.Random, night...))
		if err != nil {
			panic(err)
		}
		start = parsed.Add(time.Duration(s.between(0, 3600)) * time.Second)
		schedule = pick(s.Random, "30 2 * * *", "0 2 * * *", "30 1 * * *", "*/20 1-3 * * *", "0 * * * *", "15 2,3 * * *", "@hourly", "0 3 * * *")
		return start, schedule, zone, 1500
	}
	kind := s.IntN(4)
	switch kind {
	case 0:
		return start, pick(s.Random, "* * * * *", "*/2 * * * *", "*/7 * * * *", "1-59/3 * * * *"), zone, 100
	case 1:
		return start, pick(s.Random, "@hourly", fmt.Sprintf("%d * * * *", s.between(0, 59)), "*/15 8-18 * * 1-5", "@every 45m", "@every 1h30m"), zone, 2400
	case 2:
		return start, pick(s.Random, "@daily", "@midnight", fmt.Sprintf("%d %d * * *", s.between(0, 59), s.between(0, 23)), "0 6 * * MON", "0 12 1,15 * *", "0 0 13 * 5"), zone, 40000
	}
	return start, pick(s.Random, "@weekly", "@monthly", "@yearly", "0 0 31 * *", "0 0 29 2 *", "0 9 1 JAN,JUL *", "0 0 30 2 *", "? ? * * SUN"), zone, 600000
}

func (s *script) cronEvent(object dict, pace int) {
	s.weighted(
		weighted{60, func() { s.advance(1, pace) }},
		weighted{6, func() { s.advance(pace, pace*8) }},
		weighted{3, func() { s.advance(pace*50, pace*200) }},
		weighted{25, func() {
			s.add(Event{Finish: &JobsChosen{Count: s.between(1, 3), Condition: pick(s.Random, "Complete", "Complete", "Failed")}})
		}},
		weighted{3, func() {
			s.change(object, func(spec dict) { spec["suspend"] = spec["suspend"] != true })
		}},
		weighted{3, func() {
			s.change(object, func(spec dict) { spec["schedule"] = pick(s.Random, "* * * * *", "*/5 * * * *", "0 4 * * *") })
		}},
		weighted{3, func() {
			s.change(object, func(spec dict) {
				spec["concurrencyPolicy"] = pick(s.Random, "Allow", "Forbid", "Replace")
			})
		}},
	)
}
