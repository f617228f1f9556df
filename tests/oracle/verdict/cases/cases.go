// Package cases has what the oracles record: changes to objects, and what a server
// answers to the result.
package cases

import (
	"encoding/json"
	"fmt"
	"sort"
)

// Head is the first line of a recording.
type Head struct {
	Bases map[string]json.RawMessage `json:"bases"`
	Minor int                        `json:"minor"`
	Seed  int64                      `json:"seed"`
}

// Case is a base with changes, and what the server says of it.
type Case struct {
	Base     string   `json:"b"`
	Steps    []Step   `json:"s"`
	Errors   []string `json:"e,omitempty"`
	Warnings []string `json:"w,omitempty"`
}

// UpdateCase is an accepted object, a change of it, and what the server answers
// when the changed one is put in its place.
type UpdateCase struct {
	Base     string   `json:"b"`
	Old      []Step   `json:"s"`
	New      []Step   `json:"u"`
	Errors   []string `json:"e,omitempty"`
	Warnings []string `json:"w,omitempty"`
	// Change is what the server sees between the two after defaulting: nothing,
	// object, or template where that of the pods differs.
	Change string `json:"c"`
}

// Line is the answer for one document.
type Line struct {
	File     string `json:"file,omitempty"`
	Document int    `json:"document"`
	Kind     string `json:"kind,omitempty"`
	Accepted bool   `json:"accepted"`
	// Unknown is set for kinds that this server does not have.
	Unknown  bool     `json:"unknown,omitempty"`
	Errors   []Error  `json:"errors,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Error is one cause of a refusal. Type is "Decode" for what is refused before
// validation, "Admission" for what an admission plugin refuses, which names no field, else
// the type of the field error.
type Error struct {
	Type    string `json:"type"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// Refused are the causes of what is refused for one.
func Refused(kind, field, message string) []Error {
	return []Error{{kind, field, message}}
}

// Texts are the errors of the line as they are recorded: sorted, each once, as
// `type field` and, if wanted, the message on a line of its own.
func (l *Line) Texts(messages bool) []string {
	var found []string
	seen := map[string]bool{}
	for _, problem := range l.Errors {
		text := shortType(problem.Type) + " " + problem.Field
		if messages {
			text += "\n" + problem.Message
		}
		if !seen[text] {
			found = append(found, text)
		}
		seen[text] = true
	}
	sort.Strings(found)
	return found
}

// shortType is the type of a field error as findings name it.
func shortType(name string) string {
	short := map[string]string{
		"FieldValueRequired": "required", "FieldValueInvalid": "invalid", "FieldValueNotSupported": "unsupported",
		"FieldValueDuplicate": "duplicate", "FieldValueForbidden": "forbidden", "FieldValueTooLong": "too-long",
		"FieldValueTooMany": "too-many", "FieldValueTooFew": "too-few", "FieldValueTooShort": "too-short",
		"FieldValueNotFound": "not-found", "InternalError": "internal", "FieldValueTypeInvalid": "type",
		"Decode": "decode", "Status": "status", "Admission": "admission",
	}
	if text, ok := short[name]; ok {
		return text
	}
	return name
}

// Step is one change to an object: a value set at a path, or the path removed.
type Step struct {
	// Path has names of fields and indices, the latter as int.
	Path  []any
	Value any
	Drop  bool
}

// MarshalJSON writes `[path]` for a removal and `[path, value]` else.
func (s Step) MarshalJSON() ([]byte, error) {
	if s.Drop {
		return json.Marshal([]any{s.Path})
	}
	return json.Marshal([]any{s.Path, s.Value})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Step) UnmarshalJSON(data []byte) error {
	var parts []any
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if len(parts) == 0 || len(parts) > 2 {
		return fmt.Errorf("a step has a path and perhaps a value: %s", data)
	}
	*s = Step{Drop: len(parts) == 1}
	path, ok := parts[0].([]any)
	if !ok && parts[0] != nil {
		return fmt.Errorf("the path of a step is a list: %s", data)
	}
	for _, at := range path {
		if index, ok := at.(float64); ok {
			at = int(index)
		}
		s.Path = append(s.Path, at)
	}
	if !s.Drop {
		s.Value = parts[1]
	}
	return nil
}

// Apply makes the changes in place and returns the object.
func Apply(object any, steps ...Step) any {
	for _, one := range steps {
		object = change(object, one.Path, one)
	}
	return object
}

func change(object any, path []any, one Step) any {
	if len(path) == 0 {
		return Clone(one.Value)
	}
	switch at := path[0].(type) {
	case string:
		fields, ok := object.(map[string]any)
		if !ok {
			return object
		}
		if len(path) == 1 && one.Drop {
			delete(fields, at)
			return fields
		}
		fields[at] = change(fields[at], path[1:], one)
		return fields
	case int:
		items, ok := object.([]any)
		if !ok || at > len(items) {
			return object
		}
		if len(path) == 1 && one.Drop {
			return append(append([]any{}, items[:at]...), items[at+1:]...)
		}
		if at == len(items) {
			return append(append([]any{}, items...), change(nil, path[1:], one))
		}
		items[at] = change(items[at], path[1:], one)
		return items
	}
	return object
}

// Clone copies a value that is JSON. It panics on others.
func Clone(value any) any {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	var copied any
	if err := json.Unmarshal(data, &copied); err != nil {
		panic(err)
	}
	return copied
}
