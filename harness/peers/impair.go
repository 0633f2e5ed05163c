package peers

import (
	"container/heap"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// Impairment is what a bad path does to packets in either direction, as tc-netem(8) has it. It is done here, in user space,
// so that it needs no kernel module and hits every peer alike.
type Impairment struct {
	Delay     time.Duration // one way
	Loss      float64       // share of packets that are lost: 0 to 1
	Reorder   float64       // share of packets that are not delayed
	Duplicate float64       // share of packets that arrive twice
	Seed      uint64
}

// Bridge carries packets between two devices, of which each Read gives one and each Write takes one, over a path. It ends
// when either device does; Close them, and then wait for what it returns.
func Bridge(a, b io.ReadWriter, i Impairment) (ended <-chan struct{}) {
	done := make(chan struct{})
	var both sync.WaitGroup
	both.Go(func() { i.carry(a, b, 1) })
	both.Go(func() { i.carry(b, a, 2) })
	go func() {
		both.Wait()
		close(done)
	}()
	return done
}

// carry is one direction.
func (i Impairment) carry(from io.Reader, to io.Writer, direction uint64) {
	p := &path{to: to, wake: make(chan struct{}, 1)}
	var late sync.WaitGroup
	late.Go(p.deliver)
	defer late.Wait()
	defer p.end()
	random := rand.New(rand.NewPCG(i.Seed, direction))
	packet := make([]byte, 65535)
	for {
		n, err := from.Read(packet)
		if err != nil {
			return
		}
		lost, early, twice := random.Float64() < i.Loss, random.Float64() < i.Reorder, random.Float64() < i.Duplicate
		if lost {
			continue
		}
		due := time.Now()
		if !early {
			due = due.Add(i.Delay)
		}
		for range 1 + btoi(twice) {
			p.send(due, packet[:n])
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pathLimit is how many packets are under way at most; what comes beyond that is lost.
const pathLimit = 20_000

// path is what is under way in one direction.
type path struct {
	to   io.Writer
	wake chan struct{}

	mu     sync.Mutex
	flying flights
	serial int
	ended  bool
	spare  [][]byte
}

type flight struct {
	due    time.Time
	serial int
	packet []byte
}

func (p *path) send(due time.Time, packet []byte) {
	p.mu.Lock()
	if len(p.flying) < pathLimit {
		var copied []byte
		if n := len(p.spare); n > 0 {
			copied, p.spare = p.spare[n-1], p.spare[:n-1]
		}
		p.serial++
		heap.Push(&p.flying, flight{due, p.serial, append(copied[:0], packet...)})
	}
	p.mu.Unlock()
	p.rouse()
}

func (p *path) end() {
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.rouse()
}

func (p *path) rouse() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// deliver writes what is due, in the order in which it is.
func (p *path) deliver() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		p.mu.Lock()
		if p.ended {
			p.mu.Unlock()
			return
		}
		var next time.Duration = time.Hour
		for len(p.flying) > 0 {
			if next = time.Until(p.flying[0].due); next > 0 {
				break
			}
			f := heap.Pop(&p.flying).(flight)
			next = time.Hour
			p.mu.Unlock()
			_, _ = p.to.Write(f.packet) // what the device does not take is lost
			p.mu.Lock()
			p.spare = append(p.spare, f.packet)
		}
		p.mu.Unlock()
		timer.Reset(next)
		select {
		case <-timer.C:
		case <-p.wake:
		}
	}
}

// flights is a heap, by when they are due, then by when they were sent.
type flights []flight

func (f flights) Len() int      { return len(f) }
func (f flights) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f flights) Less(i, j int) bool {
	if c := f[i].due.Compare(f[j].due); c != 0 {
		return c < 0
	}
	return f[i].serial < f[j].serial
}
func (f *flights) Push(x any) { *f = append(*f, x.(flight)) }
func (f *flights) Pop() any {
	last := len(*f) - 1
	x := (*f)[last]
	(*f)[last] = flight{}
	*f = (*f)[:last]
	return x
}
