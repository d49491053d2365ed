package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"wiredesk/publish/curate"
)

// fromFile fills in a secret that stands in a file of its own.
func fromFile(secret *string, path string) {
	if raw, err := os.ReadFile(path); path != "" && err == nil { // errors are reported where the file is checked
		*secret = strings.TrimSpace(string(raw))
	}
}

// checkToken wants a token in one place only, and its file to be ours alone.
func (c *config) checkToken(at string, t curate.Topic) {
	if c.doc.Has(at+".token") && t.TokenFile != "" {
		c.doc.Blame(at+".token_file", "token_file: topic %q has a token already; leave one of them out", t.Slug)
		return
	}
	c.doc.Check(at, secret("token_file", t.TokenFile))
}

// checkUsers checks who may decide at the desk. Their secrets stand in one
// place, and files that hold them are ours alone.
func (c *config) checkUsers() {
	for _, u := range c.Desk.Users {
		at := "desk.users." + u.Name
		c.doc.Check(at, errors.Join(u.Check(), secret("password_file", u.PasswordFile), secret("token_file", u.TokenFile)))
		for key, file := range map[string]string{"password": u.PasswordFile, "token": u.TokenFile} {
			if file != "" && c.doc.Has(at+"."+key) {
				c.doc.Blame(at+"."+key+"_file", "%s_file: user %q has a %s already; leave one of them out", key, u.Name, key)
			}
		}
	}
}

// secret refuses a file that others can read (RELIABILITY-C3).
func secret(key, path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", key, err)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s: others can read %s: type chmod 600 %s", key, path, path)
	}
	return nil
}
