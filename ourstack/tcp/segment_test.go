package tcp

import (
	"bytes"
	"errors"
	"net/netip"
	"reflect"
	"testing"

	"github.com/twinstack/twinstack/ourstack/ip"
)

var v4a, v4b = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.168.0.1")

// A SYN worked out by hand from §3.1, so that Parse and Append cannot agree on an error.
var syn = []byte{
	0x9c, 0x40, 0x1f, 0x90, 0, 0, 3, 0xe8, 0, 0, 0, 0, 0x60, 2, 0xff, 0xff, 0x55, 0xc3, 0, 0,
	2, 4, 5, 0xb4,
}

func TestKnownSegment(t *testing.T) {
	t.Parallel()
	want := Segment{SrcPort: 40000, DstPort: 8080, Seq: 1000, Flags: SYN, Wnd: 65535, Options: Options{HasMSS: true, MSS: 1460}, Text: []byte{}}
	var got Segment
	if err := Parse(v4a, v4b, syn, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("parsed %+v, %v, want %+v", got, err, want)
	}
	if b := want.Append(nil, v4a, v4b); !bytes.Equal(b, syn) {
		t.Errorf("wrote % x, want % x", b, syn)
	}
}

// sealed puts the right checksum into a segment.
func sealed(b []byte) []byte {
	b = bytes.Clone(b)
	b[16], b[17] = 0, 0
	sum := ip.Fold(ip.Sum(ip.PseudoSum(v4a, v4b, ip.ProtocolTCP, len(b)), b))
	b[16], b[17] = byte(sum>>8), byte(sum)
	return b
}

func TestBadSegments(t *testing.T) {
	t.Parallel()
	change := func(at int, to byte) []byte {
		b := bytes.Clone(syn)
		b[at] = to
		return b
	}
	for _, c := range []struct {
		name string
		b    []byte
		want Drop
	}{
		{"empty", nil, DropShort},
		{"short", syn[:19], DropShort},
		{"checksum", change(7, 1), DropChecksum},
		{"checksum of zero", func() []byte { b := change(16, 0); b[17] = 0; return b }(), DropChecksum},
		{"data offset below 5", sealed(change(12, 0x40)), DropDataOffset},
		{"data offset beyond the segment", sealed(change(12, 0x70)), DropDataOffset},
		{"port zero", sealed(append([]byte{0, 0}, syn[2:]...)), DropPort},
	} {
		var s Segment
		if err := Parse(v4a, v4b, c.b, &s); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	var s Segment
	if err := Parse(v4a, v4a, syn, &s); !errors.Is(err, DropChecksum) {
		t.Errorf("the pseudo-header does not count: %v", err)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	mss := Options{HasMSS: true, MSS: 1460}
	for _, c := range []struct {
		name string
		b    []byte
		want Options
	}{
		{"none", nil, Options{}},
		{"NOPs around", []byte{1, 1, 2, 4, 5, 0xb4, 1, 1}, mss},
		{"nothing behind EOL counts", []byte{0, 2, 4, 5, 0xb4}, Options{}},
		{"unknown is skipped (MUST-6)", []byte{253, 6, 1, 2, 3, 4, 2, 4, 5, 0xb4}, mss},
		{"length 0 ends it (MUST-7)", []byte{253, 0, 2, 4, 5, 0xb4}, Options{}},
		{"length 1 ends it", []byte{253, 1, 2, 4, 5, 0xb4}, Options{}},
		{"overrun ends it", []byte{2, 4, 5, 0xb4, 253, 9, 1}, mss},
		{"no length ends it", []byte{2, 4, 5, 0xb4, 253}, mss},
		{"a wrong length is not MSS", []byte{2, 3, 9, 2, 4, 5, 0xb4}, mss},
		{"all that are known", []byte{3, 3, 7, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 5, 10, 0, 0, 0, 3, 0, 0, 0, 4}, Options{
			HasWindowScale: true, WindowScale: 7, SACKPermitted: true, HasTimestamps: true, TSVal: 1, TSEcr: 2,
			Blocks: 1, SACK: [4]Block{{3, 4}}}},
		{"SACK of no block", []byte{5, 2}, Options{}},
		{"SACK of a block and a half", []byte{5, 14, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5}, Options{}},
	} {
		var got Options
		got.parse(c.b)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
		if b := got.append(nil); len(b)%4 != 0 {
			t.Errorf("%s: written in %d octets", c.name, len(b))
		} else {
			var again Options
			again.parse(b)
			if again != got {
				t.Errorf("%s: %+v became %+v", c.name, got, again)
			}
		}
	}
}

// Whatever the octets: no panic, and what was read is written and read the same.
func FuzzSegment(f *testing.F) {
	f.Add(syn, true)
	f.Add(syn[:19], false)
	f.Add(append(bytes.Clone(syn[:20]), 2, 0, 253, 9), true)
	f.Add(append(bytes.Clone(syn[:12]), 0xf0, 0x1f, 1, 2, 3, 4, 5, 6), true)
	f.Fuzz(func(t *testing.T, b []byte, seal bool) {
		if seal && len(b) >= HeaderLen {
			b = sealed(b)
		}
		var s, again Segment
		if Parse(v4a, v4b, b, &s) != nil {
			return
		}
		if len(s.Text) > len(b)-HeaderLen {
			t.Fatalf("%d octets of text in %d", len(s.Text), len(b))
		}
		if err := Parse(v4a, v4b, s.Append(nil, v4a, v4b), &again); err != nil || !reflect.DeepEqual(s, again) {
			t.Fatalf("%+v became %+v, %v", s, again, err)
		}
	})
}
