package host

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// TestTransfers moves text both ways under any settings and ends each stream with a FIN: small windows and buffers, slow
// readers, loss, an open from one side or from both at once. Whatever waits, goes on in the end.
func TestTransfers(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	for i := range 150 {
		cfg := tcp.Default()
		cfg.SynRetries, cfg.DataRetries = 100, 100
		cfg.Nagle, cfg.DelayedACK = r.IntN(2) == 0, r.IntN(2) == 0
		cfg.SACK, cfg.RACK, cfg.CongestionControl = r.IntN(3) > 0, r.IntN(2) == 0, tcp.Algorithm(r.IntN(2))
		cfg.ReceiveBuffer = []int{1, 7, 100, 536, 1461, 3000, 65535, 200_000}[r.IntN(8)]
		cfg.SendBuffer = []int{1, 100, 3000, 65535}[r.IntN(4)]
		x := &transfer{t: t, r: r, pair: newPair(cfg), total: 1 + r.IntN(3000)}
		x.checked(t)
		if every := []int{0, 0, 3, 10}[r.IntN(4)]; every > 0 {
			x.drop = func(int, []byte) bool { return r.IntN(every) == 0 }
		}
		x.open(r.IntN(3) == 0)
		for x.now < 100*time.Hour && !(x.eof[0] && x.eof[1]) {
			x.calls()
			if !x.step(x.now + time.Second) {
				x.now += time.Second
			}
		}
		if x.got != [2]int{x.total, x.total} || x.eof != [2]bool{true, true} {
			t.Fatalf("transfer %d, %+v: sent %v, received %v of %d, ends %v, states %s/ %s",
				i, cfg, x.sent, x.got, x.total, x.eof, x.states(0), x.states(1))
		}
	}
}

// transfer is two sockets that each send total octets and then close.
type transfer struct {
	*pair
	t         *testing.T
	r         *rand.Rand
	total     int
	ends      [2]*Socket
	listener  *Socket // until it has accepted
	sent, got [2]int
	shut, eof [2]bool
}

func (x *transfer) open(simultaneous bool) {
	if !simultaneous {
		x.listener = x.listen(x.t, false)
		x.ends[0] = x.connect(x.t, false)
		return
	}
	at := [2]netip.AddrPort{netip.AddrPortFrom(addr4[0], 5000), netip.AddrPortFrom(addr4[1], 6000)}
	for i := range x.ends {
		x.ends[i] = x.hosts[i].Socket(false)
		must(x.t, x.ends[i].Bind(at[i]))
	}
	for i := range x.ends {
		if err := x.ends[i].Connect(x.now, at[1-i]); err != EINPROGRESS {
			x.t.Fatal(err)
		}
	}
}

// calls makes the calls that each user makes now: all that can be written, and sometimes all that can be read.
func (x *transfer) calls() {
	if x.listener != nil {
		if s, _, err := x.listener.Accept(); err == nil {
			x.ends[1], x.listener = s, nil
		}
	}
	var buf [5000]byte
	for i, s := range x.ends {
		if s == nil {
			continue
		}
		for x.sent[i] < x.total {
			n, err := s.Write(x.now, buf[:min(1+x.r.IntN(2000), x.total-x.sent[i])])
			if err == EAGAIN {
				break
			}
			must(x.t, err)
			x.sent[i] += n
		}
		if x.sent[i] == x.total && !x.shut[i] {
			x.shut[i] = true
			must(x.t, s.Shutdown(x.now, false, true))
		}
		for !x.eof[i] && x.r.IntN(3) == 0 {
			n, err := s.Read(x.now, buf[:1+x.r.IntN(3000)])
			if err == EAGAIN {
				break
			}
			must(x.t, err)
			x.got[i] += n
			x.eof[i] = n == 0
		}
	}
}
