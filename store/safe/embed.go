package safe

import (
	"net/url"
	"strings"
)

// players are the hosts whose frames are kept, each with the beginnings of the
// paths that show one thing: never a whole site in a frame. One that does not
// end in "/" is the whole path.
var players = map[string][]string{
	"www.youtube.com":          {"/embed/"},
	"www.youtube-nocookie.com": {"/embed/"},
	"player.vimeo.com":         {"/video/"},
	"open.spotify.com":         {"/embed/", "/embed-podcast/"},
	"w.soundcloud.com":         {"/player/", "/player"},
	"bandcamp.com":             {"/EmbeddedPlayer/", "/EmbeddedPlayer"},
	"www.dailymotion.com":      {"/embed/"},
	"www.blogger.com":          {"/video.g"},
}

// Player returns src as the address of a known player's frame, or "". Frames
// are told by their exact host, over https, without user name or port.
func Player(src string) string {
	u := parseURL(src, nil)
	if u == nil || u.User != nil || u.Scheme != "https" && u.Scheme != "http" && (u.Scheme != "" || !strings.HasPrefix(strings.TrimSpace(src), "//")) {
		return ""
	}
	return canonicalPlayer(u)
}

func canonicalPlayer(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if host == "youtube.com" || host == "youtube-nocookie.com" || host == "dailymotion.com" || host == "m.youtube.com" {
		host = "www." + strings.TrimPrefix(host, "m.")
	}
	if host == "www.youtube.com" && strings.HasPrefix(u.Path, "/v/") {
		u.Path, u.RawPath = "/embed/"+u.Path[len("/v/"):], ""
	}
	if strings.Contains(u.Path, "..") {
		return ""
	}
	for _, p := range players[host] {
		if u.Path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(u.Path, p) {
			kept := url.URL{Scheme: "https", Host: host, Path: u.Path, RawPath: u.RawPath, RawQuery: withoutAutoplay(u.RawQuery)}
			return kept.String()
		}
	}
	return ""
}

func withoutAutoplay(query string) string {
	if !strings.Contains(strings.ToLower(query), "auto") {
		return query
	}
	var kept []string
	for _, p := range strings.Split(query, "&") {
		if l := strings.ToLower(p); !strings.HasPrefix(l, "autoplay") && !strings.HasPrefix(l, "auto_play") {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "&")
}
