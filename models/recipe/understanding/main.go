// Command understanding trains the classifier of package understanding from the lines beside it and reports how well
// it does on lines it has not seen. Run it in the repository root: go run ./models/recipe/understanding
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"voxgate/models/understanding"
)

// line is one written line and its class.
type line struct{ class, text string }

func main() {
	dir := flag.String("lines", "models/recipe/understanding", "folder of lines.zh.txt and lines.en.txt")
	out := flag.String("o", "models/understanding/weights.bin.gz", "weights file to write")
	passes := flag.Int("passes", 30, "passes over the lines")
	wrong := flag.Bool("wrong", false, "print every held-out line that is taken for something else")
	flag.Parse()
	if err := train(*dir, *out, *passes, *wrong); err != nil {
		fmt.Fprintln(os.Stderr, "understanding:", err)
		os.Exit(1)
	}
}

func train(dir, out string, passes int, wrong bool) error {
	var lines []line
	for _, name := range []string{"lines.zh.txt", "lines.en.txt"} {
		more, err := readLines(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		lines = append(lines, more...)
	}
	classes := classesOf(lines)
	rng := rand.New(rand.NewPCG(1, 2))
	temperature, accuracy := crossValidate(rng, lines, classes, passes)
	fmt.Printf("%d lines, %d classes; five-fold accuracy %.1f %%, temperature %.2f\n", len(lines), len(classes), 100*accuracy, temperature)
	m := fit(rng, lines, classes, passes)
	for _, name := range []string{"heldout.zh.txt", "heldout.en.txt", "test.zh.txt", "test.en.txt", "callers.zh.txt", "callers.en.txt"} {
		if err := evaluate(filepath.Join(dir, name), m, classes, wrong); err != nil {
			return err
		}
	}
	file, err := os.Create(out)
	if err != nil {
		return fmt.Errorf("create weights: %w", err)
	}
	return errors.Join(understanding.Save(file, classes, m.weights, m.bias, temperature), file.Close())
}

// readLines reads a file of lines under [class] heads; # begins a comment line.
func readLines(path string) ([]line, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open lines: %w", err)
	}
	defer func() { _ = in.Close() }()
	var out []line
	class := ""
	scan := bufio.NewScanner(in)
	for n := 1; scan.Scan(); n++ {
		text := strings.TrimSpace(scan.Text())
		switch {
		case text == "" || text[0] == '#':
		case text[0] == '[' && strings.HasSuffix(text, "]"):
			class = text[1 : len(text)-1]
		case class == "":
			return nil, fmt.Errorf("%s:%d: a line before the first [class]", path, n)
		default:
			out = append(out, line{class, text})
		}
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return out, nil
}

func classesOf(lines []line) []string {
	seen := map[string]bool{}
	var out []string
	for _, l := range lines {
		if !seen[l.class] {
			seen[l.class] = true
			out = append(out, l.class)
		}
	}
	sort.Strings(out)
	return out
}

// crossValidate trains on four fifths and scores the last, five times; the temperature is the one that makes the
// probabilities of all unseen lines most likely.
func crossValidate(rng *rand.Rand, lines []line, classes []string, passes int) (temperature, accuracy float64) {
	order := rng.Perm(len(lines))
	var logits [][]float64
	var truth []int
	index := indexOf(classes)
	right := 0
	for fold := range 5 {
		var part, rest []line
		for i, at := range order {
			if i%5 == fold {
				part = append(part, lines[at])
			} else {
				rest = append(rest, lines[at])
			}
		}
		m := fit(rng, rest, classes, passes)
		for _, l := range part {
			z := m.logits(understanding.Features(l.text, ""))
			logits, truth = append(logits, z), append(truth, index[l.class])
			if argmax(z) == index[l.class] {
				right++
			}
		}
	}
	best := math.Inf(-1)
	for t := 0.2; t < 4; t += 0.05 {
		sum := 0.0
		for i, z := range logits {
			sum += math.Log(softmax(z, t)[truth[i]] + 1e-12)
		}
		if sum > best {
			best, temperature = sum, t
		}
	}
	return temperature, float64(right) / float64(len(lines))
}
