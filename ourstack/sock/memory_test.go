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
	d, e := warmPipe(t)
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

// warmPipe is a cable that has had as many packets of full size on it as it can hold, and keeps their memory.
func warmPipe(t testing.TB) (d, e sock.Device) {
	t.Helper()
	d, e = sock.Pipe()
	packet := make([]byte, 1500)
	const places = 4096
	for range places {
		must(t, second(d.Write(packet)))
		must(t, second(e.Write(packet)))
	}
	for range places {
		must(t, second(d.Read(packet)))
		must(t, second(e.Read(packet)))
	}
	return d, e
}

func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
