package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// topLevel is all that may lie in the project's root beside dot-files; bin and recordings are made by running it.
var topLevel = []string{
	"cmd", "sip", "media", "asr", "tts", "dialog", "models",
	"go.mod", "go.sum", "Makefile", "Dockerfile", "LICENSE", "README.md", "README.zh-CN.md",
	"bin", "recordings",
}

// arrows says what each top folder may import of ours: a name ending in "/..." means the package and all below it.
var arrows = map[string][]string{
	"media":  {"media/..."},
	"models": {"models/..."},
	// Recipes are programs that make what ships; they may ask the recogniser how its files are read.
	"models/recipe": {"models/...", "asr/..."},
	"sip":           {"sip/...", "media/..."},
	"asr":           {"asr/...", "media/...", "models/..."},
	"tts":           {"tts/...", "media/...", "models/..."},
	"dialog":        {"dialog/...", "asr", "tts", "tts/text", "media", "models/..."}, // prompts carry marks of how they are spoken
	"cmd":           {"cmd/...", "dialog/...", "sip/...", "asr/...", "tts/...", "media/...", "models/..."},
}

// bindings are the modules that bring C with them, each with the packages of ours that may import it.
var bindings = map[string][]string{
	"github.com/yalue/onnxruntime_go":  {"models/onnx", "models/understanding", "asr/model", "asr/zipformer", "tts/vits"},
	"github.com/gordonklaus/portaudio": {"media/device"},
	"gopkg.in/hraban/opus.v2":          {"media/codec/opus"},
}

// source is one parsed Go file; Path is relative to the project's root, with slashes.
type source struct {
	Path  string
	Lines int
	Fset  *token.FileSet
	File  *ast.File
}

// Dir is the folder of the file, which is its package path within the module.
func (s source) Dir() string { return path.Dir(s.Path) }

// IsTest reports whether the file is compiled for tests only.
func (s source) IsTest() bool { return strings.HasSuffix(s.Path, "_test.go") }

// Imports are the import paths of the file.
func (s source) Imports() []string {
	var paths []string
	for _, spec := range s.File.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// Line is the line of a position in the file.
func (s source) Line(pos token.Pos) int { return s.Fset.Position(pos).Line }

// projectRoot is the folder of go.mod, two above this test's.
func projectRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatalf("the project's root is not where this test looks for it: %v", err)
	}
	return root
}

// walkProject calls visit for every file of the project, its path relative to the root; dot-folders and what
// building or training leaves behind are passed over.
func walkProject(t *testing.T, visit func(rel string, content []byte)) {
	t.Helper()
	root := projectRoot(t)
	skip := []string{"bin", "recordings", "models/recipe/work", "models/recipe/node_modules"}
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if entry.IsDir() {
			hidden := strings.HasPrefix(entry.Name(), ".") && rel != "."
			if hidden || slices.Contains(skip, rel) || entry.Name() == "node_modules" {
				return filepath.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		visit(rel, content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// goSources parses every Go file of the project.
func goSources(t *testing.T) []source {
	t.Helper()
	var sources []source
	walkProject(t, func(rel string, content []byte) {
		if !strings.HasSuffix(rel, ".go") {
			return
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, rel, content, parser.ParseComments)
		if err != nil {
			t.Errorf("%s does not parse: %v", rel, err)
			return
		}
		sources = append(sources, source{Path: rel, Lines: countLines(content), Fset: fset, File: file})
	})
	if len(sources) < 10 {
		t.Fatalf("only %d Go files found: this test does not see the project", len(sources))
	}
	return sources
}

func countLines(content []byte) int {
	lines := strings.Count(string(content), "\n")
	if len(content) > 0 && content[len(content)-1] != '\n' {
		lines++
	}
	return lines
}

func TestTopLevelIsTheHouse(t *testing.T) {
	entries, err := os.ReadDir(projectRoot(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) {
			t.Errorf("%s lies in the root: move it into one of the folders that exist", name)
		}
	}
}

// allowed reports whether a package path of ours is in a list of arrows.
func allowed(list []string, imported string) bool {
	return slices.ContainsFunc(list, func(pattern string) bool {
		if base, below := strings.CutSuffix(pattern, "/..."); below {
			return imported == base || strings.HasPrefix(imported, base+"/")
		}
		return imported == pattern
	})
}

// isTestSupport reports whether a package exists for tests only: asrtest, mediatest, siptest, ttstest.
func isTestSupport(dir string) bool { return strings.HasSuffix(path.Base(dir), "test") }

// isBench reports whether a file is a measurement of the command line, which makes its own signals and networks.
func isBench(file string) bool { return strings.HasPrefix(file, "cmd/voxgate/bench_") }

func TestImportsGoOneWay(t *testing.T) {
	for _, src := range goSources(t) {
		top, _, _ := strings.Cut(src.Path, "/")
		if strings.HasPrefix(src.Path, "models/recipe/") {
			top = "models/recipe"
		}
		list, known := arrows[top]
		if !known {
			t.Errorf("%s: Go files live in the folders of the house only", src.Path)
			continue
		}
		for _, p := range src.Imports() {
			imported, ours := strings.CutPrefix(p, "voxgate/")
			if !ours {
				continue
			}
			switch {
			case isTestSupport(imported) && (src.IsTest() || isTestSupport(src.Dir()) || isBench(src.Path)):
			case isTestSupport(imported):
				t.Errorf("%s imports %s, which is for tests only", src.Path, imported)
			case !allowed(list, imported):
				t.Errorf("%s imports %s: %s may import only %s", src.Path, imported, top, strings.Join(list, ", "))
			}
		}
	}
}

func TestArrowsRefuseAWrongImport(t *testing.T) {
	for _, wrong := range [][2]string{{"sip", "dialog"}, {"dialog", "sip"}, {"dialog", "asr/model"}, {"media", "asr"}, {"models", "media"}, {"models", "asr"}, {"models/recipe", "dialog"}} {
		if allowed(arrows[wrong[0]], wrong[1]) {
			t.Errorf("the arrows let %s import %s", wrong[0], wrong[1])
		}
	}
}

func TestCgoStaysInLeaves(t *testing.T) {
	for _, src := range goSources(t) {
		for _, p := range src.Imports() {
			homes, binding := bindings[p]
			if p == "C" && !slices.Contains([]string{"asr/model", "media/device", "media/codec/opus"}, src.Dir()) {
				t.Errorf("%s uses cgo: only the leaf packages of the bindings may", src.Path)
			}
			if binding && !slices.Contains(homes, src.Dir()) {
				t.Errorf("%s imports %s: only %s may", src.Path, p, strings.Join(homes, ", "))
			}
		}
	}
}
