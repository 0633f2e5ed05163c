//go:build race

package netstack

// Under the race detector everything takes about ten times as long.
const (
	canaryTries   = 1000
	handedOnTries = 400
)
