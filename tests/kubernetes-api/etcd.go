package main

import (
	"net/url"
	"os"

	"go.etcd.io/etcd/server/v3/embed"
)

// etcd serves a store in a directory: etcd DIRECTORY CLIENT_URL PEER_URL.
func etcd() {
	if len(os.Args) != 4 {
		fail("etcd wants a directory and two addresses")
	}
	config := embed.NewConfig()
	config.Name = "tests"
	config.Dir = os.Args[1]
	config.LogLevel = "error"
	// What is lost with the machine is no loss here.
	config.UnsafeNoFsync = true
	clients, peers := address(os.Args[2]), address(os.Args[3])
	config.ListenClientUrls, config.AdvertiseClientUrls = clients, clients
	config.ListenPeerUrls, config.AdvertisePeerUrls = peers, peers
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	server, err := embed.StartEtcd(config)
	if err != nil {
		fail(err)
	}
	fail(<-server.Err())
}

func address(text string) []url.URL {
	parsed, err := url.Parse(text)
	if err != nil {
		fail(err)
	}
	return []url.URL{*parsed}
}
