//go:build !race

package netstack

const (
	canaryTries   = 20000
	handedOnTries = 4000
)
