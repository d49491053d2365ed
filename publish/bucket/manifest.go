package bucket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"

	"wiredesk/publish/serve"
)

// manifestName is the object that lists what is ours: on each line the digest
// of an object, "-" while it is being written, and its alias.
const manifestName = ".wiredesk-export"

// alias stands for an object's name in the manifest. Names with a token in them
// cannot be guessed from it.
func alias(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}

// list writes the manifest.
func (b *Bucket) list(ctx context.Context) error {
	b.mu.Lock()
	var text bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(b.own)) {
		text.WriteString(b.own[name] + " " + alias(name) + "\n")
	}
	b.mu.Unlock()
	f := serve.File{Type: "text/plain; charset=utf-8", Body: text.Bytes(), Private: true}
	if err := b.send(ctx, manifestName, &f, false); err != nil {
		return fmt.Errorf("%s: %w", manifestName, err)
	}
	return nil
}

// load reads what is ours and what is not, once. A bucket that holds objects
// under our prefix although no export was ever made there is refused.
func (b *Bucket) load(ctx context.Context) error {
	if b.own != nil {
		return nil
	}
	listed, err := b.read(ctx)
	if err != nil {
		return err
	}
	own, foreign := map[string]string{}, map[string]bool{}
	for o := range b.client.ListObjectsIter(ctx, b.bucket, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true}) {
		if o.Err != nil {
			return o.Err
		}
		name := strings.TrimPrefix(o.Key, b.prefix)
		if sum, ours := listed[alias(name)]; ours {
			own[name] = sum
		} else if name != manifestName {
			foreign[name] = true
		}
	}
	if listed == nil && len(foreign) > 0 {
		return fmt.Errorf("it holds %s, and no export was made here before: give it a bucket or a prefix of its own, as in s3://%s/news",
			slices.Min(slices.Collect(maps.Keys(foreign))), b.bucket)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.own, b.foreign = own, foreign
	for name := range own {
		path := pathOf(name)
		if _, put := b.pending[path]; !put && b.vacated(path) {
			b.pending[path] = nil
		}
	}
	clear(b.cleared)
	return nil
}

// vacated reports whether a path was cleared before we knew of it.
func (b *Bucket) vacated(path string) bool {
	for folder, except := range b.cleared {
		if below(path, folder, except) {
			return true
		}
	}
	return false
}

// read returns the manifest, digests by alias; nil: there is none.
func (b *Bucket) read(ctx context.Context) (map[string]string, error) {
	o, err := b.client.GetObject(ctx, b.bucket, b.prefix+manifestName, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = o.Close() }() // it was read to its end, or failed
	raw, err := io.ReadAll(o)
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	listed := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		if sum, object, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " "); ok {
			listed[object] = sum
		}
	}
	return listed, nil
}
