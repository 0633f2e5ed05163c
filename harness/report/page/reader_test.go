package page_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/twinstack/twinstack/harness/archive"
)

const (
	aCase      = "reset/rst-in-window-in-syn-received"
	divergence = "netstack-rfc9293-3.10.7.4-fin-beyond-a-hole"
	heading    = "document.querySelector('main > section:not([hidden]) h1').textContent"
)

// find is the first of a list that is so; the test ends where none is.
func find[T any](t *testing.T, list []T, is func(*T) bool) *T {
	t.Helper()
	for i := range list {
		if is(&list[i]) {
			return &list[i]
		}
	}
	t.Fatalf("none of %d is as this test needs it", len(list))
	return nil
}

// An address opens what it names, from the start and on the way.
func deepLinks(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	c := find(t, f.Cases, func(c *archive.Case) bool { return c.ID == aCase })
	row := find(t, f.Ledger, func(r *archive.LedgerRow) bool { return r.ID == divergence })
	// A case that does not read the same on both families has them apart.
	apart := find(t, f.Cases, func(c *archive.Case) bool {
		return c.ID == "handshake/mss-announced" || strings.Contains(c.ID, "multicast")
	})
	for _, link := range []struct{ place, view, heading string }{
		{"#case/" + c.ID, "view-detail", c.Title},
		{"#case/" + c.ID + "/ipv6", "view-detail", c.Title},
		{"#case/" + apart.ID + "/ipv6", "view-detail", apart.Title},
		{"#divergence/" + row.ID, "view-detail", row.Reason[:strings.Index(row.Reason, ". ")+1]},
		{"#requirement/MUST-3", "view-detail", "MUST-3"},
		{"#cases?topic=reset&q=SYN", "view-cases", "Cases"},
		{"#states/ours", "view-states", "State diagrams"},
		{"#settings", "view-settings", "Settings and versions"},
		{"#case/there/is-none", "view-detail", "Nothing is called that"},
		{"#nowhere", "view-overview", "✓ As recorded"},
	} {
		p := open(t, link.place)
		want(p, viewNow, link.view)
		want(p, heading, link.heading)
	}
	p := open(t, "")
	p.to("#case/" + apart.ID + "/ipv6")
	want(p, "document.querySelectorAll('.tabs [aria-pressed]').length", 2)
	want(p, "document.querySelector('.tabs [aria-pressed=true]').textContent", "ipv6")
	p.to("#cases?topic=reset&q=SYN")
	want(p, "document.querySelector('#view-cases form').elements.topic.value", "reset")
	want(p, "document.querySelector('#view-cases form').elements.q.value", "SYN")
	p.to("#states/ours")
	want(p, "document.querySelector('#drawn svg title').textContent", "ours in the state diagram of RFC 9293")
}

// Back goes to where one was, and to where that was scrolled to.
func back(t *testing.T, _ *archive.File, open func(*testing.T, string) *tab) {
	p := open(t, "#cases?topic=reset")
	is[any](p, "scrollTo(0, 300)")
	want(p, "scrolled.get(history.state.n)", 300)
	is[any](p, "document.querySelector(`#view-cases a[href='#case/"+aCase+"']`).click()")
	want(p, viewNow, "view-detail")
	want(p, "scrollY", 0)
	is[any](p, "history.back()")
	want(p, viewNow, "view-cases")
	want(p, "location.hash", "#cases?topic=reset")
	want(p, "document.querySelector('#view-cases form').elements.topic.value", "reset")
	want(p, "scrollY", 300)
}

// The theme is the system's until one is chosen, and then stays.
func theme(t *testing.T, _ *archive.File, open func(*testing.T, string) *tab) {
	const dark, light = "rgb(13, 17, 23)", "rgb(255, 255, 255)"
	const ground = "getComputedStyle(document.body).backgroundColor"
	p := open(t, "")
	p.scheme("light", "screen")
	want(p, ground, light)
	p.scheme("dark", "screen")
	want(p, ground, dark)
	p.do(chromedp.Click("#theme"))
	want(p, "$('theme').textContent", "theme: light")
	want(p, ground, light)
	p.do(chromedp.Click("#theme"))
	want(p, ground, dark)
	p.scheme("light", "screen")
	want(p, ground, dark)
	p.do(chromedp.Reload())
	want(p, "$('theme').textContent", "theme: dark")
	want(p, ground, dark)
	p.keys("t")
	want(p, "$('theme').textContent", "theme: system")
	want(p, ground, light)
	p.to("#states/ours")
	want(p, "getComputedStyle(document.querySelector('#drawn rect.page')).fill", light)
	p.keys("t", "t")
	want(p, "getComputedStyle(document.querySelector('#drawn rect.page')).fill", dark)
	p.keys("t")
}

func keyboard(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	const active = "document.activeElement.getAttribute('href') || document.activeElement.name || document.activeElement.id"
	p := open(t, "")
	p.keys("/")
	want(p, viewNow, "view-cases")
	want(p, active, "q")
	p.keys("reset/rst")
	want(p, "location.hash", "#cases?q=reset%2Frst")
	n := casesThat(f, func(c *archive.Case) bool { return strings.HasPrefix(c.ID, "reset/rst") })
	if found := is[int](p, items); found < n || found == len(f.Cases) {
		t.Errorf("%d found, expected %d and no more than name it", found, n)
	}
	p.keys(kb.Escape)
	want(p, "document.activeElement === document.body", true)
	links := is[[]string](p, "[...document.querySelectorAll('#view-cases .item')].map(a => a.getAttribute('href'))")
	p.keys("j")
	want(p, active, links[0])
	p.keys("j")
	want(p, active, links[1])
	p.keys("k")
	want(p, active, links[0])
	p.keys(kb.Enter)
	want(p, "location.hash", links[0])
	want(p, viewNow, "view-detail")
	p.keys("j")
	want(p, "location.hash", links[1])
	want(p, "document.querySelector('main').dataset.shows", links[1][1:])
	p.keys("k")
	want(p, "location.hash", links[0])
	want(p, "document.querySelector('main').dataset.shows", links[0][1:])
	p.keys(kb.Escape)
	want(p, viewNow, "view-cases")
	want(p, "location.hash", "#cases?q=reset%2Frst")
	want(p, active, links[0])
	is[any](p, "document.querySelector('.skip').click()")
	want(p, "document.activeElement.id + ' ' + location.hash", "main #cases?q=reset%2Frst")
	p.keys("?")
	want(p, "$('help').open", true)
	p.keys("j") // behind the help nothing moves
	p.keys(kb.Escape)
	want(p, "$('help').open", false)
	want(p, viewNow, "view-cases")
	for key, view := range map[string]string{"o": "overview", "d": "divergences", "c": "cases", "r": "requirements", "s": "states", "m": "matrix"} {
		p.keys("g", key)
		want(p, viewNow, "view-"+view)
	}
}

// Each difference is marked in the ladder, and each failure told, at its place.
func ladder(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	p := open(t, "")
	cases := 0
	for _, c := range f.Cases {
		if len(c.Comparisons) == 0 || len(c.Comparisons[0].Differences) == 0 {
			continue
		}
		if cases++; cases%7 != 0 { // a seventh of them, the rest is TestMarks's
			continue
		}
		p.to("#case/" + c.ID + "/" + c.Comparisons[0].Family)
		d := c.Comparisons[0]
		want(p, "document.querySelectorAll('.differences li').length", len(d.Differences))
		badges := is[[]string](p, "[...document.querySelectorAll('.ladder .badge')].map(b => b.textContent + ' ' + b.title)")
		for i, one := range d.Differences {
			if name := fmt.Sprintf("≠ %d %s", i+1, one.Text); !slices.Contains(badges, name) {
				t.Errorf("%s: %q is not marked", c.ID, name)
			}
		}
		failures := 0
		for _, r := range c.Runs {
			if r.Family == d.Family {
				failures += len(r.Failures)
			}
		}
		want(p, "document.querySelectorAll('.ladder .failed').length", failures)
	}
	if cases < 7 {
		t.Fatal("no case has a difference")
	}

	p.to("#case/close/fin-beyond-a-hole")
	want(p, "[...document.querySelectorAll('.ladder thead .end')].map(e => e.textContent).join(' ')", "peer ours peer netstack")
	want(p, "[...document.querySelectorAll('#difference-1 .side code')].map(c => c.textContent.replace(/ win.*/, '')).join(' | ')", ". 1:1(0) ack 12 | . 1:1(0) ack 11 | +0 > . 1:1(0) ack 12 | > . 1:1(0) ack 11")
	want(p, "document.querySelector('#difference-2 .state').textContent", "CLOSE-WAIT")
	want(p, "document.querySelector('#difference-2 .nothing').textContent", "no other state")
	want(p, "document.querySelector('.script .failing code').textContent", "+0        > . 1:1(0) ack 12")
	want(p, "document.querySelector('.command code').textContent", "go run ./ci script -v fixtures/close/fin-beyond-a-hole.pkt")
	// The pointer on a row points at its lines of the script.
	is[bool](p, "document.querySelector('#difference-1').dispatchEvent(new MouseEvent('mouseenter'))")
	want(p, "[...document.querySelectorAll('.script .pointed code')].map(c => c.textContent).join(' | ')", "+0        < P. 1:11(10) ack 1 win 65535 | +0        > . 1:1(0) ack 12")
	// What is the same on both sides stands in one row.
	want(p, "[...document.querySelectorAll('.ladder tbody tr:not(.different)')].every(tr => tr.children.length === 3 && [...tr.querySelectorAll('.side')].every(s => s.children.length === 1))", true)
}

func clauses(t *testing.T, _ *archive.File, open func(*testing.T, string) *tab) {
	p := open(t, "")
	const rfc = "https://www.rfc-editor.org/rfc/rfc"
	for text, links := range map[string]string{
		"":                   "[]",
		"no clause":          `["no clause"]`,
		"RFC 9293 §3.10.7.4": `[["RFC 9293 §3.10.7.4","` + rfc + `9293#section-3.10.7.4"]]`,
		"RFC 9293 §A.2":      `[["RFC 9293 §A.2","` + rfc + `9293#appendix-A.2"]]`,
		"see RFC 5961 §4.2, RFC 9293 §3.5 (MAY-12).": `["see ",["RFC 5961 §4.2","` + rfc + `5961#section-4.2"],", ",["RFC 9293 §3.5","` + rfc + `9293#section-3.5"]," (MAY-12)."]`,
	} {
		want(p, "JSON.stringify(cited("+literal(text)+").map(n => n.href ? [n.textContent, n.href] : n))", links)
	}
	p.to("#divergence/" + divergence)
	want(p, "document.querySelector('#view-detail h1 + p a').href", rfc+"9293#section-3.10.7.4")
}

func states(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	p := open(t, "#states")
	arrows := 0
	for _, a := range f.Transitions {
		if a.IUT == "netstack" {
			arrows++
		}
	}
	want(p, "document.querySelectorAll('#drawn g.arrow').length", arrows)
	want(p, "$('arrows').childElementCount", arrows)
	p.do(chromedp.Click("#view-states .tabs a[href='#states/ours']"))
	want(p, "document.querySelector('#drawn svg title').textContent", "ours in the state diagram of RFC 9293")
	want(p, "document.querySelectorAll('#drawn g.arrow').length", arrows)
	for _, g := range cells(p, "#taken") {
		taken := 0
		for _, a := range f.Transitions {
			if a.IUT == g[0] && a.How == "taken" {
				taken++
			}
		}
		if g[1] != number(arrows) || g[2] != number(taken) {
			t.Errorf("%v, expected %d arrows, %d taken", g, arrows, taken)
		}
	}
}

func matrix(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	p := open(t, "#matrix")
	squares := map[[2]int]bool{}
	cases := map[string]int{}
	for _, s := range f.Matrix.Squares {
		squares[[2]int{s.Row, s.Column}] = true
		for _, counts := range s.Counts {
			for _, n := range counts {
				cases[f.Matrix.IUTs[s.IUT].IUT] += n
			}
		}
	}
	want(p, "document.querySelectorAll('#groups button.square').length", len(squares))
	for _, row := range cells(p, "#totals") {
		if row[1] != number(cases[row[0]]) {
			t.Errorf("%s: %s cases, expected %d", row[0], row[1], cases[row[0]])
		}
	}
	s := find(t, f.Matrix.Squares, func(s *archive.Square) bool { return len(s.Shares) > 0 && s.Shares[0].Cause >= 0 })
	state, column := f.Matrix.Rows[s.Row].State, f.Matrix.Columns[s.Column]
	is[any](p, fmt.Sprintf("document.querySelector(`#groups button.square[data-key='${JSON.stringify({ row: %d, column: %d })}']`).click()", s.Row, s.Column))
	want(p, "$('square').open", true)
	title := strings.Join([]string{state, column.Group, column.Name}, " · ")
	want(p, "$('square-title').textContent", title)
	if body := is[string](p, "$('square-body').textContent"); !strings.Contains(body, f.Matrix.Causes[s.Shares[0].Cause].Rule) {
		t.Errorf("the square tells %q, expected the rule %s", body, f.Matrix.Causes[s.Shares[0].Cause].Rule)
	}
	link := is[string](p, "location.hash")
	if !strings.HasPrefix(link, "#square/state=") {
		t.Errorf("the address is %s, expected that of the square", link)
	}
	p.keys(kb.Escape)
	want(p, "$('square').open", false)
	want(p, "location.hash", "#matrix")
	again := open(t, link)
	want(again, viewNow, "view-matrix")
	want(again, "$('square').open", true)
	want(again, "$('square-title').textContent", title)
}

// Nothing makes the page wider than the window, on a desk or on a phone.
func widths(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	p := open(t, "")
	places := []string{"#overview", "#divergences", "#cases", "#requirements", "#states", "#states/ours", "#matrix", "#settings", "#requirement/MUST-3", "#divergence/" + divergence}
	for i, c := range f.Cases {
		if i%20 == 0 || c.ID == aCase {
			places = append(places, "#case/"+c.ID)
		}
	}
	for _, width := range []int64{1400, 400} {
		p.size(width, 900)
		for _, place := range places {
			p.to(place)
			if w := is[int64](p, "document.documentElement.scrollWidth"); w > width {
				t.Errorf("%s is %d pixels wide in a window of %d", place, w, width)
			}
			// What scrolls within itself is a table or a drawing, never a ladder.
			if bad := is[int](p, "[...document.querySelectorAll('.side-by-side, .ladder')].filter(e => e.scrollWidth > e.clientWidth + 1).length"); bad > 0 {
				t.Errorf("%s has a ladder wider than its place in a window of %d", place, width)
			}
		}
	}
}

// What fixtures, stacks and ledgers say stays text.
func TestHostileText(t *testing.T) {
	t.Parallel()
	b := browser(t)
	f := hostile()
	p := open(t, b, onDisk(t, f), "")
	if err := chromedp.Listen(p.ctx, func(e any) {
		if _, ok := e.(*page.EventJavascriptDialogOpening); ok {
			p.mu.Lock()
			p.wrong = append(p.wrong, "a dialog")
			p.mu.Unlock()
		}
	}); err != nil {
		t.Fatal(err)
	}
	for _, view := range []string{"#divergences", "#cases", "#requirements", "#states", "#matrix", "#settings"} {
		p.to(view)
	}
	p.to("#cases")
	want(p, items, 1)
	p.do(chromedp.Click("#view-cases .item"))
	want(p, heading, evil)
	want(p, "document.querySelector('.ladder .call code').textContent", evil)
	want(p, "document.querySelector('.script li:nth-child(2) code').textContent", evil)
	p.to("#divergences")
	p.do(chromedp.Click("#view-divergences .item"))
	want(p, heading, evil)
	p.to("#requirements")
	p.do(chromedp.Click("#view-requirements .item"))
	want(p, heading, evil)
	want(p, "document.querySelectorAll('main img, main script, [onerror]').length", 0)
	want(p, "typeof window.harmed", "undefined")
}
