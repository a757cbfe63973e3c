// Command endpoint makes the weights by which the end of a turn is decided, in three steps that run.sh joins:
//
//	go run ./models/recipe/endpoint scripts DIR     turns to speak, from a fifth of the sentences, and a language model without that fifth
//	voxgate eval turns --steps ...                  speaks and hears them; writes what is known at every step of quiet
//	go run ./models/recipe/endpoint fit STEPS...    fits the model of complete texts and the network, writes models/endpoint/weights.json
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"voxgate/models"
	"voxgate/models/endpoint"
)

const weights = "models/endpoint/weights.json"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "endpoint:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 || args[0] != "scripts" && args[0] != "fit" {
		return errors.New("say scripts DIR, or fit and the files of steps")
	}
	texts, err := readTexts()
	if err != nil {
		return err
	}
	if args[0] == "scripts" {
		return writeScripts(texts, args[1])
	}
	var steps []endpoint.Example
	for i, path := range args[1:] {
		more, err := readSteps(path)
		if err != nil {
			return err
		}
		for k := range more {
			more[k].Turn += i << 20 // turns of several recordings have the same numbers
		}
		steps = append(steps, more...)
	}
	return fit(texts, steps)
}

// fit makes the shipped weights. The network is fitted over a model of texts that has not seen the texts of its steps;
// the one that ships has seen them all.
func fit(texts map[string]*texts, steps []endpoint.Example) error {
	var m endpoint.Model
	fitWords(&m, texts, func(line string) bool { return !held(line) })
	report(&m, texts)
	// The trusts are chosen by networks that have not seen the turns that they judge.
	const folds = 4
	chances := make([]float64, len(steps))
	for fold := range folds {
		fitNetwork(&m, slices.DeleteFunc(slices.Clone(steps), func(e endpoint.Example) bool { return e.Turn%folds == fold }))
		for i, e := range steps {
			if e.Turn%folds == fold {
				chances[i], _ = m.Over(e.Input)
			}
		}
	}
	chooseTrust(&m, steps, chances)
	fitNetwork(&m, steps)
	var whole endpoint.Model
	fitWords(&whole, texts, func(string) bool { return true })
	m.Words = whole.Words
	out, err := os.Create(weights)
	if err != nil {
		return err
	}
	if err := m.Save(out); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// texts are what is known of a language: sentences and the beginnings that nobody ends with, words separated by spaces.
type texts struct {
	lang                        string
	sentences, openers, answers []string
	members                     map[string][]string // "<city>" -> its words
}

func readTexts() (map[string]*texts, error) {
	all := map[string]*texts{}
	for lang, suffix := range map[string]string{"zh": "", "en": ".en"} {
		t := &texts{lang: lang, members: map[string][]string{}}
		var err error
		if t.sentences, err = lines(models.Files(""), "hearing/sentences."+lang+".txt"); err != nil {
			return nil, err
		}
		own := os.DirFS("models/recipe/endpoint")
		if t.openers, err = lines(own, "openers."+lang+".txt"); err != nil {
			return nil, fmt.Errorf("run it at the top of the repository: %w", err)
		}
		if t.answers, err = lines(own, "answers."+lang+".txt"); err != nil {
			return nil, err
		}
		for _, class := range []string{"product", "courier", "city", "name"} {
			if t.members["<"+class+">"], err = lines(models.Files(""), "hearing/words."+class+suffix+".txt"); err != nil {
				return nil, err
			}
		}
		all[lang] = t
	}
	return all, nil
}

// lines are the lines of a file that hold something; what follows a tab is not theirs.
func lines(files fs.FS, name string) ([]string, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var out []string
	for l := range strings.Lines(string(data)) {
		l, _, _ = strings.Cut(l, "\t")
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out, nil
}

func readSteps(path string) ([]endpoint.Example, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []endpoint.Example
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for n := 1; in.Scan(); n++ {
		var e endpoint.Example
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("%s line %d: %w", path, n, err)
		}
		out = append(out, e)
	}
	return out, in.Err()
}
