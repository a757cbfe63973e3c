package flow

import (
	"math"
	"strings"

	"voxgate/models/reading"
	"voxgate/models/understanding"
)

// lines finds the flow whose example is nearest to what was said, by the sounds and the characters that both have (tf-idf,
// cosine). It serves intents that understanding was not trained on, from a handful of examples each.
type lines struct {
	rare     map[string]float64 // of a feature: how much it tells
	examples []example
}

type example struct {
	intent string
	weight map[string]float64
	length float64
}

// leastAlike is the likeness below which a text is like none of the examples.
const leastAlike = 0.3

// index prepares the examples of all flows; nil where there are none.
func index(flows map[string]*Flow) *lines {
	l := &lines{rare: map[string]float64{}}
	total := 0.0
	for _, f := range flows {
		for _, text := range f.Lines {
			total++
			for feature := range features(text) {
				l.rare[feature]++
			}
		}
	}
	if total == 0 {
		return nil
	}
	for feature, n := range l.rare {
		l.rare[feature] = math.Log(1 + total/n)
	}
	for _, f := range flows {
		for _, text := range f.Lines {
			weight, length := l.weigh(text)
			l.examples = append(l.examples, example{f.Intent, weight, length})
		}
	}
	return l
}

// HasLines reports whether some flow brings examples of its own.
func (s *Set) HasLines() bool { return s.lines != nil }

// Match is the flow whose example is most like a text, and how sure that is (0..1); empty where none is like it.
func (s *Set) Match(text string) (intent string, confidence float64) {
	if s.lines == nil {
		return "", 0
	}
	weight, length := s.lines.weigh(text)
	best := map[string]float64{}
	for _, e := range s.lines.examples {
		dot := 0.0
		for feature, w := range weight {
			dot += w * e.weight[feature]
		}
		if alike := dot / max(length*e.length, 1e-9); alike > best[e.intent] {
			best[e.intent] = alike
		}
	}
	first, second := 0.0, 0.0
	for name, alike := range best {
		switch {
		case alike > first || alike == first && name < intent:
			intent, first, second = name, alike, first
		case alike > second:
			second = alike
		}
	}
	if first < leastAlike {
		return "", 0
	}
	return intent, min(0.99, first/(first+second)*min(1, 0.55+first))
}

// weigh is a text as weighted features, and their length. What no example has counts too: it makes a text unlike them.
func (l *lines) weigh(text string) (map[string]float64, float64) {
	weight, sum := features(text), 0.0
	for feature, n := range weight {
		rare, known := l.rare[feature]
		if !known {
			rare = 2
		}
		weight[feature] = (1 + math.Log(n)) * rare
		sum += weight[feature] * weight[feature]
	}
	return weight, math.Sqrt(sum)
}

// empty are words that say nothing of what is wanted.
var empty = strings.NewReplacer("我", "", "你", "", "您", "", "的", "", "了", "", "吗", "", "呢", "", "啊", "", "呀", "", "吧", "", "那个", "", "请问", "",
	"一下", "", "怎么样", "", "想", "", "要", "", "帮", "", "给", "", "麻烦", "")

// features are the syllables of a text, their pairs, and the pairs of its characters; Latin words stand for themselves.
func features(text string) map[string]float64 {
	out := map[string]float64{}
	var sounds, characters []string
	for _, s := range reading.Of(empty.Replace(strings.ToLower(text))) {
		switch s.Kind {
		case reading.Hanzi:
			sounds, characters = append(sounds, understanding.Sound(s.Pinyin)), append(characters, s.Text)
		case reading.Latin, reading.Digits:
			sounds, characters = append(sounds, s.Text), append(characters, s.Text)
		}
	}
	for i := range sounds {
		out["s"+sounds[i]]++
		if i > 0 {
			out["p"+sounds[i-1]+" "+sounds[i]]++
			out["c"+characters[i-1]+" "+characters[i]]++
		}
	}
	return out
}
