package site

import (
	"fmt"
	"strconv"
	"time"

	"wiredesk/publish/curate"
)

// A Series is one kind of thing, counted by the hour.
type Series struct {
	Name   string
	Counts []int // the last is of the hour that runs
	Bad    bool  // drawn as what ought not to be
}

// A Tally is what happened in the last hours, oldest first. All series are as
// long as the first.
type Tally struct {
	Name   string
	Unit   string    // what is counted, as in "polls"
	Ends   time.Time // of the last hour
	Series []Series  // stacked, the first at the bottom
}

// The size of a chart's drawing, in its own units.
const (
	chartWidth  = 480
	chartHeight = 96
)

// chartView is a chart as the page draws it: bars in an SVG, and the figures in
// words for whoever does not see them.
type chartView struct {
	ID, Name, Summary string
	Width, Height     int
	Bars              []bar
	Top               string // the largest value, for the scale
	From, To          stamp
	Legend            []legend
}

type bar struct {
	Class      string
	X, Y, W, H string
}

type legend struct{ Class, Name, Total string }

// newChart draws a tally as stacked bars, one an hour.
func newChart(id string, t Tally, s curate.Site) chartView {
	v := chartView{ID: id, Name: t.Name, Width: chartWidth, Height: chartHeight}
	hours := 0
	if len(t.Series) > 0 {
		hours = len(t.Series[0].Counts)
	}
	v.From, v.To = newStamp(t.Ends.Add(-time.Duration(hours)*time.Hour), s), newStamp(t.Ends, s)
	highest, all := 0, 0
	for h := range hours {
		sum := 0
		for _, l := range t.Series {
			sum += l.Counts[h]
		}
		highest, all = max(highest, sum), all+sum
	}
	v.Top = strconv.Itoa(highest)
	v.Summary = fmt.Sprintf("%s in %d hours: %d %s, at most %d in an hour", t.Name, hours, all, t.Unit, highest)
	for i, l := range t.Series {
		class := "s" + strconv.Itoa(i)
		if l.Bad {
			class = "bad"
		}
		total := 0
		for _, n := range l.Counts {
			total += n
		}
		v.Legend = append(v.Legend, legend{class, l.Name, strconv.Itoa(total)})
	}
	if highest == 0 {
		return v
	}
	step := float64(chartWidth) / float64(hours)
	for h := range hours {
		y := float64(chartHeight)
		for i, l := range t.Series {
			if l.Counts[h] == 0 {
				continue
			}
			height := float64(l.Counts[h]) / float64(highest) * chartHeight
			y -= height
			v.Bars = append(v.Bars, bar{v.Legend[i].Class, place(float64(h) * step), place(y), place(step - 1), place(height)})
		}
	}
	return v
}

func place(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
