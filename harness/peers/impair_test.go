package peers_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/peers"
	"github.com/twinstack/twinstack/ourstack/sock"
)

// A path loses, doubles and overtakes as often as it is told, and never otherwise.
func TestBridge(t *testing.T) {
	t.Parallel()
	const packets = 3000 // with the doubles, what a Pipe holds
	for name, test := range map[string]struct {
		path       peers.Impairment
		came, late [2]int // at least, at most
		delayed    bool
	}{
		"nothing":   {peers.Impairment{}, [2]int{packets, packets}, [2]int{0, 0}, false},
		"delay":     {peers.Impairment{Delay: 20 * time.Millisecond}, [2]int{packets, packets}, [2]int{0, 0}, true},
		"loss":      {peers.Impairment{Loss: 0.1, Seed: 1}, [2]int{2600, 2800}, [2]int{0, 0}, false},
		"duplicate": {peers.Impairment{Duplicate: 0.1, Seed: 1}, [2]int{3200, 3400}, [2]int{0, 0}, false},
		"reorder":   {peers.Impairment{Reorder: 0.1, Delay: 20 * time.Millisecond, Seed: 1}, [2]int{packets, packets}, [2]int{1, packets}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, pathA := sock.Pipe()
			b, pathB := sock.Pipe()
			ended := peers.Bridge(pathA, pathB, test.path)
			start := time.Now()
			p := make([]byte, 8)
			for i := range packets {
				binary.BigEndian.PutUint64(p, uint64(i))
				if _, err := a.Write(p); err != nil {
					t.Fatal(err)
				}
			}
			// A path that is silent for so long has nothing left.
			came, late, highest := 0, 0, -1
			for deadline := time.AfterFunc(test.path.Delay+200*time.Millisecond, func() { b.Close() }); ; {
				if _, err := b.Read(p); err != nil {
					break
				}
				deadline.Reset(test.path.Delay + 200*time.Millisecond)
				if came == 0 && test.delayed && test.path.Reorder == 0 && time.Since(start) < test.path.Delay {
					t.Errorf("the first came after %v", time.Since(start))
				}
				came++
				if i := int(binary.BigEndian.Uint64(p)); i < highest {
					late++
				} else {
					highest = i
				}
			}
			a.Close()
			<-ended
			if came < test.came[0] || came > test.came[1] || late < test.late[0] || late > test.late[1] {
				t.Errorf("%d came of %d, %d of them late; expected %v and %v", came, packets, late, test.came, test.late)
			}
		})
	}
}
