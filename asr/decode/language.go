// Package decode turns the acoustic model's log-probabilities into words: a time-synchronous beam search over a lexical
// prefix tree with a word trigram, CTC rules for blanks and repeats (Graves et al. 2006), a grammar for digit strings
// and a weak path of bare syllables for what no word explains.
package decode

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"voxgate/models/reading"
)

// Language is everything that is known about one output of the acoustic model: its units, words and sentences.
// It is read-only once loaded and serves all calls.
type Language struct {
	Units *Inventory
	// Spaced says that words are written with spaces between them.
	Spaced bool

	calibration Calibration

	tuning   Tuning
	spelling *spelling
	pieces   *pieces // where words are spelled as they are written; nil: as they sound
	tree     tree
	root     int32 // all words
	strings  int32 // digits and fillers only
	model    *ngram
	tokens   map[string]int32
	begin    int32
	end      int32
	digits   int32
	unknown  int32
	single   []float32           // score of a token at a place of which nothing is known
	member   map[string]string   // word -> class token
	readings map[string][]string // further readings

	loans      map[string][]string // English word in small letters -> readings within Mandarin
	heteronyms map[string][]string // hanzi -> readings that differ by more than the tone
}

// Tuning are the weights of the search, found on held-out synthetic speech.
type Tuning struct {
	Model   float32 // weight of the language model
	Word    float32 // bonus a word, against the model's taste for few words
	Tone    float64 // how far a final with another tone stands in
	Mixed   float64 // how far a sound that is often mixed up stands in
	Unknown float32 // log-probability of a syllable outside all words
	General float32 // handicap of everyday words that no sentence holds
	Blank   float32 // what the blank is made dearer by, a step: units that the network half swallowed come through
	Beam    float32 // tokens this far below the best are dropped
	Tokens  int     // tokens kept a step
}

// DefaultTuning is what the shipped models were tuned with.
func DefaultTuning() Tuning {
	return Tuning{Model: 0.8, Word: 0.8, Tone: 0.5, Mixed: 0.1, Unknown: -10.5, General: -1, Blank: 1.8, Beam: 11.5, Tokens: 160}
}

// The classes of which sentences speak, with the files of their members.
var classes = []string{"product", "courier", "city", "name"}

// Tokens of the language model that are no words.
const (
	tokenBegin   = "<s>"
	tokenEnd     = "</s>"
	tokenDigits  = "<digits>"
	tokenNumber  = "<number>"
	tokenUnknown = "<unknown>"
	tokenGeneral = "<general>" // everyday words that no sentence holds
)

const spokenDigits = "零一二三四五六七八九幺洞拐勾"

// Load reads a language ("zh" or "en") from the files of package models.
func Load(files fs.FS, lang string, tuning Tuning) (*Language, error) {
	l := newLanguage(lang, tuning)
	var err error
	syllables := "hearing/syllables.tsv"
	if l.Spaced {
		syllables = ""
	}
	if l.Units, err = newInventory(files, "hearing/units"+l.suffix()+".txt"); err != nil {
		return nil, err
	}
	if l.Spaced {
		l.Units.relate(0, 0)
	} else {
		l.Units.relate(tuning.Tone, tuning.Mixed)
	}
	if l.spelling, err = newSpelling(l.Units, files, syllables); err != nil {
		return nil, err
	}
	if err := (&builder{Language: l, files: files, suffix: l.suffix()}).build(); err != nil {
		return nil, err
	}
	return l, nil
}

// newLanguage is a language without units and words.
func newLanguage(lang string, tuning Tuning) *Language {
	l := &Language{tuning: tuning, tokens: map[string]int32{}, Spaced: lang == "en"}
	l.begin, l.end, l.digits = l.token(tokenBegin), l.token(tokenEnd), l.token(tokenDigits)
	l.unknown = l.token(tokenUnknown)
	l.token(tokenGeneral)
	return l
}

// suffix is what the names of the language's files carry.
func (l *Language) suffix() string {
	if l.Spaced {
		return ".en"
	}
	return ""
}

// token numbers the tokens of the language model.
func (l *Language) token(name string) int32 {
	n, ok := l.tokens[name]
	if !ok {
		n = int32(len(l.tokens))
		l.tokens[name] = n
	}
	return n
}

// Words is the number of words with their readings, for reports.
func (l *Language) Words() int { return len(l.tree.words) }

// builder gathers words and sentences while a language is loaded.
type builder struct {
	*Language
	files       fs.FS
	suffix      string
	spokenLoans []string // English words that callers say by themselves
}

func (b *builder) build() error {
	if err := b.readReadings(); err != nil {
		return err
	}
	var err error
	if b.calibration, err = readCalibration(b.files, b.name()); err != nil {
		return err
	}
	b.member = map[string]string{}
	members := map[string][]string{}
	for _, class := range classes {
		list, err := readLines(b.files, "hearing/words."+class+b.suffix+".txt")
		if err != nil {
			return err
		}
		members[class] = list
		b.token("<" + class + ">") // every token must exist before the model is trained
		for _, w := range list {
			if _, taken := b.member[w]; !taken {
				b.member[w] = "<" + class + ">"
			}
		}
	}
	lines, err := readLines(b.files, "hearing/sentences."+b.name()+".txt")
	if err != nil {
		return err
	}
	sentences, counts, err := b.tokenize(lines)
	if err != nil {
		return err
	}
	sentences = append(sentences, b.generalize(sentences, counts)...)
	if b.model, err = trainNgram(sentences, len(b.tokens), b.begin, b.end); err != nil {
		return err
	}
	b.single = b.model.uni
	b.root, b.strings = b.tree.newRoot(), b.tree.newRoot()
	if err := b.addWords(counts, members); err != nil {
		return err
	}
	if err := b.addGeneral(counts); err != nil {
		return err
	}
	if err := b.addLoans(); err != nil {
		return err
	}
	if err := b.addDigits(); err != nil {
		return err
	}
	if err := b.addSyllables(); err != nil {
		return err
	}
	b.finish()
	return nil
}

// finish makes the tree ready for searches once it has all words.
func (b *builder) finish() {
	b.tree.finish()
	highest := b.model.highest()
	b.tree.limit(func(w *word) float32 { return b.bestScore(highest, w) })
}

// addWords puts the words of the sentences and the members of the classes into the tree.
func (b *builder) addWords(counts map[int32]map[string]float64, members map[string][]string) error {
	for class, list := range members {
		id := b.token("<" + class + ">")
		if counts[id] == nil {
			counts[id] = map[string]float64{}
		}
		for _, w := range list {
			counts[id][w] += 2
		}
	}
	if id, spoken := b.tokens[tokenNumber]; spoken {
		for _, r := range "零一二三四五六七八九" {
			counts[id][string(r)] += 5
		}
	}
	ids := make([]int32, 0, len(counts))
	for id := range counts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		total := 0.0
		words := make([]string, 0, len(counts[id]))
		for w, c := range counts[id] {
			words = append(words, w)
			total += c
		}
		slices.Sort(words)
		for _, w := range words {
			if err := b.addWord(w, id, float32(math.Log(counts[id][w]/total))); err != nil {
				return err
			}
		}
	}
	return nil
}

// addWord puts all readings of a word into the tree.
func (b *builder) addWord(text string, token int32, logp float32) error {
	for _, r := range b.readingsOf(text) {
		units, err := b.spelling.spell(r)
		if err != nil {
			return fmt.Errorf("word %q: %w", text, err)
		}
		b.insert(b.root, word{text: text, reading: b.shown(text, r), units: units, token: token, logp: logp})
	}
	return nil
}

// shown is what Event.Pinyin says for a word: its syllables, or itself in English.
func (l *Language) shown(text, reading string) string {
	if l.Spaced || len(text) > 1 && !hanzi(text) && latin(text) {
		return text
	}
	if l.pieces == nil {
		return reading
	}
	if strings.Trim(text, "0123456789") == "" {
		return l.readHanzi(l.pieces.written(reading))
	}
	return l.readHanzi(text)
}

// readingsOf are the ways to say a word: those of the language's own lists, else the one of the general dictionary.
func (l *Language) readingsOf(text string) []string {
	if l.pieces != nil {
		return l.pieces.spellings(l.spokenForms(text))
	}
	if own := l.readings[text]; len(own) > 0 {
		return own
	}
	if !l.Spaced {
		if latin(text) {
			return l.pronounce(text).readings
		}
		return []string{l.readHanzi(text)}
	}
	var out []string
	for w := range strings.FieldsSeq(text) {
		r := l.readings[w]
		if len(r) == 0 {
			return nil
		}
		out = append(out, r[0])
	}
	return []string{strings.Join(out, " ")}
}

// readHanzi reads hanzi by dictionary and single letters by name.
func (l *Language) readHanzi(text string) string {
	var out []string
	for _, s := range reading.Of(text) {
		switch s.Kind {
		case reading.Hanzi:
			out = append(out, s.Pinyin)
		case reading.Latin, reading.Digits:
			for _, r := range strings.ToUpper(s.Text) {
				if letters := l.readings[string(r)]; len(letters) > 0 {
					out = append(out, letters[0])
				}
			}
		}
	}
	return strings.Join(out, " ")
}

// insert adds a word below root with the scores that guide the search before the word is complete.
func (b *builder) insert(root int32, w word) {
	b.tree.words = append(b.tree.words, w)
	outside := b.ofToken(b.single, w.token) + w.logp
	inside := outside
	switch w.kind {
	case digit:
		inside = w.logp
	case filler:
		outside, inside = w.logp, w.logp
	}
	b.tree.add(root, int32(len(b.tree.words)-1), outside, inside)
}

func (b *builder) name() string {
	if b.Spaced {
		return "en"
	}
	return "zh"
}
