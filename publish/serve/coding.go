package serve

import (
	"bytes"
	"errors"
	"io"
	"math/bits"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A coding is a content coding, in the order in which we prefer them at equal
// q-values, the last first.
type coding int

const (
	identity coding = iota
	gzipped
	zstandard
	brotlied
	codings = 4
)

var codingNames = [codings]string{"identity", "gzip", "zstd", "br"}

var codingHeaders = [codings][]string{{"identity"}, {"gzip"}, {"zstd"}, {"br"}}

// header returns the coding as the value of Content-Encoding.
func (c coding) header() []string { return codingHeaders[c] }

// suffix tells the entity tags of a document's codings apart.
func (c coding) suffix() string { return [codings]string{"", "-gz", "-zs", "-br"}[c] }

// A compressor encodes documents when they are published: at levels at which
// 100 kB cost a few milliseconds, once.
type compressor struct{ zstd *zstd.Encoder }

func newCompressor() compressor {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(1<<20))
	if err != nil {
		panic("serve: " + err.Error()) // the options are constants
	}
	return compressor{zstd: z}
}

// all adds every coding to d.
func (c compressor) all(d *document) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		d.add(gzipped, Gzip(d.file.Body))
		d.add(zstandard, c.zstd.EncodeAll(d.file.Body, nil))
	})
	var b bytes.Buffer
	// A window that holds the document is as good as a larger one, whose memory
	// would have to be cleared first: megabytes, at the default.
	window := min(max(bits.Len(uint(len(d.file.Body)+16)), 10), 22)
	d.add(brotlied, squeeze(&b, brotli.NewWriterOptions(&b, brotli.WriterOptions{Quality: 5, LGWin: window}), d.file.Body))
}

// Gzip returns body in the gzip format, the same bytes each time.
func Gzip(body []byte) []byte { return zip(body, 7) }

// zip returns body in the gzip format, without a time or name in it.
func zip(body []byte, level int) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		panic("serve: " + err.Error()) // the levels are constants
	}
	return squeeze(&b, w, body)
}

// squeeze sends body through w and returns what came out of it in to, or nil:
// the document is then served without that coding.
func squeeze(to *bytes.Buffer, w io.WriteCloser, body []byte) []byte {
	_, err := w.Write(body)
	if errors.Join(err, w.Close()) != nil {
		return nil
	}
	return to.Bytes()
}

// hurry adds the one coding that a reader who waits for the document wants.
func (d *document) hurry(accept []string, press compressor) {
	if len(d.file.Body) <= smallest {
		return
	}
	switch c := choose(accept, func(coding) bool { return true }); c {
	case gzipped:
		d.add(c, zip(d.file.Body, 3))
	case brotlied:
		var b bytes.Buffer
		d.add(c, squeeze(&b, brotli.NewWriterLevel(&b, 2), d.file.Body))
	case zstandard:
		d.add(c, press.zstd.EncodeAll(d.file.Body, nil))
	}
}

func (d *document) choose(accept []string) coding {
	return choose(accept, func(c coding) bool { return d.bodies[c].bytes != nil })
}

// choose picks, of what there is, the coding that the reader likes best, then
// the one we do (RFC 9110, 12.5.3). Where nothing fits it gets the identity.
func choose(accept []string, has func(coding) bool) coding {
	if len(accept) == 0 {
		return identity
	}
	q := [codings]int{-1, -1, -1, -1}
	rest := -1
	for _, list := range accept {
		for list != "" {
			var item string
			item, list, _ = strings.Cut(list, ",")
			name, weight := quality(item)
			if name == "*" {
				rest = weight
			}
			for c, n := range codingNames {
				if strings.EqualFold(name, n) || c == int(gzipped) && strings.EqualFold(name, "x-gzip") {
					q[c] = weight
				}
			}
		}
	}
	if q[identity] < 0 && rest != 0 {
		q[identity] = 1 // acceptable unless it is refused, but no better than anything asked for
	}
	best := identity
	for c := gzipped; c < codings; c++ {
		if q[c] < 0 {
			q[c] = rest
		}
		if q[c] > 0 && q[c] >= q[best] && has(c) {
			best = c
		}
	}
	return best
}

// quality splits one item of an Accept-Encoding list into its name and its
// weight in thousandths.
func quality(item string) (string, int) {
	name, params, ok := strings.Cut(item, ";")
	name = textproto.TrimString(name)
	if !ok {
		return name, 1000
	}
	key, value, _ := strings.Cut(params, "=")
	if !strings.EqualFold(textproto.TrimString(key), "q") {
		return name, 1000
	}
	q, err := strconv.ParseFloat(textproto.TrimString(value), 64)
	if err != nil || q < 0 || q > 1 {
		return name, 0
	}
	return name, int(q * 1000)
}

// escapePath returns a path as it stands in an address.
func escapePath(p string) string { return (&url.URL{Path: p}).EscapedPath() }
