package safe

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// beacons are hosts, with all below them, whose images count readers.
var beacons = []string{
	"pixel.wp.com", "stats.wp.com", "stats.wordpress.com", "b.wordpress.com", "scorecardresearch.com", "quantserve.com",
	"google-analytics.com", "doubleclick.net", "googlesyndication.com", "googleadservices.com", "googletagmanager.com",
	"feedsportal.com", "feedsportal.net", "pheedo.com", "rss.buysellads.com", "feedads.com", "imrworldwide.com", "chartbeat.net",
	"chartbeat.com", "moatads.com", "adsafeprotected.com", "2o7.net", "omtrdc.net", "demdex.net", "hit.gemius.pl", "ivwbox.de",
	"ioam.de", "xiti.com", "atinternet.com", "smartadserver.com", "adnxs.com", "criteo.com", "taboola.com", "outbrain.com",
	"counter.theconversation.com", "count.theconversation.com", "counter.theconversation.edu.au", "statcounter.com", "mc.yandex.ru", "counter.yadro.ru", "top.mail.ru",
	"track.hubspot.com", "open.convertkit-mail.com", "analytics.twitter.com", "t.co", "list-manage.com", "sendgrid.net",
	"vgwort.de", "met.vgwort.de", "pixel.quantcount.com", "hitbox.com", "webtrends.com", "webtrendslive.com", "segment.io",
	"mixpanel.com", "amplitude.com", "clicktale.net", "hotjar.com", "newrelic.com", "nr-data.net", "krxd.net", "bluekai.com",
	"rlcdn.com", "tapad.com", "adform.net", "yieldmo.com", "sharethis.com", "addthis.com", "pixel.mathtag.com", "parsely.com", "p1.parsely.com",
	"ads.linkedin.com", "px.ads.linkedin.com", "bat.bing.com", "ct.pinterest.com", "sb.scorecardresearch.com", "piano.io", "npttech.com",
	"visitor-analytics.io", "plausible.io", "matomo.cloud", "goatcounter.com", "simpleanalyticscdn.com", "mailtrack.io",
}

// beaconPaths are such images on hosts that serve others as well.
var beaconPaths = []struct{ host, path string }{
	{"feeds.feedburner.com", "/~r/"},
	{"feeds2.feedburner.com", "/~r/"},
	{"feedproxy.google.com", "/~r/"},
	{"feeds.feedburner.com", "/~ff/"},
	{"www.facebook.com", "/tr"},
	{"facebook.com", "/tr"},
	{"px.ads.linkedin.com", "/"},
	{"www.google.com", "/ads/"},
	{"medium.com", "/_/stat"},
	{"www.blogger.com", "/tracker"},
	{"blogger.googleusercontent.com", "/tracker/"},
	{"api.follow.it", "/track"},
	{"www.assoc-amazon.com", "/e/ir"},
	{"ir-na.amazon-adsystem.com", "/e/ir"},
}

// beaconFiles are the names such images go by everywhere.
var beaconFiles = []string{
	"pixel.gif", "pixel.png", "1x1.gif", "1x1.png", "1px.gif", "1px.png", "beacon.gif", "track.gif", "tracker.gif", "tracking.gif",
	"open.gif", "clear.gif", "cleardot.gif", "spacer.gif", "transparent.gif", "count.gif", "__utm.gif", "b.gif", "dot.gif", "pix.gif", "hit.gif",
}

// tracking reports whether an image is there to be loaded, not to be seen.
func tracking(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "width", "height":
			if tiny(a.Val) {
				return true
			}
		case "style":
			if hides(a.Val) {
				return true
			}
		case "hidden":
			return true
		case "src", "data-src":
			if beacon(a.Val) {
				return true
			}
		}
	}
	return false
}

// concealed reports whether an element is not shown, with all that is in it.
func concealed(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "hidden" || a.Key == "style" && hides(a.Val) {
			return true
		}
	}
	return false
}

// unpicture removes the images below n: where nobody sees them they count
// readers. Text stays, for a script may have been meant to show it.
func unpicture(n *html.Node) {
	var next *html.Node
	for c := n.FirstChild; c != nil; c = next {
		if next = c.NextSibling; c.DataAtom == atom.Img {
			n.RemoveChild(c)
		} else {
			unpicture(c)
		}
	}
}

// tiny reports whether a size is one pixel or less.
func tiny(v string) bool {
	v = strings.TrimSpace(strings.ToLower(v))
	if strings.HasSuffix(v, "%") {
		return strings.Trim(v, "0.%") == ""
	}
	v = strings.TrimSpace(strings.TrimRight(v, "pxemtr !ioan;")) // the letters of px, em, rem, pt and !important
	whole, part, _ := strings.Cut(v, ".")
	if v == "" || strings.Trim(whole+part, "0123456789") != "" {
		return false
	}
	whole = strings.TrimLeft(whole, "0")
	return whole == "" || whole == "1" && strings.Trim(part, "0") == ""
}

// hides reports whether a style makes an image invisible.
func hides(style string) bool {
	for _, d := range strings.Split(strings.ToLower(style), ";") {
		name, v, _ := strings.Cut(d, ":")
		v = strings.TrimSpace(v)
		switch strings.TrimSpace(name) {
		case "width", "height", "max-width", "max-height":
			if tiny(v) {
				return true
			}
		case "display":
			if strings.HasPrefix(v, "none") {
				return true
			}
		case "visibility":
			if strings.HasPrefix(v, "hidden") || strings.HasPrefix(v, "collapse") {
				return true
			}
		case "opacity":
			if strings.Trim(v, "0. %") == "" && v != "" {
				return true
			}
		}
	}
	return false
}

// beacon reports whether an address is known to count its visitors.
func beacon(src string) bool {
	host, path := hostPath(strings.TrimSpace(src))
	if host == "" {
		return false
	}
	for _, b := range beacons {
		if strings.HasSuffix(host, b) && (len(host) == len(b) || host[len(host)-len(b)-1] == '.') {
			return true
		}
	}
	for _, b := range beaconPaths {
		if host == b.host && strings.HasPrefix(path, b.path) {
			return true
		}
	}
	for _, label := range [...]string{"pixel.", "beacon.", "tracking.", "tracker.", "analytics.", "metrics."} {
		if strings.HasPrefix(host, label) {
			return true
		}
	}
	file := strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])
	for _, f := range beaconFiles {
		if file == f {
			return true
		}
	}
	return false
}

// hostPath returns the host of an address, in lower case, and its path.
func hostPath(src string) (host, path string) {
	if web(src) {
		rest := src[strings.IndexByte(src, '/')+2:]
		rest, _, _ = strings.Cut(rest, "?")
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			return rest[:i], rest[i:]
		}
		return rest, ""
	}
	u, err := url.Parse(src)
	if err != nil {
		return "", ""
	}
	return strings.ToLower(u.Hostname()), u.Path
}
