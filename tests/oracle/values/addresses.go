package main

import (
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func addresses() recorder {
	return recorder{
		file:    "addresses.jsonl",
		columns: []string{"kind", "text", "legacy", "strict", "canonical"},
		rows:    1000,
		row: func(r *random, texts *texts) []any {
			at := field.NewPath("ip")
			details := func(errs field.ErrorList) []int {
				var all []string
				for _, err := range errs {
					all = append(all, err.Detail)
				}
				return texts.of(all)
			}
			text := addressText(r)
			if r.oneIn(2) {
				return []any{
					"ip", text,
					details(validation.IsValidIPForLegacyField(at, text, false, nil)),
					details(validation.IsValidIPForLegacyField(at, text, true, nil)),
					details(validation.IsValidIP(at, text)),
				}
			}
			text += "/" + r.pick("0", "8", "16", "24", "32", "33", "64", "96", "104", "128", "129", "", "08", "+8", "-1", "a", "16/8", "256", "00")
			return []any{
				"cidr", text,
				details(validation.IsValidCIDRForLegacyField(at, text, false, nil)),
				details(validation.IsValidCIDRForLegacyField(at, text, true, nil)),
				details(validation.IsValidCIDR(at, text)),
			}
		},
	}
}

func addressText(r *random) string {
	number := func() string {
		return r.pick("0", "1", "10", "127", "192", "255", "256", "010", "00", "001", "9", "0x1", "")
	}
	small := func() string { return r.pick("0", "10", "192", "168", "255", "1", "0", "0") }
	group := func() string {
		return r.pick("0", "1", "db8", "DB8", "ffff", "fe80", "0001", "00001", "2001", "10000", "abcd", "g", "")
	}
	tame := func() string { return r.pick("0", "1", "db8", "ffff", "2001", "A", "0", "0") }
	var text string
	switch r.Intn(8) {
	case 0:
		text = r.join(".", 3, 5, number)
	case 1, 2:
		text = r.join(".", 4, 4, small)
	case 3:
		text = r.join(":", 6, 9, group)
	case 4:
		text = r.join(":", 8, 8, tame)
	case 5:
		text = r.join(":", 0, 4, tame) + "::" + r.join(":", 0, 4, tame)
	case 6:
		text = r.pick("::ffff:", "::", "0:0:0:0:0:ffff:", "64:ff9b::", "::FFFF:", "1::2:") + r.join(".", 4, 4, r.pickNumber(number, small))
	case 7:
		text = r.pick("", ":", "::", ":::", "1::2::3", "::1%eth0", "10.0.0.1 ", "1.2.3.4.", ".1.2.3.4", "1:2:3:4:5:6:7::", "::8:7:6:5:4:3:2",
			"::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "0:0:0:0:0:0:0:0", "2001:db8::", "fe80::1", "2001:db8:0:0:1:0:0:1",
			"1.2.3", "[::1]", "0.0.0.0", "10.96.0.0", "2001:db8::0001")
	}
	if r.oneIn(8) {
		text = r.spoil(text, "0123456789abcdefF.:/% g")
	}
	return text
}

func (r *random) pickNumber(choices ...func() string) func() string {
	return choices[r.Intn(len(choices))]
}
