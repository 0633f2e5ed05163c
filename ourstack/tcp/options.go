package tcp

import "encoding/binary"

// Option kinds (§3.2; RFC 7323, RFC 2018).
const (
	optEOL           = 0
	optNOP           = 1
	optMSS           = 2
	optWindowScale   = 3
	optSACKPermitted = 4
	optSACK          = 5
	optTimestamps    = 8
)

// Block is one SACK block: the octets from Left up to, but not with, Right (RFC 2018 §3).
type Block struct{ Left, Right Seq }

// Options are the options of a segment that are understood. Each has its own "is there", since 0 is a value.
type Options struct {
	HasMSS         bool
	HasWindowScale bool
	SACKPermitted  bool
	HasTimestamps  bool
	WindowScale    uint8
	MSS            uint16
	TSVal, TSEcr   uint32
	Blocks         int // how many of SACK are in use
	SACK           [4]Block
}

// parse reads the option octets of a header. What is not understood is skipped by its length (MUST-6). A length that
// is illegal (below 2, or beyond the header: MUST-7) leaves no way to find the next option: the rest is ignored. A known
// option with another length than its own is skipped as if unknown.
func (o *Options) parse(b []byte) {
	for len(b) > 0 {
		switch b[0] {
		case optEOL:
			return
		case optNOP:
			b = b[1:]
			continue
		}
		if len(b) < 2 || b[1] < 2 || int(b[1]) > len(b) {
			return
		}
		o.one(b[0], b[2:b[1]])
		b = b[b[1]:]
	}
}

func (o *Options) one(kind byte, data []byte) {
	switch {
	case kind == optMSS && len(data) == 2:
		o.HasMSS, o.MSS = true, binary.BigEndian.Uint16(data)
	case kind == optWindowScale && len(data) == 1:
		o.HasWindowScale, o.WindowScale = true, data[0]
	case kind == optSACKPermitted && len(data) == 0:
		o.SACKPermitted = true
	case kind == optSACK && len(data) > 0 && len(data)%8 == 0:
		for o.Blocks = 0; len(data) > 0 && o.Blocks < len(o.SACK); data = data[8:] {
			o.SACK[o.Blocks] = Block{Seq(binary.BigEndian.Uint32(data)), Seq(binary.BigEndian.Uint32(data[4:]))}
			o.Blocks++
		}
	case kind == optTimestamps && len(data) == 8:
		o.HasTimestamps = true
		o.TSVal, o.TSEcr = binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
	}
}

// append writes the options, padded to a multiple of four octets (§3.1).
func (o *Options) append(b []byte) []byte {
	start := len(b)
	if o.HasMSS {
		b = binary.BigEndian.AppendUint16(append(b, optMSS, 4), o.MSS)
	}
	if o.HasWindowScale {
		b = append(b, optNOP, optWindowScale, 3, o.WindowScale)
	}
	if o.SACKPermitted {
		b = append(b, optNOP, optNOP, optSACKPermitted, 2)
	}
	if o.HasTimestamps {
		b = append(b, optNOP, optNOP, optTimestamps, 10)
		b = binary.BigEndian.AppendUint32(b, o.TSVal)
		b = binary.BigEndian.AppendUint32(b, o.TSEcr)
	}
	if o.Blocks > 0 {
		b = append(b, optNOP, optNOP, optSACK, byte(2+8*o.Blocks))
		for _, k := range o.SACK[:o.Blocks] {
			b = binary.BigEndian.AppendUint32(b, uint32(k.Left))
			b = binary.BigEndian.AppendUint32(b, uint32(k.Right))
		}
	}
	for (len(b)-start)%4 != 0 {
		b = append(b, optEOL)
	}
	return b
}
