package matrix

import (
	"os/exec"
	"strings"
	"testing"
)

// The matrix finds both stacks wrong, and so it knows neither.
func TestKnowsNoStack(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	deps := strings.Fields(string(out))
	for _, d := range deps {
		if strings.Contains(d, "twinstack/ourstack/") || strings.Contains(d, "twinstack/harness/iut/") || strings.HasSuffix(d, "tcpip/transport/tcp") {
			t.Errorf("it reaches %s", d)
		}
	}
	if !strings.Contains(string(out), "twinstack/harness/run") {
		t.Errorf("go list does not tell what it reaches: %d packages", len(deps))
	}
}
