package specs

import "strings"

// Labels are the topics, roles and features that the fixtures of this repository bear.
func Labels() []Label {
	var labels []Label
	for _, l := range registered {
		for name := range strings.FieldsSeq(l.names) {
			labels = append(labels, Label{l.kind, name})
		}
	}
	return labels
}

var registered = []struct {
	kind  Kind
	names string
}{
	{Topic, "textbook handshake close simultaneous-open simultaneous-close reset time-wait " +
		"window data retransmission congestion icmp options api keepalive urgent security"},
	// What the IUT does in the handshake.
	{Role, "active passive"},
	// What a case is about beyond its topic.
	{Feature, "half-open latitude mss rto wrap"},
}
