package capture

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, want string }{
		{"ours|ipv4|reset/rst-in-window", "ours/ipv4/reset/rst-in-window"},
		{"ours to netstack|ipv6|textbook/live", "ours_to_netstack/ipv6/textbook/live"},
		{"ours|ipv4|matrix/closing/- seq=nxt-1 text=none", "ours/ipv4/matrix/closing/-_seq=nxt-1_text=none"},
		{"ours|ipv4|/tmp//./a", "ours/ipv4/tmp/a"},
		{"ours|ipv4|../a", "ours/ipv4/.%2E/a"},
		{"a<b>c|d:\"e|\\|f?*%\x01", "a%3Cb%3Ec/d%3A%22e/%5C/f%3F%2A%25%01"},
		{"a.|.b", "a%2E/.b"},
		{"con|AUX.txt|lpt1|lpt10|console|com", "%63on/%41UX.txt/%6Cpt1/lpt10/console/com"},
		{"größe", "größe"},
	} {
		if got := Name(strings.Split(test.in, "|")...); got != test.want {
			t.Errorf("%q: %q, expected %q", test.in, got, test.want)
		}
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x/a b", "x/a_b", "x/A_B", "../y"} {
		if err := f.Add(&Case{Trace: &trace.Trace{Case: name, IUT: "mine", Family: "ipv4"}, Title: name}); err != nil {
			t.Fatal(err)
		}
	}
	var files []string
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			files = append(files, filepath.ToSlash(name))
		}
		return err
	})
	want := []string{"mine/ipv4/.%2E/y.pcapng", "mine/ipv4/x/A_B~3.pcapng", "mine/ipv4/x/a_b.pcapng", "mine/ipv4/x/a_b~2.pcapng"}
	if err != nil || !slices.Equal(files, want) {
		t.Errorf("files %q, %v, expected %q", files, err, want)
	}
	if f.Len() != 4 || f.String() != dir {
		t.Errorf("%d captures in %s", f.Len(), f)
	}
	data, err := os.ReadFile(filepath.Join(dir, "mine", "ipv4", "x", "a_b~2.pcapng"))
	if err != nil {
		t.Fatal(err)
	}
	if about, _, _ := read(t, data); !strings.Contains(about, "title: x/a_b\n") {
		t.Errorf("another case in its place: %s", about)
	}
}

// Where something is in the way the error names it.
func TestFolderFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(dir, "mine")); err == nil || !strings.Contains(err.Error(), "mine") {
		t.Errorf("a file in the place of the folder: %v", err)
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Add(&Case{Trace: &trace.Trace{Case: "x", IUT: "mine", Family: "ipv4"}}); err == nil || !strings.Contains(err.Error(), "mine") {
		t.Errorf("a file in the place of a folder in it: %v", err)
	}
	if n := f.Len(); n != 0 {
		t.Errorf("%d captures written, expected none", n)
	}
}
