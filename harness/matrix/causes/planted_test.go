package causes

import (
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/trace"
)

// planted is our TCP with mistakes of our own making: of each packet that it is given, mistake says whether it takes it, and
// what it sends besides.
type planted struct {
	iut.IUT
	mistake func(*trace.Segment) (take bool, send trace.Flags)
}

func plant(mistake func(*trace.Segment) (bool, trace.Flags)) planted {
	return planted{ours.IUT{}, mistake}
}

// Name implements iut.IUT.
func (planted) Name() string { return "planted" }

// New implements iut.IUT.
func (p planted) New(cfg iut.Config) (iut.Host, error) {
	h := &plantedHost{mistake: p.mistake, in: link.NewEnd(cfg.Link.MTU()), out: cfg.Link}
	cfg.Link = h.in
	var err error
	if h.Host, err = p.IUT.New(cfg); err != nil {
		return nil, err
	}
	h.out.Attach(h.receive)
	return h, nil
}

type plantedHost struct {
	iut.Host
	mistake func(*trace.Segment) (bool, trace.Flags)
	in, out *link.End
	last    *trace.Packet // that it sent
	due     [][]byte
}

func (h *plantedHost) receive(raw []byte) {
	p := link.Decode(raw)
	take, send := true, trace.Flags(0)
	if p.TCP != nil {
		take, send = h.mistake(p.TCP)
	}
	if take {
		h.in.Inject(raw)
	}
	if send != 0 && h.last != nil {
		again := *h.last
		s := *again.TCP
		s.Seq, s.Flags, s.Payload = s.Seq+s.Len(), send, nil
		again.TCP = &s
		if raw, err := link.Encode(&again); err == nil {
			h.due = append(h.due, raw)
		}
	}
}

// Settle implements iut.Host.
func (h *plantedHost) Settle() {
	h.Host.Settle()
	for raw := h.in.Take(); raw != nil; raw = h.in.Take() {
		if p := link.Decode(raw); p.TCP != nil {
			h.last = p
		}
		h.out.Send(raw)
	}
	for _, raw := range h.due {
		h.out.Send(raw)
	}
	h.due = nil
}

// Close implements iut.Host.
func (h *plantedHost) Close() {
	h.out.Attach(nil)
	h.Host.Close()
}

// deaf takes no segment without an ACK bit that is neither SYN nor RST.
func deaf(s *trace.Segment) (bool, trace.Flags) {
	return s.Flags&(trace.ACK|trace.SYN|trace.RST) != 0, 0
}

// talkative answers a segment with a FIN with a RST besides.
func talkative(s *trace.Segment) (bool, trace.Flags) {
	if s.Flags.Has(trace.FIN | trace.ACK) {
		return true, trace.RST
	}
	return true, 0
}
