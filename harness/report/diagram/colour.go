package diagram

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed style.css
var rules string

// colours have a light and a dark form.
var colours = []struct{ name, light, dark string }{
	{"page", "#ffffff", "#0d1117"},
	{"ink", "#1f2328", "#e6edf3"},
	{"muted", "#59636e", "#9aa5b1"},
	{"box", "#f2f5f8", "#1b222b"},
	{"edge", "#1f2328", "#c9d1d9"},
	{"taken", "#0a64a4", "#58a6ff"},
	{"taken-ink", "#0a64a4", "#6cb2ff"},
	{"against", "#c8260f", "#ff6a55"},
	{"against-ink", "#c8260f", "#ff8170"},
	{"allowed", "#a86400", "#e3a008"},
	{"allowed-ink", "#8f5500", "#f0b429"},
	{"refused", "#7b848e", "#8b949e"},
	{"refused-ink", "#656d76", "#a3adb8"},
}

// style is that of a drawing that stands alone: its colours are the system's.
func style() string {
	var light, dark strings.Builder
	for _, c := range colours {
		fmt.Fprintf(&light, " --d-%s: %s;", c.name, c.light)
		fmt.Fprintf(&dark, " --d-%s: %s;", c.name, c.dark)
	}
	return fmt.Sprintf(".diagram {%s }\n@media (prefers-color-scheme: dark) { .diagram {%s } }\n%s", &light, &dark, rules)
}

// Style is that of drawings in a page: their colours are those of the page's color-scheme.
func Style() string {
	var both strings.Builder
	for _, c := range colours {
		fmt.Fprintf(&both, " --d-%s: light-dark(%s, %s);", c.name, c.light, c.dark)
	}
	return fmt.Sprintf(".diagram {%s }\n%s", &both, rules)
}
