package oracle

import (
	"slices"
	"testing"
)

// ownRules are the rules of what is not an arriving segment.
func ownRules() []Rule {
	var all []Rule
	for _, checks := range [][]Check{openPassiveChecks, openActiveChecks, sendChecks, receiveChecks, closeChecks, abortChecks, statusChecks, settingChecks,
		desertedChecks, sentChecks, pureChecks, keepAliveChecks, newChecks, announceChecks, againChecks, userTimeoutChecks, timeWaitChecks, orphanChecks, icmpChecks} {
		for _, c := range checks {
			all = append(all, c.Rules...)
		}
	}
	return append(all, overdueRules...)
}

// ruleCases are the traces of all of them.
func ruleCases() []ruleCase {
	return slices.Concat(callCases(), closeCases(), sendCases(), againCases(), timeoutCases(), icmpCases(), passingCases(), sackCases(), sackAgainCases(), scoreboardCases())
}

// TestRules holds each rule with a trace that obeys it and one that breaks just it.
func TestRules(t *testing.T) {
	t.Parallel()
	holdRules(t, ruleCases())
}

// Every rule has its traces. A rule that names requirements has one of its own that is rejected: it shows them.
func TestEachRuleHasATrace(t *testing.T) {
	t.Parallel()
	shown, rejects := map[string]bool{}, map[string]bool{}
	for _, c := range ruleCases() {
		shown[c.rule], rejects[c.rule] = true, true
		for _, a := range c.also {
			shown[a] = true
		}
	}
	for _, c := range slices.Concat(againstCases(), sackAgainst()) {
		shown[c.rule], rejects[c.rule] = true, true
	}
	known := map[string]bool{}
	for _, r := range ownRules() {
		if known[r.ID] {
			t.Errorf("two rules are called %s", r.ID)
		}
		known[r.ID] = true
		if !shown[r.ID] {
			t.Errorf("no trace shows %s", r.ID)
		}
		if len(r.Requirements) > 0 && !rejects[r.ID] {
			t.Errorf("no trace that breaks %s is rejected, and it names %v", r.ID, r.Requirements)
		}
	}
	for id := range shown {
		if !known[id] {
			t.Errorf("a trace shows %s, which is no rule", id)
		}
	}
}
