package sock_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/ourstack/host"
	"github.com/twinstack/twinstack/ourstack/sock"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// The table of what can be set has every field of tcp.Config and every setter of a Conn and of a socket, and none besides.
func TestReadmeNamesAllSettings(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	must(t, err)
	_, table, _ := strings.Cut(string(text), "\n## What can be set\n")
	table, _, _ = strings.Cut(table, "\n## ")
	missing := map[string]bool{}
	for i, field := range strings.Split(table, "`") {
		if i%2 == 1 {
			missing[field] = true
		}
	}
	need := func(name string) {
		if !strings.Contains(table, "`"+name+"`") {
			t.Errorf("ourstack/README.md: the table of what can be set has no `%s`", name)
		}
		delete(missing, name)
	}
	for i, cfg := 0, reflect.TypeFor[tcp.Config](); i < cfg.NumField(); i++ {
		need(cfg.Field(i).Name)
	}
	notOfTCP := map[string]bool{"SetDeadline": true, "SetReadDeadline": true, "SetWriteDeadline": true, "SetReuseAddr": true}
	for _, of := range []reflect.Type{reflect.TypeFor[*sock.Conn](), reflect.TypeFor[*host.Socket]()} {
		for i := range of.NumMethod() {
			if name := of.Method(i).Name; strings.HasPrefix(name, "Set") && !notOfTCP[name] {
				need(name)
			}
		}
	}
	for name := range missing {
		if strings.HasPrefix(name, "Set") {
			t.Errorf("ourstack/README.md: there is no %s", name)
		}
	}
}
