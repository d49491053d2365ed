package fulltext

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

var errNotHTML = errors.New("it is no HTML page")

// lateCharset is a charset that is declared behind the first 1,024 bytes, which
// is all that browsers are asked to look at. Most look further.
var lateCharset = regexp.MustCompile(`(?i)<meta[^>]{1,200}charset\s*=\s*["']?\s*([a-z0-9_:-]{2,30})`)

// decode returns the page as UTF-8: by its byte order mark, else by the
// charset of its header or meta element, unless it is UTF-8 all the same.
func decode(page []byte, contentType string) (string, error) {
	kind, _, err := mime.ParseMediaType(contentType)
	if err == nil && !strings.Contains(kind, "html") && kind != "text/plain" && kind != "application/octet-stream" && !strings.HasSuffix(kind, "xml") {
		return "", fmt.Errorf("%w but %s", errNotHTML, kind)
	}
	for _, magic := range []string{"%PDF-", "PK\x03\x04", "\x89PNG", "GIF8", "\xff\xd8\xff", "\x1f\x8b"} {
		if bytes.HasPrefix(page, []byte(magic)) {
			return "", errNotHTML
		}
	}
	if len(page) > maxPage {
		page = page[:maxPage]
	}
	enc, name, certain := charset.DetermineEncoding(page, contentType)
	if m := lateCharset.FindSubmatch(page[:min(len(page), 64<<10)]); !certain && m != nil {
		if e, n := charset.Lookup(string(m[1])); e != nil {
			enc, name = e, n
		}
	}
	if name != "utf-16le" && name != "utf-16be" && valid(page) {
		return strings.TrimPrefix(string(page), "\ufeff"), nil
	}
	decoded, err := enc.NewDecoder().Bytes(page)
	if err != nil {
		return strings.ToValidUTF8(string(page), "\uFFFD"), nil
	}
	return strings.TrimPrefix(string(decoded), "\ufeff"), nil
}

// valid reports whether page is UTF-8, but for a character cut at its end, and
// says something in it that is not ASCII or an escape of ISO-2022-JP.
func valid(page []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(page); cut++ {
		if utf8.Valid(page[:len(page)-cut]) {
			return bytes.IndexByte(page, 0x1b) < 0
		}
	}
	return false
}
