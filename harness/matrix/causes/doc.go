// Package causes finds the root causes behind the cases of the matrix that do not pass.
//
// Cases in which an IUT makes the same mistake are one Group, whatever their state, family and numbers, and whether it shows
// in the event or in the probe. What is the same the judge has said: the rule that was broken, the shape of the wrong answer,
// what it was an answer to, and the group of states (matrix.Finding). A group's smallest case can be made smaller still, and
// be written down as a script that passes on the reference and fails on the IUT.
//
// Whether a group is known a ledger says (harness/ledger). This package knows neither stack and no rule of the RFC.
package causes
