package decode

import "strings"

// grapheme is a rule of English spelling: letters, where they may stand, and their phones.
type grapheme struct {
	letters string
	phones  string
	before  string // letters of which one must follow; "" for any, "$" for the end of the word
}

// graphemes are the rules, the first that fits is taken. They read names that no dictionary holds; a word that they
// misread can be given a reading of its own.
var graphemes = []grapheme{
	{"tion", "SH AH N", ""}, {"sion", "ZH AH N", ""}, {"ture", "CH ER", ""}, {"ough", "AO", ""}, {"augh", "AO", ""}, {"eigh", "EY", ""}, {"igh", "AY", ""},
	{"tch", "CH", ""}, {"sch", "SH", ""}, {"ght", "T", ""}, {"que", "K", "$"}, {"le", "L", "$"}, {"eau", "OW", ""}, {"eer", "IH R", ""}, {"air", "EH R", ""}, {"our", "AO R", ""}, {"oor", "AO R", ""},
	{"ph", "F", ""}, {"th", "TH", ""}, {"ch", "CH", ""}, {"sh", "SH", ""}, {"ck", "K", ""}, {"qu", "K W", ""}, {"wh", "W", ""}, {"kn", "N", ""}, {"wr", "R", ""}, {"gh", "G", ""},
	{"ng", "NG G", "aeiou"}, {"ng", "NG", ""}, {"nk", "NG K", ""}, {"mb", "M", "$"}, {"ll", "L", ""}, {"ss", "S", ""}, {"tt", "T", ""}, {"pp", "P", ""}, {"nn", "N", ""}, {"mm", "M", ""},
	{"rr", "R", ""}, {"ff", "F", ""}, {"bb", "B", ""}, {"dd", "D", ""}, {"gg", "G", ""}, {"cc", "K", ""}, {"zz", "Z", ""},
	{"ee", "IY", ""}, {"ea", "IY", ""}, {"ie", "IY", ""}, {"ei", "EY", ""}, {"ey", "IY", "$"}, {"ey", "EY", ""}, {"oo", "UW", ""}, {"ou", "AW", ""}, {"ow", "OW", "$"}, {"ow", "AW", ""}, {"oa", "OW", ""},
	{"oi", "OY", ""}, {"oy", "OY", ""}, {"ai", "EY", ""}, {"ay", "EY", ""}, {"au", "AO", ""}, {"aw", "AO", ""}, {"ew", "UW", ""}, {"eu", "UW", ""}, {"ue", "UW", ""}, {"ui", "UW", ""}, {"ia", "IY AH", ""}, {"io", "IY OW", ""},
	{"yr", "ER", "$"}, {"ar", "AA R", ""}, {"er", "ER", ""}, {"ir", "ER", ""}, {"or", "AO R", ""}, {"ur", "ER", ""},
	{"c", "S", "eiy"}, {"c", "K", ""}, {"g", "JH", "eiy"}, {"g", "G", ""}, {"x", "Z", "^"}, {"x", "K S", ""}, {"y", "Y", "aeiou"}, {"y", "AY", "^"}, {"y", "IY", ""},
	{"b", "B", ""}, {"d", "D", ""}, {"f", "F", ""}, {"h", "HH", "aeiouy"}, {"h", "", ""}, {"j", "JH", ""}, {"k", "K", ""}, {"l", "L", ""}, {"m", "M", ""}, {"n", "N", ""}, {"p", "P", ""}, {"q", "K", ""}, {"r", "R", ""},
	{"s", "S", ""}, {"t", "T", ""}, {"v", "V", ""}, {"w", "W", ""}, {"z", "Z", ""}, {"'", "", ""},
	{"e", "", "$"}, {"a", "AH", "$"}, {"o", "OW", "$"}, {"i", "IY", "$"}, {"u", "UW", "$"},
	{"a", "AE", ""}, {"e", "EH", ""}, {"i", "IH", ""}, {"o", "AA", ""}, {"u", "AH", ""},
}

// long are the vowels before one consonant and a silent e, as in "Nike" said in one syllable.
var long = map[byte]string{'a': "EY", 'e': "IY", 'i': "AY", 'o': "OW", 'u': "UW"}

// guessed are the phones of an English word by rule; nil where it holds other letters than a to z.
func guessed(text string) []string {
	word := strings.ToLower(text)
	if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz'") != "" {
		return nil
	}
	var out []string
	for at := 0; at < len(word); {
		if v := long[word[at]]; v != "" && len(word)-at == 3 && word[at+2] == 'e' && long[word[at+1]] == "" && strings.IndexByte("wxy", word[at+1]) < 0 {
			out = append(out, v)
			at++
			continue
		}
		g := graphemeAt(word, at)
		for p := range strings.FieldsSeq(g.phones) {
			out = append(out, p)
		}
		at += len(g.letters)
	}
	return out
}

// graphemeAt is the first rule that fits; every letter has one without conditions or is passed over.
func graphemeAt(word string, at int) grapheme {
	for _, g := range graphemes {
		if !strings.HasPrefix(word[at:], g.letters) {
			continue
		}
		rest := word[at+len(g.letters):]
		switch g.before {
		case "":
			return g
		case "$":
			if rest == "" && at > 0 {
				return g
			}
		case "^":
			if at == 0 {
				return g
			}
		default:
			if rest != "" && strings.IndexByte(g.before, rest[0]) >= 0 {
				return g
			}
		}
	}
	return grapheme{letters: word[at : at+1]}
}
