package handoff

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Case is a closed conversation as later agents may see it, personal data masked.
type Case struct {
	At      time.Time `json:"at"`
	Intent  string    `json:"intent"`
	Matter  string    `json:"matter,omitempty"`
	Status  string    `json:"status,omitempty"` // of the order
	Words   []string  `json:"words,omitempty"`  // what the caller said, masked
	Tried   []string  `json:"tried,omitempty"`
	Outcome string    `json:"outcome"`
}

// Bounds of a store, of what is kept of one case, and of what is shown.
const (
	mostCases  = 3000
	mostWords  = 5
	mostShown  = 2
	longestRow = 16 << 10
)

// outcomeWords are what the ends of conversations are called.
var outcomeWords = map[string]string{
	"answer": "已答复", "action": "已办好", "ticket": "已登记工单", "transfer": "转了人工", "refused": "没能办", "closed": "客户挂断", "closed_silence": "无人应答",
}

// line is the case in one line of the card.
func (c Case) line() string {
	matter := c.Matter
	if matter == "" {
		matter = c.Intent
	}
	parts := []string{c.At.Format("1月2日"), matter + c.Status}
	if len(c.Tried) > 0 {
		parts = append(parts, c.Tried[len(c.Tried)-1])
	}
	return strings.Join(append(parts, outcomeWords[c.Outcome]), "，")
}

// Store keeps closed conversations in memory and, where it has a file, one JSON line each there. Its methods may be used
// from any goroutine.
type Store struct {
	mu    sync.Mutex
	cases []indexed                 // the oldest first
	pairs map[string]map[string]int // intent to how many of its cases hold a pair of characters
	total map[string]int            // cases of an intent
	file  *os.File                  // nil: memory only
}

// indexed is a case with the pairs of characters that its words are made of.
type indexed struct {
	Case
	pairs map[string]int
}

// OpenStore opens a store and reads what its file holds; without a path it ends with the process. Lines that cannot be
// read are passed over and counted.
func OpenStore(path string) (s *Store, unread int, err error) {
	s = &Store{pairs: map[string]map[string]int{}, total: map[string]int{}}
	if path == "" {
		return s, 0, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, 0, fmt.Errorf("past cases: %w", err)
	}
	data, err := os.Open(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fmt.Errorf("past cases: %w", err)
	}
	if err == nil {
		unread = s.read(data)
		_ = data.Close() // only read
	}
	if s.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o640); err != nil {
		return nil, 0, fmt.Errorf("past cases: %w", err)
	}
	return s, unread, nil
}

func (s *Store) read(data *os.File) (unread int) {
	lines := bufio.NewScanner(data)
	lines.Buffer(nil, longestRow)
	for lines.Scan() {
		var c Case
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			unread++
			continue
		}
		s.keep(c)
	}
	if lines.Err() != nil {
		unread++
	}
	return unread
}

// Close closes the file.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

// Add keeps a case; the oldest of too many is forgotten.
func (s *Store) Add(c Case) error {
	c.Words = c.Words[max(0, len(c.Words)-mostWords):]
	row, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("past cases: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(c)
	if s.file == nil || len(row) >= longestRow {
		return nil
	}
	if _, err := s.file.Write(append(row, '\n')); err != nil {
		return fmt.Errorf("past cases: %w", err)
	}
	return nil
}

func (s *Store) keep(c Case) {
	entry := indexed{Case: c, pairs: pairsOf(strings.Join(c.Words, " ") + " " + strings.Join(c.Tried, " "))}
	if s.pairs[c.Intent] == nil {
		s.pairs[c.Intent] = map[string]int{}
	}
	s.count(entry, 1)
	s.cases = append(s.cases, entry)
	if extra := len(s.cases) - mostCases; extra > 0 {
		for _, old := range s.cases[:extra] {
			s.count(old, -1)
		}
		s.cases = slices.Delete(s.cases, 0, extra)
	}
}

// count adds a case to what is known of its intent, or takes it away.
func (s *Store) count(c indexed, by int) {
	s.total[c.Intent] += by
	holders := s.pairs[c.Intent]
	for pair := range c.pairs {
		if holders[pair] += by; holders[pair] == 0 {
			delete(holders, pair)
		}
	}
}

// Similar are the cases of the same intent whose words are most like the note's, the likest first; among equals those in
// the same state, then the newer ones.
func (s *Store) Similar(n Note) []Case {
	type hit struct {
		score float64
		c     Case
	}
	wanted := pairsOf(strings.Join(n.LastLines, " ") + " " + strings.Join(n.Tried, " "))
	s.mu.Lock()
	defer s.mu.Unlock()
	var hits []hit
	for i := range s.cases {
		c := &s.cases[i]
		if c.Intent != n.Intent {
			continue
		}
		score := bm25(wanted, c, s.pairs[c.Intent], s.total[c.Intent])
		if c.Status != "" && c.Status == n.Status {
			score += 0.5
		}
		if score > 0 {
			hits = append(hits, hit{score, c.Case})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), b.c.At.Compare(a.c.At))
	})
	var out []Case
	for _, h := range hits[:min(len(hits), mostShown)] {
		out = append(out, h.c)
	}
	return out
}

// bm25 is how much a case says of what is wanted (Robertson and Zaragoza 2009, k1 = 1.2, b = 0: cases are short).
func bm25(wanted map[string]int, c *indexed, holders map[string]int, total int) float64 {
	score := 0.0
	for pair := range wanted {
		if n := float64(c.pairs[pair]); n > 0 {
			rare := math.Log(1 + (float64(total-holders[pair])+0.5)/(float64(holders[pair])+0.5))
			score += rare * n * 2.2 / (n + 1.2)
		}
	}
	return score
}

// pairsOf counts the neighbouring pairs of characters of a text, marks and spaces left out.
func pairsOf(text string) map[string]int {
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return ' '
	}, text))
	pairs := map[string]int{}
	for i := 1; i < len(runes); i++ {
		if runes[i-1] != ' ' && runes[i] != ' ' {
			pairs[string(runes[i-1:i+1])]++
		}
	}
	return pairs
}
