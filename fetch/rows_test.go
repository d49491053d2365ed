package fetch_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// rows are the scenarios that a polite fetcher and a WebSub subscriber must
// pass, by name. What each is about stands where it is tested.
const rows = `
cond-etag-strong cond-etag-weak cond-etag-unquoted cond-etag-odd cond-lm-only cond-lm-odd cond-both cond-none
cond-dropped cond-changed cond-touch cond-304-newlm cond-304-bare cond-304-first cond-304-body
cond-error-keeps cond-parse-fail cond-truncated cond-empty cond-portal cond-206 cond-204 cond-ignored
cond-redirect-etag cond-304-forever st-404 st-500 st-401 st-403-challenge st-410 st-429-seconds st-429-date
st-503-seconds st-503-date st-429-bare st-429-garbage st-429-host st-503-sibling st-flap st-103 st-226 rd-302
rd-303 rd-307 rd-301 rd-308 rd-301-portal rd-301-flap rd-mixed rd-chain rd-loop rd-long rd-scheme rd-private
rd-credentials rd-relative rd-nolocation rd-301-dead rd-migrate url-verbatim net-stall net-slow-header
net-slow-body net-endless-body net-length-lie net-endless-header net-gzip-bomb net-gzip-corrupt
net-enc-unknown net-reset enc-negotiate fm-rss20 fm-atom10 fm-rdf fm-json fm-atom03 fm-rss091 fm-ct-html
fm-ct-plain fm-ct-octet fm-ct-none fm-utf16 fm-bom fm-1252 fm-latin1-header fm-entities fm-control fm-trailing
fm-noitems xx-entity xx-dtd xx-stylesheet xx-images xx-laughs xx-deep fm-self pg-loop dc-autodiscovery
cad-plain cad-maxage cad-expires cad-age cad-304-maxage cad-nocache cad-huge cad-ttl cad-sy cad-skiphours herd
tls-self tls-expired tls-wronghost tls-h2 tls-downgrade rb-disallow rb-5xx rb-404 ws-subscribe S-01 S-02 S-03
S-04 S-05 S-06 S-07 S-08 S-09 S-10 S-11 S-12 S-13 S-14 S-15 S-16 S-17 S-18 S-19 S-20 S-21 S-22
`

// Every scenario has a test that names it.
func TestEveryScenarioHasATest(t *testing.T) {
	var tests strings.Builder
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") || path == "rows_test.go" {
			return err
		}
		raw, err := os.ReadFile(path)
		tests.Write(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, name := range regexp.MustCompile(`[A-Za-z]+(-[A-Za-z0-9]+)*`).FindAllString(tests.String(), -1) {
		named[name] = true
	}
	for row := range strings.FieldsSeq(rows) {
		if !named[row] {
			t.Errorf("no test names %s", row)
		}
	}
}
