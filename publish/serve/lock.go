package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	"maps"
	"net/http"
	"strings"
)

// A lock stands before what only holders of a token may read.
type lock struct {
	folder string // with slashes around it
	token  string
	sum    [sha256.Size]byte
}

// Lock lets only who has the token read what lies below folder, as in
// "/t/budget/": either the address names it, as in "/t/budget/TOKEN/feed.atom",
// or HTTP Basic gives it as the password to any name. What is put below is put
// at the address with the token.
func (s *Site) Lock(folder, token string) {
	s.writing.Lock()
	defer s.writing.Unlock()
	locks := maps.Clone(*s.locks.Load())
	locks[folder] = &lock{folder, token, sha256.Sum256([]byte(token))}
	s.locks.Store(&locks)
}

// lockOf returns the lock before a path, or nil. Locked folders are two levels
// deep.
func (s *Site) lockOf(path string) *lock {
	locks := *s.locks.Load()
	if len(locks) == 0 || len(path) < 2 {
		return nil
	}
	first := strings.IndexByte(path[1:], '/') + 2
	end := strings.IndexByte(path[first:], '/') + 1
	if end == 0 {
		return locks[path+"/"]
	}
	return locks[path[:first+end]]
}

// open returns the path that a request may read, the token in it; "" when it
// may not.
func (l *lock) open(r *http.Request) string {
	rest := l.below(r.URL.Path)
	if segment, _, _ := strings.Cut(rest, "/"); l.fits(segment) {
		return r.URL.Path
	}
	if _, password, ok := r.BasicAuth(); ok && l.fits(password) {
		return l.folder + l.token + "/" + rest
	}
	return ""
}

// below returns what of a path comes after the folder, which may lack its slash.
func (l *lock) below(path string) string {
	return strings.TrimPrefix(path[len(l.folder)-1:], "/")
}

// fits compares digests, which takes the same time for every guess.
func (l *lock) fits(guess string) bool {
	sum := sha256.Sum256([]byte(guess))
	return subtle.ConstantTimeCompare(sum[:], l.sum[:]) == 1
}

// deny answers who has no token. An address that tries one gets the answer of
// an address where nothing is; one that has none is asked for it, as readers
// that know HTTP Basic expect.
func (l *lock) deny(set *settings, w http.ResponseWriter, r *http.Request) {
	if strings.Contains(l.below(r.URL.Path), "/") {
		set.fail(w, r, http.StatusNotFound, "")
		return
	}
	w.Header()["Www-Authenticate"] = []string{`Basic realm="wiredesk", charset="UTF-8"`}
	set.fail(w, r, http.StatusUnauthorized, "This topic is not public. Its token is the password, to any name.")
}
