package run_test

import (
	"testing"

	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/trace"
)

func TestUrgentAndIoctl(t *testing.T) {
	t.Parallel()
	const data = "+0 < P. 1:11(10) ack 1 win 9\n+0 > . 1:1(0) ack 11\n"
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{"send", "+0 send(4, ..., 10, MSG_OOB) = 10\n+0 > PU. 1:11(10) ack 1 urg 10\n", nil},
		{"send is not a plain send", "+0 send(4, ..., 10, MSG_OOB) = 10\n+0 > P. 1:11(10) ack 1\n", []string{"flags P.U, expected P."}},
		{"receive", "+0 recv(4, ..., 1, MSG_OOB) = -1 EINVAL\n", nil},
		{"receive differs", "+0 recv(4, ..., 1, MSG_OOB) = 1\n", []string{"recv(4, ..., 1, MSG_OOB) = -1 EINVAL (result -1, expected 1)"}},
		{"ioctl", data + "+0 ioctl(4, SIOCINQ, [10]) = 0\n+0 ioctl(4, SIOCATMARK, [1]) = 0\n+0 ioctl(4, SIOCINQ, [...]) = 0\n", nil},
		{"ioctl differs", data + "+0 ioctl(4, SIOCINQ, [9]) = 0\n", []string{"= 0 [10] (value [10], expected [9])"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			check(t, play(t, &fake{isn: 7, onTCP: server, write: echoWrite, optional: true}, accepted+c.src), c.want...)
		})
	}
	refused(t, play(t, &fake{onTCP: server, optional: true}, accepted+"+0 ioctl(4, SIOCGIFADDR, [1]) = 0\n"),
		trace.Error, "case.pkt:8:13: ioctl knows SIOCATMARK, SIOCINQ and SIOCOUTQ")
}

// What an IUT has not got makes a case unsupported, with its reason, unless the script expects just that, or does not
// care, or had failed before.
func TestLacking(t *testing.T) {
	t.Parallel()
	f := &fake{onTCP: server}
	for src, reason := range map[string]string{
		"+0 send(4, ..., 10, MSG_OOB) = 10\n":                                              "fake has no urgent data (MSG_OOB): EOPNOTSUPP",
		"+0 recv(4, ..., 10, MSG_OOB) = -1 EINVAL\n":                                       "fake has no urgent data (MSG_OOB): EOPNOTSUPP",
		"+0 ioctl(4, SIOCINQ, [10]) = 0\n":                                                 "fake has no ioctl SIOCINQ: EOPNOTSUPP",
		"+0 setsockopt(4, IPPROTO_TCP, TCP_CORK, [1], 4) = 0\n+0 close(9) = 0\n":           "fake has no socket option TCP_CORK: ENOPROTOOPT",
		"+0 setsockopt(4, IPPROTO_TCP, TCP_CORK, [1], 4) = -1 EINVAL (Invalid argument)\n": "fake has no socket option TCP_CORK: ENOPROTOOPT",
	} {
		refused(t, play(t, f, accepted+src), trace.Unsupported, reason)
	}
	refused(t, play(t, &fake{onTCP: server, optional: true}, accepted+"+0 ioctl(4, SIOCOUTQ, [10]) = 0\n"), trace.Unsupported, "fake has no ioctl SIOCOUTQ")
	check(t, play(t, f, accepted+"+0 send(4, ..., 10, MSG_OOB) = -1 EOPNOTSUPP\n+0 ioctl(4, SIOCINQ, [10]) = -1\n+0 setsockopt(4, IPPROTO_TCP, TCP_CORK, [1], 4) = ?\n"))
	check(t, play(t, f, accepted+"+0 read(9, ..., 1) = 1\n+0 ioctl(4, SIOCINQ, [10]) = 0\n"), "EBADF", "fake has no ioctl SIOCINQ")
}

// In a script that runs on both families an option of IPv4 means its counterpart over IPv6.
func TestOptionsOfEitherFamily(t *testing.T) {
	t.Parallel()
	for v6, name := range map[bool]string{false: "IP_TOS", true: "IPV6_TCLASS"} {
		o := options()
		o.IPv6 = v6
		src := "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 setsockopt(3, IPPROTO_IP, IP_TOS, [16], 4) = 0\n"
		refused(t, run.Run(parse(t, src), &fake{}, o), trace.Unsupported, "fake has no socket option "+name)
	}
	o := options()
	o.IPv6 = true
	src := "--ip_version=ipv6\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 setsockopt(3, IPPROTO_IP, IP_TOS, [16], 4) = 0\n"
	refused(t, run.Run(parse(t, src), &fake{}, o), trace.Unsupported, "fake has no socket option IP_TOS")
}
