package main

import (
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Bounds on size: a file is read in one sitting, a function on one screen and a half, an interface at a glance.
const (
	maxFileLines     = 400
	maxFunctionLines = 80
	maxMethods       = 4
)

// vagueNames say nothing of what a package holds.
var vagueNames = []string{"util", "utils", "common", "helper", "helpers", "pkg", "misc", "shared", "base", "lib"}

// leftovers are marks of unfinished work; the pattern is put together so that this file does not match it.
var leftovers = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b`)

func TestFilesAreShort(t *testing.T) {
	program := []string{".go", ".py", ".sh", ".js", ".mjs", ".css", ".html"}
	walkProject(t, func(rel string, content []byte) {
		if !slices.Contains(program, path.Ext(rel)) {
			return
		}
		if lines := countLines(content); lines > maxFileLines {
			t.Errorf("%s has %d lines, over %d: split it by reason to change", rel, lines, maxFileLines)
		}
	})
}

func TestFunctionsAreShort(t *testing.T) {
	for _, src := range goSources(t) {
		if src.IsTest() {
			continue
		}
		for _, decl := range src.File.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			first, last := src.Line(fn.Pos()), src.Line(fn.End())
			if lines := last - first + 1; lines > maxFunctionLines {
				t.Errorf("%s:%d: %s has %d lines, over %d: split it", src.Path, first, fn.Name.Name, lines, maxFunctionLines)
			}
		}
	}
}

func TestInterfacesAreSmall(t *testing.T) {
	for _, src := range goSources(t) {
		ast.Inspect(src.File, func(node ast.Node) bool {
			contract, ok := node.(*ast.InterfaceType)
			if ok && len(contract.Methods.List) > maxMethods {
				t.Errorf("%s:%d: an interface of %d methods, over %d", src.Path, src.Line(contract.Pos()), len(contract.Methods.List), maxMethods)
			}
			return true
		})
	}
}

func TestPackagesAreNamedForWhatTheyHold(t *testing.T) {
	documented := map[string]bool{}
	for _, src := range goSources(t) {
		dir := src.Dir()
		if slices.Contains(vagueNames, path.Base(dir)) {
			t.Errorf("package %s has a name that says nothing of what it holds", dir)
		}
		if src.IsTest() {
			continue
		}
		doc := src.File.Doc
		said := doc != nil && (strings.HasPrefix(doc.Text(), "Package ") || strings.HasPrefix(doc.Text(), "Command "))
		documented[dir] = documented[dir] || said
	}
	for dir, said := range documented {
		if !said {
			t.Errorf("package %s has no comment that says what it is for", dir)
		}
	}
}

func TestNothingIsLeftUnfinished(t *testing.T) {
	text := []string{".go", ".py", ".sh", ".js", ".mjs", ".css", ".html", ".yaml", ".yml", ".md", ""}
	walkProject(t, func(rel string, content []byte) {
		if !slices.Contains(text, path.Ext(rel)) {
			return
		}
		if mark := leftovers.Find(content); mark != nil {
			t.Errorf("%s carries the mark %s: finish it or drop it", rel, mark)
		}
	})
}

func TestNoPanicAndNoInit(t *testing.T) {
	for _, src := range goSources(t) {
		if src.IsTest() {
			continue
		}
		ast.Inspect(src.File, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.FuncDecl:
				if n.Name.Name == "init" && n.Recv == nil {
					t.Errorf("%s:%d: func init hides work at start: call it by name", src.Path, src.Line(n.Pos()))
				}
			case *ast.CallExpr:
				if name, ok := n.Fun.(*ast.Ident); ok && name.Name == "panic" {
					t.Errorf("%s:%d: panic would end every call: return an error", src.Path, src.Line(n.Pos()))
				}
			}
			return true
		})
	}
}

// A goroutine that outlives its package's work is found by a leak check only where there is one. The parts of the
// program without tests of their own run under the check of the program's tests.
func TestGoroutinesAreLeakChecked(t *testing.T) {
	starts, tested, checked := map[string]string{}, map[string]bool{}, map[string]bool{}
	for _, src := range goSources(t) {
		dir := src.Dir()
		if src.IsTest() {
			tested[dir] = true
			checked[dir] = checked[dir] || slices.Contains(src.Imports(), "go.uber.org/goleak")
			continue
		}
		ast.Inspect(src.File, func(node ast.Node) bool {
			if _, ok := node.(*ast.GoStmt); ok {
				starts[dir] = src.Path
			}
			return true
		})
	}
	for dir, file := range starts {
		partOfProgram := strings.HasPrefix(dir, "cmd/voxgate/internal/") && !tested[dir] && checked["cmd/voxgate"]
		if !checked[dir] && !partOfProgram && !isTestSupport(dir) {
			t.Errorf("%s starts a goroutine: check for leaks in TestMain of %s (goleak.VerifyTestMain)", file, dir)
		}
	}
}

// outline is the shape of a Markdown text: its heading levels, code blocks, tables and pictures in order, without the words.
func outline(t *testing.T, name string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(projectRoot(t), name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var shape []string
	inCode, inTable := false, false
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			if inCode = !inCode; inCode {
				shape = append(shape, "code block")
			}
			continue
		}
		if inCode {
			continue
		}
		table := strings.HasPrefix(line, "|")
		switch {
		case table && !inTable:
			shape = append(shape, "table")
		case strings.HasPrefix(line, "#"):
			level, _, _ := strings.Cut(line, " ")
			shape = append(shape, "heading "+level)
		case strings.HasPrefix(line, "!["):
			shape = append(shape, "picture")
		}
		inTable = table
	}
	return shape
}

func TestReadmesSayTheSame(t *testing.T) {
	english, chinese := outline(t, "README.md"), outline(t, "README.zh-CN.md")
	if len(english) < 10 {
		t.Fatalf("README.md has only %d parts", len(english))
	}
	for i := range max(len(english), len(chinese)) {
		at := func(shape []string) string {
			if i < len(shape) {
				return shape[i]
			}
			return "nothing"
		}
		if at(english) != at(chinese) {
			t.Fatalf("part %d of README.md is a %s, of README.zh-CN.md a %s: both must have the same parts in the same order",
				i+1, at(english), at(chinese))
		}
	}
}
