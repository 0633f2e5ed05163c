package sock_test

import (
	"io"
	"runtime"
	"testing"

	"github.com/twinstack/twinstack/ourstack/sock"
)

// A connection that has had its buffers full and is in TIME-WAIT, where it stays for minutes, keeps none of them.
func TestTimeWaitIsSmall(t *testing.T) {
	const connections, octets = 40, 512 << 10
	d, e := sock.Pipe()
	packet := make([]byte, 1500)
	for range 5000 { // the cable has memory, too, of as many packets as it ever held
		must(t, second(d.Write(packet)))
		must(t, second(e.Write(packet)))
	}
	for range 4096 {
		must(t, second(d.Read(packet)))
		must(t, second(e.Read(packet)))
	}
	a, b, _ := over(t, sock.Config{}, d, e)
	sent := make([]byte, octets)
	live := func() {
		client, server := joined(t, a, b)
		must(t, second(client.Write(sent)))
		must(t, second(io.ReadFull(server, sent)))
		must(t, second(server.Write(sent)))
		must(t, second(io.ReadFull(client, sent)))
		must(t, client.Close())
		if err := second(server.Read(sent)); err != io.EOF {
			t.Fatal(err)
		}
		must(t, server.Close())
	}
	for range 5 { // what is kept for connections to come
		live()
	}
	before := inUse()
	for range connections {
		live()
	}
	if each := (inUse() - before) / connections; each > 16<<10 {
		t.Errorf("%d octets for each of %d connections that are closed", each, connections)
	}
}

func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
