// Command understanding turns the lines beside it into examples for train.py: each line with variants as a recogniser
// and a hurried caller leave it, cut into the features of package understanding. Run it in the repository root:
//
//	go run ./models/recipe/understanding -o DIR
//
// It writes lines.jsonl (one line each: text, class, further intents, mood, source), examples.u32 (four numbers an
// example: number of the line, variant, units, n-grams), deep.u32 and wide.u32 (their features, end to end) and
// classes.txt. Lines of the folder unseen are left alone: nobody trains on them.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"voxgate/models/understanding"
)

func main() {
	dir := flag.String("lines", "models/recipe/understanding", "folder of the lines")
	words := flag.String("words", "models/hearing", "folder of the words that may stand for each other")
	concepts := flag.String("concepts", "models/understanding/concepts.txt", "words that mean alike")
	out := flag.String("o", "", "folder to write")
	variants := flag.Int("variants", 6, "variants of each line beside the line itself")
	seed := flag.Uint64("seed", 1, "of the variants")
	recognised := flag.String("heard", "", "what the recogniser made of some lines: utterances of voxgate eval asr")
	flag.Parse()
	if err := run(*dir, *words, *concepts, *out, *variants, *seed, *recognised); err != nil {
		fmt.Fprintln(os.Stderr, "understanding:", err)
		os.Exit(1)
	}
}

func run(dir, words, concepts, out string, variants int, seed uint64, recognised string) error {
	if out == "" {
		return errors.New("-o wants a folder for the examples")
	}
	lines, err := readFolder(dir)
	if err != nil {
		return err
	}
	styles, err := readFolder(filepath.Join(dir, "styles"))
	if err != nil {
		return err
	}
	lines = append(lines, styles...)
	var swaps [][]string
	for _, name := range []string{"product", "city", "name", "product.en", "city.en", "name.en"} {
		list, err := wordList(filepath.Join(words, "words."+name+".txt"))
		if err != nil {
			return err
		}
		swaps = append(swaps, list)
	}
	alike, err := readSynonyms(concepts)
	if err != nil {
		return err
	}
	heard, err := readHeard(recognised)
	if err != nil {
		return err
	}
	m := newMishearing(rand.New(rand.NewPCG(seed, 2)), lines, swaps, alike)
	lines = append(lines, joined(m, lines)...)
	return write(out, lines, heard, m, variants)
}

// wordList reads a list of words, those of one hanzi left out.
func wordList(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []string
	for l := range strings.Lines(string(data)) {
		if w := strings.TrimSpace(l); len(w) > 3 {
			out = append(out, w)
		}
	}
	return out, nil
}

// joined pairs short lines of different business intents, one pair for every ten lines.
func joined(m *mishearing, lines []line) []line {
	byLang := map[string][]line{}
	for _, l := range lines {
		limit := 16
		if l.Lang == "en" {
			limit = 60
		}
		if matter(l.Class) && len(l.Also) == 0 && len([]rune(l.Text)) <= limit && len([]rune(l.Text)) >= 4 && !strings.HasPrefix(l.Source, "heldout") && !strings.HasPrefix(l.Source, "test") {
			byLang[l.Lang] = append(byLang[l.Lang], l)
		}
	}
	var out []line
	for _, lang := range []string{"zh", "en"} {
		list := byLang[lang]
		for range len(list) / 10 {
			if a, b := pick(m.dice, list), pick(m.dice, list); a.Class != b.Class {
				out = append(out, m.join(a, b))
			}
		}
	}
	return out
}

// matter tells business intents from dialogue acts and from asking for a person, which joins with anything.
func matter(class string) bool {
	switch class {
	case "provide_info", "affirm", "deny", "repeat", "wait", "goodbye", "greet", "bot_identity", "out_of_scope", "transfer_human":
		return false
	}
	return true
}

// write puts the examples of the lines into files.
func write(dir string, lines []line, heard map[string]utterance, m *mishearing, variants int) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var files []*os.File
	open := func(name string) *bufio.Writer {
		f, e := os.Create(filepath.Join(dir, name))
		err = errors.Join(err, e)
		files = append(files, f)
		return bufio.NewWriter(f)
	}
	text, examples, deep, wide := open("lines.jsonl"), open("examples.u32"), open("deep.u32"), open("wide.u32")
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(text)
	for n, l := range lines {
		err = errors.Join(err, encoder.Encode(l))
		for v := range variants + 1 {
			said, pinyin := l.Text, ""
			if u, ok := heard[letters(l.Text)]; ok && v > 0 && v <= heardVariants {
				said, pinyin = u.Heard, u.Pinyin
			} else if v > 0 {
				said, pinyin = m.vary(l)
			}
			in := understanding.Encode(said, pinyin)
			err = errors.Join(err,
				binary.Write(examples, binary.LittleEndian, []uint32{uint32(n), uint32(v), uint32(len(in.Deep) / understanding.Slots), uint32(len(in.Wide))}),
				binary.Write(deep, binary.LittleEndian, in.Deep), binary.Write(wide, binary.LittleEndian, in.Wide))
		}
	}
	for _, w := range []*bufio.Writer{text, examples, deep, wide} {
		err = errors.Join(err, w.Flush())
	}
	for _, f := range files {
		err = errors.Join(err, f.Close())
	}
	classes := strings.Join(classesOf(lines), "\n") + "\n"
	fmt.Printf("%d lines, %d classes, %d variants each\n", len(lines), strings.Count(classes, "\n"), variants)
	return errors.Join(err, os.WriteFile(filepath.Join(dir, "classes.txt"), []byte(classes), 0o644))
}
