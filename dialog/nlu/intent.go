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
	alsoShare    = 0.1
	decidedShare = 0.15 // where a phrase decided on the first
	clauseSure   = 0.75
	clauseHint   = 0.05 // of being wanted, in the whole line: a clause alone may be taken for anything
	clauseLeast  = 3    // runes of a clause that may be a matter of its own
	clausesMost  = 8    // clauses that are looked at: each costs a run of the model
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
		parts := p.matters(r.Intent, r.Text, means)
		r.Also = slices.DeleteFunc(also(r.Intent, parts, means, share), func(intent string) bool { return intent == overruled })
		if overruled == "" {
			r.inOrder(parts)
		}
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

// inOrder makes the matter that was said first the main one, where the one that the whole line is taken for comes in a
// later clause.
func (r *Reading) inOrder(parts []string) {
	if len(parts) == 0 || r.Intent == "transfer_human" || parts[0] == r.Intent || !slices.Contains(parts, r.Intent) {
		return
	}
	if i := slices.Index(r.Also, parts[0]); i >= 0 {
		r.Intent, r.Also[i] = parts[0], r.Intent
	}
}

// also lists the further business intents, the surest first, then those of clauses in their order.
func also(main string, parts []string, means understanding.Result, share float64) []string {
	var out []string
	for class, wanted := range means.Wanted {
		if !sameMatter(main, class) && class != "transfer_human" && business(class) && wanted >= alsoWanted && means.Of(class) >= share {
			out = append(out, class)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(means.Wanted[b], means.Wanted[a]), cmp.Compare(a, b))
	})
	for _, intent := range parts {
		if !sameMatter(main, intent) && intent != "transfer_human" && !slices.Contains(out, intent) {
			out = append(out, intent)
		}
	}
	return out
}

// oneMatter are intents that are mostly one and the same wish where a line speaks of two of them.
var oneMatter = [][]string{
	{"order_status", "urge_shipment"}, {"urge_delivery", "urge_shipment"}, {"modify_order", "urge_shipment"}, {"cancel_order", "urge_shipment"},
	{"track_logistics", "logistics_exception"},
	{"not_received", "pickup_info", "logistics_exception"}, {"product_issue", "warranty_repair", "exchange_goods"},
	{"cancel_order", "return_refund", "reject_intercept"},
}

func sameMatter(a, b string) bool {
	return a == b || slices.ContainsFunc(oneMatter, func(group []string) bool { return slices.Contains(group, a) && slices.Contains(group, b) })
}

// matters are the business intents that clauses of a line say plainly, in their order.
func (p *Parser) matters(main, text string, means understanding.Result) []string {
	var out []string
	for _, part := range clauses(main, text) {
		intent := strongIntent(hear(part, ""))
		if intent == "" {
			said, err := p.model.Classify(part, "")
			if err == nil && said.Scores[0].P >= clauseSure && means.Wanted[said.Scores[0].Class] >= clauseHint {
				intent = said.Scores[0].Class
			}
		}
		if business(intent) {
			out = append(out, intent)
		}
	}
	return out
}

// clauses are the parts of a line that may hold a matter of their own: what pauses and words such as 顺便 part, or what
// is left of a call for a person. A line of one part has none.
func clauses(main, text string) []string {
	marks := between
	if Latin(text) {
		marks = betweenEnglish
	}
	parts := strings.FieldsFunc(marks.Replace(strings.ToLower(text)), func(r rune) bool { return r == '|' })
	if main == "transfer_human" {
		for i, part := range parts {
			parts[i] = human.ReplaceAllString(part, "")
		}
	} else if len(parts) < 2 {
		return nil
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return len([]rune(part)) < clauseLeast })
	return parts[:min(len(parts), clausesMost)]
}

// between and betweenEnglish are the words and marks that part two matters of one utterance; a space in a Chinese line
// is a pause.
var (
	between = strings.NewReplacer("顺便", "|", "顺带", "|", "另外再", "|", "另外", "|", "还有就是", "|", "再就是", "|", "再一个", "|", "还有", "|", "然后", "|",
		"还要帮", "|", "还要查", "|查", "还要催", "|催", "还要", "|", "再帮我", "|", "对了", "|", "，", "|", ",", "|", "。", "|", " ", "|")
	betweenEnglish = strings.NewReplacer(" and also ", "|", " and ", "|", " also ", "|", " by the way ", "|", " plus ", "|", " oh ", "|", " while ", "|",
		" then ", "|", " as well as ", "|", " but ", "|", " another thing ", "|", " so ", "|", " or ", "|", ",", "|", ". ", "|")
)

// human is all that asking for a person is said with, so that what else was said is left over.
var human = regexp.MustCompile(`(?:请|麻烦|快点|赶紧|直接)?(?:帮我|给我|我要|我想|你给我)?(?:转接|转|找|接|要|换|叫)?(?:一下|个)?(?:到)?(?:人工|客服|真人|活人)(?:客服|服务|坐席)?(?:吧|谢谢)?|(?:i want to |can i |let me |please )?(?:talk|speak) to (?:a |an |some)?(?:human|person|agent|one|body)(?: please)?`)
