// Package signin decides who may use the desk: by password, kept as a bcrypt
// hash, or by token. Secrets are compared in constant time, guesses are slowed
// down, and nobody learns from an answer whether a name exists. What is open
// to whom is the caller's business.
package signin

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// Config is the desk section of config.yaml.
type Config struct {
	Users   []User        `yaml:"users" key:"Name" desc:"the people and programs that may decide at the desk, by name"`
	Session time.Duration `yaml:"session" desc:"how long a browser stays signed in without a request, at most a week in all"`
}

// A User may do everything at the desk, in their own name.
type User struct {
	Name         string `yaml:"-"`
	Password     string `yaml:"password" desc:"bcrypt hash of the password, as wiredesk password prints it"`
	PasswordFile string `yaml:"password_file" desc:"file that holds the hash"`
	Token        string `yaml:"token" desc:"secret of a program, sent as Authorization: Bearer; at least 16 characters"`
	TokenFile    string `yaml:"token_file" desc:"file that holds the token"`
}

const (
	// minToken is how many characters keep a token from being guessed.
	minToken = 16
	// cost is bcrypt's: a quarter of a second for each guess.
	cost = 12
	// maxPassword is how much of a password bcrypt looks at.
	maxPassword = 72
	minPassword = 8
)

var userName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,31}$`)

// Check reports every mistake of the section but those of single users.
func (c Config) Check() error {
	if c.Session < time.Minute || c.Session > longest {
		return fmt.Errorf("session: %v: write 1m to 7d, as in 12h", c.Session)
	}
	return nil
}

// Check reports every mistake of a user whose files were read.
func (u User) Check() error {
	var errs []error
	if !userName.MatchString(u.Name) {
		errs = append(errs, fmt.Errorf("%q is no name for a user: write up to 32 small letters, digits, dots and hyphens", u.Name))
	}
	if u.Password == "" && u.Token == "" {
		errs = append(errs, fmt.Errorf("user %q has neither password nor token: type wiredesk password and write what it prints", u.Name))
	}
	if _, err := bcrypt.Cost([]byte(u.Password)); u.Password != "" && err != nil {
		errs = append(errs, errors.New("password: this is no bcrypt hash: write what wiredesk password prints, never the password itself"))
	}
	if u.Token != "" && len(u.Token) < minToken {
		errs = append(errs, fmt.Errorf("token: %d characters can be guessed: write at least %d, as from openssl rand -hex 16", len(u.Token), minToken))
	}
	return errors.Join(errs...)
}

// Hash returns what the configuration keeps of a password.
func Hash(password []byte) (string, error) {
	switch n := len(password); {
	case n < minPassword:
		return "", fmt.Errorf("the password has %d characters: take at least %d", n, minPassword)
	case n > maxPassword:
		return "", fmt.Errorf("the password has %d bytes: take at most %d", n, maxPassword)
	}
	h, err := bcrypt.GenerateFromPassword(password, cost)
	return string(h), err
}
