package timeline

import "unicode/utf8"

// Shapes of a picture, in pixels. What is drawn first lies lowest.
type (
	rect struct {
		X, Y, W, H, R float64
		Class, Title  string
	}
	label struct {
		X, Y               float64
		Class, Text, Title string
	}
	stroke struct {
		X1, Y1, X2, Y2 float64
		Class          string
	}
	dot struct {
		X, Y         float64
		Class, Title string
	}
	// wave is an envelope in its middle line; Scale is the width of a frame.
	wave struct {
		Y, Scale    float64
		Name, Class string
	}
)

// Picture is a call laid out at one scale.
type Picture struct {
	Width, Height float64
	PerSecond     float64 // pixels
	Gutter        float64 // width of the lanes' names on the left
	Rects         []rect
	Strokes       []stroke
	Waves         []wave
	Over          []rect // above the waves
	Dots          []dot
	Labels        []label
	Names         []label // of the lanes
}

// Widths of text by its size, as a share of it: hanzi fill their square.
const (
	wide   = 1.0
	narrow = 0.56
)

// textWidth estimates how wide a text is, since nothing here can measure it.
func textWidth(text string, size float64) float64 {
	width := 0.0
	for _, r := range text {
		width += runeWidth(r)
	}
	return width * size
}

func runeWidth(r rune) float64 {
	if r >= 0x2e80 {
		return wide
	}
	return narrow
}

// fit shortens a text to a width, with an ellipsis where something is missing; empty where not even one rune fits.
func fit(text string, size, width float64) string {
	if textWidth(text, size) <= width {
		return text
	}
	left := width - wide*size
	for i, r := range text {
		if left -= runeWidth(r) * size; left < 0 {
			if i == 0 {
				return ""
			}
			return text[:i] + "…"
		}
	}
	return text
}

// wrap breaks a text into at most so many lines of a width; the last one is shortened.
func wrap(text string, size, width float64, most int) []string {
	var lines []string
	for len(lines) < most-1 && textWidth(text, size) > width {
		cut, left := 0, width
		for i, r := range text {
			if left -= runeWidth(r) * size; left < 0 {
				break
			}
			cut = i + utf8.RuneLen(r)
		}
		if cut <= 0 || cut >= len(text) {
			break
		}
		cut = pretty(text, cut)
		lines, text = append(lines, text[:cut]), text[cut:]
	}
	if last := fit(text, size, width); last != "" {
		lines = append(lines, last)
	}
	return lines
}

// pretty moves a break so that no line begins with a mark, and no Latin word is cut where a space is near.
func pretty(text string, cut int) int {
	next, _ := utf8.DecodeRuneInString(text[cut:])
	switch next {
	case '，', '。', '？', '！', '、', '；', '：', '”', '」', '）', ',', '.', '?', '!':
		return cut + utf8.RuneLen(next)
	}
	if next < 0x80 && next != ' ' {
		for i := cut - 1; i > 0 && cut-i < 12; i-- {
			if text[i] == ' ' {
				return i + 1
			}
			if text[i] >= 0x80 {
				break
			}
		}
	}
	return cut
}
