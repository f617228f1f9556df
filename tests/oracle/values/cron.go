package main

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
)

func schedules() recorder {
	return recorder{
		file:    "cron.jsonl",
		columns: []string{"schedule", "error", "zone", "from", "next"},
		rows:    1600,
		row: func(r *random, _ *texts) []any {
			text := scheduleText(r)
			schedule, err := parseSchedule(text)
			if err != nil {
				return []any{text, err.Error()}
			}
			zone := r.pick(changing...)
			location, err := time.LoadLocation(zone)
			if err != nil {
				panic(err)
			}
			from := startTime(r, location)
			next := []int64{}
			for at := from; len(next) < 5; {
				at = schedule.Next(at)
				if at.IsZero() {
					break
				}
				next = append(next, at.Unix())
			}
			return []any{text, nil, zone, from.UnixNano(), next}
		},
	}
}

// Zones whose clocks change in all the ways there are: at midnight, by half an
// hour, not at all. Those that once skipped a day are left out, since the library
// never returns there.
var changing = []string{
	"UTC", "America/New_York", "Europe/Berlin", "Europe/London", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut",
	"Africa/Cairo", "America/Havana", "Asia/Tehran", "Asia/Kolkata", "America/Santiago", "Atlantic/Azores",
	"Asia/Amman", "Africa/Casablanca", "America/St_Johns", "Asia/Gaza", "Antarctica/Troll", "America/Asuncion", "Europe/Dublin",
	"America/Caracas", "Asia/Pyongyang", "Europe/Lisbon", "America/Scoresbysund",
}

// startTime is near a change of the clock half of the time, before 2020 so that
// the answers do not depend on the newest edition of the zones.
func startTime(r *random, location *time.Location) time.Time {
	low, high := time.Date(1993, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2019, 12, 31, 0, 0, 0, 0, time.UTC)
	at := time.Unix(low.Unix()+r.Int63n(high.Unix()-low.Unix()), 0).In(location)
	if r.oneIn(2) {
		if _, end := at.ZoneBounds(); !end.IsZero() && end.Before(high) {
			at = end.Add(-time.Duration(r.Intn(30*3600)) * time.Second)
		}
	}
	if r.oneIn(3) {
		at = at.Truncate(time.Hour)
	}
	if r.oneIn(4) {
		at = at.Add(time.Duration(r.Intn(1e9)))
	}
	return at
}

// parseSchedule is what the API server calls: a panic of the library is an error.
func parseSchedule(text string) (schedule cron.Schedule, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("invalid schedule format: %v", r)
		}
	}()
	return cron.ParseStandard(text)
}

func scheduleText(r *random) string {
	if r.oneIn(20) {
		return r.pick("", " ", "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@Daily", " @daily", "@daily ",
			"@every", "@every ", "@every 1h", "@every 1h30m", "@every 1d", "@every 90s", "@every 100ms", "@every -1h", "@every 1.9s", "@every  1h", "@reboot", "@",
			"TZ=0", "TZ=", "TZ= 0 0 * * *", "CRON_TZ=UTC 0 0 * * *", "TZ=Asia/Tokyo 30 6 * * 1-5", "TZ=asia/tokyo2 * * * * *", "TZ=Europe/Paris @daily",
			"TZ=Europe/Paris   @daily ", "TZ=../x * * * * *", "TZ=/etc/x * * * * *", "TZ=UTC", "TZ=UTC ", "TZ=UTC @every 1h", "tz=UTC * * * * *", "CRON_TZ=UTC\t* * * * *",
			"* * * * * *", "* * * *", "*\t*\n*\u00a0* *", "*　*　*　*　*", "\u200b* * * * *")
	}
	text := minuteText(r) + " " + fieldText(r, 0, 23) + " " + fieldText(r, 1, 31) + " " + monthText(r) + " " + weekdayText(r)
	if r.oneIn(6) {
		text = r.spoil(text, "0123456789*/-,?+@LW# \tJANé")
	}
	if r.oneIn(12) {
		// Not spoilt: Go would look for such a zone among the machine's files.
		text = r.pick("TZ=", "CRON_TZ=") + r.pick(changing...) + " " + text
	}
	return text
}

func minuteText(r *random) string {
	if r.oneIn(2) {
		return r.pick("0", "30", "15", "*/15", "59", "0,30")
	}
	return fieldText(r, 0, 59)
}

func monthText(r *random) string {
	if r.oneIn(3) {
		return r.pick("jan", "FEB", "Mar-Oct", "nov,dec", "jan-mar/2", "june", "oct-feb", "2", "feb,2")
	}
	return r.pick("*", "*", "*", fieldText(r, 1, 12))
}

func weekdayText(r *random) string {
	if r.oneIn(3) {
		return r.pick("mon-fri", "SUN", "sat,sun", "1-5", "7", "0-7", "fri-mon", "Mon/2", "sunday", "mon,wed,fri", "6")
	}
	return r.pick("*", "*", "?", fieldText(r, 0, 6))
}

func fieldText(r *random, low, high int) string {
	number := func() string {
		switch r.Intn(12) {
		case 0:
			return fmt.Sprint(r.between(low-1, high+2))
		case 1:
			return r.pick("+", "0", "00") + fmt.Sprint(r.between(low, high))
		}
		return fmt.Sprint(r.between(low, high))
	}
	part := func() string {
		a, b := r.between(low, high), r.between(low, high)
		if a > b && !r.oneIn(5) {
			a, b = b, a
		}
		text := r.pick("*", "?", number(), number(), number(), fmt.Sprintf("%d-%d", a, b), fmt.Sprintf("%d-%d", a, b))
		switch r.Intn(20) {
		case 0:
			text = r.pick("", "*-3", "?-", "-", "1-", "-1", "1--2", "1-2-3", "L", "*5", "1/2/3", "99999999999999999999", "W", "1#2")
		case 1, 2, 3, 4:
			text += "/" + r.pick("1", "2", "3", "5", "7", "10", "100", "0", "-1", "", "x", "+2", "9223372036854775807", "9223372036854775808")
		}
		return text
	}
	if r.oneIn(3) {
		return "*"
	}
	if r.oneIn(2) {
		return number()
	}
	return r.join(",", 1, 3, part)
}
