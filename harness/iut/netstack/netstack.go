// Package netstack is the adapter of gVisor's netstack: one fresh stack a host, on the harness's link and clock.
//
// What gVisor's system-call layer does between an application and the stack is done here in the same way, read from
// gVisor's pkg/sentry/socket/netstack: errors become errno names, listen(n) queues n+1, SO_RCVBUF is doubled. What that
// layer does by blocking is left out: close with SO_LINGER does not wait.
package netstack

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"gvisor.dev/gvisor/pkg/log"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"github.com/twinstack/twinstack/harness/iut"
)

func init() {
	// Netstack logs what it drops, with the time of day; a case that makes it drop something says so itself.
	log.SetLevel(log.Warning)
	iut.Register(IUT{})
}

// IUT is netstack as an implementation under test. The zero value is ready for use.
type IUT struct{}

// Name implements iut.IUT.
func (IUT) Name() string { return "netstack" }

// Version is the version of the gVisor module that is built in.
func (IUT) Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, module := range info.Deps {
		if module.Path == "gvisor.dev/gvisor" {
			return module.Version
		}
	}
	return "unknown"
}

// ISNTick is the period of the clock in netstack's ISNs: a keyed hash of the addresses and ports plus the monotonic
// nanoseconds, shifted right by 6 (generateSecureISN in tcp/connect.go).
func (IUT) ISNTick() time.Duration { return 64 * time.Nanosecond }

// uptime is what a stack's clock reads at least. Netstack takes the zero of its monotonic clock for "never" (in
// allowOutOfWindowAck, for one), so no case may run there. It is one whole turn of the ISN clock, 2^32 ticks, and so
// changes no ISN.
const uptime = 64 * time.Nanosecond << 32

// nic is the number of the one network interface.
const nic tcpip.NICID = 1

// internet makes the IPv4 of every stack. What the stacks share by it are the identifications of their packets, which are
// random in any case: drawing 8 KiB of them for each stack would be the largest part of making one.
var internet = ipv4.NewProtocolWithOptions(ipv4.Options{})

// New makes a stack with IPv4, IPv6 and TCP on cfg.Link, with a default route for either family. Duplicate address
// detection and router solicitation are off, so that only what a case does is on the link. The error says which part of
// cfg does not do.
func (IUT) New(cfg iut.Config) (iut.Host, error) {
	if cfg.Clock == nil || cfg.Link == nil {
		return nil, errors.New("netstack: a host needs a clock and a link")
	}
	random := newRandom(cfg.Seed)
	h := &host{autoTuning: cfg.Settings.AutoTuning, rounds: settleRounds(runtime.GOMAXPROCS(0))}
	h.stack = stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{internet, ipv6.NewProtocolWithOptions(ipv6.Options{})},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
		Clock:              cfg.Clock.View(uptime + cfg.Epoch),
		RandSource:         random,
		SecureRNG:          random,
	})
	if err := h.configure(cfg); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

func (h *host) configure(cfg iut.Config) error {
	if err := applySettings(h.stack, cfg.Settings); err != nil {
		return err
	}
	if err := h.stack.CreateNIC(nic, cfg.Link.LinkEndpoint()); err != nil {
		return fmt.Errorf("netstack: %v", err)
	}
	for _, a := range cfg.Addrs {
		if !a.IsValid() {
			return errors.New("netstack: an address of the host is the zero Addr")
		}
		address := tcpip.ProtocolAddress{Protocol: header.IPv6ProtocolNumber, AddressWithPrefix: tcpip.AddrFromSlice(a.AsSlice()).WithPrefix()}
		if a.Is4() {
			address.Protocol = header.IPv4ProtocolNumber
		}
		if err := h.stack.AddProtocolAddress(nic, address, stack.AddressProperties{}); err != nil {
			return fmt.Errorf("netstack: address %v: %v", a, err)
		}
	}
	h.stack.SetRouteTable([]tcpip.Route{
		{Destination: header.IPv4EmptySubnet, NIC: nic},
		{Destination: header.IPv6EmptySubnet, NIC: nic},
	})
	return nil
}
