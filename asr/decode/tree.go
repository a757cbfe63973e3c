package decode

import (
	"cmp"
	"slices"
)

// Kinds of words.
type wordKind uint8

const (
	plain    wordKind = iota
	digit             // one or more digits of a digit string; Text is ASCII
	filler            // hesitation: no text, no influence on what follows
	syllable          // one syllable of speech that no word explains
)

// word is one way to say one written word.
type word struct {
	text    string
	reading string // toned syllables, or the word itself in English
	units   []uint16
	token   int32   // what the language model calls it: itself or its class
	logp    float32 // log P(word | token)
	kind    wordKind
}

// node is a place in the prefix tree: the units from the root to here have been heard.
type node struct {
	unit     uint16
	children []int32
	words    []int32    // words that end here
	look     [2]float32 // best score of the words below: anywhere, and inside a digit string
}

// tree is a forest of prefix trees over words in one array of nodes.
type tree struct {
	nodes []node
	words []word
}

// newRoot adds an empty prefix tree and returns its root.
func (t *tree) newRoot() int32 {
	t.nodes = append(t.nodes, node{look: [2]float32{unlikely, unlikely}})
	return int32(len(t.nodes) - 1)
}

// unlikely is a score that loses against everything.
const unlikely = float32(-1e9)

// add puts a word (number w) below root. outside and inside are its scores anywhere and inside a digit string.
func (t *tree) add(root, w int32, outside, inside float32) {
	at := root
	for _, u := range t.words[w].units {
		next := int32(-1)
		for _, c := range t.nodes[at].children {
			if t.nodes[c].unit == u {
				next = c
				break
			}
		}
		if next < 0 {
			next = int32(len(t.nodes))
			t.nodes = append(t.nodes, node{unit: u, look: [2]float32{unlikely, unlikely}})
			t.nodes[at].children = append(t.nodes[at].children, next)
		}
		at = next
		t.nodes[at].look[0] = max(t.nodes[at].look[0], outside)
		t.nodes[at].look[1] = max(t.nodes[at].look[1], inside)
	}
	t.nodes[at].words = append(t.nodes[at].words, w)
}

// finish orders children by unit, so that a search walks them the same way every time.
func (t *tree) finish() {
	for i := range t.nodes {
		slices.SortFunc(t.nodes[i].children, func(a, b int32) int {
			return cmp.Compare(t.nodes[a].unit, t.nodes[b].unit)
		})
	}
}
