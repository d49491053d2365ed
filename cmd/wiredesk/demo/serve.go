package demo

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"path"
	"strings"
	"time"
)

// badGateway is the mark of an outlet's error page. It must never be read in
// anything that the desk publishes.
const badGateway = "502 Bad Gateway"

// ServeHTTP answers as a publisher's server does.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.room.RLock()
	defer s.room.RUnlock()
	if s.down {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = fmt.Fprintf(w, "<html><head><title>%[1]s</title></head><body><h1>%[1]s</h1><p>Please try again.</p></body></html>", badGateway)
		return
	}
	if to, ok := s.moved[r.URL.Path]; ok {
		http.Redirect(w, r, to, http.StatusMovedPermanently)
		return
	}
	for _, f := range s.feeds {
		if r.URL.Path == f.path {
			s.serveFeed(w, r, f)
			return
		}
	}
	switch it := s.page(r.URL.Path); {
	case it != nil:
		send(w, r, "text/html; charset=utf-8", it.page(), it.updated, false)
	case r.URL.Path == "/":
		send(w, r, "text/html; charset=utf-8", s.front(), time.Time{}, false)
	case strings.HasPrefix(r.URL.Path, "/pictures/"):
		slug := strings.TrimSuffix(path.Base(r.URL.Path), ".png")
		send(w, r, "image/png", picture(slug), time.Time{}, false)
	default:
		http.NotFound(w, r)
	}
}

func (s *site) serveFeed(w http.ResponseWriter, r *http.Request, f *feed) {
	body, contentType, err := f.document()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, r, contentType, body, f.newest(), f.weak)
	f.asked.Add(1)
}

// send answers conditional requests and compresses what is text, with another
// ETag for the other bytes, as servers do.
func send(w http.ResponseWriter, r *http.Request, contentType string, body []byte, modified time.Time, weak bool) {
	tag := fmt.Sprintf("%08x", crc32.ChecksumIEEE(body))
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && contentType != "image/png" {
		body, tag = gzipped(body), tag+"-gzip"
		h.Set("Content-Encoding", "gzip")
	}
	if tag = `"` + tag + `"`; weak {
		tag = "W/" + tag
	}
	h.Set("ETag", tag)
	http.ServeContent(w, r, "", modified, bytes.NewReader(body))
}

func gzipped(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.Copy(z, bytes.NewReader(body)) // a bytes.Buffer takes everything
	_ = z.Close()
	return b.Bytes()
}
