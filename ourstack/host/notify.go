package host

// Notify has f called whenever what Poll says of the socket may have changed, so that nobody has to ask again and again; nil
// ends it. It is called during the call to the host that changes it, perhaps more than once. f may ask a socket what it
// stands at, and must call nothing that changes one.
func (s *Socket) Notify(f func()) {
	s.notify = f
	switch {
	case s.l != nil:
		s.l.notify = f
	case s.c != nil:
		s.c.notify = f
	}
}

func notify(f func()) {
	if f != nil {
		f()
	}
}

// SendFree is how many octets Write would take: Poll says only whether that is any. 0 without a connection.
func (s *Socket) SendFree() int {
	if s.c == nil {
		return 0
	}
	return s.c.SendFree()
}
