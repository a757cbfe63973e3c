package decode

import "slices"

// Kinds of words.
type wordKind uint8

const (
	plain    wordKind = iota
	digit             // one or more digits of a digit string; Text is ASCII
	filler            // hesitation: no text, no influence on what follows
	syllable          // one syllable of speech that no word explains
	letters           // the letters before a waybill number; token is the number of the group
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
	children uint16     // how many: they lie side by side, ordered by unit
	first    int32      // the first of them
	ends     int32      // first of the words that end here, in tree.ends
	words    int32      // how many
	look     [2]float32 // best score of the words below: anywhere, and inside a digit string
}

// leaf is a word hung below a root, with its scores anywhere and inside a digit string.
type leaf struct {
	root, word int32
	look       [2]float32
}

// tree is a forest of prefix trees over words in one array of nodes. Words are added first; finish builds the nodes.
type tree struct {
	nodes  []node
	words  []word
	ends   []int32   // words in the order of the nodes where they end
	limits []float32 // for each of ends the best score that it may have; nil: not known
	leaves []leaf
	roots  int32
}

// newRoot adds an empty prefix tree and returns its root.
func (t *tree) newRoot() int32 {
	t.roots++
	return t.roots - 1
}

// unlikely is a score that loses against everything.
const unlikely = float32(-1e9)

// add puts a word (number w) below root. outside and inside are its scores anywhere and inside a digit string.
func (t *tree) add(root, w int32, outside, inside float32) {
	t.leaves = append(t.leaves, leaf{root, w, [2]float32{outside, inside}})
}

// finish builds the nodes over all words, breadth first, so that a search finds the children of a node side by side
// and walks them in the same order every time.
func (t *tree) finish() {
	slices.SortStableFunc(t.leaves, func(a, b leaf) int {
		if a.root != b.root {
			return int(a.root - b.root)
		}
		return slices.Compare(t.words[a.word].units, t.words[b.word].units)
	})
	type span struct{ from, to int32 } // leaves below a node
	spans := make([]span, 0, 2*len(t.leaves))
	t.nodes, t.ends = make([]node, 0, 2*len(t.leaves)), make([]int32, 0, len(t.leaves))
	at := int32(0)
	for root := range t.roots {
		from := at
		for int(at) < len(t.leaves) && t.leaves[at].root == root {
			at++
		}
		t.nodes, spans = append(t.nodes, node{look: [2]float32{unlikely, unlikely}}), append(spans, span{from, at})
	}
	depth, deeper := 0, len(t.nodes) // nodes from deeper on lie one level below
	for i := 0; i < len(t.nodes); i++ {
		if i == deeper {
			depth, deeper = depth+1, len(t.nodes)
		}
		n, s := t.nodes[i], spans[i]
		n.ends = int32(len(t.ends))
		for s.from < s.to && len(t.units(s.from)) == depth {
			t.ends = append(t.ends, t.leaves[s.from].word)
			n.words++
			s.from++
		}
		n.first = int32(len(t.nodes))
		for s.from < s.to {
			child := node{unit: t.units(s.from)[depth], look: t.leaves[s.from].look}
			from := s.from
			for s.from++; s.from < s.to && t.units(s.from)[depth] == child.unit; s.from++ {
				for k, score := range t.leaves[s.from].look {
					child.look[k] = max(child.look[k], score)
				}
			}
			t.nodes, spans = append(t.nodes, child), append(spans, span{from, s.from})
			n.children++
		}
		t.nodes[i] = n
	}
}

// units are those of the word of a leaf.
func (t *tree) units(leaf int32) []uint16 { return t.words[t.leaves[leaf].word].units }
