package main

import (
	"strings"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// A requirement as the rows have it: key, operator, values.
type requirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

func selectors() recorder {
	return recorder{
		file:    "selector.jsonl",
		columns: []string{"matchLabels", "matchExpressions", "labels", "valid", "matches", "printed"},
		rows:    800,
		row: func(r *random, _ *texts) []any {
			equal := labelSet(r, 2)
			expressions := requirements(r, 2, "In", "NotIn", "Exists", "DoesNotExist")
			selector := metav1.LabelSelector{MatchLabels: equal}
			for _, e := range expressions {
				selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{
					Key: e.Key, Operator: metav1.LabelSelectorOperator(e.Operator), Values: e.Values,
				})
			}
			object := labelSet(r, 4)
			real, err := metav1.LabelSelectorAsSelector(&selector)
			if err != nil {
				return []any{equal, expressions, object, false}
			}
			row := []any{equal, expressions, object, true, real.Matches(labels.Set(object))}
			if distinct(equal, expressions) {
				row = append(row, real.String())
			}
			return row
		},
	}
}

// distinct is whether no key is there twice: their order in the printed
// selector is then not determined.
func distinct(equal map[string]string, expressions []requirement) bool {
	seen := map[string]bool{}
	for key := range equal {
		seen[key] = true
	}
	for _, e := range expressions {
		if seen[e.Key] {
			return false
		}
		seen[e.Key] = true
	}
	return true
}

func nodeSelectors() recorder {
	return recorder{
		file:    "node_selector.jsonl",
		columns: []string{"terms", "name", "labels", "error", "matches"},
		rows:    600,
		row: func(r *random, _ *texts) []any {
			type term struct {
				Expressions []requirement `json:"expressions"`
				Fields      []requirement `json:"fields"`
			}
			terms := []term{}
			var selector v1.NodeSelector
			for range r.between(0, 2) {
				t := term{requirements(r, 2, "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"), []requirement{}}
				if r.oneIn(4) {
					t.Fields = append(t.Fields, requirement{
						r.pick("metadata.name", "metadata.name", "spec.x"), r.pick("In", "NotIn", "In", "Exists", "Gt"), r.values("n1", "n2", ""),
					})
				}
				terms = append(terms, t)
				selector.NodeSelectorTerms = append(selector.NodeSelectorTerms, v1.NodeSelectorTerm{
					MatchExpressions: nodeRequirements(t.Expressions), MatchFields: nodeRequirements(t.Fields),
				})
			}
			node := v1.Node{ObjectMeta: metav1.ObjectMeta{Name: r.pick("n1", "n2"), Labels: labelSet(r, 4)}}
			matches, err := nodeaffinity.NewLazyErrorNodeSelector(&selector).Match(&node)
			return []any{terms, node.Name, node.Labels, err != nil, matches}
		},
	}
}

func nodeRequirements(all []requirement) []v1.NodeSelectorRequirement {
	var converted []v1.NodeSelectorRequirement
	for _, e := range all {
		converted = append(converted, v1.NodeSelectorRequirement{Key: e.Key, Operator: v1.NodeSelectorOperator(e.Operator), Values: e.Values})
	}
	return converted
}

func labelSet(r *random, most int) map[string]string {
	set := map[string]string{}
	for range r.between(0, most) {
		set[labelKey(r)] = labelValue(r)
	}
	return set
}

func requirements(r *random, most int, operators ...string) []requirement {
	all := []requirement{}
	for range r.between(0, most) {
		e := requirement{Key: labelKey(r), Operator: r.pick(operators...)}
		switch e.Operator {
		case "Exists", "DoesNotExist":
			e.Values = []string{}
			if r.oneIn(12) {
				e.Values = []string{labelValue(r)}
			}
		case "Gt", "Lt":
			e.Values = []string{r.pick("5", "7", "+7", "-1", "x", "1.5", "9223372036854775807", "9223372036854775808", "007")}
			if r.oneIn(8) {
				e.Values = r.values("1", "2")
			}
		default:
			e.Values = r.values("a", "b", "", "7", "v-1")
			if r.oneIn(20) {
				e.Values = append(e.Values, r.pick("-x", "a b", strings.Repeat("x", 64), "é"))
			}
		}
		all = append(all, e)
	}
	return all
}

// values is none (rarely) to three of the choices.
func (r *random) values(choices ...string) []string {
	all := []string{}
	count := r.between(1, 3)
	if r.oneIn(12) {
		count = 0
	}
	for range count {
		all = append(all, r.pick(choices...))
	}
	return all
}

func labelKey(r *random) string {
	if r.oneIn(60) {
		return r.pick("-bad", "a b", "", "x/y/z", "/x", "X.io/y")
	}
	return r.pick("app", "tier", "env", "example.com/zone", "n")
}

func labelValue(r *random) string {
	if r.oneIn(60) {
		return r.pick("-bad", "a b", "é")
	}
	return r.pick("a", "b", "", "7", "6", "v-1", "+7", "8")
}
