package main

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func durations() recorder {
	return recorder{
		file:    "duration.jsonl",
		columns: []string{"text", "error", "nanoseconds"},
		rows:    600,
		row: func(r *random, _ *texts) []any {
			text := durationText(r)
			duration, err := time.ParseDuration(text)
			return []any{text, message(err), duration.Nanoseconds()}
		},
	}
}

func durationText(r *random) string {
	const digits = "0123456789"
	if r.oneIn(15) {
		return r.pick("", "0", "+0", "-0", "0s", "-", "+", ".", "s", ".s", "1.s", ".5s", "1", "1d", "1w", "1y", "1H", "1h 30m", " 1h", "1h ", "--1h",
			"9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns", "9223372036854775809ns", "2562047h47m16.854775807s",
			"2562047h47m16.854775808s", "-2562047h47m16.854775808s", "1µs", "1μs", "1us", "1é", "0.100000000000000000000h", "0.9223372036854775807h",
			"99999999999999999999h", "1e3s", "\x01s", "1\x01", "1\"", "1\\")
	}
	part := func() string {
		number := r.text(digits, 1, 4)
		if r.oneIn(3) {
			number = r.text(digits, 0, 3) + "." + r.text(digits, 0, r.between(1, 20))
		}
		return number + r.pick("ns", "us", "µs", "ms", "s", "m", "h", "s", "m", "h")
	}
	text := r.pick("", "", "", "-", "+") + r.join("", 1, 3, part)
	if r.oneIn(6) {
		text = r.spoil(text, digits+".hmnsuµd -+")
	}
	return text
}

func times() recorder {
	return recorder{
		file:    "time.jsonl",
		columns: []string{"text", "error", "utc"},
		rows:    700,
		row: func(r *random, _ *texts) []any {
			text := timeText(r)
			quoted, err := json.Marshal(text)
			if err != nil {
				panic(err)
			}
			var at metav1.Time
			if err := at.UnmarshalJSON(quoted); err != nil {
				return []any{text, err.Error()}
			}
			return []any{text, nil, at.UTC().Format(time.RFC3339Nano)}
		},
	}
}

func timeText(r *random) string {
	two := func(low, high int) string { return fmt.Sprintf("%02d", r.between(low, high)) }
	if r.oneIn(20) {
		return r.pick("", "2025", "2025-01-01", "2025-01-01T00:00:00", "2025-01-01 00:00:00Z", "2025-01-01t00:00:00z", "2025-01-01T1:00:00Z",
			"2025-01-01T24:00:00Z", "2025-12-31T23:59:60Z", "2025-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "+2025-01-01T00:00:00Z",
			"-001-01-01T00:00:00Z", "12025-01-01T00:00:00Z", "2025-01-01T00:00:00+24:00", "2025-01-01T00:00:00+25:00", "2025-01-01T00:00:00+00:60",
			"2025-01-01T00:00:00+00:61", "2025-01-01T00:00:00+0000", "2025-01-01T00:00:00+00", "2025-01-01T00:00:00.Z", "2025-01-01T00:00:00,5Z",
			"2025-01-01T00:00:00.123456789123Z", "Mon, 02 Jan 2006 15:04:05 MST", "null", "2025-01-01T00:00Z", "2025-1-1T00:00:00Z", "2025-01-01T00:00:00 Z",
			"2025-01-01T00:00:00x05:00", "2025-01-01T00:00:00-5:00", "é", "2025-01-01T00:00:00Z\n")
	}
	text := fmt.Sprintf("%04d", r.between(1, 9998)) + "-" + two(1, 12) + "-" + two(1, r.between(28, 31)) + "T" + two(0, 23) + ":" + two(0, 59) + ":" + two(0, 59)
	if r.oneIn(3) {
		text += r.pick(".", ".", ",") + r.text("0123456789", 0, 12)
	}
	text += r.pick("Z", "Z", r.pick("+", "-")+two(0, 24)+":"+two(0, 60))
	if r.oneIn(4) {
		text = r.spoil(text, "0123456789-:TZ+. ")
	}
	return text
}

// zones asks for names that no machine adds to those that come with Go.
func zones() recorder {
	return recorder{
		file:    "zones.jsonl",
		columns: []string{"name", "messages"},
		rows:    300,
		row: func(r *random, _ *texts) []any {
			name := r.pick(append(changing, "Etc/GMT+1", "Etc/Unknown", "EST5EDT", "GMT", "CET", "Europe", "Asia/Calcutta", "US/Pacific", "GMT+0", "Zulu", "PRC",
				"America/Argentina/ComodRivadavia", "Factory", "Europe/Kyiv", "Europe/Kiev", "EST", "MST",
				"Mars/Olympus", "Etc", "Local", "", ".", "..", "Europe/../UTC", "-UTC", "America/Fifteen_Letters")...)
			switch r.Intn(5) {
			case 0:
				name = strings.ToLower(name)
			case 1:
				name = r.spoil(name, "abcE/_ -+.")
			case 2:
				name = strings.ToUpper(name)
			}
			return []any{name, timeZoneMessages(name)}
		},
	}
}

var timeZonePart = regexp.MustCompile(`^[A-Za-z\.\-_0-9+]{1,14}$`)

// timeZoneMessages is what the API server says of the timeZone of a CronJob. Its
// own function cannot be imported; the judge of which zones there are is Go.
func timeZoneMessages(name string) []string {
	messages := []string{}
	if name == "" {
		return append(messages, "timeZone must be nil or non-empty string")
	}
	for _, part := range strings.Split(name, "/") {
		if part == "." || part == ".." || strings.HasPrefix(part, "-") || !timeZonePart.MatchString(part) {
			return append(messages, "unknown time zone "+name)
		}
	}
	if strings.EqualFold(name, "Local") {
		messages = append(messages, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")
	}
	if _, err := time.LoadLocation(name); err != nil {
		// A folder of the machine's own zones is found, but not as a zone.
		messages = append(messages, "unknown time zone "+name)
	}
	return messages
}

func quotes() recorder {
	return recorder{
		file:    "quote.jsonl",
		columns: []string{"text", "quoted"},
		rows:    300,
		row: func(r *random, _ *texts) []any {
			text := r.text("ab'\"\\ \n\t\r\x00\x07\x08\x0b\x0c\x1b\x7f\u0080\u00a0\u00adéß世\u0301\u200b\u2028\ufeff\ufffd\U0001f600\U000e0001\U0010ffff", 0, 6)
			return []any{text, strconv.Quote(text)}
		},
	}
}

func percentages() recorder {
	return recorder{
		file:    "int_or_percent.jsonl",
		columns: []string{"value", "total", "up", "error", "scaled"},
		rows:    500,
		row: func(r *random, _ *texts) []any {
			var value intstr.IntOrString
			var written any
			if r.oneIn(4) {
				number := int32(r.between(-5, 300))
				value, written = intstr.FromInt32(number), number
			} else {
				text := r.pick("", "-", "+", "0", "00") + r.text("0123456789", 0, 3) + r.pick("%", "%", "%", "%", "%%", "", " %")
				if r.oneIn(10) {
					text = r.pick("", "%", "abc", "1.5%", "99999999999999999999%", "9223372036854775807%", "-99999999999999999999%", "1_0%", "é%", "\"%", "http")
				}
				value, written = intstr.FromString(text), text
			}
			total := r.between(0, 40)
			if r.oneIn(6) {
				total = r.between(0, math.MaxInt32)
			}
			up := r.oneIn(2)
			scaled, err := intstr.GetScaledValueFromIntOrPercent(&value, total, up)
			if math.Abs(float64(scaled)) > 1<<60 {
				// What Go makes of a float beyond its integers depends on the machine.
				return []any{written, total, up, message(err), nil}
			}
			return []any{written, total, up, message(err), scaled}
		},
	}
}
