//go:build tools

// What tells how much processor time and memory pods use. It is a module of its own because it does not compile
// against the Kubernetes the cluster is made of.
package metricsserver

import _ "sigs.k8s.io/metrics-server/cmd/metrics-server"
