package clean

import (
	"regexp"
	"strings"
	"unicode"
)

// An agency is a news agency whose texts other papers print.
type agency struct {
	name  string   // as the credit is kept
	short []string // as written in capitals in datelines and feet; case matters
	full  []string // as written out in bylines; case does not matter
}

// agencies are those whose copy is told, the most printed first.
var agencies = []agency{
	{"AFP", []string{"AFP"}, []string{"agence france-presse", "agence france presse", "afp"}},
	{"Reuters", []string{"Reuters", "REUTERS", "RTRS"}, []string{"reuters", "thomson reuters"}},
	{"AP", []string{"AP"}, []string{"associated press", "the associated press"}},
	{"dpa", []string{"dpa", "DPA"}, []string{"deutsche presse-agentur", "dpa"}},
	{"ANSA", []string{"ANSA", "Ansa"}, []string{"ansa", "agenzia ansa"}},
	{"Xinhua", []string{"Xinhua", "XINHUA", "新华社", "新華社"}, []string{"xinhua", "xinhua news agency"}},
	{"TASS", []string{"TASS", "ТАСС"}, []string{"tass", "itar-tass", "тасс"}},
	{"EFE", []string{"EFE"}, []string{"agencia efe", "efe"}},
	{"PA", []string{"PA", "PA Media"}, []string{"press association", "pa media", "pa news agency"}},
	{"Kyodo", []string{"Kyodo", "KYODO", "共同"}, []string{"kyodo", "kyodo news"}},
	{"Bloomberg", []string{"Bloomberg"}, []string{"bloomberg", "bloomberg news"}},
	{"UPI", []string{"UPI"}, []string{"united press international"}},
	{"Jiji", []string{"Jiji", "JIJI", "時事"}, []string{"jiji press", "jiji"}},
	{"Yonhap", []string{"Yonhap", "YONHAP", "연합뉴스"}, []string{"yonhap", "yonhap news agency"}},
	{"PTI", []string{"PTI"}, []string{"press trust of india", "pti"}},
	{"IANS", []string{"IANS"}, []string{"indo-asian news service", "ians"}},
	{"ANI", []string{"ANI"}, []string{"asian news international", "ani"}},
	{"RIA Novosti", []string{"RIA Novosti", "РИА Новости"}, []string{"ria novosti", "риа новости"}},
	{"Interfax", []string{"Interfax", "Интерфакс"}, []string{"interfax", "интерфакс"}},
	{"Sputnik", []string{"Sputnik"}, []string{"sputnik"}},
	{"Anadolu", []string{"Anadolu", "AA"}, []string{"anadolu agency", "anadolu ajansı", "anadolu"}},
	{"APA", []string{"APA"}, []string{"austria presse agentur", "apa"}},
	{"Keystone-SDA", []string{"SDA", "sda", "Keystone-SDA", "ATS"}, []string{"keystone-sda", "keystone-ats", "sda", "ats"}},
	{"AAP", []string{"AAP"}, []string{"australian associated press", "aap"}},
	{"The Canadian Press", []string{"CP"}, []string{"the canadian press", "canadian press", "la presse canadienne"}},
	{"ANP", []string{"ANP"}, []string{"anp", "algemeen nederlands persbureau"}},
	{"Belga", []string{"Belga", "BELGA"}, []string{"belga", "agence belga"}},
	{"NTB", []string{"NTB", "©NTB"}, []string{"ntb"}},
	{"TT", []string{"TT"}, []string{"tt nyhetsbyrån", "tidningarnas telegrambyrå"}},
	{"Ritzau", []string{"Ritzau", "ritzau", "/ritzau/"}, []string{"ritzau"}},
	{"STT", []string{"STT"}, []string{"stt", "suomen tietotoimisto"}},
	{"PAP", []string{"PAP"}, []string{"polska agencja prasowa", "pap"}},
	{"ČTK", []string{"ČTK", "CTK"}, []string{"čtk", "ctk"}},
	{"MTI", []string{"MTI"}, []string{"mti"}},
	{"Lusa", []string{"Lusa", "LUSA"}, []string{"lusa", "agência lusa"}},
	{"Europa Press", []string{"Europa Press", "EUROPA PRESS"}, []string{"europa press"}},
	{"Adnkronos", []string{"Adnkronos", "ADNKRONOS"}, []string{"adnkronos"}},
	{"AGI", []string{"AGI"}, []string{"agi"}},
	{"Notimex", []string{"Notimex", "NTX"}, []string{"notimex"}},
	{"Télam", []string{"Télam", "TELAM"}, []string{"télam", "telam"}},
	{"Agência Brasil", []string{"Agência Brasil"}, []string{"agência brasil"}},
	{"SPA", []string{"SPA"}, []string{"saudi press agency"}},
	{"WAM", []string{"WAM"}, []string{"emirates news agency", "wam"}},
	{"SANA", []string{"SANA"}, []string{"syrian arab news agency", "sana"}},
	{"MENA", []string{"MENA"}, []string{"middle east news agency"}},
	{"IRNA", []string{"IRNA"}, []string{"irna", "islamic republic news agency"}},
	{"KUNA", []string{"KUNA"}, []string{"kuna", "kuwait news agency"}},
	{"Bernama", []string{"Bernama", "BERNAMA"}, []string{"bernama"}},
	{"Antara", []string{"Antara", "ANTARA"}, []string{"antara"}},
	{"KCNA", []string{"KCNA"}, []string{"kcna", "korean central news agency"}},
	{"CNA", []string{"中央社"}, []string{"central news agency"}},
	{"Ukrinform", []string{"Ukrinform", "Укринформ"}, []string{"ukrinform"}},
	{"epd", []string{"epd"}, []string{"evangelischer pressedienst"}},
	{"KNA", []string{"KNA"}, []string{"katholische nachrichten-agentur"}},
	{"SID", []string{"SID"}, []string{"sport-informations-dienst"}},
}

// signature is a line that holds nothing but a credit, or the credit at the
// end of the last line: "AFP", "(Reuters)", "– dpa", "/AFP/", "dpa/lno".
var (
	dateline = regexp.MustCompile(`^\s*(?:\p{Lu}[\p{L}\p{M}'’./ -]{1,40}?(?:,[^()–—]{1,40})?)?\s*[(\[]([^()\[\]]{2,40})[)\]]\s*[-–—:.]`)
	german   = regexp.MustCompile(`^\s*\p{Lu}[\p{L}\p{M}./ -]{1,40}?\s*[(]([^()]{2,30})[)]`)
	slashed  = regexp.MustCompile(`^\s*\p{Lu}[\p{L}\p{M}'’. -]{1,40}?(?:,[^/]{1,30})?/([\p{L}]{2,12})/?\s*[-–—.]`)
	dashed   = regexp.MustCompile(`^\s*\p{Lu}{2}[\p{L}\p{M}'’. ,]{1,40}?\s[-–—]\s?([\p{L} ]{2,20})\s[-–—]\s`)
	spanish  = regexp.MustCompile(`^\s*\p{Lu}[\p{L}\p{M}'’. ]{1,40}?,\s\d{1,2}\s\p{L}{3,10}\s[(]([^()]{2,20})[)]`)
	trailing = regexp.MustCompile(`[(\[/–—-]\s*([\p{L}\p{M}©/., +&-]{2,40}?)\s*[)\]/]?\.?\s*$`)
)

// datelines are the forms of datelines, and the characters of which a line of
// that form has one.
var datelines = []struct {
	form  *regexp.Regexp
	needs []string
}{{dateline, openers[:2]}, {slashed, openers[2:3]}, {dashed, openers[3:]}, {spanish, openers[:1]}, {german, openers[:1]}}

// openers are what stands before the agency in a dateline or at a text's foot.
var openers = []string{"(", "[", "/", "-", "–", "—"}

func containsOne(s string, list []string) bool {
	for _, c := range list {
		if strings.Contains(s, c) {
			return true
		}
	}
	return false
}

// Credit returns the news agency that byline credits, or text in its dateline
// ("PARIS (AFP) –") or at its foot ("(Reuters)", "– dpa", "AFP"), by the name in
// the list; "" if none is credited. A story that only speaks of an agency does
// not credit it.
func Credit(byline, text string) string {
	if c := creditByline(byline); c != "" {
		return c
	}
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
	for i, line := range lines {
		if i == 4 {
			break
		}
		if c := creditDateline(line); c != "" {
			return c
		}
	}
	for i := len(lines) - 1; i >= 0 && i >= len(lines)-4; i-- {
		if c := creditFoot(lines[i]); c != "" {
			return c
		}
	}
	return ""
}

// creditByline looks for agencies by either name, between the marks and words
// that part authors.
func creditByline(byline string) string {
	for _, part := range parting.Split(byline, -1) {
		part = strings.TrimSpace(part)
		for _, a := range agencies {
			for _, s := range a.short {
				if part == s {
					return a.name
				}
			}
			for _, f := range a.full {
				if strings.EqualFold(part, f) {
					return a.name
				}
			}
		}
	}
	low := strings.ToLower(byline)
	for _, a := range agencies {
		for _, f := range a.full {
			if len(f) > 8 && strings.Contains(low, f) {
				return a.name
			}
		}
	}
	return ""
}

var parting = regexp.MustCompile(`(?i)[,;|/()\[\]•·+&–—]|\s-\s|\b(?:by|and|with|von|mit|und|par|avec|et|de|por|con|y|da|di|source|quelle|via|from|staff|news agency|agencies)\b|:|\n`)

func creditDateline(line string) string {
	if len(line) > 400 {
		line = strings.ToValidUTF8(line[:400], "")
	}
	for _, d := range datelines {
		if !containsOne(line, d.needs) {
			continue // most lines: an expression costs a hundred times that look
		}
		if m := d.form.FindStringSubmatch(line); m != nil {
			if c := exact(m[1]); c != "" {
				return c
			}
		}
	}
	return ""
}

func creditFoot(line string) string {
	line = strings.TrimSpace(line)
	if n := len(line); n > 200 {
		line = strings.ToValidUTF8(line[n-200:], "")
	} else if n <= 80 {
		if c := exact(strings.Trim(line, "()[]/*–—-. ")); c != "" {
			return c
		}
	}
	if !containsOne(line, openers) {
		return ""
	}
	if m := trailing.FindStringSubmatch(line); m != nil {
		return exact(m[1])
	}
	return ""
}

// exact finds an agency by a credit that holds nothing else but other
// agencies, initials of editors and the like: "AFP", "AFP/Reuters", "dpa, AP",
// "dpa/lno", "With AFP".
func exact(s string) string {
	s = strings.TrimSpace(s)
	for _, lead := range []string{"©", "With ", "with ", "Source: ", "Quelle: ", "Par ", "By ", "mit ", "avec ", "Con información de ", "The "} {
		s = strings.TrimPrefix(s, lead)
	}
	if c := single(s); c != "" {
		return c
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("/,;+&-–", r) })
	if len(parts) > 5 {
		return ""
	}
	found := ""
	for _, p := range parts {
		c := single(p)
		switch {
		case c != "" && found == "":
			found = c
		case c != "", len([]rune(p)) <= 3 && strings.ToLower(p) == p, p == "and", p == "und", p == "with":
		default:
			return ""
		}
	}
	return found
}

func single(s string) string {
	for _, a := range agencies {
		for _, x := range a.short {
			if s == x {
				return a.name
			}
		}
		for _, x := range a.full {
			if len(x) > 4 && strings.EqualFold(s, x) {
				return a.name
			}
		}
	}
	return ""
}
