package ours

import (
	"fmt"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// settingsOf is the stack's configuration for s. The error names a setting that makes no sense.
func settingsOf(s iut.Settings) (tcp.Config, error) {
	for _, c := range []struct {
		name string
		bad  bool
	}{
		{"MSL", s.MSL <= 0},
		{"RTOInitial", s.RTOInitial <= 0},
		{"RTOMin", s.RTOMin < 0},
		{"RTOMax", s.RTOMax <= 0},
		{"SynRetries", s.SynRetries < 0},
		{"DataRetries", s.DataRetries < 0},
		{"SendBuffer", s.SendBuffer <= 0},
		{"ReceiveBuffer", s.ReceiveBuffer <= 0},
		{"ChallengeACKLimit", s.ChallengeACKLimit < 0},
		{"MaxTimeWait", s.MaxTimeWait < 0},
	} {
		if c.bad {
			return tcp.Config{}, fmt.Errorf("ours: %s is out of range", c.name)
		}
	}
	control, ok := congestionControls[s.CongestionControl]
	if !ok {
		return tcp.Config{}, fmt.Errorf("ours: CongestionControl %q is neither reno nor cubic", s.CongestionControl)
	}
	most := 0
	if s.AutoTuning {
		most = autoTune
	}
	cookies, ok := synCookies[s.SYNCookies]
	if !ok {
		return tcp.Config{}, fmt.Errorf("ours: SYNCookies %q is none of off, full and always", s.SYNCookies)
	}
	return tcp.Config{
		MSL:               s.MSL,
		RTOInitial:        s.RTOInitial,
		RTOMin:            s.RTOMin,
		RTOMax:            s.RTOMax,
		SynRetries:        s.SynRetries,
		DataRetries:       s.DataRetries,
		R1:                tcp.Default().R1,
		SendBuffer:        s.SendBuffer,
		ReceiveBuffer:     s.ReceiveBuffer,
		AutoTune:          most,
		DelayedACK:        s.DelayedACK,
		Nagle:             s.Nagle,
		ChallengeACKLimit: s.ChallengeACKLimit,
		WindowScale:       s.WindowScale,
		Keepalive:         tcp.Default().Keepalive,
		Timestamps:        s.Timestamps,
		SACK:              s.SACK,
		DSACK:             s.SACK,
		RACK:              s.RACK,
		BlackHole:         s.BlackHole,
		CongestionControl: control,
		ECN:               s.ECN,
		SYNCookies:        cookies,
	}, nil
}

// autoTune is what a receive buffer that tunes itself may grow to, in octets.
const autoTune = 4 << 20

var congestionControls = map[string]tcp.Algorithm{"reno": tcp.Reno, "cubic": tcp.CUBIC}

var synCookies = map[string]tcp.SYNCookies{"off": tcp.CookiesOff, "full": tcp.CookiesWhenFull, "always": tcp.CookiesAlways}

// Support implements iut.IUT.
func (IUT) Support(s iut.Settings) []iut.Support {
	set := func(name string, value any) iut.Support {
		return iut.Support{Setting: name, Honour: iut.Set, Value: fmt.Sprint(value)}
	}
	challenge := set("ChallengeACKLimit", "no limit")
	if s.ChallengeACKLimit > 0 {
		challenge.Value = fmt.Sprintf("%d in each second, for each connection", s.ChallengeACKLimit)
	}
	delayed := set("DelayedACK", s.DelayedACK)
	if s.DelayedACK {
		delayed.Value = fmt.Sprintf("true: %v", 200*time.Millisecond)
	}
	return []iut.Support{
		set("MSL", s.MSL),
		set("RTOInitial", s.RTOInitial),
		set("RTOMin", s.RTOMin),
		set("RTOMax", s.RTOMax),
		set("SynRetries", s.SynRetries),
		set("DataRetries", s.DataRetries),
		set("WindowScale", s.WindowScale),
		set("Timestamps", s.Timestamps),
		set("SACK", s.SACK),
		set("RACK", s.RACK),
		set("CongestionControl", s.CongestionControl),
		set("SendBuffer", s.SendBuffer),
		set("ReceiveBuffer", s.ReceiveBuffer),
		delayed,
		set("Nagle", s.Nagle),
		challenge,
		set("SYNCookies", s.SYNCookies),
		set("MaxTimeWait", s.MaxTimeWait),
		set("AutoTuning", s.AutoTuning),
		set("ECN", s.ECN),
		set("BlackHole", s.BlackHole),
		set("MTU", s.MTU),
	}
}
