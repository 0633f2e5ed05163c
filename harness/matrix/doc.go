// Package matrix generates every case of the table of states and events, and plays it.
//
// A case is an entry path (a script that brings an IUT into a state), an event (a segment, an ICMP message, a call, a
// silence, or some of these in a row), and a probe that is chosen once the event has been answered. All three are one
// script on one fresh host, so that a case can be printed and played by hand.
//
// The core is a full product: entry path × flags × sequence number × acknowledgment number × text × family. Numbers are
// positions, named after what they are to the connection ("inside the window", "in flight"); what they are in numbers is
// read from the record of the entry path: from what the IUT last sent and was sent, never from what it should have. A
// member of the product is left out for one of two reasons only: the octets on the wire are those of another member of
// the same entry and family, or the position is none in that state. The generator checks both.
//
// Whether an answer is right a Judge says. This package knows neither stack and no rule of the RFC.
package matrix
