package page_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/twinstack/twinstack/harness/archive"
)

// browser starts a headless Chromium, one for a test. A test without one is skipped.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium, chromium-browser or google-chrome in PATH: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the browser starts
		t.Fatal(err)
	}
	return ctx
}

// onDisk leaves the page of a run in a folder, as its reader gets it, and gives its address.
func onDisk(t *testing.T, f *archive.File) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(name, []byte(write(t, f)), 0o644); err != nil {
		t.Fatal(err)
	}
	return "file://" + name
}

// tab is a page in the browser. When its test ends there must have been no request but for the page itself, no message on the
// console, and no exception.
type tab struct {
	*testing.T
	ctx context.Context
	url string

	mu       sync.Mutex
	requests []string
	wrong    []string
}

// open opens a page in a tab of its own, 1400 by 900 pixels, at a place: "#cases".
func open(t *testing.T, browser context.Context, url, place string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	p := &tab{T: t, ctx: ctx, url: url}
	t.Cleanup(func() {
		defer cancel()
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.requests) == 0 {
			t.Error("no request seen, expected that of the page")
		}
		for _, r := range p.requests {
			if r, _, _ := strings.Cut(r, "#"); r != url {
				t.Errorf("request of %s, expected the page alone", r)
			}
		}
		for _, w := range p.wrong {
			t.Errorf("on the console: %s", w)
		}
	})
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	p.size(1400, 900)
	p.do(chromedp.Navigate(url + place))
	return p
}

func (p *tab) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		p.wrong = append(p.wrong, fmt.Sprintf("exception %s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		p.wrong = append(p.wrong, fmt.Sprintf("%s %v", e.Type, e.Args))
	case *log.EventEntryAdded:
		p.wrong = append(p.wrong, fmt.Sprintf("%s %s", e.Entry.Level, e.Entry.Text))
	}
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

// size makes the window of some width and height, in pixels.
func (p *tab) size(width, height int64) { p.Helper(); p.do(chromedp.EmulateViewport(width, height)) }

// scheme emulates what a system is set to, "light" or "dark", on a medium: "screen" or "print".
func (p *tab) scheme(value, medium string) {
	p.Helper()
	if _, err := chromedp.Run(p.ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
		return cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium,
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}})
	}); err != nil {
		p.Fatal(err)
	}
}

// keys are typed one after the other, as a keyboard does: what a key writes is a part of its being pressed, so that the page
// can prevent it.
func (p *tab) keys(keys ...string) {
	p.Helper()
	for _, key := range strings.Join(keys, "") {
		for _, e := range kb.Encode(key) {
			switch {
			case e.Type == kb.KeyChar:
				continue
			case e.Type == kb.KeyDown && unicode.IsPrint(key):
				e.Text = string(key)
			case e.Type == kb.KeyDown && key == '\r':
				e.Text = "\r"
			}
			if _, err := chromedp.Run(p.ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
				return cdp.Call(ctx, t, input.DispatchKeyEvent, *e)
			}); err != nil {
				p.Fatal(err)
			}
		}
	}
}

// is what an expression comes to in the page.
func is[T any](p *tab, expression string) T {
	p.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return v
}

// want holds an expression against what is expected, and waits for it: an address changes a moment before the page does.
func want[T comparable](p *tab, expression string, expected T) {
	p.Helper()
	const wait = `new Promise(done => {
		const end = performance.now() + 20000;
		const look = () => { const now = (%s); if (now === %s || performance.now() > end) done(now === undefined ? null : now); else setTimeout(look, 4); };
		look();
	})`
	got, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](fmt.Sprintf(wait, expression, literal(expected)), func(e *runtime.EvaluateParams) { e.AwaitPromise = new(true) }))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	if got != expected {
		p.Fatalf("%s is %v, expected %v", expression, got, expected)
	}
}

// to goes to a place in the page, as a link does.
func (p *tab) to(place string) {
	p.Helper()
	is[string](p, "location.hash = "+literal(place))
	want(p, "document.querySelector('main').dataset.shows", strings.TrimPrefix(place, "#"))
}
