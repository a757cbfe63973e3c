package decode

import (
	"fmt"
	"strconv"
	"strings"
)

// tokenize turns segmented sentences into token numbers and counts the words of each token. A line may end in a TAB and
// how often it counts.
func (b *builder) tokenize(lines []string) ([]weighted, map[int32]map[string]float64, error) {
	counts := map[int32]map[string]float64{}
	out := make([]weighted, 0, len(lines))
	for _, line := range lines {
		text, weight, err := cutWeight(line)
		if err != nil {
			return nil, nil, fmt.Errorf("hearing/sentences.%s.txt: %w", b.name(), err)
		}
		words := b.joinDigits(strings.Fields(text))
		ids := make([]int32, 0, len(words))
		for _, w := range words {
			name := w
			if class, ok := b.member[w]; ok {
				name = class
			} else if !b.Spaced && isSpokenDigit(w) && w != "幺" {
				name = tokenNumber
			}
			id := b.token(name)
			ids = append(ids, id)
			if !strings.HasPrefix(w, "<") {
				if counts[id] == nil {
					counts[id] = map[string]float64{}
				}
				counts[id][w] += float64(weight)
			}
		}
		// Short answers are rare among sentences and frequent in talk.
		out = append(out, weighted{ids, weight * int32(max(1, 5-2*len(ids)))})
	}
	return out, counts, nil
}

// maxWeight bounds the weight of a sentence.
const maxWeight = 1000

// cutWeight parts a sentence from its weight, which is 1 where none is given.
func cutWeight(line string) (string, int32, error) {
	text, column, ok := strings.Cut(line, "\t")
	if !ok {
		return text, 1, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(column))
	if err != nil || n < 1 || n > maxWeight {
		return "", 0, fmt.Errorf("%q: after the TAB stands a weight from 1 to %d", line, maxWeight)
	}
	return text, int32(n), nil
}

// joinDigits makes three or more digits in a row, spelled out in a sentence, a digit string.
func (b *builder) joinDigits(words []string) []string {
	if b.Spaced {
		return words
	}
	var out []string
	for i := 0; i < len(words); {
		n := 0
		for i+n < len(words) && isSpokenDigit(words[i+n]) {
			n++
		}
		if n >= 3 {
			out = append(out, tokenDigits)
			i += n
			continue
		}
		out = append(out, words[i:i+max(n, 1)]...)
		i += max(n, 1)
	}
	return out
}

func isSpokenDigit(w string) bool {
	r := []rune(w)
	return len(r) == 1 && strings.ContainsRune(spokenDigits, r[0])
}
