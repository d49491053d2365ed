package serve

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A document is a file with everything that does not depend on the request
// worked out. It never changes after it was published.
type document struct {
	file     File
	modified time.Time // whole second; zero: unknown
	status   int

	// Header values, ready to be put into a map: no allocation a request.
	kind, lastModified, cacheControl, links, robots, policy []string

	bodies [codings]body
}

// A body is a document in one content coding.
type body struct {
	bytes  []byte // nil: there is none, or it would not be smaller
	etag   []string
	length []string
}

// newDocument returns f as it is served, without compressed bodies.
func newDocument(f File) *document {
	f.Body = fit(f.Body)
	d := shape(f)
	d.add(identity, f.Body)
	return d
}

// shape works out what every answer with f has in common but its body.
func shape(f File) *document {
	d := &document{file: f, status: http.StatusOK}
	if f.Status != 0 {
		d.status = f.Status
	}
	d.kind = []string{f.Type}
	if !f.Modified.IsZero() && f.Modified.Year() < 10000 {
		d.modified = f.Modified.UTC().Truncate(time.Second)
		d.lastModified = []string{d.modified.Format(http.TimeFormat)}
	}
	d.cacheControl = []string{f.CacheControl()}
	if link := f.Link(); link != "" {
		d.links = []string{link}
	}
	if f.NoIndex {
		d.robots = []string{"noindex"}
	}
	if strings.HasPrefix(f.Type, "text/html") {
		d.policy = contentPolicy
	}
	return d
}

// with returns the same bytes under the headers of f.
func (d *document) with(f File) *document {
	n := shape(f)
	n.bodies = d.bodies
	return n
}

// CacheControl returns how long readers and caches may keep f (PUBLISH-C10).
func (f *File) CacheControl() string {
	const stale = ", stale-if-error=86400"
	switch {
	case f.Private:
		return "private, max-age=" + strconv.Itoa(int(max(f.MaxAge, time.Minute)/time.Second))
	case f.Forever:
		return "public, max-age=31536000, immutable"
	case f.MaxAge <= 0:
		return "public, max-age=60" + stale
	}
	return "public, max-age=" + strconv.Itoa(int(f.MaxAge/time.Second)) + stale
}

// Link returns the WebSub links, all in one header as subscribers expect them.
func (f *File) Link() string {
	var list []string
	for _, h := range f.Hubs {
		list = append(list, "<"+h+`>; rel="hub"`)
	}
	if f.Self != "" {
		list = append(list, "<"+f.Self+`>; rel="self"`)
	}
	return strings.Join(list, ", ")
}

// add keeps the document in coding c, where that is smaller.
func (d *document) add(c coding, b []byte) {
	if c != identity && (b == nil || len(b) >= len(d.file.Body)) {
		return
	}
	b = fit(b)
	sum := sha256.Sum256(b)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + c.suffix() + `"`
	d.bodies[c] = body{bytes: b, etag: []string{tag}, length: []string{strconv.Itoa(len(b))}}
}

// fit returns b without much room behind it, which a buffer leaves that grew:
// documents are kept for long.
func fit(b []byte) []byte {
	if cap(b)-len(b) < 4<<10+len(b)/16 {
		return b
	}
	return bytes.Clone(b)
}

// serve answers a GET or HEAD request with d.
func (d *document) serve(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	c := identity
	if r.Header["Range"] == nil { // ranges are of the identity only
		c = d.choose(r.Header["Accept-Encoding"])
	}
	b := &d.bodies[c]
	dated := d.lastModified != nil && !d.modified.After(now) // RFC 9110, 8.8.2.1
	h := w.Header()
	d.head(h)
	h["Etag"] = b.etag
	if dated {
		h["Last-Modified"] = d.lastModified
	}
	if d.status != http.StatusOK {
		d.write(w, r, c, b)
		return
	}
	if unusual(r.Header) {
		modified := time.Time{}
		if dated {
			modified = d.modified
		}
		h["Content-Type"] = d.kind
		http.ServeContent(w, r, "", modified, bytes.NewReader(d.file.Body))
		return
	}
	if d.unmodified(r.Header, b.etag[0], dated) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	d.write(w, r, c, b)
}

// unusual reports whether the request needs more than the two common
// conditions: a range, or a condition that no reader is known to send. The
// standard library knows them all.
func unusual(h http.Header) bool {
	return h["Range"] != nil || h["If-Match"] != nil || h["If-Unmodified-Since"] != nil
}

// write sends the body, or only its headers.
func (d *document) write(w http.ResponseWriter, r *http.Request, c coding, b *body) {
	h := w.Header()
	h["Content-Type"] = d.kind
	h["Content-Length"] = b.length
	if c != identity {
		h["Content-Encoding"] = c.header()
	}
	if d.status == http.StatusOK {
		h["Accept-Ranges"] = acceptRanges
	}
	w.WriteHeader(d.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.bytes) // a reader that went away is not our fault
	}
}

// head sets what every answer carries, 304 among them.
func (d *document) head(h http.Header) {
	h["Cache-Control"] = d.cacheControl
	h["Vary"] = varyEncoding
	h["X-Content-Type-Options"] = noSniff
	if !d.file.Private {
		h["Access-Control-Allow-Origin"] = anyOrigin
		h["Access-Control-Expose-Headers"] = exposed
	}
	if d.links != nil {
		h["Link"] = d.links
	}
	if d.robots != nil {
		h["X-Robots-Tag"] = d.robots
	}
	if d.policy != nil {
		h["Content-Security-Policy"] = d.policy
		h["Referrer-Policy"] = noReferrer
	}
}
