package knowledge

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"voxgate/models/reading"
)

// MaxPiece is how many characters of an answer are spoken before the caller is asked whether to go on; English words
// are said about as fast as two hanzi and count by letters, so that its limit is wider.
const (
	MaxPiece        = 40
	MaxPieceEnglish = 110
)

// Bounds of an entry.
const (
	maxQuestions = 40
	maxAnswer    = 600
)

var idPattern = regexp.MustCompile(`^[\p{L}\p{N}._-]{1,64}$`)

// spaced is a gap between hanzi, which shops write where a speaker pauses.
var spaced = regexp.MustCompile(`(\p{Han}|[0-9])[ \t\r\n]+(\p{Han})`)

// pieces cuts an answer into what is said at one go: whole sentences as long as they fit, clauses where a sentence
// alone is too long, words where a clause is.
func pieces(text, lang string) []string {
	most := MaxPiece - 1 // a full stop may be added
	if lang == English {
		most = MaxPieceEnglish - 1
	} else {
		text = spaced.ReplaceAllString(text, "$1，$2")
	}
	text = strings.Join(strings.Fields(text), " ")
	var out []string
	for _, sentence := range after(text, isStop) {
		if utf8.RuneCountInString(sentence) <= most {
			out = pack(out, sentence, most)
			continue
		}
		for _, clause := range after(sentence, isPause) {
			if utf8.RuneCountInString(clause) <= most {
				out = pack(out, clause, most)
				continue
			}
			for _, word := range reading.Segment(clause) {
				out = pack(out, word, most)
			}
		}
	}
	for i, piece := range out {
		out[i] = closed(piece, lang)
	}
	return out
}

// pack adds a part to the last piece where there is room, else begins a piece.
func pack(pieces []string, part string, most int) []string {
	if n := len(pieces) - 1; n >= 0 && utf8.RuneCountInString(pieces[n])+utf8.RuneCountInString(strings.TrimRight(part, " ")) <= most {
		pieces[n] += part
		return pieces
	}
	return append(pieces, part)
}

// after cuts a text behind each rune that ends says ends a part, the spaces that follow included.
func after(text string, ends func(before, r, next rune) bool) []string {
	var out []string
	runes := []rune(text)
	start := 0
	for i, r := range runes {
		var before, next rune
		if i > 0 {
			before = runes[i-1]
		}
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		if ends(before, r, next) && next != ' ' || r == ' ' && i > 0 && ends(0, before, r) {
			out = append(out, string(runes[start:i+1]))
			start = i + 1
		}
	}
	if start < len(runes) {
		out = append(out, string(runes[start:]))
	}
	return out
}

func isStop(_, r, next rune) bool {
	return strings.ContainsRune("。！？；!?;", r) || r == '.' && (next == ' ' || next == 0)
}

func isPause(_, r, next rune) bool {
	return strings.ContainsRune("，、：,:", r) && !unicode.IsDigit(next)
}

// closed ends a piece as a sentence ends.
func closed(piece, lang string) string {
	piece = strings.TrimRight(strings.TrimSpace(piece), "，、；：,;:")
	last, _ := utf8.DecodeLastRuneInString(piece)
	if strings.ContainsRune("。！？.!?", last) {
		return piece
	}
	if lang == English {
		return piece + "."
	}
	return piece + "。"
}
