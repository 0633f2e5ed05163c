package matrix

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/maphash"

	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// Count says what became of a product: Product = SameOctets + NoPosition + Cases.
type Count struct {
	Product    int // flag sets × sequence numbers × acknowledgment numbers × texts, and what is crossed and added
	SameOctets int // left out: on the wire they are another case of the same entry and family
	NoPosition int // left out: the position is none in that state
	Cases      int
}

func (c *Count) add(o Count) {
	c.Product += o.Product
	c.SameOctets += o.SameOctets
	c.NoPosition += o.NoPosition
	c.Cases += o.Cases
}

// Scope says how much is generated.
type Scope uint8

// The scopes.
const (
	// Whole is the full product of the core for each entry, what is crossed with the leading entries, and all further
	// events.
	Whole Scope = iota
	// ReducedCore is each flag set once with each position, for each entry: one of sequence number, acknowledgment number
	// and text departs from RCV.NXT, SND.UNA and none. Further events as in Whole.
	ReducedCore
)

// String is the scope in a word.
func (s Scope) String() string { return [...]string{"whole", "reduced"}[s] }

// generator makes the cases of one place.
type generator struct {
	place *Place
	seen  map[uint64][]Event // those taken, by a hash of their octets
	seed  maphash.Seed
	buf   [2][]byte
	count Count
	out   []Event
	err   error
}

func newGenerator(p *Place) *generator {
	return &generator{place: p, seen: make(map[uint64][]Event), seed: maphash.MakeSeed()}
}

// generate makes the events of a place, in an order that is always the same. The error is of a segment that cannot be
// written; that one has too much text is found when it is played.
func generate(p *Place, scope Scope) ([]Event, Count, error) {
	g := newGenerator(p)
	if p.Entry.ECN {
		for _, e := range congested(p) {
			g.take(e)
		}
		return g.out, g.count, g.err
	}
	plain := Plain
	if p.Entry.Timestamps {
		plain = TSNew
	}
	if p.Entry.Reduced || scope == ReducedCore {
		g.star(plain)
	} else {
		g.product()
	}
	if scope == Whole {
		g.crossed()
	}
	for _, e := range further(p) {
		g.take(e)
	}
	return g.out, g.count, g.err
}

// take takes an event, unless there is a reason not to.
func (g *generator) take(e Event) {
	g.count.Product++
	lines, ok := e.Lines(g.place)
	if !ok {
		g.count.NoPosition++
		return
	}
	octets, err := octetsOf(g.buf[0][:0], lines, g.place.IPv6)
	if err != nil && g.err == nil {
		g.err = fmt.Errorf("%s: %w", Case{g.place.Entry, g.place.IPv6, e}.ID(), err)
	}
	g.buf[0] = octets
	hash := maphash.Bytes(g.seed, octets)
	for _, other := range g.seen[hash] {
		if g.same(other) {
			g.count.SameOctets++
			return
		}
	}
	g.seen[hash] = append(g.seen[hash], e)
	g.count.Cases++
	g.out = append(g.out, e)
}

// same reports whether an event that was taken has the octets of the one at hand, in the first buffer.
func (g *generator) same(e Event) bool {
	lines, _ := e.Lines(g.place)
	octets, err := octetsOf(g.buf[1][:0], lines, g.place.IPv6)
	g.buf[1] = octets
	return err == nil && bytes.Equal(octets, g.buf[0])
}

// product takes the whole core.
func (g *generator) product() {
	seqs, acks := g.axes()
	for _, f := range flagSets {
		for _, s := range seqs {
			for _, a := range acks {
				for t := range texts {
					g.take(Segment{Flags: f, Seq: s, Ack: a, Text: t})
				}
			}
		}
	}
}

// axes are the positions of sequence and acknowledgment numbers. The numbers that stand in for them where there are none
// take the places of the first of them; the rest is counted as left out.
func (g *generator) axes() (seqs []Seq, acks []Ack) {
	if g.place.Receives() {
		for s := range windowed {
			seqs = append(seqs, s)
		}
	} else {
		seqs = []Seq{SeqSome, SeqZero, SeqTop}
	}
	if g.place.Sends() {
		for a := range sending {
			acks = append(acks, a)
		}
	} else {
		acks = []Ack{AckSome, AckZero, AckTop}
	}
	absent := len(flagSets) * (int(windowed)*int(sending) - len(seqs)*len(acks)) * int(texts)
	g.count.Product += absent
	g.count.NoPosition += absent
	return seqs, acks
}

// star takes each flag set once with each position.
func (g *generator) star(cross Cross) {
	base := Segment{Seq: SeqNxt, Ack: AckUna, Cross: cross}
	if !g.place.Receives() {
		base.Seq = SeqSome
	}
	if !g.place.Sends() {
		base.Ack = AckSome
	}
	for _, f := range flagSets {
		if cross == Offers && !f.Has(trace.SYN) {
			continue // they are options of a SYN
		}
		base.Flags = f
		g.take(base)
		for s := range SeqTop + 1 {
			if v := base; s != base.Seq && (s < windowed) == g.place.Receives() {
				v.Seq = s
				g.take(v)
			}
		}
		for a := range AckTop + 1 {
			if v := base; a != base.Ack && (a < sending) == g.place.Sends() && f.Has(trace.ACK) {
				v.Ack = a
				g.take(v)
			}
		}
		for t := range texts {
			if v := base; t != base.Text {
				v.Text = t
				g.take(v)
			}
		}
	}
}

// crossed takes what is crossed one at a time with the reduced core.
func (g *generator) crossed() {
	switch {
	case g.place.Entry.SACK: // timestamps are crossed without it
	case g.place.Entry.Timestamps:
		g.star(TSOld)
		g.star(TSMissing)
	case g.place.Entry.Leading:
		for cross := Push; cross <= Offers; cross++ {
			g.star(cross)
		}
	}
}

// octetsOf appends to b the octets on the wire of lines, one packet behind the other, with other lines and times as a script
// writes them. Two events of a place do the same to an IUT if these are the same: what an IUT's own numbers are on the wire shifts
// all of them alike. Of text there is the length alone: which octets it has, follows from its number.
func octetsOf(b []byte, lines []script.Event, ipv6 bool) ([]byte, error) {
	for i := range lines {
		e := &lines[i]
		if e.Time.At != 0 {
			b = append(b, e.Time.String()...)
		}
		if e.Packet == nil {
			b = append(b, e.String()...)
			continue
		}
		n, head := headOf(e)
		raw, err := run.Encode(&head, ipv6)
		if err != nil {
			return b, err
		}
		b = append(binary.AppendUvarint(b, uint64(n)), raw...)
	}
	return b, nil
}

// headOf is a packet without its text, and how many octets that is.
func headOf(e *script.Event) (n uint32, head script.Event) {
	head = *e
	if e.Packet.TCP == nil {
		return 0, head
	}
	packet, segment := *e.Packet, *e.Packet.TCP
	n, segment.Len, segment.SeqEnd = segment.Len, 0, segment.Seq
	packet.TCP, head.Packet = &segment, &packet
	return n, head
}
