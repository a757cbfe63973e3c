package nlu

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"voxgate/models/understanding"
)

// An intent beside the first counts as asked for where the line as a whole makes it probable and takes a share from the
// first, or where a clause of its own says it plainly.
const (
	alsoWanted   = 0.6
	alsoShare    = 0.05
	decidedShare = 0.15 // where a phrase decided on the first
	clauseSure   = 0.75
	clauseLeast  = 3 // runes of a clause that may be a matter of its own
)

// intent joins exact short answers, the model and what the slots say.
func (p *Parser) intent(r *Reading, h heard, means understanding.Result, state State) {
	if act := shortAct(h, state); act != "" {
		r.Intent, r.Confidence = act, 0.98
		return
	}
	r.Outside = means.Outside()
	r.Intent, r.Confidence = first(means, p.model.Outside())
	overruled, share := "", alsoShare
	if strong := strongIntent(h); strong != "" {
		if strong != r.Intent {
			overruled = r.Intent // the same words, taken for another matter
		}
		r.Intent, r.Confidence, share = strong, max(0.9, means.Of(strong)), decidedShare
	}
	// A bare product makes the model think of its whereabouts; a verb beside it (取消双肩包) says more than the value.
	asks := r.Intent == "track_logistics" || r.Intent == "order_status"
	if bare := bareValue(r, h); bare && (!business(r.Intent) || r.Confidence < 0.6 || asks && len(h.sounds) <= 6 && strongIntent(h) == "") {
		r.Intent, r.Confidence = ProvideInfo, max(r.Confidence, 0.85)
	}
	r.Ellipsis = r.Intent == ProvideInfo
	if business(r.Intent) {
		r.Also = slices.DeleteFunc(p.also(r.Intent, r.Text, means, share), func(intent string) bool { return intent == overruled })
	}
	for _, intent := range r.Also {
		// What two matters share between them says nothing against either.
		r.Confidence = min(1, r.Confidence+means.Of(intent))
	}
}

// first is the likeliest class; a line is outside only from the threshold on that the data chose.
func first(means understanding.Result, outside float64) (class string, p float64) {
	if means.Outside() >= outside {
		return OutOfScope, means.Of(OutOfScope)
	}
	for _, s := range means.Scores {
		if s.Class != OutOfScope {
			return s.Class, s.P
		}
	}
	return OutOfScope, 0
}

// also lists the further business intents, the surest first, then those of clauses in their order.
func (p *Parser) also(main, text string, means understanding.Result, share float64) []string {
	var out []string
	for class, wanted := range means.Wanted {
		if class != main && class != "transfer_human" && business(class) && wanted >= alsoWanted && means.Of(class) >= share {
			out = append(out, class)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(means.Wanted[b], means.Wanted[a]), cmp.Compare(a, b))
	})
	for _, part := range clauses(main, text) {
		intent := strongIntent(hear(part, ""))
		if intent == "" {
			if said, err := p.model.Classify(part, ""); err == nil && said.Scores[0].P >= clauseSure {
				intent = said.Scores[0].Class
			}
		}
		if business(intent) && intent != main && intent != "transfer_human" && !slices.Contains(out, intent) {
			out = append(out, intent)
		}
	}
	return out
}

// clauses are the parts of a line that may hold a matter of their own: what words such as 顺便 part, or what is left of
// a call for a person. A line of one part has none.
func clauses(main, text string) []string {
	parts := strings.FieldsFunc(between.Replace(strings.ToLower(text)), func(r rune) bool { return r == '|' })
	if main == "transfer_human" {
		for i, part := range parts {
			parts[i] = human.ReplaceAllString(part, "")
		}
	} else if len(parts) < 2 {
		return nil
	}
	return slices.DeleteFunc(parts, func(part string) bool { return len([]rune(part)) < clauseLeast })
}

// between are the words and marks that part two matters of one utterance.
var between = strings.NewReplacer("顺便", "|", "另外再", "|", "另外", "|", "还有就是", "|", "还要帮", "|", "还要查", "|查", "还要催", "|催", "再帮我", "|", "对了", "|",
	"，", "|", ",", "|", "。", "|", " and also ", "|", " and ", "|", " also ", "|", " by the way ", "|")

// human is all that asking for a person is said with, so that what else was said is left over.
var human = regexp.MustCompile(`(?:请|麻烦|快点|赶紧|直接)?(?:帮我|给我|我要|我想|你给我)?(?:转接|转|找|接|要|换|叫)?(?:一下|个)?(?:到)?(?:人工|客服|真人|活人)(?:客服|服务|坐席)?(?:吧|谢谢)?|(?:i want to |can i |let me |please )?(?:talk|speak) to (?:a |an |some)?(?:human|person|agent|one|body)(?: please)?`)
