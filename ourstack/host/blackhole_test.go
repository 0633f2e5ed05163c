package host

import (
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// A path that eats what is large, and says nothing: with Config.BlackHole a transfer is done in seconds, without never.
func TestBlackHole(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1300, 1100, 600} { // octets of a packet
		for _, v6 := range []bool{false, true} {
			for _, s := range senders {
				if v6 && limit < 1280 {
					continue // no path of IPv6's (RFC 8200 §5)
				}
				cfg := tcp.Default()
				s.change(&cfg)
				cfg.BlackHole = true
				if d, ok := through(t, cfg, v6, limit); !ok || d > 40*time.Second {
					t.Errorf("%s, IPv6 %v: through a path of %d octets: %v after %v", s.name, v6, limit, ok, d)
				}
				cfg.BlackHole = false
				if _, ok := through(t, cfg, v6, limit); ok {
					t.Errorf("%s, IPv6 %v: through a path of %d octets without BlackHole: it eats nothing", s.name, v6, limit)
				}
			}
		}
	}
}

// through sends 100,000 octets, and some before them that are no matter of size, over a path that takes packets of so many
// octets. It says when the last came, and whether it did.
func through(t *testing.T, cfg tcp.Config, v6 bool, limit int) (time.Duration, bool) {
	p := newPair(cfg)
	p.checked(t)
	p.drop = func(_ int, b []byte) bool { return len(b) > limit }
	l, a := p.listen(t, v6), p.connect(t, v6)
	p.for10ms()
	b, _, err := l.Accept()
	must(t, err)
	text, buf := random(100_000), make([]byte, 10_000)
	must(t, a.Connect(p.now, b.LocalAddr()))
	for sent, got := 0, 0; ; {
		for sent < len(text) {
			n, err := a.Write(p.now, text[sent:min(len(text), sent+1+sent)])
			if err != nil {
				break
			}
			sent += n
		}
		for {
			n, err := b.Read(p.now, buf)
			if err != nil {
				break
			}
			if string(buf[:n]) != string(text[got:got+n]) {
				t.Fatal("what came is not what was sent")
			}
			got += n
		}
		if got == len(text) {
			return p.now, true
		}
		if !p.step(10 * time.Minute) {
			return p.now, false
		}
	}
}
