package tcp

import (
	"math"
	"time"
)

// cubic is CUBIC (RFC 9438). Windows are in octets, times in seconds since the epoch.
type cubic struct {
	wMax      float64       // W_max
	wEst      float64       // W_est
	prior     float64       // cwnd_prior
	k         float64       // K
	epoch     time.Duration // t_epoch: when this stage of congestion avoidance began, later by the pauses since
	last      time.Duration // when cwnd could last have grown
	remainder float64       // what of cwnd is less than an octet
	begun     bool          // the stage has begun
	flat      bool          // it is the first since a timeout: W_max is where it begins (§4.8)
}

const (
	cubicC    = 0.4                                   // C, in segments a second cubed (§5.1)
	cubicBeta = 0.7                                   // β_cubic (§4.6)
	cubicRise = 3 * (1 - cubicBeta) / (1 + cubicBeta) // α_cubic (§4.3)
)

// begin is the start of a stage of congestion avoidance (§4.2).
func (q *cubic) begin(now time.Duration, c *congestion, mss float64) {
	cwnd := float64(c.cwnd)
	q.begun, q.epoch, q.last = true, now, now
	q.wEst, q.remainder = cwnd, 0
	if q.flat || q.wMax < cwnd {
		q.wMax = cwnd
		q.prior = max(q.prior, cwnd)
	}
	q.flat = false
	q.k = math.Cbrt((q.wMax - cwnd) / mss / cubicC)
}

// window is W_cubic(t) (equation 1). The conversion rounds the product, so that no processor's fused multiply-add makes
// another window.
func (q *cubic) window(t time.Duration, mss float64) float64 {
	d := t.Seconds() - q.k
	return float64(cubicC*mss*d*d*d) + q.wMax
}

// avoid is §4.2 to §4.5. "Elapsed time … MUST NOT include periods during which cwnd has not been updated due to
// application-limited behavior": then nothing grows, either.
func (q *cubic) avoid(now time.Duration, c *congestion, a ack) {
	mss := float64(a.mss)
	if !q.begun {
		q.begin(now, c, mss)
	}
	if !a.filled(c.cwnd) {
		q.paused(now - q.last)
		q.last = now
		return
	}
	q.last = now
	cwnd, t := float64(c.cwnd)+q.remainder, now-q.epoch
	rise := float64(cubicRise)
	if q.wEst >= q.prior {
		rise = 1
	}
	q.wEst += rise * mss * float64(a.n) / cwnd // equation 4
	if q.window(t, mss) < q.wEst {
		cwnd = max(cwnd, q.wEst) // §4.3, the Reno-friendly region
	} else {
		target := min(max(q.window(t+a.srtt, mss), cwnd), 1.5*cwnd)
		cwnd += mss * (target - cwnd) / cwnd // §4.4, §4.5
	}
	c.cwnd = int(cwnd)
	q.remainder = cwnd - float64(c.cwnd)
}

// reduce is §4.6 and §4.7, with fast convergence.
func (q *cubic) reduce(c *congestion, least, flight int) int {
	cwnd := float64(c.cwnd)
	if q.prior = cwnd; cwnd < q.wMax {
		q.wMax = cwnd * (1 + cubicBeta) / 2
	} else {
		q.wMax = cwnd
	}
	q.begun, q.flat = false, false
	return max(int(cubicBeta*float64(flight)), least)
}

// slowAtSsthresh: CUBIC "MUST employ a slow-start algorithm, when cwnd is no more than ssthresh" (§4.10).
func (q *cubic) slowAtSsthresh() bool { return true }

// slowStart ends a stage: what follows slow start is the next, also after a time of silence (RFC 5681 §4.1). W_est and the
// time of the one before would make cwnd leap.
func (q *cubic) slowStart() { q.begun = false }

func (q *cubic) timedOut() { q.begun, q.flat = false, true }

func (q *cubic) paused(d time.Duration) {
	q.epoch += d
	q.last += d
}
