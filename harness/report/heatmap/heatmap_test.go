package heatmap

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func write(t *testing.T, m *Map) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// pieces cuts a page into its markup, its data and its script.
func pieces(t *testing.T, page string) (markup, blob, script string) {
	t.Helper()
	before, rest, ok := strings.Cut(page, `<script type="application/json" id="map">`)
	blob, rest, ok2 := strings.Cut(rest, "</script>")
	_, rest, ok3 := strings.Cut(rest, "<script>")
	script, after, ok4 := strings.Cut(rest, "</script>")
	if !ok || !ok2 || !ok3 || !ok4 {
		t.Fatalf("no data or no script in the page of %d octets", len(page))
	}
	return before + after, blob, script
}

// numbers are the numbers in the cells of the page's table of totals.
func numbers(t *testing.T, markup string) [][]string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(markup))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var rows [][]string
	inCell, inTotals := false, false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			for _, a := range e.Attr {
				inTotals = inTotals || a.Name.Local == "id" && a.Value == "totals"
			}
			if e.Name.Local == "tr" && inTotals {
				rows = append(rows, nil)
			}
			inCell = e.Name.Local == "td"
		case xml.EndElement:
			inCell = false
			inTotals = inTotals && e.Name.Local != "table"
		case xml.CharData:
			if inCell && inTotals {
				rows[len(rows)-1] = append(rows[len(rows)-1], string(e))
			}
		}
	}
}

// The page has every count of the map, at its place.
func TestCounts(t *testing.T) {
	t.Parallel()
	m := sample()
	page := write(t, m)
	markup, blob, _ := pieces(t, page)
	var d data
	if err := json.Unmarshal([]byte(blob), &d); err != nil {
		t.Fatal(err)
	}
	want := m.counts()
	m.each(func(p Place) {
		var got Count
		if positions := d.Counts[p.IUT][p.Row][p.Entry][p.Column]; p.Position < len(positions) {
			switch n := positions[p.Position].(type) {
			case float64:
				got[Allowed] = int(n)
			case []any:
				for v := range got {
					got[v] = int(n[v].(float64))
				}
			}
		}
		if got != want[p] {
			t.Errorf("%s: %v, expected %v", m.at(p), got, want[p])
		}
	})
	var all [][]string
	for i := range m.IUTs {
		var sum Count
		squares := map[[2]int]bool{}
		for p, n := range want {
			if p.IUT != i {
				continue
			}
			for v := range n {
				sum[v] += n[v]
			}
			if n[Violation] > 0 {
				squares[[2]int{p.Row, p.Column}] = true
			}
		}
		all = append(all, strings.Fields(fmt.Sprint(sum.All(), sum[0], sum[1], sum[2], sum[3], len(squares))))
	}
	if got := numbers(t, markup); len(got) != 1+len(all) || !reflect.DeepEqual(got[1:], all) {
		t.Errorf("totals %v, expected a heading and %v", got, all)
	}
}

// Each case of a cause counts in its square, and at most 20 of a square are named, or one for each place.
func TestCauses(t *testing.T) {
	t.Parallel()
	m := sample()
	_, blob, _ := pieces(t, write(t, m))
	var d data
	if err := json.Unmarshal([]byte(blob), &d); err != nil {
		t.Fatal(err)
	}
	cases := map[int]map[string]Place{}
	want, got := map[[6]int]int{}, map[[6]int]int{} // by cause and place
	for i, c := range m.Causes {
		cases[i] = map[string]Place{}
		for _, k := range c.Cases {
			cases[i][k.ID] = k.Place
			want[[6]int{i, k.IUT, k.Row, k.Entry, k.Column, k.Position}]++
		}
		if d.Causes[i].Cases != len(c.Cases) || d.Causes[i].ID != c.ID || d.Causes[i].Got != c.Got {
			t.Errorf("cause %d is %+v, expected %s with %d cases", i, d.Causes[i], c.ID, len(c.Cases))
		}
	}
	for _, s := range d.Shares {
		total := 0
		for _, p := range s.Places {
			got[[6]int{s.Cause, s.IUT, s.Row, p[0], s.Column, p[1]}] += p[2]
			total += p[2]
		}
		if n := len(s.Cases); n != min(total, max(20, len(s.Places))) {
			t.Errorf("%d cases named of %d in %d places, expected 20 or all, and one for each place", n, total, len(s.Places))
		}
		named := map[int]bool{}
		for _, k := range s.Cases {
			p := s.Places[k.Place]
			if want := (Place{s.IUT, s.Row, p[0], s.Column, p[1]}); cases[s.Cause][k.ID] != want {
				t.Errorf("case %s stands at %v, expected %v", k.ID, want, cases[s.Cause][k.ID])
			}
			named[k.Place] = true
		}
		if len(named) != len(s.Places) {
			t.Errorf("%d places with a case that is named, expected all %d", len(named), len(s.Places))
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d places with causes, expected %d, each with as many cases", len(got), len(want))
	}
}

// A page stands for itself: it links to RFCs and fetches nothing, and only its own script may run.
func TestSelfContained(t *testing.T) {
	t.Parallel()
	page := write(t, sample())
	for _, m := range regexp.MustCompile(`https?://[^"]*`).FindAllString(page, -1) {
		if !strings.HasPrefix(m, "https://www.rfc-editor.org/rfc/rfc") {
			t.Errorf("address %q, expected RFCs alone", m)
		}
	}
	for _, bad := range []string{" src=", "<link", "@import", "url(", "@font-face", "fetch(", "XMLHttpRequest", "innerHTML", "eval("} {
		if strings.Contains(page, bad) {
			t.Errorf("%q in the page, expected none", bad)
		}
	}
	markup, _, script := pieces(t, page)
	sum := sha256.Sum256([]byte(script))
	policy := regexp.MustCompile(`content="(default-src[^"]*)"`).FindStringSubmatch(markup)
	if policy == nil || !strings.Contains(strings.NewReplacer("&#43;", "+", "&#39;", "'").Replace(policy[1]),
		"script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("policy %q, expected the hash of the script", policy)
	}
	if page != write(t, sample()) {
		t.Error("the same map twice, expected the same octets")
	}
}

// No text of a map becomes markup.
func TestEscaping(t *testing.T) {
	t.Parallel()
	const evil = `</script><script>alert("1")</script><!--`
	m := &Map{Title: evil, IUTs: []string{evil}, Rows: []Row{{evil, []string{evil}}}, Columns: []Column{{evil, evil, []string{evil}}}, Replay: evil,
		Cells:  []Cell{{Count: Count{Violation: 1}}},
		Causes: []Cause{{evil, Violation, evil, evil, evil, evil, evil, evil, evil, evil, []Case{{ID: evil}}, nil}}}
	page := write(t, m)
	if n := strings.Count(page, "<script"); n != 2 {
		t.Errorf("%d scripts, expected 2", n)
	}
	if strings.Contains(page, "<!--") {
		t.Error("a comment in the page, expected none")
	}
	_, blob, _ := pieces(t, page)
	var d data
	if err := json.Unmarshal([]byte(blob), &d); err != nil {
		t.Fatal(err)
	}
	if d.Causes[0].Got != evil || d.Shares[0].Cases[0].ID != evil || d.Rows[0].State != evil {
		t.Errorf("data %+v, expected the texts as they were", d)
	}
}

// However long the texts are the page stays small: fewer cases are named, all are counted.
func TestSize(t *testing.T) {
	t.Parallel()
	if n := len(write(t, sample())); n > 2_000_000 {
		t.Errorf("%d octets, expected far less than 5 MB for a map of this kind", n)
	}
	long := sample()
	for i := range long.Causes {
		for n := range long.Causes[i].Cases {
			long.Causes[i].Cases[n].ID += strings.Repeat("x", 4000)
		}
	}
	page := write(t, long)
	if len(page) > maxSize {
		t.Errorf("%d octets, expected at most %d", len(page), maxSize)
	}
	_, blob, _ := pieces(t, page)
	var d data
	if err := json.Unmarshal([]byte(blob), &d); err != nil {
		t.Fatal(err)
	}
	for _, s := range d.Shares {
		if n := len(s.Cases); n == 0 || n >= 20 {
			t.Fatalf("%d cases named, expected fewer than 20, and some", n)
		}
	}
	long.Causes[0].Got = strings.Repeat("x", maxSize)
	if err := Write(io.Discard, long); err == nil || !strings.Contains(err.Error(), "no case named") {
		t.Errorf("error %v, expected that the page is too large", err)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		wrong func(*Map)
		want  string
	}{
		{"IUT", func(m *Map) { m.Cells[1].IUT = 2 }, "cell 1: IUT 2, expected one of 2"},
		{"row", func(m *Map) { m.Cells[1].Row = -1 }, "cell 1: row -1, expected one of 1"},
		{"column", func(m *Map) { m.Cells[1].Column = 1 }, "cell 1: column 1, expected one of 1"},
		{"entry", func(m *Map) { m.Causes[0].Cases[0].Entry = 7 }, `cause "c", case "k": entry 7, expected one of 1`},
		{"position", func(m *Map) { m.Causes[0].Cases[0].Position = 2 }, "position 2, expected one of 2"},
		{"fewer than none", func(m *Map) { m.Cells[0].Count[Allowed] = -1 }, "cell 0: -1 cases are allowed"},
		{"a cause of what is allowed", func(m *Map) { m.Causes[0].Verdict = Allowed }, `cause "c": allowed, expected non-strict`},
		{"an unknown verdict", func(m *Map) { m.Causes[0].Verdict = 9 }, `cause "c": verdict 9`},
		{"no cause", func(m *Map) { m.Cells[1].Count[Violation]++ }, "b, LISTEN (listen), SYN (right): 2 cases are violation, and 1 of them have a cause"},
		{"no case", func(m *Map) { m.Cells[1].Count[Violation]-- }, "0 cases are violation, and 1 of them have a cause"},
		{"two places", func(m *Map) { m.Causes[0].Cases = append(m.Causes[0].Cases, Case{"k", Place{IUT: 1}}) }, `case "k": stands in b, LISTEN (listen), SYN (left), and in b, LISTEN (listen), SYN (right) before`},
		{"two columns", func(m *Map) { m.Columns = append(m.Columns, m.Columns[0]) }, `column "SYN" of group "flags" a second time`},
	}
	small := func() *Map {
		at := Place{IUT: 1, Position: 1}
		return &Map{IUTs: []string{"a", "b"}, Rows: []Row{{"LISTEN", []string{"listen"}}}, Columns: []Column{{"flags", "SYN", []string{"left", "right"}}},
			Cells:  []Cell{{Place{}, Count{Allowed: 3}}, {at, Count{Violation: 1}}, {at, Count{Allowed: 1}}},
			Causes: []Cause{{ID: "c", Verdict: Violation, Cases: []Case{{"k", at}}}, {ID: "d", Verdict: NonStrict, Cases: []Case{{"k", at}}}}}
	}
	write(t, small()) // a case of two causes counts once, as the worse
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := small()
			test.wrong(m)
			if err := Write(io.Discard, m); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, expected %q", err, test.want)
			}
		})
	}
	if err := Write(full{}, small()); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("error %v, expected that of the writer", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
