package run

import "github.com/twinstack/twinstack/harness/trace"

// headerFaults says what is wrong with the octets of a TCP header that was read without fault: what a receiver must look
// over, but no sender may send (RFC 9293 §3.1). raw is the IP packet, an IPv6 one without extension headers; a packet that
// is anything else, or too short, has no faults here.
func headerFaults(raw []byte) (faults []string) {
	tcp := tcpHeader(raw)
	if tcp == nil {
		return nil
	}
	if tcp[12]&0x0f != 0 {
		faults = append(faults, "reserved bits are set (RFC 9293 §3.1)")
	}
	options := tcp[20:]
	for len(options) > 0 {
		switch kind := options[0]; {
		case kind == trace.OptEOL:
			for _, b := range options[1:] {
				if b != 0 {
					return append(faults, "the padding behind an end-of-list option is not zero (RFC 9293 §3.1)")
				}
			}
			return faults
		case kind == trace.OptNOP:
			options = options[1:]
		case len(options) < 2 || options[1] < 2 || int(options[1]) > len(options):
			return faults // link.Decode has told
		default:
			options = options[options[1]:]
		}
	}
	return faults
}

// tcpHeader is the TCP header with its options in an IP packet, nil if there is none.
func tcpHeader(raw []byte) []byte {
	if len(raw) < 20 {
		return nil
	}
	var b []byte
	switch ihl := int(raw[0]&0x0f) * 4; raw[0] >> 4 {
	case 4:
		if raw[9] != 6 || ihl < 20 || ihl > len(raw) {
			return nil
		}
		b = raw[ihl:]
	case 6:
		if len(raw) < 40 || raw[6] != 6 {
			return nil
		}
		b = raw[40:]
	}
	if len(b) < 20 {
		return nil
	}
	if offset := int(b[12]>>4) * 4; offset >= 20 && offset <= len(b) {
		return b[:offset]
	}
	return nil
}
