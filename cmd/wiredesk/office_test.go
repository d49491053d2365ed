package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strings"
)

// visit is a command for scripts that uses the desk's pages as a browser does:
// visit [NAME:PASSWORD|Bearer:TOKEN|-] URL [FIELD=VALUE...]. It signs in at the
// address, shows the page or sends the form of that page with the fields, and
// prints the answer. Sent by "evil", a form comes from another site.
func visit() {
	who, address := os.Args[1], os.Args[2]
	jar, _ := cookiejar.New(nil)
	v := &visitor{client: &http.Client{Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}, address: address}
	name, secret, _ := strings.Cut(who, ":")
	switch name {
	case "Bearer":
		v.bearer = secret
	case "-":
	default:
		page := v.send(url.Values{"do": {"sign-in"}, "name": {name}, "password": {secret}})
		if len(os.Args) == 3 {
			fmt.Print(page)
			return
		}
	}
	form := url.Values{}
	for _, f := range os.Args[3:] {
		key, value, _ := strings.Cut(f, "=")
		form.Set(key, value)
	}
	if len(form) == 0 {
		fmt.Print(v.get())
		return
	}
	if m := regexp.MustCompile(`name="form" value="([^"]+)"`).FindStringSubmatch(v.get()); m != nil && !form.Has("form") {
		form.Set("form", m[1])
	}
	if form.Has("origin") {
		v.origin = form.Get("origin")
	}
	fmt.Print(v.send(form))
}

type visitor struct {
	client                  *http.Client
	address, bearer, origin string
}

func (v *visitor) get() string { return v.do(http.MethodGet, nil) }

func (v *visitor) send(form url.Values) string {
	return v.do(http.MethodPost, strings.NewReader(form.Encode()))
}

func (v *visitor) do(method string, body io.Reader) string {
	req, err := http.NewRequest(method, v.address, body)
	if err == nil && body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+v.bearer)
	}
	if v.origin != "" {
		req.Header.Set("Origin", v.origin)
	}
	res, err := v.client.Do(req)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer res.Body.Close()
	raw, err := httputil.DumpResponse(res, true)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return string(raw)
}
