package oracle

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

// A line of a table: what a TCB may do at a segment.
type arrival struct {
	name string
	tcb  TCB
	seg  *trace.Segment
	want []string // each way, as tell writes it; the first is what a full TCP does
}

// Clone is a copy that shares nothing.
func (t *TCB) Clone() TCB {
	c := *t
	c.Held = slices.Clone(t.Held)
	c.Report.Recent = slices.Clone(t.Report.Recent)
	c.Board.Sacked, c.Board.Told = slices.Clone(t.Board.Sacked), slices.Clone(t.Board.Told)
	c.Flight = slices.Clone(t.Flight)
	return c
}

// try goes through a table.
func try(t *testing.T, p Profile, table []arrival) {
	t.Helper()
	for _, c := range table {
		turn := &Turn{T: c.tcb.Clone(), P: &p, Now: now, Seg: c.seg}
		out, err := arrives(turn)
		if !turn.T.equals(&c.tcb) || turn.Seg != c.seg || turn.Whole != nil {
			t.Errorf("%s: the turn is not what it was", c.name)
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		var got []string
		for i := range out {
			got = append(got, tell(&c.tcb, &out[i]))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot\n\t%s\nwant\n\t%s", c.name, strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
		}
	}
}

// tell writes an outcome: "[names] STATE changes > replies (against …)". Numbers are told by what they were before.
func tell(before *TCB, o *Outcome) string {
	n := &o.TCB
	var b strings.Builder
	if len(o.Names) > 0 {
		fmt.Fprintf(&b, "[%s] ", strings.Join(o.Names, "; "))
	}
	b.WriteString(n.State.String())
	by := func(what string, from, to uint32) {
		if from != to {
			fmt.Fprintf(&b, " %s%+d", what, int32(to-from))
		}
	}
	set := func(what string, from, to any) {
		if from != to {
			fmt.Fprintf(&b, " %s=%v", what, to)
		}
	}
	if n.Told != Nothing {
		b.WriteString([...]string{"", " told: refused", " told: reset", "", "", " told: aborted"}[n.Told])
	}
	by("Unread", before.Unread, n.Unread)
	if n.State != trace.Closed {
		begins := before.State <= trace.SynSent || before.State == trace.TimeWait && n.State == trace.SynReceived
		if begins {
			set("RCV.NXT", uint32(0), n.RcvNxt)
			set("MSS", uint32(0), n.SndMss)
		} else {
			by("RCV.NXT", before.RcvNxt, n.RcvNxt)
			by("edge", before.RcvEdge(), n.RcvEdge())
			if n.RcvUp != n.RcvNxt {
				by("RCV.UP", before.RcvUp, n.RcvUp)
			}
		}
		if before.State != trace.TimeWait && before.State != trace.Closed {
			by("SND.UNA", before.SndUna, n.SndUna)
		}
		set("SND.WND", before.SndWnd, n.SndWnd)
		set("Held", fmt.Sprint(spans(before, before.Held)), fmt.Sprint(spans(before, n.Held)))
		if n.HasHeldFin && (!before.HasHeldFin || before.HeldFin != n.HeldFin) {
			fmt.Fprintf(&b, " FIN%+d held", int32(n.HeldFin-before.RcvNxt))
		}
		by("DupAcks", uint32(before.DupAcks), uint32(n.DupAcks))
		set("TS.Recent", before.TsRecent, n.TsRecent)
		set("timestamps", before.SndTsOK, n.SndTsOK)
		if n.State == trace.TimeWait && n.TimeWait == now {
			b.WriteString(" 2MSL")
		}
	}
	for _, r := range o.Replies {
		fmt.Fprintf(&b, " > %s %s", r.Name, r.Flags)
		switch {
		case r.AnySeq && r.Above:
			fmt.Fprintf(&b, " seq above SND.NXT%+d", int32(r.Seq-before.SndNxt))
		case r.AnySeq:
		default:
			fmt.Fprintf(&b, " seq %s", symbol(r.Seq, before, before.SndNxt, "SND.NXT"))
		}
		if r.Flags.Has(trace.ACK) {
			fmt.Fprintf(&b, " ack %s", symbol(r.Ack, before, before.RcvNxt, "RCV.NXT"))
		}
		if r.Within > 0 {
			b.WriteString(", delayed")
		}
		if r.Optional {
			b.WriteString(", or not")
		}
		if r.Carry {
			b.WriteString(", carried")
		}
	}
	if len(o.Against) > 0 {
		fmt.Fprintf(&b, " (against %s)", strings.Join(o.Against, ", "))
	}
	return b.String()
}

func symbol(n uint32, before *TCB, base uint32, name string) string {
	d := int32(n - base)
	switch {
	case before.State == trace.Closed, before.State == trace.SynSent && name == "RCV.NXT":
		return fmt.Sprint(n)
	case n == 0:
		return "0"
	case d == 0:
		return name
	case d > -100000 && d < 100000:
		return fmt.Sprintf("%s%+d", name, d)
	}
	return fmt.Sprint(n)
}

// spans are held spans counted from RCV.NXT as it was.
func spans(before *TCB, held []Span) (all []Span) {
	for _, h := range held {
		all = append(all, Span{h.From - before.RcvNxt, h.To - before.RcvNxt})
	}
	return all
}

// seg makes a segment with flags in packetdrill's letters.
func seg(flags string, seq, ack uint32, text int, options ...trace.Option) *trace.Segment {
	f, ok := trace.ParseFlags(flags)
	if !ok {
		panic(flags)
	}
	return &trace.Segment{Flags: f, Seq: seq, Ack: ack, Window: 2 * wnd, Payload: make([]byte, text), Options: options}
}

func window(s *trace.Segment, w uint16) *trace.Segment {
	s.Window = w
	return s
}

var mss = trace.Option{Kind: trace.OptMSS, Data: []byte{1000 >> 8, 1000 & 0xff}}
