package oracle

import (
	"slices"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/oracle/oracletest"
)

const toCookie = toListening + `
	< S 0:0(0) win 1000 <mss 1000>
	> S. 0:0(0) ack 1 <mss 1000>
	state: LISTEN`

// cookiePairs are the rules of SYN cookies: obeyed and broken by what follows the course.
var cookiePairs = []pair{
	{rule: "listen.3.syn", course: toListening, at: "< S 0:0(0) win 1000 <mss 1000>",
		obeys:  []string{"> S. 0:0(0) ack 1 <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>\nstate: SYN-RECEIVED\n< . 1:1(0) ack 1 win 1000\nstate: ESTABLISHED"},
		breaks: []string{"", "> S. 0:0(0) ack 2 <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>\nstate: ESTABLISHED"}},
	{rule: "listen.3.syn", course: toCookie, at: "< S 500:500(0) win 1000 <mss 1000>",
		obeys:  []string{"> S. 77:77(0) ack 501 <mss 1000>\n< . 501:501(0) ack 78 win 1000\nstate: ESTABLISHED"},
		breaks: []string{"> . 1:1(0) ack 1", "> S. 77:77(0) ack 501 <mss 1000>\n< . 501:501(0) ack 1 win 1000\nstate: ESTABLISHED"}},
	// Nothing is kept, so nothing goes out again.
	{rule: "listen.4.other", course: toCookie, at: "< F 1:1(0)", obeys: []string{"", "+3 < F 1:1(0)"},
		breaks: []string{"+1 > S. 0:0(0) ack 1 <mss 1000>", "> . 1:1(0) ack 2"}},
	{rule: "listen.1.rst", course: toCookie, at: "< R 1:1(0)", obeys: []string{"", "< . 1:1(0) ack 1 win 1000\nstate: ESTABLISHED"},
		breaks: []string{"> . 1:1(0) ack 1", "< . 1:1(0) ack 1 win 1000\n> R 1:1(0)"}},
	{rule: "listen.2.ack", course: toCookie, at: "< . 1:1(0) ack 2 win 1000", obeys: []string{"> R 2:2(0)"}, breaks: []string{"", "state: ESTABLISHED"}},
	{rule: "listen.2.ack", course: toCookie, at: "< . 1:1(0) ack 0 win 1000", obeys: []string{"> R 0:0(0)"}, breaks: []string{"", "state: ESTABLISHED"}},
	{rule: "listen.2.ack", course: toCookie, at: "< . 2:2(0) ack 1 win 1000", obeys: []string{"> R 1:1(0)"}, breaks: []string{"", "state: ESTABLISHED"}},
	{rule: "listen.2.ack", course: toCookie, at: "< S. 1:1(0) ack 1 win 1000", obeys: []string{"> R 1:1(0)"}, breaks: []string{"", "state: ESTABLISHED"}},
	{rule: "cookie.back", course: toCookie, at: "< . 1:1(0) ack 1 win 1000",
		obeys: []string{"state: ESTABLISHED",
			"state: ESTABLISHED\naccept(3, ..., ...) = 4\nwrite(4, ..., 3000) = 3000\n> . 1:1001(1000) ack 1\n< . 1:1(0) ack 1001 win 1000\n> . 1001:2001(1000) ack 1\n< . 1:1(0) ack 2001 win 1000\n> P. 2001:3001(1000) ack 1\n< . 1:1(0) ack 3001 win 1000"},
		breaks: []string{"", "> R 1:1(0)", "> . 1:1(0) ack 1\nstate: ESTABLISHED", "state: SYN-RECEIVED",
			"state: ESTABLISHED\naccept(3, ..., ...) = 4\nwrite(4, ..., 3000) = 3000\n> . 1:1021(1020) ack 1"}},
	{rule: "cookie.back", course: toCookie, at: "+59 < P. 1:11(10) ack 1 win 1000",
		obeys: []string{"> . 1:1(0) ack 11\nstate: ESTABLISHED"}, breaks: []string{"state: ESTABLISHED", "> R 1:1(0)", "> . 1:1(0) ack 1\nstate: ESTABLISHED"}},
	{rule: "cookie.back", course: toCookie, at: "< F. 1:11(10) ack 1 win 1000",
		obeys: []string{"> . 1:1(0) ack 12\nstate: CLOSE-WAIT"}, breaks: []string{"> . 1:1(0) ack 11\nstate: ESTABLISHED", "state: CLOSE-WAIT"}},
	{rule: "cookie.old", course: toCookie, at: "+61 < . 1:1(0) ack 1 win 1000", obeys: []string{"state: ESTABLISHED", "> R 1:1(0)"},
		breaks: []string{"", "> R 1:1(0)\nstate: ESTABLISHED", "> . 1:1(0) ack 1"}},
}

// pressed judges a script of an IUT that answers SYNs by cookies.
func pressed(t *testing.T, cookies bool, script string) []Step {
	t.Helper()
	events, err := oracletest.Events(full(script))
	if err != nil {
		t.Fatalf("%v\n%s", err, full(script))
	}
	j := New(Profile{MSL: 2 * time.Minute, RTOInitial: time.Second, RTOMin: time.Second, RTOMax: time.Minute, SynR2: 3 * time.Minute,
		DataR2: 100 * time.Second, Horizon: time.Hour, MTU: 1500, Timestamps: true, SYNCookies: cookies})
	if err := j.Feed(events); err != nil {
		t.Fatalf("%v\n%s", err, full(script))
	}
	if err := j.Until(events[len(events)-1].At + 600*time.Millisecond); err != nil {
		t.Fatalf("%v\n%s", err, full(script))
	}
	return j.Steps()
}

func TestCookies(t *testing.T) {
	t.Parallel()
	obeyed, broken := map[string]bool{}, map[string]bool{}
	for _, p := range cookiePairs {
		before := len(pressed(t, true, p.course))
		try := func(tail string, want Verdict) {
			steps := pressed(t, true, p.course+"\n"+p.at+"\n"+tail)[before:]
			if v, at := worst(steps); v != want {
				t.Errorf("%s: %q, %q is %v, want %v: %+v", p.rule, p.at, tail, v, want, at)
			}
			for _, s := range steps {
				obeyed[p.rule] = obeyed[p.rule] || want == Allowed && slices.Contains(s.Rules, p.rule)
				broken[p.rule] = broken[p.rule] || want == Violation
			}
		}
		for _, tail := range p.obeys {
			try(tail, Allowed)
		}
		for _, tail := range p.breaks {
			try(tail, Violation)
		}
	}
	for _, r := range cookieCheck.Rules {
		if !obeyed[r.ID] || !broken[r.ID] {
			t.Errorf("rule %s: obeyed %t, broken %t", r.ID, obeyed[r.ID], broken[r.ID])
		}
	}
}

// A listener that has room keeps what it has answered.
func TestNoCookieWithRoom(t *testing.T) {
	t.Parallel()
	if v, _ := worst(pressed(t, false, toCookie)); v != Violation {
		t.Errorf("a cookie is %v", v)
	}
}
