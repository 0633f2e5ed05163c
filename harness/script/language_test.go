package script

import (
	"os"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

// TestLanguagePage holds the page to the parser: its example is understood, and every header key, call, option word
// and ICMP name that the parser knows stands there.
func TestLanguagePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("LANGUAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("no example")
	}
	f, err := Parse("LANGUAGE.md", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Events) != 13 || f.Header.Title == "" || len(f.Header.Requirements) != 2 || len(f.Header.Comments) != 1 {
		t.Errorf("the example is read as\n%s", Print(f))
	}
	roundTrip(t, f)

	words := strings.Fields(optionWords)
	for _, k := range headerKeys {
		words = append(append(words, "`"+k.key+":`"), k.others...)
	}
	for _, n := range withNames {
		words = append(words, "`"+n.name+"`")
	}
	for _, n := range addrNames {
		words = append(words, "`"+n+"`")
	}
	for _, m := range icmpTypes {
		words = append(append(words, m.name), m.codes...)
	}
	for _, w := range append(append(words, calls...), trace.ECN[:]...) {
		if w = strings.TrimSuffix(w, ","); !strings.Contains(string(page), w) {
			t.Errorf("%s is not on the page", w)
		}
	}
}
