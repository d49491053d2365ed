package clean

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// months are the names of months as sources write them, folded (see fold), by
// number. A name that begins a longer one here may be cut anywhere after its
// third letter: "sept", "septem".
var months = monthNames(map[int]string{
	1:  "january januar janvier enero gennaio januari stycznia styczen styczeń января январь ιανουαριος ιανουαριου januar január janeiro ocak leden ledna января січня ianuarie tammikuuta tammikuu januára sijecanj siječnja janner jaenner jan ene gen janv sty янв ιαν ιανουαριοσ tam led sij يناير ינואר jän jänner januarie яну януари",
	2:  "february februar fevrier febrero febbraio februari lutego luty февраля февраль φεβρουαριος φεβρουαριου február fevereiro subat şubat unor unora лютого februarie helmikuuta helmikuu veljace feb fev fevr lut фев φεβ hel úno únor února شباط فبراير פברואר февр",
	3:  "march marz maerz mars marzo maart marca marzec марта март μαρτιος μαρτιου március marcius marco março mart brezen brezna березня martie maaliskuuta maaliskuu ozujka mar mrz mär mart mar мар μαρ maa bře března březen مارس آذار מרץ",
	4:  "april avril abril aprile kwietnia kwiecien апреля апрель απριλιος απριλιου április aprilis nisan duben dubna квітня aprilie huhtikuuta huhtikuu travnja apr avr abr kwi апр απρ ápr huh dub tra أبريل نيسان אפריל",
	5:  "may mai mayo maggio mei maja maj мая май μαιος μαιου május majus maio mayis mayıs kveten kvetna травня toukokuuta toukokuu svibnja mag μαι máj kvě tou май травень مايو أيار מאי květen května",
	6:  "june juni juin junio giugno czerwca czerwiec июня июнь ιουνιος ιουνιου június junius junho haziran cerven cervna червня iunie kesakuuta kesakuu lipnja jun giu cze июн ιουν jún kes čer يونيو حزيران יוני červen června юни",
	7:  "july juli juillet julio luglio lipca lipiec июля июль ιουλιος ιουλιου július julius julho temmuz cervenec cervence липня iulie heinakuuta heinakuu srpnja jul juil lug lip июл ιουλ júl hei يوليو تموز יולי července červenec юли",
	8:  "august aout agosto augustus sierpnia sierpien августа август αυγουστος αυγουστου augusztus agustos ağustos srpen srpna серпня elokuuta elokuu kolovoza aug aou ago sie авг αυγ elo srp أغسطس آب אוגוסט agost",
	9:  "september septembre septiembre settembre wrzesnia wrzesien сентября сентябрь σεπτεμβριος σεπτεμβριου szeptember setembro eylul eylül zari вересня septembrie syyskuuta syyskuu rujna sep sept set wrz сен сент σεπ szept syy zář září سبتمبر أيلول ספטמבר setiembre септември",
	10: "october oktober octobre octubre ottobre pazdziernika pazdziernik października октября октябрь οκτωβριος οκτωβριου október outubro ekim rijen rijna жовтня octombrie lokakuuta lokakuu oct okt ott paz out окт οκτ lok říj října říjen أكتوبر אוקטובר октомври",
	11: "november novembre noviembre listopada listopad ноября ноябрь νοεμβριος νοεμβριου novembro kasim kasım листопада noiembrie marraskuuta marraskuu studenoga nov lis ноя νοε marr listopadu نوفمبر נובמבר ноември нояб",
	12: "december dezember decembre diciembre dicembre grudnia grudzien декабря декабрь δεκεμβριος δεκεμβριου dezembro aralik aralık prosinec prosince грудня decembrie joulukuuta joulukuu prosinca dec dez dic gru дек δεκ joul pro ديسمبر דצמבר декември",
})

// weekdays are the days' names, folded, Sunday first.
var weekdays = weekdayNames([7]string{
	"sunday sun sonntag so dimanche dim domingo dom domenica воскресенье вс κυριακη κυρ niedziela niedz nd ndz vasarnap zondag zo sondag søndag son sunnuntai su nedele ne pazar paz duminica неділя нд неделя нед",
	"monday mon montag mo lundi lun lunes lunedi понедельник пн δευτερα δευ poniedzialek pon pn hetfo maandag ma mandag man maanantai pondeli po pazartesi luni понеділок segunda segunda-feira seg",
	"tuesday tue tues dienstag di mardi mar martes martedi вторник вт τριτη τρι wtorek wt kedd dinsdag tirsdag tir tis tisdag tiistai ti utery ut sali marti вівторок terca terca-feira ter",
	"wednesday wed weds mittwoch mi mercredi mer miercoles mie mercoledi среда ср τεταρτη τετ sroda sr szerda sze woensdag wo onsdag ons keskiviikko ke streda st carsamba car miercuri середа quarta quarta-feira qua",
	"thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedi gio четверг чт πεμπτη πεμ czwartek czw cz csutortok cs donderdag torsdag tor tors torstai to ctvrtek ct persembe per joi четвер quinta quinta-feira qui",
	"friday fri freitag fr vendredi ven viernes vie venerdi пятница пт παρασκευη παρ piatek pt pentek vrijdag vr fredag fre perjantai pe patek pa cuma cum vineri п'ятниця sexta sexta-feira sex",
	"saturday sat samstag sa sonnabend samedi sam sabado sab sabato суббота сб σαββατο σαβ sobota sob so szombat szo zaterdag za lordag lørdag lor lordag lauantai la cumartesi cmt sambata субота",
})

// fillers say nothing of a date, in any language here.
var fillers = words("t at on of the de del della di le el la les um am uhr den der dem klo kl om kello à a as h alle alle ore ore em às o de el dne v g года год г о dnia godz kl. på tarih saat yil u. klockan hrs hours hour local time and in")

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[fold(w)] = true
	}
	return set
}

func monthNames(list map[int]string) map[string]int {
	names := map[string]int{}
	for number, line := range list {
		for _, w := range strings.Fields(line) {
			names[fold(w)] = number
		}
	}
	for number, line := range list { // English may be cut anywhere
		english, _, _ := strings.Cut(line, " ")
		for n := 3; n < len(english); n++ {
			if _, taken := names[english[:n]]; !taken {
				names[english[:n]] = number
			}
		}
	}
	return names
}

func weekdayNames(list [7]string) map[string]uint8 {
	names := map[string]uint8{} // a bit a day: "mar" is Tuesday in French, "so" Sunday in German and Saturday in Polish
	for day, line := range list {
		for _, w := range strings.Fields(line) {
			names[fold(w)] |= 1 << day
		}
	}
	return names
}

// fold lower-cases s and takes its accents away, so that names are found
// however they are written.
func fold(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(s)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'ς':
			return 'σ'
		case r == 'ı':
			return 'i'
		case r == 'ł' || r == 'Ł':
			return 'l'
		case r == 'ø' || r == 'Ø':
			return 'o'
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
	return norm.NFC.String(s)
}
