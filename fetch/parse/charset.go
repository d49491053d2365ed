package parse

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"mime"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
)

// decode turns bytes into text without characters that XML forbids. It trusts,
// in this order: a byte order mark; the pattern of zero bytes; labels of
// stateful encodings, whose bytes look like ASCII; bytes that are valid UTF-8,
// whatever 8-bit label they carry; the HTTP header; the declaration; and in
// the end windows-1252, which always decodes.
func decode(raw []byte, contentType string) (text, warning string) {
	if text, ok := decodeWide(raw); ok {
		return scrub(text), ""
	}
	raw, marked := trimMark(raw)
	labels := []string{headerLabel(contentType), declaredLabel(raw)}
	for _, l := range labels {
		if enc := stateful(l); enc != nil {
			if s, ok := try(enc, raw); ok {
				return scrub(s), ""
			}
		}
	}
	if utf8.Valid(raw) {
		for _, l := range labels {
			if l != "" && !utf8Label(l) && !ascii(raw) {
				warning = fmt.Sprintf("charset: labelled %s, but the text is UTF-8", plainLabel(l))
			}
		}
		return scrub(string(raw)), warning
	}
	if !marked {
		for _, l := range labels {
			if enc := lookup(l); enc != nil && !utf8Label(l) {
				if s, ok := try(enc, raw); ok {
					return scrub(s), ""
				}
			}
		}
	}
	return scrub(mend(raw)), "charset: bytes that no label explains were read as windows-1252"
}

// decodeWide decodes UTF-16 and UTF-32, by mark or by where the zero bytes are.
func decodeWide(raw []byte) (string, bool) {
	head := func(b ...byte) bool { return bytes.HasPrefix(raw, b) }
	switch {
	case head(0xFF, 0xFE, 0, 0), head('<', 0, 0, 0), head('{', 0, 0, 0):
		return wide32(raw, binary.LittleEndian), true
	case head(0, 0, 0xFE, 0xFF), head(0, 0, 0, '<'), head(0, 0, 0, '{'):
		return wide32(raw, binary.BigEndian), true
	case head(0xFF, 0xFE), zeros(raw, 1):
		return wide16(raw, binary.LittleEndian), true
	case head(0xFE, 0xFF), zeros(raw, 0):
		return wide16(raw, binary.BigEndian), true
	case head(0x4C, 0x6F, 0xA7, 0x94): // "<?xm" in EBCDIC
		s, err := charmap.CodePage037.NewDecoder().String(string(raw))
		return s, err == nil
	}
	return "", false
}

// zeros reports whether the first characters are ASCII in 16 bits, the zero
// byte of each at position odd or even as parity says.
func zeros(raw []byte, parity int) bool {
	if len(raw) < 8 {
		return false
	}
	for i := 0; i < 8; i += 2 {
		if raw[i+parity] != 0 || raw[i+1-parity] == 0 {
			return false
		}
	}
	return true
}

func wide16(raw []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(raw)/2)
	for ; len(raw) >= 2; raw = raw[2:] {
		units = append(units, order.Uint16(raw))
	}
	return strings.TrimLeft(string(utf16.Decode(units)), "\ufeff")
}

func wide32(raw []byte, order binary.ByteOrder) string {
	var b strings.Builder
	for ; len(raw) >= 4; raw = raw[4:] {
		r := order.Uint32(raw)
		if r > utf8.MaxRune {
			r = utf8.RuneError
		}
		b.WriteRune(rune(r))
	}
	return strings.TrimLeft(b.String(), "\ufeff")
}

// trimMark removes byte order marks, of which some servers send two, and the
// blank lines that scripts print before and after them.
func trimMark(raw []byte) (rest []byte, marked bool) {
	rest = raw
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n\x00")
		after, ok := bytes.CutPrefix(rest, []byte("\ufeff"))
		if !ok {
			return rest, marked
		}
		rest, marked = after, true
	}
}

func headerLabel(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return strings.Trim(params["charset"], ` "'`)
}

// declaredLabel returns the encoding that the XML declaration names.
func declaredLabel(raw []byte) string {
	head := raw[:min(len(raw), 1024)]
	start := bytes.Index(head, []byte("<?xml"))
	if start < 0 {
		return ""
	}
	head = head[start:]
	if end := bytes.Index(head, []byte("?>")); end >= 0 {
		head = head[:end]
	}
	_, value, found := bytes.Cut(head, []byte("encoding"))
	if !found {
		return ""
	}
	value = bytes.TrimLeft(value, " \t\r\n=")
	if len(value) == 0 || value[0] != '"' && value[0] != '\'' {
		return ""
	}
	value, _, _ = bytes.Cut(value[1:], value[:1])
	return string(bytes.TrimSpace(value))
}

func utf8Label(label string) bool {
	switch strings.ToLower(strings.Trim(label, "\"' ")) {
	case "utf-8", "utf8", "utf8mb4", "utf8mb3", "unicode-1-1-utf-8", "x-unknown", "us-ascii", "ascii":
		return true
	}
	return false
}

// stateful returns the encoding of labels whose text is all 7-bit bytes.
func stateful(label string) encoding.Encoding {
	switch l := strings.ToLower(label); {
	case strings.HasPrefix(l, "iso-2022-jp"), l == "csiso2022jp":
		return lookup("iso-2022-jp")
	case l == "hz-gb-2312":
		enc, _ := ianaindex.IANA.Encoding(l)
		return enc
	}
	return nil
}

// lookup knows the labels of the WHATWG and of IANA, and what DOS wrote.
// Labels of 16 and 32 bits are lies here: such text was decoded before.
func lookup(label string) encoding.Encoding {
	l := strings.ToLower(strings.TrimSpace(label))
	if l == "" || strings.HasPrefix(l, "utf") || strings.HasPrefix(l, "ucs") {
		return nil
	}
	switch l {
	case "cp437":
		return charmap.CodePage437
	case "cp850":
		return charmap.CodePage850
	case "cp852":
		return charmap.CodePage852
	}
	if enc, _ := charset.Lookup(l); enc != nil && enc != encoding.Nop {
		return enc
	}
	enc, err := ianaindex.IANA.Encoding(l)
	if err != nil {
		return nil
	}
	return enc
}

// try decodes raw and reports whether the label fits: at most one character
// in a thousand could not be decoded.
func try(enc encoding.Encoding, raw []byte) (string, bool) {
	text, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return "", false
	}
	bad := bytes.Count(text, []byte("\ufffd"))
	return string(text), bad <= len(text)/1000
}

// mend reads bytes that are not valid UTF-8 as windows-1252 and leaves the
// rest as it is: one stray byte must not turn a whole text to mojibake.
func mend(raw []byte) string {
	var b strings.Builder
	b.Grow(len(raw) + len(raw)/8)
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		switch {
		case r != utf8.RuneError || n > 1:
			b.Write(raw[:n])
		default:
			b.WriteRune(charmap.Windows1252.DecodeByte(raw[0]))
		}
		raw = raw[n:]
	}
	return b.String()
}

func ascii(raw []byte) bool {
	for _, c := range raw {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plainLabel makes a label fit for a warning.
func plainLabel(l string) string {
	return fmt.Sprintf("%.40q", l)
}

// scrub drops the characters that XML 1.0 forbids or discourages: controls,
// noncharacters and byte order marks in the text.
func scrub(s string) string {
	at := firstForbidden(s)
	if at < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:at])
	for _, r := range s[at:] {
		switch {
		case r >= 0x80 && r < 0xA0:
			// Somebody declared Latin-1 and wrote windows-1252.
			b.WriteString(western(r))
		case !forbidden(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// firstForbidden is strings.IndexFunc(s, forbidden), four times as fast where
// most is ASCII: every byte of every document passes here.
func firstForbidden(s string) int {
	for i := 0; i < len(s); {
		if c := s[i]; c >= 0x20 && c < 0x7F || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if forbidden(r) {
			return i
		}
		i += n
	}
	return -1
}

// western returns the character that windows-1252 has where Unicode has a C1
// control, or nothing.
func western(r rune) string {
	r = charmap.Windows1252.DecodeByte(byte(r))
	if r == utf8.RuneError || forbidden(r) {
		return ""
	}
	return string(r)
}

func forbidden(r rune) bool {
	switch {
	case r >= 0x20 && r < 0x7F, r == '\n', r == '\t', r == '\r':
		return false
	case r < 0x20, r >= 0x7F && r < 0xA0, r == 0xFEFF, r >= 0xFDD0 && r <= 0xFDEF:
		return true
	}
	return r&0xFFFE == 0xFFFE
}
