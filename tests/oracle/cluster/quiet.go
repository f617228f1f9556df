package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// silence sends what the servers log (klog, zap, grpc and traces of panics, each
// through a logger of its own) to a file, and returns the standard error of before.
func silence(path string) (*os.File, error) {
	log, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	own, err := unix.Dup(unix.Stderr)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(own), "stderr"), unix.Dup2(int(log.Fd()), unix.Stderr)
}
