package serve

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// errName reports a path that will never be a file.
var errName = errors.New("it cannot be a file's name")

// FileName returns the file that stands for a path in the export. Paths are
// made of configured slugs and of ids that we mint, never of what a source
// sent (RELIABILITY-ID8); anything else is refused.
func FileName(p string) (string, error) {
	name := strings.TrimPrefix(p, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if !strings.HasPrefix(p, "/") || !validName(name) {
		return "", fmt.Errorf("path %q: %w", p, errName)
	}
	return name, nil
}

// validName reports whether a name is made of parts like [A-Za-z0-9._~-]+, none
// of them hidden or leading out of the folder.
func validName(name string) bool {
	if !fs.ValidPath(name) || name == "." {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part[0] == '.' || len(part) > 128 {
			return false
		}
		for i := range len(part) {
			c := part[i]
			if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("._~-", c) >= 0) {
				return false
			}
		}
	}
	return true
}

// Masked returns a path, or the name of its file, as logs and messages may have
// it: without the token of a private topic (RELIABILITY-C3).
func Masked(p string) string {
	slash := ""
	if strings.HasPrefix(p, "/") {
		slash = "/"
	}
	parts := strings.Split(p[len(slash):], "/")
	if len(parts) > 3 && parts[0] == "t" && parts[2] != "archive" {
		parts[2] = "…"
	}
	return slash + strings.Join(parts, "/")
}

// bare returns what went wrong without the operation and the path, which the
// caller says better.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l interface{ Unwrap() error }
	if errors.As(err, &l) && l.Unwrap() != nil {
		return l.Unwrap()
	}
	return err
}
