// Package bucket copies the export to an S3 bucket: the same paths and bytes as
// the folder has, each object with the media type and the caching that our own
// server would give it. It is the only importer of minio-go.
//
// Objects that hold what they should are not sent again. What stands in the
// bucket is known from an object of ours that lists it, so that a start costs
// two requests and not one an object; it names new objects before they are
// written, so that a crash leaves none of ours unclaimed. What the list does
// not name is not ours, and is neither overwritten nor removed. It names objects
// by digest only: whoever may read the bucket may read the list, and the names of
// private topics' objects are secrets.
package bucket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"wiredesk/publish/serve"
)

// ErrForeign reports that the export did not write what stands there.
var ErrForeign = errors.New("it was not written by this export; it stays as it is")

// uploads is how many objects are sent at once.
const uploads = 8

// A Bucket is the copy of an export. Puts and removals gather until Flush. It
// is safe for concurrent use.
type Bucket struct {
	client *minio.Client
	bucket string
	prefix string
	gzip   bool
	log    *slog.Logger
	wake   chan struct{}

	flushing sync.Mutex // one Flush at a time

	mu      sync.Mutex
	own     map[string]string // digest by name; nil: not read yet
	foreign map[string]bool   // names of objects that are not ours
	cleared map[string]string // what Clear could not see yet: the exception, by folder
	pending map[string]*serve.File
}

// New returns the bucket of c, which was checked. Nothing is sent yet.
func New(c Config, log *slog.Logger) (*Bucket, error) {
	name, prefix, err := c.place()
	if err != nil {
		return nil, err
	}
	u, err := c.endpoint()
	if err != nil {
		return nil, err
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(c.key(), c.secret(), ""), Secure: u.Scheme == "https", Region: c.Region,
		MaxRetries: 3,
	})
	if err != nil {
		return nil, fmt.Errorf("target %s: %w", c.Target, err)
	}
	return &Bucket{
		client: client, bucket: name, prefix: prefix, gzip: c.Gzip, log: log,
		wake: make(chan struct{}, 1), cleared: map[string]string{}, pending: map[string]*serve.File{},
	}, nil
}

// Put sets what path will hold after the next Flush.
func (b *Bucket) Put(path string, f serve.File) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pending[path] = &f
}

// Remove takes path back at the next Flush, if the export wrote it.
func (b *Bucket) Remove(path string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pending[path] = nil
}

// Has reports whether the export wrote, or is about to write, what path holds.
// It says no of what was written before the first Look or Flush.
func (b *Bucket) Has(path string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if f, ok := b.pending[path]; ok {
		return f != nil
	}
	name, err := serve.FileName(path)
	_, ours := b.own[name]
	return err == nil && ours
}

// Clear takes back all below folder, as in "/t/old/", at the next Flush, but not
// what is below except; "": nothing is excepted.
func (b *Bucket) Clear(folder, except string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for path := range b.pending {
		if below(path, folder, except) {
			b.pending[path] = nil
		}
	}
	if b.own == nil {
		b.cleared[folder] = except
		return
	}
	for name := range b.own {
		if path := pathOf(name); below(path, folder, except) {
			b.pending[path] = nil
		}
	}
}

// pathOf returns the path that an object stands for.
func pathOf(name string) string { return "/" + strings.TrimSuffix(name, "index.html") }

func below(path, folder, except string) bool {
	return strings.HasPrefix(path, folder) && (except == "" || !strings.HasPrefix(path, except))
}

// Look learns what the bucket holds, which Has and the first Flush go by. Whoever
// cannot wait for a service elsewhere sets a deadline: Flush looks in any case.
func (b *Bucket) Look(ctx context.Context) error {
	b.flushing.Lock()
	defer b.flushing.Unlock()
	return b.explain(b.load(ctx))
}

// Wake has [Bucket.Run] flush soon.
func (b *Bucket) Wake() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run flushes when it is woken, until ctx ends: the desk does not wait for a
// service elsewhere. What fails is tried again; report hears how each flush went.
func (b *Bucket) Run(ctx context.Context, report func(error)) {
	wait := time.Duration(0)
	for {
		var again <-chan time.Time
		if wait > 0 {
			again = time.After(wait)
		}
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
		case <-again:
		}
		n, err := b.Flush(ctx)
		if ctx.Err() != nil {
			return
		}
		report(err)
		if wait = min(max(2*wait, 10*time.Second), 5*time.Minute); err == nil {
			wait = 0
		}
		if n > 0 {
			b.log.Info("copied to the bucket", "objects", n)
		}
	}
}

// Flush sends what differs and removes what went. It returns how many objects
// were written or removed. What failed is in the error and tried again by the
// next Flush; the rest was done.
func (b *Bucket) Flush(ctx context.Context) (int, error) {
	b.flushing.Lock()
	defer b.flushing.Unlock()
	if err := b.load(ctx); err != nil {
		return 0, b.explain(err)
	}
	work, grows, err := b.plan()
	errs := []error{err}
	if grows {
		if err := b.list(ctx); err != nil {
			b.disclaim(work)
			return 0, b.explain(err)
		}
	}
	done := 0
	var mu sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan struct{}, uploads)
	for _, j := range work {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			err := b.do(ctx, j)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", serve.Masked(j.name), err))
				return
			}
			done++
		})
	}
	wg.Wait()
	if done > 0 {
		errs = append(errs, b.list(ctx))
	}
	return done, b.explain(errors.Join(errs...))
}

// A job is one object to write, or with no file to remove.
type job struct {
	path, name string
	file       *serve.File
	sum        string
}

// plan returns what there is to do, and claims new names. What needs nothing
// done is pending no more.
func (b *Bucket) plan() (work []job, grows bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var errs []error
	for _, path := range slices.Sorted(maps.Keys(b.pending)) {
		f := b.pending[path]
		name, err := serve.FileName(path)
		was, ours := b.own[name]
		switch {
		case err != nil, f == nil && !ours:
			delete(b.pending, path)
		case f == nil:
			work = append(work, job{path: path, name: name})
		case b.foreign[name]:
			errs = append(errs, fmt.Errorf("%s: %w", serve.Masked(name), ErrForeign))
		default:
			sum := b.digest(f)
			if was == sum {
				delete(b.pending, path)
				continue
			}
			if !ours {
				b.own[name], grows = "-", true
			}
			work = append(work, job{path, name, f, sum})
		}
	}
	return work, grows, errors.Join(errs...)
}

// disclaim gives back names that were not listed.
func (b *Bucket) disclaim(work []job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, j := range work {
		if b.own[j.name] == "-" {
			delete(b.own, j.name)
		}
	}
}

// digest covers the body and all that readers are told about it.
func (b *Bucket) digest(f *serve.File) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s\n%s\n%v\n", f.Type, f.CacheControl(), b.gzip)
	h.Write(f.Body)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// do writes or removes one object.
func (b *Bucket) do(ctx context.Context, j job) error {
	var err error
	if j.file == nil {
		err = b.client.RemoveObject(ctx, b.bucket, b.prefix+j.name, minio.RemoveObjectOptions{})
	} else {
		err = b.send(ctx, j.name, j.file, b.gzip)
	}
	if u := (*url.Error)(nil); errors.As(err, &u) {
		return u.Err // the address has the object's name, which may be a secret
	}
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if j.file == nil {
		delete(b.own, j.name)
	} else {
		b.own[j.name] = j.sum
	}
	if b.pending[j.path] == j.file { // nobody put another meanwhile
		delete(b.pending, j.path)
	}
	return nil
}

func (b *Bucket) send(ctx context.Context, name string, f *serve.File, compress bool) error {
	body, o := f.Body, minio.PutObjectOptions{ContentType: f.Type, CacheControl: f.CacheControl(), DisableMultipart: true}
	if compress {
		if small := serve.Gzip(body); len(small) < len(body) {
			body, o.ContentEncoding = small, "gzip"
		}
	}
	_, err := b.client.PutObject(ctx, b.bucket, b.prefix+name, bytes.NewReader(body), int64(len(body)), o)
	return err
}

// explain says what to do about an error of the service.
func (b *Bucket) explain(err error) error {
	if err == nil {
		return nil
	}
	hint := ""
	var resp minio.ErrorResponse
	if errors.As(err, &resp) {
		hint = map[string]string{
			minio.NoSuchBucket:               "create the bucket, or correct publish.target",
			minio.AccessDenied:               "allow the key s3:ListBucket, GetObject, PutObject and DeleteObject there",
			"InvalidAccessKeyId":             "correct publish.target_key",
			"SignatureDoesNotMatch":          "correct publish.target_secret",
			"AuthorizationHeaderMalformed":   "set publish.target_region to the bucket's region",
			"PermanentRedirect":              "set publish.target_endpoint and publish.target_region to the bucket's own",
			"RequestTimeTooSkewed":           "set this machine's clock",
			"QuotaExceeded":                  "make room in the bucket",
			"XMinioStorageFull":              "make room on the service's disks",
			"SlowDown":                       "the service asks for patience; it is tried again",
			"XMinioAdminBucketQuotaExceeded": "make room in the bucket",
		}[resp.Code]
	}
	where := "copy to s3://" + b.bucket + "/" + b.prefix
	if hint != "" {
		return fmt.Errorf("%s: %w (%s)", where, err, hint)
	}
	return fmt.Errorf("%s: %w", where, err)
}
