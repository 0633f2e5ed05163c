package oracle

import "time"

// advance lets time go on: what was to be done by then must have been.
func (j *Judge) advance(to time.Duration) {
	if to <= j.now {
		return
	}
	j.instant()
	j.now = to
	j.each(func(c *conn) {
		var late broken // the first that is late
		keep := c.guesses[:0]
		for i := range c.guesses {
			g := &c.guesses[i]
			if b := j.late(g); b.rule == nil {
				keep = append(keep, *g)
			} else if late.rule == nil {
				late = b
			}
		}
		j.left(c, keep, func() broken { return late })
	})
}

// late is what should have come of a guess by now and has not.
func (j *Judge) late(g *guess) broken {
	var why string
	var of *Rule
	if o := g.unpaid(j.now - 1); o != nil { // its time ran out in between
		why, of = o.Name+" within "+o.Within.Round(time.Millisecond).String(), o.rule
	} else if of = j.overdue(&g.tcb); of != nil {
		why = of.Says
	} else {
		return broken{}
	}
	return broken{rule: of, expected: why, got: "nothing", shape: "nothing: " + why}
}

// wrong is what would explain what was done, if a rule allowed it.
type wrong struct {
	rule *Rule
	says string // what is allowed
}

// instant ends what happens at one moment: what was owed at once must have come, and the state must be the one that is seen.
func (j *Judge) instant() {
	j.each(func(c *conn) {
		if c.stands(j.now) {
			j.judge(c)
			return
		}
		keep := j.w.next[:0]
		var end wrong // what the state that is seen would come of
		ran := false  // by a timer that runs
		for i := range c.guesses {
			g := &c.guesses[i]
			if g.unpaid(j.now) != nil {
				continue
			}
			if g.tcb.State == c.seen {
				keep = append(keep, *g)
				continue
			}
			for timer := UserTimeout; timer <= OrphanTimeout; timer++ {
				t := j.ask(c, &g.tcb)
				t.Expired = timer
				j.outcomes(expires, t, func(o *Outcome) {
					if o.TCB.State != c.seen {
						return
					}
					if o.Wrong != "" {
						if end.rule == nil || !ran && g.tcb.runs(timer) {
							end, ran = o.wrong(), g.tcb.runs(timer)
						}
						return
					}
					if n := j.w.with(g, o, j.now); n.unpaid(j.now) == nil {
						keep = append(keep, n)
					}
				})
			}
		}
		j.w.next = keep
		j.left(c, keep, func() broken {
			b := c.unmet(j.now)
			if end.rule != nil && j.now > j.step().at {
				b.rule, b.expected = end.rule, end.says
			}
			return b
		})
	})
}

// stands says that each guess at a connection is in the state that is seen, and owes nothing.
func (c *conn) stands(now time.Duration) bool {
	for i := range c.guesses {
		if g := &c.guesses[i]; g.tcb.State != c.seen || g.unpaid(now) != nil {
			return false
		}
	}
	return true
}

// runs says whether a timer runs, so that its expiry is the nearest explanation for the end of a connection.
func (t *TCB) runs(timer Timer) bool {
	switch timer {
	case UserTimeout:
		return t.Rexmit.On
	case TimeWaitTimeout:
		return t.TimeWaitOn
	}
	return false
}
