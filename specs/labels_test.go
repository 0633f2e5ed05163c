package specs

import (
	"strings"
	"testing"
)

func TestRegistry(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		labels []Label
		want   string // in the error; "" for none
	}{
		{"ours", Labels(), ""},
		{"a topic and a feature of one name", []Label{{Topic, "reset"}, {Feature, "reset"}}, ""},
		{"twice", []Label{{Role, "active"}, {Role, "active"}}, `label "Role: active" a second time`},
		{"role and feature", []Label{{Role, "active"}, {Feature, "active"}}, `label "active" is a role and a feature`},
		{"a kind that is found out", []Label{{State, "CLOSED"}}, `kind State, expected a topic, a role or a feature`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := NewRegistry(test.labels...)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestRegistryFinds(t *testing.T) {
	t.Parallel()
	r, err := NewRegistry(Label{Topic, "reset"}, Label{Role, "active"}, Label{Feature, "linger"})
	if err != nil {
		t.Fatal(err)
	}
	if l, err := r.Word("linger"); err != nil || l != (Label{Feature, "linger"}) {
		t.Errorf("got %v, %v", l, err)
	}
	if _, err := r.Word("reset"); err == nil || err.Error() != `unknown label "reset", expected one of active, linger` {
		t.Errorf("got %v", err)
	}
	if _, err := r.Topic("linger"); err == nil || err.Error() != `unknown topic "linger", expected one of reset` {
		t.Errorf("got %v", err)
	}
	if got := (Label{Level, "MUST NOT"}).String(); got != "Level: MUST-NOT" {
		t.Errorf("got %q", got)
	}
}
