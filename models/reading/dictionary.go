package reading

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed words.gz
var packed []byte

// maxWord is the longest word of the dictionary in runes.
const maxWord = 8

// dictionary is the unpacked word list: sorted lines, found by binary search, so that it costs little more memory
// than its text.
type dictionary struct {
	text  string
	lines []uint32          // offset of each line
	heads map[rune][2]int32 // first rune -> range of lines
}

// entry is one line of the dictionary.
type entry struct {
	word    string
	cost    int  // -100 ln(probability)
	class   byte // word class: v verb, a adjective, d adverb, n noun, m numeral, r pronoun, ...
	reading string
}

// words is the dictionary, unpacked at first use (about 20 ms).
var words = sync.OnceValue(unpack)

func unpack() *dictionary {
	d := &dictionary{heads: map[rune][2]int32{}}
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return d
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		return d
	}
	d.text = string(text)
	for at := 0; at < len(d.text); {
		head, _ := utf8.DecodeRuneInString(d.text[at:])
		n := int32(len(d.lines))
		span, seen := d.heads[head]
		if !seen {
			span[0] = n
		}
		span[1] = n + 1
		d.heads[head] = span
		d.lines = append(d.lines, uint32(at))
		next := strings.IndexByte(d.text[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return d
}

// find looks word up.
func (d *dictionary) find(word string) (entry, bool) {
	head, _ := utf8.DecodeRuneInString(word)
	span := d.heads[head]
	lines := d.lines[span[0]:span[1]]
	i := sort.Search(len(lines), func(i int) bool { return d.wordAt(lines[i]) >= word })
	if i == len(lines) || d.wordAt(lines[i]) != word {
		return entry{}, false
	}
	return d.entryAt(lines[i]), true
}

func (d *dictionary) wordAt(offset uint32) string {
	word, _, _ := strings.Cut(d.text[offset:min(len(d.text), int(offset)+4*maxWord+1)], "\t")
	return word
}

func (d *dictionary) entryAt(offset uint32) entry {
	line, _, _ := strings.Cut(d.text[offset:], "\n")
	word, rest, _ := strings.Cut(line, "\t")
	cost, rest, _ := strings.Cut(rest, "\t")
	class, reading, _ := strings.Cut(rest, "\t")
	e := entry{word: word, class: 'x', reading: reading}
	e.cost, _ = strconv.Atoi(cost)
	if class != "" {
		e.class = class[0]
	}
	return e
}

// readings is one syllable for each character of the word, or one fewer for each erhua.
func (e *entry) readings(runes []rune) []string {
	if e.reading != "" {
		return strings.Fields(e.reading)
	}
	out := make([]string, 0, len(runes))
	for _, r := range runes {
		if single, ok := words().find(string(r)); ok {
			out = append(out, single.reading)
		}
	}
	return out
}
