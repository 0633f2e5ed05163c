package sock

import "io"

// Device is a network interface that carries IP packets. A TUN file opened with IFF_NO_PI is one, and so is either end of
// Pipe.
//
// Read gives one whole packet a call, and waits for it; Close makes it return an error. A packet that is longer than the
// MTU may be cut off. Write takes one whole packet a call, copies it if it keeps it, and must not wait for whoever reads at
// the other side: a device that is full drops the packet, as a network does. An error of Write is a lost packet; an error of
// Read ends the stack. Read and Write are each called by one goroutine at a time.
type Device interface {
	io.Reader
	io.Writer
	io.Closer
}
