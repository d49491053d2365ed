package site

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var only = flag.String("page", "", "screenshots of this page only")

var shots = flag.String("shots", "", "write screenshots of every page to this folder")

// newsstand serves the sample pages, their stylesheet and drawn pictures.
func newsstand(t testing.TB) *httptest.Server {
	mux := http.NewServeMux()
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	for p, b := range samplePages(t, srv.URL+"/pictures/") {
		if p == "/" {
			p = "/{$}"
		}
		mux.HandleFunc(p, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", TypeHTML)
			w.Write(b)
		})
	}
	mux.HandleFunc("/style.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", TypeCSS)
		w.Write(builtins(t).Style())
	})
	mux.HandleFunc("/inspect", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", TypeHTML)
		w.Write([]byte(inspector))
	})
	mux.HandleFunc("/pictures/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		w.Write(drawing(len(r.URL.Path)))
	})
	return srv
}

// drawing shows a harbour at dusk.
func drawing(seed int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 640, 360))
	for y := range 360 {
		for x := range 640 {
			c := color.RGBA{uint8(200 - y/3), uint8(150 - y/4), uint8(110 + y/5), 255}
			if y > 230 {
				c = color.RGBA{uint8(40 + (x*7+y*3)%17), uint8(60 + (y-230)/3), 90, 255}
			}
			if d := (x - 90*(seed%5+1)) % 640; d > 0 && d < 24 && y > 60 && y < 250 || y > 60 && y < 72 && x > 100 && x < 420 {
				c = color.RGBA{60, 40, 45, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// chromium runs the browser without a head. That it is missing is a failure:
// .ci/test installs it.
func chromium(t testing.TB, args ...string) []byte {
	t.Helper()
	bin, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("the page tests need chromium (.ci/test installs it): %v", err)
	}
	args = append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--user-data-dir=" + t.TempDir(),
	}, args...)
	var out, log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &log, 5*time.Second
	if err := cmd.Run(); err != nil {
		t.Fatalf("chromium: %v\n%s", err, log.String())
	}
	return out.Bytes()
}

// schemes are how a reader may like the light.
var schemes = map[string]string{"light": "--blink-settings=preferredColorScheme=1", "dark": "--blink-settings=preferredColorScheme=0"}

func TestScreenshots(t *testing.T) {
	if *shots == "" {
		return // only when somebody wants to look
	}
	srv := newsstand(t)
	for name, p := range map[string]string{"front": "/", "topic": "/t/harbour/", "story": "/s/crane/", "sources": "/sources/", "search": "/search", "mistake": "/mistake", "missing": "/missing"} {
		if *only != "" && *only != name {
			continue
		}
		for scheme, flag := range schemes {
			for size, window := range map[string]string{"wide": "1280,1000", "phone": "390,1400"} {
				file := filepath.Join(*shots, strings.Join([]string{name, size, scheme}, "-")+".png")
				chromium(t, flag, "--window-size="+window, "--screenshot="+file, srv.URL+p)
				if info, err := os.Stat(file); err != nil || info.Size() < 1000 {
					t.Errorf("%s: no picture: %v", file, err)
				}
			}
		}
	}
}

// inspector opens every page at a phone's and a laptop's width and reports what
// a reader would stumble over: a page wider than the window, text with too
// little contrast (WCAG AA), a link too small for a thumb, a picture that did
// not load.
const inspector = `<!doctype html><title>inspector</title><pre id="out">waiting</pre><script>
const pages = ["/", "/t/harbour/", "/s/crane/", "/sources/", "/search", "/mistake", "/missing"];
const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return {r: m[0], g: m[1], b: m[2], a: m.length > 3 ? m[3] : 1}; };
const lum = c => { const f = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }; return .2126 * f(c.r) + .7152 * f(c.g) + .0722 * f(c.b); };
function ground(el, win) {
	for (; el; el = el.parentElement) { const c = parse(win.getComputedStyle(el).backgroundColor); if (c.a > .99) return c; }
	return {r: 255, g: 255, b: 255};
}
function look(frame, name) {
	const win = frame.contentWindow, doc = frame.contentDocument, bad = [];
	if (doc.documentElement.scrollWidth > win.innerWidth) bad.push(name + ": " + doc.documentElement.scrollWidth + " pixels wide in " + win.innerWidth);
	for (const img of doc.images) if (img.complete && img.naturalWidth === 0) bad.push(name + ": no picture at " + img.src);
	const walk = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const el = walk.currentNode.parentElement, box = el.getBoundingClientRect();
		if (!walk.currentNode.data.trim() || box.width < 2 || el.closest(".hidden, .skip")) continue;
		const style = win.getComputedStyle(el), a = lum(parse(style.color)), b = lum(ground(el, win));
		const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < 4.5) bad.push(name + ": contrast " + ratio.toFixed(2) + " of " + walk.currentNode.data.trim().slice(0, 30));
		if (parseFloat(style.fontSize) < 12) bad.push(name + ": type of " + style.fontSize + " in " + walk.currentNode.data.trim().slice(0, 30));
	}
	for (const field of doc.querySelectorAll("input, button")) if (field.getBoundingClientRect().height < 32) bad.push(name + ": a " + field.tagName + " too small to touch");
	return bad;
}
(async () => {
	const bad = [matchMedia("(prefers-color-scheme: dark)").matches ? "scheme dark" : "scheme light"];
	for (const page of pages) for (const width of [320, 390, 1280]) {
		const frame = document.createElement("iframe");
		frame.width = width; frame.height = 900;
		await new Promise(done => { frame.onload = done; frame.src = page; document.body.append(frame); });
		bad.push(...look(frame, page + " at " + width));
		frame.remove();
	}
	document.getElementById("out").textContent = "done\n" + bad.join("\n") + "\nend";
})();
</script>`

func TestInBrowser(t *testing.T) {
	srv := newsstand(t)
	for scheme, flag := range schemes {
		out := string(chromium(t, flag, "--virtual-time-budget=20000", "--dump-dom", srv.URL+"/inspect"))
		_, report, ok := strings.Cut(out, "done\n")
		report, _, whole := strings.Cut(report, "\nend")
		if !ok || !whole || !strings.HasPrefix(report, "scheme "+scheme) {
			t.Fatalf("%s: the inspection did not end:\n%s", scheme, out)
		}
		for _, problem := range strings.Split(report, "\n")[1:] {
			t.Errorf("%s: %s", scheme, problem)
		}
	}
}

// TestAccessibleInBrowser asks axe about every page, at a laptop's and a phone's
// size, in light and dark, and walks through it by keyboard. .ci/test installs
// playwright-core and axe-core and names their folder.
func TestAccessibleInBrowser(t *testing.T) {
	modules := os.Getenv("WIREDESK_NODE_MODULES")
	if modules == "" {
		t.Log("NOT RUN: WIREDESK_NODE_MODULES names no folder with playwright-core and axe-core; .ci/test installs them")
		return
	}
	bin, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("the page tests need chromium (.ci/test installs it): %v", err)
	}
	srv := newsstand(t)
	args := []string{"testdata/browse.cjs", bin, srv.URL}
	for p := range samplePages(t, "") {
		args = append(args, p)
	}
	slices.Sort(args[3:])
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, log.String())
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if want := fmt.Sprintf("looked at %d pages", len(args)-3); lines[0] != want {
		t.Fatalf("%q, want %q", lines[0], want)
	}
	for _, problem := range lines[1:] {
		t.Error(problem)
	}
}
