//go:build tools

// The image registry. It is a module of its own because Traefik's replaces the
// router they share by one under which the registry finds no repository name.
package registry

import _ "github.com/distribution/distribution/v3/cmd/registry"
