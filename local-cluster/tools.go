//go:build tools

// The other programs of the local cluster, named here so that one go.mod pins
// them to the same Kubernetes libraries and they compile those once.
package main

import (
	_ "github.com/coredns/coredns"
	_ "github.com/google/go-containerregistry/cmd/crane"
	_ "github.com/traefik/traefik/v3/cmd/traefik"
	_ "helm.sh/helm/v3/cmd/helm"
)
