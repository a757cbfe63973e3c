package evaluation

// Metric names one figure of an evaluation.
type Metric string

// The figures, in the order of the tables.
const (
	Unit      Metric = "unit_error"         // initials and toned finals, edits for each one said
	Toneless  Metric = "toneless_error"     // the same without tones
	Character Metric = "character_error"    // hanzi, digits, English words, edits for each one said
	Digits    Metric = "digit_string_error" // lines with a number of four or more digits that came out wrong
	Intent    Metric = "intent_right"       // lines understood as their reference text is
	Labelled  Metric = "labelled_intent"    // lines understood as the manifest says that they are meant
	Written   Metric = "written_intent"     // lines whose reference text is: what a recogniser without errors would bring
	Slot      Metric = "slot_error"         // slots missing, wrong or too many, for each one of the reference
)

// Metrics are all figures in the order of the tables.
func Metrics() []Metric {
	return []Metric{Unit, Toneless, Character, Digits, Intent, Labelled, Written, Slot}
}

// Title is the figure's name for people.
func (m Metric) Title() string {
	return map[Metric]string{
		Unit: "unit error", Toneless: "toneless unit error", Character: "character error",
		Digits: "digit-string error", Intent: "intent agreement", Labelled: "intent right", Written: "intent right as written", Slot: "slot error",
	}[m]
}

// HigherIsBetter tells agreement from the errors.
func (m Metric) HigherIsBetter() bool { return m == Intent || m == Labelled || m == Written }

// Distance is the least number of insertions, deletions and substitutions that make b of a (Levenshtein).
func Distance(a, b []string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// nearest is the distance to the reference that is closest, among readings that are equally right.
func nearest(references [][]string, heard []string) Count {
	var best Count
	for i, ref := range references {
		if c := (Count{Distance(ref, heard), len(ref)}); i == 0 || c.Part < best.Part {
			best = c
		}
	}
	return best
}

// Piece is a stretch of a text, marked where it differs from the other one.
type Piece struct {
	Text  string `json:"text"`
	Wrong bool   `json:"wrong,omitempty"`
}

// align lays b against a with the fewest edits and visits every place in order: i and j are the places in a and b, -1
// where there is none.
func align(a, b []string, visit func(i, j int, same bool)) {
	cost := make([][]int, len(a)+1)
	for i := range cost {
		cost[i] = make([]int, len(b)+1)
	}
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a):
				cost[i][j] = len(b) - j
			case j == len(b):
				cost[i][j] = len(a) - i
			case a[i] == b[j]:
				cost[i][j] = cost[i+1][j+1]
			default:
				cost[i][j] = 1 + min(cost[i+1][j+1], cost[i+1][j], cost[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			visit(i, j, true)
			i, j = i+1, j+1
		case i < len(a) && j < len(b) && cost[i][j] == 1+cost[i+1][j+1]:
			visit(i, j, false)
			i, j = i+1, j+1
		case i < len(a) && cost[i][j] == 1+cost[i+1][j]:
			visit(i, -1, false)
			i++
		default:
			visit(-1, j, false)
			j++
		}
	}
}

// compare cuts both token lists into pieces that agree and pieces that do not.
func compare(a, b []string) (left, right []Piece) {
	align(a, b, func(i, j int, same bool) {
		if i >= 0 {
			left = add(left, a[i], !same)
		}
		if j >= 0 {
			right = add(right, b[j], !same)
		}
	})
	return left, right
}

// add joins a token to the last piece of its kind; English words keep a space between them.
func add(pieces []Piece, token string, wrong bool) []Piece {
	if n := len(pieces); n > 0 {
		last := &pieces[n-1]
		if isWord(token) && isWord(last.Text) {
			token = " " + token
		}
		if last.Wrong == wrong {
			last.Text += token
			return pieces
		}
	}
	return append(pieces, Piece{token, wrong})
}
