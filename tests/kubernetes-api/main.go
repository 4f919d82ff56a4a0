// A real Kubernetes API for the suites, without containers: its store, its API server, and a kubelet that runs nothing and
// serves logs from files.
//
// One program of three parts, as most of what they are made of is the same; each part is a process of its own, so that a test
// can kill it:
//
//	kubernetes-api etcd DIRECTORY CLIENT_URL PEER_URL
//	kubernetes-api apiserver [flags of kube-apiserver]
//	kubernetes-api kubelet [flags of kwok]
//
// Every part ends when its standard input closes: no test leaves one behind, however it ends itself.
package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fail("usage: kubernetes-api etcd|apiserver|kubelet …")
	}
	part := os.Args[1]
	os.Args = append(os.Args[:1], os.Args[2:]...)
	go endWithInput()
	switch part {
	case "etcd":
		etcd()
	case "apiserver":
		apiServer()
	case "kubelet":
		kubelet()
	default:
		fail("no part is called " + part)
	}
}

func endWithInput() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, "kubernetes-api:", why)
	os.Exit(1)
}
