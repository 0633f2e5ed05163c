package archive

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// An event is a line, and so is a list of numbers however long; what is parted is indented.
func TestLayout(t *testing.T) {
	t.Parallel()
	f := sample()
	for range 100 {
		f.Matrix.Squares[0].Counts[0] = append(f.Matrix.Squares[0].Counts[0], 1)
	}
	text := written(t, f)
	for _, want := range []string{
		"{\n\t\"schema\": \"twinstack-results/1\",\n",
		"\n\t\t\t\t\t\t{\"ns\":1,\"kind\":\"received\",\"line\":1,\"cause\":1,\"text\":\"< 1 > 2 R 1:1(0) win 0\"},\n",
		"\n\t\t\t\t\"counts\": [[1,2," + strings.Repeat("1,", 99) + "1]],\n",
		"\n\t\t\t\"title\": \"A <title>\",\n",
		"\n\t\"seed\": 0,\n",
		"\n}\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// The layout changes nothing but white space.
func FuzzLayout(f *testing.F) {
	f.Add(`{"a":[1,[],{}],"b":{"c":"\\\"]}{[,:"},"d":[{"e":null},true,-1.5e3,"` + strings.Repeat("x", 200) + `"]}`)
	f.Add(`[[[[]]],"` + strings.Repeat("é", 90) + `",[[1],[2,3]]]`)
	f.Add(`0`)
	f.Fuzz(func(t *testing.T, text string) {
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			return
		}
		var b strings.Builder
		if err := write(&b, v); err != nil {
			t.Fatal(err)
		}
		var again any
		if err := json.Unmarshal([]byte(b.String()), &again); err != nil || !reflect.DeepEqual(v, again) {
			t.Errorf("%v: %q became %q", err, text, b.String())
		}
	})
}
