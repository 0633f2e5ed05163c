package tcp

import "fmt"

// Check says which field of a Config cannot be what it is; nil if all can. The zero Config is fine: it stands for Default().
func (c *Config) Check() error {
	if *c == (Config{}) {
		return nil
	}
	for _, f := range []struct {
		name string
		bad  bool
		want string
	}{
		{"MSL", c.MSL <= 0, "more than 0"},
		{"RTOInitial", c.RTOInitial <= 0, "more than 0"},
		{"RTOMin", c.RTOMin < 0, "0 or more"},
		{"RTOMax", c.RTOMax <= 0, "more than 0"},
		{"SynRetries", c.SynRetries < 0, "0 or more"},
		{"DataRetries", c.DataRetries < 0, "0 or more"},
		{"R1", c.R1 < 0, "0 or more"},
		{"UserTimeout", c.UserTimeout < 0, "0 or more"},
		{"SendBuffer", c.SendBuffer <= 0, "more than 0"},
		{"ReceiveBuffer", c.ReceiveBuffer <= 0, "more than 0"},
		{"AutoTune", c.AutoTune < 0 || c.AutoTune > 65535<<maxWindShift, "0 to 1073725440, which is what a window field can say"},
		{"AutoTuneAll", c.AutoTuneAll < 0, "0 or more"},
		{"ChallengeACKLimit", c.ChallengeACKLimit < 0, "0 or more"},
		{"Keepalive", !c.Keepalive.Valid(), "times above 0, and more than one probe"},
		{"FinWait2", c.FinWait2 < 0, "0 or more"},
		{"Linger", c.Linger.Time < 0, "a time of 0 or more"},
		{"MaxSegment", c.MaxSegment < 0 || c.MaxSegment > 65535, "0 to 65535"},
		{"DiffServ", c.DiffServ&3 != 0, "an octet without its two lowest bits, which are ECN's"},
		{"CongestionControl", c.CongestionControl > CUBIC, "Reno or CUBIC"},
		{"SYNCookies", c.SYNCookies > CookiesAlways, "CookiesOff, CookiesWhenFull or CookiesAlways"},
	} {
		if f.bad {
			return fmt.Errorf("tcp: Config.%s is out of range, expected %s", f.name, f.want)
		}
	}
	return nil
}
