package bucket

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	accessKey = "EXAMPLEKEY"
	secretKey = "example/secret"
)

// A service is an S3 service with one bucket, as far as an export needs one. It
// checks every signature (Signature Version 4).
type service struct {
	*httptest.Server
	mu      sync.Mutex
	objects map[string]object
	writes  []string // methods and names, but the manifest's
	deny    string   // code of the error that every request gets
	full    string   // code of the error that every write gets but the manifest's
}

type object struct {
	body                  string
	kind, cache, encoding string
}

func newService(t *testing.T) *service {
	s := &service{objects: map[string]object{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := content(r)
	key, inBucket := strings.CutPrefix(r.URL.Path, "/news/")
	o, there := s.objects[key]
	switch {
	case err != nil:
		refuse(w, 400, "IncompleteBody")
	case !signed(r):
		refuse(w, 403, "SignatureDoesNotMatch")
	case s.deny != "":
		refuse(w, 403, s.deny)
	case r.URL.Query().Has("location"):
		fmt.Fprint(w, `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>`)
	case !inBucket:
		refuse(w, 404, "NoSuchBucket")
	case key == "" && r.Method == http.MethodGet:
		s.list(w, r.URL.Query().Get("prefix"))
	case r.Method == http.MethodPut:
		s.put(w, r, key, body)
	case r.Method == http.MethodDelete:
		s.writes = append(s.writes, "DELETE "+key)
		delete(s.objects, key)
		w.WriteHeader(204)
	case !there:
		refuse(w, 404, "NoSuchKey")
	default:
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		w.Header().Set("ETag", `"x"`)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(o.body))
	}
}

func (s *service) put(w http.ResponseWriter, r *http.Request, key, body string) {
	if !strings.HasSuffix(key, manifestName) {
		if s.full != "" {
			refuse(w, 403, s.full)
			return
		}
		s.writes = append(s.writes, "PUT "+key)
	}
	encoding := strings.Trim(strings.ReplaceAll(r.Header.Get("Content-Encoding"), "aws-chunked", ""), ", ")
	s.objects[key] = object{body, r.Header.Get("Content-Type"), r.Header.Get("Cache-Control"), encoding}
	w.Header().Set("ETag", `"x"`)
}

func (s *service) list(w http.ResponseWriter, prefix string) {
	type entry struct{ Key string }
	out := struct {
		XMLName  xml.Name `xml:"ListBucketResult"`
		Contents []entry
	}{}
	for key := range s.objects {
		if strings.HasPrefix(key, prefix) {
			out.Contents = append(out.Contents, entry{key})
		}
	}
	_ = xml.NewEncoder(w).Encode(out)
}

// written returns what was written since it was last asked.
func (s *service) written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.writes
	s.writes = nil
	slices.Sort(list)
	return list
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>the service says so</Message></Error>", code)
}

// content reads a body, which may come in signed chunks.
func content(r *http.Request) (string, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		raw, err := io.ReadAll(r.Body)
		return string(raw), err
	}
	var out strings.Builder
	in := bufio.NewReader(r.Body)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		size, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		n, err := strconv.ParseInt(size, 16, 64)
		if err != nil || n == 0 {
			return out.String(), err
		}
		if _, err := io.CopyN(&out, in, n); err != nil {
			return "", err
		}
		if _, err := in.ReadString('\n'); err != nil {
			return "", err
		}
	}
}

// signed reports whether a request is signed with our key.
func signed(r *http.Request) bool {
	fields := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "), ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[k] = v
	}
	scope, ok := strings.CutPrefix(fields["Credential"], accessKey+"/")
	parts := strings.Split(scope, "/")
	if !ok || len(parts) != 4 {
		return false
	}
	var canonical strings.Builder
	query := strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20")
	fmt.Fprintf(&canonical, "%s\n%s\n%s\n", r.Method, r.URL.EscapedPath(), query)
	for name := range strings.SplitSeq(fields["SignedHeaders"], ";") {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.FormatInt(r.ContentLength, 10)
		}
		fmt.Fprintf(&canonical, "%s:%s\n", name, strings.TrimSpace(value))
	}
	fmt.Fprintf(&canonical, "\n%s\n%s", fields["SignedHeaders"], r.Header.Get("X-Amz-Content-Sha256"))
	sum := sha256.Sum256([]byte(canonical.String()))
	text := "AWS4-HMAC-SHA256\n" + r.Header.Get("X-Amz-Date") + "\n" + scope + "\n" + hex.EncodeToString(sum[:])
	key := []byte("AWS4" + secretKey)
	for _, p := range append(parts, text) {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(p))
		key = mac.Sum(nil)
	}
	return hex.EncodeToString(key) == fields["Signature"]
}
