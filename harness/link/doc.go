// Package link is the in-memory link: gVisor channel endpoints, joined, and the gVisor codec.
package link

import _ "gvisor.dev/gvisor/pkg/tcpip/link/channel"
