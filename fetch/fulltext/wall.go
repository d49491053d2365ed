package fulltext

import "strings"

// Walls by what they say, in lower case; "…" stands for anything between. They
// count only where little text stands beside them: every paper mentions
// cookies and subscriptions somewhere.
var (
	consentWords = []string{
		"before you continue", "we value your privacy", "we and our…partners", "accept cookies", "accept all", "accept and continue", "manage your consent", "manage consent", "manage your privacy", "manage cookie",
		"consent to the use", "cookie wall", "cookie consent", "zustimmen…weiter", "zustimmung…werbung", "mit werbung lesen", "mit werbung weiterlesen", "continuer sans accepter", "accepter et continuer", "accepter les cookies",
		"aceptar y continuar", "aceptar cookies", "accetta e continua", "accetta i cookie", "accettare i cookie", "cookies accepteren", "accepteer cookies",
		"aceitar cookies", "aceitar e continuar", "aceitar e fechar", "godkänn alla", "godkänn cookies", "acceptera alla", "accepter alle", "godta alle", "hyväksy evästeet", "hyväksy kaikki", "przejdź do serwisu", "akceptuję", "akceptuj wszystkie",
		"souhlasím a pokračovat", "přijmout vše", "elfogadom", "sütik elfogadása", "accept toate", "çerezleri kabul", "tümünü kabul et", "принять все", "согласие на обработку", "прийняти всі", "αποδοχή όλων", "قبول الكل", "すべて同意", "同意する", "接受所有", "모두 동의",
		"verify you are human", "verify that you are", "verify you are a human", "enable javascript and cookies", "checking your browser", "are you a robot", "unusual traffic", "access to this page has been denied",
	}
	payWords = []string{
		"subscribe to continue", "subscribe to read", "subscribe to keep reading", "subscribe to unlock", "subscribe now to", "subscribe today to", "to continue reading", "already a subscriber", "already a member",
		"is only for subscribers", "is for subscribers", "only available to subscribers", "exclusively for subscribers", "available to our subscribers", "available to members", "only for our", "subscribers only", "subscriber only", "for subscribers",
		"log in to read", "log in to continue", "sign in to read", "sign in to continue", "you've reached your", "you’ve reached your", "your free articles", "free article limit",
		"nur für abonnenten", "weiterlesen mit", "jetzt abonnieren", "+ weiterlesen", "réservé aux abonnés", "réservée aux abonnés", "il vous reste…de cet article", "pour lire la suite", "exclusivo para suscriptores", "exclusivo para abonados", "exclusivo para assinantes",
		"para seguir leyendo", "suscríbete para", "contenuto riservato agli abbonati", "per continuare a leggere", "alleen voor abonnees", "endast för prenumeranter", "только для подписчиков", "tylko dla prenumeratorów", "tylko dla subskrybentów",
		"conteúdo exclusivo para", "para continuar lendo", "para continuar a ler", "artigo exclusivo", "per leggere l'articolo", "abbonati per", "om verder te lezen", "logga in för att läsa", "bli prenumerant", "kun for abonnenter", "for abonnenter", "vain tilaajille", "jatka lukemista", "pro předplatitele",
		"csak előfizetőknek", "előfizetőink számára", "doar pentru abonați", "abonelere özel", "devamını okumak için abone", "доступно по подписке", "оформите подписку", "тільки для передплатників", "μόνο για συνδρομητές", "للمشتركين فقط", "订阅后", "訂閱", "付费阅读", "구독자 전용", "유료 회원",
		"会員限定", "有料会員", "続きを読むには", "subscribe to…to read", "vous devez être abonné", "für abonnenten", "mit abo weiterlesen", "hazte suscriptor", "contenido exclusivo",
	}
	wallFrames = []string{"consent", "paywall", "piano-", "tp-modal", "sp_message", "didomi", "onetrust", "cmpbox", "subscriber-only", "regwall", "metered"}
)

// says reports whether a line holds one of the phrases.
func says(line string, phrases []string) bool {
	line = strings.ToLower(line)
	for _, p := range phrases {
		first, second, gap := strings.Cut(p, "…")
		if i := strings.Index(line, first); i >= 0 && (!gap || strings.Contains(line[i:], second)) {
			return true
		}
	}
	return false
}

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
		if len(l.text) < 300 && says(l.text, payWords) {
			return true
		}
		if n < wallShort && (n < wallShort/2 || len(r.lines) < 25) && says(l.text, consentWords) {
			return true
		}
	}
	return n < wallShort/4 && says(r.frames(), wallFrames)
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
