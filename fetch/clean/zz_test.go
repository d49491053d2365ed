package clean
import ("testing";"os";"encoding/json";"time")
func TestZDates(t *testing.T) {
	raw, _ := os.ReadFile("/tmp/clean_dates.json"); var l [][2]string; json.Unmarshal(raw,&l); n:=0
	for _, d := range l {
		got, _, _, err := Date(d[0], "", nil); g := ""
		if err == nil { g = got.Truncate(time.Second).Format(time.RFC3339) }
		if g != d[1] { t.Errorf("%q = %q want %q", d[0], g, d[1]) } else { n++ }
	}
	t.Log(n, len(l))
}
