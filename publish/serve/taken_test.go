package serve

import (
	"bytes"
	"net/http/httptest"
	"strconv"
	"testing"
)

// A takingBack has do called while an answer is under way.
type takingBack struct {
	*httptest.ResponseRecorder
	do func()
}

func (w takingBack) Write(p []byte) (int, error) {
	w.do()
	return w.ResponseRecorder.Write(p)
}

// Who is reading what is taken back or replaced gets the whole of what it asked
// for; who asks next gets what is there then.
func TestTakenBackWhileRead(t *testing.T) {
	for _, tt := range []struct {
		name   string
		do     func(*Site)
		status int
	}{
		{"removed", func(s *Site) { s.Remove("/t/x/feed.atom") }, 404},
		{"replaced", func(s *Site) { s.Put("/t/x/feed.atom", File{Type: "text/plain", Body: []byte("withdrawn")}) }, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := feed(t)
			r := httptest.NewRequest("GET", "http://desk.example/t/x/feed.atom", nil)
			w := takingBack{httptest.NewRecorder(), func() { tt.do(s) }}
			s.ServeHTTP(w, r)
			if !bytes.Equal(w.Body.Bytes(), text) || w.Header().Get("Content-Length") != strconv.Itoa(len(text)) {
				t.Errorf("a reader got %d bytes of %d", w.Body.Len(), len(text))
			}
			next := ask(s, "GET", "/t/x/feed.atom")
			if body := content(t, next); next.StatusCode != tt.status || bytes.Contains(body, text[:100]) {
				t.Errorf("the next reader got status %d and %d bytes", next.StatusCode, len(body))
			}
		})
	}
}
