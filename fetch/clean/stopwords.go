package clean

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"
)

// functionWords are words that hardly any text of a language does without.
// Languages that are easily taken for one another stand here together or not
// at all: each must be able to claim its own texts.
var functionWords = [...]struct{ lang, words string }{
	{"en", "the of and to in that is was for it with as on be at by this had are but from or have an they which one were all there would their been has when who will more if out so said its into than about after"},
	{"de", "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man"},
	{"fr", "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec ont été cette aux son mais comme ou leur elle sa ses deux était fait ces même nous après"},
	{"es", "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está"},
	{"it", "di che e la il un a per in una è non sono del con si da le dei come al ha i più della nel alla ma gli anche o lo se su delle dal questo stato nella ai dopo tra degli sul loro suo sua due anni"},
	{"pt", "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está também só pelo pela até isso ela entre era depois são"},
	{"nl", "de van een het en in is dat op te zijn met voor niet aan er om ook als dan maar bij door uit naar wordt heeft werd tot nog die over worden al deze kan wel zich onder was hebben geen meer jaar"},
	{"af", "die van en in is het dat nie te wat vir op met hy om as aan by ook sy word sal was deur hulle uit kan ons na oor maar daar so hierdie nog gesê"},
	{"sv", "och i att det som en på är av för med den till ett om har de inte han var från sig men så ska kan när eller vid efter under man också där sin ut nu mot över hon vi än blir finns"},
	{"da", "og i at det er en til på af for som med de den der ikke har et om var fra vil kan han men skal blev være efter ved også så eller mod over når hun nu kun mere været sig havde hvor sin"},
	{"nb", "og i det på er en som til av for at med har de ikke den om et var fra vil han kan men skal ble være etter ved også så eller mot over når hun nå bare mer vært seg hadde hvor sin blir"},
	{"nn", "og i det på er ein som til av for at med har dei ikkje den om eit var frå vil han kan men skal vart vere etter ved også så eller mot over når ho no berre meir vore seg hadde kor sin blir"},
	{"fi", "ja on ei että se oli hän mutta ovat kuin myös joka jos tai niin sen vain olla mukaan kun vuoden ole mitä voi jo nyt sekä hänen mikä ollut noin tämä jotka"},
	{"pl", "i w na z do się nie że jest to o jak od po za co przez dla ale oraz był tym są ze tego już jego także może tylko przed roku które który która jednak czy lub jej"},
	{"cs", "a v na se je že s z do o to i za by pro jako ve k po si od tak ale jsou jeho která který které však byl jen při už podle není jsem bylo ze nebo také roku aby"},
	{"sk", "a v na sa je že s z do o to i za by pre ako vo k po si od tak ale sú jeho ktorá ktorý ktoré však bol len pri už podľa nie som bolo zo alebo aj roku aby"},
	{"sl", "je v in na se za da so pa z ki s bi po o kot tudi od ne do ga ali jih še ni pri bil ker že sem tako le med lahko vse leta"},
	{"hr", "je u i na se da su za od s o koji a kako što iz ne do će koja koje bi nije samo nakon ili prema već godine biti to kao ali sve još bio jer"},
	{"hu", "a az és hogy nem is egy ez meg csak volt már de vagy mint szerint még el ha lesz pedig után amely által most azt van kell minden sem ki"},
	{"ro", "de și în a la cu că pe nu o din care pentru este mai un au fost sa se va ca al ale prin sunt dar după fi iar ce lui cea sau le fără"},
	{"tr", "ve bir bu da de için ile çok olarak daha olan gibi kadar ne sonra değil en her ise var ancak göre o ama yeni olduğunu tarafından üzerinde"},
	{"id", "yang di dan itu dengan untuk tidak ini dari dalam akan pada juga ke karena tersebut bisa ada mereka lebih telah oleh sudah atau saat seperti para kata harus adalah"},
	{"ru", "и в не на что с по как это он к но из у за от о для его до же так вы бы был также при было все только или если уже еще их после они года чтобы будет была может"},
	{"uk", "і в на що не з у до та за як це він про від для але його й року по він є із було був також які який яка при або лише під час ще їх вже після буде можуть"},
	{"be", "і ў на што з не у да як па гэта ён пра ад для але яго таксама які было быў за якія пры або толькі пад ужо пасля будзе"},
	{"bg", "на и да в се за е от не с че са по като до ще при който което които са тя той му но или само след това има беше към със както през още"},
	{"mk", "на и да во се за е од не со дека ќе по како што до при кој која кои ги го но или само по ова има беше кон"},
	{"sr", "и у је да на се су за од не са о који која као што до из ће али би то није или само након већ још према које био"},
	{"ar", "في من على إلى أن عن مع هذا هذه التي الذي ما لا كان بعد قال كما بين كل ذلك لم أو قبل وقد بن حيث خلال إن منذ"},
	{"fa", "و در به از که این را با است برای آن یک خود تا می بر شد بود هم شده ها اما پس نیز باید ما کرد"},
	{"ur", "کے کی میں ہے سے کو اور کا نے پر کہ اس یہ ہیں تھا نہیں بھی کر گیا جو ان تو ہو کیا"},
}

// lexicon tells, by word, in which languages it is a function word: bit i
// stands for functionWords[i].
var lexicon = func() map[string]uint64 {
	m := map[string]uint64{}
	for i, l := range functionWords {
		for _, w := range strings.Fields(l.words) {
			m[w] |= 1 << i
		}
	}
	return m
}()

const (
	wordRunes  = 400 // of a text that are looked at
	leastWords = 5   // different function words that name a language
	leastShare = 8   // one word in so many must be one
	leastLead  = 3   // function words more than any other language has
)

// byWords tells the language of a text by its function words, "" when they do
// not tell.
func byWords(text string) string {
	var hits, kinds [len(functionWords)]int
	seen := map[uint64]bool{}
	total := eachWord(text, wordRunes, func(w []byte) {
		set := lexicon[string(w)]
		if set == 0 {
			return
		}
		key := xxhash.Sum64(w)
		for s := set; s != 0; s &= s - 1 {
			i := bits.TrailingZeros64(s)
			hits[i]++
			if !seen[key] {
				kinds[i]++
			}
		}
		seen[key] = true
	})
	best, second := 0, -1
	for i := 1; i < len(hits); i++ {
		switch {
		case hits[i] > hits[best]:
			best, second = i, best
		case second < 0 || hits[i] > hits[second]:
			second = i
		}
	}
	if kinds[best] < leastWords || hits[best]*leastShare < total || hits[best] < hits[second]+leastLead {
		return ""
	}
	return functionWords[best].lang
}

// eachWord calls f with the words among the first runes of text, in small
// letters, and returns how many there were.
func eachWord(text string, runes int, f func(word []byte)) (total int) {
	var buf [64]byte
	word := buf[:0]
	end := func() {
		if len(word) > 0 {
			total++
			f(word)
			word = buf[:0]
		}
	}
	for _, r := range text {
		if runes--; runes < 0 {
			return total // the last word may be cut
		}
		switch {
		case 'a' <= r && r <= 'z':
			word = append(word, byte(r))
		case unicode.IsLetter(r) || unicode.IsMark(r):
			word = utf8.AppendRune(word, unicode.ToLower(r))
		default:
			end()
		}
	}
	end()
	return total
}
