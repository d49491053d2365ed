package store

import "testing"

func TestLabel(t *testing.T) {
	for _, tt := range []struct{ title, text, want string }{
		{"UPDATE 2-Dockers close port", "", "UPDATE"},
		{"UPDATE 1: Dockers close port", "", "UPDATE"},
		{"CORRECTED-Dockers close port", "", "CORRECTED"},
		{"CORRECTION: Dockers close port", "", "CORRECTION"},
		{"REFILE-Dockers close port", "", "REFILE"},
		{"RPT-Dockers close port", "", "RPT"},
		{"(RECASTS) Dockers close port", "", "RECASTS"},
		{"Dockers close port", "WRITETHRU: adds quotes\nPORT ELSING", "WRITETHRU"},
		{"1st Ld-Writethru, Dockers close port", "", "1ST LD-WRITETHRU"},
		{"BC-EU--Port Strike, 2nd Ld-Writethru", "", "2ND LD-WRITETHRU"},
		{"ACTUALISATION: les dockers ferment le port", "", "ACTUALISATION"},
		{"RECTIFICATIF - Les dockers ferment le port", "", "RECTIFICATIF"},
		{"KORREKTUR: Hafen geschlossen", "", "KORREKTUR"},
		{"BERICHTIGUNG - Hafen geschlossen", "", "BERICHTIGUNG"},
		{"RECTIFICA: cierran el puerto", "", "RECTIFICA"},
		{"RETTIFICA - chiuso il porto", "", "RETTIFICA"},
		{"ИСПРАВЛЕНО: порт закрыт", "", "ИСПРАВЛЕНО"},
		{"訂正：港が閉鎖", "", "訂正"},
		{"Dockers close port", "The dockers", ""},
		{"Dockers close port", "PORT-STRIKE\nEds: Recasts lead, adds union", "RECASTS"},
		{"Dockers close port", "By Ann Lee\n(Corrects number of ships in paragraph 2)\nPORT ELSING", "CORRECTS"},
		{"Dockers close port", "By Ann Lee\nAdds nothing, say dockers", ""},
		{"Dockers close port", "Slug: BC-EU--Port Strike, 2nd Ld-Writethru", "2ND LD-WRITETHRU"},
		{"Cierran el puerto", "(Actualiza con declaraciones del sindicato)", "ACTUALIZA"},
		{"Hafen geschlossen", "(neu: Gewerkschaft)\nElsing (dpa)", "NEU"},
		{"Порт закрыт", "ПОВТОР - порт закрыт", "ПОВТОР"},
		{"Rectifica el ministro", "", ""},
		{"", "", ""},
	} {
		if got := label(tt.title, tt.text); got != tt.want {
			t.Errorf("label(%q, %q) = %q, want %q", tt.title, tt.text, got, tt.want)
		}
	}
}

func TestErratum(t *testing.T) {
	for _, tt := range []struct {
		title, text string
		want        bool
	}{
		{"Strike", "Correction: An article on Monday misstated the number of ships.", true},
		{"Strike", "Clarification: The story about the port left out a name.", true},
		{"Corrections and clarifications", "The port is in Elsing.", true},
		{"CORRECTED-Dockers close port", "PORT ELSING - Dockers walked out.", false},
		{"Correction in the markets", "Shares fell.", false},
	} {
		if got := erratum(tt.title, tt.text); got != tt.want {
			t.Errorf("erratum(%q, %q) = %v, want %v", tt.title, tt.text, got, tt.want)
		}
	}
}
