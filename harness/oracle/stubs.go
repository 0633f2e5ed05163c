package oracle

func arrives(t *Turn) ([]Outcome, error) { return through(closedChecks, *t) }
