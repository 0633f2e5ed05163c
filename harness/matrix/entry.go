package matrix

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

//go:embed entries/*.pkt
var files embed.FS

// Labels of entries.
const (
	leading    = "leading"    // the entry of its state that further crossings take
	reduced    = "reduced"    // crossed with the reduced core alone
	timestamps = "timestamps" // segments carry timestamps (RFC 7323 §3)
	sack       = "sack"       // the IUT permits SACK (RFC 2018): its events, and no ICMP
	keepalive  = "keepalive"  // keep-alives are on (RFC 9293 §3.8.4): their events, and no ICMP
	ecn        = "ecn"        // crossed with what speaks of congestion alone (RFC 3168)
)

var labels = []string{leading, reduced, timestamps, sack, keepalive, ecn}

// Entry is one way into one state.
type Entry struct {
	Name  string // of its file, without .pkt
	Title string

	// Conn and Listener are the descriptors of the connection and of the listener; 0 where the user has none.
	Conn, Listener int

	Buffer uint32 // octets that a new connection offers as its window

	Leading    bool // one of those that further crossings take
	Reduced    bool // crossed with the reduced core alone
	Timestamps bool // its segments carry timestamps
	SACK       bool // the IUT permits SACK
	KeepAlive  bool // keep-alives are on
	ECN        bool // crossed with what speaks of congestion alone

	files [2]*script.File // over IPv4 and IPv6, as Print writes them
	lines int             // of each of the two
}

// File is the entry's script over a family. It is shared: nobody may change it.
func (e *Entry) File(ipv6 bool) *script.File { return e.files[index(ipv6)] }

// Lines is how many lines the script has when it is printed: the first event that follows stands on the next.
func (e *Entry) Lines() int { return e.lines }

func index(ipv6 bool) int {
	if ipv6 {
		return 1
	}
	return 0
}

// Entries are all entry paths, in the order of their names. They are read once. The error is of the first file that is no
// script.
var Entries = sync.OnceValues(func() ([]*Entry, error) {
	names, err := files.ReadDir("entries")
	if err != nil {
		return nil, err
	}
	var all []*Entry
	for _, n := range names {
		src, err := files.ReadFile("entries/" + n.Name())
		if err != nil {
			return nil, err
		}
		e, err := newEntry("entries/"+n.Name(), src)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
})

// newEntry reads an entry. It is printed and read again for each family, so that its lines are those of a case that is
// printed.
func newEntry(name string, src []byte) (*Entry, error) {
	f, err := script.Parse(name, src)
	if err != nil {
		return nil, err
	}
	e := &Entry{Name: strings.TrimSuffix(name[strings.LastIndexByte(name, '/')+1:], ".pkt"), Title: f.Header.Title}
	for _, l := range f.Header.Labels {
		switch l.Text {
		case leading:
			e.Leading = true
		case reduced:
			e.Reduced = true
		case timestamps:
			e.Timestamps = true
		case sack:
			e.SACK = true
		case keepalive:
			e.KeepAlive = true
		case ecn:
			e.ECN = true
		default:
			return nil, fmt.Errorf("%s:%v: found label %q, expected one of %s", name, l.Pos, l.Text, strings.Join(labels, ", "))
		}
	}
	for _, set := range f.Header.Settings {
		if set.Name == "ReceiveBuffer" {
			n, err := strconv.ParseUint(set.Value, 10, 30)
			if err != nil {
				return nil, fmt.Errorf("%s:%v: found %q, expected a number of octets", name, set.Pos, set.Value)
			}
			e.Buffer = uint32(n)
		}
	}
	if e.Buffer == 0 {
		return nil, fmt.Errorf("%s: found no receive buffer, expected a line like \"// set: ReceiveBuffer=8192\"", name)
	}
	if len(f.Options) > 0 {
		return nil, fmt.Errorf("%s:%v: found an option, expected none: an entry is of both families", name, f.Options[0].Pos)
	}
	e.sockets(f)
	for i, family := range []string{"ipv4", "ipv6"} {
		f.Options = []script.Flag{{Name: "ip_version", Value: family}}
		text := script.Print(f)
		if e.files[i], err = script.Parse(name, text); err != nil {
			return nil, err
		}
		e.lines = bytes.Count(text, []byte("\n"))
	}
	return e, nil
}

// sockets finds the descriptors that the script leaves open.
func (e *Entry) sockets(f *script.File) {
	closed := func(fd int) {
		if fd == e.Conn {
			e.Conn = 0
		}
		if fd == e.Listener {
			e.Listener = 0
		}
	}
	for i := range f.Events {
		call := f.Events[i].Call
		if call == nil {
			continue
		}
		fd := 0
		if len(call.Args) > 0 && call.Args[0].Kind == script.Int {
			fd = int(call.Args[0].Int)
		}
		switch call.Name {
		case "socket":
			e.Conn = int(call.Result.Int) // until it listens
		case "listen":
			e.Conn, e.Listener = 0, fd
		case "accept":
			e.Conn = int(call.Result.Int)
		case "close":
			closed(fd)
		}
	}
}

// ends are the states that the script says the IUT is in at its end: those of the last assertion's paths.
func (e *Entry) ends() (states []trace.State) {
	events := e.files[0].Events
	for i := range slices.Backward(events) {
		if s := events[i].States; s != nil {
			for _, path := range append([][]trace.State{s.Path}, s.Or...) {
				states = append(states, path[len(path)-1])
			}
			return states
		}
	}
	return nil
}
