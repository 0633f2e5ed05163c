package netstack

import (
	"fmt"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"github.com/twinstack/twinstack/harness/iut"
)

// What netstack has fixed.
const (
	rtoInitial = time.Second // tcp.InitialRTO

	// synRetries follows from the handshake's own timer, which doubles from InitialRTO and gives up where it would pass
	// tcp.MaxRTO: 1, 2, 4, … 64 s, and not 128. The option TCPSynRetries is stored and never read.
	synRetries = 6
)

// applySettings sets what can be set; Support says what cannot. The error names the setting that netstack refuses.
func applySettings(s *stack.Stack, settings iut.Settings) error {
	if settings.SYNCookies != "off" && settings.SYNCookies != "full" && settings.SYNCookies != "always" {
		return fmt.Errorf("netstack: SYNCookies %q is none of off, full and always", settings.SYNCookies)
	}
	cookies := tcpip.TCPAlwaysUseSynCookies(settings.SYNCookies == "always")
	noMinimum := tcpip.TCPMinRTOOption(0) // so that the maximum may be anything; the minimum follows
	minRTO, maxRTO := tcpip.TCPMinRTOOption(settings.RTOMin), tcpip.TCPMaxRTOOption(settings.RTOMax)
	timeWait := tcpip.TCPTimeWaitTimeoutOption(2 * settings.MSL)
	retries := tcpip.TCPMaxRetriesOption(settings.DataRetries)
	sack := tcpip.TCPSACKEnabled(settings.SACK)
	recovery := tcpip.TCPRecovery(0)
	if settings.RACK {
		recovery = tcpip.TCPRACKLossDetection
	}
	control := tcpip.CongestionControlOption(settings.CongestionControl)
	moderate := tcpip.TCPModerateReceiveBufferOption(settings.AutoTuning)
	nagle := tcpip.TCPDelayEnabled(settings.Nagle)
	send := tcpip.TCPSendBufferSizeRangeOption{Min: min(tcp.MinBufferSize, settings.SendBuffer),
		Default: settings.SendBuffer, Max: max(tcp.MaxBufferSize, settings.SendBuffer)}
	buffer := receiveBuffer(settings.ReceiveBuffer)
	receive := tcpip.TCPReceiveBufferSizeRangeOption{Min: min(tcp.MinBufferSize, buffer),
		Default: buffer, Max: max(tcp.MaxBufferSize, buffer)}
	for _, o := range []struct {
		name    string
		refused bool // by us: netstack takes a negative value for its default
		option  tcpip.SettableTransportProtocolOption
	}{
		{"MSL", settings.MSL < 0, &timeWait},
		{"RTOMin", settings.RTOMin < 0, &noMinimum},
		{"RTOMax", settings.RTOMax < 0, &maxRTO},
		{"RTOMin", false, &minRTO},
		{"DataRetries", settings.DataRetries < 0, &retries},
		{"SACK", false, &sack},
		{"RACK", false, &recovery},
		{"CongestionControl", false, &control},
		{"AutoTuning", false, &moderate},
		{"Nagle", false, &nagle},
		{"SYNCookies", false, &cookies},
		{"SendBuffer", false, &send},
		{"ReceiveBuffer", false, &receive},
	} {
		if o.refused {
			return fmt.Errorf("netstack: %s is negative", o.name)
		}
		if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, o.option); err != nil {
			return fmt.Errorf("netstack: %s: %v", o.name, err)
		}
	}
	if settings.ChallengeACKLimit < 0 {
		return fmt.Errorf("netstack: ChallengeACKLimit is negative")
	}
	if err := s.SetOption(stack.TCPInvalidRateLimitOption(ackInterval(settings.ChallengeACKLimit))); err != nil {
		return fmt.Errorf("netstack: ChallengeACKLimit: %v", err)
	}
	return nil
}

// receiveBuffer is the buffer with which netstack offers a window: it offers half of it.
func receiveBuffer(window int) int { return 2 * window }

// ackInterval is the least time between two challenge ACKs of one connection that makes so many a second; 0 for no limit.
func ackInterval(perSecond int) time.Duration {
	if perSecond == 0 {
		return 0
	}
	return time.Second / time.Duration(perSecond)
}

// Support implements iut.IUT.
func (IUT) Support(s iut.Settings) []iut.Support {
	set := func(name string, value any) iut.Support {
		return iut.Support{Setting: name, Honour: iut.Set, Value: fmt.Sprint(value)}
	}
	fixed := func(name string, asked, own any) iut.Support {
		if asked == own {
			return set(name, own)
		}
		return iut.Support{Setting: name, Honour: iut.Fixed, Value: fmt.Sprint(own)}
	}
	lacks := func(name string, asked bool, instead string) iut.Support {
		if !asked {
			return set(name, false)
		}
		return iut.Support{Setting: name, Honour: iut.Absent, Value: instead}
	}
	challenge := "no limit"
	if interval := ackInterval(s.ChallengeACKLimit); interval > 0 {
		challenge = fmt.Sprintf("%d: one each %v for each connection", s.ChallengeACKLimit, interval)
	}
	timestamps := fixed("Timestamps", s.Timestamps, true)
	if timestamps.Honour == iut.Fixed {
		timestamps.Value = "always offered and agreed to"
	}
	scale := fixed("WindowScale", s.WindowScale, true)
	if scale.Honour == iut.Fixed {
		scale.Value = "always offered and agreed to; shift 0 for the windows here"
	}
	cookies := set("SYNCookies", s.SYNCookies)
	if s.SYNCookies == "off" {
		cookies = iut.Support{Setting: "SYNCookies", Honour: iut.Fixed, Value: "full"}
	}
	timeWaits := set("MaxTimeWait", s.MaxTimeWait)
	if s.MaxTimeWait > 0 {
		timeWaits = iut.Support{Setting: "MaxTimeWait", Honour: iut.Absent, Value: "there is no bound"}
	}
	return []iut.Support{
		set("MSL", s.MSL),
		fixed("RTOInitial", s.RTOInitial, rtoInitial),
		set("RTOMin", s.RTOMin),
		set("RTOMax", fmt.Sprintf("%v; %v for SYN", s.RTOMax, tcp.MaxRTO)),
		fixed("SynRetries", s.SynRetries, synRetries),
		set("DataRetries", s.DataRetries),
		scale,
		timestamps,
		set("SACK", s.SACK),
		set("RACK", s.RACK),
		set("CongestionControl", s.CongestionControl),
		set("SendBuffer", s.SendBuffer),
		set("ReceiveBuffer", fmt.Sprintf("%d, half of a buffer of %d", s.ReceiveBuffer, receiveBuffer(s.ReceiveBuffer))),
		lacks("DelayedACK", s.DelayedACK, "every batch of segments is acknowledged at once"),
		set("Nagle", s.Nagle),
		set("ChallengeACKLimit", challenge),
		cookies,
		timeWaits,
		set("AutoTuning", s.AutoTuning),
		lacks("ECN", s.ECN, "never offered nor agreed to"),
		lacks("BlackHole", s.BlackHole, "segments keep their size until ICMP tells another"),
		set("MTU", s.MTU),
	}
}
