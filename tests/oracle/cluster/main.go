// Command cluster holds the other oracles against a real API server: kube-apiserver
// with etcd, started inside this process on loopback.
//
//	go run . create FILE         (of `verdict record`)
//	go run . update FILE         (of `verdict record-update`)
//	go run . custom FILE         (of `verdict/custom record`)
//	go run . pod-security FILE   (of `verdict pod-security`)
//
// ask it about the recorded cases, print the file with its answers, which the
// examples of the library read as well, and count on standard error where they are
// not what the oracle in process had said; with -differences they print those only.
//
//	go run . documents FILE|DIR...
//
// prints its answer to each document, a JSON line each, as `verdict` does.
//
//	go run . serve
//
// prints a kubeconfig and waits for the end of the input.
package main

import (
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
)

// command is one of what the program does: which admission plugins are off, and
// what is done with the server.
type command struct {
	without []string
	run     func(client *Client, options options)
}

var commands = map[string]command{}

// options are what was typed after the command.
type options struct {
	arguments   []string
	differences bool
}

// path is the only argument.
func (o options) path() string {
	if len(o.arguments) != 1 {
		fail(fmt.Errorf("one file is needed"))
	}
	return o.arguments[0]
}

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	chosen, ok := commands[os.Args[1]]
	if !ok {
		usage()
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	log := flags.String("log", os.DevNull, "where the servers log")
	differences := flags.Bool("differences", false, "print only what differs, with both answers")
	_ = flags.Parse(os.Args[2:])
	var err error
	if stderr, err = silence(*log); err != nil {
		fail(err)
	}
	server, err := Start(chosen.without)
	if err != nil {
		fail(err)
	}
	running = server
	client, err := NewClient(server.Config)
	if err != nil {
		fail(err)
	}
	chosen.run(client, options{flags.Args(), *differences})
	server.Stop()
}

// stderr is where this program speaks, unlike the servers in it.
var stderr = os.Stderr

// running is the server to stop before the program ends.
var running *Server

func usage() {
	names := make([]string, 0, len(commands))
	for name := range commands {
		names = append(names, name)
	}
	sort.Strings(names)
	fail(fmt.Errorf("one of %s is needed", strings.Join(names, ", ")))
}

func fail(err error) {
	fmt.Fprintln(stderr, "cluster:", err)
	if running != nil {
		running.Stop()
	}
	os.Exit(2)
}
