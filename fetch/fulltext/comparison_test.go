package fulltext

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var (
	comparison = flag.String("comparison", "", "a clone of github.com/markusmobius/go-trafilatura, whose pages are to be read")
	misses     = flag.String("misses", "", "file to list what was missed and what was too much in")
)

// BenchmarkComparison reads some 960 pages of the wide world, and compares the
// main text found with what people have marked as belonging to it and not. The
// pages are another project's, so they are read from a clone of it:
//
//	go test ./fetch/fulltext -run xxx -bench Comparison -benchtime 1x -comparison DIR
func BenchmarkComparison(b *testing.B) {
	if *comparison == "" {
		return // nothing to compare with
	}
	cases := comparisonCases(b)
	var report strings.Builder
	for b.Loop() {
		report.Reset()
		var right, missed, wrong int
		for _, c := range cases {
			p, err := Read(c.page, "", Options{URL: c.url})
			if err != nil {
				fmt.Fprintf(&report, "%s: %v\n", c.file, err)
			}
			for _, s := range c.with {
				if strings.Contains(p.Text, s) {
					right++
					continue
				}
				missed++
				fmt.Fprintf(&report, "%s: missed %q\n", c.file, s)
			}
			for _, s := range c.without {
				if p.Text != "" && strings.Contains(p.Text, s) {
					wrong++
					fmt.Fprintf(&report, "%s: too much %q\n", c.file, s)
				}
			}
		}
		b.ReportMetric(float64(right)/float64(right+wrong), "precision")
		b.ReportMetric(float64(right)/float64(right+missed), "recall")
		b.ReportMetric(float64(2*right)/float64(2*right+missed+wrong), "F1")
	}
	b.ReportMetric(float64(len(cases)), "pages")
	if *misses != "" {
		if err := os.WriteFile(*misses, []byte(report.String()), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

// A comparisonCase is a page with passages that belong to its main text and
// passages that do not.
type comparisonCase struct {
	url, file     string
	page          []byte
	with, without []string
}

// comparisonCases reads them out of the source of the program that compares.
func comparisonCases(b *testing.B) []comparisonCase {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(*comparison, "scripts/comparison/data.go"), nil, 0)
	if err != nil {
		b.Fatal(err)
	}
	var list []comparisonCase
	ast.Inspect(file, func(n ast.Node) bool {
		kv, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		entry, ok := kv.Value.(*ast.CompositeLit)
		if !ok || !quoted(kv.Key) {
			return true
		}
		c := comparisonCase{url: unquote(kv.Key)}
		for _, e := range entry.Elts {
			c.field(e.(*ast.KeyValueExpr))
		}
		for _, dir := range []string{"comparison", "mock"} {
			if c.page, err = os.ReadFile(filepath.Join(*comparison, "test-files", dir, c.file)); err == nil {
				list = append(list, c)
				break
			}
		}
		return false
	})
	return list
}

func (c *comparisonCase) field(kv *ast.KeyValueExpr) {
	switch kv.Key.(*ast.Ident).Name {
	case "File":
		c.file = unquote(kv.Value)
	case "With":
		c.with = unquoteAll(kv.Value)
	case "Without":
		c.without = unquoteAll(kv.Value)
	}
}

func unquoteAll(e ast.Expr) (list []string) {
	for _, x := range e.(*ast.CompositeLit).Elts {
		list = append(list, unquote(x))
	}
	return list
}

func quoted(e ast.Expr) bool { _, ok := e.(*ast.BasicLit); return ok }

func unquote(e ast.Expr) string {
	s, _ := strconv.Unquote(e.(*ast.BasicLit).Value)
	return s
}
