package script

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// samples are scripts that use each form of the language; FuzzParse starts from them.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("testdata/samples/*.pkt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	all := make(map[string][]byte)
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = src
	}
	return all
}

// roundTrip prints f and reads that back: it must be f, and printing it again must give the same text.
func roundTrip(t *testing.T, f *File) {
	t.Helper()
	text := Print(f)
	again, err := Parse(f.Name, text)
	if err != nil {
		t.Fatalf("what was printed is not understood:\n%v\n%s", err, text)
	}
	if !reflect.DeepEqual(withoutPlaces(f), withoutPlaces(again)) {
		t.Fatalf("printed and read back it is another file:\n%s\nand that one is\n%s", text, Print(again))
	}
	if second := Print(again); string(second) != string(text) {
		t.Fatalf("printed twice:\n%s\nand\n%s", text, second)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for path, src := range samples(t) {
		f, err := Parse(path, src)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		roundTrip(t, f)
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	f, err := Parse("x.pkt", []byte(`# labels: a
// set: A=1
// title: T
/* free
   words */
// requirements: MUST-1
// set: B=2
// isn: 0x10
--ip_version=ipv4 --flag
+.0 socket ( ... , SOCK_STREAM,0x10 )=3 // gone
//state 80>5000:LISTEN
0 <S 0:0(0)<mss 1460 >
+0...0.10 close({.a=1}) = ?
`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `// title: T
// requirements: MUST-1
// labels: a
// isn: 16
// set: A=1 B=2
// free
// words
--ip_version=ipv4
--flag

+0    socket(..., SOCK_STREAM, 16) = 3
// state 80 > 5000: LISTEN
0     < S 0:0(0) <mss 1460>
+0...0.1 close({a=1}) = ...
`
	if got := string(Print(f)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for i, want := range []string{"+0 socket(..., SOCK_STREAM, 16) = 3", "// state 80 > 5000: LISTEN", "0 < S 0:0(0) <mss 1460>",
		"+0...0.1 close({a=1}) = ..."} {
		if got := f.Events[i].String(); got != want {
			t.Errorf("event %d: got %q, want %q", i, got, want)
		}
	}
}

// checkParse: no text makes Parse panic, every error has its place within the text, and what is understood is printed so
// that it reads back the same.
func checkParse(t *testing.T, src []byte) {
	file, err := Parse("any.pkt", src)
	if err == nil {
		roundTrip(t, file)
		return
	}
	list, ok := err.(ErrorList)
	if !ok {
		list = ErrorList{err.(*Error)}
	}
	lines := strings.SplitAfter(string(src), "\n")
	for _, e := range list {
		if e.Pos.Line < 1 || e.Pos.Line > len(lines) || e.Pos.Col < 1 || e.Pos.Col > len(lines[e.Pos.Line-1])+1 ||
			e.Found == "" || e.Expected == "" {
			t.Errorf("%v in %s", e, strconv.Quote(string(src)))
		}
	}
}

// TestSlips makes every slip of one octet in the samples: gone, doubled, or another one in its place.
func TestSlips(t *testing.T) {
	t.Parallel()
	for _, src := range samples(t) {
		for i := range src {
			for _, slip := range []string{"", string(src[i:i+1]) + string(src[i:i+1]), "\n", " ", "0", ".", ":", "{", "/*", "\x80"} {
				checkParse(t, slices.Concat(src[:i], []byte(slip), src[i+1:]))
			}
		}
	}
}

// TestAssertionIsNotLost makes every slip of one character in an assertion, but for those in the eleven names: the script
// must be refused, or still have its assertion.
func TestAssertionIsNotLost(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"// state: LISTEN", "//state:LISTEN", "# state: LISTEN", "// state 80 > 5000: LISTEN", "//state 80>5000:LISTEN"} {
		for i := range len(line) {
			for _, with := range []string{"", " ", "\n", "x", "S", "0", ".", ":", ">", "/", "*", "-", "_", "'", "\"", "é"} {
				for _, rest := range []string{line[i:], line[i+1:]} {
					slip := line[:i] + with + rest
					f, err := Parse("x.pkt", []byte("+0 close(3) = 0\n"+slip+"\n+0 close(4) = 0\n"))
					if err == nil && (len(f.Events) != 3 || f.Events[1].States == nil) {
						t.Errorf("%q is lost", slip)
					}
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, src := range samples(f) {
		f.Add(src)
	}
	for _, broken := range []string{"/*\n * titel: x", "`sleep 1`\n+0 %{ x }%", "+0 close(\"\\x1\", {...}) // State: A", "--a=\"`", "+0...1 < é",
		"// With: x\n+0 < S 0:0(0)", "+0 close(3) = 0\n// with: opt=2/\n// with: dst=::%1 src=1\n// or: state: LISTEN", "+0 bind(3, {sa_family=AF_INET6, sin_port=htons(1), sin_addr=inet_addr(\"::%x\")}, 1) = 0"} {
		f.Add([]byte(broken))
	}
	f.Fuzz(checkParse)
}
