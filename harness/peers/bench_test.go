package peers_test

import (
	"io"
	"testing"

	"github.com/twinstack/twinstack/ourstack/sock"
)

// BenchmarkBulk sends from a to b as fast as it goes.
func BenchmarkBulk(b *testing.B) {
	for _, p := range pairs {
		b.Run(p.name, func(b *testing.B) { bulk(b, p.make(b, sock.Config{})) })
	}
}

func bulk(b *testing.B, hosts pair) {
	defer hosts.close()
	client, server, stop, err := hosts.connect(0)
	if err != nil {
		b.Fatal(err)
	}
	defer stop()
	const chunk = 128 << 10
	read := make(chan error, 1)
	go func() {
		_, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{server}, make([]byte, chunk))
		read <- err
	}()
	b.SetBytes(chunk)
	b.ReportAllocs()
	p := make([]byte, chunk)
	for b.Loop() {
		if _, err := client.Write(p); err != nil {
			b.Fatal(err)
		}
	}
	if err := client.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		b.Fatal(err)
	}
	if err := <-read; err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPingPong sends an octet there and back.
func BenchmarkPingPong(b *testing.B) {
	for _, p := range pairs {
		b.Run(p.name, func(b *testing.B) {
			hosts := p.make(b, sock.Config{})
			defer hosts.close()
			client, server, stop, err := hosts.connect(0)
			if err != nil {
				b.Fatal(err)
			}
			defer stop()
			go io.Copy(struct{ io.Writer }{server}, struct{ io.Reader }{server})
			b.ReportAllocs()
			var p [1]byte
			for b.Loop() {
				if _, err := client.Write(p[:]); err != nil {
					b.Fatal(err)
				}
				if _, err := client.Read(p[:]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
