package bucket

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wiredesk/publish/serve"
)

// open returns a bucket below s3://news/feeds.
func open(t *testing.T, s *service, more ...func(*Config)) *Bucket {
	t.Helper()
	c := Config{Target: "s3://news/feeds/", Endpoint: s.URL, Key: accessKey, Secret: secretKey}
	for _, f := range more {
		f(&c)
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	b, err := New(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func page(body string) serve.File {
	return serve.File{Type: "text/html; charset=utf-8", Body: []byte(body), MaxAge: 10 * time.Minute}
}

func flush(t *testing.T, b *Bucket, want int) {
	t.Helper()
	if n, err := b.Flush(t.Context()); err != nil || n != want {
		t.Fatalf("Flush = %d, %v; want %d", n, err, want)
	}
}

// Objects are what the server would give; what did not change is not sent
// again, restarts included.
func TestUnchanged(t *testing.T) {
	s := newService(t)
	b := open(t, s)
	b.Put("/", page("front"))
	b.Put("/t/x/feed.atom", serve.File{Type: "application/atom+xml; charset=utf-8", Body: []byte("<feed/>"), Forever: true})
	b.Put("/t/x/old.atom", page("old"))
	flush(t, b, 3)
	want := object{"<feed/>", "application/atom+xml; charset=utf-8", "public, max-age=31536000, immutable", ""}
	if got := s.objects["feeds/t/x/feed.atom"]; got != want {
		t.Errorf("the feed is stored as %+v, want %+v", got, want)
	}
	if got := s.objects["feeds/index.html"]; got.body != "front" || got.cache != "public, max-age=600, stale-if-error=86400" {
		t.Errorf("the front page is stored as %+v", got)
	}
	s.written()

	b = open(t, s)
	b.Put("/", page("front"))
	b.Put("/t/x/feed.atom", page("another"))
	b.Remove("/t/x/old.atom")
	b.Remove("/t/x/never.atom")
	flush(t, b, 2)
	if got, want := s.written(), []string{"DELETE feeds/t/x/old.atom", "PUT feeds/t/x/feed.atom"}; !slices.Equal(got, want) {
		t.Errorf("a second export did %q, want %q", got, want)
	}
	b.Put("/", page("front"))
	flush(t, b, 0)
	if b.Clear("/t/x/", ""); b.Has("/t/x/feed.atom") || !b.Has("/") {
		t.Error("Clear took back what it should not, or did not what it should")
	}
	flush(t, b, 1)

	// Somebody removed an object: it is sent again after the next start.
	delete(s.objects, "feeds/index.html")
	b = open(t, s)
	b.Put("/", page("front"))
	flush(t, b, 1)
}

// Bytes may be stored compressed; whoever fetches them is told so.
func TestGzip(t *testing.T) {
	s := newService(t)
	b := open(t, s, func(c *Config) { c.Gzip = true })
	long := strings.Repeat("the same words again ", 100)
	b.Put("/a", page(long))
	b.Put("/b", page("x"))
	flush(t, b, 2)
	o := s.objects["feeds/a"]
	z, err := gzip.NewReader(strings.NewReader(o.body))
	if err != nil || o.encoding != "gzip" {
		t.Fatalf("stored as %q: %v", o.encoding, err)
	}
	if raw, _ := io.ReadAll(z); string(raw) != long {
		t.Errorf("unpacked %q", raw)
	}
	b = open(t, s, func(c *Config) { c.Gzip = true })
	b.Put("/a", page(long))
	flush(t, b, 0)
	if o := s.objects["feeds/b"]; o.encoding != "" || o.body != "x" {
		t.Errorf("what does not get smaller is stored as %+v", o)
	}
}

// A folder that was cleared before it was known what stands there is cleared
// all the same, but for what is put there anew.
func TestClearedBeforeLook(t *testing.T) {
	s := newService(t)
	b := open(t, s)
	for _, path := range []string{"/t/budget/", "/t/budget/feed.atom", "/t/other/feed.atom"} {
		b.Put(path, page("public"))
	}
	flush(t, b, 3)
	b = open(t, s)
	b.Clear("/t/budget/", "/t/budget/T0KEN-OF-THE-BUDGET/")
	b.Put("/t/budget/T0KEN-OF-THE-BUDGET/feed.atom", page("private"))
	flush(t, b, 3)
	for _, name := range []string{"t/budget/index.html", "t/budget/feed.atom"} {
		if _, there := s.objects["feeds/"+name]; there {
			t.Errorf("%s is still there", name)
		}
	}
	if s.objects["feeds/t/budget/T0KEN-OF-THE-BUDGET/feed.atom"].body != "private" || s.objects["feeds/t/other/feed.atom"].body != "public" {
		t.Errorf("the bucket holds %v", s.objects)
	}
	// Who may read objects may read the list of them, and finds no token there.
	if list := s.objects["feeds/"+manifestName].body; strings.Contains(list, "T0KEN") || strings.Count(list, "\n") != 2 {
		t.Errorf("the list says %q", list)
	}
	if b = open(t, s); b.Has("/t/other/feed.atom") {
		t.Error("what is not known yet is there")
	}
	if err := b.Look(t.Context()); err != nil || !b.Has("/t/other/feed.atom") {
		t.Errorf("Look: %v, and the feed is not there", err)
	}
}

// What others keep in the bucket stays theirs.
func TestForeign(t *testing.T) {
	s := newService(t)
	s.objects["feeds/logo.png"] = object{body: "png"}
	b := open(t, s)
	b.Put("/", page("front"))
	if _, err := b.Flush(t.Context()); err == nil || !strings.Contains(err.Error(), "it holds logo.png") {
		t.Errorf("an export into somebody's folder: %v", err)
	}
	delete(s.objects, "feeds/logo.png")
	s.objects["other/logo.png"] = object{body: "png"}
	flush(t, b, 1)
	s.objects["feeds/mine.html"] = object{body: "mine"}
	b = open(t, s)
	b.Put("/mine.html", page("ours"))
	b.Put("/more.html", page("more"))
	b.Remove("/mine")
	if n, err := b.Flush(t.Context()); !errors.Is(err, ErrForeign) || n != 1 {
		t.Errorf("Flush = %d, %v; want the other object and %v", n, err, ErrForeign)
	}
	if s.objects["feeds/mine.html"].body != "mine" || s.objects["feeds/more.html"].body != "more" {
		t.Errorf("the bucket holds %v", s.objects)
	}
}

// An error says what to do about it, and what it kept back is sent later.
func TestErrors(t *testing.T) {
	s := newService(t)
	for _, tt := range []struct {
		name string
		set  func(*Config)
		deny string
		want string
	}{
		{"no such bucket", func(c *Config) { c.Target = "s3://typo" }, "", "create the bucket, or correct publish.target"},
		{"wrong secret", func(c *Config) { c.Secret = "guess" }, "", "correct publish.target_secret"},
		{"not allowed", nil, "AccessDenied", "allow the key s3:ListBucket"},
		{"wrong key", nil, "InvalidAccessKeyId", "correct publish.target_key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.set == nil {
				tt.set = func(*Config) {}
			}
			s.deny = tt.deny
			b := open(t, s, tt.set)
			b.Put("/", page("front"))
			if _, err := b.Flush(t.Context()); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "copy to s3://") {
				t.Errorf("Flush: %v; want it to say %q", err, tt.want)
			}
		})
	}
	s.deny, s.full = "", "QuotaExceeded"
	b := open(t, s)
	b.Put("/", page("front"))
	if n, err := b.Flush(t.Context()); err == nil || n != 0 || !strings.Contains(err.Error(), "make room") {
		t.Errorf("a full bucket: %d, %v", n, err)
	}
	b.Put("/t/budget/T0KEN-OF-THE-BUDGET/feed.atom", page("private"))
	if _, err := b.Flush(t.Context()); err == nil || strings.Contains(err.Error(), "T0KEN") {
		t.Errorf("an error that names a token: %v", err)
	}
	s.full = ""
	b = open(t, s) // a crash between the claim and the object: it is still ours
	b.Put("/", page("front"))
	flush(t, b, 1)
}

// A service that is down holds up nobody, and gets everything when it is back.
func TestRun(t *testing.T) {
	s := newService(t)
	s.deny = "AccessDenied"
	b := open(t, s)
	b.Put("/", page("front"))
	b.Wake()
	ctx, stop := context.WithCancel(t.Context())
	reports := make(chan error)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() {
		b.Run(ctx, func(err error) {
			select {
			case reports <- err:
			case <-ctx.Done():
			}
		})
	})
	if err := <-reports; err == nil {
		t.Error("a service that refuses everything took an object")
	}
	b.Put("/", page("newer"))
	s.mu.Lock()
	s.deny = ""
	s.mu.Unlock()
	b.Wake()
	if err := <-reports; err != nil || len(s.written()) != 1 {
		t.Errorf("the service is back, and Run says %v", err)
	}
	if !b.Has("/") {
		t.Error("the page is not there")
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    Config
		want string
	}{
		{"none", Config{}, ""},
		{"good", Config{Target: "s3://my-news/feeds", Key: "k", SecretFile: "f"}, ""},
		{"no scheme", Config{Target: "my-news", Key: "k", Secret: "s"}, "target: "},
		{"no bucket", Config{Target: "s3:///feeds", Key: "k", Secret: "s"}, "target: "},
		{"no key", Config{Target: "s3://my-news", Secret: "s"}, "target_key: "},
		{"no secret", Config{Target: "s3://my-news", Key: "k"}, "target_secret: "},
		{"bad endpoint", Config{Target: "s3://my-news", Key: "k", Secret: "s", Endpoint: "minio:9000"}, "target_endpoint: "},
		{"two secrets", Config{Target: "s3://my-news", Key: "k", Secret: "s", SecretFile: "f"}, "target_secret_file: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("AWS_ACCESS_KEY_ID", "")
			t.Setenv("AWS_SECRET_ACCESS_KEY", "")
			err := tt.c.Check()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)) {
				t.Errorf("Check(%+v) = %v, want %q", tt.c, err, tt.want)
			}
		})
	}
}

// With a service at WIREDESK_S3 (endpoint, key, secret and bucket, parted by
// spaces) the same is tried there.
func TestService(t *testing.T) {
	f := strings.Fields(os.Getenv("WIREDESK_S3"))
	if len(f) != 4 {
		return
	}
	c := Config{Endpoint: f[0], Key: f[1], Secret: f[2], Target: "s3://" + f[3] + "/" + time.Now().Format("150405.000"), Gzip: true}
	for _, want := range []int{3, 0} {
		b, err := New(c, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/", "/t/x/feed.atom", "/s/1/"} {
			b.Put(path, page(strings.Repeat(path, 500)))
		}
		flush(t, b, want)
		if want == 0 {
			b.Clear("/", "")
			flush(t, b, 3)
		}
	}
}
