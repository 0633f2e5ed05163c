package page_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPictures takes pictures for people to look at: with TWINSTACK_PICTURES=FOLDER each view, wide and narrow, light and
// dark, and some as they are printed; with TWINSTACK_PICTURE=FILE the one of the README.
func TestPictures(t *testing.T) {
	folder, one := os.Getenv("TWINSTACK_PICTURES"), os.Getenv("TWINSTACK_PICTURE")
	if folder == "" && one == "" {
		t.Skip("neither TWINSTACK_PICTURES nor TWINSTACK_PICTURE says where to")
	}
	f, b := wholeRun(t), browser(t)
	p := open(t, b, onDisk(t, f), "")
	shoot := func(name string) {
		png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if one != "" {
		p.scheme("light", "screen")
		p.size(1180, 840)
		p.to("#divergence/" + divergence)
		is[any](p, "scrollBy(0, document.querySelector('.side-by-side').getBoundingClientRect().top - 52)")
		shoot(one)
	}
	if folder == "" {
		return
	}
	for _, theme := range []string{"light", "dark"} {
		p.scheme(theme, "screen")
		for _, size := range [][2]int64{{1400, 1100}, {400, 860}} {
			p.size(size[0], size[1])
			for name, place := range map[string]string{"overview": "#overview", "divergences": "#divergences", "divergence": "#divergence/" + divergence, "cases": "#cases", "case": "#case/" + aCase,
				"requirements": "#requirements", "requirement": "#requirement/MUST-3", "states": "#states/netstack", "matrix": "#matrix", "settings": "#settings"} {
				p.to(place)
				shoot(filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, size[0], theme)))
			}
			p.to("#case/" + aCase)
			is[any](p, "(document.querySelector('#difference-1') || document.body).scrollIntoView({ block: 'center' })")
			shoot(filepath.Join(folder, fmt.Sprintf("ladder-%d-%s.png", size[0], theme)))
		}
	}
	p.scheme("light", "print")
	p.size(800, 1100)
	for name, place := range map[string]string{"overview": "#overview", "case": "#case/" + aCase} {
		p.to(place)
		shoot(filepath.Join(folder, name+"-print.png"))
	}
}
