package forge

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
)

func itoa(n int) string { return strconv.Itoa(n) }

var options = Options{Fixtures: "fixtures", Ledger: "ci/ledger.yaml"}

func annotated(t *testing.T, f *archive.File) string {
	t.Helper()
	var b strings.Builder
	if err := GitHub(&b, f, options); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGitHub(t *testing.T) {
	t.Parallel()
	const want = "::error file=fixtures/reset/b.pkt,line=18,title=reset/b on netstack over ipv4%2C ipv6 new%2C RFC 5961 §3.2%2C RFC 9293 §3.10.7.4::on record: pass%0Anow: line 18: expected +0 > . 1:1(0) ack 1 <mss 1460>, got nothing\n" +
		"::error file=fixtures/handshake/turns.pkt,line=14,title=transition/listen-syn-sent-send on netstack new%2C RFC 9293 §3.10.1::on record: taken%0Anow: handshake/turns, line 14: stays in LISTEN\n" +
		"::error title=matrix%3A other.1%3A nothing instead of ACK!%2C in CLOSING on ours new%2C RFC 9293 §3.10.7.4::on record: no such mistake%0Anow: 2 cases; closing/ipv4/S: expected ACK, got nothing\n" +
		"::error title=matrix%3A other.2%3A RST on ours vanished%2C RFC 9293 §3.5.2::on record: some case shows it%0Anow: no case shows it\n" +
		"::error file=ci/ledger.yaml,line=12,title=ledger%3A close/z on netstack removed%2C RFC 9293 §3.5.2::on record: close/a, line 4: x%0Anow: no such case\n" +
		"::error file=ci/ledger.yaml,line=30,title=ledger on netstack to be filled in::on record: nothing%0Anow: class is TODO\n" +
		"::error file=fixtures/close/a.pkt,line=7,title=close/a on ours and netstack over ipv4 changed%2C RFC 9293 §3.5.2::on record: after line 9: a|b%0Anow: after line 7: `x` | after line 8: y\n"
	if got := annotated(t, sample()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := annotated(t, greened()); got != "" {
		t.Errorf("all is as recorded, and yet\n%s", got)
	}
}

// GitHub shows ten: the tenth tells how many it stands for, and ten that are all stand for themselves.
func TestGitHubShowsTen(t *testing.T) {
	t.Parallel()
	for n, last := range map[int]string{10: "file=fixtures/topic-9/case.pkt,line=11,", 11: "and 2 more that are not as recorded", 500: "and 491 more"} {
		got := strings.Split(strings.TrimSuffix(annotated(t, many(n)), "\n"), "\n")
		if len(got) != MostAnnotations || !strings.Contains(got[len(got)-1], last) {
			t.Errorf("of %d: %d lines, the last %q, expected %d and %q", n, len(got), got[len(got)-1], MostAnnotations, last)
		}
	}
}

// What is escaped reads the same to a runner, and nothing that a stack says begins a command of its own.
func TestGitHubEscapes(t *testing.T) {
	t.Parallel()
	const wild = "100%: a,b\r\n::stop-commands::x%0A"
	back := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	for _, s := range []string{data(wild), property(wild)} {
		if strings.ContainsAny(s, "\r\n") || back.Replace(s) != wild {
			t.Errorf("%q is read as %q, expected %q", s, back.Replace(s), wild)
		}
	}
	if s := property(wild); strings.ContainsAny(s, ":,") {
		t.Errorf("property %q ends before its end", s)
	}
	f := many(1)
	f.Cases[2].Runs[0].Now = []string{wild}
	if got := annotated(t, f); strings.Count(got, "\n") != 1 {
		t.Errorf("got more than one line:\n%s", got)
	}
}

func TestGitLab(t *testing.T) {
	t.Parallel()
	quality := func(f *archive.File) (issues []issue, text string) {
		var b strings.Builder
		if err := GitLab(&b, f, options); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(b.String()), &issues); err != nil {
			t.Fatal(err)
		}
		return issues, b.String()
	}
	got, text := quality(sample())
	want := []location{{"fixtures/reset/b.pkt", lines{18}}, {"fixtures/handshake/turns.pkt", lines{14}},
		{"ci/ledger.yaml", lines{1}}, {"ci/ledger.yaml", lines{1}}, {"ci/ledger.yaml", lines{12}}, {"ci/ledger.yaml", lines{30}}, {"fixtures/close/a.pkt", lines{7}}}
	if len(got) != len(want) {
		t.Fatalf("%d issues, expected %d:\n%s", len(got), len(want), text)
	}
	seen := map[string]bool{}
	for i, g := range got {
		if g.Location != want[i] {
			t.Errorf("issue %d stands in %v, expected %v", i, g.Location, want[i])
		}
		if g.Severity != "major" || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(g.Fingerprint) || seen[g.Fingerprint] {
			t.Errorf("issue %d: severity %q, fingerprint %q", i, g.Severity, g.Fingerprint)
		}
		seen[g.Fingerprint] = true
	}
	const words = "reset/b on netstack over ipv4, ipv6 new, RFC 5961 §3.2, RFC 9293 §3.10.7.4; on record: pass; " +
		"now: line 18: expected +0 > . 1:1(0) ack 1 <mss 1460>, got nothing"
	if got[0].Description != words || got[0].CheckName != "twinstack: new" {
		t.Errorf("got %q, %q", got[0].Description, got[0].CheckName)
	}
	if _, again := quality(sample()); again != text {
		t.Error("a second report differs")
	}
	if _, none := quality(greened()); none != "[]\n" {
		t.Errorf("got %q, expected an empty list", none)
	}
}

// A recorded finding that is no more points to where the record says that it was.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		script        string
		now, recorded []string
		want          string
		line          int
	}{
		{"reset/a", []string{"line 18: x"}, []string{"line 3: y"}, "reset/a", 18},
		{"reset/a", nil, []string{"after line 3: y"}, "reset/a", 3},
		{"reset/a", []string{"states: line 4"}, nil, "reset/a", 1},
		{"reset/a", []string{"close/b, line 4: goes to CLOSED"}, nil, "close/b", 4},
		{"", []string{"line 4: x"}, nil, "", 0},
		{"", []string{"taken"}, []string{"close/b, line 4: goes to CLOSED"}, "close/b", 4},
	} {
		n := finding{script: test.script, now: test.now, recorded: test.recorded}
		n.point()
		if n.script != test.want || n.line != test.line {
			t.Errorf("%q, %q: %s:%d, expected %s:%d", test.now, test.recorded, n.script, n.line, test.want, test.line)
		}
	}
}
