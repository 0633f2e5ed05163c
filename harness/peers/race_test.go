//go:build race

package peers_test

// raceDetector makes everything slow, and keeps memory of its own: there is less to do under it.
const raceDetector = true
