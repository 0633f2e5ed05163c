package tcp

import (
	"strings"
	"testing"
)

func TestConfigCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{{}, Default()} {
		if err := c.Check(); err != nil {
			t.Error(err)
		}
	}
	for name, spoil := range map[string]func(*Config){
		"MSL":               func(c *Config) { c.MSL = 0 },
		"RTOInitial":        func(c *Config) { c.RTOInitial = -1 },
		"RTOMin":            func(c *Config) { c.RTOMin = -1 },
		"RTOMax":            func(c *Config) { c.RTOMax = 0 },
		"SynRetries":        func(c *Config) { c.SynRetries = -1 },
		"DataRetries":       func(c *Config) { c.DataRetries = -1 },
		"R1":                func(c *Config) { c.R1 = -1 },
		"UserTimeout":       func(c *Config) { c.UserTimeout = -1 },
		"SendBuffer":        func(c *Config) { c.SendBuffer = 0 },
		"ReceiveBuffer":     func(c *Config) { c.ReceiveBuffer = 0 },
		"AutoTune":          func(c *Config) { c.AutoTune = 1 << 30 },
		"AutoTuneAll":       func(c *Config) { c.AutoTuneAll = -1 },
		"ChallengeACKLimit": func(c *Config) { c.ChallengeACKLimit = -1 },
		"Keepalive":         func(c *Config) { c.Keepalive.Probes = 1 },
		"FinWait2":          func(c *Config) { c.FinWait2 = -1 },
		"Linger":            func(c *Config) { c.Linger.Time = -1 },
		"MaxSegment":        func(c *Config) { c.MaxSegment = 65536 },
		"DiffServ":          func(c *Config) { c.DiffServ = 1 },
		"CongestionControl": func(c *Config) { c.CongestionControl = 2 },
	} {
		c := Default()
		spoil(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), "Config."+name+" ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
