package fulltext

import (
	"regexp"
	"strings"
)

// Walls by what they say. They count only where little text stands beside
// them: every paper mentions cookies and subscriptions somewhere.
var (
	consentWords = regexp.MustCompile(`(?i)before you continue|we value your privacy|we and our (?:\d+ )?partners|accept (?:all )?(?:cookies|and continue)|manage (?:your )?(?:consent|privacy|cookie)|consent to the use|cookie (?:wall|consent)|zustimm(?:en|ung).{0,60}(?:cookies|werbung|weiter)|mit werbung (?:weiter)?lesen|continuer sans accepter|accepter (?:et continuer|les cookies)|aceptar (?:y continuar|cookies)|accetta(?:re)? (?:i cookie|e continua)|cookies accepteren|verify (?:that )?you are (?:a )?human|enable javascript and cookies|checking your browser|are you a robot|unusual traffic|access to this page has been denied`)
	payWords     = regexp.MustCompile(`(?i)subscribe (?:now |today )?to (?:continue|read|keep reading|unlock)|to continue reading|already a (?:subscriber|member)|this (?:article|content|story) is (?:only |exclusively )?(?:for|available to) (?:our )?(?:subscribers|members)|subscribers? only|for subscribers|log in to (?:read|continue)|sign in to (?:read|continue)|you(?:'|’)ve reached your (?:free |monthly )?(?:article )?limit|your free articles|nur für abonnenten|weiterlesen mit|jetzt abonnieren|mit .{1,12}\+ weiterlesen|réservé aux abonnés|il vous reste .{1,8}% de cet article|pour lire la suite|exclusiv[oa] para (?:suscriptores|abonados|assinantes)|para seguir leyendo|suscríbete para|contenuto riservato agli abbonati|per continuare a leggere|alleen voor abonnees|endast för prenumeranter|только для подписчиков|tylko dla (?:prenumeratorów|subskrybentów)|会員限定|有料会員|続きを読むには`)
	wallFrames   = regexp.MustCompile(`(?i)consent|paywall|piano-|tp-modal|sp_message|didomi|onetrust|cmpbox|subscriber-only|regwall|metered`)
)

// Below so many words a text that a wall stands by is not the article.
const (
	wallShort = 120 // with a consent wall or words of a paywall
	wallTease = 250 // when the page itself says that it is not free
)

// walled reports whether a wall stands before the text that was found.
func (r *reader) walled(text string) bool {
	n := len(strings.Fields(text))
	for _, rn := range text {
		if rn >= 0x2E80 {
			n++
		}
	}
	if n >= wallTease {
		return false
	}
	for _, a := range r.meta.articles {
		if a.locked {
			return true
		}
	}
	switch tier := strings.ToLower(r.meta.get("article:content_tier", "article:content-tier")); tier {
	case "locked", "metered":
		return true
	}
	if n >= 2*wallShort {
		return false
	}
	for _, l := range r.lines {
		if payWords.MatchString(l.text) && len(l.text) < 300 {
			return true
		}
		if n < wallShort && consentWords.MatchString(l.text) && (n < wallShort/2 || len(r.lines) < 25) {
			return true
		}
	}
	return n < wallShort/4 && wallFrames.MatchString(r.frames())
}

// frames are the ids and classes of the page's outer elements.
func (r *reader) frames() string {
	var b strings.Builder
	body := find(r.doc, "body")
	if body == nil {
		return ""
	}
	b.WriteString(hints(body))
	for c := body.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(" " + hints(c))
	}
	return b.String()
}
