package parse

import "fmt"

// cutNote says that the document has no end.
const cutNote = "the document is cut"

// notes collects what was repaired, each kind once, with how often.
type notes struct {
	lines []string
	count map[string]int
}

func (n *notes) add(line string) {
	if n.count == nil {
		n.count = map[string]int{}
	}
	if n.count[line]++; n.count[line] == 1 {
		n.lines = append(n.lines, line)
	}
}

// once is add for what is told without a count.
func (n *notes) once(line string) {
	if n.count[line] == 0 {
		n.add(line)
	}
}

// list returns the lines, with how often each was noted.
func (n *notes) list() []string {
	out := make([]string, 0, len(n.lines))
	for _, line := range n.lines {
		if c := n.count[line]; c > 1 {
			line = fmt.Sprintf("%s (%d times)", line, c)
		}
		out = append(out, line)
	}
	return out
}
