// Command calibration makes the recogniser's confidences mean what they say. After a change of the acoustic model or of
// the decoder, at the top of the repository:
//
//	for set in domain digits tune english; do
//		bin/voxgate eval asr $set.tsv --conditions clean,noise10,loss5 --utterances $set.jsonl
//	done
//	go run ./models/recipe/calibration *.jsonl
//	go run ./models/recipe/manifest
//
// It reads the utterances that eval asr wrote, fits for each language the slope and the shift of the log-odds of
// utterances and of words (Platt 1999), prints how well each half of the sentences foretells the other, and writes
// models/hearing/calibration.json. It starts from that file as it is: the utterances must have been heard with it.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"voxgate/asr/decode"
)

func main() {
	path := flag.String("file", "models/hearing/calibration.json", "calibration to bring up to date")
	flag.Parse()
	if err := run(os.Stdout, *path, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "calibration:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, path string, files []string) error {
	if len(files) == 0 {
		return errors.New("name the files that voxgate eval asr --utterances wrote")
	}
	all := map[string]decode.Calibration{}
	data, err := os.ReadFile(path)
	switch {
	case err == nil:
		if all, err = decode.ParseCalibration(data); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	sets := map[string]*samples{}
	for _, name := range files {
		if err := readFile(sets, name); err != nil {
			return err
		}
	}
	for _, lang := range []string{"zh", "en"} {
		set, ok := sets[lang]
		if !ok {
			continue
		}
		c, known := all[lang]
		if !known {
			c = decode.Calibration{Utterance: decode.Scale{Slope: 1}, Word: decode.Scale{Slope: 1}}
		}
		c.Utterance = refit(out, lang+" utterances", c.Utterance, set.utterances)
		c.Word = refit(out, lang+" words", c.Word, set.words)
		all[lang] = c
	}
	data, err = json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	if _, err = decode.ParseCalibration(data); err != nil {
		return fmt.Errorf("the fit makes no sense: %w", err)
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// utterance is a line of eval asr --utterances.
type utterance struct {
	Text       string  `json:"text"`
	Heard      string  `json:"heard"`
	Right      bool    `json:"right"`
	Finals     int     `json:"finals"`
	Confidence float64 `json:"confidence"`
	Words      []struct {
		Confidence float64 `json:"confidence"`
		Right      bool    `json:"right"`
	} `json:"words"`
}

// readFile adds the utterances of a file to the samples of the language in which each was heard. Those heard in pieces
// have no confidence of their own.
func readFile(sets map[string]*samples, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var u utterance
		if err := json.Unmarshal(lines.Bytes(), &u); err != nil {
			return fmt.Errorf("%s line %d: %w; eval asr --utterances writes such files", name, n, err)
		}
		if u.Finals != 1 {
			continue
		}
		lang := language(u.Heard)
		if sets[lang] == nil {
			sets[lang] = &samples{}
		}
		set, half := sets[lang], half(u.Text)
		set.utterances = append(set.utterances, sample{u.Confidence, u.Right, half})
		for _, w := range u.Words {
			set.words = append(set.words, sample{w.Confidence, w.Right, half})
		}
	}
	return lines.Err()
}

// language tells English from Chinese by its small letters.
func language(heard string) string {
	if strings.ContainsAny(heard, "abcdefghijklmnopqrstuvwxyz") && !strings.ContainsFunc(heard, func(r rune) bool { return r >= 0x2E80 }) {
		return "en"
	}
	return "zh"
}
