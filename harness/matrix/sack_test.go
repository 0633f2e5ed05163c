package matrix

import (
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/script"
)

// written are the lines of an event, as a script has them.
func written(t *testing.T, p *Place, e Event) string {
	t.Helper()
	lines, ok := e.Lines(p)
	if !ok {
		t.Fatalf("%s has no such position", e.Name())
	}
	var all []string
	for i := range lines {
		all = append(all, strings.Join(strings.Fields(lines[i].String()), " "))
	}
	return strings.Join(all, "\n")
}

func named(t *testing.T, all []Event, name string) Event {
	t.Helper()
	for _, e := range all {
		if e.Name() == name {
			return e
		}
	}
	t.Fatalf("there is no event %q", name)
	return nil
}

// The edges of blocks and runs, worked out by hand: four segments of 900 octets are in flight from 1, and RCV.NXT is 1001.
func TestBlocksOfThePeer(t *testing.T) {
	t.Parallel()
	p := place(t, ours.IUT{}, "established-in-flight-sack", false)
	for name, want := range map[string]string{
		"sack of the second and the last, once":         "+0 < . 1001:1001(0) ack 1 win 16000 <nop,nop,sack 2701:3601 901:1801>",
		"sack of half of the second, on an ACK of all":  "",
		"sack of a D-SACK below SND.UNA, on an old ACK": "+0 < . 1001:1001(0) ack 0 win 16000 <nop,nop,sack 4294967287:1>",
		"sack of beyond SND.NXT, on a RST":              "+0 < R. 1001:1001(0) ack 1 win 16000 <nop,nop,sack 3601:4601>",
		"sack of far beyond SND.NXT, once":              "+0 < . 1001:1001(0) ack 1 win 16000 <nop,nop,sack 1073745425:1073746425>",
		"sack of the second, on text":                   "+0 < . 1001:1002(1) ack 1 win 16000 <nop,nop,sack 901:1801>",
		"five runs from the last, the first hole": "+0 < . 1091:1101(10) ack 3601 win 16000\n+0 < . 1071:1081(10) ack 3601 win 16000\n+0 < . 1051:1061(10) ack 3601 win 16000\n" +
			"+0 < . 1031:1041(10) ack 3601 win 16000\n+0 < . 1011:1021(10) ack 3601 win 16000\n+0 < . 1001:1011(10) ack 3601 win 16000",
		"one run, half of the first once more": "+0 < . 1011:1021(10) ack 3601 win 16000\n+0 < . 1011:1016(5) ack 3601 win 16000",
		"one run, a FIN beyond":                "+0 < . 1011:1021(10) ack 3601 win 16000\n+0 < F. 1121:1121(0) ack 3601 win 16000",
	} {
		if want == "" { // a report that comes on ACKs alone
			for _, e := range further(p) {
				if e.Name() == name {
					t.Errorf("there is an event %q", name)
				}
			}
			continue
		}
		if got := written(t, p, named(t, further(p), name)); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
	timestamps := place(t, ours.IUT{}, "established-in-flight-sack-timestamps", false)
	lines, _ := named(t, further(timestamps), "sack of four pieces, once").Lines(timestamps)
	if o := lines[0].Packet.TCP.Options; len(o) != 6 || len(o[5].Sack) != 3 {
		t.Errorf("beside timestamps there are %v", o)
	}
	none := place(t, ours.IUT{}, "established-passive", false)
	if _, ok := (blocks{}).Lines(none); ok {
		t.Error("blocks of a flight where there is none")
	}
}

// The numbers of the entries with keep-alives are those that their events go by.
func TestKeepAliveEvents(t *testing.T) {
	t.Parallel()
	p := place(t, ours.IUT{}, "established-keepalive", false)
	for _, c := range []struct {
		name string
		at   time.Duration
	}{{"text at half of the keep-alive interval", 30 * time.Second}, {"text after 1 keep-alives", 65 * time.Second}, {"text after 3 keep-alives", 85 * time.Second}} {
		lines, ok := named(t, further(p), c.name).Lines(p)
		if !ok || lines[0].Time.At != c.at || len(lines) != 5 {
			t.Errorf("%s: %v after %v", c.name, ok, lines[0].Time.At)
		}
	}
	for _, e := range entries(t) {
		if text := string(script.Print(e.File(false))); e.KeepAlive && (!strings.Contains(text, "TCP_KEEPIDLE, [60]") ||
			!strings.Contains(text, "TCP_KEEPINTVL, [10]") || !strings.Contains(text, "TCP_KEEPCNT, [3]")) {
			t.Errorf("%s has other times", e.Name)
		}
	}
}
