package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"plimsoll/oracle/verdict/cases"
)

func init() {
	commands["pod-security"] = command{foreign, podSecurity}
}

// podSecurityCase is a pod or Deployment with what the plugin says of it under each
// level and version, as `verdict pod-security` records it.
type podSecurityCase struct {
	Object json.RawMessage   `json:"o"`
	Said   map[string]string `json:"p,omitempty"`
}

// podSecurity makes a namespace for each level and version, and has the server judge
// the objects in each of them: pods where the level is enforced, Deployments where it
// is warned of.
func podSecurity(client *Client, options options) {
	recording := readRecording(options.path())
	makeNamespaces(client, recording.head.Minor)
	known := make([]podSecurityCase, len(recording.lines))
	for index, line := range recording.lines {
		into(line, &known[index])
	}
	tally := newTally(options)
	recording.writeHead(tally)
	each(len(known), func(index int) func() {
		now := podSecurityCase{known[index].Object, client.policies(known[index].Object, recording.head.Minor)}
		return func() {
			was, is := entries(known[index].Said), entries(now.Said)
			tally.add("pod-security", false, answer{Errors: was}, answer{Errors: is}, now)
		}
	})
	tally.finish()
}

func entries(said map[string]string) []string {
	var found []string
	for policy, text := range said {
		found = append(found, policy+"\n"+text)
	}
	return sorted(found)
}

// versions are those of policies, oldest first.
func versions(minor int) []string {
	var found []string
	for one := range minor + 1 {
		found = append(found, fmt.Sprintf("v1.%d", one))
	}
	return append(found, "latest")
}

var levels = []string{"privileged", "baseline", "restricted"}

func namespaceOf(mode, level, version string) string {
	return strings.ReplaceAll(mode+"-"+level+"-"+version, ".", "-")
}

func makeNamespaces(client *Client, minor int) {
	for _, mode := range []string{"enforce", "warn"} {
		for _, level := range levels {
			for _, version := range versions(minor) {
				label := "pod-security.kubernetes.io/" + mode
				labels := map[string]string{label: level, label + "-version": version}
				if mode == "enforce" {
					labels["pod-security.kubernetes.io/warn"] = "privileged"
				}
				object := map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{
					"name": namespaceOf(mode, level, version), "labels": labels,
				}}
				if reply := client.send("POST", "/api/v1/namespaces", "application/json", text(object)); reply.Code >= 300 {
					fail(fmt.Errorf("a namespace is refused: %s", reply.Body))
				}
			}
		}
	}
}

// policies has what the plugin says under each level, by version: where it says
// something else than of the version before, and of the latest.
func (c *Client) policies(object []byte, minor int) map[string]string {
	said := map[string]string{}
	for _, level := range levels {
		before := ""
		for _, version := range versions(minor) {
			policy := level + ":" + version
			text := c.policy(object, level, version)
			_, text, _ = strings.Cut(text, `PodSecurity "`+policy+`": `)
			if text != before || version == "latest" {
				said[policy] = text
				before = text
			}
		}
	}
	return said
}

// policy is what the server answers in the namespace of a level and version.
func (c *Client) policy(object []byte, level, version string) string {
	var head Head
	into(object, &head)
	mode := "enforce"
	if head.Kind != "Pod" {
		mode = "warn"
	}
	head.Metadata.Namespace = namespaceOf(mode, level, version)
	path, ok := c.path(head)
	if !ok {
		fail(fmt.Errorf("%s is unknown", head.Kind))
	}
	line := cases.Line{}
	c.send("POST", path+trial, "application/json", object).tell(&line)
	if len(line.Errors) > 0 {
		return line.Errors[0].Message
	}
	for _, warning := range line.Warnings {
		if strings.Contains(warning, "PodSecurity") {
			return warning
		}
	}
	return ""
}
