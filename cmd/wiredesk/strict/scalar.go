package strict

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	prefixType   = reflect.TypeFor[netip.Prefix]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// isScalar reports whether a type is written as one word.
func isScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
		return true
	}
	return reflect.PointerTo(t).Implements(textType)
}

// scalar reads one word into v.
func (d *Doc) scalar(f *file, n *yaml.Node, v reflect.Value, fd field) {
	if n.Kind != yaml.ScalarNode {
		d.blame(f, n, "%s wants one value, not %s", fd.name, kind(n))
		return
	}
	text, ok := d.expand(f, n)
	if !ok {
		return
	}
	if len(fd.enum) > 0 && !oneOf(text, fd.enum) {
		d.blame(f, n, "%s cannot be %q; %s", fd.name, n.Value, Suggest(n.Value, fd.enum))
		return
	}
	if err := set(v, text); err != nil {
		d.blame(f, n, "%s: %v", fd.name, err)
	}
}

// set converts text to v's type. Its errors do not repeat what may be a secret.
func set(v reflect.Value, text string) error {
	switch {
	case v.Type() == durationType:
		dur, err := Duration(text)
		if err == nil {
			v.SetInt(int64(dur))
		}
		return err
	case v.Type() == prefixType:
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("%q is no network; write an address and a prefix length, as in 10.0.0.0/8 or fd00::/8", text)
		}
		v.Set(reflect.ValueOf(p.Masked()))
		return nil
	case reflect.PointerTo(v.Type()).Implements(textType):
		return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		v.SetBool(text == "true")
	default:
		i, err := strconv.ParseInt(text, 10, 64)
		if err != nil || v.OverflowInt(i) {
			return fmt.Errorf("%q is not a whole number", text)
		}
		v.SetInt(i)
	}
	return nil
}

var errDuration = errors.New("write a number with ms, s, m, h, d or w, as in 90s, 15m, 2h, 7d or 0s for none")

// Duration reads what time.ParseDuration does, and d and w for days of 24
// hours and weeks of seven days. It is never negative.
func Duration(s string) (time.Duration, error) {
	if s == "0" {
		return 0, nil
	}
	var total float64
	for rest := s; rest != ""; {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if digits < 1 {
			return 0, fmt.Errorf("%q is no duration: %w", s, errDuration)
		}
		unit := rest[digits:]
		if i := strings.IndexAny(unit, ".0123456789"); i >= 0 {
			unit = unit[:i]
		}
		n, err := strconv.ParseFloat(rest[:digits], 64)
		one, ok := units[unit]
		if err != nil || !ok {
			return 0, fmt.Errorf("%q is no duration: %w", s, errDuration)
		}
		total += n * float64(one)
		rest = rest[digits+len(unit):]
	}
	if s == "" || total > math.MaxInt64/2 {
		return 0, fmt.Errorf("%q is no duration: %w", s, errDuration)
	}
	return time.Duration(math.Round(total)), nil
}

var units = map[string]time.Duration{
	"ns": time.Nanosecond, "us": time.Microsecond, "µs": time.Microsecond, "ms": time.Millisecond,
	"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
}

// expand replaces ${NAME} by the environment's value, and $$ by $.
func (d *Doc) expand(f *file, n *yaml.Node) (string, bool) {
	if !strings.Contains(n.Value, "$") {
		return n.Value, true
	}
	var b strings.Builder
	ok := true
	for rest := n.Value; rest != ""; {
		at := strings.IndexByte(rest, '$')
		if at < 0 || at+1 == len(rest) {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:at])
		rest = rest[at:]
		end := strings.IndexByte(rest, '}')
		switch {
		case rest[1] == '$':
			b.WriteByte('$')
			rest = rest[2:]
		case rest[1] == '{' && end > 0:
			value, set := d.env(rest[2:end])
			d.asked = append(d.asked, rest[2:end], value)
			if !set {
				d.blame(f, n, "the environment has no variable %q; set it, or write $${%s} for the text itself", rest[2:end], rest[2:end])
				ok = false
			}
			b.WriteString(value)
			rest = rest[end+1:]
		default:
			b.WriteByte('$')
			rest = rest[1:]
		}
	}
	return b.String(), ok
}

func oneOf(s string, list []string) bool {
	for _, one := range list {
		if s == one {
			return true
		}
	}
	return false
}
