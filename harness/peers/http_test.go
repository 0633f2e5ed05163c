package peers_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/twinstack/twinstack/ourstack/sock"
)

// handler answers /echo with what it is sent, GET /body?n= with a body, and PUT /body with the sum of the one that it gets.
func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body) // all of it first: HTTP/1 goes one way at a time
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = w.Write(sent)
	})
	mux.HandleFunc("GET /body", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.ParseInt(r.URL.Query().Get("n"), 10, 64)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Length", strconv.FormatInt(n, 10))
		_, _ = io.CopyBuffer(w, newBody(1, n), make([]byte, 256<<10))
	})
	mux.HandleFunc("PUT /body", func(w http.ResponseWriter, r *http.Request) {
		digest, n, err := sum(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "%s %d", digest, n)
	})
	return mux
}

// net/http with TLS: 1,000 requests, 64 at a time, and one large body. Nothing is left running.
func TestHTTP(t *testing.T) {
	for _, p := range pairs[1:] {
		t.Run(p.name, func(t *testing.T) {
			g := NewWithT(t)
			before := gleak.Goroutines()
			hosts := p.make(t, sock.Config{})
			l, err := hosts.b.listen(netip.AddrPortFrom(hosts.b.addrs[0], 443))
			g.Expect(err).NotTo(HaveOccurred())
			server := httptest.NewUnstartedServer(handler())
			server.Listener.Close()
			server.Listener = l
			server.StartTLS()
			client := server.Client()
			transport := client.Transport.(*http.Transport)
			transport.DialContext = hosts.a.dial
			transport.TLSClientConfig.ServerName = "example.com" // what the certificate is for

			t.Run("1000 requests", func(t *testing.T) { requests(t, client, server.URL) })
			t.Run("one body", func(t *testing.T) {
				n := size(t, 256<<20, 32<<20)
				download(t, client, server.URL, n)
				upload(t, client, server.URL, n)
			})

			transport.CloseIdleConnections()
			server.Close()
			hosts.close()
			g.Eventually(gleak.Goroutines).WithTimeout(10 * time.Second).ShouldNot(gleak.HaveLeaked(before))
		})
	}
}

// requests makes 1,000, 64 at a time.
func requests(t *testing.T, client *http.Client, url string) {
	start := time.Now()
	work := make(chan uint64)
	var workers sync.WaitGroup
	for range 64 {
		workers.Go(func() {
			for i := range work {
				if err := echo(client, url, i); err != nil {
					t.Errorf("request %d: %v", i, err)
				}
			}
		})
	}
	for i := range uint64(times(1000)) {
		work <- i
	}
	close(work)
	workers.Wait()
	t.Logf("in %.2f s", time.Since(start).Seconds())
}

// echo makes a request with a body of a length of its own, and expects it back.
func echo(client *http.Client, url string, i uint64) error {
	r := rand.New(rand.NewPCG(i, 0))
	sent := make([]byte, r.IntN(100_000))
	for j := range sent {
		sent[j] = byte(r.Uint32())
	}
	response, err := client.Post(url+"/echo", "application/octet-stream", bytes.NewReader(sent))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, sent) {
		return fmt.Errorf("%d octets came back of %d, or others", len(got), len(sent))
	}
	return nil
}

func download(t *testing.T, client *http.Client, url string, n int64) {
	t.Helper()
	want, start := digest(t, 1, n), time.Now()
	response, err := client.Get(fmt.Sprintf("%s/body?n=%d", url, n))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got, came, err := sum(response.Body); err != nil || got != want {
		t.Fatalf("download: sum %s of %d octets, %v; expected %s of %d", got, came, err, want, n)
	}
	t.Logf("download: %s", rate(n, time.Since(start)))
}

func upload(t *testing.T, client *http.Client, url string, n int64) {
	t.Helper()
	sent, start := newBody(2, n), time.Now()
	request, err := http.NewRequest("PUT", url+"/body", sent)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if want := fmt.Sprintf("%x %d", sent.sum.Sum(nil), n); err != nil || string(got) != want {
		t.Fatalf("upload: sum %q, %v; expected %q", got, err, want)
	}
	t.Logf("upload: %s", rate(n, time.Since(start)))
}
