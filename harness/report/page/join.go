package page

import (
	"reflect"
	"regexp"
	"slices"
)

// join takes a ladder of another family into l if it reads the same: it differs in nothing but numbers that go with the family
// or are drawn by lot. Where a text differs so, the other's is kept beside it.
func (l *ladder) join(o *ladder) bool {
	if !slices.Equal(l.IUTs, o.IUTs) || l.NotCompared != o.NotCompared || !slices.Equal(l.Rows, o.Rows) ||
		!slices.Equal(l.Differences, o.Differences) || !reflect.DeepEqual(l.Failures, o.Failures) {
		return false
	}
	for s := range l.Events {
		if !slices.EqualFunc(l.Events[s], o.Events[s], same) {
			return false
		}
	}
	for s := range l.Events {
		for i, e := range o.Events[s] {
			if mine := &l.Events[s][i]; mine.Text != e.Text {
				mine.Other = e.Text
			}
		}
	}
	l.Families = append(l.Families, o.Families...)
	return true
}

// same says whether two events are the same but for what lots names.
func same(a, b event) bool {
	a.Text, b.Text = lots(a), lots(b)
	a.Other, b.Other = "", ""
	return a == b
}

// Numbers that go with the family, or that an IUT draws by lot: the MSS that it announces (RFC 9293 §3.7.1 takes the headers
// off the MTU), the origin of its timestamps (RFC 7323 §5.4), its ephemeral ports (RFC 6056).
var (
	mss        = regexp.MustCompile(`mss \d+`)
	timestamps = regexp.MustCompile(`TS val \d+ ecr \d+`)
	portPair   = regexp.MustCompile(`^\d+ > \d+ `)
)

// lots is the text of an event without those numbers.
func lots(e event) string {
	if e.Kind != "in" && e.Kind != "out" {
		return e.Text
	}
	return portPair.ReplaceAllString(timestamps.ReplaceAllString(mss.ReplaceAllString(e.Text, "mss"), "TS"), "")
}
