package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"wiredesk/store"
)

func pack(t testing.TB, coding string, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		z, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		w = z
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// enc-negotiate: what is offered can be undone; whole, cut, broken and endless.
func TestCodings(t *testing.T) {
	text := []byte(strings.Repeat("news of the day, more or less; ", 4000))
	noise := make([]byte, 40_000)
	for i := range noise {
		noise[i] = byte(i * i >> 3)
	}
	for _, coding := range []string{"gzip", "br", "zstd"} {
		packed := pack(t, coding, append(noise, text...))
		broken := bytes.Clone(packed)
		for i := len(broken) / 2; i < len(broken)/2+20; i++ {
			broken[i] ^= 0x5a
		}
		for _, tt := range []struct {
			name string
			body []byte
			want store.Code
		}{
			{"whole", packed, store.OK},
			{"net-gzip-bomb", pack(t, coding, make([]byte, 16<<20)), store.CodeTooBig},
			{"cut", packed[:len(packed)/2], store.CodeCut},
			{"net-gzip-corrupt", broken, store.CodeEncoding},
			{"not packed at all", text, store.CodeEncoding},
		} {
			if coding == "br" && tt.name == "net-gzip-corrupt" {
				continue // Brotli has no checksum
			}
			t.Run(coding+" "+tt.name, func(t *testing.T) {
				origin := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if !strings.Contains(r.Header.Get("Accept-Encoding"), coding) {
						t.Errorf("%s is not offered", coding)
					}
					w.Header().Set("Content-Encoding", coding)
					_, _ = w.Write(tt.body)
				})
				c := testClient(t, nil)
				if tt.want != store.OK {
					e := wantCode(t, c, Request{URL: origin}, tt.want)
					if e.Wire > 2<<20 {
						t.Errorf("%d bytes were taken from the wire", e.Wire)
					}
					return
				}
				if res := mustGet(t, c, Request{URL: origin}); len(res.Body) != len(noise)+len(text) || res.Wire > int64(len(res.Body)) {
					t.Errorf("%d bytes came, %d on the wire", len(res.Body), res.Wire)
				}
			})
		}
	}
}

// Gzip as servers really send it: in several members, padded, or without a word
// of it. One layer is undone, and no more.
func TestGzipAsItComes(t *testing.T) {
	one, two := pack(t, "gzip", []byte("news ")), pack(t, "gzip", []byte("of the day"))
	for _, tt := range []struct {
		name, coding string
		body         []byte
		want         string
		code         store.Code
	}{
		{"two members", "gzip", append(bytes.Clone(one), two...), "news of the day", store.OK},
		{"padded", "x-gzip", append(bytes.Clone(one), make([]byte, 700)...), "news ", store.OK},
		{"junk behind", "gzip", append(bytes.Clone(one), "junk"...), "news ", store.OK},
		{"the second is cut", "gzip", append(bytes.Clone(one), two[:12]...), "", store.CodeCut},
		{"not said", "", one, "news ", store.OK},
		{"not said, and cut", "identity", one[:len(one)-2], "", store.CodeCut},
		{"not said, and too large", "", pack(t, "gzip", make([]byte, 16<<20)), "", store.CodeTooBig},
		{"twice", "gzip", pack(t, "gzip", one), string(one), store.OK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			origin := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if tt.coding != "" {
					w.Header().Set("Content-Encoding", tt.coding)
				}
				_, _ = w.Write(tt.body)
			})
			c := testClient(t, nil)
			if tt.code != store.OK {
				wantCode(t, c, Request{URL: origin}, tt.code)
				return
			}
			if res := mustGet(t, c, Request{URL: origin}); string(res.Body) != tt.want {
				t.Errorf("got %q, want %q", res.Body, tt.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, coding := range []string{"gzip", "br", "zstd"} {
		f.Add(coding, pack(f, coding, []byte("feed")))
	}
	c := testClient(f, nil)
	const limit = 1 << 16
	f.Fuzz(func(t *testing.T, coding string, in []byte) {
		s := &stream{raw: bytes.NewReader(in), max: limit}
		resp := &http.Response{Header: http.Header{"Content-Encoding": {coding}}, ContentLength: -1}
		if body, _ := c.read(t.Context(), s, resp, limit, false); len(body) > 2*limit {
			t.Errorf("%d bytes came through a limit of %d", len(body), 2*limit)
		}
	})
}
