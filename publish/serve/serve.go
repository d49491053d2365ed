// Package serve hands published bytes to readers: over HTTP from memory, and
// as a folder of files that is replaced one file at a time, atomically.
package serve

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// A File is one published document.
type File struct {
	Type     string // media type
	Body     []byte // kept, never changed
	Modified time.Time
	MaxAge   time.Duration // how long readers may keep it; 0: one minute
	Forever  bool          // never changes: an archive page
	NoIndex  bool          // X-Robots-Tag: noindex
	Self     string        // Link rel=self; empty: none
	Hubs     []string      // Link rel=hub
	Status   int           // 0: 200; only for files rendered on demand
}

// Config says who a Site is and what it does with paths that nobody put.
type Config struct {
	Hosts  []string                                                                // names it answers to besides localhost and its own addresses: the host of site.url
	Render func(ctx context.Context, path string, query url.Values) (*File, error) // pages made on demand; nil File: there is none; may be nil
	Error  func(status int, detail string) []byte                                  // an HTML page for an error; may be nil
	Log    *slog.Logger
}

// A Site answers requests from what was put into it. It is safe for concurrent use.
type Site struct{}

func New(c Config) *Site { return &Site{} }

// Put publishes f at path, which starts with a slash. It reports whether readers get other bytes than before.
func (s *Site) Put(path string, f File) (changed bool) { return false }

// Remove takes path back.
func (s *Site) Remove(path string) {}

// Redirect answers requests for paths under the folder from, as in "/t/old/", with a 301 to the same path under to.
func (s *Site) Redirect(from, to string) {}

// Configure swaps what New was given.
func (s *Site) Configure(c Config) {}

func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

// NewServer returns a server for h whose limits no slow client can stretch.
func NewServer(h http.Handler, log *slog.Logger) *http.Server { return nil }

// A Folder is the static export. Puts and removals gather until Flush.
type Folder struct{}

// OpenFolder opens or creates the export at dir.
func OpenFolder(dir string) (*Folder, error) { return nil, nil }

// Put sets what path will hold after the next Flush.
func (f *Folder) Put(path string, file File) {}

// Remove takes path back at the next Flush, if the export wrote it.
func (f *Folder) Remove(path string) {}

// Flush writes what differs and returns how many files were written or removed. What failed is in the error, path by path; the rest was done.
func (f *Folder) Flush() (int, error) { return 0, nil }

func (f *Folder) Close() error { return nil }
