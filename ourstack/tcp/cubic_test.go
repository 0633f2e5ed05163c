package tcp

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// growth lets CUBIC grow in congestion avoidance for so long, with an ACK of two segments at a time, at a round trip time
// of 100 ms and with cwnd always filled; it gives cwnd in segments at the end.
func growth(q *cubic, c *congestion, from, until time.Duration) float64 {
	const mss = 1000
	now := from
	for now < until {
		// A round trip is as many ACKs as there are pairs of segments.
		now += 100 * time.Millisecond * 2 * mss / time.Duration(c.cwnd)
		q.avoid(now, c, ack{n: 2 * mss, flight: c.cwnd, mss: mss, srtt: 100 * time.Millisecond})
	}
	return float64(c.cwnd) / mss
}

// RFC 9438 §4.
func TestCUBIC(t *testing.T) {
	t.Parallel()
	const mss = 1000
	about := func(what string, got, want, tolerance float64) {
		t.Helper()
		if math.Abs(got-want) > tolerance {
			t.Errorf("%s: %.2f, want %.2f", what, got, want)
		}
	}
	// A window of 1000 segments, and a loss: 700, and K = cbrt(300 / 0.4) = 9.09 s until it is 1000 again.
	var q cubic
	c := congestion{cwnd: 1000 * mss}
	c.ssthresh = q.reduce(&c, 2*mss, c.cwnd)
	c.cwnd = c.ssthresh
	about("§4.6: cwnd after a loss", float64(c.cwnd)/mss, 700, 0)
	for _, x := range []struct{ at, want float64 }{{3, 909}, {6, 988}, {9.08, 1000}, {12, 1010}, {15, 1082}} {
		from := time.Duration(0)
		if q.begun {
			from = q.last
		}
		about("W_cubic", growth(&q, &c, from, time.Duration(x.at*float64(time.Second))), x.want, 5) // cwnd is on its way there
	}
	if d := q.k; math.Abs(d-9.09) > 0.01 {
		t.Errorf("K is %f", d)
	}
	// §4.7: a loss below W_max lowers it.
	c.cwnd = 800 * mss
	q.reduce(&c, 2*mss, c.cwnd)
	about("W_max after a second loss", q.wMax/mss, 680, 0.01)
	about("cwnd_prior", q.prior/mss, 800, 0)
	// The floor of two segments.
	if got := q.reduce(&c, 2*mss, 2*mss); got != 2*mss {
		t.Errorf("ssthresh %d", got)
	}
}

// §4.3: where windows are small, as fast as Reno; with alpha 1 from the window before the loss on.
func TestCUBICIsFriendly(t *testing.T) {
	t.Parallel()
	const mss = 1000
	var q cubic
	c := congestion{cwnd: 20 * mss}
	c.cwnd = q.reduce(&c, 2*mss, c.cwnd) // 14
	got := growth(&q, &c, 0, time.Second)
	if want := 14 + 10*cubicRise; math.Abs(got-want) > 1 {
		t.Errorf("after 10 round trips cwnd is %.1f, want about %.1f", got, want)
	}
	before := growth(&q, &c, q.last, q.last+2*time.Second)
	if before < 20 {
		t.Fatalf("W_est is %.1f", before)
	}
	c.cwnd = 25 * mss
	q.wEst, q.wMax = float64(c.cwnd), 1000*mss // far from the plateau
	q.k = 100
	if after := growth(&q, &c, q.last, q.last+time.Second); after < 34 || after > 36 {
		t.Errorf("beyond cwnd_prior it grows by %.1f in 10 round trips, want 10", after-25)
	}
}

// §4.2: the target is at most half as much again as cwnd; time in which cwnd was not the limit does not count.
func TestCUBICTakesNoLeap(t *testing.T) {
	t.Parallel()
	const mss = 1000
	at := func(idle func(q *cubic, c *congestion)) int {
		var q cubic
		c := congestion{cwnd: 100 * mss}
		c.cwnd = q.reduce(&c, 2*mss, c.cwnd)
		growth(&q, &c, 0, time.Second)
		idle(&q, &c)
		q.avoid(time.Hour, &c, ack{n: 2 * mss, flight: c.cwnd, mss: mss, srtt: 100 * time.Millisecond})
		return c.cwnd
	}
	steady := at(func(q *cubic, c *congestion) { q.paused(time.Hour - q.last) })
	if leap := at(func(*cubic, *congestion) {}); leap <= steady || leap > steady+mss/2 {
		t.Errorf("an hour that counts makes %d of %d", leap, steady)
	}
	limited := at(func(q *cubic, c *congestion) {
		for now := q.last; now < time.Hour; now += time.Second {
			q.avoid(now, c, ack{n: 2 * mss, flight: c.cwnd / 2, mss: mss, srtt: 100 * time.Millisecond})
		}
	})
	if limited < steady-mss || limited > steady+mss/10 {
		t.Errorf("after an hour of little to send cwnd is %d, want about %d", limited, steady)
	}
}

// §4.8: after a timeout the first stage is flat where it begins; ssthresh is 0.7 of what was on its way.
func TestCUBICTimeout(t *testing.T) {
	t.Parallel()
	cfg := Default()
	cfg.WindowScale, cfg.Timestamps, cfg.SACK = false, false, false
	b := newBench(t, cfg, 77, 88)
	for _, list := range []steps{passive, {{"send 10000", ""}, {"wait 1s", ""}}} {
		for _, x := range list {
			b.do(x[0])
		}
	}
	if c := &b.tcb.cc; c.cwnd != 1000 || c.ssthresh != 7000 {
		t.Errorf("cwnd %d, ssthresh %d", c.cwnd, c.ssthresh)
	}
	q := &b.tcb.cc.cubic
	b.tcb.cc.cwnd = 7000
	q.avoid(b.now, &b.tcb.cc, ack{n: 1000, flight: 7000, mss: 1000})
	if q.k != 0 || q.wMax != 7000 {
		t.Errorf("K %f, W_max %f", q.k, q.wMax)
	}
}

// §4.2: slow start after a time of silence is followed by a stage of its own: neither W_est nor the time of the one before
// makes cwnd leap, and W_max is still that of the last loss.
func TestCUBICBeginsAnewAfterSlowStart(t *testing.T) {
	t.Parallel()
	const mss = 1000
	var q cubic
	c := congestion{cwnd: 20 * mss}
	c.ssthresh = q.reduce(&c, mss, c.cwnd)
	c.cwnd = c.ssthresh
	growth(&q, &c, 0, 2*time.Second)
	if c.cwnd < 19*mss {
		t.Fatalf("cwnd %d", c.cwnd)
	}
	q.slowStart()
	c.cwnd = c.ssthresh + mss
	q.avoid(time.Minute, &c, ack{n: mss, flight: c.cwnd, mss: mss, srtt: 100 * time.Millisecond})
	if d := c.cwnd - c.ssthresh - mss; d <= 0 || d > mss/10 || q.wMax != 20*mss || q.epoch != time.Minute {
		t.Errorf("the first ACK adds %d octets, W_max %v, epoch %v", d, q.wMax, q.epoch)
	}
}

// A window that is not filled does not grow, whatever the algorithm (RFC 9438 §5.8).
func TestUnusedWindowDoesNotGrow(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []Algorithm{Reno, CUBIC} {
		for _, ssthresh := range []int{1 << 30, 5000} { // slow start, congestion avoidance
			cfg := Default()
			cfg.WindowScale, cfg.Timestamps, cfg.SACK, cfg.CongestionControl = false, false, false, algorithm
			b := newBench(t, cfg, 77, 88)
			for _, x := range passive {
				b.do(x[0])
			}
			c := &b.tcb.cc
			c.ssthresh = ssthresh
			for i := range 20 {
				b.do("send 1000")
				b.do(fmt.Sprintf("< . 1(0) %d", 1001+i*1000))
			}
			if c.cwnd != 10000 {
				t.Errorf("%v: cwnd of ten segments has become %d, with one on its way at a time", algorithm, c.cwnd)
			}
			b.do("send 10000")
			if b.do("< . 1(0) 21001"); c.cwnd <= 10000 {
				t.Errorf("%v: cwnd is %d, and was filled", algorithm, c.cwnd)
			}
		}
	}
}

// An idle connection's time does not count, either: the connection tells the algorithm.
func TestCUBICPausesWithTheConnection(t *testing.T) {
	t.Parallel()
	cfg := Default()
	cfg.WindowScale, cfg.Timestamps, cfg.SACK = false, false, false
	b := newBench(t, cfg, 77, 88)
	for _, x := range append(passive, [2]string{"send 1000", ""}, [2]string{"wait 10ms", ""}, [2]string{"< . 1(0) 1001", ""}) {
		b.do(x[0])
	}
	q := &b.tcb.cc.cubic
	before := q.epoch
	b.do("wait 7s")
	b.do("send 10")
	if d := q.epoch - before; d != 7*time.Second {
		t.Errorf("the epoch moved by %v", d)
	}
}
