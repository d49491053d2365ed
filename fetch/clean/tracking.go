package clean

import "strings"

// prefixes begin names of query parameters that tell where a reader came from.
var prefixes = []string{
	"utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "_hs", "__hs", "oly_", "vero_", "at_", "ns_", "itm_", "stm_", "guce_", "guccounter",
	"wt.", "wt_", "mc_", "gaa_", "__cft__", "__tn__", "__xts__", "fb_", "ga_", "mkt_", "trk", "soc_", "ml_", "sc_", "pd_rd_", "pf_rd_", "bsft_", "ck_sub",
}

// parameters are such names, whole.
var parameters = words(`fbclid gclid gclsrc dclid wbraid gbraid msclkid yclid ymclid twclid ttclid li_fat_id igshid igsh mkt_tok epik zanpid rb_clickid
	_ga _gl _openstat wickedid irclickid cvid s_cid s_kwcid icid ncid nlid emc ocid oc cmp cmpid cmp_id campaign campaign_id campaignid
	cm_mmc cm_ven cm_cat cm_ite xtor xtcr xts smid smtyp smprod partner partnerid mbid mbd ito ref referrer referer ref_src ref_url refid refsrc ref_ sref
	intcmp int_cmp int_source int_medium int_campaign intlink ftag feature feedtype feedname feed_id rssfeed rss traffic_source trafficsource
	sfnsn mibextid dicbo taid tpcc echobox spm scm share sharetype shared sharedfrom share_id sr_share socialshare embed_source wprov wpsrc via
	__twitter_impression amp amp_js_v amp_gsa usqp usg ved sa ei outputtype __source __s
	newsletter newsletterid newsletter_id nl email_source emailid emci emdi ceid leadsource abg bxid cndid esrc hasha hashb hashc
	yptr syn-25a6b1a6 syn from_rss fromrss dlvrit dlvr nr_email_referer sk_src srnd re_source cid_src mscl recip_id hss_channel`)

// spoken are parameters that track when their value says so, and else may name
// the article.
var spoken = map[string]func(string) bool{
	"source": channel, "src": channel, "from": channel, "mod": channel, "cid": wordy, "rel": channel, "output": isAMP, "format": isAMP,
	"type": isAMP, "view": isAMP, "mode": isAMP, "feed": channel, "ns": channel, "s": digitsOf(2), "sh": digitsOf(16), "tag": channel, "medium": channel,
	"origin": channel, "context": isAMP, "xid": channel, "f": channel, "ft": channel,
}

// tracks reports whether a parameter says nothing of which article it is. Both
// name and value are in lower case.
func (r Rules) tracks(name, value string) bool {
	if parameters[name] {
		return true
	}
	for _, p := range prefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	if says, ok := spoken[name]; ok && says(value) {
		return true
	}
	for _, t := range r.Tracking {
		t = strings.ToLower(t)
		if p, ok := strings.CutSuffix(t, "*"); ok && strings.HasPrefix(name, p) || t == name {
			return true
		}
	}
	return false
}

// channel reports whether a value names a way to readers.
func channel(v string) bool {
	for _, c := range [...]string{"rss", "feed", "twitter", "facebook", "reddit", "newsletter", "email", "social", "googlenews", "google_news", "flipboard", "applenews", "whatsapp", "telegram", "linkedin", "homepage", "push", "syndication", "atom"} {
		if strings.HasPrefix(v, c) || strings.HasSuffix(v, "_"+c) || strings.HasSuffix(v, "-"+c) || strings.HasSuffix(v, "."+c) {
			return true
		}
	}
	return false
}

// wordy reports whether a value is more than a number: "cid=rss_topstories"
// tracks, "cid=4711" is an article.
func wordy(v string) bool { return strings.Trim(v, "0123456789") != "" && channelInside(v) }

func channelInside(v string) bool {
	for _, part := range strings.FieldsFunc(v, func(c rune) bool { return c == '_' || c == '-' || c == '.' || c == ':' || c == '|' }) {
		if channel(part) {
			return true
		}
	}
	return false
}

func isAMP(v string) bool { return v == "amp" || v == "rss" || v == "feed" }

// digitsOf reports values of exactly n letters and digits: Twitter's s=20,
// Forbes's sh=5a4c1a2b7e6f.
func digitsOf(n int) func(string) bool {
	return func(v string) bool {
		return len(v) <= n && len(v) >= min(n, 12) && v != "" && strings.Trim(v, "0123456789abcdef") == ""
	}
}
