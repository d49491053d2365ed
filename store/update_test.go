package store

import (
	"strings"
	"testing"

	"wiredesk/store/sketch"
)

// after tells what a story that began with first makes of in.
func after(first, in NearDoc) (Near, Advance) {
	told := &Told{Numbers: Numbers(first.Doc, MaxNumbers), Sketches: []sketch.Sketch{first.Doc.Sketch()}}
	n := fold(in, first)
	return n, IsUpdate(&in, told, &n)
}

func TestIsUpdate(t *testing.T) {
	const title = "Dockers close Port Elsing"
	wire := near(1, "wire", 0, title, harbour)
	for _, tt := range []struct {
		name string
		in   NearDoc
		want string // why it is one; "": it is none
	}{
		{"verbatim copy", near(2, "herald", 1, "Strike", harbour), ""},
		{"trimmed copy", near(2, "herald", 1, "Strike", paragraphs(harbour, 0, 1, 3)), ""},
		{"reworded copy", near(2, "herald", 1, "Strike", strings.ReplaceAll(harbour, "dawn on Monday", "daybreak on Monday")), ""},
		{"a figure changed", near(2, "herald", 2, "Strike", strings.ReplaceAll(harbour, "leaving 14 ships", "leaving 31 ships")), "a new figure: 31"},
		{"a figure in words changed", near(2, "herald", 2, "Strike", strings.ReplaceAll(harbour, "eleven months", "twelve months")), "a new figure: twelve"},
		{"a sentence with a figure added", near(2, "herald", 2, "Strike", harbour+"\nThe ferry to the islands carried 812 passengers in the morning and ran on time."), ""},
		{"an agency's second take", near(2, "wire", 2, "UPDATE 1-"+title, harbour+"\nThe mediator, Ilse Brandt, said late on Monday that both sides had agreed to meet without conditions."), "labelled UPDATE"},
		{"an agency's correction", near(2, "wire", 2, "CORRECTED-"+title, strings.ReplaceAll(harbour, "second largest", "third largest and oldest")), "labelled CORRECTED"},
		{"relabelled and nothing new", near(2, "wire", 2, "REFILE-"+title, harbour), ""},
		{"another's label in the headline", near(2, "herald", 2, "UPDATE 1-"+title, harbour), ""},
		{"sent again with more", near(2, "wire", 2, title, harbour+"\n"+rival), "its source sent it again with more"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, adv := after(wire, tt.in)
			if n.Story != 1 {
				t.Fatalf("it did not join: %s", n.Fold.RejectReason)
			}
			if adv.Update != (tt.want != "") || adv.Why != tt.want {
				t.Errorf("IsUpdate = %+v, want %q", adv, tt.want)
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	list := Numbers(sketch.NewDoc("In 2011 two ships, and 14 more; 14 were at anchor.", 7), MaxNumbers)
	if len(list) != 3 {
		t.Errorf("%d figures, want 3: each once", len(list))
	}
	var many []uint32
	for i := range uint32(200) {
		many = append(many, i)
	}
	if got := AddNumbers(list, many); len(got) != MaxNumbers || got[0] != list[0] {
		t.Errorf("%d figures kept, want %d, the first first", len(got), MaxNumbers)
	}
}
