//go:build minor134

package main

// currentMinor is the Kubernetes minor of the modules in go-1.34.mod.
const currentMinor = 34
