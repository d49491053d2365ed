// Package serve hands published bytes to readers: over HTTP from memory, and
// as a folder of files that is replaced one file at a time, atomically.
//
// What a request costs is decided when a document is published, not when it is
// asked for: bodies are compressed, hashed and their headers written once
// (PUBLISH-C7 to C13). A request touches no store and waits for no writer.
package serve

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"
)

// A File is one published document.
type File struct {
	Type     string        // media type
	Body     []byte        // kept, never changed
	Modified time.Time     // when these bytes came about
	MaxAge   time.Duration // how long readers may keep it; 0: one minute
	Forever  bool          // never changes: an archive page
	Private  bool          // only for who has the token: cached by nobody between, no CORS
	NoIndex  bool          // X-Robots-Tag: noindex
	Self     string        // Link rel=self; empty: none
	Hubs     []string      // Link rel=hub
	Status   int           // 0: 200; only for files rendered on demand
}

// Config says who a Site is and what it does with paths that nobody put.
type Config struct {
	Hosts  []string                               // names it answers to besides localhost and its own addresses: the host of site.url
	Render Renderer                               // pages made on demand; may be nil
	Error  func(status int, detail string) []byte // the HTML page for an error; may be nil
	Log    *slog.Logger                           // may be nil
}

// ErrBusy reports that a page cannot be made now, and may be later.
var ErrBusy = errors.New("too busy to make the page")

// ErrGone reports a page that was there and will not be again.
var ErrGone = errors.New("the page is kept no longer")

// A Renderer makes a page on demand. It returns nil when there is none.
type Renderer func(ctx context.Context, path string, query url.Values) (*File, error)

// A Site answers requests from what was put into it. It is safe for concurrent
// use; readers never wait for a document to be made ready.
type Site struct {
	config  atomic.Pointer[settings]
	writing sync.Mutex // one Put at a time; readers do not wait while it compresses
	press   compressor // under writing

	files sync.Map                         // path to *document: many are put, so it is not copied as locks are
	locks atomic.Pointer[map[string]*lock] // by folder; replaced as a whole

	mu    sync.RWMutex      // held for a look or a store only
	made  map[uint64]dated  // what was last made on demand, by hash of its address: anybody may ask for long ones
	moved map[string]string // folder, as in "/t/old/", to the folder that took its place
}

type settings struct {
	Config
	hosts map[string]bool
}

// New returns an empty site.
func New(c Config) *Site {
	s := &Site{press: newCompressor(), moved: map[string]string{}, made: map[uint64]dated{}}
	s.locks.Store(&map[string]*lock{})
	s.Configure(c)
	return s
}

// Configure swaps what New was given. Requests under way keep the old.
func (s *Site) Configure(c Config) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	set := &settings{Config: c, hosts: make(map[string]bool, len(c.Hosts))}
	for _, h := range c.Hosts {
		set.hosts[hostname(h)] = true
	}
	s.config.Store(set)
}

// Put publishes f at path, which starts with a slash. It reports whether
// readers get other bytes than before. Bytes that stay keep their validators;
// bytes that change get a Last-Modified at least a second later (PUBLISH-C7).
func (s *Site) Put(path string, f File) (changed bool) {
	s.writing.Lock()
	defer s.writing.Unlock()
	old := s.find(path)
	if old != nil && bytes.Equal(old.file.Body, f.Body) {
		f.Modified, f.Body = old.modified, old.file.Body
		s.files.Store(path, old.with(f))
		return false
	}
	f.Modified = f.Modified.UTC().Truncate(time.Second)
	if old != nil && !f.Modified.After(old.modified) {
		f.Modified = old.modified.Add(time.Second)
	}
	d := newDocument(f)
	s.press.all(d)
	s.files.Store(path, d)
	return true
}

// Remove takes path back.
func (s *Site) Remove(path string) {
	s.files.Delete(path)
}

// Redirect answers requests for paths under the folder from, as in "/t/old/",
// with a 301 to the same path under to. What was put at such a path wins.
func (s *Site) Redirect(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moved[from] = to
}

func (s *Site) find(path string) *document {
	d, _ := s.files.Load(path)
	found, _ := d.(*document)
	return found
}

// ServeHTTP answers GET, HEAD and OPTIONS.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	set := s.config.Load()
	switch {
	case !set.knows(r):
		set.fail(w, r, http.StatusMisdirectedRequest, "This server does not answer for that name.")
	case r.Method == http.MethodOptions:
		preflight(w)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header()["Allow"] = allowed
		set.fail(w, r, http.StatusMethodNotAllowed, "Only GET, HEAD and OPTIONS are understood here.")
	default:
		path := r.URL.Path
		if l := s.lockOf(path); l != nil {
			if path = l.open(r); path == "" {
				l.deny(set, w, r)
				return
			}
		}
		if d := s.find(path); d != nil {
			d.serve(w, r)
			return
		}
		s.other(set, w, r, path)
	}
}

// Knows reports whether a request is meant for this site (RELIABILITY-A1).
func (s *Site) Knows(r *http.Request) bool { return s.config.Load().knows(r) }

// Fail answers with the error page of a status.
func (s *Site) Fail(w http.ResponseWriter, r *http.Request, status int, detail string) {
	s.config.Load().fail(w, r, status, detail)
}

// other answers for paths that nobody put: moved, missing a slash, or made on
// demand.
func (s *Site) other(set *settings, w http.ResponseWriter, r *http.Request, p string) {
	if to := s.target(p); to != "" {
		redirect(w, to)
		return
	}
	if set.Render == nil {
		set.fail(w, r, http.StatusNotFound, "")
		return
	}
	f, err := set.Render(r.Context(), p, r.URL.Query())
	switch {
	case err != nil && r.Context().Err() != nil: // the reader left
	case errors.Is(err, ErrBusy):
		w.Header()["Retry-After"] = retryAfter
		set.fail(w, r, http.StatusServiceUnavailable, "There is too much to do at the moment. Try again in a few seconds.")
	case errors.Is(err, ErrGone):
		set.fail(w, r, http.StatusGone, "This was here, and is kept no longer.")
	case err != nil:
		set.Log.Error("render page", "path", Masked(p), "err", err)
		set.fail(w, r, http.StatusInternalServerError, "")
	case f == nil && set.folder(r.Context(), p+"/"):
		redirect(w, p+"/")
	case f == nil:
		set.fail(w, r, http.StatusNotFound, "")
	default:
		if !f.Modified.IsZero() {
			f.Modified = s.date(r.URL.RequestURI(), f.Body, time.Now())
		}
		d := newDocument(*f)
		d.hurry(r.Header["Accept-Encoding"], s.press)
		d.serve(w, r)
	}
}

// dated is when a page that was made on demand became what it is.
type dated struct {
	sum uint64
	at  time.Time
}

// maxDated is how many such pages are remembered.
const maxDated = 10_000

// date returns since when a page that is made on demand has these bytes, as far
// as we know: a page that nobody asked for yet is as new as now.
func (s *Site) date(path string, body []byte, now time.Time) time.Time {
	now = now.UTC().Truncate(time.Second)
	at, sum := xxhash.Sum64String(path), xxhash.Sum64(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	was, known := s.made[at]
	switch {
	case known && was.sum == sum:
		return was.at
	case known && !now.After(was.at):
		now = was.at.Add(time.Second)
	case len(s.made) >= maxDated:
		clear(s.made)
	}
	s.made[at] = dated{sum, now}
	return now
}

// folder reports whether a page can be made on demand at p, which ends in a
// slash: a story's address as people type it lacks that.
func (set *settings) folder(ctx context.Context, p string) bool {
	f, err := set.Render(ctx, p, nil)
	return err == nil && f != nil
}

// target returns where a request for p belongs, or "".
func (s *Site) target(p string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for i := 0; len(s.moved) > 0 && i < len(p); i++ {
		if p[i] == '/' {
			if to, ok := s.moved[p[:i+1]]; ok {
				return to + p[i+1:]
			}
		}
	}
	if to, ok := s.moved[p+"/"]; ok {
		return to
	}
	if s.find(p+"/") != nil {
		return p + "/"
	}
	return ""
}
