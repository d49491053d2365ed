package signin

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

var (
	here  = netip.MustParseAddr("192.0.2.7")
	robot = User{Name: "robot", Token: "0123456789abcdef"}
)

// maria signs in with "high tide".
func maria(t *testing.T) User {
	t.Helper()
	h, err := bcrypt.GenerateFromPassword([]byte("high tide"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return User{Name: "maria", Password: string(h)}
}

// A door is a guard with a clock that the test moves.
type door struct {
	*Guard
	*testing.T
	now time.Time
}

func newDoor(t *testing.T, users ...User) *door {
	d := &door{T: t, now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	d.Guard = NewGuard(func() time.Time { return d.now })
	d.Configure(Config{Users: users, Session: time.Hour})
	return d
}

// enters returns a session's secret.
func (d *door) enters(name, password string) string {
	d.Helper()
	secret, err := d.Enter(d.Context(), here, name, password)
	if err != nil {
		d.Fatalf("Enter(%s, %s): %v", name, password, err)
	}
	return secret
}

// who returns the name behind a secret or a header, "" for nobody.
func (d *door) who(secret, authorization string) string {
	r := httptest.NewRequest(http.MethodGet, "/desk/", nil)
	if secret != "" {
		r.AddCookie(NewCookie(secret, "/desk/", false))
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	v, ok := d.Who(r)
	if ok != (v.Name != "") {
		d.Errorf("Who = %+v, %v", v, ok)
	}
	return v.Name
}

func TestWho(t *testing.T) {
	d := newDoor(t, maria(t), robot)
	secret := d.enters("maria", "high tide")
	for _, tt := range []struct{ name, secret, header, want string }{
		{"a session", secret, "", "maria"},
		{"another secret", secret + "x", "", ""},
		{"nothing", "", "", ""},
		{"a token", "", "Bearer 0123456789abcdef", "robot"},
		{"a token in small letters", "", "bearer 0123456789abcdef", "robot"},
		{"a wrong token", "", "Bearer 0123456789abcdeF", ""},
		{"a wrong token beside a session", secret, "Bearer 0123456789abcdeF", ""},
		{"no token is nobody's", "", "Bearer ", ""},
		{"a password is no token", "", "Bearer high tide", ""},
	} {
		if got := d.who(tt.secret, tt.header); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if d.who(d.enters("robot", "0123456789abcdef"), "") != "robot" {
		t.Error("a token opens no session")
	}
}

// Nobody learns whether a name exists.
func TestWrongIsWrong(t *testing.T) {
	d := newDoor(t, maria(t), robot)
	for _, try := range [][2]string{{"maria", "low tide"}, {"nobody", "high tide"}, {"robot", ""}, {"", ""}, {"maria", strings.Repeat("x", 1000)}} {
		d.now = d.now.Add(time.Minute)
		if _, err := d.Enter(t.Context(), here, try[0], try[1]); !errors.Is(err, ErrWrong) {
			t.Errorf("Enter(%q, %q) = %v, want ErrWrong", try[0], try[1], err)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	m := maria(t)
	d := newDoor(t, m, robot)
	secret := d.enters("maria", "high tide")
	for range 5 {
		d.now = d.now.Add(50 * time.Minute)
		if d.who(secret, "") != "maria" {
			t.Fatal("a session in use ended")
		}
	}
	d.now = d.now.Add(61 * time.Minute)
	if d.who(secret, "") != "" {
		t.Error("an hour without a request, and still signed in")
	}
	secret = d.enters("maria", "high tide")
	for range 7*24*2 + 1 {
		d.now = d.now.Add(30 * time.Minute)
		d.who(secret, "")
	}
	if d.who(secret, "") != "" {
		t.Error("signed in for more than a week")
	}
	secret = d.enters("maria", "high tide")
	d.Leave(secret)
	if d.who(secret, "") != "" {
		t.Error("signed out, and still in")
	}
	kept, changed := d.enters("robot", robot.Token), d.enters("maria", "high tide")
	m.Password = strings.Replace(maria(t).Password, "x", "y", 1)
	d.Configure(Config{Users: []User{m, robot}, Session: time.Hour})
	if d.who(changed, "") != "" || d.who(kept, "") != "robot" {
		t.Error("a changed password ends the sessions it opened, and no other")
	}
}

// Guessing is slow for an address, and for nobody else.
func TestGuessesAreSlowed(t *testing.T) {
	d := newDoor(t, maria(t))
	guess := func(from string) error {
		_, err := d.Enter(t.Context(), netip.MustParseAddr(from), "maria", "wrong")
		return err
	}
	for range burst {
		if err := guess("2001:db8::1"); !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
	}
	for from, want := range map[string]error{"2001:db8::2": ErrSlow, "2001:db8:0:1::1": ErrWrong, "192.0.2.1": ErrWrong} {
		if err := guess(from); !errors.Is(err, want) {
			t.Errorf("a guess from %s: %v, want %v", from, err, want)
		}
	}
	d.now = d.now.Add(time.Minute)
	if err := guess("2001:db8::1"); !errors.Is(err, ErrWrong) {
		t.Errorf("a minute later: %v", err)
	}
	if err := guess("2001:db8::1"); !errors.Is(err, ErrSlow) {
		t.Errorf("twice in a minute: %v", err)
	}
}

func TestForms(t *testing.T) {
	d := newDoor(t, robot)
	secret := d.enters("robot", robot.Token)
	r := httptest.NewRequest(http.MethodGet, "/desk/", nil)
	r.AddCookie(NewCookie(secret, "/desk/", true))
	v, _ := d.Who(r)
	if len(v.Form) < 20 || !v.Genuine(v.Form) || v.Genuine("") || v.Genuine(v.Form+"x") {
		t.Errorf("form %q is not told from others", v.Form)
	}
	c := NewCookie(secret, "/desk/", true)
	if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/desk/" {
		t.Errorf("cookie %v", c)
	}
}

func TestCheck(t *testing.T) {
	hash, err := Hash([]byte("high tide"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		user User
		want string
	}{
		{User{Name: "maria", Password: hash}, ""},
		{robot, ""},
		{User{Name: "Maria Quay", Password: hash}, "no name for a user"},
		{User{Name: "maria"}, "neither password nor token"},
		{User{Name: "maria", Password: "high tide"}, "no bcrypt hash"},
		{User{Name: "maria", Token: "short"}, "can be guessed"},
	} {
		if err := tt.user.Check(); err == nil && tt.want != "" || err != nil && (tt.want == "" || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("Check(%+v) = %v, want %q", tt.user, err, tt.want)
		}
	}
	for _, bad := range []string{"short", strings.Repeat("x", 73)} {
		if _, err := Hash([]byte(bad)); err == nil {
			t.Errorf("Hash(%q): no error", bad)
		}
	}
}
