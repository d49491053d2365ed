package parse

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func encode(t *testing.T, enc encoding.Encoding, s string) []byte {
	t.Helper()
	raw, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func wide(s string, order binary.AppendByteOrder, size int) []byte {
	var raw []byte
	if size == 2 {
		for _, u := range utf16.Encode([]rune(s)) {
			raw = order.AppendUint16(raw, u)
		}
		return raw
	}
	for _, r := range s {
		raw = order.AppendUint32(raw, uint32(r))
	}
	return raw
}

func TestCharset(t *testing.T) {
	const latin, russian, japan, korea, china = "Müller’s café", "Новости дня", "日本の新聞", "한국 신문", "中国新闻"
	doc := func(label, title string) string {
		if label != "" {
			label = ` encoding="` + label + `"`
		}
		return `<?xml version="1.0"` + label + `?><rss version="2.0"><channel><title>` + title + `</title></channel></rss>`
	}
	const bom = "\ufeff"
	for _, tt := range []struct {
		name, header string
		raw          []byte
		want         string
	}{
		{"nothing said", "", []byte(doc("", japan)), japan},
		{"UTF-8 with a mark", "", []byte(bom + doc("", japan)), japan},
		{"two marks", "", []byte(bom + "\n" + bom + doc("", japan)), japan},
		{"a mark against the label", "", []byte(bom + doc("iso-8859-1", latin)), latin},
		{"UTF-8 labelled Latin-1", "", []byte(doc("iso-8859-1", latin)), latin},
		{"windows-1252 labelled Latin-1", "", encode(t, charmap.Windows1252, doc("iso-8859-1", latin)), latin},
		{"windows-1252 labelled UTF-8", "", encode(t, charmap.Windows1252, doc("utf-8", latin)), latin},
		{"windows-1252 without a label", "", encode(t, charmap.Windows1252, doc("", latin)), latin},
		{"header alone", "text/xml; charset=windows-1251", encode(t, charmap.Windows1251, doc("", russian)), russian},
		{"header against declaration", "application/xml; charset=koi8-r", encode(t, charmap.KOI8R, doc("windows-1251", russian)), russian},
		{"label that nobody knows", "", []byte(doc("x-mine", japan)), japan},
		{"what MySQL calls UTF-8", "", []byte(doc("utf8mb4", japan)), japan},
		{"DOS", "", encode(t, charmap.CodePage850, doc("cp850", "Müller")), "Müller"},
		{"DOS of old", "", encode(t, charmap.CodePage437, doc("cp437", "Müller")), "Müller"},
		{"Shift JIS", "", encode(t, japanese.ShiftJIS, doc("shift_jis", japan)), japan},
		{"EUC-JP", "", encode(t, japanese.EUCJP, doc("euc-jp", japan)), japan},
		{"ISO-2022-JP", "", encode(t, japanese.ISO2022JP, doc("iso-2022-jp", japan)), japan},
		{"EUC-KR", "", encode(t, korean.EUCKR, doc("euc-kr", korea)), korea},
		{"GBK labelled GB2312", "", encode(t, simplifiedchinese.GBK, doc("gb2312", china)), china},
		{"Big5", "", encode(t, traditionalchinese.Big5, doc("big5", "中國新聞")), "中國新聞"},
		{"UTF-16LE with a mark", "", wide(bom+doc("utf-8", japan), binary.LittleEndian, 2), japan},
		{"UTF-16BE with a mark", "", wide(bom+doc("utf-16", japan), binary.BigEndian, 2), japan},
		{"UTF-16LE without", "", wide(doc("", japan), binary.LittleEndian, 2), japan},
		{"UTF-16BE without", "", wide(doc("", japan), binary.BigEndian, 2), japan},
		{"UTF-32LE with a mark", "", wide(bom+doc("", japan), binary.LittleEndian, 4), japan},
		{"UTF-32BE without", "", wide(doc("", japan), binary.BigEndian, 4), japan},
		{"one bad byte", "", bytes.Replace([]byte(doc("utf-8", japan+"#")), []byte("#"), []byte{0xE9}, 1), japan + "é"},
		{"controls", "", []byte(doc("", "a\x00\x08b\u0092c\ufffed")), "ab’cd"},
		{"surrogates in UTF-8", "", []byte(doc("", "a\xed\xa0\x80b")), "aí €b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Options{Header: http.Header{"Content-Type": {tt.header}}}
			doc, err := Parse(tt.raw, o)
			if err != nil {
				t.Fatal(err)
			}
			if doc.Feed.Title != tt.want {
				t.Errorf("title %q, want %q (warnings %q)", doc.Feed.Title, tt.want, doc.Warnings)
			}
		})
	}
}

func TestDecodeRefs(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"a & b", "a & b"},
		{"&lt;&gt;&amp;&quot;&apos;", `<>&"'`},
		{"&amp;lt;", "&lt;"},
		{"&eacute;&hellip;&nosuch;", "é…&nosuch;"},
		{"&copy=1&reg", "&copy=1&reg"},
		{"&#65;&#x42;&#X43;", "ABC"},
		{"&#65 &#x42", "A B"},
		{"&#8;&#xFFFE;&#0;", ""},
		{"&#146;", "’"},
		{"&#xD83D;&#xDE00;", "😀"},
		{"&#xD83D;x", "x"},
		{"&#226;&#128;&#166;", "…"},
		{"&#233;", "é"},
		{"&#99999999999;", "&#99999999999;"},
		{"&#;&#x;&;", "&#;&#x;&;"},
	} {
		if got := decodeRefs(tt.in, nil); got != tt.want {
			t.Errorf("decodeRefs(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xff\xfe<\x00r\x00"), "")
	f.Add([]byte(`<?xml version="1.0" encoding="shift_jis"?>`+"\x93\xfa"), "text/xml; charset=big5")
	f.Add([]byte("\x1b$BF|\x1b(B"), "text/xml; charset=iso-2022-jp")
	f.Fuzz(func(t *testing.T, raw []byte, header string) {
		text, _ := decode(raw, header)
		if !utf8.ValidString(text) {
			t.Errorf("decode(%q, %q) = %q: not UTF-8", raw, header, text)
		}
		if i := strings.IndexFunc(text, forbidden); i >= 0 {
			t.Errorf("decode(%q, %q) = %q: forbidden character at %d", raw, header, text, i)
		}
	})
}
