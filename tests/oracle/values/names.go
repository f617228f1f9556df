package main

import (
	"strings"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

type check struct {
	name string
	of   func(string) []string
}

var nameChecks = []check{
	{"dns_label", validation.IsDNS1123Label},
	{"dns_subdomain", validation.IsDNS1123Subdomain},
	{"dns_1035_label", validation.IsDNS1035Label},
	{"wildcard_subdomain", validation.IsWildcardDNS1123Subdomain},
	{"generate_name_label", func(s string) []string { return apivalidation.NameIsDNSLabel(s, true) }},
	{"port_name", validation.IsValidPortName},
	{"c_identifier", validation.IsCIdentifier},
	{"env_var_name", validation.IsEnvVarName},
	{"env_var_name_relaxed", validation.IsRelaxedEnvVarName},
	{"config_map_key", validation.IsConfigMapKey},
	{"path_segment", path.IsValidPathSegmentName},
	{"http_header_name", validation.IsHTTPHeaderName},
	{"label_key", validation.IsQualifiedName},
	{"label_value", validation.IsValidLabelValue},
	{"annotation_key", annotationKey},
	{"percent", validation.IsValidPercent},
}

func annotationKey(key string) []string {
	var details []string
	for _, err := range apivalidation.ValidateAnnotations(map[string]string{key: ""}, field.NewPath("a")) {
		details = append(details, err.Detail)
	}
	return details
}

func names() recorder {
	return recorder{
		file:    "names.jsonl",
		columns: []string{"check", "text", "messages"},
		rows:    2400,
		row: func(r *random, texts *texts) []any {
			check := nameChecks[r.Intn(len(nameChecks))]
			text := nameText(r)
			return []any{check.name, text, texts.of(check.of(text))}
		},
	}
}

func nameText(r *random) string {
	const lower, any = "abcxyz0189-", "abzABZ059-_./%*=~ .éK\t\n\x7f"
	word := func() string { return r.text(lower, 1, 8) }
	if r.oneIn(25) {
		return r.pick("", ".", "..", "...", "..a", ".a", "-", "--", "a--b", "/", "a/", "/a", "a/b/c", "*.", "*.a",
			"*.example.com", "*", "%", "=", "5%", "100%", "%5", "+5%", "5%%", "http", "8080", "my-port-name-123", "a-", "a.-",
			"A-", "é-", "web-", "-web", "_x", "9x", "a b", "kubernetes.io/metadata.name", "example.com/")
	}
	var text string
	switch r.Intn(6) {
	case 0:
		text = word()
	case 1:
		text = r.join(".", 1, 4, word)
	case 2:
		text = r.join(".", 1, 3, word) + "/" + r.text("abAB01-_.", 1, 10)
	case 3:
		text = r.text(any, 0, 12)
	case 4:
		// Around the limits of 15, 63 and 253 bytes.
		length := r.pick("15", "63", "253")
		size := map[string]int{"15": 15, "63": 63, "253": 253}[length] + r.between(-1, 1)
		text = "a" + strings.Repeat(r.pick("a", "a.", "b-", "0"), size)
		text = text[:size-1] + "z"
		if r.oneIn(3) {
			text = r.pick("a", "example.com") + "/" + text
		} else if r.oneIn(3) {
			text += "/" + word()
		}
	case 5:
		text = r.text("abcABC012_-.", 1, 12)
	}
	if r.oneIn(4) {
		text = r.spoil(text, any)
	}
	return text
}
