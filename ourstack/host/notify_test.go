package host

import (
	"net/netip"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// A waiter that asks Poll only when it is notified misses nothing: the open, the accept, text, room to send, the end of the
// stream, a reset, a time-out.
func TestNotify(t *testing.T) {
	t.Parallel()
	cfg := immediate()
	cfg.SendBuffer, cfg.ReceiveBuffer = 4000, 4000
	p := newPair(cfg)
	at := netip.AddrPortFrom(addr4[1], 80)
	told := map[string]int{}
	tell := func(who string) func() { return func() { told[who]++ } }
	expect := func(who string, what string) {
		t.Helper()
		told = map[string]int{}
		p.run(p.now + time.Second)
		if told[who] == 0 {
			t.Errorf("%s was not notified of %s", who, what)
		}
	}

	listener := p.hosts[1].Socket(false)
	listener.Notify(tell("listener"))
	must(t, listener.Bind(at))
	must(t, listener.Listen(1))
	client := p.hosts[0].Socket(false)
	client.Notify(tell("client"))
	if err := client.Connect(p.now, at); err != EINPROGRESS {
		t.Fatal(err)
	}
	expect("listener", "a connection to accept")
	if told["client"] == 0 {
		t.Error("client was not notified of its open")
	}
	must(t, client.Connect(p.now, at))
	server, _, err := listener.Accept()
	must(t, err)
	server.Notify(tell("server"))

	for client.SendFree() > 0 {
		if _, err := client.Write(p.now, make([]byte, 500)); err != nil {
			t.Fatal(err)
		}
	}
	expect("server", "text")
	if told["client"] == 0 {
		t.Error("client was not notified of room to send")
	}
	if n, err := server.Read(p.now, make([]byte, 8000)); n != 4000 || err != nil {
		t.Fatalf("read %d octets, %v, expected 4000", n, err)
	}
	must(t, client.Shutdown(p.now, false, true))
	expect("server", "the end of the stream")
	server.SetLinger(true, 0)
	must(t, server.Close(p.now))
	expect("client", "a reset")
	if told["server"] != 0 {
		t.Error("a closed socket was notified")
	}

	// Nobody answers: the open times out.
	p.drop = func(int, []byte) bool { return true }
	lonely := p.hosts[0].Socket(false)
	lonely.Notify(tell("lonely"))
	if err := lonely.Connect(p.now, at); err != EINPROGRESS {
		t.Fatal(err)
	}
	told = map[string]int{}
	p.run(p.now + 10*time.Minute)
	if told["lonely"] == 0 {
		t.Error("a socket was not notified of the time-out")
	}
	if status, _ := lonely.Status(); status.State != tcp.Closed || status.Resent != 7 {
		t.Errorf("the open is at %v after %d retransmissions, expected CLOSED after 7", status.State, status.Resent)
	}
	lonely.Notify(nil)
}
