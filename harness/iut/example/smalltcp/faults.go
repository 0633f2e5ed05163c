package smalltcp

// Fault is a set of the faults that are planted in this TCP, for the suite to find. All are in unless Config.Mended says
// otherwise; each is in the code at the one place that asks for it.
type Fault uint8

// PLANTED FAULTS.
const (
	// ShortTimeWait: TIME-WAIT lasts one MSL and not two (RFC 9293 §3.6.1, MUST-13).
	ShortTimeWait Fault = 1 << iota
	// BelieveRST: a RST anywhere in the window resets, not only one at RCV.NXT (RFC 5961 §3.2).
	BelieveRST
	// HastyFIN: a FIN beyond a hole is taken at once, and the text in the hole is lost (RFC 9293 §3.10.7.4, eighth).
	HastyFIN
	// DeafToMSS: the MSS option of the peer is ignored (RFC 9293 §3.7.1, MUST-14).
	DeafToMSS
	// NoChecksum: the checksum of a segment is not verified (RFC 9293 §3.1, MUST-3).
	NoChecksum
)

// faulty says whether a fault is in this host.
func (h *Host) faulty(f Fault) bool { return h.config.Mended&f == 0 }
