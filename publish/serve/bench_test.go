package serve

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"testing"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// blackHole is a ResponseWriter that costs nothing.
type blackHole struct{ header http.Header }

func (b *blackHole) Header() http.Header         { return b.header }
func (b *blackHole) Write(p []byte) (int, error) { return len(p), nil }
func (b *blackHole) WriteHeader(int)             {}

// BenchmarkServe compares a site with a bare handler that writes the same
// bytes and headers, each behind a real connection.
func BenchmarkServe(b *testing.B) {
	s := feed(b)
	ok := ask(s, "GET", "/t/x/feed.atom", "Accept-Encoding", "gzip")
	zipped, err := io.ReadAll(ok.Body)
	if err != nil {
		b.Fatal(err)
	}
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for k, v := range ok.Header {
			w.Header()[k] = v
		}
		if r.Header.Get("If-None-Match") != "" {
			w.Header().Del("Content-Length")
			w.Header().Del("Content-Type")
			w.Header().Del("Content-Encoding")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(zipped)))
		w.Write(zipped)
	})
	for _, h := range []struct {
		name string
		http.Handler
	}{{"site", s}, {"bare", bare}} {
		b.Run(h.name+"/200", func(b *testing.B) { load(b, h, "", 200) })
		b.Run(h.name+"/304", func(b *testing.B) { load(b, h, ok.Header.Get("ETag"), 304) })
	}
}

// load sends requests over one kept connection a worker and counts answers.
func load(b *testing.B, h http.Handler, etag string, want int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv := NewServer(h, discard())
	done := make(chan struct{})
	go func() { defer close(done); srv.Serve(l) }()
	defer func() { srv.Close(); <-done }()
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}
	defer transport.CloseIdleConnections()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		r, _ := http.NewRequest("GET", "http://"+l.Addr().String()+"/t/x/feed.atom", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		if etag != "" {
			r.Header.Set("If-None-Match", etag)
		}
		for pb.Next() {
			resp, err := transport.RoundTrip(r)
			if err != nil || resp.StatusCode != want {
				b.Errorf("%v, %v", resp, err)
				return
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// BenchmarkHandler is the handler alone, on every core at once.
func BenchmarkHandler(b *testing.B) {
	s := feed(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		r, _ := http.NewRequest("GET", "http://desk.example/t/x/feed.atom", nil)
		r.Header.Set("Accept-Encoding", "gzip, br")
		w := &blackHole{header: http.Header{}}
		for pb.Next() {
			s.ServeHTTP(w, r)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// BenchmarkPut is what publishing one document of 100 kB costs.
func BenchmarkPut(b *testing.B) {
	s, n := feed(b), 0
	for b.Loop() {
		n++
		doc := make([]byte, 0, 110<<10)
		for len(doc) < 100<<10 {
			doc = append(doc, text...)
			doc = strconv.AppendInt(doc, int64(n*len(doc)), 36)
		}
		s.Put("/t/y/feed.atom", File{Type: "text/plain", Body: doc})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "documents/s")
}
