package store

import "regexp"

// noticeMarks are the marks by language, and by agency where only one writes
// so. They are shouted, and parted from what follows: "Kill Bill returns" and
// "HOLD THE LINE" are headlines.
var noticeMarks = []struct {
	kind     NoticeKind
	agency   string   // "": any
	language string   // "": any
	hints    []string // one of them stands in every line that matches, so that most lines are passed over quickly
	form     *regexp.Regexp
}{
	{Release, "", "en", []string{"LIFTED", "RELEASED", "WITHDRAWN", "CANCEL", "OVER"}, shouted(`(?:HOLD|KILL|EMBARGO) (?:LIFTED|RELEASED|WITHDRAWN|CANCELL?ED|OVER)`)},
	{Release, "", "de", []string{"FREIG", "AUFGEHOBEN"}, shouted(`FREIGABE|FREIGEGEBEN|SPERR(?:FRIST|VERMERK) AUFGEHOBEN`)},
	{Release, "", "fr", []string{"EMBARGO", "AUTORIS"}, shouted(`LEVÉE D['’]EMBARGO|EMBARGO LEVÉ|PUBLICATION AUTORISÉE`)},
	{Release, "", "es", []string{"EMBARGO", "LIBERADA"}, shouted(`EMBARGO LEVANTADO|LEVANTADO EL EMBARGO|NOTICIA LIBERADA`)},
	{Release, "", "it", []string{"EMBARGO", "LIBERA"}, shouted(`EMBARGO (?:REVOCATO|RIMOSSO)|NOTIZIA LIBERA`)},
	{Release, "", "ru", []string{"ЭМБАРГО"}, shouted(`ЭМБАРГО СНЯТО`)},
	{Kill, "", "en", []string{"KILL", "WITHDR", "RETRACT"}, shouted(`(?:PA |AP |REUTERS |AFP |DPA |XINHUA )?(?:MANDATORY |STORY |URGENT |LEGAL )?KILL(?:ED)?(?:[ ,!]+KILL)*(?: NOTICE| STORY| ADVISORY)?|(?:STORY |ARTICLE )?(?:WITHDRAWN|RETRACTED|WITHDRAWAL)`)},
	{Kill, "Reuters", "en", []string{"WITHDRAWN", "KILLED"}, regexp.MustCompile(`^(WITHDRAWN|KILLED)()-(.+)$`)},
	{Kill, "AP", "en", []string{"KILL", "ELIMINATION"}, regexp.MustCompile(`^()()(?:BC-|AP-)?(.+?), ?(?:\d(?:st|nd|rd|th) Ld-?)?(?:KILL|ELIMINATION)$`)},
	{Kill, "AP", "en", []string{"ELIMINATION"}, shouted(`ELIMINATION`)},
	{Hold, "AP", "en", []string{"HOLD"}, regexp.MustCompile(`^()()(?:BC-|AP-)?(.+?), ?(?:\d(?:st|nd|rd|th) Ld-?)?(?:WITHHOLD|HOLD)$`)},
	{Kill, "AFP", "", []string{"KILL"}, shouted(`KILLS?|STORY KILLED|MANDATORY KILL`)},
	{Kill, "", "fr", []string{"ANNUL"}, shouted(`ANNUL(?:ATION|ÉE?|EE?|E)|DÉPÊCHE ANNULÉE`)},
	{Kill, "", "de", []string{"STORN", "RÜCK", "KILL"}, shouted(`(?:DPA-)?(?:STORNO|STORNIERT|ZURÜCKGEZOGEN|RÜCKZUG|ZURÜCKZIEHUNG|MELDUNG ZURÜCKGEZOGEN|KILL)`)},
	{Kill, "", "es", []string{"ANUL"}, shouted(`ANUL(?:ACIÓN|ADA|AR|A)|NOTICIA ANULADA`)},
	{Kill, "", "it", []string{"ANNULL"}, shouted(`ANNULL(?:AMENTO|ATA|ARE|A)|NOTIZIA ANNULLATA`)},
	{Kill, "", "pt", []string{"ANUL", "CANCEL"}, shouted(`ANUL(?:AÇÃO|ADA|AR)|CANCELAMENTO`)},
	{Kill, "", "nl", []string{"INTREKK", "INGETR", "VERVAL"}, shouted(`INTREKKING|INGETROKKEN|VERVALLEN`)},
	{Kill, "", "ru", []string{"АННУЛ", "ОТМЕНА", "ОТЗЫВ"}, shouted(`АННУЛИР(?:УЕТСЯ|ОВАНО|ОВАТЬ)|АННУЛЯЦИЯ|ОТМЕНА СООБЩЕНИЯ|ОТЗЫВ`)},
	{Kill, "", "ja", []string{"消"}, shouted(`取り?消し?|記事取り消し`)},
	{Kill, "", "zh", []string{"撤", "作废"}, shouted(`撤稿|撤销|撤銷|作废`)},
	{Hold, "", "en", []string{"HOLD", "DO NOT", "NOT FOR"}, shouted(`HOLD(?: NOTICE| STORY| FOR RELEASE)?|WITHHOLD|DO NOT USE|DO NOT PUBLISH|NOT FOR PUBLICATION`)},
	{Hold, "", "fr", []string{"NE PAS"}, shouted(`NE PAS (?:PUBLIER|UTILISER|DIFFUSER)`)},
	{Hold, "", "de", []string{"NICHT", "ZURÜCK"}, shouted(`(?:BITTE )?NICHT (?:VERWENDEN|VERÖFFENTLICHEN)|ZURÜCKHALTEN`)},
	{Hold, "", "es", []string{"NO ", "RETENER"}, shouted(`NO (?:PUBLICAR|USAR|UTILIZAR)|RETENER`)},
	{Hold, "", "it", []string{"NON "}, shouted(`NON (?:PUBBLICARE|UTILIZZARE|USARE)`)},
	{Hold, "", "nl", []string{"NIET "}, shouted(`NIET (?:GEBRUIKEN|PUBLICEREN)`)},
	{Hold, "", "ru", []string{"НЕ "}, shouted(`НЕ (?:ПУБЛИКОВАТЬ|ИСПОЛЬЗОВАТЬ)`)},
	{Hold, "", "zh", []string{"勿", "暂"}, shouted(`请勿使用|暂勿使用|暂缓使用`)},
	{Kill, "", "en", []string{"kill", "withdraw", "disregard", "delete", "eliminate"}, said(`(?:editors?,? |clients? |subscribers? )?(?:(?:are|is) (?:asked|advised|requested) to |should |must )?(?:please )?(?:kill|withdraw|disregard|delete|eliminate) (?:the|our|all versions of the|all versions of our) (?:[\w:.-]+ ){0,3}(?:story|report|item|dispatch|article|alert)`)},
	{Kill, "", "en", []string{"mandatory"}, said(`(?:a |this )?kill is mandatory`)},
	{Kill, "", "en", []string{"withdrawn", "killed", "retracted", "cancel"}, said(`(?:this|the above|our) (?:story|article|report|dispatch|item) (?:has been|was|is(?: being)?) (?:withdrawn|killed|retracted|cancelled|canceled)`)},
	{Kill, "", "en", []string{"withdr", "kill", "retract", "cancel"}, said(`(?:reuters|the associated press|ap|afp|agence france-presse|pa(?: media)?|upi|xinhua|tass|efe|ansa|dpa) (?:has |have |is |hereby )?(?:withdrawn|withdraws|withdrawing|killed|kills|killing|retracted|retracts|cancelled|cancels) (?:its|the|this) (?:[\w:.-]+ ){0,3}(?:story|report|item|dispatch|article)`)},
	{Hold, "", "en", []string{"hold ", "do not"}, said(`(?:editors?,? |clients? )?(?:please )?(?:hold|do not (?:use|publish)) (?:the|our|this) (?:[\w:.-]+ ){0,3}(?:story|report|item|dispatch|article)`)},
	{Release, "", "en", []string{"hold on"}, said(`(?:the )?hold on .{0,160} (?:is|has been) (?:lifted|released)`)},
	{Kill, "", "de", []string{"zieht", "meldung"}, said(`dpa(?:-\w+)? zieht (?:die|ihre) (?:\w+-?)?(?:meldung|berichterstattung) .{0,160}zurück|(?:bitte )?verwenden sie (?:die|diese) meldung .{0,160}nicht|die(?:se)? meldung .{0,160}(?:ist|wird|wurde) (?:zurückgezogen|storniert)`)},
	{Kill, "", "fr", []string{"annul", "compte"}, said(`(?:veuillez |merci d['’]|prière d['’]|prière de )(?:annuler|ne pas tenir compte)|(?:cette|la|notre) dépêche .{0,160}(?:est|a été) annulée|(?:l['’])?afp annule (?:sa|la) dépêche`)},
	{Kill, "", "es", []string{"anul", "usen", "utilicen", "publiquen", "difundan"}, said(`(?:rogamos|se ruega|por favor,?) (?:a (?:los|nuestros) (?:abonados|clientes) )?(?:que )?(?:anul\pL+|no (?:usen|utilicen|publiquen|difundan))|(?:esta|la) (?:noticia|información) .{0,160}(?:queda|ha sido|está) anulada`)},
	{Kill, "", "it", []string{"annullare", "non ", "annullata", "ritirata"}, said(`(?:si prega di|vi preghiamo di|preghiamo di) (?:annullare|non (?:utilizzare|usare|pubblicare))|la notizia .{0,160}(?:è|viene) (?:annullata|ritirata)`)},
	{Kill, "", "pt", []string{"anul", "cancelar", "não usar", "desconsiderar"}, said(`(?:favor|por favor,?) (?:anular|cancelar|não usar|desconsiderar)|(?:esta|a) notícia .{0,160}(?:foi|está) anulada`)},
	{Kill, "", "ru", []string{"аннулир", "отзыва", "не использовать"}, said(`(?:тасс|риа новости|интерфакс) (?:аннулирует|отзывает) (?:сообщение|новость)|(?:просим|просьба) (?:аннулировать|не использовать)|сообщение .{0,160}(?:аннулировано|аннулируется)`)},
	{Kill, "", "zh", []string{"撤"}, regexp.MustCompile(`^()()((?:新华社|本社).{0,20}(?:撤销|撤回|撤稿).*|请撤下.*)$`)},
	{Kill, "", "ja", []string{"記事"}, regexp.MustCompile(`^()()(.{0,60}記事(?:を|は)(?:取り消し|削除).*)$`)},
}

// marking are the agencies with marks of their own.
var marking = []string{"Reuters", "AP", "AFP"}

// shouted matches a mark at the head of a line, and takes what follows it.
func shouted(marks string) *regexp.Regexp {
	return regexp.MustCompile(`^[\W_]{0,3}(?:(?:ATTENTION|ACHTUNG|ATENCIÓN|ATTENZIONE|EDS|EDITORS|ADVISORY|AVISO|ВНИМАНИЕ)\W{1,3})?(` + marks + `)(\s*[:：–—\])】!]+\s*|\s*-\s+|\s*$)(.*)$`)
}

// said matches a sentence to editors that a line opens with.
func said(phrase string) *regexp.Regexp {
	return regexp.MustCompile(`^((?i:` + phrase + `))()\b(.*)$`)
}
