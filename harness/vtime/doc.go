// Package vtime is virtual time: a clock that only its driver moves, and that always knows its next deadline.
package vtime
