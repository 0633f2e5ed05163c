package sock

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/twinstack/twinstack/ourstack/host"
	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// Config is what a stack stands on.
type Config struct {
	Addrs []netip.Addr // the stack's own, IPv4 and IPv6; the first of a family is the source of Dial
	MTU   int          // octets of the largest IP packet that the device takes; 0 means 1500
	TCP   tcp.Config   // what connections begin with; the zero Config stands for DefaultTCP()
	// Seed is what initial sequence numbers and ephemeral ports come from; 0 draws it from crypto/rand, as any stack should
	// that a stranger can reach.
	Seed uint64
	// MaxTimeWait is how many connections in TIME-WAIT are kept, the oldest of more making room; 0 means 16384.
	MaxTimeWait int
}

// DefaultTCP is tcp.Default with buffers of 1 MiB, which hold what is under way on a path of 80 Mbit/s and 100 ms; that for
// receiving grows to 4 MiB where what is read in a round trip is worth it, and all together by 64 MiB. The smallest RTO is
// 200 ms, as is usual where delayed ACKs take no longer; Nagle's algorithm is off, as where connections of package net begin;
// and paths that lose large packets in silence, of which there are many, are found out.
func DefaultTCP() tcp.Config {
	cfg := tcp.Default()
	cfg.SendBuffer, cfg.ReceiveBuffer = 1<<20, 1<<20
	cfg.AutoTune, cfg.AutoTuneAll = 4<<20, 64<<20
	cfg.RTOMin = 200 * time.Millisecond
	cfg.Nagle = false
	cfg.BlackHole = true
	return cfg
}

// Stack is one IP host with its TCP. Its methods, and those of its connections and listeners, may be called from any
// goroutine.
//
// One mutex guards the host. Packets come by one goroutine, that reads the device; time comes by one timer, set to the
// host's next deadline; and calls that block wait for a condition of their own.
type Stack struct {
	device Device
	start  time.Time
	addrs  []netip.Addr
	done   chan struct{} // closed once the reader has ended

	mu    sync.Mutex
	host  *host.Host
	timer *time.Timer
	armed bool          // the timer will fire
	fires time.Duration // when
	open  map[closer]struct{}
	down  error // why the stack is closed; nil while it is not
}

// closer is a connection or a listener; shut ends it, with the lock held.
type closer interface{ shut(why error) }

// New makes a stack on a device, which is the stack's from then on: Stack.Close closes it. The error says which part of cfg
// does not do.
func New(device Device, cfg Config) (*Stack, error) {
	if cfg.TCP == (tcp.Config{}) {
		cfg.TCP = DefaultTCP()
	}
	if err := cfg.TCP.Check(); err != nil {
		return nil, fmt.Errorf("sock: %w", err)
	}
	if cfg.MTU == 0 {
		cfg.MTU = 1500
	}
	for _, a := range cfg.Addrs {
		if !ip.ValidSource(a) || a.Zone() != "" {
			return nil, fmt.Errorf("sock: %v is no address that a host may have", a)
		}
	}
	if cfg.MTU < 68 || cfg.MTU > 65535 {
		return nil, fmt.Errorf("sock: an MTU of %d octets, expected 68 to 65535", cfg.MTU) // RFC 791 §3.2
	}
	seed := cfg.Seed
	if seed == 0 {
		var b [8]byte
		if _, err := rand.Read(b[:]); err != nil {
			return nil, err
		}
		seed = binary.BigEndian.Uint64(b[:])
	}
	s := &Stack{device: device, start: time.Now(), addrs: slices.Clone(cfg.Addrs), done: make(chan struct{}), open: map[closer]struct{}{}}
	s.host = host.New(host.Config{
		Addrs: cfg.Addrs, MTU: cfg.MTU, Seed: seed, TCP: cfg.TCP, MaxTimeWait: cfg.MaxTimeWait,
		Send: func(packet []byte) {
			// What the device does not take is lost, as on any network, and sent again.
			_, _ = device.Write(packet)
		},
	})
	s.timer = time.AfterFunc(time.Hour, s.tick)
	s.timer.Stop()
	go s.read(max(cfg.MTU, 65535))
	return s, nil
}

// Close ends the stack. Its listeners close; its connections are reset, so that their peers learn of it; calls that wait
// fail with net.ErrClosed. No goroutine is left when it returns. It returns what the device's Close does.
func (s *Stack) Close() error {
	s.mu.Lock()
	if s.down == nil {
		s.shut(net.ErrClosed)
	}
	s.mu.Unlock()
	err := s.device.Close()
	<-s.done
	return err
}

// shut ends all that is open. The caller holds the lock.
func (s *Stack) shut(why error) {
	s.down = why
	for c := range s.open {
		c.shut(why)
	}
	s.timer.Stop()
}

// Counters are the host's counts of what was dropped, and why.
func (s *Stack) Counters() host.Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.host.Counters()
}

// now is the host's time.
func (s *Stack) now() time.Duration { return time.Since(s.start) }

// read gives the host what comes, until the device ends.
func (s *Stack) read(longest int) {
	defer close(s.done)
	packet := make([]byte, longest)
	for {
		n, err := s.device.Read(packet)
		s.mu.Lock()
		if s.down != nil {
			s.mu.Unlock()
			return
		}
		if err != nil {
			s.shut(err)
			s.mu.Unlock()
			return
		}
		s.host.Deliver(s.now(), packet[:n])
		s.unlock()
	}
}

// tick is the timer's.
func (s *Stack) tick() {
	s.mu.Lock()
	if s.down == nil {
		s.armed = false
		s.host.Poll(s.now())
	}
	s.unlock()
}

// unlock ends what may have changed the host.
func (s *Stack) unlock() {
	s.arm()
	s.mu.Unlock()
}

// arm sees to it that the timer fires when the host is next due. A deadline that has moved away is left to be found out
// when the timer fires: most move with each ACK.
func (s *Stack) arm() {
	at, ok := s.host.NextDeadline()
	if !ok || s.armed && s.fires <= at || s.down != nil {
		return
	}
	s.armed, s.fires = true, at
	s.timer.Reset(at - s.now())
}

// gate is where calls wait for something to come true.
type gate struct {
	cond    sync.Cond
	waiting int
}

// wait waits for wake, and may return without. The caller holds the stack's lock, and has it again afterwards.
func (g *gate) wait(s *Stack) {
	s.arm()
	g.cond.L = &s.mu
	g.waiting++
	g.cond.Wait()
	g.waiting--
}

func (g *gate) wake() {
	if g.waiting > 0 {
		g.cond.Broadcast()
	}
}
