package site

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

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
