package specs_test

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/twinstack/twinstack/"

// The judges must be able to find both stacks wrong, and ours must not lean on what it is held against.
func TestArrows(t *testing.T) {
	t.Parallel()
	tests := []struct {
		packages  string // a pattern
		forbidden []string
	}{
		{"ourstack/...", []string{"gvisor.dev/", module + "harness/", module + "specs", module + "ci"}},
		{"harness/trace", []string{"gvisor.dev/", module + "ourstack/"}},
		{"harness/script", []string{"gvisor.dev/", module + "ourstack/"}},
		{"harness/compare", []string{"gvisor.dev/", module + "ourstack/"}},
		{"harness/ledger", []string{"gvisor.dev/", module + "ourstack/"}},
		{"harness/transitions", []string{"gvisor.dev/", module + "ourstack/", module + "harness/iut", module + "harness/run", module + "harness/script"}},
		{"harness/catalogue", []string{"gvisor.dev/", module + "ourstack/", module + "harness/run"}},
		{"harness/oracle", []string{"gvisor.dev/", module + "ourstack/", module + "harness/iut", module + "harness/run", module + "harness/script"}},
		{"harness/matrix/...", []string{module + "ourstack/", module + "harness/iut/"}},
		{"harness/breaks", []string{module + "ourstack/", module + "harness/iut/"}},
		{"specs/...", []string{module + "ourstack/", module + "harness/iut/"}},
	}
	for _, test := range tests {
		t.Run(test.packages, func(t *testing.T) {
			t.Parallel()
			deps := reached(t, module+test.packages)
			for _, d := range deps {
				for _, f := range test.forbidden {
					if strings.HasPrefix(d, f) {
						t.Errorf("%s reaches %s, expected nothing of %s", test.packages, d, f)
					}
				}
			}
		})
	}
}

// Whoever reads results.json needs no more than its own package.
func TestTheArchiveStandsAlone(t *testing.T) {
	t.Parallel()
	if deps := reached(t, module+"harness/archive"); len(deps) != 1 {
		t.Errorf("harness/archive reaches %q, expected itself and the standard library alone", deps)
	}
}

// The arrows that do exist are seen: the check above can fail.
func TestArrowsThatExist(t *testing.T) {
	t.Parallel()
	for from, to := range map[string]string{
		"harness/iut/ours":     module + "ourstack/",
		"harness/iut/netstack": "gvisor.dev/gvisor/pkg/tcpip/transport/tcp",
	} {
		found := false
		for _, d := range reached(t, module+from) {
			found = found || strings.HasPrefix(d, to)
		}
		if !found {
			t.Errorf("%s does not reach %s, expected it to", from, to)
		}
	}
}

// Only the adapter knows our stack.
func TestOnlyTheAdapterKnowsOurs(t *testing.T) {
	t.Parallel()
	out := list(t, "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, module+"harness/...", module+"specs/...")
	for _, line := range out {
		importer, imports, _ := strings.Cut(line, " ")
		if strings.HasPrefix(importer, module+"harness/iut/ours") {
			continue
		}
		if strings.Contains(" "+imports, " "+module+"ourstack/") {
			t.Errorf("%s imports ourstack, expected only harness/iut/ours to", importer)
		}
	}
}

// reached lists what packages depend on outside the standard library, themselves included.
func reached(t *testing.T, pattern string) []string {
	t.Helper()
	deps := list(t, "-deps", "-f", `{{if not .Standard}}{{.ImportPath}}{{end}}`, pattern)
	if len(deps) == 0 {
		t.Fatalf("%s: no package, expected some", pattern)
	}
	return deps
}

func list(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' })
}
