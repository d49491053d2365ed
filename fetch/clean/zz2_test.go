package clean
import ("testing";"net/url")
func TestZ3(t *testing.T) {
	for _, c := range [][2]string{{"By AFP",""},{"Jane Doe, AFP",""},{"AFP",""},{"John Smith and Agence France-Presse",""},{"","PARIS (AFP) – The minister said"},{"","PARIS, Dec 27 (Reuters) - Oil rose"},{"","Berlin (dpa) - Die"},{"","Text.\nMore text. (Reuters)"},{"","Text.\nMore – dpa"},{"","A.\nB.\nAFP"},{"","BERLIN, Nov 3 (AFP)"},{"","He told AFP."},{"","He works at Reuters (Reuters declined)."},{"","LONDON — AP — Something"},{"","Moscow. /TASS/. Something"},{"","MOSCOW, May 3. /TASS/. Something"},{"","Madrid, 5 mar (EFE).- El"},{"","Hamburg/Berlin (dpa/lno) - x"},{"","x.\ndpa, AFP"},{"","BEIJING, Nov. 3 (Xinhua) -- x"},{"","(ANSA) - ROMA, 05 MAR - x"},{"Reuters Staff",""},{"","the new PA system"},{"By The Associated Press",""},{"","a\nb\n— AFP"},{"", "TOKYO, Nov 3 Kyodo - x"}} {
		t.Logf("%q => %q", c, Credit(c[0],c[1]))
	}
	b, _ := url.Parse("https://example.org/a/b")
	for _, s := range []string{`<a href="c">x</a><a href="#s">y</a><a href="">z</a><img src="i.png" srcset="i.png 1x, i2.png 2x">`,`<p id=fn>x</p><a href="#fn">y</a>`,`<img src="data:image/gif;base64,R0lGOD" data-src="/real.jpg"><noscript><img src="/real.jpg"></noscript>`,`<iframe src="https://evil.org/x"></iframe><iframe src="https://player.vimeo.com/video/1"></iframe>`,`<object data="/f.swf"><p>fall</p></object><embed src="https://x.org/a.swf">`,`<div xml:base="http://o.org/x/"><a href="y">q</a></div>`,`<amp-img src=a.jpg width=3 height=4></amp-img>t`, `<img src="https://pixel.wp.com/b.gif"><img src=x.png style="width:1px;height:1px">`} {
		t.Logf("%s\n  => %s", s, HTML(s,b)); if HTML(HTML(s,b),b) != HTML(s,b) { t.Errorf("idem %s", HTML(HTML(s,b),b)) }
	}
	for _, s := range []string{"http://www.Example.org:80/a/?utm_source=x&b=2&a=1#f","https://m.example.org/a/amp/","https://www.google.com/url?q=https://x.org/a&sa=U","https://en.m.wikipedia.org/wiki/X","https://x.org/a?source=rss&id=3","https://www-x-org.cdn.ampproject.org/c/s/www.x.org/a.amp.html?x=1"} { t.Log(s, Canonical(s)) }
}
