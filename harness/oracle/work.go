package oracle

import (
	"slices"
	"sync"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// work is the memory of walks through the table. A judge borrows it while it is fed, so that a step costs none of its own.
type work struct {
	turn Turn
	path path
	ways []Branch // of the rules that the walk is at
	// What walks have come to, a walk behind the other, until it is forgotten.
	outs    []Outcome
	rules   []*Rule
	names   []string
	against []string
	replies []Reply

	next []guess // what guesses become
	// What guesses keep.
	kept struct {
		rules   store[*Rule]
		strings store[string]
		owed    store[owed]
	}
}

var works = sync.Pool{New: func() any { return new(work) }}

// path is the way through the checks that a walk is on.
type path struct {
	rules   []*Rule
	names   []string
	against []string
	replies []Reply
	results []Result
	moved   *Rule
}

// mark says how much there was before a walk.
type mark struct{ outs, rules, names, against, replies int }

func (w *work) mark() mark {
	return mark{len(w.outs), len(w.rules), len(w.names), len(w.against), len(w.replies)}
}

// forget takes away what walks since the mark have come to.
func (w *work) forget(m mark) {
	w.outs, w.rules, w.names = w.outs[:m.outs], w.rules[:m.rules], w.names[:m.names]
	w.against, w.replies = w.against[:m.against], w.replies[:m.replies]
}

// through goes through the checks with a turn. Every way that the rules allow is an outcome; the first is what the clauses
// say where they leave no choice. What is said in a turn's work stands until it is forgotten.
func through(checks []Check, t *Turn) ([]Outcome, error) {
	if t.w == nil {
		t.w = new(work)
	}
	first, whole := len(t.w.outs), t.Whole
	t.Whole = t.Seg
	err := t.w.onward(checks, t)
	t.Whole = whole
	if err != nil {
		return nil, err
	}
	return t.w.last(len(t.w.outs) - first), nil
}

// last are the last outcomes.
func (w *work) last(n int) []Outcome { return w.outs[len(w.outs)-n:] }

// onward goes on with what the path so far has made of the turn.
func (w *work) onward(checks []Check, t *Turn) error {
	for i := range checks {
		if when := checks[i].When; when != nil && !when(t) {
			continue
		}
		rule := checks[i].rule(t)
		if rule == nil {
			return &TableError{Check: checks[i].Name, State: t.T.State, Event: t.event()}
		}
		before := len(w.ways)
		ways := rule.Then(t)
		for k := range ways {
			if err := w.along(rule, &ways[k], checks[i+1:], t); err != nil {
				return err
			}
		}
		w.ways = w.ways[:before]
		return nil
	}
	w.end(&t.T, "")
	return nil
}

// along goes a way that a rule allows. When it is back the turn and the path are as they were.
func (w *work) along(rule *Rule, b *Branch, rest []Check, t *Turn) (err error) {
	p := &w.path
	rules, names, against, replies, results, moved := len(p.rules), len(p.names), len(p.against), len(p.replies), p.results, p.moved
	p.follow(rule, b, t.T.State)
	switch {
	case b.Next && b.Wrong == "":
		err = w.further(b, rest, t)
	case b.Unchanged:
		w.end(&t.T, b.Wrong)
	default:
		w.end(&b.TCB, b.Wrong)
	}
	p.rules, p.names, p.against, p.replies = p.rules[:rules], p.names[:names], p.against[:against], p.replies[:replies]
	p.results, p.moved = results, moved
	return err
}

// further goes on with the next checks.
func (w *work) further(b *Branch, rest []Check, t *Turn) (err error) {
	seg := t.Seg
	if b.Seg != nil {
		t.Seg = b.Seg
	}
	if b.Unchanged {
		err = w.onward(rest, t)
	} else {
		before := t.T
		t.T = b.TCB
		err = w.onward(rest, t)
		t.T = before
	}
	t.Seg = seg
	return err
}

// follow puts a way to the path.
func (p *path) follow(rule *Rule, b *Branch, state trace.State) {
	p.rules = append(p.rules, rule)
	if b.Name != "" {
		p.names = append(p.names, b.Name)
	}
	for _, id := range b.Against {
		if !slices.Contains(p.against, id) {
			p.against = append(p.against, id)
		}
	}
	for _, r := range b.Replies {
		r.rule = rule
		p.replies = append(p.replies, r)
	}
	p.results = b.Results
	if !b.Unchanged && b.TCB.State != state {
		p.moved = rule
	}
}

// end makes an outcome of the path.
func (w *work) end(t *TCB, wrong string) {
	p := &w.path
	w.outs = append(w.outs, Outcome{})
	o := &w.outs[len(w.outs)-1]
	o.TCB, o.Results, o.Wrong, o.moved = *t, p.results, wrong, p.moved
	w.rules, o.Rules = behind(w.rules, p.rules)
	w.names, o.Names = behind(w.names, p.names)
	w.against, o.Against = behind(w.against, p.against)
	w.replies, o.Replies = behind(w.replies, p.replies)
}

// behind puts what is new behind all, and returns both.
func behind[T any](all, news []T) (longer, own []T) {
	if len(news) == 0 {
		return all, nil
	}
	longer = append(all, news...)
	return longer, longer[len(all):len(longer):len(longer)]
}

// store gives memory for short slices that are not changed any more.
type store[T any] struct{ free []T }

const storeSize = 64

// join is a copy of a with b behind it.
func (s *store[T]) join(a, b []T) []T {
	if len(a)+len(b) == 0 {
		return nil
	}
	return append(append(s.make(len(a)+len(b)), a...), b...)
}

// make is an empty slice with room.
func (s *store[T]) make(n int) []T {
	if cap(s.free)-len(s.free) < n {
		s.free = make([]T, 0, max(n, storeSize))
	}
	at := len(s.free)
	s.free = s.free[:at+n]
	return s.free[at : at : at+n]
}

// with is what a guess becomes by an outcome.
func (w *work) with(g *guess, o *Outcome, now time.Duration) guess {
	n := w.becomes(g, o, now)
	n.rules = w.kept.rules.join(g.rules, o.Rules)
	return n
}

// becomes is with, but for the rules.
func (w *work) becomes(g *guess, o *Outcome, now time.Duration) (n guess) {
	n.tcb, n.owed, n.names, n.against, n.moved = o.TCB, g.owed, g.names, g.against, o.moved
	if len(o.Names) > 0 {
		n.names = w.kept.strings.join(g.names, o.Names)
	}
	if len(o.Against) > 0 {
		n.against = w.kept.strings.join(g.against, o.Against)
	}
	if len(o.Replies) > 0 {
		n.owed = append(w.kept.owed.make(len(g.owed)+len(o.Replies)), g.owed...)
		for _, r := range o.Replies {
			n.owed = append(n.owed, owed{r, now + r.Within})
		}
	}
	return n
}
