package iut

// Urgent is the urgent mechanism (RFC 9293 §3.8.5), which a Socket may have besides. One that has not is taken to answer
// EOPNOTSUPP. Urgent octets stay in the stream, where Read finds them (RFC 6093 §4); that some are on their way is told
// by PollPri, and where they end by the ioctl SIOCATMARK.
type Urgent interface {
	// SendUrgent is send(2) with MSG_OOB: Write, with the last octet taken being the last urgent one.
	SendUrgent([]byte) (int, error)
	// ReceiveUrgent is recv(2) with MSG_OOB; EINVAL where urgent octets are in the stream alone, or where there is none.
	ReceiveUrgent([]byte) (int, error)
}

// Ioctl is ioctl(2), which a Socket may have besides. One that has not is taken to answer EOPNOTSUPP, and so is a request
// that it does not know.
type Ioctl interface {
	// Ioctl asks for SIOCATMARK (1 where the next octet to be read is the one behind the urgent octets, else 0), SIOCINQ
	// (octets that can be read) or SIOCOUTQ (octets written and not yet acknowledged).
	Ioctl(request string) (int64, error)
}
