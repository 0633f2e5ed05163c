package oracle

import "slices"

// Rules are all rules of the table, each once, in the order of the RFC's sections. Nobody may change them.
func Rules() []*Rule {
	groups := [][]Check{openPassiveChecks, openActiveChecks, sendChecks, receiveChecks, closeChecks, abortChecks, statusChecks,
		settingChecks, desertedChecks, closedChecks, listenChecks, cookieChecks, synSentChecks, otherChecks, userTimeoutChecks, timeWaitChecks,
		orphanChecks, againChecks, keepAliveChecks, icmpChecks, sentChecks, pureChecks, newChecks, everySentChecks}
	var all []*Rule
	seen := map[string]bool{}
	add := func(rules []Rule) {
		for i := range rules {
			if r := &rules[i]; !seen[r.ID] { // urgCheck and those behind it are of two groups
				seen[r.ID] = true
				all = append(all, r)
			}
		}
	}
	for _, checks := range groups {
		for _, c := range checks {
			add(c.Rules)
		}
	}
	add(overdueRules)
	return slices.Clip(all)
}
