package run

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/script"
)

const urgentData = "urgent data (MSG_OOB)"

// noUrgent is the outcome of a call with MSG_OOB on a socket that does not know it.
var noUrgent = outcome{n: -1, errno: iut.EOPNOTSUPP, lacks: urgentData}

// readUrgent is recv with MSG_OOB.
func (c *course) readUrgent(d *descriptor, b []byte) outcome {
	u, ok := d.sock.(iut.Urgent)
	if !ok {
		return noUrgent
	}
	n, err := u.ReceiveUrgent(b)
	if err != nil {
		return failed(err).unless(iut.EOPNOTSUPP, urgentData)
	}
	return outcome{n: int64(n)}
}

// ioctl asks for a number and compares it with what the script wrote in its place.
func (c *course) ioctl(d *descriptor, call *script.Call) outcome {
	request := c.name(&call.Args[1])
	switch request {
	case "SIOCATMARK", "SIOCINQ", "SIOCOUTQ":
	default:
		panic(fatal{fmt.Sprintf("%s:%v: ioctl knows SIOCATMARK, SIOCINQ and SIOCOUTQ", c.file.Name, call.Args[1].Pos)})
	}
	i, ok := d.sock.(iut.Ioctl)
	if !ok {
		return outcome{n: -1, errno: iut.EOPNOTSUPP, lacks: "ioctl " + request}
	}
	n, err := i.Ioctl(request)
	if err != nil {
		return failed(err).unless(iut.EOPNOTSUPP, "ioctl "+request)
	}
	return c.value(&call.Args[2], iut.OptionValue{Int: n})
}

// options6 are the options of IPv6 that say what those of IPv4 say.
var options6 = map[string]string{"IP_TOS": "IPV6_TCLASS", "IP_TTL": "IPV6_UNICAST_HOPS", "IP_MTU_DISCOVER": "IPV6_MTU_DISCOVER"}

// option is the name of a socket option. In a script that runs on both families one of IPv4 means its counterpart over
// IPv6.
func (c *course) option(e *script.Expr) string {
	name := c.name(e)
	if name6, ok := options6[name]; ok && c.r.o.IPv6 && len(c.plan.families) == 2 {
		return name6
	}
	return name
}
