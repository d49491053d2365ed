package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wiredesk/store/sketch"
)

// harbour is a wire story of some 170 words; each line is a paragraph.
const harbour = `PORT ELSING, May 4 - Dockers at Port Elsing walked out at dawn on Monday, closing the country's second largest container terminal and leaving 14 ships at anchor, the harbour board said.
The strike over shift patterns is the first at the terminal since 2011. About 2,300 workers are taking part, according to their union, which called the response "overwhelming".
"Nobody wanted this, but eleven months of talks have brought us nothing except excuses," union secretary Marta Oduya told reporters at the gates.
The harbour board said it had offered a rise of 4.5 percent over two years and a review of night shifts. It asked shippers to divert perishable cargo to Grenholm, 80 kilometres along the coast.
Economists at Lindqvist Bank put the cost of a closed terminal at 19 million crowns a day. Shares in the operator, Norrgate Terminals, fell 6 percent in early trade.
Talks are to resume on Wednesday under a mediator appointed by the labour ministry.`

const rival = `Cranes stood still over Port Elsing on Monday morning as thousands of dockers downed tools in a dispute about night work, the first stoppage there in fifteen years.
Queues of lorries stretched back to the motorway. Drivers said that they had been told to wait for word from their dispatchers, and some turned round and left for Grenholm.
The union of dockers, led by Marta Oduya, accuses the harbour board of dragging its feet. The board answers that a raise of 4.5 percent lies on the table.
A mediator will bring the two sides together in the middle of the week, the labour minister said, adding that she expected common sense to prevail.`

// market is the report of a day on the exchange.
func market(day, index, rise, turnover, winner, loser string) string {
	return fmt.Sprintf(`Shares on the Elsing exchange closed higher on %s, helped by exporters and banks, dealers said.
The Elsing 30 index rose %s points to close at %s, in turnover of %s million crowns. Advancing issues outnumbered declining ones.
%s led the gainers while %s was the weakest of the blue chips. Dealers said that buying was broad and that volume picked up towards the close.
The crown was little changed against the euro. Bonds were steady in thin trade ahead of the central bank's meeting.`, day, rise, index, turnover, winner, loser)
}

// first returns about n words of a text.
func first(n int, text string) string { return strings.Join(strings.Fields(text)[:n], " ") }

func paragraphs(text string, which ...int) string {
	all := strings.Split(text, "\n")
	var some []string
	for _, i := range which {
		some = append(some, all[i])
	}
	return strings.Join(some, "\n")
}

func near(id ArticleID, source SourceID, hours int, title, text string) NearDoc {
	return NearDoc{
		Article: id, Story: StoryID(id), Source: source, Title: title, Outlet: "the " + string(source),
		Seen: noon.Add(time.Duration(hours) * time.Hour), Doc: sketch.NewDoc(text, 7),
	}
}

func noFurniture(uint64, SourceID, SourceID) bool { return false }

func fold(in NearDoc, candidates ...NearDoc) Near { return FoldText(&in, candidates, noFurniture) }

func TestFoldText(t *testing.T) {
	const title = "Dockers close Port Elsing"
	wire := near(1, "wire", 0, title, harbour)
	reworded := strings.NewReplacer(
		"walked out at dawn on Monday", "began a strike early on Monday", "The strike over shift patterns", "The stoppage",
		"told reporters at the gates", "said outside the terminal", "appointed by", "named by",
		"are taking part", "have joined", "It asked shippers to divert", "Shippers were asked to send", "Talks are to resume", "The sides are to meet",
	).Replace(harbour)
	local := "Our reporter adds that the fish market stayed open and that ferries to the islands ran on time all morning, to the relief of commuters."
	yesterday := near(1, "wire", 0, "Elsing shares close higher", market("Monday", "4,120.6", "31.2", "612", "Norrgate", "Lindqvist"))
	for _, tt := range []struct {
		name     string
		in       NearDoc
		with     NearDoc
		rule     string
		relation Relation
		says     string // in the reason, or why not
	}{
		{"verbatim", near(2, "herald", 1, "Strike shuts terminal", harbour), wire, "copy", Verbatim, "the same text as \"Dockers close Port Elsing\" of the wire"},
		{"trimmed", near(2, "herald", 1, "Strike shuts terminal", paragraphs(harbour, 0, 1, 3)), wire, "copy", Trimmed, "100 % of its words"},
		{"trimmed to its end", near(2, "herald", 1, "Strike shuts terminal", paragraphs(harbour, 2, 3, 4, 5)), wire, "copy", Trimmed, "of its words"},
		{"the full text after its cut", wire, near(2, "herald", -1, "Strike shuts terminal", paragraphs(harbour, 0, 1)), "copy", Trimmed, "it holds 100 % of the words"},
		{"reworded here and there", near(2, "herald", 1, "Strike shuts terminal", reworded), wire, "copy", Rewritten, "of its words"},
		{"with a paragraph of its own", near(2, "herald", 1, "Strike shuts terminal", harbour+"\n"+local), wire, "copy", Trimmed, "it holds 100 %"},
		{"a summary", near(2, "herald", 1, "Dockers close Port Elsing", first(30, harbour)), wire, "summary", Summary, "of its words, 29 of them"},
		{"a rival's text on the same event", near(2, "rival", 1, "Dockers down tools in Elsing", rival), wire, "", 0, ""},
		{"a quotation in another text", near(2, "herald", 1, "What the unions want", rival+"\n"+paragraphs(harbour, 2)), wire, "", 0, "too few of its words"},
		{"the market's next day", near(2, "wire", 24, "Elsing shares close higher", market("Tuesday", "4,187.1", "66.5", "580", "Grenholm Steel", "Norrgate")), yesterday, "", 0, "recurring report"},
		{"the market's report again", near(2, "wire", 1, "Elsing shares close higher", market("Monday", "4,120.6", "31.2", "612", "Norrgate", "Lindqvist")), yesterday, "reissue", Verbatim, "the same text"},
		{"sent anew under its headline", near(2, "wire", 2, "UPDATE 1-"+title, paragraphs(harbour, 0, 1)+"\n"+paragraphs(rival, 0)), wire, "reissue", Rewritten, "of its words"},
		{"sent anew the next day", near(2, "wire", 24, title, paragraphs(harbour, 0, 1)+"\n"+paragraphs(rival, 0)), wire, "", 0, "a recurring report"},
		{"a note of a correction", near(2, "herald", 1, title, "Correction: An article on Monday about a strike misstated a figure.\n"+harbour), wire, "", 0, "a note about an article"},
		{"a week later", near(2, "herald", 7*24, "Strike shuts terminal", paragraphs(harbour, 0, 1)), wire, "", 0, "168 hours apart"},
		{"a week later, whole", near(2, "herald", 7*24, "Strike shuts terminal", harbour), wire, "copy", Verbatim, "the same text"},
		{"nothing", near(2, "herald", 1, "", ""), wire, "", 0, ""},
		{"one word", near(2, "herald", 1, "Strike", "Dockers"), wire, "", 0, ""},
		{"one word a thousand times", near(2, "herald", 1, "Strike", strings.Repeat("dockers ", 1000)), wire, "", 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := fold(tt.in, tt.with)
			why := n.Fold.Reason + n.Fold.RejectReason
			if n.Fold.Rule != tt.rule || n.Relation != tt.relation || (n.Story != 0) != (tt.rule != "") {
				t.Errorf("folded by %q as %v (%s), want %q as %v", n.Fold.Rule, n.Relation, why, tt.rule, tt.relation)
			}
			if !strings.Contains(why, tt.says) {
				t.Errorf("reason %q, want %q in it", why, tt.says)
			}
			if tt.rule != "" && (n.Fold.Against != tt.with.Article || n.Fold.Share == 0 || n.Fold.Words == 0) {
				t.Errorf("fold %+v, want the figures that it stands on", n.Fold)
			}
		})
	}
}

// Characters stand for words where a script writes no spaces.
func TestFoldTextWithoutSpaces(t *testing.T) {
	for _, tt := range []struct{ script, text, other string }{
		{
			"Japanese", "港湾労働者が月曜日の夜明けにストライキを始め、国内第二のコンテナターミナルが閉鎖された。港湾局によると十四隻の船が沖合で停泊している。組合は十一か月の交渉で何も得られなかったと述べた。労働省が任命した調停者の下で水曜日に協議が再開される予定である。",
			"市長は火曜日、老朽化した橋の架け替えに必要な予算案を議会に提出した。工事は来年の秋に始まり、完成まで三年かかる見通しだ。住民からは騒音を心配する声が上がっている。",
		},
		{
			"Chinese", "港口工人周一黎明开始罢工，全国第二大集装箱码头因此关闭。港务局表示，有十四艘货船停泊在外海等候。工会称，十一个月的谈判除了借口什么也没有带来。由劳工部任命的调解人将于周三主持恢复谈判，船运公司已把易腐货物改运到邻近的港口。",
			"市长周二向议会提交了更换老桥所需的预算案。工程将于明年秋天开始，预计需要三年才能完成。附近居民担心施工噪音会影响孩子们上学，要求市政府给出明确的答复。",
		},
		{
			"Thai", "คนงานท่าเรือหยุดงานประท้วงตั้งแต่เช้ามืดวันจันทร์ทำให้ท่าเทียบเรือตู้สินค้าใหญ่อันดับสองของประเทศต้องปิดตัวลงและมีเรือสิบสี่ลำทอดสมอรออยู่นอกฝั่งสหภาพแรงงานกล่าวว่าการเจรจาสิบเอ็ดเดือนไม่ได้ผลอะไรเลยนอกจากข้ออ้าง",
			"นายกเทศมนตรีเสนอร่างงบประมาณสำหรับสร้างสะพานใหม่ต่อสภาเมื่อวันอังคารงานก่อสร้างจะเริ่มในฤดูใบไม้ร่วงปีหน้าและใช้เวลาสามปีชาวบ้านกังวลเรื่องเสียงดัง",
		},
		{
			"Lao", "ກຳມະກອນທ່າເຮືອໄດ້ຢຸດງານປະທ້ວງຕັ້ງແຕ່ເຊົ້າມືດວັນຈັນເຮັດໃຫ້ທ່າເຮືອຕູ້ສິນຄ້າໃຫຍ່ອັນດັບສອງຂອງປະເທດຕ້ອງປິດລົງແລະມີເຮືອສິບສີ່ລຳຈອດລໍຖ້າຢູ່ນອກຝັ່ງສະຫະພັນແຮງງານກ່າວວ່າການເຈລະຈາສິບເອັດເດືອນບໍ່ໄດ້ຜົນຫຍັງເລີຍ",
			"ເຈົ້າເມືອງສະເໜີງົບປະມານສ້າງຂົວໃໝ່ຕໍ່ສະພາໃນວັນອັງຄານການກໍ່ສ້າງຈະເລີ່ມໃນລະດູໃບໄມ້ຫຼົ່ນປີໜ້າແລະໃຊ້ເວລາສາມປີຊາວບ້ານເປັນຫ່ວງເລື່ອງສຽງດັງ",
		},
		{
			"Khmer", "កម្មករកំពង់ផែបានធ្វើកូដកម្មតាំងពីព្រលឹមថ្ងៃចន្ទធ្វើឱ្យកំពង់ផែកុងតឺន័រធំទីពីររបស់ប្រទេសត្រូវបិទហើយមាននាវាដប់បួនគ្រឿងបោះយុថ្កានៅក្រៅឆ្នេរសហជីពនិយាយថាការចរចារយៈពេលដប់មួយខែមិនបានផលអ្វីឡើយ",
			"អភិបាលក្រុងបានដាក់សំណើថវិកាសម្រាប់សាងសង់ស្ពានថ្មីទៅក្រុមប្រឹក្សានៅថ្ងៃអង្គារការងារនឹងចាប់ផ្តើមនៅរដូវស្លឹកឈើជ្រុះឆ្នាំក្រោយហើយចំណាយពេលបីឆ្នាំ",
		},
		{
			"Burmese", "ဆိပ်ကမ်းအလုပ်သမားများသည်တနင်္လာနေ့အရုဏ်တက်ချိန်တွင်သပိတ်စတင်မှောက်ခဲ့ရာနိုင်ငံ၏ဒုတိယအကြီးဆုံးကွန်တိန်နာဆိပ်ကမ်းပိတ်သွားပြီးသင်္ဘောဆယ့်လေးစီးကမ်းလွန်တွင်ကျောက်ချထားရသည်ဟုဆိပ်ကမ်းအဖွဲ့ကပြောသည်",
			"မြို့တော်ဝန်သည်တံတားအသစ်ဆောက်လုပ်ရန်ဘတ်ဂျက်ကိုအင်္ဂါနေ့တွင်လွှတ်တော်သို့တင်ပြခဲ့သည်အလုပ်သည်လာမည့်နှစ်ဆောင်းဦးတွင်စတင်မည်ဖြစ်ပြီးသုံးနှစ်ကြာမည်",
		},
		{
			"Tibetan", "གྲུ་ཁའི་ལས་མི་ཚོས་གཟའ་ཟླ་བའི་ཞོགས་པར་ལས་མཚམས་བཞག་པས་རྒྱལ་ཁབ་ཀྱི་གྲུ་ཁ་ཆེ་ཤོས་གཉིས་པ་དེ་སྒོ་བརྒྱབ་པ་དང་གྲུ་གཟིངས་བཅུ་བཞི་མཚོ་ཁར་སྒུག་ནས་བསྡད་ཡོད་པ་རེད་ཅེས་གྲུ་ཁའི་ལྷན་ཁང་གིས་བཤད་ལས་མིའི་ཚོགས་པས་ཟླ་བ་བཅུ་གཅིག་གི་གྲོས་མོལ་ལ་འབྲས་བུ་གང་ཡང་མ་བྱུང་ཞེས་བཤད",
			"གྲོང་ཁྱེར་གྱི་སྤྱི་ཁྱབ་ཀྱིས་ཟམ་པ་གསར་པ་བཟོ་བའི་དངུལ་གྱི་འཆར་གཞི་གཟའ་མིག་དམར་ལ་གྲོས་ཚོགས་ལ་ཕུལ་བ་རེད་ལས་ཀ་དེ་ཕྱི་ལོའི་སྟོན་ཁར་འགོ་འཛུགས་རྒྱུ་དང་ལོ་གསུམ་འགོར་རྒྱུ་རེད",
		},
	} {
		cut := string([]rune(tt.text)[:len([]rune(tt.text))*2/3])
		wire := near(1, "wire", 0, "港", tt.text)
		if n := fold(near(2, "herald", 1, "港", cut), wire); n.Story != 1 {
			t.Errorf("%s: a text cut to two thirds stands apart: %s", tt.script, n.Fold.RejectReason)
		}
		if n := fold(near(2, "herald", 1, "橋", tt.other), wire); n.Story != 0 {
			t.Errorf("%s: another text folded: %s", tt.script, n.Fold.Reason)
		}
	}
}

func TestTeasers(t *testing.T) {
	const menu = "Get the day's stories in your inbox. Subscribe now and never miss a word, thank you for reading the Elsing Herald online. "
	strike := "Dockers at Port Elsing walked out at dawn on Monday, leaving 14 ships at anchor, said Marta Oduya."
	other := "Bishop Aino Karl of Grenholm resigned on Friday after 21 years, citing Doctor Berg's advice on rest."
	long := near(1, "wire", 0, "Dockers close Port Elsing", harbour)
	for _, tt := range []struct {
		name     string
		in, with NearDoc
		folds    bool
	}{
		{"two cuts of one text", near(2, "herald", 1, "Strike", first(25, harbour)), near(1, "wire", 0, "Dockers close Port Elsing", first(40, harbour)), true},
		{"one opening before two stories", near(2, "herald.example", 1, "Bishop resigns", menu+other), near(1, "herald", 0, "Dockers close Port Elsing", menu+strike), false},
		{"one source, other headlines", near(2, "herald", 1, "Bishop resigns", first(25, harbour)), near(1, "herald", 0, "Dockers close Port Elsing", first(25, harbour)), false},
		{"one source, one headline", near(2, "herald", 1, "Dockers close Port Elsing", first(25, harbour)), near(1, "herald", 0, "Dockers close Port Elsing", first(25, harbour)), true},
		{"in a morning briefing", near(2, "herald", 1, "Morning briefing: Dockers close Port Elsing", "Good morning.\n"+first(40, harbour)+"\n"+rival), near(1, "wire", 0, "Dockers close Port Elsing", first(25, harbour)), false},
		{"two live pages", near(2, "herald", 1, "Live: rolling coverage", first(25, harbour)), near(1, "wire", 0, "Live: rolling coverage", first(25, harbour)), false},
		{"live before the headline", near(2, "herald", 1, "LIVE: Dockers close Port Elsing", first(25, harbour)), near(1, "wire", 0, "Dockers close Port Elsing", first(25, harbour)), true},
		{"an opinion on it", near(2, "herald", 1, "Opinion: what the dockers at Port Elsing want", first(25, harbour)), near(1, "wire", 0, "Dockers close Port Elsing", first(25, harbour)), false},
		{"one opinion twice", near(2, "herald", 1, "The dockers are right: OPINION", first(25, harbour)), near(1, "wire", 0, "Opinion: The dockers are right", first(25, harbour)), true},
		{"deep in another text", near(2, "herald", 1, "A week of unrest", rival+"\n"+first(40, harbour)), near(1, "wire", 0, "Dockers close Port Elsing", first(25, harbour)), false},
		{"and its page", near(2, "herald", 1, "Strike", first(25, harbour)), long, true},
	} {
		if n := fold(tt.in, tt.with); (n.Story != 0) != tt.folds {
			t.Errorf("%s: folded %v (%s%s), want %v", tt.name, n.Story != 0, n.Fold.Reason, n.Fold.RejectReason, tt.folds)
		}
	}
}

// What every page of an outlet has is not what its articles have in common.
func TestFurnitureFoldsNothing(t *testing.T) {
	menu := first(60, strings.Repeat("Home World Politics Sport Culture Weather Podcasts Newsletters Puzzles Shop Account Help ", 6))
	a, b := near(1, "herald", 0, "Dockers", menu+" "+first(40, harbour)), near(2, "courier", 1, "Bishop", menu+" "+first(40, rival))
	known := map[uint64]bool{}
	for _, h := range sketch.NewDoc(menu, 7).Sketch() {
		known[h] = true
	}
	n := FoldText(&b, []NearDoc{a}, func(h uint64, _, _ SourceID) bool { return known[h] })
	if n.Story != 0 {
		t.Errorf("folded: %s", n.Fold.Reason)
	}
}

func TestRoundup(t *testing.T) {
	bishop := "The bishop of Grenholm resigned on Friday after two decades in office. He said that his health no longer allowed him to serve and thanked the parishes for their patience during a difficult winter. The synod meets in June to name a successor, and three candidates are spoken of."
	bridge := "Engineers closed the Sarn bridge to lorries over the weekend when a routine check found cracks in two of its hangers. Repairs will take until autumn, the roads office said, and a ferry is to carry freight across the strait for as long as the work goes on."
	stories := []NearDoc{near(1, "wire", 0, "Dockers", harbour), near(2, "wire", 0, "Bishop", bishop), near(3, "wire", 0, "Bridge", bridge)}
	digest := near(9, "herald", 2, "What happened", "Here is what happened while you slept.\n"+bishop+"\n"+bridge+"\n"+paragraphs(harbour, 0, 1, 4))
	n := fold(digest, stories...)
	if n.Story != 0 || !n.Roundup {
		t.Errorf("a digest of three stories is in story %v, roundup %v (%s), want its own and true", n.Story, n.Roundup, n.Fold.Reason)
	}
	digest.Roundup = true
	if n := fold(near(10, "courier", 3, "Bishop goes", bishop), digest); n.Story != 0 {
		t.Errorf("an honest article joined a digest: %s", n.Fold.Reason)
	}
	if n := fold(near(10, "courier", 3, "Bishop goes", bishop), digest, stories[1]); n.Story != 2 {
		t.Errorf("with a digest about, an honest copy is in story %v, want 2", n.Story)
	}
}

// A text that quotes a story whole and says as much besides may join it, and
// never stands for it.
func TestQuotingMatter(t *testing.T) {
	matter := "So much for that."
	for i := range 40 {
		matter += fmt.Sprintf(" word%d of matter%d", i, i*7)
	}
	n := fold(near(2, "hijacker", 1, "Buy now", harbour+"\n"+matter+"\n"+matter), near(1, "wire", 0, "Dockers", harbour))
	if n.Story != 0 && !n.Contains {
		t.Errorf("it may stand for the story: %+v", n.Fold)
	}
}

// The best of several stories is joined, and the best of the others named.
func TestJoinsTheBest(t *testing.T) {
	part := near(1, "herald", 0, "Part", paragraphs(harbour, 0, 1, 2)+"\n"+rival)
	whole := near(2, "wire", 0, "Whole", harbour)
	n := fold(near(3, "courier", 1, "Strike", harbour), part, whole)
	if n.Story != 2 {
		t.Errorf("joined story %v, want 2, whose text it is", n.Story)
	}
}

// One pair at a time decides: that two stories share a copy merges neither.
func TestFoldsIntoOneStory(t *testing.T) {
	a, b := near(1, "herald", 0, "A", harbour), near(2, "courier", 0, "B", harbour)
	if n := fold(near(3, "post", 1, "C", harbour), a, b); n.Story != 1 {
		t.Errorf("joined %v, want the first of equals", n.Story)
	}
}

// The reason names what was left out of the comparison that it speaks of, not of
// one with another candidate.
func TestReasonIsOfItsOwnComparison(t *testing.T) {
	const seed = 7
	text := func(from, to int) string {
		var b strings.Builder
		for n := from; n < to; n++ {
			fmt.Fprintf(&b, "word%d ", n)
		}
		return b.String()
	}
	in := NearDoc{Article: 9, Source: "herald", Outlet: "Herald", Doc: sketch.NewDoc(text(0, 200), seed)}
	candidates := []NearDoc{
		{Article: 1, Story: 1, Source: "post", Outlet: "Post", Doc: sketch.NewDoc(text(0, 200), seed)},
		{Article: 2, Story: 2, Source: "other", Outlet: "Other", Doc: sketch.NewDoc(text(150, 400), seed)},
	}
	n := FoldText(&in, candidates, func(_ uint64, _, b SourceID) bool { return b == "other" })
	if n.Story != 1 || strings.Contains(n.Fold.Reason, "not counted") {
		t.Errorf("story %d, reason %q; want story 1 and nothing left out", n.Story, n.Fold.Reason)
	}
}
